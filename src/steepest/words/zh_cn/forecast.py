"""Simplified Chinese: what is known before training: curvature, rates, fates, batch sizes."""

SENTENCES: dict[str, str] = {
    # the verdict
    "forecast_use_batch": (
        "请用学习率 {auto:g}（--learning-rate auto 取的就是它）。学习率超过 {largest:.4g} 就会发散："
        "损失沿 {columns} 的曲率（斜率变化的快慢）最大，为 {L:.3g}，步子再长，落点到最小值的距离就比出发点还远"
        "（上限是 2 除以该曲率）。"
    ),
    "forecast_use_batch_falling": (
        "请用学习率 {auto:g}（--learning-rate auto 取的就是它）。学习率若保持不变，超过 {largest:.4g} 就会发散："
        "损失沿 {columns} 的曲率（斜率变化的快慢）最大，为 {L:.3g}，步子再长，落点到最小值的距离就比出发点还远"
        "（上限是 2 除以该曲率）。"
    ),
    "forecast_best": (
        "更快的是 {best:.4g}，即最坏情况下最好的恒定学习率：达到容差 {tolerance:g} 需要 {needed} 轮，而 {auto:g} 需要 {needed_auto} 轮。"
    ),
    "forecast_use_random": (
        "批量大小为 {batch_size:,} 行时请用学习率 {auto:g}（--learning-rate auto 取的就是它）。"
        "学习率不超过 {largest:.4g} 时，无论哪些行凑成一批，都已证明不会发散（每轮最小的一批有 {smallest:,} 行）；"
        "再大就没有保证。每次更新用全部行则可以到 {batch_limit:.4g}。"
    ),
    "forecast_use_given": (
        "按给定顺序、批量大小为 {batch_size:,} 行时请用学习率 {auto:g}（--learning-rate auto 取的就是它）。"
        "学习率不超过 {largest:.4g} 时，没有哪一批的曲率超出它所允许的，已证明不会发散；再大就没有保证。"
        "每次更新用全部行则可以到 {batch_limit:.4g}。"
    ),
    "forecast_use_bound": (
        "请用学习率 {auto:g}（--learning-rate auto 取的就是它）。学习率不超过 {largest:.4g} 就不会发散。"
        "这是一个界：损失的曲率（斜率变化的快慢）最多为 {L:.3g}，沿 {columns} 最大；在曲率较小的地方，更大的学习率也可能可行。"
    ),
    "forecast_flat": (
        "没有哪一列逐行变化：全部 {count:,} 个参数方向的曲率都是 0，什么也学不到，任何学习率都一样。"
    ),
    # each rate asked for
    "forecast_at_once": "学习率 {rate:g}：一轮也不需要，起点已满足容差 {tolerance:g}。",
    "forecast_arrives_low": (
        "学习率 {rate:g} 太低：达到容差 {tolerance:g} 需要 {needed} 轮，而 {auto:g} 只需 {needed_auto} 轮。"
        "最慢的是沿 {columns} 的方向，每轮只缩短路程的 {taken:.3g} %。"
    ),
    "forecast_arrives_late_low": (
        "学习率 {rate:g} 太低，允许的 {epochs:,} 轮（--epochs）不够：达到容差 {tolerance:g} 需要 {needed} 轮，而 {auto:g} "
        "需要 {needed_auto} 轮。{epochs:,} 轮之后损失仍比最小值 {optimum:.4g} 高 {above:.3g}。"
        "最慢的是沿 {columns} 的方向，每轮只缩短路程的 {taken:.3g} %。"
    ),
    "forecast_arrives_good": (
        "学习率 {rate:g} 合适：达到容差 {tolerance:g} 需要 {needed} 轮。"
        "最慢的是沿 {columns} 的方向，每轮缩短路程的 {taken:.3g} %。"
    ),
    "forecast_arrives_late_good": (
        "学习率 {rate:g} 合适，但允许的 {epochs:,} 轮（--epochs）不够：达到容差 {tolerance:g} 需要 {needed} 轮。"
        "{epochs:,} 轮之后损失仍比最小值 {optimum:.4g} 高 {above:.3g}。"
        "最慢的是沿 {columns} 的方向，每轮只缩短路程的 {taken:.3g} %。"
    ),
    "forecast_arrives_high": (
        "学习率 {rate:g} 偏高，是最大稳定学习率的 {times} 倍：沿 {steepest} 每次更新都越过最小值，"
        "到另一侧只近了 {nearer:.3g} %。达到容差 {tolerance:g} 需要 {needed} 轮。"
    ),
    "forecast_arrives_late_high": (
        "学习率 {rate:g} 偏高，是最大稳定学习率的 {times} 倍：沿 {steepest} 每次更新都越过最小值，"
        "到另一侧只近了 {nearer:.3g} %。允许的 {epochs:,} 轮（--epochs）不够：达到容差 {tolerance:g} 需要 {needed} 轮，"
        "{epochs:,} 轮之后损失仍比最小值 {optimum:.4g} 高 {above:.3g}。"
    ),
    "forecast_too_high": (
        "学习率 {rate:g} 太高，是最大稳定学习率 {largest:.4g} 的 {times} 倍：每次更新都把沿 {steepest} 的误差"
        "乘以 {grows:.3g}，第 {update} 次更新就使损失超过起点的 1000 倍。训练会以发散告终。"
    ),
    "forecast_too_high_unmoved": (
        "学习率 {rate:g} 太高，是最大稳定学习率 {largest:.4g} 的 {times} 倍：每次更新都把沿 {steepest} 的误差"
        "乘以 {grows:.4g}。这个起点在该方向上几乎没有误差，所以发散出现得很晚或看不到；不要指望它。"
    ),
    "forecast_never": (
        "学习率 {rate:g} 永远达不到容差 {tolerance:g}：沿 {columns} 每轮只缩短路程的 {taken:.3g} %，1e15 轮也不够。"
    ),
    "forecast_no_tolerance": (
        "学习率 {rate:g}、容差 0：训练会跑满 {epochs:,} 轮，或直到没有一位数字再变化。"
        "这个学习率{regime}。最慢的是沿 {columns} 的方向，每轮缩短路程的 {taken:.3g} %。"
    ),
    "forecast_schedule_arrives": (
        "从学习率 {rate:g}（{regime}，为保持不变时最大稳定学习率的 {times} 倍）开始按“{schedule}”变化，达到容差 {tolerance:g} 需要 {needed} 轮。"
    ),
    "forecast_schedule_late": (
        "从学习率 {rate:g}（{regime}，为保持不变时最大稳定学习率的 {times} 倍）开始按“{schedule}”变化，{epochs:,} 轮内达不到容差 {tolerance:g}；"
        "那时损失比最小值 {optimum:.4g} 高 {above:.3g}。"
    ),
    "forecast_schedule_diverges": (
        "从学习率 {rate:g} 开始按“{schedule}”变化，第 {update} 次更新就使损失超过起点的 1000 倍："
        "该学习率太高，是保持不变时最大稳定学习率 {largest:.4g} 的 {times} 倍。"
    ),
    "forecast_unproven": (
        "学习率 {rate:g} 未证明，是批量大小 {batch_size:,} 时已证明稳定的最大学习率 {largest:.4g} 的 {times} 倍：可能发散。"
    ),
    "forecast_unproven_falling": (
        "学习率 {rate:g} 未证明，是批量大小 {batch_size:,} 时已证明稳定的最大学习率 {largest:.4g} 的 {times} 倍："
        "在按“{schedule}”降低之前可能发散。"
    ),
    "forecast_unproven_grows": (
        "学习率 {rate:g} 太高，是批量大小 {batch_size:,} 时已证明稳定的最大学习率 {largest:.4g} 的 {times} 倍："
        "从 {limit:.4g} 起，参数的均方误差无限增长（对独立抽取的批是精确的）。"
    ),
    "forecast_floor": (
        "学习率 {rate:g} {regime}；保持不变时损失不会停在最小值 {optimum:.4g}，而是大约从第 {waiting} 轮起在 {level:.4g} 附近徘徊，"
        "比最小值高 {floor:.3g}，因为各批对下降的方向意见不一（近似值，指重新打乱的每轮结束时；"
        "轮中如同独立抽取的批，高出 {independent:.3g}）。让 --schedule 递减并配合 --tolerance 0、降低学习率或增大批量都能压低它。"
    ),
    "forecast_no_floor": (
        "学习率 {rate:g} {regime}，损失不会徘徊：模型拟合每一行（最小值 {optimum:.3g}），各批对最小值的位置意见一致。"
    ),
    # the columns behind it
    "forecast_units_unscaled": (
        "请标准化特征：条件数（最大与最小曲率之比，所需的轮数随它增长）在表格自身的单位下为 {raw:.3g}，标准化后为 {standardized:.3g}。"
        "“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}；最陡的方向是 {columns}，"
        "单是它就不允许学习率超过 {raw_limit:.3g}。标准化后学习率到 {limit:.3g} 都稳定，auto 需要 {needed} 轮。"
    ),
    "forecast_units_unscaled_slow": (
        "请标准化特征：条件数（最大与最小曲率之比，所需的轮数随它增长）在表格自身的单位下为 {raw:.3g}，标准化后为 {standardized:.3g}。"
        "“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}；最平的方向是 {flat}，"
        "沿它的路走得最慢。标准化后 auto 需要 {needed} 轮。"
    ),
    "forecast_units_unscaled_only_slow": (
        "请标准化特征：条件数（最大与最小曲率之比，所需的轮数随它增长）在表格自身的单位下为 {raw:.3g}，标准化后为 {standardized:.3g}。"
        "“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}；最平的方向是 {flat}，"
        "沿它的路走得最慢。"
    ),
    "forecast_units_unscaled_only": (
        "请标准化特征：条件数（最大与最小曲率之比，所需的轮数随它增长）在表格自身的单位下为 {raw:.3g}，标准化后为 {standardized:.3g}。"
        "“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}；最陡的方向是 {columns}，"
        "每次更新用全部行时，单是它就不允许学习率超过 {raw_limit:.3g}。标准化后学习率到 {limit:.3g} 都稳定。"
    ),
    "forecast_units_scaled": (
        "标准化很值得：在表格自身的单位下，“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}，"
        "条件数（最大与最小曲率之比，所需的轮数随它增长）会是 {raw:.3g}，而不是 {standardized:.3g}，"
        "并且由于 {columns}，学习率超过 {raw_limit:.3g} 就不稳定。"
    ),
    "forecast_units_scaled_slow": (
        "标准化很值得：在表格自身的单位下，“{largest}”的大小为 {largest_size:.4g}，“{smallest}”的大小为 {smallest_size:.4g}，"
        "条件数（最大与最小曲率之比，所需的轮数随它增长）会是 {raw:.3g}，而不是 {standardized:.3g}；沿 {flat} 的路会走得最慢。"
    ),
    "forecast_units_alike": (
        "单位不成问题：条件数（最大与最小曲率之比，所需的轮数随它增长）在表格自身的单位下为 {raw:.3g}，标准化后为 {standardized:.3g}。"
    ),
    "forecast_near": (
        "{columns} 几乎互相决定（条件指数 {index:.3g}，方差膨胀因子最大 {inflation:.3g}）。"
        "这是共线性，任何缩放都消除不了：去掉其中一列，或允许更多轮。"
    ),
    "forecast_near_only": (
        "{columns} 几乎互相决定（条件指数 {index:.3g}）。这是共线性，任何缩放都消除不了：去掉其中一列，或允许更多轮。"
    ),
    "forecast_batches": (
        "小批量：每次更新只用一行时，学习率到 {one:.3g} 都已证明稳定。批量越大允许的学习率越大，"
        "在大约 {enough:,} 行以内几乎成比例，再大几乎没有用：全部 {rows:,} 行允许 {all:.3g}。"
        "批量大小不能整除 {rows:,} 时，最后一批较短，所允许的不超过它自己的行数所允许的。"
    ),
    "forecast_batches_given": (
        "若按随机顺序（--order random），每次更新只用一行时，学习率到 {one:.3g} 都会稳定（已证明）。批量越大允许的学习率越大，"
        "在大约 {enough:,} 行以内几乎成比例，再大几乎没有用：全部 {rows:,} 行允许 {all:.3g}。"
        "批量大小不能整除 {rows:,} 时，最后一批较短，所允许的不超过它自己的行数所允许的。"
    ),
    # in the story of a fit
    "story_forecast_met": "第一次更新之前由曲率预测：以这个学习率达到容差需要 {needed} 轮；实际用了 {epochs:,} 轮。",
    "story_forecast_late": "第一次更新之前由曲率预测：以这个学习率达到容差需要 {needed} 轮，而只跑了 {epochs:,} 轮。",
    "story_forecast_diverged": (
        "第一次更新之前由曲率预测：以这个学习率第 {needed} 次更新时损失超过界限；实际是第 {update:,} 次更新。"
    ),
    "story_forecast_batches": (
        "预测：批量大小在大约 {enough:,} 行以内（1 + R2/L）时稳定学习率与它成比例地增长，再大几乎不再增长。"
    ),
    # what a terminal shows
    "forecast_rates_heading": "学习率",
    "forecast_directions_heading": "学习率 {rate:g} 时的各个方向，最陡的在前",
    "forecast_batches_heading": "批量大小，随机顺序（徘徊高度：学习率取稳定上限的一半时，损失徘徊处高出最小值的部分）",
    "forecast_column_rate": "学习率",
    "forecast_column_regime": "评价",
    "forecast_column_factor": "每次更新剩下",
    "forecast_column_epochs": "所需轮数",
    "forecast_column_loss": "{epochs:,} 轮后的损失",
    "forecast_column_floor": "徘徊高度",
    "forecast_column_curvature": "曲率",
    "forecast_column_fate": "结局",
    "forecast_column_mainly": "主要沿着",
    "forecast_column_batch": "每批行数",
    "forecast_column_smallest": "最后一批",
    "forecast_column_limit": "稳定上限",
    "forecast_regime_too_low": "太低",
    "forecast_regime_good": "合适",
    "forecast_regime_high": "偏高",
    "forecast_regime_too_high": "太高",
    "forecast_regime_unproven": "未证明",
    "forecast_fate_flat": "平坦",
    "forecast_fate_crawls": "缓慢",
    "forecast_fate_converges": "收敛",
    "forecast_fate_oscillates": "振荡",
    "forecast_fate_diverges": "发散",
    "forecast_word_never": "永不",
    "forecast_more_directions": "…… 其间还有 {count:,} 个",
}
ERRORS: dict[str, tuple[str, str]] = {
    "forecast_needs_quadratic": (
        "损失“{loss}”的曲线无法预测：它的曲率逐点变化。",
        "请用平方误差，或先训练再看记录。",
    ),
    "forecast_epochs": (
        "曲线需要正的学习率和非负的轮数；得到的学习率是 {rate}，轮数是 {epochs}。",
        "请给出最后一轮，或一列轮数。",
    ),
    "forecast_epochs_of_schedule": (
        "第 {last:,} 轮超出了学习率变化所跨的 {epochs:,} 轮。",
        "请要求更多轮（--epochs），或更早的轮。",
    ),
}
