"""Chinese: what is said about losses, penalties and the rates they allow."""

SENTENCES: dict[str, str] = {
    "plan_pass_moments": "按矩进行批量下降：全部 {rows:count} 行训练数据只读一遍，{epochs:count} 轮中的每一轮都从保存的矩得到损失和梯度。",
    "epochs_used_up_kinks": "{epochs:,} 轮（{updates:,} 次更新）已用完：目标函数为 {loss:.6g}。损失 {loss_name} 有折点，因此没有梯度能证明离最优点有多近；此时学习率已降到 {rate_then:.3g}，为最初的 {rate_share:.2g}。轮数更多时它降得更慢，也更接近最优点。",
    "diverged_no_bound": "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：学习率为 {rate:.6g} 时，目标函数超过了 {loss_limit:.4g}，即起点与零参数处较大者的 1000 倍。损失 {loss_name} 的曲率没有上界，因此没有可证明稳定的固定学习率。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。请使用 --learning-rate auto（批量下降时检验每一步），或更小的学习率。",
    "separable": "{epochs:,} 轮（{updates:,} 次更新）之后，各类别已被分开：全部 {rows:,} 个训练集行都在自己类别的一侧，损失 {loss_name} 为 {loss:.4g}。没有惩罚时，损失随参数增大而趋于 0（参数长度现为 {length:.4g}），不存在最优点。请添加惩罚（--penalty l2）。",
    "targets_finite": "有限的数",
    "targets_binary": "0 或 1",
    "targets_counts": "不小于 0 的数",
    "targets_positive": "大于 0 的数",
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
    "invalid_targets": (
        "损失 {loss} 的目标必须是{targets}；给出的是 {value:g}。",
        "请这样编码目标，或选择另一种损失。",
    ),
}
