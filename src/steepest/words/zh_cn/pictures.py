"""Simplified Chinese: refusals of pictures, a trace in a notebook, what plot says."""

SENTENCES: dict[str, str] = {
    # A trace in a notebook
    "trace_heading": "{method}，记录了 {epochs:,} 轮",
    "trace_curve_alt": "损失曲线：从 {first:.4g} 到 {last:.4g}",
    "picture_saved": "已保存 {out}。{caption}",
}
ERRORS: dict[str, tuple[str, str]] = {
    "plane_needs_two": (
        "曲面需要两个不同的参数；可选的有 {parameters} 个。",
        "请看截面，或指定两个不同的参数。",
    ),
    "secant_step_vanishes": (
        "步长 {step:g} 后参数仍为 {value:.6g}：float64 中没有如此接近的数。",
        "请选更大的步长。",
    ),
    "figure_needs_landscape": (
        "“{run}”没有保存其他参数处的损失。",
        "请用 steepest fit 的运行（不能只有 trace，也不能超过 1,000 列、带有惩罚或使用平方误差以外的损失）。",
    ),
    "figure_parameter_unknown": (
        "没有参数“{name}”；参数有 {known}。",
        "请改正名称；有多个目标时写作 NAME:TARGET。",
    ),
    "figure_target_unknown": ("没有目标“{name}”；目标有 {known}。", "请改正名称。"),
    "figure_two_parameters": ("曲面画在两个参数上；给出了 {count} 个。", "请指定两个。"),
    "figure_plane_has_no_names": (
        "指定的参数自成一个平面；平面“{plane}”是另一个。",
        "请去掉参数名或平面。",
    ),
    "figure_path_plane_ends": (
        "路径的平面（path）通过路径的终点，不能通过“{point}”。",
        "请去掉该点或平面。",
    ),
    "figure_bad_rate": (
        "无法显示学习率 {rate:g}：它必须是大于 0 的数，这里在 {least:.2g} 与 {most:.2g} 之间。",
        "最大稳定学习率为 {largest:.4g}；请在其附近选择。",
    ),
    "figure_one_rate": (
        "“{kind}”图只显示一个学习率；给出了 {count} 个。",
        "请指定一个学习率。",
    ),
    "smoothing_out_of_range": (
        "平滑的权重必须至少为 0 且小于 1；得到 {weight:g}。",
        "取 0.9 约平均最近 10 个点，取 0 为原始曲线。",
    ),
    "figure_bad_secant_step": (
        "割线的步长必须是大于 0 的有限数；得到 {step:g}。",
        "例如取 {typical:.2g}。",
    ),
    "figure_secant_outside": (
        "函数在割线的终点 {name} = {value:.6g} 处没有值。",
        "请取更小的步长，或换一个点。",
    ),
    "figure_no_value": (
        "{function} 在要画的范围内处处没有值。",
        "请从函数有值的地方开始运行。",
    ),
    "figure_secant_step_lost": (
        "沿“{name}”走 {step:g} 时，损失 {loss:.6g} 的变化小于 float64 所能分辨。",
        "例如取 {typical:.2g}。",
    ),
    "figure_too_many_epochs": (
        "无法画出 {epochs:.3g} 轮的曲线；最多 {most:,} 轮。",
        "请减少轮数。",
    ),
    "figure_too_many_runs": (
        "一幅图中无法分清 {count} 条曲线；可以有 1 到 {most} 条。",
        "请选最能说明问题的，或分成几幅图。",
    ),
    "figure_one_run": ("“{kind}”图只显示一次运行；给出了 {count} 次。", "请指定一次运行。"),
    "figure_option_unknown": (
        "“{kind}”图没有选项“{option}”；它的选项有 {known:plain}。",
        "请去掉它，或换一种图。",
    ),
    "figure_no_options": (
        "“{kind}”图没有选项“{option}”，也没有别的选项。",
        "请去掉它，或换一种图。",
    ),
    "figure_other_landscape": (
        "“{run}”与“{first}”的行或坐标不同，它的路径不属于这个曲面。",
        "请用同样的选项在同一表格上拟合两者，或用 --kind scaling 比较。",
    ),
    "figure_rows_unknown": (
        "没有记录“{run}”有多少训练集行。",
        "请改用轮数或更新次数，或用 steepest fit 的运行。",
    ),
    "figure_column_missing": ("“{run}”没有记录 {column}。", "请换一种图。"),
    "figure_not_diverged": (
        "“{run}”没有发散；它的结局是 {ending}。",
        "请用 --kind loss，或选发散的运行。",
    ),
    "figure_not_searched": (
        "“{run}”（{method}）没有这种图能显示的搜索。",
        "请用 --method exhaustive 或 coarse-to-fine 的运行（--kind boxes：一两个参数的 coarse-to-fine）。",
    ),
    "figure_font_missing": (
        "已安装的字体都没有这些字：{letters}。",
        "请安装 {fonts:plain} 之一，或写成 .svg 文件，由阅读者的字体显示。",
    ),
    "figure_axes_count": (
        "这幅图有 {panels} 个子图，给出了 {axes} 个坐标轴。",
        "请每个子图给一个，或都不给。",
    ),
    "bad_picture_suffix": (
        "图不能写到“{file}”：它的后缀不是 {known:plain} 之一。",
        "请选以 .png、.svg 或 .pdf 结尾的名称。",
    ),
    "display_needs_dense_rows": (
        "估计器的图需要稠密的行，而这些行是稀疏的：{rows:,} x {columns:,}。",
        "请在列数不多时用 X.toarray() 拟合和画图，或显示它的 trace。",
    ),
    "display_needs_all_rows": (
        "估计器留了 {fraction:g} 的行用于验证，而没有记录是哪些行。",
        "请用 validation_fraction=0 拟合，或显示它的 trace。",
    ),
}
