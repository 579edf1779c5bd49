"""Simplified Chinese: titles, captions and descriptions of figures of functions."""

SENTENCES: dict[str, str] = {
    "figure_plain": "普通下降",
    "figure_backtracking": "回溯",
    "figure_of_noise": "噪声 {noise:g}",
    "figure_of_seed": "种子 {seed}",
    "figure_from": "从 {point} 出发",
    "figure_starts": "起点",
    "figure_label_start_value": "起点，函数值 {value:.4g}",
    "figure_label_end": "{kind}：函数值 {value:.4g}，曲率 {curvatures}",
    # Recorded descents
    "figure_descent_title": "{function} 上的下降",
    "figure_descent_contour": "{function} 在 {names} 上的等高线，带 {count} 条路径。",
    "figure_descent_curve": "{function} 在 {names} 上的曲线，带 {count} 次运行的各步。",
    "figure_descent_values": "{function}（{variables} 个变量）的函数值与梯度范数随更新的变化，{count} 次运行。",
    "figure_descent_run": (
        "{run}：从 {first}（函数值 {start_value:.4g}）经 {updates:,} 次更新到 {point}，函数值 {value:.5g}：{kind}，"
        "曲率 {curvatures}。"
    ),
    "figure_descent_run_lost": (
        "{run}：从 {first}（函数值 {start_value:.4g}）出发，{updates:,} 次更新后{ending}；结束处不是临界点，函数值 {value:.4g}。"
    ),
    "figure_searched_run": "{run}：{updates:,} 次求值，最好的在 {point}，函数值 {value:.5g}：{kind}。",
    # Cross-sections at a critical point
    "figure_axis_along": "沿该方向离该点的距离",
    "figure_label_section": "函数",
    "figure_label_parabola": "由曲率预测",
    "figure_label_point": "该点，函数值 {value:.4g}",
    "figure_section_falls": "曲率 {curvature:.4g}：向两侧下降",
    "figure_section_rises": "曲率 {curvature:.4g}：向两侧上升",
    "figure_section_mixed": "曲率 {curvature:.4g}：两侧不同",
    "figure_column_parabola": "抛物线",
    "figure_curvature_title": "{function} 在 {point} 处的截面：{kind}",
    "figure_curvature_caption": (
        "{point} 处梯度范数为 {slope:.3g}，函数值为 {value:.5g}。{variables} "
        "个曲率方向中有 {falling} "
        "个的曲率为负（{curvatures}）：{kind}。虚线抛物线由黑塞矩阵的特征值给出。"
    ),
    "figure_curvature_alt": "{function} 过 {point} 的 {shown} 个截面，两侧各到 {reach:g}。",
}
ERRORS: dict[str, tuple[str, str]] = {
    "figure_other_function": (
        "这些运行属于不同的函数：{functions}。",
        "请为每个函数各画一幅图。",
    ),
    "figure_needs_function": (
        "没有记录这次运行在哪个函数上下降。",
        "请把函数也传入。",
    ),
    "figure_no_curvature": (
        "函数在 {point} 处没有二阶导数，该处不存在曲率。",
        "请不用截面显示这次运行。",
    ),
}
