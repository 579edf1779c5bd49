"""Chinese: what is said about losses, penalties and the rates they allow."""

SENTENCES: dict[str, str] = {
    "story_weight_zero": "列“{column:plain}”中有 {count:,} 行的权重为 0，这些行等同于不存在。",
    "plan_pass_moments": "按矩进行批量下降：全部 {rows:count} 行训练数据只读一遍，{epochs:count} 轮中的每一轮都从保存的矩得到损失和梯度。",
    "epochs_used_up_penalty": "{epochs:,} 轮（{updates:,} 次更新）已用完：损失与惩罚之和的梯度范数为 {gradient_norm:.3g}，而容差 {tolerance:g} 要求不超过 {gradient_scale:.3g} 的 {tolerance:g} 倍。请增加轮数，或接受目前的目标函数值 {loss:.6g}。",
    "epochs_used_up_penalty_steady": "{epochs:,} 轮（{updates:,} 次更新）已用完而尚未收敛：损失与惩罚之和的梯度范数为 {gradient_norm:.3g}，是容差 {tolerance:g} 所要求值（{gradient_scale:.3g} 的 {tolerance:g} 倍）的 {short:.3g} 倍。请改用 --learning-rate {remedy:plain}：这里每一步都短到适合最陡处，而 {remedy:plain} 在损失平坦处步长更大。增加轮数也有帮助（--epochs、max_iter）；最近 {lately:,} 轮中目标函数值下降了 {fell:.2%}，到 {loss:.6g}，若已足够接近即可采用。",
    "epochs_used_up_steady": "{epochs:,} 轮（{updates:,} 次更新）已用完而尚未收敛：梯度范数为 {gradient_norm:.3g}，是容差 {tolerance:g} 所要求值（{gradient_scale:.3g} 的 {tolerance:g} 倍）的 {short:.3g} 倍。请改用 --learning-rate {remedy:plain}：这里每一步都短到适合最陡处，而 {remedy:plain} 在损失平坦处步长更大。增加轮数也有帮助（--epochs、max_iter）；最近 {lately:,} 轮中损失下降了 {fell:.2%}，到 {loss:.6g}，若已足够接近即可采用。",
    "epochs_used_up_classes": "{epochs:,} 轮（{updates:,} 次更新）已用完而尚未收敛：梯度范数为 {gradient_norm:.3g}，是容差 {tolerance:g} 所要求值（{gradient_scale:.3g} 的 {tolerance:g} 倍）的 {short:.3g} 倍。没有惩罚时，分类的最小值可能很远：参数的长度已增长到 {length:.4g}。请改用 --penalty l2，使参数保持较小。增加轮数也有帮助（--epochs、max_iter）；最近 {lately:,} 轮中损失下降了 {fell:.2%}，到 {loss:.6g}。",
    "figure_penalty": "训练曲线包含惩罚（强度：l1 为 {l1:g}，l2 为 {l2:g}）；验证损失不包含。",
    "early_stopped": "{epochs:,} 轮（{updates:,} 次更新）之后提前停止：验证损失已有 {patience} 轮没有改善其自身的 1e-4。最低值 {best_loss:.6g} 出现在第 {best_epoch:,} 轮之后，返回的是那时的参数；训练损失继续降到 {loss:.6g}。",
    "epochs_used_up_kinks": "{epochs:,} 轮（{updates:,} 次更新）已用完：目标函数为 {loss:.6g}。损失 {loss_name} 有折点，因此没有梯度能证明离最优点有多近；此时学习率已降到 {rate_then:.3g}，为最初的 {rate_share:.2g}。轮数更多时它降得更慢，也更接近最优点。",
    "diverged_no_bound": "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：学习率为 {rate:.6g} 时，目标函数超过了 {loss_limit:.4g}，即起点与零参数处较大者的 1000 倍。损失 {loss_name} 的曲率没有上界，因此没有可证明稳定的固定学习率。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。请使用 --learning-rate auto（批量下降时检验每一步），或更小的学习率。",
    "separable": "{epochs:,} 轮（{updates:,} 次更新）之后，各类别已被分开：全部 {rows:,} 个训练集行都在自己类别的一侧，损失 {loss_name} 为 {loss:.4g}。没有惩罚时，损失随参数增大而趋于 0（参数长度现为 {length:.4g}），不存在最优点。请添加惩罚（--penalty l2）。",
    "epochs_used_up_kinks_constant": "{epochs:,} 轮（{updates:,} 次更新）已用完：目标函数为 {loss:.6g}。损失 {loss_name} 有折点，因此没有梯度能证明离最优点有多近；学习率始终为 {rate_then:.3g}，而固定学习率下的更新会不断越过折点。请使用下降的调度（--schedule geometric），或在 plain 规则下使用会自行下降的 --learning-rate auto。",
    "diverged_kinks": "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：学习率为 {rate:.6g} 时，目标函数超过了 {loss_limit:.4g}，即起点与零参数处较大者的 1000 倍。损失 {loss_name} 有折点，斜率在最优点附近也不会变小。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。请使用更小且下降的学习率（--schedule geometric），或在 plain 规则下使用 --learning-rate auto（从由最小二乘得出的长度按几何级数下降）。",
    "diverged_no_bound_smaller": "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：学习率为 {rate:.6g} 时，目标函数超过了 {loss_limit:.4g}，即起点与零参数处较大者的 1000 倍。损失 {loss_name} 的曲率没有上界，因此没有可证明稳定的固定学习率。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。请使用更小的学习率；或选择 --method batch、plain 规则和恒定的调度，此时 --learning-rate auto 会检验每一步。",
    "separable_partly": "{epochs:,} 轮（{updates:,} 次更新）之后，损失 {loss_name} 为 {loss:.6g}，不存在最优点：沿参数的某个方向，{rows:,} 个训练集行中有 {falling:,} 行的损失不断下降，没有一行的损失上升，例如部分类别被分开，或某组的计数全为 0。只要继续下降，参数就会增长（长度现为 {length:.4g}）。请添加惩罚（--penalty l2）。",
    "epochs_used_up_steady_page": "{epochs:,} 轮（{updates:,} 次更新）已用完而尚未收敛：梯度范数为 {gradient_norm:.3g}，是容差 {tolerance:g} 所要求值（{gradient_scale:.3g} 的 {tolerance:g} 倍）的 {short:.3g} 倍。请增加轮数（--epochs），或把 --learning-rate 设为大于 {rate:.4g} 的数：这里每一步都短到适合最陡处。最近 {lately:,} 轮中损失下降了 {fell:.2%}，到 {loss:.6g}，若已足够接近即可采用。",
    "epochs_used_up_penalty_steady_page": "{epochs:,} 轮（{updates:,} 次更新）已用完而尚未收敛：损失与惩罚之和的梯度范数为 {gradient_norm:.3g}，是容差 {tolerance:g} 所要求值（{gradient_scale:.3g} 的 {tolerance:g} 倍）的 {short:.3g} 倍。请增加轮数（--epochs），或把 --learning-rate 设为大于 {rate:.4g} 的数：这里每一步都短到适合最陡处。最近 {lately:,} 轮中目标函数值下降了 {fell:.2%}，到 {loss:.6g}，若已足够接近即可采用。",
    "classes_unseen": "列“{column:plain}”中有 {count:,} 行的类别（{classes:plain}）在训练集行中没有出现，这些行没有损失。",
    "story_loss_exp": "损失为 {loss}：预测为得分的指数，因此特征每增加一个单位，预测就乘以系数的指数。",
    "story_classes_two": "目标为 {count} 个类别：{classes:plain}；损失为 {loss}。得分大于 0 表示 {second:plain}。",
    "story_loss": "损失为 {loss}。",
    "story_classes": "目标为 {count} 个类别：{classes:plain}；损失为 {loss}。",
    "story_penalty": "平均损失加上 {alpha:g} 倍的系数惩罚 {penalty}（针对训练时的特征，不包括截距）。",
    "story_rate_backtracking": "每一步都在全部行上检验，学习率由回溯得到：目标函数从不上升。",
    "story_rate_falling": "损失 {loss} 有折点：学习率从 {rate:.4g}（由最小二乘得出的长度）按几何级数下降到其百万分之一。",
    "story_rate_proven": "学习率 {rate:.4g} 由损失曲率的上界得出；不超过 {largest:.4g} 时可证明下降是稳定的。",
    "story_rate_chosen": "学习率为 {rate:.4g}；不超过 {largest:.4g} 时可证明下降是稳定的。",
    "story_course_loss": "目标函数在起点为 {first:.6g}；{epochs:,} 轮之后训练损失为 {last:.6g}。",
    "story_accuracy": "训练集行中有 {accuracy:.2%} 在自己类别的一侧。",
    "story_validation_loss": "在验证集行上，损失为 {value:.6g}。",
    "story_validation_data": "{train:,} 行用于训练；另一个文件的 {validation:,} 行用于验证。",
    "figure_label_returned": "返回的参数，损失 {loss:.4g}",
    "figure_measured_one": "损失 {loss} 在 {first} 与 {second} 上的等高线：{way}在 {progress} 内从 {start_loss:.4g} 降到 {end_loss:.6g}。最优点没有公式可算；图中标出起点和终点。",
    "figure_measured_many": "损失 {loss} 在 {first} 与 {second} 上的等高线和 {paths} 条路径；第一条在 {progress} 内从 {start_loss:.4g} 降到 {end_loss:.6g}。最优点没有公式可算。",
    "figure_measured_rows": "高度从 {lowest:.4g} 到 {highest:.4g}，是训练集 {count:,} 行中 {rows:,} 行上的真实损失。",
    "figure_loss_fit_curve_title": "由 {feature} 预测 {target}：训练前后的模型",
    "figure_loss_fit_curve": "起点模型的目标函数（{loss}）为 {first:.6g}，{progress} 后返回的模型为 {last:.6g}；图中有 {training:,} 个训练集行和 {validation:,} 个验证集行。",
    "figure_loss_fit_predictions_title": "{target}：训练前后的预测与观测",
    "figure_loss_fit_predictions": "虚线上预测等于观测。目标函数（{loss}）在起点为 {first:.6g}，{progress} 后返回的参数处为 {last:.6g}；图中有 {training:,} 个训练集行和 {validation:,} 个验证集行。",
    "figure_loss_fit_margins_title": "{target}：各行在自己类别一侧有多远",
    "figure_loss_fit_margins": "一行的间隔是自己类别的得分减去其他类别中最高的得分；在 0 右侧的行位于自己类别的一侧。目标函数（{loss}）在 {progress} 内从 {first:.6g} 变为 {last:.6g}。",
    "figure_loss_fit_accuracy": "图中 {training:,} 个训练集行里有 {right:,} 个（{share:.3g} %）在自己类别的一侧。",
    "figure_sections_rows": "损失和斜率取自训练集 {count:,} 行中的 {rows:,} 行。",
    "figure_axis_margin": "自己类别的间隔",
    "figure_axis_probability": "{name} 的概率",
    "figure_axis_score": "{name} 的得分",
    "targets_finite": "有限的数",
    "targets_binary": "0 或 1",
    "targets_counts": "不小于 0 的数",
    "targets_positive": "大于 0 的数",
    "place_target": "第 {row} 行第 {target} 个目标",
    "targets_shares": "每个类别为 0 或 1，总和为 1",
}

ERRORS: dict[str, tuple[str, str]] = {
    "rule_without_prox": (
        "L1 需要 plain 规则：在 {rule} 的更新之后，近端步不会通向最优点。",
        "请选择 --rule plain，或惩罚 l2。",
    ),
    "backtracking_needs_slopes": (
        "回溯需要在每个得分处都有斜率；损失 {loss} 在折点处没有。",
        "请让学习率保持 auto（它会下降），或给出一个数。",
    ),
    "backtracking_of_batch": (
        "回溯在所有行上检验每一步，因此只用于批量下降。",
        "请选择 --method batch，或给出学习率的数值。",
    ),
    "auto_without_bound": (
        "损失 {loss} 的曲率没有上界，因此随机小批量没有可证明稳定的学习率。",
        "请选择 --method batch（每一步都经过检验），或给出学习率的数值。",
    ),
    "backtracking_of_plain": (
        "回溯与 plain 规则配合使用；{rule} 需要给出学习率。",
        "请选择 --rule plain，或给出学习率的数值。",
    ),
    "backtracking_without_schedule": (
        "回溯自行找到每个学习率；调度 {schedule} 没有可缩放的对象。",
        "请让调度保持恒定，或给出学习率的数值。",
    ),
    "loss_without_parameter": (
        "损失 {loss} 没有自己的参数；给出的是 {value}。",
        "请不要给出，或选择其中之一：{known:plain}。",
    ),
    "loss_parameter_impossible": (
        "{option} 必须是正数，分位数还须小于 1；给出的是 {value}。",
        "请给出这样的数。",
    ),
    "penalty_impossible": (
        "{strength} 必须是不小于 0 的有限数，{ratio} 在 0 到 1 之间；给出的是 {alpha} 和 {l1_ratio}。",
        "请给出这样的数。",
    ),
    "one_class": (
        "{rows:,} 行有权重的数据中只有一个类别：{classes}。",
        "请给出至少两个类别的行。",
    ),
    "classes_of_one_target": (
        "类别只能是一个目标；给出的是{targets}。",
        "请指定一个 --target，或选择预测数值的损失。",
    ),
    "class_not_trained": (
        "验证集行的列“{column:plain}”中有类别“{value:plain}”，而训练集行中没有（已知：{known}）。",
        "请给出该类别的训练集行，或去掉这些行。",
    ),
    "validation_twice": (
        "验证集行被要求了两次。",
        "请给出 --validation-data，或 --validation 与 --time-ordered。",
    ),
    "search_of_squares": (
        "搜索 {method} 只用于没有惩罚的平方误差。",
        "请选择 --method batch，或平方误差。",
    ),
    "weight_among_others": (
        "列“{column:plain}”既被指定为权重，又被指定为目标或特征。",
        "请只指定一次。",
    ),
    "weight_no_number": (
        "列“{column:plain}”被指定为权重，但其中是{kind}。",
        "请指定一个数值不小于 0 的列。",
    ),
    "weight_negative": (
        "列“{column:plain}”第 {row:,} 行的权重 {value} 为负或不是有限的数。",
        "请给出不小于 0 的权重；0 表示去掉该行。",
    ),
    "forecast_of_squares": (
        "预测只用于没有惩罚的平方误差，此时矩说明一切；要求的是损失 {loss} 与惩罚 {penalty}。",
        "请不要给出 --loss 与 --penalty，指定数值目标，或查看计划。",
    ),
    "class_count": (
        "列“{column:plain}”在 {rows:,} 行训练数据中有 {count:,} 个不同的值，多得不能作为类别（至多 {most:,} 个）。",
        "请指定由类别组成的目标，或先合并罕见的类别。",
    ),
    "patience_without_rows": (
        "对验证集行损失的耐心为 {patience} 轮，但没有验证集行。",
        "请给出验证集行（--validation、--validation-data），或不要设置耐心（--patience）。",
    ),
    "average_of_batches": (
        "平均用于随机小批量；这里每次更新都使用全部 {rows:,} 行，没有噪声可以消除。",
        "请不要使用平均，或选择 --method 的随机方法。",
    ),
    "figure_of_squares": (
        "此图由矩得出，而矩只能完全描述平方误差；这里的损失是 {loss}，只有逐行计算才知道。",
        "请看等高线、曲面、斜率或损失，或选择平方误差。",
    ),
    "figure_errors_of_numbers": (
        "误差是数之间的差；损失 {loss} 用来区分类别。",
        "请看模型旁边的间隔。",
    ),
    "invalid_validation_targets": (
        "损失 {loss} 的目标必须是{targets}；验证集行在{place:plain}的目标是 {value:g}。",
        "请让验证集行的目标与训练集行采用同样的编码，或选择另一种损失。",
    ),
    "class_weight_impossible": (
        "类别权重必须是不小于 0 的有限数；类别 {label!r} 的权重是 {value:g}。",
        "请更正 class_weight。",
    ),
    "validation_not_pair": (
        "验证集行必须是特征与目标两个数组；给出的是 {got}，长度为 {count}。",
        "请只给出这两个数组；权重只用于训练集行。",
    ),
    "validation_targets_differ": (
        "验证集行各有 {count} 个目标，而训练集行各有 {needed} 个。",
        "请让验证集行的 y 与训练集行的 y 列数相同。",
    ),
    "invalid_targets": (
        "损失 {loss} 的目标必须是{targets}；y 在{place:plain}的值是 {value:g}。",
        "请这样编码目标，去掉这样的行，或选择另一种损失。",
    ),
    "invalid_targets_of_table": (
        "损失 {loss} 的目标必须是{targets}；{file} 的列“{column:plain}”在第 {row:,} 行的值是 {value:g}。",
        "请改正或去掉这样的行，或选择接受任何数的损失，例如 --loss squared_error 或 huber。",
    ),
}
