"""English: titles, axes, captions and descriptions of figures."""

SENTENCES: dict[str, str] = {
    # Parameters, methods, runs
    "figure_parameter": "{name}",
    "figure_parameter_standardized": "{name}, per standard deviation",
    "figure_intercept": "intercept",
    "figure_intercept_centred": "intercept (at the features’ means)",
    "figure_of_target": "{name} → {target}",
    "figure_method_batch": "batch",
    "figure_method_mini_batch": "mini-batch",
    "figure_method_stochastic": "stochastic",
    "figure_method_exhaustive": "exhaustive search",
    "figure_method_coarse_to_fine": "coarse-to-fine search",
    "figure_label_batch": "batches of {size:,}",
    "figure_rate_end": "{loss:.4g} ({label})",
    "figure_label_rate": "rate {rate:.4g}",
    "figure_label_rate_regime": "{rate:.4g}: {regime}",
    "figure_own_units": "{title} (the table’s units)",
    "figure_standardized": "{title} (standardized)",
    # Endings, in a word or two
    "figure_ending_converged": "converged",
    "figure_ending_target_loss_reached": "target loss reached",
    "figure_ending_epochs_used_up": "epochs used up",
    "figure_ending_stalled": "stalled",
    "figure_ending_early_stopped": "stopped early",
    "figure_ending_diverged": "diverged",
    "figure_ending_unbounded": "unbounded",
    "figure_ending_saddle": "saddle",
    "figure_ending_maximum": "maximum",
    "figure_ending_degenerate": "degenerate",
    "figure_ending_interrupted": "interrupted",
    # Axes
    "figure_axis_epoch": "epoch",
    "figure_axis_update": "update",
    "figure_axis_rows": "training rows seen",
    "figure_axis_seconds": "seconds of descent",
    "figure_axis_loss": "loss",
    "figure_axis_training_loss": "training loss",
    "figure_axis_validation_loss": "validation loss",
    "figure_axis_gradient_norm": "gradient norm",
    "figure_axis_value": "value",
    "figure_axis_curvature_1": "direction of largest curvature, {measure:.4g}",
    "figure_axis_curvature_2": "direction of smallest curvature, {measure:.4g}",
    "figure_axis_path_1": "direction 1 of the path ({share:.3g} %)",
    "figure_axis_path_2": "direction 2 of the path ({share:.3g} %)",
    "figure_axis_steepest": "way from the optimum, along the largest curvature",
    "figure_axis_step": "step h",
    "figure_axis_error": "error of the slope, relative",
    "figure_axis_rate": "learning rate",
    "figure_axis_factor": "worst factor on the error in an epoch",
    "figure_axis_direction": "direction of curvature",
    "figure_axis_curvature": "curvature",
    "figure_axis_round": "grid",
    "figure_axis_predicted": "predicted {target}",
    "figure_axis_observed": "observed {target}",
    "figure_axis_residual": "prediction − {target}",
    "figure_axis_share": "share of the rows",
    # Columns of the tables beside figures
    "figure_column_run": "run",
    "figure_column_epoch": "epoch",
    "figure_column_updates": "updates",
    "figure_column_seconds": "seconds",
    "figure_column_loss": "loss",
    "figure_column_validation_loss": "validation loss",
    "figure_column_gradient_norm": "gradient norm",
    "figure_column_height": "height of the plane",
    "figure_column_gap": "gap",
    "figure_column_coordinates": "coordinates",
    "figure_column_condition": "condition number",
    "figure_column_largest": "largest curvature",
    "figure_column_smallest": "smallest curvature",
    "figure_column_rate": "rate",
    "figure_column_steps": "steps",
    "figure_column_parameter": "parameter",
    "figure_column_value": "value",
    "figure_column_step": "step",
    "figure_column_tangent": "derivative",
    "figure_column_secant": "forward secant",
    "figure_column_centred": "centered secant",
    "figure_column_error": "error",
    "figure_column_error_centred": "error (centered)",
    "figure_column_moved": "moved by",
    "figure_column_product": "rate × curvature",
    "figure_column_direction": "direction",
    "figure_column_curvature": "curvature",
    "figure_column_factor": "factor",
    "figure_column_fate": "fate",
    "figure_column_low": "lowest",
    "figure_column_high": "highest",
    "figure_column_values": "values",
    "figure_column_best": "best",
    "figure_column_round": "grid",
    "figure_column_before": "before",
    "figure_column_after": "after",
    "figure_column_optimum": "least squares",
    "figure_column_rows": "rows",
    "figure_column_count": "count",
    "figure_column_mean": "mean",
    "figure_column_deviation": "standard deviation",
    # Legends
    "figure_label_loss": "training loss",
    "figure_label_validation_loss": "validation loss",
    "figure_label_running_loss": "running loss (mean before each update)",
    "figure_label_optimum": "optimum, loss {loss:.4g}",
    "figure_label_start": "start, loss {loss:.4g}",
    "figure_label_limit": "limit {loss:.4g}: diverged above",
    "figure_label_bad": "first bad update: {update:,}",
    "figure_label_tolerance": "converged below {limit:.3g}",
    "figure_label_tangent": "tangent: slope {slope:.4g}",
    "figure_label_secant": "secant, h = {step:g}: slope {slope:.4g}",
    "figure_label_secant_error": "forward secant",
    "figure_label_centred_error": "centered secant",
    "figure_label_step": "rate {rate:g}: to loss {loss:.4g}",
    "figure_label_curvature_inverse": "1/rate = {curvature:.4g}: one step to the minimum",
    "figure_label_curvature_twice": "2/rate = {curvature:.4g}: diverges above",
    "figure_label_safe_rate": "safe 1/L = {rate:.4g}",
    "figure_label_best_rate": "best 2/(mu + L) = {rate:.4g}",
    "figure_label_largest_rate": "largest stable 2/L = {rate:.4g}",
    "figure_label_own_rate": "this run’s rate {rate:.4g}",
    "figure_label_found": "found: {value:.6g}, loss {loss:.4g}",
    "figure_label_best_points": "best point of each grid",
    "figure_label_before": "before: loss {loss:.4g}",
    "figure_label_after": "after: loss {loss:.4g}",
    "figure_rows_training": "training rows ({count:,})",
    "figure_rows_validation": "validation rows ({count:,})",
    "figure_rate_low": "low: {rate:.3g} = 0.1/L",
    "figure_rate_safe": "good: {rate:.3g} = 1/L",
    "figure_rate_best": "best: {rate:.3g} = 2/(mu + L)",
    "figure_rate_very_high": "very high: {rate:.3g} = 2.04/L",
    "figure_fate_crawls": "crawls ({count})",
    "figure_fate_converges": "converges ({count})",
    "figure_fate_oscillates": "oscillates and converges ({count})",
    "figure_fate_diverges": "diverges ({count})",
    "figure_is_crawls": "crawls",
    "figure_is_converges": "converges",
    "figure_is_oscillates": "oscillates",
    "figure_is_diverges": "diverges",
    "figure_regime_monotone": "no overshoot",
    "figure_regime_oscillating": "oscillates",
    "figure_regime_divergent": "diverges",
    "figure_at_start": "the start",
    "figure_at_end": "the returned parameters",
    "figure_at_optimum": "the optimum",
    # Curves
    "figure_smoothing": (
        "The smoothed curves weigh the past by {weight:g}: they average about the last {window:.3g} points "
        "(half-life {half_life:.2g}) and lag behind; the raw ones stand faint behind them."
    ),
    "figure_loss_title": "Loss of {target} by {method} descent: {ending}",
    "figure_loss_search_title": "Best loss of {target} so far, {method}",
    "figure_loss_caption": (
        "The training loss went from {first:.6g} to {last:.6g} in {epochs:,} epochs."
    ),
    "figure_loss_validation": "Validation rows do not train; their loss is measured beside it.",
    "figure_loss_alt": (
        "Curve of the loss over {epochs:,} epochs of {method} descent: training from {first:.4g} to {last:.4g} "
        "(lowest {lowest:.4g}), validation ending at {validation:.4g}. Ending: {ending}."
    ),
    "figure_diverged_caption": (
        "At the rate {rate:.4g} the loss passed the limit {loss_limit:.4g} at update {update:,}; the largest stable "
        "rate is {largest:.4g}."
    ),
    "figure_loss_many_title": "{count} runs compared: loss",
    "figure_loss_many_caption": (
        "Lowest at the end: {best} with {best_loss:.6g}; highest: {worst} with {worst_loss:.6g}."
    ),
    "figure_loss_many_alt": (
        "Loss curves of {count} runs ({labels}). Lowest at the end is {best} with {best_loss:.4g}, highest {worst} "
        "with {worst_loss:.4g}."
    ),
    "figure_comparison_title": "{count} runs by epoch, update, rows and time",
    "figure_comparison_caption": (
        "The same {count} runs over four axes: what is fast by the epoch need not be by the update or the second. "
        "Lowest at the end: {best} with {best_loss:.6g}."
    ),
    "figure_log_progress": (
        "Where the runs differ by more than {factor:g} times the axis is logarithmic, and the start, at 0, is left of it."
    ),
    "figure_gradient_title_one": "Gradient norm, {method} descent",
    "figure_gradient_title_many": "Gradient norm of {count} runs",
    "figure_gradient_caption": (
        "Length of the gradient over all training rows: from {norm_first:.4g} to {norm:.4g} in {epochs:,} epochs."
    ),
    "figure_gradient_many_caption": "Length of the gradient over all training rows of {count} runs; at the end {ends}.",
    "figure_gradient_many_alt": "Curves of the gradient norm of {count} runs; at the end {ends}.",
    "figure_gradient_tolerance": (
        "Converged means at most {limit:.3g}, which is {tolerance:g} of its larger norm at start or zero."
    ),
    "figure_gradient_alt": (
        "Curve of the gradient norm over {epochs:,} epochs: from {norm_first:.4g} to {norm:.4g}."
    ),
    # Rates
    "figure_rates_title": "What {count} learning rates would do",
    "figure_rates_caption": (
        "Predicted exactly, without a step taken: the loss of batch descent from the same start ({loss:.4g}). After "
        "{epochs:,} epochs: {ends}. A curve that climbs beyond 20 times the start is cut off."
    ),
    "figure_rates_alt": (
        "Predicted loss curves of {count} learning rates from a loss of {loss:.4g}; after {epochs:,} epochs: {ends}."
    ),
    "figure_divergence_title": "Diverged: rate {rate:.4g}",
    "figure_diverged_alt": (
        "At the rate {rate:.4g} the loss grew from {first:.4g} and passed the limit {limit:.4g} at update {update:,}."
    ),
    "figure_bounces_note": "each step lands {factor:.4g} times as far out",
    "figure_bounces_caption": (
        "Along one direction the curvature is {curvature:.4g}, the largest: each step jumps across the valley and lands "
        "|1 − rate × curvature| = {factor:.4g} times as far from the optimum. Below the rate {largest:.4g} it would "
        "come closer."
    ),
    "figure_spectrum_title": "Curvatures, and what the rate {rate:.4g} does along each",
    "figure_spectrum_caption": (
        "{count} directions with curvature from {smallest:.4g} to {largest:.4g}: condition number {condition:.4g}."
    ),
    "figure_spectrum_zero": "{zero} more directions have no curvature: parameters can move along them freely.",
    "figure_spectrum_alt": (
        "{count} curvatures between {smallest:.4g} and {largest:.4g} (condition number {condition:.4g}) beside the "
        "rate {rate:.4g}; the worst factor in an epoch is {worst:.4g}."
    ),
    "figure_regimes_title": "Which learning rates are slow, fast, unstable",
    "figure_regimes_caption": (
        "L = {L:.4g} and mu = {mu:.4g} are the largest and smallest curvature (condition number {condition:.4g}). Up to "
        "1/L = {safe:.4g} no direction overshoots; 2/(mu + L) = {best:.4g} is the fastest: it takes at least {gain:.3g} % of every "
        "error away in an epoch; from 2/L = {largest:.4g} on batch descent diverges."
    ),
    "figure_pace_stable": "In every epoch the rate {rate:.4g} takes {gain:.3g} % of the slowest error away.",
    "figure_pace_unstable": "In every epoch the rate {rate:.4g} multiplies the worst error by {factor:.6g}: it diverges.",
    "figure_regimes_alt": (
        "Worst factor against the learning rate: falls until {best:.4g}, rises to 1 at {largest:.4g}, the largest "
        "stable rate; the safe rate is {safe:.4g}."
    ),
    # Surfaces
    "figure_contour_title": "Descent on the loss surface: {first}, {second}",
    "figure_contour_one_caption": (
        "Level lines of the training loss; the path goes from {start_loss:.4g} to {end_loss:.6g} in {epochs:,} epochs, "
        "the optimum has {optimum_loss:.6g}. Condition number {condition:.4g}: the valley curves "
        "{condition:.3g} times as much across as along."
    ),
    "figure_contour_plane": "Descent on the loss surface, {plane}",
    "figure_surface_plane": "The loss surface, {plane}",
    "figure_plane_of_curvature": "along its largest and smallest curvature",
    "figure_plane_of_path": "along the path’s two main directions",
    "figure_contour_many_caption": (
        "Level lines of the training loss with {count} paths from {start_loss:.4g}; they end at {ends}. The optimum has "
        "{optimum_loss:.6g}. Condition number {condition:.4g}: the valley curves {condition:.3g} times as much across as along."
    ),
    "figure_contour_one_alt": (
        "Contours of the loss over {first} and {second}. The path of {method} descent leads from a loss of "
        "{start_loss:.4g} to {end_loss:.4g} in {epochs:,} epochs; the optimum has {optimum_loss:.4g}."
    ),
    "figure_contour_many_alt": (
        "Contours of the loss over {first} and {second} with {count} paths from a loss of {start_loss:.4g}; they end "
        "at {ends}. The optimum has {optimum_loss:.4g}."
    ),
    "figure_off_plane": (
        "The other parameters ({others:,}) are held at {held}, so heights are those of this plane: the recorded loss of a "
        "point of the path differs from them by up to {gap:.4g}."
    ),
    "figure_optimum_off": "The optimum lies {off:.3g} off the plane; its nearest point is marked.",
    "figure_surface_title": "The loss surface: {first}, {second}",
    "figure_surface_caption": (
        "Height is the training loss: {start_loss:.4g} at the start, {end_loss:.6g} at the end, {optimum_loss:.6g} at "
        "the optimum. The path is drawn at its recorded losses."
    ),
    "figure_surface_alt": (
        "Bowl of the loss over {first} and {second}, lowest {optimum_loss:.4g}; the path of {method} descent leads down "
        "from {start_loss:.4g} to {end_loss:.4g}."
    ),
    "figure_function_title": "{title}",
    "figure_function_caption": (
        "Values from {lowest:.4g} to {highest:.4g}; the lowest shown is at {first} = {at_first:.4g}, {second} = "
        "{at_second:.4g}."
    ),
    "figure_function_alt": (
        "Surface of {title} over {first} and {second}: from {lowest:.4g} (at {at_first:.4g}, {at_second:.4g}) to "
        "{highest:.4g}."
    ),
    "figure_scaling_title": "What scaling does: the same model, {steps} steps each",
    "figure_scaling_note": "condition {condition:.4g}, best rate {rate:.3g}: loss {loss:.4g}",
    "figure_scaling_caption": (
        "Each panel takes {steps} steps of batch descent at its own best rate. Condition numbers: {conditions}. Only the "
        "coordinates differ; predictions do not."
    ),
    "figure_scaling_alt": (
        "{count} contour plots of one loss in different coordinates, {steps} steps each. Condition numbers: {conditions}."
    ),
    # Cross-sections
    "figure_sections_title": "Cross-sections at {at}: tangent and secant",
    "figure_sections_caption": (
        "The loss ({loss:.6g} at {at}) along one parameter, all others held. {name}: the derivative is {tangent:.6g}, the "
        "secant over h = {step:g} has the slope {secant:.6g}; a smaller h comes closer. The steeper curve has the larger "
        "gradient."
    ),
    "figure_sections_alt": (
        "Cross-sections of the loss at {at} ({loss:.4g}) with {others:,} other parameters fixed. Slopes: {slopes}. For "
        "{name} the secant over {step:g} has {secant:.4g}, the tangent {tangent:.4g}."
    ),
    "figure_steps_title": "One step at the rates {rates}",
    "figure_steps_panel": "curvature {curvature:.4g}",
    "figure_steps_caption": (
        "From a loss of {loss:.6g} each parameter moves alone by −rate × slope. Curvatures: {curvatures}. Beyond "
        "1/curvature a step lands on the other side of the valley, beyond 2/curvature higher than it began: {climbs}. "
        "With all parameters together the largest stable rate is {largest:.4g}."
    ),
    "figure_steps_alt": (
        "Steps of the rates {rates} along cross-sections from a loss of {loss:.4g}; curvatures {curvatures}; steps that "
        "climb: {climbs}."
    ),
    "figure_secant_error_title": "How close a secant comes to the derivative",
    "figure_secant_error_caption": (
        "{name}: the derivative is {tangent:.6g}, the curvature {curvature:.4g}. The forward secant errs by h/2 times the "
        "curvature until rounding takes over; it is best at h = {step:.2g} (relative error {error:.2g}). The centered one of "
        "a quadratic has rounding alone; errors of exactly 0 are not drawn."
    ),
    "figure_secant_error_alt": (
        "Error of the secant slope against the step, both logarithmic: a V for the forward secant, lowest {error:.2g} at h "
        "= {step:.2g}; the centered one only falls with larger h. The derivative along {name} is {tangent:.4g}."
    ),
    # Searches
    "figure_search_title": "Loss against the searched value",
    "figure_search_caption": (
        "{evaluations:,} evaluations; the best is {found}, with a loss of {loss:.6g}."
    ),
    "figure_search_others": (
        "Each of the {count} curves is the lowest loss found with that value, whatever the other parameters."
    ),
    "figure_search_alt": (
        "Loss of {count} searched parameters at the grid’s values; the lowest is {loss:.4g} at {found}."
    ),
    "figure_boxes_title": "Coarse to fine: {rounds} grids, {evaluations:,} evaluations",
    "figure_boxes_panel": "from grid {round} on",
    "figure_boxes_caption": (
        "Each grid of {names} is searched in a box round the best point of the one before; the widest side shrinks from "
        "{first:.4g} to {last:.3g} in {rounds} grids. The best loss is {loss:.6g}."
    ),
    "figure_boxes_alt": (
        "Nested boxes of {rounds} grids over {names}, shrinking from {first:.4g} to {last:.3g}; the best loss is {loss:.4g}."
    ),
    # Rows
    "figure_fit_title": "{target} from {feature}: before and after",
    "figure_fit_caption": (
        "The line of the start has a training loss of {first:.6g}, that after {epochs:,} epochs {last:.6g}; least squares "
        "reaches {optimum:.6g}."
    ),
    "figure_fit_alt": (
        "Scatter of {target} against {feature} ({training:,} training and {validation:,} validation rows) with two lines: "
        "before, loss {first:.4g}, and after, loss {last:.4g}."
    ),
    "figure_predicted_title": "{target}: predicted and observed, before and after",
    "figure_predicted_caption": (
        "On the dotted line prediction and observation are equal. The training loss went from {first:.6g} to {last:.6g} in "
        "{epochs:,} epochs; least squares reaches {optimum:.6g}. Shown are {training:,} training and {validation:,} "
        "validation rows."
    ),
    "figure_predicted_alt": (
        "Observed against predicted {target} for {training:,} training and {validation:,} validation rows: before, loss "
        "{first:.4g}, and after, loss {last:.4g}."
    ),
    "figure_residuals_title": "Errors of the predictions of {target}",
    "figure_residuals_caption": (
        "Prediction minus {target} of {count:,} rows. On the training rows shown the mean is {mean:.3g} and the standard "
        "deviation {deviation:.4g}; the largest error is {largest:.4g}. A bend or a funnel on the left means that a line "
        "is not the whole story."
    ),
    "figure_residuals_alt": (
        "Residuals of {count:,} rows against the prediction, and their histogram: mean {mean:.3g}, standard deviation "
        "{deviation:.4g}, largest {largest:.4g}."
    ),
    # A trace in a notebook
    "trace_heading": "{method}, {epochs:,} epochs recorded",
    "trace_curve_alt": "Curve of the loss from {first:.4g} to {last:.4g}",
    "picture_saved": "Saved {out}. {caption}",
}
ERRORS: dict[str, tuple[str, str]] = {
    "plane_needs_two": (
        "A surface needs two different parameters; there are {parameters} to choose from.",
        "Look at a cross-section, or name two different parameters.",
    ),
    "secant_step_vanishes": (
        "A step of {step:g} does not change the parameter {value:.6g} in float64.",
        "Choose a larger step.",
    ),
    "figure_needs_landscape": (
        "What the loss is at other parameters is not kept with '{run}'.",
        "Show a run of steepest fit (not a trace alone, nor one of more than 1,000 columns).",
    ),
    "figure_parameter_unknown": (
        "There is no parameter '{name}'; the parameters are {known}.",
        "Correct the name; with several targets it is NAME:TARGET.",
    ),
    "figure_target_unknown": (
        "There is no target '{name}'; the targets are {known}.",
        "Correct the name.",
    ),
    "figure_two_parameters": (
        "A surface is drawn over two parameters; {count} are named.",
        "Name two.",
    ),
    "figure_too_many_runs": (
        "{count} curves cannot be told apart in one picture; it takes 1 to {most}.",
        "Choose the most telling ones, or make several pictures.",
    ),
    "figure_one_run": (
        "A picture of kind '{kind}' shows one run; {count} are given.",
        "Name one run.",
    ),
    "figure_option_unknown": (
        "A picture of kind '{kind}' has no option '{option}'; its options are {known:plain}.",
        "Leave it out, or choose another kind.",
    ),
    "figure_other_landscape": (
        "'{run}' was fitted on other rows or in other coordinates than '{first}', so its path does not belong on "
        "that surface.",
        "Fit both on the same table with the same options, or compare them with --kind scaling.",
    ),
    "figure_rows_unknown": (
        "How many training rows '{run}' has is not recorded.",
        "Count epochs or updates instead, or show a run of steepest fit.",
    ),
    "figure_column_missing": (
        "'{run}' has no recorded {column}.",
        "Choose another kind of picture.",
    ),
    "figure_not_diverged": (
        "'{run}' did not diverge; it ended with {ending}.",
        "Choose --kind loss, or a run that diverged.",
    ),
    "figure_not_searched": (
        "'{run}' ({method}) holds no search that this picture could show.",
        "Show a run of --method exhaustive or coarse-to-fine (--kind boxes: coarse-to-fine over one or two parameters).",
    ),
    "figure_font_missing": (
        "No installed font has the letters {letters}.",
        "Install one of {fonts:plain}, or write an .svg file, whose reader brings the font.",
    ),
    "figure_axes_count": (
        "The picture has {panels} panels, and {axes} axes are given.",
        "Pass one for each panel, or none.",
    ),
    "bad_picture_suffix": (
        "A picture cannot be written to '{file}': its ending is none of {known:plain}.",
        "Choose a name that ends in .png, .svg or .pdf.",
    ),
    "display_needs_all_rows": (
        "The estimator kept {fraction:g} of the rows for validation, and which ones is not recorded.",
        "Fit it with validation_fraction=0, or show its trace.",
    ),
}
