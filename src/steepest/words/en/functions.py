"""English: what is said about formulas, named functions and their critical points."""

SENTENCES: dict[str, str] = {
    # endings: each gives the number that proves it and, where there is one, the remedy
    "function_converged_minimum": (
        "Converged to a minimum after {updates:,} updates ({evaluations:,} evaluations): the gradient norm "
        "was {gradient_norm:.3g}, at most {tolerance:g} of {gradient_scale:.3g}, the larger of its norms at "
        "the start and at zero. Polished over {moved:.2g} to {point:plain}, where the value "
        "is {value:.8g} and every curvature is positive ({span})."
    ),
    "function_converged_minimum_exact": (
        "Converged to a minimum after {updates:,} updates ({evaluations:,} evaluations): at {point:plain} the gradient "
        "norm is {slope:.3g}, the value {value:.8g}, and every curvature is positive ({span})."
    ),
    "curvature_span": "from {least:.4g} to {most:.4g}",
    "curvature_span_one": "{least:.4g}",
    "function_converged_not_critical": (
        "Converged by its gradient after {updates:,} updates ({evaluations:,} evaluations): the gradient norm "
        "is {slope:.3g}, at most {tolerance:g} of {gradient_scale:.3g}. But nothing shows a critical point near "
        "{point:plain}: Newton steps lead away or nowhere, so that this may be a slope that only becomes flatter. "
        "Follow it with a smaller --tolerance, or start elsewhere."
    ),
    "function_saddle": (
        "Ended at a saddle after {updates:,} updates ({evaluations:,} evaluations), {moved:.2g} from {point:plain}: "
        "the gradient norm there is {slope:.3g}, and {negative} of {variables} curvatures are negative ({span}), "
        "so that the function falls to both sides. This is no minimum: start "
        "a little aside, or add --noise."
    ),
    "function_maximum": (
        "Stopped on a maximum after {updates:,} updates: the gradient norm at {point:plain} is {slope:.3g}, and "
        "every curvature is negative ({span}). Every way leads down: start a little "
        "aside, or add --noise."
    ),
    "function_degenerate_falls": (
        "Ended at a degenerate critical point after {updates:,} updates ({evaluations:,} evaluations), "
        "{moved:.2g} from {point:plain}: the gradient norm there is {slope:.3g}, and {undecided} of {variables} "
        "curvatures decide nothing ({span}). It is no minimum: at the distance "
        "{distance:g} the value falls in {falling} of {directions} directions, by up to {deepest:.3g}. Start a "
        "little aside, or add --noise."
    ),
    "function_degenerate_rises": (
        "Ended at a degenerate critical point after {updates:,} updates ({evaluations:,} evaluations), "
        "{moved:.2g} from {point:plain}: the gradient norm there is {slope:.3g}, and {undecided} of {variables} "
        "curvatures decide nothing ({span}). At the distance {distance:g} the value "
        "falls in none of {directions} directions and rises in {rising}: as far as that shows a minimum. Its "
        "curvature does not prove it, as on the level floor of a valley, or where a function is flatter or sharper "
        "than a square."
    ),
    "function_degenerate_flat": (
        "Ended on a plateau after {updates:,} updates at {point:plain}: the gradient norm is {slope:.3g}, "
        "no curvature counts ({variables} in all), and up to the distance {distance:g} the value "
        "{value:.6g} changes in none of {directions} directions. The function is level here, as far as float64 shows; only "
        "a start elsewhere shows whether it is lower there."
    ),
    "function_stalled_minimum": (
        "Stalled at a minimum after {updates:,} updates ({evaluations:,} evaluations): no step changes a bit "
        "any more. At {point:plain} the gradient norm is {slope:.3g}, the value {value:.8g}, and every curvature is "
        "positive ({span}). More updates would change nothing."
    ),
    "function_stalled": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations): from {point:plain} every step along the "
        "gradient that changes a bit leads to no lower value than {value:.8g}, or to no finite one, and the gradient "
        "norm is still {slope:.3g}. The value may be rounded more coarsely than it falls, or overflow: accept it, or "
        "write the formula so that terms do not cancel."
    ),
    "function_stalled_constant": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations): at the rate {rate:.6g} and with a gradient norm "
        "of {slope:.3g} a step no longer changes a bit of {point:plain}, and no critical point is near. Use a larger "
        "--learning-rate, or auto."
    ),
    "function_stalled_rule": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations): under the rule {rule} at the rate {rate:.6g} and with a "
        "gradient norm of {slope:.3g} a step no longer changes a bit of {point:plain}, and no critical point is near. Use a "
        "larger --learning-rate."
    ),
    "function_stalled_schedule": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations): the schedule {schedule} has brought the rate from "
        "{first_rate:.4g} down to {last_rate:.3g} (rule {rule}), and with a gradient norm of {slope:.3g} a step no longer changes a "
        "bit of {point:plain}; no critical point is near. Use a larger --learning-rate, or a --schedule that falls later."
    ),
    "function_wall": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations) at a wall: the gradient norm at {point:plain} is "
        "{slope:.3g}, against {gradient_scale:.3g} at the start or at zero, and every step that changes a bit leads up "
        "or to where there is no finite value. It is a pole or the edge of the function's domain; the value is "
        "{value:.6g}. Start elsewhere, or search there."
    ),
    "function_cusp": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations) at a cusp, where no gradient exists: within "
        "{kink_distance:.1g} of {point:plain} the slope along {kink_name} jumps from {slope_before:.3g} to {slope_after:.3g}, and "
        "ten times nearer the jump is {jump_nearer:.3g}, so that it grows without bound towards the point. The value "
        "{value:.6g} is as low as descent gets here; a gradient cannot prove it to be a minimum, so search around it."
    ),
    "function_kink": (
        "Stalled after {updates:,} updates ({evaluations:,} evaluations) at a kink, where no gradient exists: "
        "at {point:plain} the gradient norm is still {slope:.3g}, and within {kink_distance:.1g} to both sides the "
        "slope along {kink_name} jumps from {slope_before:.3g} to {slope_after:.3g}. The value {value:.6g} is "
        "as low as descent gets here; a gradient cannot prove it to be a minimum, so search around it."
    ),
    "function_no_gradient": (
        "Stalled after {updates:,} updates: the value {value:.6g} exists at {point:plain}, but the gradient does not "
        "(its norm comes out as {slope:g}), so that there is no way down to follow. Start elsewhere, or search."
    ),
    "function_unbounded": (
        "Unbounded: after {updates:,} updates ({evaluations:,} evaluations) the value has fallen to {best_loss:.3g}, "
        "from {first_loss:.3g} at the start, and still falls with a gradient norm of {gradient_norm:.3g}; that is "
        "called falling without end. There is no minimum this way: start elsewhere, or bound the function."
    ),
    "function_runs_away": (
        "Unbounded: after {updates:,} updates ({evaluations:,} evaluations) the steps have grown without end (the "
        "last rate was {last_rate:.3g}) and led beyond 1e100, while the value still falls, to {best_loss:.6g} from "
        "{first_loss:.6g}. There is no minimum this way: start elsewhere, or bound the function."
    ),
    "function_epochs": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}: the gradient norm is {slope:.3g}, "
        "and a tolerance of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. Allow more "
        "(--epochs)."
    ),
    "function_epochs_constant": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at the rate {rate:.6g}, at {point:plain}: the gradient "
        "norm is {slope:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}. Allow more (--epochs), or leave the rate at auto."
    ),
    "function_epochs_rule": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) under the rule {rule} at the rate {rate:.6g}, at "
        "{point:plain}: the gradient norm is {slope:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}. From update {step_from:,} to the last one the point moved by {last_step:.2g}. Allow more "
        "(--epochs), or compare other rates."
    ),
    "function_epochs_schedule": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}: the gradient norm is {slope:.3g}, and a "
        "tolerance of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. By then the schedule {schedule} "
        "had brought the rate from {first_rate:.4g} down to {last_rate:.3g} (rule {rule}), and from update {step_from:,} to "
        "the last one the point moved by {last_step:.2g}. Use a larger --learning-rate, or a --schedule that falls later."
    ),
    "function_epochs_hovers": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}, hovering: since update {since:,} the value "
        "has swung between {low:.6g} and {high:.6g} and got no lower, because steps at the rate {rate:.6g} (rule {rule}) do "
        "not shrink enough to settle; {step}. More updates at this rate do the same: use a "
        "smaller --learning-rate, or a falling --schedule."
    ),
    "function_epochs_hovers_critical": (
        "Used up {updates:,} updates ({evaluations:,} evaluations), hovering {moved:.2g} from a critical point, {point:plain}, "
        "with the curvature {span}: since update {since:,} the value has swung between {low:.6g} and "
        "{high:.6g} and got no lower, because steps at the rate {rate:.6g} (rule {rule}) do not shrink enough to settle; "
        "{step}. More updates at this rate do the same: use a smaller --learning-rate, or a "
        "falling --schedule."
    ),
    "function_epochs_slow": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}: the value still falls as fast as "
        "before, by {first_half:.4g} in the first half of the updates and by {second_half:.4g} in the second, because the rate "
        "{rate:.6g} is small: along the gradient the curvature is {along:.4g}, which puts the bottom about {ahead:.3g} away, and "
        "from update {step_from:,} to the last one the point moved by {last_step:.2g}. Use a larger --learning-rate, or auto."
    ),
    "function_step_next": "the next step would be {length:.2g} long",
    "function_step_recorded": "from update {since:,} to the last one the point moved by {length:.2g}",
    "function_epochs_leaps": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}, overshooting: the value fell by "
        "{first_half:.4g} in the first half of the updates and by {second_half:.4g} in the second, and the rate {rate:.6g} is large: along the gradient the curvature is {along:.4g}, which puts the bottom about {ahead:.3g} away, "
        "and {step}, beyond it. Use a smaller --learning-rate, such as {fitting:.3g}, or auto."
    ),
    "function_epochs_slow_rule": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}: the value still falls as fast as "
        "before, by {first_half:.4g} in the first half of the updates and by {second_half:.4g} in the second, because the rate "
        "{rate:.6g} is small for the rule {rule}: along the gradient the curvature is {along:.4g}, which puts the bottom about "
        "{ahead:.3g} away, and from update {step_from:,} to the last one the point moved by {last_step:.2g}. Use a larger "
        "--learning-rate."
    ),
    "function_epochs_asked": (
        "Ran all {updates:,} updates ({evaluations:,} evaluations), as a tolerance of 0 asks, and ended {moved:.2g} from a "
        "critical point, {point:plain}, with the curvature {span}; the gradient norm is "
        "{gradient_norm:.3g}. With a --tolerance above 0 a run ends when it is there."
    ),
    "function_epochs_critical_falling": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) {moved:.2g} from a critical point, {point:plain}, with the "
        "curvature {span}; the gradient norm is {gradient_norm:.3g}, and a tolerance "
        "of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. By then the schedule {schedule} had brought the "
        "rate from {first_rate:.4g} down to {last_rate:.3g} (rule {rule}). Use a larger --learning-rate, or a --schedule that falls "
        "later."
    ),
    "function_epochs_falling": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}: the value still falls as fast as "
        "before, by {first_half:.4g} in the first half of the updates and by {second_half:.4g} in the second, with a "
        "gradient norm of {slope:.3g}, and along the gradient it does not curve up (curvature {along:.3g}). It may have no lower "
        "bound this way; look at the formula, or allow more (--epochs)."
    ),
    "function_epochs_kink": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) at {point:plain}, crawling along a kink, where no "
        "gradient exists: within {kink_distance:.1g} to both sides the slope along {kink_name} jumps from "
        "{slope_before:.3g} to {slope_after:.3g}, which lets only tiny steps fall (the last rate was "
        "{last_rate:.2g}). Search around the point, or take a constant rate with a falling --schedule."
    ),
    "function_epochs_critical": (
        "Used up {updates:,} updates ({evaluations:,} evaluations) {moved:.2g} from a critical point, {point:plain}, with the "
        "curvature {span}; the gradient norm is {gradient_norm:.3g}, and a tolerance "
        "of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. Allow more (--epochs)."
    ),
    "function_noise_epochs": (
        "Used up {updates:,} updates with noise of standard deviation {noise:g} on the gradient: the run ends near "
        "{point:plain} with the value {value:.6g} and does not settle, because the noise goes on. Make the "
        "rate or the noise smaller, or take a falling --schedule."
    ),
    "function_noise_epochs_automatic": (
        "Used up {updates:,} updates with noise of standard deviation {noise:g} on the gradient: the run ends near "
        "{point:plain} with the value {value:.6g} and does not settle, because the noise goes on and the steps stay as long as "
        "backtracking finds them (the last was {last_rate:.3g} times the gradient). Pass a small --learning-rate with a falling "
        "--schedule."
    ),
    "function_noise_epochs_falling": (
        "Used up {updates:,} updates with noise of standard deviation {noise:g} on the gradient: the run ends near "
        "{point:plain} with the value {value:.6g}. The schedule {schedule} brought the rate from {first_rate:.4g} down to "
        "{last_rate:.3g} (rule {rule}), which makes the noise weigh less and the steps shorter: from update {step_from:,} to the last "
        "one the point moved by {last_step:.2g}. No gradient under noise proves that it has arrived."
    ),
    "function_target_loss_reached": (
        "Target reached after {updates:,} updates ({evaluations:,} evaluations): the value is {loss:.6g}, and "
        "{target_loss:.6g} was asked for."
    ),
    "function_diverged": (
        "Diverged at update {update:,}: the value passed {loss_limit:.4g}, 1000 times the largest size of those at "
        "the start and at zero (or 1), at the rate {rate:.6g}. The best point so far (update {best_epoch:,}, value "
        "{best_loss:.6g}) is kept. Use a smaller --learning-rate, or auto."
    ),
    "function_diverged_outside": (
        "Diverged at update {update:,}: the step at the rate {rate:.6g} led to where the function has no finite "
        "value. The best point so far (update {best_epoch:,}, value {best_loss:.6g}) is kept. Use a smaller "
        "--learning-rate, or auto, which refuses such steps."
    ),
    "function_diverged_rule": (
        "Diverged at update {update:,}: the value passed {loss_limit:.4g}, 1000 times the largest size of those at "
        "the start and at zero (or 1), under the rule {rule} at the rate {rate:.6g}. The best point so far (update "
        "{best_epoch:,}, value {best_loss:.6g}) is kept. Use a smaller --learning-rate."
    ),
    "function_diverged_outside_rule": (
        "Diverged at update {update:,}: the step of the rule {rule} at the rate {rate:.6g} led to where the function has no "
        "finite value. The best point so far (update {best_epoch:,}, value {best_loss:.6g}) is kept. Use a smaller "
        "--learning-rate."
    ),
    "function_interrupted": (
        "Interrupted by {signal} after {updates:,} updates at the value {value:.6g}. What was done until then is "
        "kept; start again from {point:plain} with --start."
    ),
    # searches and answers
    "function_searched_exhaustive": (
        "All {evaluations:,} points of the grid were evaluated ({points} for each of {count} variables, steps of "
        "{step:plain}); the best is {searched:plain}, with a value of {loss:.6g} and a gradient norm of {slope:.3g}. A better point "
        "can lie between the grid's: narrow the range round it, or descend from it."
    ),
    "function_searched_edge": (
        "All {evaluations:,} points of the grid were evaluated ({points} for each of {count} variables, steps of "
        "{step:plain}); the best is {searched:plain}, with a value of {loss:.6g} and a gradient norm of {slope:.3g}. It lies at the "
        "edge of the range of {edges:plain}: the function may be lower beyond it, so widen it there, or descend."
    ),
    "function_searched_coarse_to_fine": (
        "{rounds} grids of {points} points for each of {count} variables were evaluated ({evaluations:,} evaluations "
        "in all), each around the best point of the one before, down to steps of {step:plain}; the best is {searched:plain}, "
        "with a value of {loss:.6g} and a gradient norm of {slope:.3g}. A valley narrower than the first grid's "
        "steps can have been missed: compare with a finer first grid (--points), or with descent from several starts."
    ),
    "function_searched_coarse_to_fine_edge": (
        "{rounds} grids of {points} points for each of {count} variables were evaluated ({evaluations:,} evaluations "
        "in all), each around the best point of the one before, down to steps of {step:plain}; the best is {searched:plain}, "
        "with a value of {loss:.6g} and a gradient norm of {slope:.3g}. It lies at the edge of the range of {edges:plain}: the "
        "function may be lower beyond it, so widen it there, or descend."
    ),
    "function_target_loss_reached_by_search": (
        "Target reached after {evaluations:,} evaluations: {searched:plain} has a value of {loss:.6g}, and "
        "{target_loss:.6g} was asked for."
    ),
    "function_heading": "f({names}) = {text}",
    "function_gradient": "df/d{name} = {text}",
    "function_hessian": "d2f/d{name}d{other} = {text}",
    "basins_counted": "Of {starts:,} starts on a grid over the ranges, descent leads to {places:,} places:",
    "basins_place": "{count:,} starts ({share:.1%}) to {point:plain}: value {value:.8g}, {kind}",
    "basins_unsettled": (
        "{count:,} starts settled nowhere: falling without end, outside the domain, held at a kink or a wall, or with the updates used up (the longest took {most:,})."
    ),
    "function_unwritten_both": (
        "Its derivatives are too long to be written out; sweeps over its {count:,} operations compute them, as exactly."
    ),
    "function_unwritten_second": (
        "Its second derivatives are too long to be written out; sweeps over its {count:,} operations compute them, as exactly."
    ),
    "function_at": "{point:plain}: value {value:.10g}, gradient norm {slope:.3g}, {kind}",
    "function_curvatures": "curvatures (eigenvalues of the Hessian): {listed:plain}",
    "function_rate": "last step of backtracking: {rate:.4g}",
    "function_named": "{name}: {text} [{source}]",
    "function_saved": "Saved in {folder}: the recorded path and this ending.",
    "point_kind_minimum": "minimum",
    "point_kind_saddle": "saddle",
    "point_kind_maximum": "maximum",
    "point_kind_degenerate": "degenerate critical point",
    "point_kind_not_critical": "no critical point",
    "escapes": (
        "Over {runs:,} seeds of noise {noise:g} at the rate {rate:.4g} ({rule}, {schedule}), {escaped:,} of the "
        "runs left within {epochs:,} updates: a share of {share:.4f}, between {low:.4f} and {high:.4f} with 95 % confidence "
        "(Wilson). They took {median:g} updates in the median. Left means {depth:.3g} below the value "
        "{level:.6g} at which descent without noise ends ({plain_ending})."
    ),
    "escapes_constant": (
        "Each of these runs keeps the one rate {rate:.4g}, unlike a single run at auto, which backtracks in every update."
    ),
    "escapes_none": (
        "Over {runs:,} seeds of noise {noise:g} at the rate {rate:.4g} ({rule}, {schedule}), none of the runs "
        "left within {epochs:,} updates: a share between {low:.4f} and {high:.4f} with 95 % confidence (Wilson). Left means "
        "{depth:.3g} below the value {level:.6g} at which descent without noise ends ({plain_ending})."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "function_unknown": (
        "There is no function called '{name}'; there is {known:plain}.",
        "Correct the name, or write a formula such as 'x**2 - y**2'; a variable alone is called x or x1.",
    ),
    "function_missing": (
        "Neither a formula nor a name was given.",
        "Type one, such as 'x**2 - y**2' or himmelblau; --list shows the names.",
    ),
    "function_takes_no_number": (
        "{name} takes no number behind a colon.",
        "Write {name} alone.",
    ),
    "function_number": (
        "{name} takes a number from {least:g} to {most:g} behind its colon; got {value}.",
        "For bowl it is the condition number, elsewhere the number of variables.",
    ),
    "not_minimizable": (
        "{kind} cannot be minimized.",
        "Pass rows (ArraySource), a formula as text, a Formula, a function of JAX arrays with its start, or an objective with names, value, gradient and hessian.",
    ),
    "noise_negative": (
        "The noise is a standard deviation, 0 or larger; got {value}.",
        "Pass a number such as 0.01.",
    ),
    "noise_of_functions": (
        "Noise on the gradient belongs to functions; rows bring their own.",
        "Use --method stochastic or mini-batch, or leave the noise out.",
    ),
    "rule_needs_rate": (
        "Backtracking lowers the value along the gradient, and {rule} does not step along it.",
        "Pass --learning-rate with a number; {usual:g} is a usual one to begin with.",
    ),
    "schedule_needs_rate": (
        "The schedule {schedule} lowers a constant rate, and auto finds a rate for every update.",
        "Pass --learning-rate with a number, or leave the schedule out.",
    ),
    "option_of_rows": (
        "'{option}' belongs to rows; a function has no use for it.",
        "Leave it out, or call steepest.search_function for a search.",
    ),
    "start_outside_domain": (
        "The function has no finite value at the start, {point:plain}.",
        "Pass --start with a point where it has one.",
    ),
    "search_outside_domain": (
        "The function has no finite value at any of the {evaluations:,} points of the grid.",
        "Choose another --range.",
    ),
    "escapes_nothing_to_leave": (
        "Descent without noise does not stay anywhere from this start: it ends as {ending} after {updates:,} updates, so that "
        "no noise can drive it off.",
        "Pass --start with a point from which it stays, as on the ridge of a saddle, or a smaller learning rate.",
    ),
    "escapes_need_rate": (
        "Where nothing curves there is no rate to be found for the noise.",
        "Pass a learning rate.",
    ),
    "function_seeds": (
        "{seeds:,} seeds need noise; without it every run is the same.",
        "Pass --noise with a standard deviation such as 0.01.",
    ),
    "start_numbers": (
        "The start has {given} numbers, and the function {wanted} variables ({names:plain}).",
        "Give one number for each variable, in this order.",
    ),
    "target_no_number": (
        "The target loss is {value}, which no value reaches.",
        "Pass a number, or leave it out.",
    ),
    "option_beside": ("{option} does not go with {other}.", "Leave one of them out."),
    "basins_need_ranges": (
        "The grid of starts needs a range for every variable; none is given for {missing:plain}.",
        "Pass --range NAME=LOW:HIGH for each.",
    ),
    "basins_too_many": (
        "A grid of {points:,} points for each of {variables} variables has more than {most:,} starts.",
        "Pass fewer --points, or hold variables by writing numbers into the formula.",
    ),
    "run_of_function": (
        "{folder} holds the run of a function, not a fit to a table.",
        "Read it with load_trace; on the command line steepest show and steepest plot take it.",
    ),
    "functions_beside_fits": (
        "Of the runs, {functions} minimized functions and {fits} fitted tables; they share no picture.",
        "Draw them apart.",
    ),
    "init_no_numbers": (
        "{name} must be an array of numbers; got {kind}.",
        "Pass a list of numbers, one for each variable.",
    ),
    "option_no_number": ("{option} must be a number; got {value}.", "Pass one."),
    "option_not_whole": ("{option} must be a whole number; got {value}.", "Pass one."),
    "range_too_wide": (
        "The range of '{name}' from {low:g} to {high:g} is wider than float64 can measure.",
        "Narrow it to at most 1e308.",
    ),
    "range_no_pair": (
        "The range of '{name}' is no pair of two numbers, low and high.",
        "Pass two numbers.",
    ),
    "ranges_no_mapping": (
        "Ranges must map each name to its low and high; got {kind}.",
        "Pass a dictionary of names and pairs.",
    ),
    "range_twice": (
        "--range is given {count} times for '{name}'.",
        "Give one range for each name.",
    ),
    "starts_shape": (
        "Starts have the shape (S, {variables}); got {shape}.",
        "Give one row of {variables} numbers for each start.",
    ),
}
