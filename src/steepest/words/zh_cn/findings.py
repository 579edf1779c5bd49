"""Simplified Chinese: what a diagnosis finds, the numbers that prove it, and what to do."""

SENTENCES: dict[str, str] = {
    "findings_heading": "诊断结果（{count}）：",
    "found_diverged": (
        "学习率过大：学习率为 {rate:.6g} 时，损失在第 {update:,} 次更新超过 {loss_limit:.4g}。"
        "请使用 --learning-rate auto。"
    ),
    "found_diverged_at_start": (
        "没有进行训练：{update} 次更新后，损失已超出 float64 的范围。请从更接近零的参数开始，"
        "或检查目标与特征的单位。"
    ),
    "found_diverged_exactly": (
        "学习率过大：{rate:.6g} 是最大稳定学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍，"
        "每次更新都把沿 '{direction}' 方向（占该方向的 {direction_share:.2f}）的误差乘以 {factor:.4g}；"
        "第 {update:,} 次更新是第一次失控的更新。请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "found_diverged_by_schedule": (
        "学习率过大：“{schedule}”从 {rate:.6g} 开始，是保持不变时最大稳定学习率 {largest_stable_rate:.6g} 的 "
        "{times:.4g} 倍，而且下降得不够快：第 {update:,} 次更新是第一次失控的更新。"
        "请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "found_rate_too_large": (
        "学习率过大：{rate:.6g} 是已证明稳定的最大学习率 {proven:.4g} 的 {times:.3g} 倍（批量大小 {smallest_batch:,}），"
        "而从 {limit:.4g} 起，参数的均方误差无限增长（对独立抽取的批是精确的）。后一半轮次的平均损失为 {loss:.4g}，"
        "其最小值为 {optimum_loss:.4g}。请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "found_rate_too_large_seen": (
        "学习率过大：{rate:.6g} 是已证明稳定的最大学习率 {proven:.4g} 的 {times:.3g} 倍（批量大小 {smallest_batch:,}），"
        "后一半轮次的平均损失为 {loss:.4g}，并不低于起点的 {first:.4g}。请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "found_diverged_beyond_proof": (
        "学习率过大：{rate:.6g} 是已证明稳定的最大学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍"
        "（批量大小 {smallest_batch:,}；曲率主要沿 '{direction}' 最大，占 {direction_share:.2f}）；"
        "第 {update:,} 次更新是第一次失控的更新。请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "found_constant_target": (
        "无可学习：在全部 {rows:,} 个训练集行中，'{target}' 都是 {value:.6g}。请检查该列，或选择另一个目标。"
    ),
    "found_oscillating": (
        "振荡：学习率 {rate:.6g} 超过最佳的固定学习率 {best_rate:.6g}，每次更新都把沿 '{direction}' 方向的误差"
        "甩到最小值的另一侧，并保留其 {factor:.4g}；剩余损失的 {share:.0%} 位于来回摆动的方向上。"
        "最慢的方向需要 {slowest:,.6g} 轮才能缩小到 {tolerance:g}，而用最佳学习率只需 {slowest_at_best:,.6g} 轮。"
        "请使用 --learning-rate {best_rate:.6g}。"
    ),
    "found_oscillating_forever": (
        "无休止的振荡：学习率 {rate:.6g} 不小于最大稳定学习率 {largest_stable_rate:.6g}，每次更新都把沿 "
        "'{direction}' 方向的误差甩到最小值的另一侧，并乘以 {factor:.6g}；剩余损失的 {share:.0%} 位于来回摆动的"
        "方向上。用最佳的固定学习率，最慢的方向需要 {slowest_at_best:,.6g} 轮缩小到 {tolerance:g}。"
        "请使用 --learning-rate {best_rate:.6g}。"
    ),
    "found_rate_too_small": (
        "学习率过小：以 {rate:.6g} 训练 {epochs:,.6g} 轮之后，大约还需要 {epochs_needed:,.6g} 轮，梯度才能降到"
        "其尺度的 {tolerance:g}；用最佳的固定学习率 {best_rate:.6g}，全程只需 {epochs_at_best:,.6g} 轮。"
        "请使用 --learning-rate auto（{auto_rate:g}，是现在的 {times:,.4g} 倍）或最佳学习率。"
    ),
    "found_rate_too_small_of_sweep": (
        "学习率过小：{rate:.6g} 只有 auto（{auto_rate:g}）的 1/{times:,.4g}；{epochs:,.6g} 轮之后，损失比其最小值 "
        "{optimum_loss:.6g} 高 {excess:.4g}，其中 {way_left:.4g} 是尚未走完的路。以此学习率大约还需要 "
        "{epochs_needed:,.6g} 轮，才能把它降到 {slack:.3g} 以下。请使用 --learning-rate auto。"
    ),
    "found_sorted_rows": (
        "有序的行按原有顺序被遍历：'{column}' 与 {serial_lag:,} 行之后的自身的相关系数为 {correlation:.2f}，"
        "更新因此长时间朝同一方向拉动，损失停留在比最小值 {optimum_loss:.6g} 高 {excess:.4g}（{relative:.1%}）的位置。"
        "请使用 --order random。"
    ),
    "found_noise_floor": (
        "已到达噪声下限：学习率为 {rate:.6g} 时，损失在 {level:.4g}（后一半轮次的平均值）附近徘徊，比最小值 "
        "{optimum_loss:.4g} 高 {excess:.3g}（{relative:.1%}）。其中 {way_share:.0%} 是尚未走完的路，其余来自每 "
        "{batch_size:,.6g} 行一批的各批之间的分歧。请使用下降的 --schedule（inverse-time）并配合 --tolerance 0、"
        "更大的批量，或 --method batch。"
    ),
    "found_schedule_cut_short": (
        "“{schedule}”没有走完：{epochs:,} 轮之后，最后十轮改善太少，训练在学习率 {rate_then:.3g}（起初的 "
        "{rate_share:.1%}）处停滞，损失比最小值 {optimum_loss:.4g} 高 {excess:.3g}（{relative:.1%}）。"
        "请用 --tolerance 0 让学习率走完全程，或使用 --method batch。"
    ),
    "found_validation_loss_rising": (
        "验证损失正在上升：在 {rows:,} 个验证集行上，第 {epoch:,} 轮时为 {best:.6g}，{epochs:,} 轮之后为 {last:.6g}"
        "（高 {relative:.1%}），而训练损失从 {training_then:.6g} 降到 {training:.6g}。请在那里停止"
        "（学习率固定时为 --epochs {epoch}），或使用更多的训练集行、更少的特征。"
    ),
    "found_validation_loss_rises": (
        "验证损失从一开始就上升：在 {rows:,} 个验证集行上，第一次更新之前为 {best:.6g}，{epochs:,} 轮之后为 {last:.6g}"
        "（高 {relative:.1%}），而训练损失从 {training_then:.6g} 降到 {training:.6g}。学到的东西不适用于这些行："
        "请查看离群值以及两边行的种类是否不同，或使用更多的训练集行、更少的特征。"
    ),
    "found_unscaled": (
        "特征没有缩放：'{wide}' 的变化幅度是 '{narrow}' 的 {ratio:,.4g} 倍（按标准差，截距计为 1），条件数为 "
        "{condition:,.4g}；标准化之后将是 {condition_standardized:,.4g}，所需的轮数随之增减。请保持 --standardize。"
    ),
    "found_unscaled_through_zero": (
        "特征没有缩放：'{wide}' 的大小是 '{narrow}' 的 {ratio:,.4g} 倍（按均方根），条件数为 {condition:,.4g}；缩放之后将是 "
        "{condition_standardized:,.4g}，所需的轮数随之增减。请保持 --standardize。"
    ),
    "found_uncentred": (
        "特征没有中心化：'{far_column}' 距零点 {deviations_away:,.4g} 个标准差，条件数为 {condition:,.4g}；标准化之后将是 "
        "{condition_standardized:,.4g}，所需的轮数随之增减。请保持 --standardize。"
    ),
    "found_collinear": (
        "特征之间近乎线性相关：'{column}' 的方差有 {explained:.2%} 可由其他特征得出，主要来自 '{partner}'"
        "（方差膨胀因子 {inflation:,.4g}）；不小于 10 的列有 {count:,} 个（{columns}）。它们的系数不可靠，"
        "沿这些方向下降缓慢：请去掉或合并其中一些。"
    ),
    "found_outliers": (
        "少数行占据了大部分平方误差：{rows:,} 个训练集行中最差的 {top_rows:,} 行占 {top_share:.1%}，而高斯误差只留给"
        "百分之一的行 8.5 %。最差的是第 {largest_row:,} 行，为典型误差的 {largest_residual:.4g} 倍。"
        "在相信模型之前，请检查这些行。"
    ),
    "found_dependent": (
        "有 {count:,} 个特征恰好是其他特征的线性组合（{columns}），去掉它们不改变任何预测。"
        "如果系数需要有意义，请去掉它们。"
    ),
    "found_constant_features": (
        "有 {count:,} 个特征在全部 {rows:,} 个训练集行中只有一个值（{columns}），从中学不到任何东西。请去掉它们。"
    ),
    "found_optimum_at_start": (
        "起点已是最优：起点的损失为 {first_loss:.6g}，梯度范数为 {gradient_norm:.3g}，其尺度为 {gradient_scale:.3g}。"
        "没有可下降之处；要看到路径，请从别处开始。"
    ),
    "found_more_epochs_useless": (
        "更多的轮数没有用处：从 {epochs:,} 轮中的第 {epoch:,} 轮起，损失与最小值 {optimum_loss:.6g} 之差已不到百万分之一，"
        "现在高 {excess:.2g}。在那里停止不会有任何损失。"
    ),
    "found_rate_near_best": (
        "学习率接近最佳：用 {rate:.6g}，最慢的方向需要 {slowest:,.4g} 轮缩小到 {tolerance:g}；用最佳的固定学习率 "
        "{best_rate:.6g} 需要 {slowest_at_best:,.4g} 轮。无需改动。"
    ),
}
ERRORS: dict[str, tuple[str, str]] = {}
