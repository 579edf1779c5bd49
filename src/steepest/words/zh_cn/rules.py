"""Simplified Chinese: what is said about update rules: stable rates, endings, comparisons."""

_DIVERGED = (
    "第 {update:,} 次更新（第 {epochs:,} 轮）时发散：损失超过了 {loss_limit:.4g}，即起点处与零参数处损失中较大者的 "
    "1000 倍。"
)
_EXACT = (
    "学习率 {rate:.6g} 是更新规则 {rule} 的最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍；出问题的方向主要沿着"
    "“{direction}”（占 {direction_share:.2f}），长期看每次更新都使误差在这个方向上乘以 {factor:.4g}。"
)
_PROVEN = (
    "学习率 {rate:.6g} 是更新规则 {rule} 已证明稳定的最大学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍；曲率最大的方向"
    "主要沿着“{direction}”（占 {direction_share:.2f}）。"
)
_UNPROVEN = "学习率为 {rate:.6g}；更新规则 {rule} 没有任何已证明稳定的学习率。"
_USED_UP = (
    "{epochs:,} 轮（{updates:,} 次更新）已用完：梯度范数为 {gradient_norm:.3g}，而容差 {tolerance:g} 要求不超过 "
    "{gradient_scale:.3g} 的 {tolerance:g}。"
)
_KEPT = "保留了目前为止最好的点（第 {best_epoch:,} 轮，损失 {best_loss:.6g}）。"

SENTENCES: dict[str, str] = {
    "diverged_rule_exact": _DIVERGED
    + _EXACT
    + _KEPT
    + "请使用 --learning-rate auto（{auto_rate:g}）。",
    "diverged_rule_exact_unscaled": (
        _DIVERGED
        + _EXACT
        + _KEPT
        + "请使用 --learning-rate auto（{auto_rate:g}），并将特征标准化。"
    ),
    "diverged_rule_proven": _DIVERGED
    + _PROVEN
    + _KEPT
    + "请使用 --learning-rate auto（{auto_rate:g}）。",
    "diverged_rule_proven_unscaled": (
        _DIVERGED
        + _PROVEN
        + _KEPT
        + "请使用 --learning-rate auto（{auto_rate:g}），并将特征标准化。"
    ),
    "diverged_rule_unproven": _DIVERGED + _UNPROVEN + _KEPT + "请使用更小的学习率。",
    "diverged_rule_unproven_unscaled": (
        _DIVERGED + _UNPROVEN + _KEPT + "请使用更小的学习率，并将特征标准化。"
    ),
    "epochs_used_up_rule_unstable": (
        "{epochs:,} 轮（{updates:,} 次更新）已用完，损失为 {loss:.6g}，再多也无济于事：学习率 {rate:.6g} 是更新规则 {rule} 的"
        "最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍，因此长期看每次更新都使误差在“{direction}”方向上乘以 "
        "{factor:.4g}。请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "epochs_used_up_rule": (
        _USED_UP
        + "从第 {step_from:,} 次更新到最后一次，参数移动了 {last_step:.2g}（规则 {rule}，学习率 {rate:.6g}）。损失为 {loss:.6g}："
        "请增加轮数，或比较不同的学习率（--learning-rate A,B）。"
    ),
    "epochs_used_up_rule_falling": (
        _USED_UP
        + "此时 {schedule} 已把规则 {rule} 的学习率降到 {rate_then:.3g}，为起初的 {rate_share:.2%}；从第 {step_from:,} 次更新到最后一次，"
        "参数移动了 {last_step:.2g}。损失为 {loss:.6g}：请增大 --learning-rate，或接受它。"
    ),
    "epochs_used_up_rule_hovers": (
        _USED_UP
        + "损失来回徘徊：自第 {since:,} 次更新起在 {low:.6g} 与 {high:.6g} 之间摆动，不再降低，因为规则 {rule} 在学习率 {rate:.6g} 下的步子没有缩小到"
        "能停下（最后两个记录点之间参数移动了 {last_step:.2g}）。按这个学习率增加轮数也是一样：请减小 --learning-rate，或取递减的 --schedule。"
    ),
    "plan_rule": "每次更新遵循规则 {rule}（{formula}）；为每个参数另存的数：{slots} 个。",
    "story_rule_exact": (
        "学习率 {rate:.6g}，更新规则 {rule}：批量下降在 {largest:.6g}（{share:.4g}/L）以下收敛，以上发散。"
    ),
    "story_rule_random": (
        "学习率 {rate:.6g}，更新规则 {rule}：对于批量大小为 {smallest_batch:,} 的随机批次，在 {largest:.6g} 以下已证明稳定，"
        "即普通下降界限的 {share:.3g}（充分条件；此前的各步会累加）。"
    ),
    "story_rule_given": (
        "学习率 {rate:.6g}，更新规则 {rule}：对于按给定顺序、批量大小为 {batch_size:,} 的批次，在 {largest:.6g} 以下已证明稳定，"
        "即普通下降界限的 {share:.3g}（充分条件）。"
    ),
    "story_rule_unproven": (
        "学习率 {rate:.6g}，更新规则 {rule}，它没有任何已证明稳定的学习率：它除以梯度自身的大小，因此学习率是参数空间中的长度，"
        "而不是曲率（此处最大为 {L:.4g}）的倒数。请比较多个学习率。"
    ),
    "found_diverged_beyond_rule": (
        "学习率过大：{rate:.6g} 是更新规则 {rule} 下已知稳定的最大学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍（曲率沿"
        "“{direction}”最大，占 {direction_share:.2f}）；第 {update:,} 次更新是第一次出错的更新。请使用 --learning-rate auto"
        "（{auto_rate:g}）。"
    ),
    "found_diverged_under_rule": (
        "学习率过大：在更新规则 {rule} 下，以学习率 {rate:.6g} 在第 {update:,} 次更新时损失超过了 {loss_limit:.4g}。请使用更小的"
        "学习率。"
    ),
    "compared_rule": (
        "{rule}：以学习率 {rate:.4g} 更新 {updates:,} 次后损失为 {loss:.6g}，这是从 {low:.4g} 到 {high:.4g} 的 {count:,} 个"
        "学习率中最好的。"
    ),
    "compared_rule_at_edge": (
        "{rule}：以学习率 {rate:.4g} 更新 {updates:,} 次后损失为 {loss:.6g}，该学习率位于从 {low:.4g} 到 {high:.4g} 的 "
        "{count:,} 个学习率的边缘：更好的可能在范围之外。"
    ),
    "compared_rule_diverged": (
        "{rule}：在从 {low:.4g} 到 {high:.4g} 的全部 {count:,} 个学习率下都发散。"
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "rule_without_auto": (
        "更新规则 {rule} 没有任何已证明稳定的学习率，因此 auto 无法选择。",
        "请给出 --learning-rate：通常从 {usual:g} 开始（{source}）；它大约是一次更新在训练坐标中移动一个参数的"
        "距离。",
    ),
    "rule_without_momentum": (
        "更新规则 {rule} 没有可以设定的动量。",
        "请省略动量选项，或改用规则 {known} 之一。",
    ),
    "momentum_impossible": (
        "动量 {value} 不是从 0 到小于 1 的数：等于 1 时速度永不停止。",
        "请给出一个比例，例如 0.9。",
    ),
    "rule_not_forecast": (
        "只能预测普通下降；更新规则 {rule} 不能预测。",
        "请省略更新规则，或先拟合几轮看一看。",
    ),
    "rule_only_exact": (
        "只预测普通下降；规则 {rule} 在这些行上已知最大稳定学习率为 {largest:.6g}（批量梯度下降在其下收敛，在其上发散）。",
        "请用 --rule {rule} 拟合，它自取 {auto:g}；或去掉 --rule 再预测。",
    ),
    "rule_only_proven": (
        "只预测普通下降；规则 {rule} 在这些行上、批量为 {batch_size:,} 时，已证明稳定的学习率到 {largest:.6g} 为止（充分条件）。",
        "请用 --rule {rule} 拟合，它自取 {auto:g}；或去掉 --rule 再预测。",
    ),
    "comparison_unfair": (
        "被比较的各次运行必须有相同的起点和预算；更新规则 {rule} 的运行不同。",
        "请给每次运行相同的起点和预算，并且不要让任何一次提前结束（容差设为 0）。",
    ),
    "comparison_empty": (
        "没有可比较的：给出了 {rules} 个更新规则和 {rates} 个学习率。",
        "每种至少给出一个；学习率必须是正数。",
    ),
}
