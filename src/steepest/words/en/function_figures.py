"""English: titles, captions and descriptions of figures of functions."""

SENTENCES: dict[str, str] = {
    "figure_plain": "plain",
    "figure_backtracking": "backtracking",
    "figure_of_noise": "noise {noise:g}",
    "figure_of_seed": "seed {seed}",
    "figure_from": "from {point}",
    "figure_starts": "start",
    "figure_label_start_value": "start, value {value:.4g}",
    "figure_label_end": "{kind}: value {value:.4g}, curvatures {curvatures}",
    # Recorded descents
    "figure_descent_title": "Descent on {function}",
    "figure_descent_contour": "Contours of {function} over {names} with {count} paths.",
    "figure_descent_curve": "Curve of {function} over {names} with the steps of {count} runs.",
    "figure_descent_values": (
        "Values of {function} ({variables} variables) and gradient norms by update of {count} runs."
    ),
    "figure_descent_run": (
        "{run}: from {first} (value {start_value:.4g}) in {updates:,} updates to {point}, value {value:.5g}: {kind}, "
        "curvatures {curvatures}."
    ),
    "figure_descent_run_lost": (
        "{run}: from {first} (value {start_value:.4g}), {ending} after {updates:,} updates; no critical point where "
        "it ended, value {value:.4g}."
    ),
    "figure_searched_run": (
        "{run}: {updates:,} evaluations, best at {point}, value {value:.5g}: {kind}."
    ),
    # Cross-sections at a critical point
    "figure_axis_along": "way from the point along the direction",
    "figure_label_section": "the function",
    "figure_label_parabola": "what the curvature predicts",
    "figure_label_point": "the point, value {value:.4g}",
    "figure_section_falls": "curvature {curvature:.4g}: falls to both sides",
    "figure_section_rises": "curvature {curvature:.4g}: rises to both sides",
    "figure_section_mixed": "curvature {curvature:.4g}: the two sides differ",
    "figure_column_parabola": "parabola",
    "figure_curvature_title": "Cross-sections of {function} at {point}: {kind}",
    "figure_curvature_caption": (
        "The gradient norm at {point} is {slope:.3g}, the value {value:.5g}. Along {falling} of {variables} directions "
        "of curvature the curvature is negative ({curvatures}): {kind}. The dashed parabolas are those of the "
        "eigenvalues of the Hessian."
    ),
    "figure_curvature_alt": (
        "{shown} cross-sections of {function} through {point}, up to {reach:g} to both sides."
    ),
    # Valleys
    "figure_basins_title": "Where descent on {function} ends",
    "figure_basins_caption": "{starts:,} starts end at {count} places: {ends}.",
    "figure_basins_lost": "{lost:,} starts settled nowhere.",
    "figure_basins_alt": (
        "Map of {function} over {names}: each start carries the color and marker of the place where descent from it "
        "ends."
    ),
    "figure_basin_share": "{kind} at {point}, value {value:.4g}: {count:,} ({share:.3g} %)",
    "figure_label_place": "{kind} at {point}, value {value:.4g}",
    "figure_label_settled": "other places ({count:,})",
    "figure_label_lost": "settled nowhere ({count:,})",
    "figure_unsettled": "settled nowhere",
    "figure_axis_start": "start {name}",
    "figure_column_end": "end",
    "figure_column_what": "what it is",
    "figure_column_curvatures": "curvatures",
    "figure_column_starts": "starts",
    "figure_valleys_title": "Which valley descent on {function} ends in",
    "figure_valleys_caption": (
        "{starts:,} starts at each of {rates} rates from {low:g} to {high:g}. Valleys: {places}. Starts that end in "
        "each of them / settle nowhere: {first} at the rate {from_rate:g}, {last} at {to_rate:g}. A valley holds rates "
        "below 2/curvature: {limits}."
    ),
    "figure_valleys_alt": (
        "Above the curve of {function}; below, for every start and rate, the valley where descent ends."
    ),
    # Noise
    "figure_escapes_title": "Noise drives descent on {function} off",
    "figure_escapes_caption": (
        "Without noise descent ends at value {level:.4g}: {plain}. A run has left when its value is {depth:.4g} below. "
        "At the rate {rate:.4g}: {shares}. Faint lines bound the 95 % confidence interval (Wilson)."
    ),
    "figure_escapes_alt": (
        "Left, {count} paths on {function}; right, the share of runs that have left against the update."
    ),
    "figure_escape_share": (
        "noise {noise:g}: {share:.3g} % of {runs:,} runs left in {epochs:,} updates ({low:.3g} to {high:.3g} %), after "
        "{median:g} in the median"
    ),
    "figure_escape_none": (
        "noise {noise:g}: none of {runs:,} runs left in {epochs:,} updates ({low:.3g} to {high:.3g} %)"
    ),
    "figure_axis_share_left": "runs that have left, %",
    "figure_label_stays": "no noise: stays",
    "figure_column_noise": "noise",
    "figure_column_runs": "runs",
    "figure_column_left": "left",
    "figure_column_share": "share, %",
    "figure_column_share_low": "share from, %",
    "figure_column_share_high": "share to, %",
    "figure_column_median": "updates in the median",
    # Searches
    "figure_method_descent": "gradient descent",
    "figure_searches_title": "Searching {function}",
    "figure_searches_panel": "{run}: {count:,} evaluations, value {value:.4g}",
    "figure_searches_run": "{run}: {count:,} evaluations, {point}, value {value:.5g}",
    "figure_searches_caption": (
        "{runs}. The lowest value found is {best:.5g}; what lies between the points that were evaluated stays unseen."
    ),
    "figure_searches_alt": "{function} with every point that was evaluated.",
    "figure_cost_title": "What searching everywhere costs: up to {variables} variables",
    "figure_cost_caption": (
        "Evaluations: {ends}. A grid of n points for each of k variables has n^k."
    ),
    "figure_cost_of": (
        "{run} {first_count:,} with {first} variables, {last_count:,} with {last} (value {value:.5g})"
    ),
    "figure_cost_alt": (
        "Evaluations, logarithmic, against the number of variables up to {variables}."
    ),
    "figure_axis_variables": "variables",
    "figure_axis_evaluations": "evaluations",
    "figure_column_variables": "variables",
    "figure_column_evaluations": "evaluations",
    "figure_costs_title": "What searching this model's {parameters} parameters costs",
    "figure_costs_caption": (
        "Evaluations for the first 1 to {shown} parameters, the others held at the optimum, whose loss is {floor:.6g}. {runs}. "
        "Of descent the gradient is evaluated, which takes about as long as two losses."
    ),
    "figure_costs_counted": "Thin: counted, not run, since it is more than {most:,}. A grid of n points has n^k for k parameters.",
    "figure_costs_of": "{run}: {first:.4g} for 1, {last:.4g} for {most}; with {done} it found {loss:.6g}",
    "figure_costs_of_none": "{run}: {first:.4g} for 1, {last:.4g} for {most}",
    "figure_costs_alt": "Evaluations, logarithmic, against the number of parameters up to {shown}.",
    "figure_axis_parameters": "parameters",
    "figure_column_parameters": "parameters",
    # The surface, and slopes along one variable
    "figure_surface_of_function": (
        "Height is the value over {first} and {second}, from {lowest:.4g} to {highest:.4g} where it is shown."
    ),
    "figure_surface_held": (
        "The other variables ({others:,}) are held where the first run ends; the values of the paths' own points, "
        "at which they are drawn, differ from this surface by up to {gap:.4g}."
    ),
    "figure_surface_function_alt": "Surface of {function} over {first} and {second}.",
    "figure_there_start": "the start",
    "figure_there_end": "the end of the run",
    "figure_slopes_caption": (
        "The value ({value:.6g} at {at}) along one variable, all others held. {name}: the derivative is {tangent:.6g}, the "
        "secant over h = {step:g} has the slope {secant:.6g}, an error of {error:.4g}."
    ),
    "figure_slopes_alt": "Cross-sections of {function} at {at}. Derivatives: {slopes}.",
    "figure_errors_caption": (
        "{name} = {value:.6g}: the derivative is {tangent:.6g}, the second derivative {curvature:.4g}. The forward secant "
        "errs by about h/2 times the second derivative until rounding takes over; it is best at h = {secant_step:.2g} "
        "(error {secant_error:.2g}). The centered one errs by about h²/6 times the third derivative; it is best at h = {centred_step:.2g} "
        "(error {centred_error:.2g}). Errors of exactly 0 are not drawn."
    ),
    "figure_errors_alt": (
        "Error of the secant slope along {name} against the step, both logarithmic: lowest {secant_error:.2g} for the "
        "forward secant, {centred_error:.2g} for the centered one."
    ),
    # Saddles
    "figure_saddles_title": "More variables, more saddles: critical points of random functions",
    "figure_saddles_caption": (
        "{found:,} critical points of random functions, {functions} of each number of variables. With {least} variables "
        "{first_share:.3g} % of them are saddles, with {most} variables it is {share:.4g} % ({low:.4g} to {high:.3g} %, 95 % "
        "by Wilson); minima are {minima:,} of {last_found:,}, at most {minima_high:.2g} %."
    ),
    "figure_saddles_alt": (
        "Left, the share of saddles against the number of variables from {least} to {most}; right, that of minima, "
        "logarithmic."
    ),
    "figure_label_saddles": "saddles",
    "figure_label_minima": "minima",
    "figure_label_theory": "theory",
    "figure_axis_share_saddles": "saddles, % of the critical points",
    "figure_axis_share_minima": "minima, % of the critical points",
    "figure_column_found": "critical points",
    "figure_column_minima": "minima",
    "figure_column_saddles": "saddles",
    "figure_column_maxima": "maxima",
    "figure_column_share_saddles": "share of saddles",
    "figure_column_share_minima": "share of minima",
    # Update rules
    "figure_rules_title": "{count} update rules, {updates:,} updates each",
    "figure_rules_title_of": "{count} update rules, {updates:,} updates each, on {function}",
    "figure_rules_caption": (
        "Same start, same budget of {updates:,} updates; each rule at the best of {rates} rates from {low:g} to {high:g}. "
        "Loss at the end: {ends}."
    ),
    "figure_rules_alt": "Losses of {count} rules by update, and at the end by rate.",
    "figure_label_rule": "{rule}, rate {rate:.3g}",
    "figure_label_rule_diverged": "{rule}: diverges at every rate",
    "figure_axis_end_loss": "loss at the end",
    "figure_column_rule": "rule",
    "figure_column_at_edge": "at the grid’s edge",
    "figure_rule_end": "{rule} {loss:.4g} (rate {rate:.3g})",
    "figure_rules_edge": (
        "The best rate of {rules:plain} is the grid’s last or first of {rates}: a better one can lie beyond."
    ),
}
ERRORS: dict[str, tuple[str, str]] = {
    "figure_other_function": (
        "The runs are of different functions: {functions}.",
        "Draw one picture for each function.",
    ),
    "figure_needs_function": (
        "Which function the run descended on is not recorded.",
        "Pass the function too.",
    ),
    "figure_no_curvature": (
        "The function has no second derivatives at {point}, so that no curvature exists there.",
        "Show the run without its cross-sections.",
    ),
    "figure_two_variables": (
        "A map has one or two variables; the function has {variables}, or the starts have another number.",
        "Fix the other variables in the formula.",
    ),
    "figure_one_variable": (
        "This picture is of a function of one variable; this one has {variables}.",
        "Fix the other variables in the formula.",
    ),
    "figure_rates_of_basins": (
        "There are {counts} counts of starts and {rates} rates.",
        "Pass one rate for each of them.",
    ),
    "figure_nothing_counted": (
        "No critical point was found in {counts} counts.",
        "Count with more starts or functions.",
    ),
    "figure_runs_of_rules": (
        "The paths shown must be one run of each of {rules:plain}, in this order; {runs} are given.",
        "Run each rule at its chosen rate.",
    ),
}
