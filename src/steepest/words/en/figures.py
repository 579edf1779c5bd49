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
    "figure_descent": "{method} descent",
    "figure_epochs": "{count:,} epochs",
    "figure_grids": "{count:,} grids",
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
    "figure_axis_evaluation": "evaluation",
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
    "figure_axis_error_flat": "error of the slope, absolute",
    "figure_secant_error_flat": "The slope itself is 0 but for rounding ({tangent:.2g}), so errors are absolute.",
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
    "figure_column_mostly": "mostly along",
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
    "figure_label_first_grid": "best of the first grid, loss {loss:.4g}",
    "figure_label_found_model": "best found: loss {loss:.4g}",
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
    "figure_loss_title": "Loss of {target} by {way}: {ending}",
    "figure_value_title": "Value of {target} by {way}: {ending}",
    "figure_value_caption": "The value went from {first:.6g} to {last:.6g} in {progress}.",
    "figure_value_alt": (
        "Curve of the value over {progress} of {way}: from {first:.4g} to {last:.4g} (lowest "
        "{lowest:.4g}). Ending: {ending}."
    ),
    "figure_loss_search_title": "Best loss of {target} so far, {way}",
    "figure_loss_caption": "The training loss went from {first:.6g} to {last:.6g} in {progress}.",
    "figure_loss_search_caption": (
        "The lowest training loss found is {first:.6g} on the first grid and {last:.6g} after {progress} "
        "({evaluations:,.0f} evaluations). A search takes no steps."
    ),
    "figure_loss_validation": "Validation rows do not train; their loss is measured beside it.",
    "figure_loss_alt": (
        "Curve of the loss over {progress} of {way}: training from {first:.4g} to {last:.4g} (lowest "
        "{lowest:.4g}). Ending: {ending}."
    ),
    "figure_loss_search_alt": (
        "Lowest loss found so far by {way}: {first:.4g} on the first grid, {last:.4g} after {progress} "
        "({evaluations:,.0f} evaluations)."
    ),
    "figure_loss_validation_alt": "The validation loss ends at {validation:.4g}.",
    "figure_diverged_caption": (
        "At the rate {rate:.4g} the loss passed the limit {loss_limit:.4g} at update {update:,}; the largest stable "
        "rate is {largest:.4g}."
    ),
    "figure_diverged_unbounded_caption": (
        "At the rate {rate:.4g} the loss passed the limit {loss_limit:.4g} at update {update:,}; no rate is known to "
        "be stable for this loss."
    ),
    "figure_loss_many_title": "{count} runs compared: loss",
    "figure_loss_many_caption": "Lowest at the end: {best} with {best_loss:.6g}; highest: {worst} with {worst_loss:.6g}.",
    "figure_loss_alike_caption": "All {count} end with the same loss, {best_loss:.6g}.",
    "figure_lowest_at_end": "Lowest at the end: {best} with {best_loss:.6g}.",
    "figure_alike_at_end": "All {count} end with the same loss, {best_loss:.6g}.",
    "figure_loss_alike_alt": "Loss curves of {count} runs ({labels}). All end with the same loss, {best_loss:.4g}.",
    "figure_loss_many_alt": (
        "Loss curves of {count} runs ({labels}). Lowest at the end is {best} with {best_loss:.4g}, highest {worst} "
        "with {worst_loss:.4g}."
    ),
    "figure_comparison_title": "{count} runs by epoch, update, rows and time",
    "figure_comparison_caption": "The same {count} runs over four axes: what is fast by the epoch need not be by the update or the second.",
    "figure_log_progress": (
        "Where the runs differ by more than {factor:g} times the axis is logarithmic, and the start, at 0, is left of it."
    ),
    "figure_gradient_title_one": "Gradient norm, {way}",
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
    "figure_rates_log": "The axis of {epochs:,} epochs is logarithmic; the start, at 0, is left of it.",
    "figure_rates_alt": (
        "Predicted loss curves of {count} learning rates from a loss of {loss:.4g}; after {epochs:,} epochs: "
        "{ends}."
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
    "figure_spectrum_names": (
        "The largest curvature is mostly along {steep}, the smallest along {flat} (shares of the direction’s "
        "squared length)."
    ),
    "figure_share": "{name} ({share:.3g} %)",
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
        "Level lines of the training loss; the path goes from {start_loss:.4g} to {end_loss:.6g} in {progress}, "
        "the optimum has {optimum_loss:.6g}."
    ),
    "figure_contour_search_caption": (
        "Level lines of the training loss; the line joins the best points so far of {progress}, from "
        "{start_loss:.4g} to {end_loss:.6g}; the optimum has {optimum_loss:.6g}. A search takes no steps."
    ),
    "figure_path_cut": (
        "Of {label} the epochs 0 to {shown:,} of {epochs:,} are drawn; the later ones have more than {factor:g} "
        "times the loss of the start, and are left out."
    ),
    "figure_path_leaves": "The line of {label} to the frame points to where epoch {next:,} leads.",
    "figure_path_kept": (
        "The returned parameters of {label} are those of epoch {kept:,} of {epochs:,}, with a loss of "
        "{kept_loss:.6g}."
    ),
    "figure_valley": "In this plane the valley curves {ratio:.3g} times as much across as along.",
    "figure_valley_whole": "Condition number {ratio:.4g}: the valley curves {ratio:.3g} times as much across as along.",
    "figure_valley_round": (
        "In this plane the loss curves almost alike in every direction: the largest curvature is {ratio:.3f} "
        "times the smallest."
    ),
    "figure_valley_trough": "In this plane the curvature is {largest:.4g} in one direction and 0 across it: an endless trough.",
    "figure_condition": "The condition number, of all {rank} directions with curvature, is {condition:.4g}.",
    "figure_contour_plane": "Descent on the loss surface, {plane}",
    "figure_surface_plane": "The loss surface, {plane}",
    "figure_plane_of_curvature": "along its largest and smallest curvature",
    "figure_plane_of_path": "along the path’s two main directions",
    "figure_contour_many_caption": (
        "Level lines of the training loss with {count} paths from {start_loss:.4g}; they end at {ends}. The "
        "optimum has {optimum_loss:.6g}."
    ),
    "figure_contour_one_alt": (
        "Contours of the loss over {first} and {second}. The path of {way} goes from a loss of {start_loss:.4g} "
        "to {end_loss:.4g} in {progress}; the optimum has {optimum_loss:.4g}."
    ),
    "figure_contour_search_alt": (
        "Contours of the loss over {first} and {second}. The best points so far of {way} have losses from "
        "{start_loss:.4g} to {end_loss:.4g} in {progress}; the optimum has {optimum_loss:.4g}."
    ),
    "figure_contour_many_alt": (
        "Contours of the loss over {first} and {second} with {count} paths from a loss of {start_loss:.4g}; they end "
        "at {ends}. The optimum has {optimum_loss:.4g}."
    ),
    "figure_off_plane": (
        "The other parameters ({others:,}) are held at {held}, so heights are those of this plane: the recorded "
        "loss of a drawn point of the path differs from them by up to {gap:.4g}."
    ),
    "figure_optimum_off": "The optimum lies {off:.3g} off the plane; its nearest point is marked.",
    "figure_surface_title": "The loss surface: {first}, {second}",
    "figure_surface_one_caption": (
        "Height is the training loss: {start_loss:.4g} at the start, {end_loss:.6g} after {progress}, "
        "{optimum_loss:.6g} at the optimum. The path is drawn at its recorded losses."
    ),
    "figure_surface_search_caption": (
        "Height is the training loss. The line joins the best points so far of {progress}, from {start_loss:.4g} "
        "to {end_loss:.6g}; the optimum has {optimum_loss:.6g}. A search takes no steps."
    ),
    "figure_surface_many_caption": (
        "Height is the training loss: {start_loss:.4g} at the start, {optimum_loss:.6g} at the optimum; the "
        "{count} paths end at {ends}. They are drawn at their recorded losses."
    ),
    "figure_surface_one_alt": (
        "Bowl of the loss over {first} and {second}, lowest {optimum_loss:.4g}; the path of {way} goes from "
        "{start_loss:.4g} to {end_loss:.4g} in {progress}."
    ),
    "figure_surface_search_alt": (
        "Bowl of the loss over {first} and {second}, lowest {optimum_loss:.4g}; the best points so far of {way} "
        "have losses from {start_loss:.4g} to {end_loss:.4g} in {progress}."
    ),
    "figure_surface_many_alt": (
        "Bowl of the loss over {first} and {second}, lowest {optimum_loss:.4g}, with {count} paths from "
        "{start_loss:.4g}; they end at {ends}."
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
        "1/curvature a step lands on the other side of the valley, beyond 2/curvature higher than it began."
    ),
    "figure_steps_climb": "Steps that end higher than they began: {climbs}.",
    "figure_steps_none_climbs": "None of the {count} steps shown ends higher than it began.",
    "figure_step_climbs": "the rates {rates:plain} along {name}",
    "figure_step_climbs_one": "the rate {rates:plain} along {name}",
    "figure_steps_together": "With all parameters together the largest stable rate is {largest:.4g}.",
    "figure_steps_alt": "Steps of the rates {rates} along cross-sections from a loss of {loss:.4g}; curvatures {curvatures}.",
    "figure_secant_error_title": "How close a secant comes to the derivative",
    "figure_secant_error_caption": (
        "{name}: the derivative is {tangent:.6g}, the curvature {curvature:.4g}. The forward secant errs by h/2 times the "
        "curvature until rounding takes over; it is best at h = {step:.2g} (error {error:.2g}). The centered one of "
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
        "The line of the start has a training loss of {first:.6g}, the one returned after {progress} {last:.6g}; "
        "least squares reaches {optimum:.6g}."
    ),
    "figure_fit_search_title": "{target} from {feature}: the line that a search found",
    "figure_fit_search_caption": (
        "The best of {evaluations:,.0f} lines tried on {progress} has a training loss of {last:.6g}, the best of "
        "the first grid {first:.6g}; least squares reaches {optimum:.6g}."
    ),
    "figure_fit_search_alt": (
        "Scatter of {target} against {feature} ({training:,} training and {validation:,} validation rows) with "
        "the best line of {evaluations:,.0f} tried, loss {last:.4g}; the best of the first grid has {first:.4g}."
    ),
    "figure_fit_alt": (
        "Scatter of {target} against {feature} ({training:,} training and {validation:,} validation rows) with two lines: "
        "before, loss {first:.4g}, and after, loss {last:.4g}."
    ),
    "figure_predicted_title": "{target}: predicted and observed, before and after",
    "figure_predicted_caption": (
        "On the dotted line prediction and observation are equal. The training loss is {first:.6g} at the start "
        "and {last:.6g} at the parameters returned after {progress}; least squares reaches {optimum:.6g}. Shown "
        "are {training:,} training and {validation:,} validation rows."
    ),
    "figure_predicted_search_title": "{target}: predicted by what a search found, and observed",
    "figure_predicted_search_caption": (
        "On the dotted line prediction and observation are equal. The best of {evaluations:,.0f} points tried on "
        "{progress} has a training loss of {last:.6g}, the best of the first grid {first:.6g}; least squares "
        "reaches {optimum:.6g}. Shown are {training:,} training and {validation:,} validation rows."
    ),
    "figure_predicted_search_alt": (
        "Observed against predicted {target} for {training:,} training and {validation:,} validation rows: the "
        "best of {evaluations:,.0f} points tried has the loss {last:.4g}, the best of the first grid {first:.4g}."
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
}
ERRORS: dict[str, tuple[str, str]] = {}
