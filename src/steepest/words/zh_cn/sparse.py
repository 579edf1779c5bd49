"""Simplified Chinese: what is said about sparse rows."""

SENTENCES: dict[str, str] = {
    "sparse_scaled": (
        "数据行是稀疏的（{rows:,} × {columns:,} 个元素中填有 {filled:,} 个）：特征按标准差缩放而不中心化，"
        "因为中心化会填满所有元素。均值远离 0 的特征与截距仍然相关。"
    ),
    "sparse_as_they_are": (
        "数据行是稀疏的（{rows:,} × {columns:,} 个元素中填有 {filled:,} 个）：特征保持原样，既不中心化也不缩放。"
    ),
    "sparse_rule_dense": (
        "规则 {rule} 的记忆使每次更新都改变所有参数：一次更新的代价是全部 {columns:,} 列，而不只是一行的 {row:.1f} 个"
        "元素。规则 plain 的代价只是这些元素。"
    ),
    "diverged_sparse": (
        "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：目标函数超过了 {loss_limit:.4g}，即起点与零参数处较大者的 1000 倍。"
        "学习率 {rate:.6g} 是对这些稀疏行已证明稳定的最大学习率 {largest_stable_rate:.6g} 的 {times:.4g} 倍"
        "（充分条件；更大的学习率也可能可行）。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。"
        "请使用 --learning-rate auto（{auto_rate:g}）。"
    ),
    "diverged_sparse_rule": (
        "在第 {update:,} 次更新（第 {epochs:,} 轮）发散：学习率为 {rate:.6g} 时，目标函数超过了 {loss_limit:.4g}，即起点与零参数处"
        "较大者的 1000 倍；规则 {rule} 没有可证明稳定的学习率。保留了目前最好的点（第 {best_epoch:,} 轮，{best_loss:.6g}）。"
        "请使用更小的学习率。"
    ),
    "sparse_lengths": "{array} 有 {given:,} 个数，而按形状应有 {wanted:,} 个",
    "sparse_descending": "{array} 不从 0 开始，或有下降",
    "sparse_short": "{array} 止于 {wanted:,}，而元素只有 {given:,} 个",
    "sparse_index_type": "其索引的类型为 {dtype}，不是整数",
    "sparse_value_type": "其元素的类型为 {dtype}，不是实数",
    "sparse_outside": "其中有索引 {index:,}，而最大可能的索引为 {most:,}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "sparse_arrays_impossible": (
        "该稀疏矩阵不成其为矩阵：{why:plain}。",
        "请用 {library} 的构造函数建立它，它会检查这些数组。",
    ),
    "sparse_not_centred": (
        "稀疏行不能中心化：有 {count:,} 个特征的平移量不为 0，这会填满所有元素。",
        "请使用平移量为 0 的坐标，或把数据行变为稠密的。",
    ),
}
