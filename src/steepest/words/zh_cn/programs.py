"""Simplified Chinese: what is said about programs (functions of arrays) and networks."""

SENTENCES: dict[str, str] = {
    "program_diverged": (
        "在第 {update:,} 次更新（第 {epochs:,} 轮）时发散：以规则 {rule} 的学习率 {rate:.6g}，损失超过了 {loss_limit:.4g}，即起点与零参数处损失（或 1）中较大者的 1000 倍。保留目前为止最好的点（第 {best_epoch:,} 轮，损失 {best_loss:.6g}）。请用更小的学习率，或用回溯（规则 plain，学习率 auto）。"
    ),
    "program_diverged_automatic": (
        "在第 {update:,} 次更新（第 {epochs:,} 轮）时发散：虽然每一步都降低了它自己那个批量的损失（最后的步长 {rate:.6g}），损失还是超过了 {loss_limit:.4g}，即起点与零参数处损失（或 1）中较大者的 1000 倍。保留目前为止最好的点（第 {best_epoch:,} 轮，损失 {best_loss:.6g}）。请用更大的批量，或用全部行（--method batch）。"
    ),
    "unfolded_forward": "{part} = {formula}：形状 {shape}，长度 {size:.6g}",
    "unfolded_loss": "损失是 {loss:.10g}；由此往回：",
    "unfolded_backward": "{part} = {formula}：形状 {shape}，长度 {size:.6g}",
    "found_vanishing_gradients": (
        "梯度消失：共 {layers} 层（{activation}），第一层的损失梯度只有最后一层的 {share:.2g}（均方根 {first:.3g} 对 {last:.3g}；取 {looks} 个记录点的中位数），所以在同一学习率下第一层几乎学不到东西。请把特征标准化（均值为零），用 tanh 或 relu，减少层数，或用给每个参数各自尺度的规则（--rule adam）。"
    ),
    "story_network": "{layers} 层的网络（从特征到得分依次有 {sizes:plain} 个数），层间为 {activation}：共 {parameters:,} 个参数。",
    "story_network_glorot": "权重从标准差为 sqrt(2 / (in + out)) 的均匀分布开始（Glorot 与 Bengio 2010），偏置从零开始。",
    "story_network_he": "进入 relu 的权重从标准差为 sqrt(2 / in) 的正态分布开始（He 等 2015），偏置从零开始。",
    "story_network_scaled": "网络看到的特征在 {rows:,} 行训练集上均值为 0、标准差为 1，数值目标的得分以目标离其均值的标准差计；损失和预测都用表格自己的单位。",
    "story_network_classes": "“{target}”有 {classes:,} 个值：网络给每个值一个概率（softmax），损失是交叉熵。",
    "story_network_searched": "步长由回溯找到，因为网络没有被证明稳定的学习率；最后的步长是 {rate:.4g}。",
    "story_network_rate": "学习率是 {rate:.6g}，规则为 {rule}；网络没有被证明稳定的学习率。",
    "story_network_course": "训练损失在 {epochs:,} 轮中从 {first:.6g} 变为 {last:.6g}，下降用了 {seconds:.3g} 秒；之前的编译用了 {compilation:.3g} 秒，不计在内。",
    "story_network_validation": "在验证集行上损失是 {value:.6g}。",
    "story_network_right": "在 {train_accuracy:.2%} 的训练集行上，概率最大的值就是真值。",
    "story_network_right_both": "在 {train_accuracy:.2%} 的训练集行和 {validation_accuracy:.2%} 的验证集行上，概率最大的值就是真值。",
    "network_heading_layer": "层",
    "network_heading_from": "入",
    "network_heading_to": "出",
    "network_heading_parameters": "参数",
    "network_heading_activation": "激活函数",
    "network_no_activation": "无",
    "path_landscape": "过路径终点、沿其两个主方向的平面显示了路程的 {both:.1%}（{first:.1%} 与 {second:.1%}）；路径离开平面至多 {distance:.3g}，而路程为 {way:.3g}。高度是全部行上的损失，从 {lowest:.6g} 到 {highest:.6g}。",
    "figure_layer": "第 {layer} 层",
    "figure_layers_title": "{layers} 层的梯度",
    "figure_layers_axis": "梯度（均方根）",
    "figure_layers_caption": "损失的梯度在每一层（{activation}）的权重和偏置上的均方根，按全部训练集行计，取 {looks} 个记录的轮。第一层是最后一层的 {share:.3g}（中位数）。",
    "figure_layers_alt": "{layers} 层的梯度曲线；末尾第一层为 {first:.3g}，最后一层为 {last:.3g}。",
    "figure_column_layer_gradient": "梯度（均方根）",
    "figure_backpropagation_title": "反向传播：网络 {sizes:plain} 的一步展开",
    "figure_backpropagation_caption": "在{where}处、用 {count:,} 行训练集中的 {rows:,} 行走的一步（{activation}）。蓝色向右：向前计算的值，直到损失 {loss:.6g}。红色向左：由损失往回的链式法则，每个数组都标出形状和长度；因子 dL/dz 在最后一层为 {last:.3g}，在第一层为 {first:.3g}（均方根）。",
    "figure_backpropagation_proof": "{layers} 层的梯度与运行中由自动微分记录的相同，相差不超过其大小的 {gap:.1g}。",
    "figure_backpropagation_left_out": "画出了 {layers} 层中的 {shown} 层；表中有全部各层。",
    "figure_backpropagation_alt": "穿过 {layers} 层的一步的示意图：值向前直到损失 {loss:.4g}，链式法则的因子往回，从最后一层的 {last:.3g} 到第一层的 {first:.3g}（均方根）。",
    "figure_backpropagation_input": "输入",
    "figure_backpropagation_output": "输出 a",
    "figure_backpropagation_sum": "和 z",
    "figure_backpropagation_factor": "因子 dL/dz",
    "figure_backpropagation_gradient": "梯度",
    "figure_backpropagation_forward": "向前，往右（实线）",
    "figure_backpropagation_backward": "往回，往左（虚线）",
    "figure_backpropagation_axis": "均方根",
    "figure_column_part": "部分",
    "figure_column_made_of": "由来",
    "figure_column_shape": "形状",
    "figure_column_length": "长度",
    "figure_network_start": "起点",
    "figure_network_end": "所画路径的终点",
    "figure_network_surface_caption": "高度是 {count:,} 行训练集中 {rows:,} 行上的真实损失，从 {lowest:.4g} 到 {highest:.4g}；平面过路径终点、沿其两个主方向。它显示了路程的 {both:.3g} %（{first:.3g} % 与 {second:.3g} %）；路径离开平面至多 {distance:.3g}，而 {parameters:,} 个参数中的路程为 {way:.3g}；路径上各点的损失与平面上的相差至多 {gap:.3g}。它们在 {progress}内从 {start_loss:.4g} 到 {end_loss:.6g}。",
    "figure_network_path_cut": "路径画到第 {shown:,} 轮（共 {epochs:,} 轮）；之后各点的损失超过起点的 {factor:g} 倍，或不是有限数。",
    "figure_network_surface_alt": "网络在其路径附近的损失，平面显示了路程的 {both:.3g} %：高度从 {lowest:.4g} 到 {highest:.4g}；路径在 {progress}内从损失 {start_loss:.4g} 到 {end_loss:.4g}。",
    "figure_network_fit_title": "{target}：训练前后的网络",
    "figure_network_fit_caption": "在所示的 {training:,} 行训练集（共 {count:,} 行）上，损失在起点为 {first:.6g}，{progress}后返回的参数为 {last:.6g}。另外画出了 {validation:,} 行验证集。",
    "figure_network_fit_alt": "{target} 的 {training:,} 行训练集和 {validation:,} 行验证集，以及网络的预测：之前的损失 {first:.4g}，之后的损失 {last:.4g}。",
    "figure_network_residuals": "{count:,} 行的预测减去 {target}。在所示的训练集行上，平均值为 {mean:.3g}，标准差为 {deviation:.4g}；最大的误差为 {largest:.4g}。",
    "program_kink_stalled": "在 {updates:,} 次更新后停滞在一个折点上，那里没有梯度：在 {point:plain} 两侧 {distance:.1g} 以内，沿梯度方向的斜率从 {before:.3g} 跳到 {after:.3g}，其中大部分沿 {name}。损失 {value:.6g} 是下降在这里能达到的最低值；梯度无法证明它是最小值。",
    "program_kink_epochs": "用完了 {updates:,} 次更新，沿着一个折点爬行，那里没有梯度：在 {point:plain} 两侧 {distance:.1g} 以内，沿梯度方向的斜率从 {before:.3g} 跳到 {after:.3g}，其中大部分沿 {name}，所以只有极小的步长能下降。损失是 {value:.6g}。请用固定学习率加递减的计划，或把函数的折点磨圆。",
    "program_saddle": "用全部行下降，在 {updates:,} 次更新后到达鞍点，距 {point:plain} {moved:.2g}：那里的梯度范数是 {slope:.3g}，{variables} 个曲率中有 {negative} 个为负（从 {least:.4g} 到 {most:.4g}），所以损失向两侧下降。这不是最小值：请从稍偏一点的地方开始，或用小批量，各批量之间的差异可能把它推开（method='mini-batch'）。",
    "program_maximum": "用全部行下降，在 {updates:,} 次更新后停在最大值上：{point:plain} 处的梯度范数是 {slope:.3g}，所有曲率都为负（从 {least:.4g} 到 {most:.4g}）。任何方向都向下：请从稍偏一点的地方开始。",
    "batch_escapes": "在 {runs:,} 个种子下，每批取 {rows:,} 行中的 {batch_size:,} 行，学习率 {rate:.4g}（{rule}，{schedule}），{escaped:,} 次运行在 {total_updates:,} 次更新内离开：比例 {share:.4f}，95 % 置信区间为 {low:.4f} 到 {high:.4f}（Wilson）。中位数为 {median:g} 次更新。离开是指比用全部行下降结束处的损失 {level:.6g} 低 {depth:.3g}（那里的结局是 {plain_ending}，经过 {plain_updates:,} 次更新）。",
    "batch_escapes_none": "在 {runs:,} 个种子下，每批取 {rows:,} 行中的 {batch_size:,} 行，学习率 {rate:.4g}（{rule}，{schedule}），没有一次运行在 {total_updates:,} 次更新内离开：比例的 95 % 置信区间为 {low:.4f} 到 {high:.4f}（Wilson）。离开是指比用全部行下降结束处的损失 {level:.6g} 低 {depth:.3g}（那里的结局是 {plain_ending}，经过 {plain_updates:,} 次更新）。",
    "figure_batch_escapes_title": "用全部行与用小批量的下降：{function}",
    "figure_batch_escapes_caption": "用全部 {rows:,} 行下降，结束时损失为 {level:.4g}：{plain}。全部行上的损失比它低 {depth:.4g} 时，即为离开。学习率 {rate:.4g} 时：{shares}。淡线是 95 % 置信区间（Wilson）。",
    "figure_batch_escapes_alt": "左：全部行的损失上的 {count} 条路径；右：已离开的运行所占的比例，按更新次数。",
    "figure_batch_share": "批量 {batch_size:,}：{runs:,} 次运行中有 {share:.3g} % 在 {total_updates:,} 次更新内离开（{low:.3g} % 到 {high:.3g} %），中位数 {median:g} 次",
    "figure_batch_none": "批量 {batch_size:,}：{runs:,} 次运行中没有一次在 {total_updates:,} 次更新内离开（{low:.3g} % 到 {high:.3g} %）",
    "figure_all_rows": "全部 {rows:,} 行",
    "figure_batch_run": "批量 {size:,}，种子 {seed}",
    "figure_batch_label": "批量 {size:,}",
    "figure_all_rows_stay": "全部行：停留",
    "figure_column_batch_size": "批量大小",
    "figure_column_layer": "层",
}
ERRORS: dict[str, tuple[str, str]] = {
    "needs_extra": (
        "这里需要 {package}，但它没有安装。",
        "请这样安装：pip install 'steepest[{extra}]'（引号是为了不让命令行解释方括号）。",
    ),
    "program_no_parameters": (
        "起点里没有数组。",
        "请给出浮点数数组，或由这样的数组组成的字典、元组或列表。",
    ),
    "program_integer_parameters": (
        "参数“{name}”是整数（{dtype}），整数没有导数。",
        "请从浮点数开始：用 1.0 代替 1，或用 array.astype(float)。",
    ),
    "program_complex_parameters": (
        "参数“{name}”是复数。",
        "请把实部和虚部作为两个浮点数数组给出。",
    ),
    "program_bad_parameters": (
        "参数“{name}”里没有浮点数（它是空的，或类型为 {dtype}）。",
        "请给出至少含一个数的 float64 或 float32 数组。",
    ),
    "program_data_rows": (
        "数据中各数组的行数不一致：{counts:plain}。",
        "请让数据的每个数组有同样的第一个轴，且至少一行。",
    ),
    "program_not_followed": (
        "JAX 无法跟踪“{function}”：{kind}：{text}。",
        "请用 jax.numpy 来写，不要用 float()、numpy，也不要用取决于参数的 if。",
    ),
    "program_raises": (
        "“{function}”引发了 {kind}：{text}。",
        "它以 f(parameters) 的形式被调用，这里的参数是 {shapes:plain}；请让它接受这些参数。",
    ),
    "program_raises_with_rows": (
        "“{function}”引发了 {kind}：{text}。",
        "它以 f(parameters, batch) 的形式被调用，参数是 {shapes:plain}，batch 是 data= 中的若干行；请让它接受这些参数。",
    ),
    "program_not_pure": (
        "在 {point} 处两次调用“{function}”，计算的内容不同。",
        "请让它只取决于自己的参数：不要计数器，也不要随机数（随机数可以作为 data= 的行）。",
    ),
    "program_not_scalar": (
        "“{function}”返回的是 {shapes:plain}，不是一个数。",
        "请返回一个数，例如各行的平均值。",
    ),
    "program_not_real": (
        "“{function}”返回的是 {dtype}，它没有导数。",
        "请返回随参数光滑变化的浮点数。",
    ),
    "program_complex": (
        "“{function}”在 {point} 处是复数；复数没有最小的。",
        "请返回实数，例如 jax.numpy.abs(z) ** 2。",
    ),
    "program_not_finite": (
        "“{function}”在 {point} 处是 {value}。",
        "请从它是有限数的地方开始。",
    ),
    "program_no_gradient": (
        "“{function}”在 {point} 处不可微：沿“{name}”的导数是 {slope}（有 {count:,} 个参数没有导数）。",
        "请换一个起点，或改写函数，使它在那里可微。",
    ),
    "program_kink": (
        "“{function}”在 {point} 处不可微：沿“{name}”，该点之前的斜率是 {before:.6g}，之后是 {after:.6g}。",
        "请从稍偏一侧的地方开始。",
    ),
    "program_not_a_mean": (
        "“{function}”不是各行的平均值：在 {rows:,} 行上它是 {whole:.6g}，而各部分的平均值是 {mean:.6g}，所以按批量下降会最小化另一个函数。",
        "请返回该批量各行的平均值，或使用 method='batch'。",
    ),
    "program_needs_start": (
        "函数需要一个起点：无法自行知道它有多少个参数。",
        "请给出 start=，即浮点数数组或由这样的数组组成的树。",
    ),
    "program_method_needs_data": (
        "方法 {method} 需要行，而这个函数没有。",
        "请给出 data=，即行数相同的数组，并把函数写成 f(parameters, batch)。",
    ),
    "network_needs_data": (
        "网络需要行：特征和目标。",
        "请给出 data=(X, y)。",
    ),
    "network_sizes": (
        "网络至少需要两个大小，每个至少为 1；得到的是 {sizes:plain}。",
        "请依次给出特征数、各隐藏层的大小、目标数或类别数。",
    ),
    "network_classes": (
        "交叉熵至少需要两个类别；得到的是 {classes}。",
        "请给每个类别一个得分。",
    ),
    "network_class_numbers": (
        "交叉熵需要每一行的类别编号，从 0 起，小于 {classes}。",
        "请按得分的顺序给类别编号。",
    ),
    "network_class_count": (
        "列“{column}”有 {count:,} 个不同的值；网络能区分 2 到 {most:,} 个类别。",
        "请换一个目标，或换一种损失。",
    ),
    "network_one_class_target": (
        "交叉熵只用于一个目标，而这里给出了 {targets}。",
        "请只给出一个目标。",
    ),
    "network_not_foreseen": (
        "网络在训练之前无法知道会怎样：它的损失没有固定的曲率。",
        "请用 steepest fit 训练它，或不用 --hidden。",
    ),
    "activation_of_network": (
        "激活函数 {activation} 属于网络，而这里没有给出隐藏层。",
        "请加上 --hidden 16,16，或不用 --activation。",
    ),
    "option_not_of_network": (
        "网络不接受选项 {option}：它的各层都有偏置，起点由种子自行抽取。",
        "请不要用这个选项。",
    ),
    "no_sizes": (
        "{option} 需要用逗号分隔的整数；得到的是“{text}”。",
        "例如可以写 --hidden 16,16。",
    ),
    "network_one_class": (
        "只有一个类别“{value}”，没有可区分的东西。",
        "请给出至少两个类别的行。",
    ),
    "data_of_programs": (
        "data= 用于函数和网络；线性模型的行就是第一个参数。",
        "请不要用 data=。",
    ),
    "figure_needs_network": (
        "运行 {run} 不是网络的：它没有层。",
        "请用 steepest fit 加 --hidden 得到的运行。",
    ),
    "figure_not_of_network": (
        "运行 {run} 是网络：它的损失没有统一的曲率，单个权重也没有意义。",
        "请用 loss、gradient、comparison、layers、backpropagation、contour、surface、fit 或 residuals。",
    ),
    "figure_not_of_classes": (
        "运行 {run} 预测的是各类别的概率，不是可与目标比较的数。",
        "请用 loss、layers、backpropagation、contour 或 surface。",
    ),
    "figure_network_plane": (
        "对网络只显示过其路径终点、沿路径主方向的平面；要求的是“{value}”。",
        "请去掉该选项。",
    ),
    "batch_escapes_of_all": (
        "{rows:,} 行中取 {size:,} 行的批量就是全部行：各次更新之间没有差别。",
        "请用更小的 batch_size。",
    ),
    "batch_escapes_needs_rate": (
        "此处的学习率必须是数；给出的是 {value}。随批量而定的学习率会在各次运行之间不同。",
        "请给出 0.01 这样的数。",
    ),
}
