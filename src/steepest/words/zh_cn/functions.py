"""Simplified Chinese: formulas, named functions and their critical points."""

SENTENCES: dict[str, str] = {
    "function_converged_minimum": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）收敛到一个最小值：梯度范数为 {gradient_norm:.3g}，不超过起点与零点处"
        "较大范数 {gradient_scale:.3g} 的 {tolerance:g}。经牛顿步修正 {moved:.2g} 的距离后到达 {point:plain}，该处函数值为 {value:.8g}，"
        "所有曲率均为正（{span}）。"
    ),
    "function_converged_minimum_exact": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）收敛到一个最小值：{point:plain} 处梯度范数为 {slope:.3g}，"
        "函数值为 {value:.8g}，所有曲率均为正（{span}）。"
    ),
    "curvature_span": "从 {least:.4g} 到 {most:.4g}",
    "curvature_span_one": "{least:.4g}",
    "function_converged_not_critical": (
        "按梯度判断在 {updates:,} 次更新（{evaluations:,} 次求值）后收敛：梯度范数为 {slope:.3g}，不超过 {gradient_scale:.3g} 的 "
        "{tolerance:g}。但没有什么表明 {point:plain} 附近有临界点：牛顿步走远或无处可走，这可能只是越来越平的斜坡。请用更小的 --tolerance "
        "继续，或换一个起点。"
    ),
    "function_saddle": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）止于鞍点，距 {point:plain} 为 {moved:.2g}：该处梯度范数为 {slope:.3g}，"
        "{variables} 个曲率中有 {negative} 个为负（{span}），函数向两侧下降。这不是最小值：请把起点稍微"
        "移开，或加上 --noise。"
    ),
    "function_maximum": (
        "经过 {updates:,} 次更新停在最大值：{point:plain} 处梯度范数为 {slope:.3g}，所有曲率均为负（{span}）。"
        "每个方向都向下：请把起点稍微移开，或加上 --noise。"
    ),
    "function_degenerate_falls": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）止于退化临界点，距 {point:plain} 为 {moved:.2g}：该处梯度范数为 {slope:.3g}，"
        "{variables} 个曲率中有 {undecided} 个不能说明问题（{span}）。它不是最小值：在距离 {distance:g} 处，"
        "{directions} 个方向中有 {falling} 个函数值下降，最多 {deepest:.3g}。请把起点稍微移开，或加上 --noise。"
    ),
    "function_degenerate_rises": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）止于退化临界点，距 {point:plain} 为 {moved:.2g}：该处梯度范数为 {slope:.3g}，"
        "{variables} 个曲率中有 {undecided} 个不能说明问题（{span}）。在距离 {distance:g} 处，{directions} 个"
        "方向中没有一个下降，{rising} 个上升：就此看来是最小值。曲率不能证明这一点，例如在谷的平底上，或函数比二次函数更平或更尖之处。"
    ),
    "function_degenerate_flat": (
        "经过 {updates:,} 次更新止于 {point:plain} 处的平台：梯度范数为 {slope:.3g}，没有一个曲率有意义（共 {variables} 个），直到距离 "
        "{distance:g}，函数值 {value:.6g} 在 {directions} 个方向上都不变。就 float64 所见，函数在此是平的；别处是否更低，只有换一个起点才能知道。"
    ),
    "function_stalled_minimum": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停在最小值：任何一步都不再改变一个比特。{point:plain} 处梯度范数为 {slope:.3g}，"
        "函数值为 {value:.8g}，所有曲率均为正（{span}）。再多更新也不会改变什么。"
    ),
    "function_stalled": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停滞：从 {point:plain} 沿梯度的每一步都不低于函数值 {value:.8g}，或没有有限值，而梯度范数仍为 "
        "{slope:.3g}。函数值的舍入可能比它的下降更粗，或已溢出：接受它，或改写公式以免各项相消。"
    ),
    "function_stalled_constant": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停滞：学习率 {rate:.6g}、梯度范数 {slope:.3g} 的一步已不再改变 {point:plain} 的"
        "任何比特，而附近没有临界点。请增大 --learning-rate，或用 auto。"
    ),
    "function_stalled_rule": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停滞：规则 {rule}、学习率 {rate:.6g}、梯度范数 {slope:.3g} 的一步已不再改变 {point:plain} 的"
        "任何比特，而附近没有临界点。请增大 --learning-rate。"
    ),
    "function_stalled_schedule": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停滞：{schedule} 已把学习率从 {first_rate:.4g} 降到 {last_rate:.3g}（规则 {rule}），梯度范数为 "
        "{slope:.3g} 的一步已不再改变 {point:plain} 的任何比特，而附近没有临界点。请增大 --learning-rate，或取下降较晚的 --schedule。"
    ),
    "function_wall": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停在陡壁：{point:plain} 处梯度范数为 {slope:.3g}，起点或零点处为 "
        "{gradient_scale:.3g}，每一步要么上升，要么走到没有有限值的地方。这是极点或函数定义域的边缘；函数值为 {value:.6g}。"
        "请换一个起点，或在那里搜索。"
    ),
    "function_cusp": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停在尖点，那里梯度不存在：{point:plain} 两侧 {kink_distance:.1g} 之内沿 {kink_name} 的斜率从 "
        "{slope_before:.3g} 跳到 {slope_after:.3g}，近十倍时跳跃为 {jump_nearer:.3g}，即越靠近该点越无界地增大。函数值 {value:.6g} 是下降在此能达到的"
        "最低值；梯度不能证明它是最小值，请在周围搜索。"
    ),
    "function_kink": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）停在折点，那里梯度不存在：{point:plain} 处梯度范数仍为 {slope:.3g}，两侧 "
        "{kink_distance:.1g} 之内沿 {kink_name} 的斜率从 {slope_before:.3g} 跳到 {slope_after:.3g}。函数值 {value:.6g} 是下降在此"
        "能达到的最低值；梯度不能证明它是最小值，请在周围搜索。"
    ),
    "function_no_gradient": (
        "经过 {updates:,} 次更新停滞：{point:plain} 处函数值为 {value:.6g}，但梯度不存在（其范数为 {slope:g}），没有可循的下坡方向。"
        "请换一个起点，或用搜索。"
    ),
    "function_unbounded": (
        "无下界：经过 {updates:,} 次更新（{evaluations:,} 次求值）函数值从起点的 {first_loss:.3g} 降到 {best_loss:.3g}，仍以梯度范数 "
        "{gradient_norm:.3g} 下降；这称为无止境地下降。这条路上没有最小值：请换一个起点，或给函数加上界限。"
    ),
    "function_runs_away": (
        "无下界：经过 {updates:,} 次更新（{evaluations:,} 次求值）步长无止境地增大（最后的学习率为 {last_rate:.3g}），已越过 1e100，"
        "函数值仍在下降，从 {first_loss:.6g} 到 {best_loss:.6g}。这条路上没有最小值：请换一个起点，或给函数加上界限。"
    ),
    "function_epochs": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值）：梯度范数为 {slope:.3g}，而容差 {tolerance:g} 要求不超过 "
        "{gradient_scale:.3g} 的 {tolerance:g}。请允许更多更新（--epochs）。"
    ),
    "function_epochs_constant": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值），学习率为 {rate:.6g}：梯度范数为 {slope:.3g}，而容差 {tolerance:g} "
        "要求不超过 {gradient_scale:.3g} 的 {tolerance:g}。请允许更多更新（--epochs），或把学习率留给 auto。"
    ),
    "function_epochs_rule": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值），规则为 {rule}，学习率为 {rate:.6g}：梯度范数为 {slope:.3g}，而容差 "
        "{tolerance:g} 要求不超过 {gradient_scale:.3g} 的 {tolerance:g}。从第 {step_from:,} 次更新到最后一次，点移动了 {last_step:.2g}。"
        "请允许更多更新（--epochs），或比较不同的学习率。"
    ),
    "function_epochs_schedule": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值）：梯度范数为 {slope:.3g}，而容差 {tolerance:g} 要求不超过 "
        "{gradient_scale:.3g} 的 {tolerance:g}。此时 {schedule} 已把学习率从 {first_rate:.4g} 降到 {last_rate:.3g}（规则 {rule}），从第 "
        "{step_from:,} 次更新到最后一次，点移动了 {last_step:.2g}。请增大 --learning-rate，或取下降较晚的 --schedule。"
    ),
    "function_epochs_hovers": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值），来回徘徊：自第 {since:,} 次更新起，函数值在 {low:.6g} 与 {high:.6g} "
        "之间摆动，不再降低，因为学习率 {rate:.6g}（规则 {rule}）的步子没有缩小到能停下；{step}。按这个学习率再多更新也是一样："
        "请减小 --learning-rate，或取递减的 --schedule。"
    ),
    "function_epochs_hovers_critical": (
        "用完 {updates:,} 次更新（{evaluations:,} 次求值），在距临界点 {point:plain} 为 {moved:.2g} 处徘徊，其曲率为（{span}）：自第 "
        "{since:,} 次更新起，函数值在 {low:.6g} 与 {high:.6g} 之间摆动，不再降低，因为学习率 {rate:.6g}（规则 {rule}）的步子没有缩小到能停下；"
        "{step}。按这个学习率再多更新也是一样：请减小 --learning-rate，或取递减的 --schedule。"
    ),
    "function_epochs_slow": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值）：函数值下降得和先前一样快，前一半更新降 {first_half:.4g}，后一半降 "
        "{second_half:.4g}，因为学习率 {rate:.6g} 太小：沿梯度的曲率为 {along:.4g}，谷底约在 {ahead:.3g} 之外，而从第 {step_from:,} 次更新到最后一次，"
        "点移动了 {last_step:.2g}。请增大 --learning-rate，或用 auto。"
    ),
    "function_step_next": "下一步长 {length:.2g}",
    "function_step_recorded": "从第 {since:,} 次更新到最后一次，点移动了 {length:.2g}",
    "function_epochs_leaps": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值），步子越过谷底：函数值在前一半更新中降了 {first_half:.4g}，后一半降了 "
        "{second_half:.4g}，而学习率 {rate:.6g} 太大：沿梯度的曲率为 {along:.4g}，谷底约在 {ahead:.3g} 之外，而{step}，越过了它。"
        "请减小 --learning-rate，例如 {fitting:.3g}，或用 auto。"
    ),
    "function_epochs_slow_rule": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值）：函数值下降得和先前一样快，前一半更新降 {first_half:.4g}，后一半降 "
        "{second_half:.4g}，因为学习率 {rate:.6g} 对规则 {rule} 太小：沿梯度的曲率为 {along:.4g}，谷底约在 {ahead:.3g} 之外，而从第 {step_from:,} "
        "次更新到最后一次，点移动了 {last_step:.2g}。请增大 --learning-rate。"
    ),
    "function_epochs_asked": (
        "按容差 0 的要求做完全部 {updates:,} 次更新（{evaluations:,} 次求值），止于距临界点 {point:plain} 为 {moved:.2g} 处，其曲率为（{span}）；梯度范数为 {gradient_norm:.3g}。若 --tolerance 大于 0，运行到达后就会结束。"
    ),
    "function_epochs_critical_falling": (
        "用完 {updates:,} 次更新（{evaluations:,} 次求值），距临界点 {point:plain} 为 {moved:.2g}，其曲率为（{span}）；梯度范数为 "
        "{gradient_norm:.3g}，而容差 {tolerance:g} 要求不超过 {gradient_scale:.3g} 的 {tolerance:g}。此时 {schedule} 已把学习率从 {first_rate:.4g} "
        "降到 {last_rate:.3g}（规则 {rule}）。请增大 --learning-rate，或取下降较晚的 --schedule。"
    ),
    "function_epochs_falling": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值）：函数值下降得和先前一样快，前一半更新降 {first_half:.4g}，"
        "后一半降 {second_half:.4g}，梯度范数为 {slope:.3g}，且沿梯度并不向上弯（曲率 {along:.3g}）。这条路上可能没有下界；请检查公式，或允许更多更新（--epochs）。"
    ),
    "function_epochs_kink": (
        "在 {point:plain} 用完 {updates:,} 次更新（{evaluations:,} 次求值），沿着梯度不存在的折线缓慢前进：两侧 {kink_distance:.1g} 之内沿 "
        "{kink_name} 的斜率从 {slope_before:.3g} 跳到 {slope_after:.3g}，只有极小的步子能下降（最后的学习率为 {last_rate:.2g}）。"
        "请在该点周围搜索，或取常数学习率并让 --schedule 递减。"
    ),
    "function_epochs_critical": (
        "用完 {updates:,} 次更新（{evaluations:,} 次求值），距临界点 {point:plain} 为 {moved:.2g}，其曲率为（{span}）；梯度"
        "范数为 {gradient_norm:.3g}，而容差 {tolerance:g} 要求不超过 {gradient_scale:.3g} 的 {tolerance:g}。请允许更多更新（--epochs）。"
    ),
    "function_noise_epochs": (
        "用完 {updates:,} 次更新，梯度上带有标准差为 {noise:g} 的噪声：运行结束于 {point:plain} 附近，函数值为 {value:.6g}；噪声不停，"
        "所以不会稳定下来。请减小学习率或噪声，或取递减的 --schedule。"
    ),
    "function_noise_epochs_automatic": (
        "用完 {updates:,} 次更新，梯度上带有标准差为 {noise:g} 的噪声：运行结束于 {point:plain} 附近，函数值为 {value:.6g}；噪声不停，步长又始终是回溯所找到的"
        "（最后为梯度的 {last_rate:.3g} 倍），所以不会稳定下来。请给出较小的 --learning-rate 并取递减的 --schedule。"
    ),
    "function_noise_epochs_falling": (
        "用完 {updates:,} 次更新，梯度上带有标准差为 {noise:g} 的噪声：运行结束于 {point:plain} 附近，函数值为 {value:.6g}。{schedule} 把学习率从 "
        "{first_rate:.4g} 降到 {last_rate:.3g}（规则 {rule}），噪声的影响和步子随之变小：从第 {step_from:,} 次更新到最后一次，点移动了 {last_step:.2g}。"
        "带噪声的梯度不能证明已经到达。"
    ),
    "function_target_loss_reached": (
        "经过 {updates:,} 次更新（{evaluations:,} 次求值）达到目标：函数值为 {loss:.6g}，要求为 {target_loss:.6g}。"
    ),
    "function_diverged": (
        "在第 {update:,} 次更新发散：学习率 {rate:.6g} 下函数值超过 {loss_limit:.4g}，即起点与零点处（或 1）最大值的 1000 倍。保留至今"
        "最好的点（第 {best_epoch:,} 次更新，函数值 {best_loss:.6g}）。请减小 --learning-rate，或用 auto。"
    ),
    "function_diverged_outside": (
        "在第 {update:,} 次更新发散：学习率 {rate:.6g} 的一步走到函数没有有限值的地方。保留至今最好的点（第 {best_epoch:,} 次更新，"
        "函数值 {best_loss:.6g}）。请减小 --learning-rate，或用 auto，它会拒绝这样的步子。"
    ),
    "function_diverged_rule": (
        "在第 {update:,} 次更新发散：规则 {rule}、学习率 {rate:.6g} 下函数值超过 {loss_limit:.4g}，即起点与零点处（或 1）最大值的 1000 倍。保留至今"
        "最好的点（第 {best_epoch:,} 次更新，函数值 {best_loss:.6g}）。请减小 --learning-rate。"
    ),
    "function_diverged_outside_rule": (
        "在第 {update:,} 次更新发散：规则 {rule} 在学习率 {rate:.6g} 下的一步走到函数没有有限值的地方。保留至今最好的点（第 {best_epoch:,} 次更新，"
        "函数值 {best_loss:.6g}）。请减小 --learning-rate。"
    ),
    "function_interrupted": (
        "经过 {updates:,} 次更新被 {signal} 中断，函数值为 {value:.6g}。此前所做的都已保留；可用 --start 从 {point:plain} 继续。"
    ),
    "function_searched_exhaustive": (
        "网格的 {evaluations:,} 个点全部求值（{count} 个变量各 {points} 个点，步长 {step:plain}）；最好的是 {searched:plain}，函数值为 {loss:.6g}，"
        "梯度范数为 {slope:.3g}。更好的点可能在网格点之间：请缩小其周围的范围，或从它开始下降。"
    ),
    "function_searched_edge": (
        "网格的 {evaluations:,} 个点全部求值（{count} 个变量各 {points} 个点，步长 {step:plain}）；最好的是 {searched:plain}，函数值为 {loss:.6g}，"
        "梯度范数为 {slope:.3g}。它在 {edges:plain} 的范围边缘：之外可能更低，请在那里放宽范围，或用下降。"
    ),
    "function_searched_coarse_to_fine": (
        "对 {rounds} 个网格求值（{count} 个变量各 {points} 个点，共 {evaluations:,} 次），每个都围绕前一个的最好点，直到步长 {step:plain}；"
        "最好的是 {searched:plain}，函数值为 {loss:.6g}，梯度范数为 {slope:.3g}。比第一个网格步长更窄的谷可能被错过：请与更细的首个网格"
        "（--points）或从多个起点的下降比较。"
    ),
    "function_searched_coarse_to_fine_edge": (
        "对 {rounds} 个网格求值（{count} 个变量各 {points} 个点，共 {evaluations:,} 次），每个都围绕前一个的最好点，直到步长 {step:plain}；"
        "最好的是 {searched:plain}，函数值为 {loss:.6g}，梯度范数为 {slope:.3g}。它在 {edges:plain} 的范围边上：函数在外面可能更低，"
        "请向那边放宽范围，或改用下降。"
    ),
    "function_target_loss_reached_by_search": (
        "经过 {evaluations:,} 次求值达到目标：{searched:plain} 的函数值为 {loss:.6g}，要求为 {target_loss:.6g}。"
    ),
    "function_heading": "f({names}) = {text}",
    "function_gradient": "df/d{name} = {text}",
    "function_hessian": "d2f/d{name}d{other} = {text}",
    "basins_counted": "从范围内网格上的 {starts:,} 个起点出发，下降共到达 {places:,} 个不同的地方：",
    "basins_place": "{count:,} 个起点（{share:.1%}）到达 {point:plain}：函数值 {value:.8g}，{kind}",
    "basins_unsettled": "{count:,} 个起点没有停在任何地方：无止境地下降、离开定义域、停在折点或壁上，或用完更新（最长的做了 {most:,} 次）。",
    "function_unwritten_both": "导数太长，不写出来；它们由在 {count:,} 个运算上前后扫过得到，同样精确。",
    "function_unwritten_second": "二阶导数太长，不写出来；它们由在 {count:,} 个运算上前后扫过得到，同样精确。",
    "function_at": "{point:plain}：函数值 {value:.10g}，梯度范数 {slope:.3g}，{kind}",
    "function_curvatures": "曲率（黑塞矩阵的特征值）：{listed:plain}",
    "function_rate": "回溯的最后一步：{rate:.4g}",
    "function_named": "{name}：{text} [{source}]",
    "function_saved": "已保存到 {folder}：记录的路径和这个结局。",
    "point_kind_minimum": "最小值",
    "point_kind_saddle": "鞍点",
    "point_kind_maximum": "最大值",
    "point_kind_degenerate": "退化临界点",
    "point_kind_not_critical": "不是临界点",
    "escapes": (
        "在噪声 {noise:g}、学习率 {rate:.4g}（{rule}、{schedule}）下运行 {runs:,} 个种子，{escaped:,} 次在 {epochs:,} 次更新内离开：比例为 {share:.4f}，"
        "95 % 置信区间（Wilson）为 {low:.4f} 到 {high:.4f}。更新次数的中位数为 {median:g}。离开是指函数值比无噪声下降结束处的 "
        "{level:.6g}（{plain_ending}）低 {depth:.3g}。"
    ),
    "escapes_constant": (
        "这些运行都始终用同一个学习率 {rate:.4g}，与单次 auto 运行每次更新都回溯不同。"
    ),
    "escapes_none": (
        "在噪声 {noise:g}、学习率 {rate:.4g}（{rule}、{schedule}）下运行 {runs:,} 个种子，没有一次在 {epochs:,} 次更新内离开：比例的 95 % 置信区间"
        "（Wilson）为 {low:.4f} 到 {high:.4f}。离开是指函数值比无噪声下降结束处的 {level:.6g}（{plain_ending}）低 {depth:.3g}。"
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "function_unknown": (
        "没有叫 '{name}' 的函数；有 {known:plain}。",
        "请改正名字，或写公式，例如 'x**2 - y**2'；单独的变量叫 x 或 x1。",
    ),
    "function_missing": (
        "既没有给出公式，也没有给出名字。",
        "请输入一个，例如 'x**2 - y**2' 或 himmelblau；--list 列出名字。",
    ),
    "function_takes_no_number": ("{name} 的冒号后不带数。", "请只写 {name}。"),
    "function_number": (
        "{name} 的冒号后应是 {least:g} 到 {most:g} 的数；得到 {value}。",
        "对 bowl 是条件数，其余是变量个数。",
    ),
    "not_minimizable": (
        "{kind} 不能被最小化。",
        "请给出数据行 (ArraySource)、公式文本、Formula、JAX 数组的函数及其起点，或带有 names、value、gradient 和 hessian 的目标。",
    ),
    "noise_negative": ("噪声是标准差，应为 0 或更大；得到 {value}。", "请给出 0.01 这样的数。"),
    "noise_of_functions": (
        "梯度上的噪声属于函数；数据行自带噪声。",
        "请用 --method stochastic 或 mini-batch，或去掉噪声。",
    ),
    "rule_needs_rate": (
        "回溯沿梯度降低函数值，而 {rule} 并不沿梯度走。",
        "请用数给出 --learning-rate；常从 {usual:g} 开始。",
    ),
    "schedule_needs_rate": (
        "{schedule} 降低常数学习率，而 auto 为每次更新找学习率。",
        "请用数给出 --learning-rate，或去掉 schedule。",
    ),
    "option_of_rows": (
        "'{option}' 属于数据行；函数用不到它。",
        "请去掉它，或调用 steepest.search_function 进行搜索。",
    ),
    "start_outside_domain": (
        "函数在起点 {point:plain} 没有有限值。",
        "请用 --start 给出有值的点。",
    ),
    "search_outside_domain": (
        "函数在网格的 {evaluations:,} 个点上都没有有限值。",
        "请换一个 --range。",
    ),
    "escapes_nothing_to_leave": (
        "从这个起点出发，没有噪声的下降不会停在任何地方：它在 {updates:,} 次更新后以“{ending}”结束，噪声无处可赶。",
        "请用 --start 给出能停住的起点，例如鞍点的脊上，或减小学习率。",
    ),
    "escapes_need_rate": ("没有曲率的地方找不到适合噪声的学习率。", "请给出学习率。"),
    "function_seeds": (
        "{seeds:,} 个种子需要噪声；没有噪声每次运行都一样。",
        "请用标准差给出 --noise，例如 0.01。",
    ),
    "start_numbers": (
        "起点有 {given} 个数，而函数有 {wanted} 个变量（{names:plain}）。",
        "请按此顺序为每个变量给出一个数。",
    ),
    "target_no_number": (
        "目标损失为 {value}，没有函数值能达到。",
        "请给出一个数，或省略它。",
    ),
    "option_beside": ("{option} 不能与 {other} 同用。", "请去掉其中一个。"),
    "basins_need_ranges": (
        "起点网格需要每个变量的范围；{missing:plain} 没有。",
        "请为每个变量给出 --range NAME=LOW:HIGH。",
    ),
    "basins_too_many": (
        "{variables} 个变量各 {points:,} 个点的网格超过 {most:,} 个起点。",
        "请减少 --points，或在公式中以数代替变量。",
    ),
    "run_of_function": (
        "{folder} 保存的是函数的运行，不是对表格的拟合。",
        "请用 load_trace 读取；在命令行可用 steepest show 和 steepest plot。",
    ),
    "functions_beside_fits": (
        "这些运行中有 {functions} 个最小化函数，{fits} 个拟合表格；它们不能画在一张图里。",
        "请分开绘制。",
    ),
    "init_no_numbers": (
        "{name} 必须是数的数组；给出的是 {kind}。",
        "请给出数的列表，每个变量一个。",
    ),
    "option_no_number": ("{option} 必须是数；给出的是 {value}。", "请给出一个数。"),
    "option_not_whole": ("{option} 必须是整数；给出的是 {value}。", "请给出一个整数。"),
    "range_too_wide": (
        "“{name}”的范围从 {low:g} 到 {high:g}，宽得超出 float64。",
        "请缩小这个范围。",
    ),
    "range_no_pair": ("“{name}”的范围不是下界和上界两个数。", "请给出两个数。"),
    "ranges_no_mapping": (
        "范围必须把每个名字对应到下界和上界；给出的是 {kind}。",
        "请给出名字到一对数的字典。",
    ),
    "range_twice": (
        "'{name}' 的 --range 给出了 {count} 次。",
        "每个名字请只给一个范围。",
    ),
    "starts_shape": (
        "起点的形状应为 (S, {variables})；得到 {shape}。",
        "请为每个起点给出一行 {variables} 个数。",
    ),
}
