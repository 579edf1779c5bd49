"""Chinese: what is said about options, rates, runs, endings and models."""

_STALLED = "经过 {epochs:,} 轮（{updates:,} 次更新）后停滞："
_USED_UP = (
    "{epochs:,} 轮（{updates:,} 次更新）已用完：梯度范数为 {gradient_norm:.3g}，而容差 {tolerance:g} 要求它"
    "不超过 {gradient_scale:.3g} 的 {tolerance:g} 倍。"
)
_CONVERGED_FAR = (
    "按梯度判断，经过 {epochs:,} 轮（{updates:,} 次更新）后收敛：梯度范数为 {gradient_norm:.3g}，不超过 "
    "{gradient_scale:.3g} 的 {tolerance:g} 倍。但损失为 {loss:.6g}，而最小二乘可达到 {optimum_loss:.6g}："
    "平坦方向上的下降几乎还没有开始（条件数 {condition:.3g}）。"
)
_DIVERGED = (
    "在第 {update:,} 次更新（第 {epochs:,} 轮）时发散：损失超过了 {loss_limit:.4g}，即起点处与零参数处损失"
    "中较大者的 1000 倍。"
)
_DIRECTION = "曲率最大的方向主要沿“{direction}”（占比 {direction_share:.2f}）"
_KEPT = "已保留目前最好的点（第 {best_epoch:,} 轮，损失 {best_loss:.6g}）。"
_TAKE_AUTO = "请使用 --learning-rate auto（{auto_rate:g}）"
_DIVERGED_BATCH = (
    _DIVERGED
    + "学习率 {rate:.6g} 是最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍；发散的方向主要"
    "沿“{direction}”（占比 {direction_share:.2f}），每次更新都使该方向上的误差变为原来的 {factor:.4g} 倍。"
    + _KEPT
)
_DIVERGED_RANDOM = (
    _DIVERGED + "学习率 {rate:.6g} 是批量大小为 {smallest_batch:,} 时已证明稳定的最大学习率 "
    "{largest_stable_rate:.6g} 的 {times:.4g} 倍；" + _DIRECTION + "。" + _KEPT
)
_DIVERGED_GIVEN = (
    _DIVERGED
    + "学习率 {rate:.6g} 是按给定次序在每一批上都稳定的最大学习率 {largest_stable_rate:.6g} 的 "
    "{times:.4g} 倍；" + _DIRECTION + "。" + _KEPT
)
_DIVERGED_BOUND = (
    _DIVERGED
    + "学习率 {rate:.6g} 是已证明稳定的最大学习率 {largest_stable_rate:.6g}（2 除以曲率的上界）的 "
    "{times:.4g} 倍；" + _DIRECTION + "。" + _KEPT
)
_AND_STANDARDIZE = "，并标准化特征。"

SENTENCES: dict[str, str] = {
    # progress and answers of the command line
    "progress_reading": "正在读取 {data:plain}",
    "progress_moments": "遍历一次 {rows:,} 行、{columns:,} 列的训练数据",
    "progress_descending": "正在梯度下降，学习率 {rate}",
    "progress_searching": "正在搜索：{method}",
    "progress_epoch": "第 {epoch:,} 轮，共 {epochs:,} 轮，损失 {loss:.6g}",
    "model_heading": "用 {method} 方法拟合 {target:plain}（引擎：{engine}），系数以表中的原始单位给出",
    "intercept": "截距（intercept）",
    "descent": "拟合结果",
    "least_squares": "最小二乘",
    "saved": "已保存到 {folder}；再次查看：steepest show {folder}",
    "more_coefficients": "……另有 {count:,} 个，见 model.json",
    "predicted": "已将 {rows:,} 个预测值写入 {out}。",
    "predicted_empty": "有 {empty:,} 行缺少特征值，其预测值留空。",
    "predicted_loss": "在含有目标的 {scored:,} 行上，{loss_name} 为 {loss:.6g}。",
    "heading_rate": "学习率",
    "heading_ending": "结束方式",
    "heading_epochs": "轮数",
    "heading_train_loss": "训练损失",
    "heading_validation_loss": "验证损失",
    # what is wrong with a command line
    "usage_missing_option": "缺少选项 {option}",
    "usage_missing_argument": "缺少参数 {argument}",
    "usage_no_option": "没有选项 {option}",
    "usage_no_option_but": "没有选项 {option}（相近的有 {known:plain}）",
    "usage_no_command": "没有命令“{command}”",
    "usage_no_command_but": "没有命令“{command}”（相近的有 {known:plain}）",
    "usage_needs_value": "选项 {option} 需要一个值",
    "usage_takes_no_value": "选项 {option} 不带值",
    "usage_extra": "多余的参数（{arguments}）",
    "usage_no_integer": "{option} 的值必须是整数",
    "usage_no_number": "{option} 的值必须是数",
    # plans
    "plan_moments": (
        "矩引擎（moments）：用 {threads} 个线程遍历一次 {rows:,} 行 × {columns:,} 列的训练数据，即可得到平方误差下"
        "批量梯度下降所需的一切；此后每一轮都不再读取数据行，因此 {epochs:,} 轮几乎没有代价。"
    ),
    "plan_pass": (
        "遍历引擎（pass）：至多 {epochs:,} 轮，每一轮用 {threads} 个线程把 {rows:,} 行 × {columns:,} 列的训练数据读取"
        "一次，同时求出损失值和梯度；结果的每一位都与线程数无关。"
    ),
    "plan_sweep": (
        "扫描引擎（sweep）：至多 {epochs:,} 轮，每一轮以批量大小 {batch_size:,}，在单核上一次编译调用走遍全部 "
        "{rows:,} 行 × {columns:,} 列的训练数据（每次更新都依赖前一次）；合计把全部数据行读取 {reads:,.0f} 次。"
    ),
    "plan_sweep_plain": (
        "扫描引擎（sweep），不经编译，直接用 numpy：以批量大小 {batch_size:,} 走遍 {rows:,} 行 × {epochs:,} 轮，"
        "不等编译代码加载完就已结束。"
    ),
    # endings: each gives the number that proves it and, where there is one, the remedy
    "converged": (
        "经过 {epochs:,} 轮（{updates:,} 次更新）后收敛：梯度范数为 {gradient_norm:.3g}，不超过起点处与零参数处"
        "梯度范数中较大者 {gradient_scale:.3g} 的 {tolerance:g} 倍。"
    ),
    "target_loss_reached": (
        "经过 {epochs:,} 轮（{updates:,} 次更新）后达到目标损失：训练损失为 {loss:.6g}，要求为 {target_loss:.6g}。"
    ),
    "epochs_used_up": _USED_UP + "请增加轮数，或接受目前的损失 {loss:.6g}。",
    "epochs_used_up_batch": (
        _USED_UP + "按这个学习率大约还需要 {needed:count} 轮：请增加轮数（--epochs 或 max_iter）。"
    ),
    "epochs_used_up_unscaled": (
        _USED_UP
        + "按这个学习率大约还需要 {needed:count} 轮，因为各特征的尺度不同（条件数 {condition:.3g}）："
        "请标准化特征，或增加轮数（--epochs 或 max_iter）。"
    ),
    "epochs_used_up_unstable": (
        "{epochs:,} 轮（{updates:,} 次更新）已用完，损失为 {loss:.6g}，再增加轮数也无济于事：学习率 {rate:.6g} "
        "是最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍，每次更新都使沿“{direction}”的误差变为原来的 "
        "{factor:.4g} 倍。" + _TAKE_AUTO + "。"
    ),
    "epochs_used_up_falling": (
        _USED_UP
        + "目前的损失 {loss:.6g} 比最小二乘高 {above:.2g}。此时递减的学习率已降到 {rate_then:.3g}，"
        "为起初的 {rate_share:.2%}。要更快达到容差，请保持学习率为 auto（{auto_rate:g}）不变。"
    ),
    "stalled_still": (
        _STALLED
        + "从一轮到下一轮，参数的每一个二进制位都不再变化；梯度范数为 {gradient_norm:.3g}。再增加轮数"
        "不会改变任何东西。"
    ),
    "stalled_idle": (
        _STALLED + "记录的损失连续 10 轮的改善不足其自身的 1e-4，最后为 {loss:.6g}，因为在学习率 "
        "{rate:.3g} 下，各批数据给出的下降方向互不一致。请使用递减的 --schedule（如 inverse-time）并配合 "
        "--tolerance 0、更大的批量或 --method batch。"
    ),
    "stalled_idle_unproven": (
        _STALLED
        + "记录的损失连续 10 轮的改善不足其自身的 1e-4，最后为 {loss:.6g}（起点为 {first_loss:.6g}）；学习率 {rate:.6g} "
        "是已证明稳定的最大学习率 {largest_stable_rate:.4g} 的 {times:.3g} 倍。" + _TAKE_AUTO + "。"
    ),
    "stalled_idle_falling": (
        _STALLED
        + "记录的损失连续 10 轮的改善不足其自身的 1e-4，停在 {loss:.6g}；此时递减的学习率已降到 "
        "{rate_then:.3g}，为起初的 {rate_share:.1%}。请用 --tolerance 0 让学习率走完全程，或使用更大的批量或 "
        "--method batch。"
    ),
    "stalled_cycle": (
        _STALLED
        + "每一轮结束时都回到该轮开始的位置，而梯度范数仍为 {gradient_norm:.3g}，因为各批数据总以同样的"
        "次序出现，拉着参数绕圈。请使用 --order random 并配合递减的 --schedule 和 --tolerance 0，或使用 --method batch。"
    ),
    "converged_far": _CONVERGED_FAR + "请减小 --tolerance，并增加轮数。",
    "converged_far_unscaled": _CONVERGED_FAR + "请标准化特征。",
    "diverged_batch": _DIVERGED_BATCH + _TAKE_AUTO + "。",
    "diverged_batch_unscaled": _DIVERGED_BATCH + _TAKE_AUTO + _AND_STANDARDIZE,
    "diverged_schedule": (
        _DIVERGED
        + "学习率从 {rate:.6g} 开始下降，它是保持不变时最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍（"
        + _DIRECTION
        + "），而且下降得不够快。"
        + _KEPT
        + _TAKE_AUTO
        + "。"
    ),
    "diverged_random": _DIVERGED_RANDOM + _TAKE_AUTO + "。",
    "diverged_random_unscaled": _DIVERGED_RANDOM + _TAKE_AUTO + _AND_STANDARDIZE,
    "diverged_given": _DIVERGED_GIVEN + _TAKE_AUTO + "。",
    "diverged_given_unscaled": _DIVERGED_GIVEN + _TAKE_AUTO + _AND_STANDARDIZE,
    "diverged_bound": _DIVERGED_BOUND + _TAKE_AUTO + "。",
    "diverged_bound_unscaled": _DIVERGED_BOUND + _TAKE_AUTO + _AND_STANDARDIZE,
    "searched_exhaustive": (
        "网格的全部 {evaluations:,} 个点都已计算（{count} 个参数，每个取 {points} 个值，步长 {step:plain}）；最好的是 "
        "{searched:plain}，损失为 {loss:.6g}。更好的点可能位于网格点之间：请缩小它周围的范围，或改用梯度下降。"
    ),
    "searched_edge": (
        "网格的全部 {evaluations:,} 个点都已计算（{count} 个参数，每个取 {points} 个值，步长 {step:plain}）；最好的是 "
        "{searched:plain}，损失为 {loss:.6g}。它位于 {edges:plain} 的范围边界上：最小值可能在边界之外，请把范围向那一侧"
        "放宽，或改用梯度下降。"
    ),
    "searched_coarse_to_fine": (
        "依次计算了 {rounds} 个网格（{count} 个参数，每个取 {points} 个值，合计 {evaluations:,} 次计算），每个网格都围绕"
        "上一个网格的最好点，步长最终缩小到 {step:plain}；最好的是 {searched:plain}，损失为 {loss:.6g}。若有多个谷，或"
        "参数相互关联，任何一个网格都可能把真正的最小值排除在外：请与最小二乘比较，或改用梯度下降。"
    ),
    "searched_coarse_to_fine_edge": (
        "依次计算了 {rounds} 个网格（{count} 个参数，每个取 {points} 个值，合计 {evaluations:,} 次计算），每个网格都围绕"
        "上一个网格的最好点，步长最终缩小到 {step:plain}；最好的是 {searched:plain}，损失为 {loss:.6g}。它位于 {edges:plain} "
        "的范围边界上：最小值可能在边界之外，请把范围向那一侧放宽，或改用梯度下降。"
    ),
    "target_loss_reached_by_search": (
        "经过 {evaluations:,} 次计算后达到目标损失：在 {searched:plain} 处损失为 {loss:.6g}，要求为 {target_loss:.6g}。"
    ),
    "converged_by_search": (
        "经过 {evaluations:,} 次计算后收敛：在 {searched:plain} 处梯度范数为 {gradient_norm:.3g}，不超过零参数处"
        "梯度范数 {gradient_scale:.3g} 的 {tolerance:g} 倍。"
    ),
    "diverged_start": (
        "在第一次更新之前就已发散：起点处的损失为 {loss:.4g}，大得无法与任何值比较。请从更接近零的点开始。"
    ),
    "interrupted": (
        "在 {epochs:,} 轮（{updates:,} 次更新）后被 {signal} 中断，损失为 {loss:.6g}。此前的结果已保留；可以用 "
        "--start 从这里重新开始。"
    ),
    # endings in a table
    "ending_converged": "收敛",
    "ending_target_loss_reached": "达到目标损失",
    "ending_epochs_used_up": "轮数用完",
    "ending_stalled": "停滞",
    "ending_early_stopped": "提前停止",
    "ending_diverged": "发散",
    "ending_unbounded": "无下界",
    "ending_saddle": "鞍点",
    "ending_maximum": "最大值",
    "ending_degenerate": "退化临界点",
    "ending_interrupted": "中断",
    # parts of sentences
    "what_rows": "数据行",
    "what_parameters": "参数",
    "duration_seconds": "{amount:.3g} 秒",
    "duration_hours": "{amount:.3g} 小时",
    "duration_days": "{amount:.3g} 天",
    "duration_years": "{amount:.3g} 年",
    "column_of_input": "{what} 的列“{column}”",
    "input_text": "文本",
    "input_dates": "日期",
    "single_text": "文本",
    "single_dates": "日期",
    "input_infinite": "无穷大或超出 {dtype} 范围的值",
    "place_row": "第 {row} 行",
    "place_cell": "第 {row} 行的列“{column}”",
}

_RUN_FOLDER = "请指定由 steepest fit 生成的运行文件夹，或重新训练。"
_CHOOSE = "请从中选择一个。"

ERRORS: dict[str, tuple[str, str]] = {
    # the command line
    "unknown_language": (
        "没有“{language}”这种语言；现有的语言是 {known:plain}。",
        "请用 --lang 选择其中一种。",
    ),
    "no_list_of_names": (
        "{option}：“{text}”不是名称列表。",
        "请用英文逗号分隔名称；名称本身含逗号时，请像在 CSV 中那样加引号。",
    ),
    "no_number": ("{option}：“{text}”不是数。", "数可以写成 0.1 或 1e-3。"),
    "no_range": (
        "“{text}”不符合 NAME=LOW:HIGH 的写法。",
        "请写成 --range NAME=LOW:HIGH，其中 LOW 和 HIGH 是两个数；拟合的常数项叫做 intercept。",
    ),
    "usage": ("{text}。", "请见 `steepest{command} --help`。"),
    "interrupted": ("训练开始之前被 {signal} 中断。", "没有写出任何内容。"),
    "input_output": ("读写失败：{reason}。", "请检查该位置及其剩余空间。"),
    "memory": ("内存不足。", "请减少行或列。"),
    "unknown_choice": (
        "“{value}”不是 {option} 的可选值；可选的有 {known:plain}。",
        _CHOOSE,
    ),
    "hidden_too_small": (
        "大小为 {value} 的隐藏层什么也没有；--hidden 的大小至少为 1。",
        "请写成例如 --hidden 16,16；要线性模型就不写它。",
    ),
    "option_too_small": (
        "{option} 不能小于 {least}；给出的是 {value}。",
        "请给出更大的值。",
    ),
    "tolerance_out_of_range": (
        "容差必须不小于 0 且小于 1；给出的是 {value}。",
        "它是梯度范数降到初始值的多大比例时算作收敛，例如 1e-8。",
    ),
    "target_loss_negative": (
        "目标损失必须是不小于 0 的数；给出的是 {value}。",
        "请给出训练应停止时的损失。",
    ),
    "validation_out_of_range": (
        "验证集行的比例必须不小于 0 且小于 1；给出的是 {value}。",
        "请给出 0.2 这样的比例；0 表示不留验证集行。",
    ),
    "start_not_finite": (
        "--start 中的数必须是有限的。",
        "请为每个参数给出一个数，截距在最前。",
    ),
    "start_length": (
        "--start 中有 {count:,} 个数，而模型有 {wanted:,} 个参数。",
        "请按此次序给出：{order:plain}。",
    ),
    "no_target": ("没有指定目标。", "请用 --target 指定要预测的列。"),
    "no_feature_named": ("没有指定特征。", "要使用全部列，请省略 --features。"),
    "named_twice": ("“{column}”在 {option} 中出现了两次。", "请只写一次。"),
    "target_among_features": (
        "“{column}”既被指定为目标，又被指定为特征。",
        "目标若在特征之中，就会用它自己预测自己；请从其中一处去掉它。",
    ),
    "option_of_search": (
        "{option} 只用于搜索。",
        "请加上 --method exhaustive 或 --method coarse-to-fine，或省略它。",
    ),
    "option_of_descent": (
        "{option} 只用于梯度下降，不用于 --method {method}。",
        "请省略它。",
    ),
    "range_empty": (
        "“{name}”从 {low} 到 {high} 的范围是空的。",
        "请写成 --range NAME=LOW:HIGH，并使 LOW 小于 HIGH。",
    ),
    "range_unknown": (
        "没有可供搜索的参数“{name}”；参数有 {known:plain}。",
        "请更正 --range 中的名称。",
    ),
    "too_few_points": (
        "{points} 个点太少：{method} 搜索要求每个参数至少 {least} 个点。",
        "请增大 --points。",
    ),
    "search_needs_range": (
        "{method} 搜索至少需要一个参数的范围。",
        "请写成 --range NAME=LOW:HIGH；拟合的常数项叫做 intercept。没有给出范围的参数保持在起点不动。",
    ),
    "search_too_large": (
        "{parameters} 个参数各取 {points} 个点，需要 {points}^{parameters} = {evaluations:.3g} 次损失计算（按每秒"
        "一百万次计需 {duration}）；最多只做 {most:,} 次。这正是要用梯度下降而不用搜索的原因。",
        "请减少要搜索的参数或点数，或改用下降：不写 --method。",
    ),
    "search_one_target": (
        "搜索只能有一个目标；给出了 {count} 个。",
        "请只用 --target 指定一个，或选择 --method batch。",
    ),
    "example_alone": (
        "示例表不能与其他数据合并：{data:plain}。",
        "请单独指定示例表。",
    ),
    "values_too_large": (
        "列“{column}”的值太大，在 float64 中无法求平方和。",
        "请把该列除以 10 的某次幂。",
    ),
    "model_unreadable": ("无法读取 {folder} 中的模型：{reason}。", _RUN_FOLDER),
    "run_unreadable": ("无法读取 {folder} 中的运行：{reason}。", _RUN_FOLDER),
    "not_finite_input": (
        "输入 {what} 中含有 {kind}（这样的值共 {count:,} 个，第一个在{place}）。",
        "{estimator} 不接受缺失值或无穷大：请舍弃这样的行，或先行填补（sklearn.impute）。",
    ),
    "init_shape": (
        "{name} 的形状是 {shape}，而需要的是 {wanted}。",
        "请使其形状与拟合后的属性一致。",
    ),
    "all_weights_zero": (
        "样本权重全部为零，没有剩下任何行。",
        "请至少给一行正的权重。",
    ),
    "method_is_search": (
        "“{method}”是搜索，不是梯度下降。",
        "请对参数的函数调用 steepest.search，或用它拟合一张表。",
    ),
    "nothing_to_fit": (
        "没有可供拟合的{what}。",
        "请至少给出一行权重为正的数据，以及一个特征或截距。",
    ),
    "rows_not_finite": (
        "数据行中有 NaN 或无穷大。",
        "请舍弃这样的行，或先行填补；平方后溢出的值也算作无穷大。",
    ),
    "weights_not_possible": (
        "权重必须是有限的非负数。",
        "要排除某些行，请直接去掉它们，而不要给负的权重。",
    ),
    "names_length": (
        "给出了 {count} 个名称，而特征有 {columns} 个。",
        "请为每个特征给出一个名称。",
    ),
    "feature_called_intercept": (
        "有一个特征叫做“intercept”，与模型的常数项同名。",
        "请给该列改名，或使用 --no-intercept。",
    ),
    "scales_too_far_apart": (
        "列“{large}”与“{small}”的大小相差 {factor:.1e} 倍，超出了 float64 在一个和式中所能容纳的范围。",
        "请标准化特征（默认如此），或换用其他单位。",
    ),
    "output_is_input": (
        "{file} 是要用来预测的文件之一；写入它会毁掉它。",
        "请另选一个 --out。",
    ),
    "run_holds_runs": (
        "{folder} 中有多次运行：{runs:plain}。",
        "请指定其中之一。",
    ),
    "rate_twice": ("学习率 {value} 出现了两次。", "每个学习率请只写一次。"),
    "not_numeric": (
        "{column} 中是{kind}，而需要的是数值：无法把{what} {value} 转换为浮点数。看起来像数的文本也不会当作数读取。",
        "请先转换它（astype(float)，或自某日起的天数），或不使用它。",
    ),
    "init_not_finite": ("{name} 中的数必须是有限的。", "要从零开始，请省略它。"),
    "init_without_intercept": (
        "给出了 intercept_init，而模型没有截距。",
        "请省略它，或用 fit_intercept=True 拟合。",
    ),
    "values_too_small": (
        "列“{column}”的值太小，其平方在 float64 中变为零。",
        "请把该列乘以 10 的某次幂。",
    ),
    "rate_not_positive": (
        "学习率必须是正数或 'auto'；给出的是 {value}。",
        "请保持 auto，或给出 0.01 这样的数。",
    ),
    "batch_size_of_batch": (
        "批量梯度下降每次更新都使用全部 {rows:,} 行训练数据；批量大小 {size:,} 与此矛盾。",
        "请省略批量大小，或选择 --method mini-batch。",
    ),
    "batch_size_of_stochastic": (
        "随机梯度下降每次更新只使用一行；批量大小 {size:,} 与此矛盾。",
        "请省略批量大小，或选择 --method mini-batch。",
    ),
    "batch_larger_than_rows": (
        "批量大小 {size:,} 大于训练集行数 {rows:,}。",
        "请选择不超过 {rows} 的批量大小，或使用 --method batch。",
    ),
    "engine_needs_quadratic_loss": (
        "{engine} 引擎只能处理平方误差。",
        "请不要指定引擎，由程序选择。",
    ),
    "unknown_example": (
        "没有示例表 example:{example}；现有的是 {known:plain}。",
        _CHOOSE,
    ),
    "trace_unreadable": ("无法读取 {folder} 中的轨迹：{reason}。", _RUN_FOLDER),
}
