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
    # Valleys
    "figure_basins_title": "{function} 上的下降止于何处",
    "figure_basins_caption": "{starts:,} 个起点止于 {count} 处：{ends}。",
    "figure_basins_lost": "{lost:,} 个起点没有停在任何一处。",
    "figure_basins_alt": "{function} 在 {names} 上的图：每个起点用其下降终点的颜色和标记表示。",
    "figure_basin_share": "{point} 处的{kind}，函数值 {value:.4g}：{count:,} 个（{share:.3g}%）",
    "figure_label_place": "{point} 处的{kind}，函数值 {value:.4g}",
    "figure_label_settled": "其他位置（{count:,}）",
    "figure_label_lost": "没有停下（{count:,}）",
    "figure_unsettled": "没有停下",
    "figure_axis_start": "起点 {name}",
    "figure_column_end": "终点",
    "figure_column_what": "类别",
    "figure_column_curvatures": "曲率",
    "figure_column_starts": "起点数",
    "figure_valleys_title": "{function} 上的下降止于哪个谷",
    "figure_valleys_caption": (
        "{rates} 个学习率（{low:g} 到 {high:g}）各 {starts:,} 个起点。谷：{places}。止于各谷／没有停下的起点数：学习率 {from_rate:g} 时为 "
        "{first}，{to_rate:g} 时为 {last}。学习率小于 2/曲率（{limits}）时谷才留得住下降。"
    ),
    "figure_valleys_alt": "上方是 {function} 的曲线；下方是每个起点和学习率下降所止的谷。",
    # Noise
    "figure_escapes_title": "噪声使 {function} 上的下降离开",
    "figure_escapes_caption": (
        "没有噪声时，下降止于函数值 {level:.4g}：{plain}。函数值再低 {depth:.4g} 就算离开。学习率 "
        "{rate:.4g}：{shares}。淡线是 95% 置信区间（Wilson）的界。"
    ),
    "figure_escapes_alt": "左边是 {function} 上的 {count} 条路径；右边是已离开的运行所占比例随更新的变化。",
    "figure_escape_share": (
        "噪声 {noise:g}：{runs:,} 次运行中有 {share:.3g}% 在 {epochs:,} "
        "次更新内离开（{low:.3g}% 到 {high:.3g}%），中位数为 {median:g} 次更新"
    ),
    "figure_escape_none": (
        "噪声 {noise:g}：{runs:,} 次运行在 {epochs:,} 次更新内都没有离开（{low:.3g}% 到 "
        "{high:.3g}%）"
    ),
    "figure_axis_share_left": "已离开的运行，%",
    "figure_label_stays": "无噪声：不离开",
    "figure_column_noise": "噪声",
    "figure_column_runs": "运行数",
    "figure_column_left": "离开",
    "figure_column_share": "比例，%",
    "figure_column_share_low": "比例下界，%",
    "figure_column_share_high": "比例上界，%",
    "figure_column_median": "更新数中位数",
    # Searches
    "figure_method_descent": "梯度下降",
    "figure_searches_title": "搜索 {function}",
    "figure_searches_panel": "{run}：{count:,} 次求值，函数值 {value:.4g}",
    "figure_searches_run": "{run}：{count:,} 次求值，{point}，函数值 {value:.5g}",
    "figure_searches_caption": "{runs}。找到的最低函数值为 {best:.5g}；求值的点之间有什么是看不见的。",
    "figure_searches_alt": "{function} 以及每个求值的点。",
    "figure_cost_title": "处处搜索的代价：多至 {variables} 个变量",
    "figure_cost_caption": "求值次数：{ends}。k 个变量各取 n 点的网格有 n^k 个点。",
    "figure_cost_of": (
        "{run}：{first} 个变量 {first_count:,} 次，{last} 个变量 {last_count:,} "
        "次（函数值 {value:.5g}）"
    ),
    "figure_cost_alt": "求值次数（对数）随变量个数的变化，多至 {variables} 个变量。",
    "figure_axis_variables": "变量个数",
    "figure_axis_evaluations": "求值次数",
    "figure_column_variables": "变量个数",
    "figure_column_evaluations": "求值次数",
    "figure_costs_title": "搜索此模型的 {parameters} 个参数的代价",
    "figure_costs_caption": (
        "前 1 到 {shown} 个参数的求值次数，其余参数固定在最优处（损失 {floor:.6g}）。{runs}。下降求的是梯度，一次约需两次求损失的时间。"
    ),
    "figure_costs_counted": "细线只是计数，没有运行，因为超过 {most:,} 次。k 个参数各取 n 点的网格有 n^k 个点。",
    "figure_costs_of": "{run}：1 个参数 {first:.4g} 次，{most} 个 {last:.4g} 次；{done} 个时找到 {loss:.6g}",
    "figure_costs_of_none": "{run}：1 个参数 {first:.4g} 次，{most} 个 {last:.4g} 次",
    "figure_costs_alt": "求值次数（对数）随参数个数的变化，多至 {shown} 个参数。",
    "figure_axis_parameters": "参数个数",
    "figure_column_parameters": "参数个数",
    # The surface, and slopes along one variable
    "figure_surface_of_function": (
        "高度是 {first} 和 {second} 上的函数值，图中从 {lowest:.4g} 到 {highest:.4g}。"
    ),
    "figure_surface_held": (
        "其他变量（{others:,} 个）固定在第一次运行的终点；路径画在其各点自己的函数值上，与此曲面最多相差 {gap:.4g}。"
    ),
    "figure_surface_function_alt": "{function} 在 {first} 和 {second} 上的曲面。",
    "figure_there_start": "起点",
    "figure_there_end": "运行的终点",
    "figure_slopes_caption": (
        "沿一个变量的函数值（在{at}为 {value:.6g}），其他变量固定。{name}：导数为 {tangent:.6g}，h = {step:g} 的割线斜率为 "
        "{secant:.6g}，误差 {error:.4g}。"
    ),
    "figure_slopes_alt": "{function} 在{at}的截面。导数：{slopes}。",
    "figure_errors_caption": (
        "{name} = {value:.6g}：导数为 {tangent:.6g}，二阶导数为 {curvature:.4g}。前向割线的误差约为 h/2 乘二阶导数，直到舍入误差占优；"
        "h = {secant_step:.2g} 时最好（误差 {secant_error:.2g}）。中心割线的误差约为 h²/6 乘三阶导数，h = {centred_step:.2g} 时最好"
        "（误差 {centred_error:.2g}）。恰为 0 的误差不画。"
    ),
    "figure_errors_alt": (
        "沿 {name} 的割线斜率的误差随步长的变化（双对数）：前向割线最低 {secant_error:.2g}，中心割线最低 {centred_error:.2g}。"
    ),
    # Saddles
    "figure_saddles_title": "变量越多鞍点越多：随机函数的临界点",
    "figure_saddles_caption": (
        "随机函数的 {found:,} 个临界点，每种变量个数 {functions} 个函数。{least} 个变量时 "
        "{first_share:.3g}% 是鞍点，{most} 个变量时 {share:.4g}%（95% 置信区间 "
        "{low:.4g}% 到 {high:.3g}%，Wilson）；最小值有 {minima:,} 个（共 "
        "{last_found:,} 个），至多 {minima_high:.2g}%。"
    ),
    "figure_saddles_alt": "左边是鞍点的比例随变量个数（{least} 到 {most}）的变化；右边是最小值的比例，对数坐标。",
    "figure_label_saddles": "鞍点",
    "figure_label_minima": "最小值",
    "figure_label_theory": "理论",
    "figure_axis_share_saddles": "鞍点，占临界点的 %",
    "figure_axis_share_minima": "最小值，占临界点的 %",
    "figure_column_found": "临界点",
    "figure_column_minima": "最小值",
    "figure_column_saddles": "鞍点",
    "figure_column_maxima": "最大值",
    "figure_column_share_saddles": "鞍点比例",
    "figure_column_share_minima": "最小值比例",
    # Update rules
    "figure_rules_title": "{count} 种更新规则，各 {updates:,} 次更新",
    "figure_rules_title_of": "{function} 上的 {count} 种更新规则，各 {updates:,} 次更新",
    "figure_rules_caption": (
        "起点相同，预算同为 {updates:,} 次更新；每种规则用 {rates} 个学习率（{low:g} 到 {high:g}）中最好的。最后的损失：{ends}。"
    ),
    "figure_rules_alt": "{count} 种规则的损失随更新的变化，以及最后的损失随学习率的变化。",
    "figure_label_rule": "{rule}，学习率 {rate:.3g}",
    "figure_label_rule_diverged": "{rule}：在每个学习率下都发散",
    "figure_axis_end_loss": "最后的损失",
    "figure_column_rule": "规则",
    "figure_column_at_edge": "在网格边上",
    "figure_rule_end": "{rule} {loss:.4g}（学习率 {rate:.3g}）",
    "figure_rules_edge": "{rules:plain} 的最好学习率是网格 {rates} 个中的第一个或最后一个：更好的可能在外面。",
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
    "figure_two_variables": (
        "这种图需要一两个变量；函数有 {variables} 个，或起点的变量个数不同。",
        "请在公式里固定其他变量。",
    ),
    "figure_one_variable": (
        "这种图用于一元函数；这个函数有 {variables} 个变量。",
        "请在公式里固定其他变量。",
    ),
    "figure_rates_of_basins": (
        "有 {counts} 组起点和 {rates} 个学习率。",
        "请为每组给一个学习率。",
    ),
    "figure_nothing_counted": (
        "{counts} 组计数都没有找到临界点。",
        "请用更多起点或函数来计数。",
    ),
    "figure_runs_of_rules": (
        "显示的路径须依次为 {rules:plain} 各一次运行；给出了 {runs} 次。",
        "请让每种规则用选出的学习率运行一次。",
    ),
}
