"""Chinese: the story of a fit and what is said about its rows and features."""

SENTENCES: dict[str, str] = {
    "story_hashed": (
        "列“{column:plain}”的 {levels:,} 个取值按文本的固定散列分到 {columns:,} 列中，各带一个符号："
        "预计约有 {shared:count} 个取值与别的取值同列。最优解因此取决于这一选择。"
    ),
    "story_pooled": (
        "列“{column:plain}”在训练集行中最常见的 {own:,} 个取值各自区分，并与“{base}”比较；其余取值（{rest:,} 个）"
        "和以后出现的取值共用列“{shared:plain}”。"
    ),
    "story_pooled_all": (
        "列“{column:plain}”在训练集行中最常见的 {own:,} 个取值各自区分；其余取值（{rest:,} 个）"
        "和以后出现的取值共用列“{shared:plain}”。"
    ),
    "story_rows": (
        "从 {table} 读取了 {read:,} 行；用于训练 {train:,} 行，用于验证 {validation:,} 行。"
    ),
    "story_dropped": "有 {dropped:,} 行缺少所需的值，已舍弃。",
    "story_split": "验证集行是随机抽取的（随机种子 {seed}），抽取时尚未从数据中学习任何信息。",
    "story_own_split": "验证集行沿用讲义中的划分。",
    "story_time_ordered": "最后 {validation:,} 行用于验证，训练时按行的原有次序遍历。",
    "story_levels": (
        "“{column}”是类别特征：除最常见的取值“{base}”作为比较基准外，其余每个取值各占一列"
        "（共 {columns:,} 列）。"
    ),
    "story_levels_all": "“{column}”是类别特征：它的 {columns:,} 个取值各占一列。",
    "story_filled": "“{column}”缺失 {count:,} 个值，已用训练集行的均值 {value:.6g} 填补。",
    "story_filled_level": (
        "“{column}”缺失 {count:,} 个值，已用训练集行中最常见的取值“{value}”填补。"
    ),
    "story_course_diverged": (
        "训练在 {epochs:,} 轮后发散；保留下来的模型取自其中最好的点，即第 {best_epoch:,} 轮的参数，"
        "训练损失为 {last:.6g}。"
    ),
    "story_dependent_more": "另有 {count:,} 列也是其他列的精确线性组合（见 run.json）。",
    "story_constant": "以下各列在训练集行上是常数，从中学不到任何信息，其系数为 0：{columns}。",
    "story_standardized": (
        "特征已按 {rows:,} 行训练数据的均值和标准差标准化；给出的模型使用表中的原始单位。"
    ),
    "story_scaled": "特征已按标准差缩放，但没有中心化，因为在没有截距时中心化会改变模型。",
    "story_curvature": (
        "损失的曲率（在训练所用的坐标中，斜率变化的快慢）介于 {mu:.4g} 与 {L:.4g} 之间；两者之比即条件数，为 {condition:.4g}。"
    ),
    "story_rate_batch": (
        "学习率 {rate:.6g}：学习率固定时，批量梯度下降在低于 {largest:.6g}（2/L）时收敛，高于它时发散；"
        "最优的固定学习率为 {best:.6g}（2/(μ+L)）。"
    ),
    "story_rate_random": (
        "学习率 {rate:.6g}：对大小为 {smallest_batch:,} 的随机小批量，已证明学习率低于 {largest:.6g} 时稳定"
        "（R2 = {fourth_moment:.4g}；这是充分条件）。"
    ),
    "story_rate_given": (
        "学习率 {rate:.6g}：按给定次序、批量大小为 {batch_size:,} 时，已证明学习率低于 {largest:.6g} 时"
        "稳定（2 除以各批曲率中的最大者）。"
    ),
    "story_schedule": "学习率按 {schedule} 方式逐轮递减。",
    "story_course": (
        "经过 {epochs:,} 轮，训练损失从 {first:.6g} 变为 {last:.6g}：典型误差（均方根）为 {root}。"
    ),
    "story_search": (
        "在 {evaluations:,} 次损失计算中，最小的训练损失为 {last:.6g}：典型误差（均方根）为 {root}。"
    ),
    "story_validation": "在验证集行上，损失为 {value:.6g}，典型误差为 {root}。",
    "story_optimum": (
        "由闭式解得到的最小二乘损失为 {optimum:.6g}；本模型的损失比它高 {above:.3g}%。"
    ),
    "story_optimum_exact": (
        "由闭式解得到的最小二乘损失除舍入误差外为 0（{optimum:.3g}）；本模型的损失比它高 "
        "{difference:.3g}。"
    ),
    "story_dependent": (
        "“{column}”不提供新信息：它等于 {combination}。系数可以在这些列之间转移，而不改变任何预测。"
    ),
    "levels_unseen": (
        "“{column}”中有训练集行从未出现过的取值（{levels}），按“{base}”处理（共 {count:,} 行）。"
    ),
    "levels_unseen_all": (
        "“{column}”中有训练集行从未出现过的取值（{levels}），视为不属于任何已知取值（共 {count:,} 行）。"
    ),
    "in_units_of": "{root:.4g}（与“{target}”同单位）",
}

ERRORS: dict[str, tuple[str, str]] = {
    "feature_names_collide": (
        "设计矩阵中会有两列都叫“{name}”。",
        "请在文件中给其中一列改名。",
    ),
    "no_features": (
        "{file} 中没有剩下可用于预测的特征。",
        "请用 --features 指定列。",
    ),
    "column_empty": (
        "{file} 的列“{column}”在训练集行中一个值也没有。",
        "请不要把它列入 --features。",
    ),
    "hash_columns_impossible": (
        "--hash-categories 必须在 1 到 {most:,} 之间；给出的是 {value}。",
        "请给出列数，例如 256。",
    ),
    "pool_levels_impossible": (
        "--pool-categories 必须在 1 到 {most:,} 之间；给出的是 {value}。",
        "请给出保留各自一列的取值个数，例如 100。",
    ),
    "pooled_and_hashed": (
        "--pool-categories {pooled:,} 与 --hash-categories {hashed:,} 不能同时使用。",
        "请选择其中一个。",
    ),
    "too_many_levels": (
        "{file} 的列“{column}”有 {count:,} 个不同的文本取值；超过 {most:,} 个时不会展开成列。",
        "请不要把它列入 --features，或合并它的少见取值（--pool-categories 100），或用散列把取值分到较少的列中（--hash-categories 256）。",
    ),
    "column_of_other_kind": (
        "{file} 的列“{column}”在这里是{kind}，而模型训练时它是{learnt}。",
        "请按训练数据的写法提供这一列。",
    ),
    "missing_in_rows": (
        "{file} 的列“{column}”缺失 {count:,} 个值，第一个在第 {row:,} 个数据行。",
        "请补全这些值；或在预测时使用 --missing empty，或在训练时使用 --missing mean。",
    ),
    "missing_values": (
        "{file} 共 {rows:,} 行，存在缺失值：{counts}。",
        "请用 --missing drop 舍弃这些行，或用 --missing mean 填补特征。",
    ),
    "missing_targets": (
        "{file} 的目标存在缺失值：{counts}。",
        "目标不会被填补；请使用 --missing drop。",
    ),
    "all_rows_dropped": (
        "{file} 的 {rows:,} 行全都缺少所需的值。",
        "请用 --features 指定有值的列。",
    ),
    "dates_refused": (
        "{file} 中有日期列：{columns}。",
        "请用 --dates days 把它们换算成自 1970-01-01 起的天数，或不要把它们列入 --features。",
    ),
    "text_target": (
        "{file} 的目标“{column}”含有文本（第 {row:,} 行的“{value:plain}”），而损失 {loss} 预测的是数值。",
        "请改正该值，选择数值列作为目标，或预测类别：两类用 --loss logistic，更多用 softmax。",
    ),
    "no_training_rows": (
        "{rows:,} 行全部用于验证，没有剩下训练集行。",
        "请减小 --validation。",
    ),
}
