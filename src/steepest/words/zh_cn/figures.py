"""Simplified Chinese: titles, axes, captions and descriptions of figures."""

SENTENCES: dict[str, str] = {
    # Parameters, methods, runs
    "figure_parameter": "{name}",
    "figure_parameter_standardized": "{name}（每个标准差）",
    "figure_intercept": "截距",
    "figure_intercept_centred": "截距（在各特征的均值处）",
    "figure_of_target": "{name} → {target}",
    "figure_method_batch": "批量",
    "figure_method_mini_batch": "小批量",
    "figure_method_stochastic": "随机",
    "figure_method_exhaustive": "穷举搜索",
    "figure_method_coarse_to_fine": "由粗到细搜索",
    "figure_descent": "{method}梯度下降",
    "figure_epochs": "{count:,} 轮",
    "figure_grids": "{count:,} 个网格",
    "figure_label_batch": "批量大小 {size:,}",
    "figure_rate_end": "{loss:.4g}（{label}）",
    "figure_label_rate": "学习率 {rate:.4g}",
    "figure_label_rate_regime": "{rate:.4g}：{regime}",
    "figure_own_units": "{title}（表格单位）",
    "figure_standardized": "{title}（已标准化）",
    # Endings, in a word or two
    "figure_ending_converged": "已收敛",
    "figure_ending_target_loss_reached": "达到目标损失",
    "figure_ending_epochs_used_up": "轮数用完",
    "figure_ending_stalled": "停滞",
    "figure_ending_early_stopped": "提前停止",
    "figure_ending_diverged": "发散",
    "figure_ending_unbounded": "无下界",
    "figure_ending_saddle": "鞍点",
    "figure_ending_maximum": "最大值",
    "figure_ending_degenerate": "退化",
    "figure_ending_interrupted": "被中断",
    # Axes
    "figure_axis_epoch": "轮",
    "figure_axis_update": "更新次数",
    "figure_axis_evaluation": "求值次数",
    "figure_axis_rows": "已用的训练集行数",
    "figure_axis_seconds": "下降用时（秒）",
    "figure_axis_loss": "损失",
    "figure_axis_training_loss": "训练损失",
    "figure_axis_validation_loss": "验证损失",
    "figure_axis_gradient_norm": "梯度范数",
    "figure_axis_value": "函数值",
    "figure_axis_curvature_1": "最大曲率的方向，{measure:.4g}",
    "figure_axis_curvature_2": "最小曲率的方向，{measure:.4g}",
    "figure_axis_path_1": "路径的第 1 方向（{share:.3g} %）",
    "figure_axis_path_2": "路径的第 2 方向（{share:.3g} %）",
    "figure_axis_steepest": "沿最大曲率到最优点的距离",
    "figure_axis_step": "步长 h",
    "figure_axis_error": "斜率的相对误差",
    "figure_axis_error_flat": "斜率的绝对误差",
    "figure_secant_error_flat": "斜率本身除舍入外为 0（{tangent:.2g}），因此误差取绝对值。",
    "figure_axis_rate": "学习率",
    "figure_axis_factor": "每轮误差的最坏倍数",
    "figure_axis_direction": "曲率方向",
    "figure_axis_curvature": "曲率",
    "figure_axis_round": "网格",
    "figure_axis_predicted": "{target} 的预测值",
    "figure_axis_observed": "{target} 的观测值",
    "figure_axis_residual": "预测值 − {target}",
    "figure_axis_share": "行的占比",
    # Columns of the tables beside figures
    "figure_column_run": "运行",
    "figure_column_epoch": "轮",
    "figure_column_updates": "更新次数",
    "figure_column_seconds": "秒",
    "figure_column_loss": "损失",
    "figure_column_validation_loss": "验证损失",
    "figure_column_gradient_norm": "梯度范数",
    "figure_column_height": "平面上的高度",
    "figure_column_gap": "差距",
    "figure_column_coordinates": "坐标",
    "figure_column_condition": "条件数",
    "figure_column_largest": "最大曲率",
    "figure_column_smallest": "最小曲率",
    "figure_column_rate": "学习率",
    "figure_column_steps": "步数",
    "figure_column_parameter": "参数",
    "figure_column_value": "值",
    "figure_column_step": "步长",
    "figure_column_tangent": "导数",
    "figure_column_secant": "前向割线",
    "figure_column_centred": "中心割线",
    "figure_column_error": "误差",
    "figure_column_error_centred": "误差（中心）",
    "figure_column_moved": "移动量",
    "figure_column_product": "学习率 × 曲率",
    "figure_column_direction": "方向",
    "figure_column_curvature": "曲率",
    "figure_column_mostly": "主要沿",
    "figure_column_factor": "倍数",
    "figure_column_fate": "结局",
    "figure_column_low": "最低",
    "figure_column_high": "最高",
    "figure_column_values": "取值个数",
    "figure_column_best": "最佳",
    "figure_column_round": "网格",
    "figure_column_before": "之前",
    "figure_column_after": "之后",
    "figure_column_optimum": "最小二乘",
    "figure_column_rows": "行",
    "figure_column_count": "个数",
    "figure_column_mean": "均值",
    "figure_column_deviation": "标准差",
    # Legends
    "figure_label_loss": "训练损失",
    "figure_label_validation_loss": "验证损失",
    "figure_label_running_loss": "运行损失（每次更新前的均值）",
    "figure_label_optimum": "最优点，损失 {loss:.4g}",
    "figure_label_start": "起点，损失 {loss:.4g}",
    "figure_label_limit": "界限 {loss:.4g}：超过即发散",
    "figure_label_bad": "首次越界的更新：第 {update:,} 次",
    "figure_label_tolerance": "低于 {limit:.3g} 即收敛",
    "figure_label_tangent": "切线：斜率 {slope:.4g}",
    "figure_label_secant": "割线，h = {step:g}：斜率 {slope:.4g}",
    "figure_label_secant_error": "前向割线",
    "figure_label_centred_error": "中心割线",
    "figure_label_step": "学习率 {rate:g}：损失到 {loss:.4g}",
    "figure_label_curvature_inverse": "1/学习率 = {curvature:.4g}：一步到最小值",
    "figure_label_curvature_twice": "2/学习率 = {curvature:.4g}：以上发散",
    "figure_label_safe_rate": "安全 1/L = {rate:.4g}",
    "figure_label_best_rate": "最佳 2/(mu + L) = {rate:.4g}",
    "figure_label_largest_rate": "最大稳定 2/L = {rate:.4g}",
    "figure_label_own_rate": "本次运行的学习率 {rate:.4g}",
    "figure_label_found": "找到：{value:.6g}，损失 {loss:.4g}",
    "figure_label_best_points": "各网格的最佳点",
    "figure_label_first_grid": "第 1 个网格的最佳点，损失 {loss:.4g}",
    "figure_label_found_model": "找到的最佳：损失 {loss:.4g}",
    "figure_label_before": "之前：损失 {loss:.4g}",
    "figure_label_after": "之后：损失 {loss:.4g}",
    "figure_rows_training": "训练集行（{count:,}）",
    "figure_rows_validation": "验证集行（{count:,}）",
    "figure_rate_low": "低：{rate:.3g} = 0.1/L",
    "figure_rate_safe": "好：{rate:.3g} = 1/L",
    "figure_rate_best": "最佳：{rate:.3g} = 2/(mu + L)",
    "figure_rate_very_high": "过高：{rate:.3g} = 2.04/L",
    "figure_fate_crawls": "爬行（{count}）",
    "figure_fate_converges": "收敛（{count}）",
    "figure_fate_oscillates": "振荡并收敛（{count}）",
    "figure_fate_diverges": "发散（{count}）",
    "figure_is_crawls": "爬行",
    "figure_is_converges": "收敛",
    "figure_is_oscillates": "振荡",
    "figure_is_diverges": "发散",
    "figure_regime_monotone": "不越过最小值",
    "figure_regime_oscillating": "振荡",
    "figure_regime_divergent": "发散",
    "figure_at_start": "起点",
    "figure_at_end": "返回的参数",
    "figure_at_optimum": "最优点",
    # Curves
    "figure_smoothing": (
        "平滑曲线的权重为 {weight:g}：约平均最近 {window:.3g} 个点（半衰期 {half_life:.2g}），因而有滞后；原始曲线以浅色画在其后。"
    ),
    "figure_loss_title": "{target} 的损失，{way}：{ending}",
    "figure_value_title": "{target} 的函数值，{way}：{ending}",
    "figure_value_caption": "函数值在 {progress}内从 {first:.6g} 变为 {last:.6g}。",
    "figure_value_alt": "{way} {progress}的函数值曲线：从 {first:.4g} 到 {last:.4g}（最低 {lowest:.4g}）。结局：{ending}。",
    "figure_loss_search_title": "{target} 的目前最佳损失，{way}",
    "figure_loss_caption": "训练损失在 {progress}内从 {first:.6g} 变为 {last:.6g}。",
    "figure_loss_search_caption": "找到的最低训练损失：第 1 个网格为 {first:.6g}，{progress}（求值 {evaluations:,.0f} 次）后为 {last:.6g}。搜索不走步。",
    "figure_loss_validation": "验证集行不参与训练，其损失只在旁边测量。",
    "figure_loss_alt": "{way} {progress}的损失曲线：训练损失从 {first:.4g} 到 {last:.4g}（最低 {lowest:.4g}）。结局：{ending}。",
    "figure_loss_search_alt": "{way}目前找到的最低损失：第 1 个网格为 {first:.4g}，{progress}（求值 {evaluations:,.0f} 次）后为 {last:.4g}。",
    "figure_loss_validation_alt": "验证损失最后为 {validation:.4g}。",
    "figure_diverged_caption": (
        "学习率为 {rate:.4g} 时，损失在第 {update:,} 次更新越过界限 {loss_limit:.4g}；最大稳定学习率为 {largest:.4g}。"
    ),
    "figure_diverged_unbounded_caption": (
        "学习率为 {rate:.4g} 时，损失在第 {update:,} 次更新越过界限 {loss_limit:.4g}；对这种损失没有已知的稳定学习率。"
    ),
    "figure_loss_many_title": "{count} 次运行的损失比较",
    "figure_loss_many_caption": "最后损失最低的是{best}（{best_loss:.6g}），最高的是{worst}（{worst_loss:.6g}）。",
    "figure_loss_alike_caption": "{count} 次运行最后的损失相同，都是 {best_loss:.6g}。",
    "figure_lowest_at_end": "最后损失最低的是{best}（{best_loss:.6g}）。",
    "figure_alike_at_end": "{count} 次运行最后的损失相同，都是 {best_loss:.6g}。",
    "figure_loss_alike_alt": "{count} 次运行（{labels}）的损失曲线。最后的损失相同，都是 {best_loss:.4g}。",
    "figure_loss_many_alt": (
        "{count} 次运行（{labels}）的损失曲线。最后最低的是{best}（{best_loss:.4g}），最高的是{worst}（{worst_loss:.4g}）。"
    ),
    "figure_comparison_title": "{count} 次运行：按轮、更新、行数与时间",
    "figure_comparison_caption": "同样的 {count} 次运行画在四种横轴上：按轮快的，按更新或按秒未必快。",
    "figure_log_progress": ("各次运行相差 {factor:g} 倍以上时横轴取对数，起点（0）在其左边之外。"),
    "figure_gradient_title_one": "{way}的梯度范数",
    "figure_gradient_title_many": "{count} 次运行的梯度范数",
    "figure_gradient_caption": (
        "全部训练集行上梯度的长度：{epochs:,} 轮内从 {norm_first:.4g} 变为 {norm:.4g}。"
    ),
    "figure_gradient_many_caption": "{count} 次运行在全部训练集行上梯度的长度；最后 {ends}。",
    "figure_gradient_many_alt": "{count} 次运行的梯度范数曲线；最后 {ends}。",
    "figure_gradient_tolerance": (
        "至多 {limit:.3g} 即为收敛，即起点与零点处较大范数的 {tolerance:g} 倍。"
    ),
    "figure_gradient_alt": "{epochs:,} 轮的梯度范数曲线：从 {norm_first:.4g} 到 {norm:.4g}。",
    # Rates
    "figure_rates_title": "{count} 个学习率各会怎样",
    "figure_rates_caption": (
        "不走一步即可精确预测：批量梯度下降从同一起点（损失 {loss:.4g}）出发，{epochs:,} 轮后：{ends}。"
        "升到起点 20 倍以上的曲线被截断。"
    ),
    "figure_rates_log": "{epochs:,} 轮的横轴取对数，起点（0）在其左边之外。",
    "figure_rates_alt": "{count} 个学习率的预测损失曲线，起点损失 {loss:.4g}；{epochs:,} 轮后：{ends}。",
    "figure_divergence_title": "发散：学习率 {rate:.4g}",
    "figure_diverged_alt": (
        "学习率为 {rate:.4g} 时，损失从 {first:.4g} 起增大，在第 {update:,} 次更新越过界限 {limit:.4g}。"
    ),
    "figure_bounces_note": "每一步落在 {factor:.4g} 倍远处",
    "figure_bounces_caption": (
        "有一个方向的曲率最大，为 {curvature:.4g}：每一步都跳过谷底，落在离最优点 |1 − 学习率 × 曲率| = {factor:.4g} 倍远处。"
        "学习率低于 {largest:.4g} 时则会靠近。"
    ),
    "figure_spectrum_title": "各方向的曲率，以及学习率 {rate:.4g} 在其上的作用",
    "figure_spectrum_caption": (
        "{count} 个方向的曲率从 {smallest:.4g} 到 {largest:.4g}：条件数 {condition:.4g}。"
    ),
    "figure_spectrum_names": "最大曲率主要沿 {steep}，最小曲率主要沿 {flat}（括号内为占该方向长度平方的比例）。",
    "figure_share": "{name}（{share:.3g} %）",
    "figure_spectrum_zero": "另有 {zero} 个方向没有曲率：参数可沿其自由移动。",
    "figure_spectrum_alt": (
        "{count} 个曲率，在 {smallest:.4g} 与 {largest:.4g} 之间（条件数 {condition:.4g}），学习率 {rate:.4g}；"
        "每轮最坏的倍数为 {worst:.4g}。"
    ),
    "figure_regimes_title": "哪些学习率慢、快、不稳定",
    "figure_regimes_caption": (
        "L = {L:.4g} 与 mu = {mu:.4g} 是最大与最小曲率（条件数 {condition:.4g}）。不超过 1/L = {safe:.4g} 时没有方向越过最小值；"
        "2/(mu + L) = {best:.4g} 时最快：每轮至少消去各误差的 {gain:.3g} %；达到 2/L = {largest:.4g} 后批量梯度下降发散。"
    ),
    "figure_pace_stable": "学习率 {rate:.4g} 每轮消去最慢误差的 {gain:.3g} %。",
    "figure_pace_unstable": "学习率 {rate:.4g} 每轮使最坏的误差乘以 {factor:.6g}：发散。",
    "figure_regimes_alt": (
        "最坏倍数随学习率的变化：到 {best:.4g} 为止下降，在最大稳定学习率 {largest:.4g} 处升到 1；安全学习率为 {safe:.4g}。"
    ),
    # Surfaces
    "figure_contour_title": "损失曲面上的下降：{first}、{second}",
    "figure_contour_one_caption": "训练损失的等高线；路径在 {progress}内从 {start_loss:.4g} 到 {end_loss:.6g}，最优点为 {optimum_loss:.6g}。",
    "figure_contour_search_caption": "训练损失的等高线；线条连接 {progress}的目前最佳点，从 {start_loss:.4g} 到 {end_loss:.6g}；最优点为 {optimum_loss:.6g}。搜索不走步。",
    "figure_path_cut": "{label}只画出第 0 到 {shown:,} 轮（共 {epochs:,} 轮）；之后的损失超过起点的 {factor:g} 倍，未画出。",
    "figure_path_leaves": "{label}伸到图框的线指向第 {next:,} 轮的去处。",
    "figure_path_kept": "{label}返回的参数来自第 {kept:,} 轮（共 {epochs:,} 轮），损失为 {kept_loss:.6g}。",
    "figure_valley": "在这个平面上，横穿山谷的曲率是沿山谷的 {ratio:.3g} 倍。",
    "figure_valley_whole": "条件数 {ratio:.4g}：横穿山谷的曲率是沿山谷的 {ratio:.3g} 倍。",
    "figure_valley_round": "在这个平面上，各方向的曲率几乎相同：最大的是最小的 {ratio:.3f} 倍。",
    "figure_valley_trough": "在这个平面上，一个方向的曲率为 {largest:.4g}，与之垂直的为 0：没有尽头的谷。",
    "figure_condition": "全部 {rank} 个有曲率的方向的条件数为 {condition:.4g}。",
    "figure_contour_plane": "损失曲面上的下降，{plane}",
    "figure_surface_plane": "损失曲面，{plane}",
    "figure_plane_of_curvature": "沿最大与最小曲率",
    "figure_plane_of_path": "沿路径的两个主要方向",
    "figure_contour_many_caption": "训练损失的等高线和 {count} 条路径，起点损失 {start_loss:.4g}；终点：{ends}。最优点为 {optimum_loss:.6g}。",
    "figure_contour_one_alt": (
        "{first} 与 {second} 上损失的等高线。{way}的路径在 {progress}内从损失 {start_loss:.4g} 到 {end_loss:.4g}；最优点为 "
        "{optimum_loss:.4g}。"
    ),
    "figure_contour_search_alt": (
        "{first} 与 {second} 上损失的等高线。{way}在 {progress}中的目前最佳点，损失从 {start_loss:.4g} 到 {end_loss:.4g}；最优点为 "
        "{optimum_loss:.4g}。"
    ),
    "figure_contour_many_alt": (
        "{first} 与 {second} 上损失的等高线和 {count} 条路径，起点损失 {start_loss:.4g}；终点：{ends}。"
        "最优点为 {optimum_loss:.4g}。"
    ),
    "figure_off_plane": "其余 {others:,} 个参数固定在{held}，所以高度是这个平面的高度：画出的路径上各点记录的损失与之最多相差 {gap:.4g}。",
    "figure_optimum_off": "最优点离平面 {off:.3g}；图中标出的是平面上最近的点。",
    "figure_surface_title": "损失曲面：{first}、{second}",
    "figure_surface_one_caption": "高度为训练损失：起点 {start_loss:.4g}，{progress}后 {end_loss:.6g}，最优点 {optimum_loss:.6g}。路径画在其记录的损失处。",
    "figure_surface_search_caption": "高度为训练损失。线条连接 {progress}的目前最佳点，从 {start_loss:.4g} 到 {end_loss:.6g}；最优点为 {optimum_loss:.6g}。搜索不走步。",
    "figure_surface_many_caption": "高度为训练损失：起点 {start_loss:.4g}，最优点 {optimum_loss:.6g}；{count} 条路径的终点：{ends}。路径画在其记录的损失处。",
    "figure_surface_one_alt": (
        "{first} 与 {second} 上碗状的损失曲面，最低 {optimum_loss:.4g}；{way}的路径在 {progress}内从 {start_loss:.4g} 到 "
        "{end_loss:.4g}。"
    ),
    "figure_surface_search_alt": (
        "{first} 与 {second} 上碗状的损失曲面，最低 {optimum_loss:.4g}；{way}在 {progress}中的目前最佳点，损失从 {start_loss:.4g} 到 "
        "{end_loss:.4g}。"
    ),
    "figure_surface_many_alt": "{first} 与 {second} 上碗状的损失曲面，最低 {optimum_loss:.4g}，有 {count} 条路径，起点损失 {start_loss:.4g}；终点：{ends}。",
    "figure_function_title": "{title}",
    "figure_function_caption": (
        "函数值从 {lowest:.4g} 到 {highest:.4g}；图中最低处在 {first} = {at_first:.4g}，{second} = {at_second:.4g}。"
    ),
    "figure_function_alt": (
        "{title} 在 {first} 与 {second} 上的曲面：从 {lowest:.4g}（在 {at_first:.4g}、{at_second:.4g}）到 {highest:.4g}。"
    ),
    "figure_scaling_title": "缩放的作用：同一模型，各走 {steps} 步",
    "figure_scaling_note": "条件数 {condition:.4g}，最佳学习率 {rate:.3g}：损失 {loss:.4g}",
    "figure_scaling_caption": (
        "每幅图以各自的最佳学习率走 {steps} 步批量梯度下降。条件数：{conditions}。不同的只是坐标，预测并无不同。"
    ),
    "figure_scaling_alt": (
        "同一损失在不同坐标下的 {count} 幅等高线图，各走 {steps} 步。条件数：{conditions}。"
    ),
    # Cross-sections
    "figure_sections_title": "{at}处的截面：切线与割线",
    "figure_sections_caption": (
        "其他参数固定时，损失（{at}处为 {loss:.6g}）沿一个参数的变化。{name}：导数为 {tangent:.6g}，h = {step:g} 的割线斜率为 "
        "{secant:.6g}；h 越小越接近。曲线越陡，梯度越大。"
    ),
    "figure_sections_alt": (
        "{at}处（损失 {loss:.4g}）固定其他 {others:,} 个参数的截面。斜率：{slopes}。{name} 的割线（h = {step:g}）为 "
        "{secant:.4g}，切线为 {tangent:.4g}。"
    ),
    "figure_steps_title": "学习率 {rates} 的一步",
    "figure_steps_panel": "曲率 {curvature:.4g}",
    "figure_steps_caption": "从损失 {loss:.6g} 出发，每个参数单独移动 −学习率 × 斜率。曲率：{curvatures}。超过 1/曲率，一步落到山谷另一侧；超过 2/曲率，比出发处更高。",
    "figure_steps_climb": "比出发处更高的步：{climbs}。",
    "figure_steps_none_climbs": "图中 {count} 步都没有升高。",
    "figure_step_climbs": "沿 {name} 的学习率 {rates:plain}",
    "figure_step_climbs_one": "沿 {name} 的学习率 {rates:plain}",
    "figure_steps_together": "所有参数一起时，最大稳定学习率为 {largest:.4g}。",
    "figure_steps_alt": "从损失 {loss:.4g} 沿各截面以学习率 {rates} 走一步；曲率 {curvatures}。",
    "figure_secant_error_title": "割线有多接近导数",
    "figure_secant_error_caption": (
        "{name}：导数为 {tangent:.6g}，曲率为 {curvature:.4g}。前向割线的误差为 h/2 乘曲率，直到舍入误差占优；h = {step:.2g} 时最好"
        "（误差 {error:.2g}）。二次函数的中心割线只有舍入误差；恰为 0 的误差不画。"
    ),
    "figure_secant_error_alt": (
        "割线斜率的误差随步长的变化（双对数）：前向割线呈 V 形，在 h = {step:.2g} 处最低，为 {error:.2g}；中心割线随 h 增大而下降。"
        "沿 {name} 的导数为 {tangent:.4g}。"
    ),
    # Searches
    "figure_search_title": "损失随搜索值的变化",
    "figure_search_caption": ("共求值 {evaluations:,} 次；最佳为 {found}，损失 {loss:.6g}。"),
    "figure_search_others": ("{count} 条曲线各为取该值时（不论其他参数）找到的最低损失。"),
    "figure_search_alt": "{count} 个被搜索参数在网格各值处的损失；最低为 {loss:.4g}，在 {found}。",
    "figure_boxes_title": "由粗到细：{rounds} 个网格，求值 {evaluations:,} 次",
    "figure_boxes_panel": "从第 {round} 个网格起",
    "figure_boxes_caption": (
        "{names} 的每个网格都在前一个网格最佳点周围的方框内搜索；最宽的一边经 {rounds} 个网格从 {first:.4g} 缩到 {last:.3g}。"
        "最佳损失为 {loss:.6g}。"
    ),
    "figure_boxes_alt": (
        "{names} 上 {rounds} 个网格的嵌套方框，从 {first:.4g} 缩到 {last:.3g}；最佳损失为 {loss:.4g}。"
    ),
    # Rows
    "figure_fit_title": "由 {feature} 预测 {target}：之前与之后",
    "figure_fit_caption": "起点直线的训练损失为 {first:.6g}，{progress}后返回的直线为 {last:.6g}；最小二乘达到 {optimum:.6g}。",
    "figure_fit_search_title": "由 {feature} 预测 {target}：搜索找到的直线",
    "figure_fit_search_caption": "{progress}上试过的 {evaluations:,.0f} 条直线中，最佳的训练损失为 {last:.6g}，第 1 个网格的最佳为 {first:.6g}；最小二乘达到 {optimum:.6g}。",
    "figure_fit_search_alt": (
        "{target} 对 {feature} 的散点图（训练集 {training:,} 行，验证集 {validation:,} 行）和试过的 {evaluations:,.0f} 条直线中最佳的一条，损失 "
        "{last:.4g}；第 1 个网格的最佳为 {first:.4g}。"
    ),
    "figure_fit_alt": (
        "{target} 对 {feature} 的散点图（训练集 {training:,} 行，验证集 {validation:,} 行）和两条直线：之前，损失 {first:.4g}；"
        "之后，损失 {last:.4g}。"
    ),
    "figure_predicted_title": "{target}：预测与观测，之前与之后",
    "figure_predicted_caption": (
        "在点线上预测等于观测。起点的训练损失为 {first:.6g}，{progress}后返回的参数为 {last:.6g}；最小二乘达到 {optimum:.6g}。图中有训练集 {training:,} "
        "行、验证集 {validation:,} 行。"
    ),
    "figure_predicted_search_title": "{target}：搜索找到的预测与观测",
    "figure_predicted_search_caption": (
        "在点线上预测等于观测。{progress}上试过的 {evaluations:,.0f} 个点中，最佳的训练损失为 {last:.6g}，第 1 个网格的最佳为 {first:.6g}；最小二乘达到 "
        "{optimum:.6g}。图中有训练集 {training:,} 行、验证集 {validation:,} 行。"
    ),
    "figure_predicted_search_alt": (
        "{target} 的观测值对预测值（训练集 {training:,} 行，验证集 {validation:,} 行）：试过的 {evaluations:,.0f} 个点中，最佳的损失为 "
        "{last:.4g}，第 1 个网格的最佳为 {first:.4g}。"
    ),
    "figure_predicted_alt": (
        "{target} 的观测值对预测值（训练集 {training:,} 行，验证集 {validation:,} 行）：之前，损失 {first:.4g}；之后，损失 {last:.4g}。"
    ),
    "figure_residuals_title": "{target} 的预测误差",
    "figure_residuals_caption": (
        "{count:,} 行的预测值减 {target}。图中训练集行的均值为 {mean:.3g}，标准差为 {deviation:.4g}；最大误差为 {largest:.4g}。"
        "左图若弯曲或呈喇叭形，说明一条直线还不够。"
    ),
    "figure_residuals_alt": (
        "{count:,} 行的残差对预测值的散点图及其直方图：均值 {mean:.3g}，标准差 {deviation:.4g}，最大 {largest:.4g}。"
    ),
}
ERRORS: dict[str, tuple[str, str]] = {}
