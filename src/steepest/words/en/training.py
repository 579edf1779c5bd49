"""English: what is said about options, rates, runs, endings and models."""

SENTENCES: dict[str, str] = {
    # progress and answers of the command line
    "progress_reading": "reading {data:plain}",
    "progress_moments": "one pass over {rows:,} training rows with {columns:,} columns",
    "progress_descending": "descending at the rate {rate}",
    "progress_searching": "searching: {method}",
    "progress_epoch": "epoch {epoch:,} of {epochs:,}, loss {loss:.6g}",
    "model_heading": "{target:plain} by {method} (engine: {engine}), in the table's units",
    "intercept": "intercept",
    "descent": "fitted",
    "least_squares": "least squares",
    "saved": "Saved in {folder}; see it again with: steepest show {folder}",
    "more_coefficients": "... and {count:,} more, in model.json",
    "predicted": "Wrote {rows:,} predictions to {out}.",
    "predicted_empty": "Left empty, because the row misses a feature: {empty:,}.",
    "predicted_loss": "The {loss_name} over the {scored:,} rows that hold the target is {loss:.6g}.",
    "heading_rate": "rate",
    "heading_ending": "ending",
    "heading_epochs": "epochs",
    "heading_train_loss": "training loss",
    "heading_validation_loss": "validation loss",
    # what is wrong with a command line
    "usage_missing_option": "Missing option {option}",
    "usage_missing_argument": "Missing argument {argument}",
    "usage_no_option": "No such option: {option}",
    "usage_no_option_but": "No such option: {option} (possible: {known:plain})",
    "usage_no_command": "No such command '{command}'",
    "usage_no_command_but": "No such command '{command}' (possible: {known:plain})",
    "usage_needs_value": "Option {option} requires an argument",
    "usage_takes_no_value": "Option {option} does not take a value",
    "usage_extra": "Got unexpected extra argument ({arguments})",
    "usage_no_integer": "Invalid value for {option}: it must be an integer",
    "usage_no_number": "Invalid value for {option}: it must be a number",
    # plans
    "plan_moments": (
        "Moments engine: one pass over {rows:,} x {columns:,} training rows on {threads} threads collects "
        "all that batch descent on a squared error needs; after it an epoch touches no row, so "
        "{epochs:,} epochs cost next to nothing."
    ),
    "plan_pass": (
        "Pass engine: each of up to {epochs:,} epochs reads all {rows:,} x {columns:,} training rows once, "
        "value and gradient together, on {threads} threads; the bits do not depend on their number."
    ),
    "plan_sweep": (
        "Sweep engine: each of up to {epochs:,} epochs walks all {rows:,} x {columns:,} training rows in "
        "one compiled call on one core (every update depends on the one before), in batches of "
        "{batch_size:,}; {reads:,.0f} reads of the rows in all."
    ),
    "plan_sweep_plain": (
        "Sweep engine in plain numpy: {rows:,} rows x {epochs:,} epochs in batches of {batch_size:,} are "
        "over before compiled code is loaded."
    ),
    # endings: each gives the number that proves it and, where there is one, the remedy
    "converged": (
        "Converged after {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, at most {tolerance:g} of {gradient_scale:.3g}, the larger of its "
        "norms at the start and at zero parameters."
    ),
    "target_loss_reached": (
        "Target loss reached after {epochs:,} epochs ({updates:,} updates): the training loss is "
        "{loss:.6g}, and {target_loss:.6g} was asked for."
    ),
    "epochs_used_up": (
        "Used up {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}. Allow more epochs, or accept this loss of {loss:.6g}."
    ),
    "epochs_used_up_batch": (
        "Used up {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}. At this rate about {needed:count} more epochs are needed: allow "
        "more (--epochs, max_iter)."
    ),
    "epochs_used_up_unscaled": (
        "Used up {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}. At this rate about {needed:count} more epochs are needed, because the "
        "features' scales differ (condition number {condition:.3g}): standardize them, or allow "
        "more (--epochs, max_iter)."
    ),
    "epochs_used_up_unstable": (
        "Used up {epochs:,} epochs ({updates:,} updates), and more would not help at this loss of {loss:.6g}: the rate {rate:.6g} is {times:.4g} times the largest stable rate {largest_stable_rate:.6g}, so that every update multiplies the error along '{direction}' by {factor:.4g}. Use --learning-rate auto ({auto_rate:g})."
    ),
    "epochs_used_up_falling": (
        "Used up {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of "
        "{gradient_scale:.3g}; the loss, {loss:.6g}, is {above:.2g} above least squares. By then the schedule had "
        "brought the rate to {rate_then:.3g}, {rate_share:.2%} of the first. To meet the tolerance sooner keep the "
        "rate constant at auto ({auto_rate:g})."
    ),
    "stalled_still": (
        "Stalled after {epochs:,} epochs ({updates:,} updates): from epoch to epoch no bit of the "
        "parameters changes any more; the gradient norm is {gradient_norm:.3g}. More epochs would change nothing."
    ),
    "stalled_idle": (
        "Stalled after {epochs:,} epochs ({updates:,} updates): the recorded loss has not improved "
        "by 1e-4 of itself for 10 epochs and is {loss:.6g} after the last, because single batches disagree "
        "about the way down at the rate {rate:.3g}. Take a falling --schedule (inverse-time) with "
        "--tolerance 0, a larger batch, or --method batch."
    ),
    "stalled_idle_unproven": (
        "Stalled after {epochs:,} epochs ({updates:,} updates): the recorded loss has not improved "
        "by 1e-4 of itself for 10 epochs and is {loss:.6g} after the last ({first_loss:.6g} at the start), at a "
        "rate of {rate:.6g}, {times:.3g} times the largest one proven stable, {largest_stable_rate:.4g}. Use "
        "--learning-rate auto ({auto_rate:g})."
    ),
    "stalled_idle_falling": (
        "Stalled after {epochs:,} epochs ({updates:,} updates): the recorded loss has not improved "
        "by 1e-4 of itself for 10 epochs and stands at {loss:.6g}; by then the schedule had brought "
        "the rate to {rate_then:.3g}, {rate_share:.1%} of the first. Pass --tolerance 0 so that the schedule runs its "
        "course, or take a larger batch or --method batch."
    ),
    "stalled_cycle": (
        "Stalled after {epochs:,} epochs ({updates:,} updates): every epoch ends where it began, and "
        "the gradient norm is still {gradient_norm:.3g}, because batches in the same order pull the "
        "parameters round in a circle. Take --order random with a falling --schedule and --tolerance 0, or "
        "--method batch."
    ),
    "converged_far": (
        "Converged by its gradient after {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, at most {tolerance:g} of {gradient_scale:.3g}. But the loss is {loss:.6g} "
        "and least squares reaches {optimum_loss:.6g}: flat directions have hardly begun (condition "
        "number {condition:.3g}). Pass a smaller --tolerance, and more epochs."
    ),
    "converged_far_unscaled": (
        "Converged by its gradient after {epochs:,} epochs ({updates:,} updates): the gradient norm is "
        "{gradient_norm:.3g}, at most {tolerance:g} of {gradient_scale:.3g}. But the loss is {loss:.6g} "
        "and least squares reaches {optimum_loss:.6g}: flat directions have hardly begun (condition "
        "number {condition:.3g}). Standardize the features."
    ),
    "diverged_batch": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest stable "
        "rate {largest_stable_rate:.6g}; the direction at fault points most along "
        "'{direction}' (share {direction_share:.2f}), where every update multiplies the error by "
        "{factor:.4g}. The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. "
        "Use --learning-rate auto ({auto_rate:g})."
    ),
    "diverged_batch_unscaled": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest stable "
        "rate {largest_stable_rate:.6g}; the direction at fault points most along "
        "'{direction}' (share {direction_share:.2f}), where every update multiplies the error by "
        "{factor:.4g}. The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. "
        "Use --learning-rate auto ({auto_rate:g}), and standardize the features."
    ),
    "diverged_schedule": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The schedule began at the rate "
        "{rate:.6g}, {times:.4g} times the largest that is stable if kept, {largest_stable_rate:.6g} (the loss "
        "curves most along '{direction}', share {direction_share:.2f}), and did not fall fast enough. The best point so "
        "far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto ({auto_rate:g})."
    ),
    "diverged_random": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate "
        "proven stable for batches of {smallest_batch:,}, {largest_stable_rate:.6g}; curvature is "
        "largest most along '{direction}' (share {direction_share:.2f}). The best point so "
        "far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto "
        "({auto_rate:g})."
    ),
    "diverged_random_unscaled": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate "
        "proven stable for batches of {smallest_batch:,}, {largest_stable_rate:.6g}; curvature is "
        "largest most along '{direction}' (share {direction_share:.2f}). The best point so "
        "far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto "
        "({auto_rate:g}), and standardize the features."
    ),
    "diverged_given": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate "
        "stable on every batch of the given order, {largest_stable_rate:.6g}; curvature is "
        "largest most along '{direction}' (share {direction_share:.2f}). The best point so "
        "far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto "
        "({auto_rate:g})."
    ),
    "diverged_given_unscaled": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, "
        "1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate "
        "stable on every batch of the given order, {largest_stable_rate:.6g}; curvature is "
        "largest most along '{direction}' (share {direction_share:.2f}). The best point so "
        "far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto "
        "({auto_rate:g}), and standardize the features."
    ),
    "diverged_bound": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate proven stable, {largest_stable_rate:.6g} (2 / the bound of the curvature, which is largest most along '{direction}', share {direction_share:.2f}). The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto ({auto_rate:g})."
    ),
    "diverged_bound_unscaled": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters. The rate {rate:.6g} is {times:.4g} times the largest rate proven stable, {largest_stable_rate:.6g} (2 / the bound of the curvature, which is largest most along '{direction}', share {direction_share:.2f}). The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use --learning-rate auto ({auto_rate:g}), and standardize the features."
    ),
    "searched_exhaustive": (
        "All {evaluations:,} points of the grid were evaluated ({points} for each of {count} "
        "parameters, steps of {step:plain}); the best is {searched:plain}, with a loss of {loss:.6g}. A better "
        "point can lie between the grid's: narrow the range round it, or descend."
    ),
    "searched_edge": (
        "All {evaluations:,} points of the grid were evaluated ({points} for each of {count} "
        "parameters, steps of {step:plain}); the best is {searched:plain}, with a loss of {loss:.6g}. It lies at the "
        "edge of the range of {edges:plain}: the minimum can be beyond it, so widen it there, or descend."
    ),
    "searched_coarse_to_fine": (
        "{rounds} grids of {points} points for each of {count} parameters were evaluated "
        "({evaluations:,} evaluations in all), each around the best point of the one before, down "
        "to steps of {step:plain}; the best is {searched:plain}, with a loss of {loss:.6g}. Each grid can cut the "
        "true minimum off, where there are several valleys or parameters depend on each other: compare "
        "with least squares, or descend."
    ),
    "searched_coarse_to_fine_edge": (
        "{rounds} grids of {points} points for each of {count} parameters were evaluated "
        "({evaluations:,} evaluations in all), each around the best point of the one before, down "
        "to steps of {step:plain}; the best is {searched:plain}, with a loss of {loss:.6g}. It lies at the "
        "edge of the range of {edges:plain}: the minimum can be beyond it, so widen it there, or descend."
    ),
    "target_loss_reached_by_search": (
        "Target loss reached after {evaluations:,} evaluations: {searched:plain} has a loss of "
        "{loss:.6g}, and {target_loss:.6g} was asked for."
    ),
    "converged_by_search": (
        "Converged after {evaluations:,} evaluations: the gradient norm at {searched:plain} is "
        "{gradient_norm:.3g}, at most {tolerance:g} of its norm at zero parameters, "
        "{gradient_scale:.3g}."
    ),
    "diverged_start": (
        "Diverged before the first update: the loss at the start is {loss:.4g}, too large to compare "
        "anything with. Start nearer to zero."
    ),
    "interrupted": (
        "Interrupted by {signal} after {epochs:,} epochs ({updates:,} updates) at a loss of "
        "{loss:.6g}. What was done until then is kept; start again from it with --start."
    ),
    # endings in a table
    "ending_converged": "converged",
    "ending_target_loss_reached": "target loss reached",
    "ending_epochs_used_up": "epochs used up",
    "ending_stalled": "stalled",
    "ending_early_stopped": "early stopped",
    "ending_diverged": "diverged",
    "ending_unbounded": "unbounded",
    "ending_saddle": "saddle",
    "ending_maximum": "maximum",
    "ending_degenerate": "degenerate",
    "ending_interrupted": "interrupted",
    # parts of sentences
    "what_rows": "rows",
    "what_parameters": "parameters",
    "duration_seconds": "{amount:.3g} seconds",
    "duration_hours": "{amount:.3g} hours",
    "duration_days": "{amount:.3g} days",
    "duration_years": "{amount:.3g} years",
    "column_of_input": "column '{column}' of {what}",
    "input_text": "text",
    "input_dates": "dates",
    "single_text": "string",
    "single_dates": "date",
    "input_infinite": "infinity or a value too large for {dtype}",
    "place_row": "row {row}",
    "place_cell": "row {row}, column '{column}'",
}

ERRORS: dict[str, tuple[str, str]] = {
    # the command line
    "unknown_language": (
        "'{language}' is not a language of the catalogue; it has {known:plain}.",
        "Choose one of these with --lang.",
    ),
    "no_list_of_names": (
        "{option}: '{text}' is no list of names.",
        "Separate names by commas; quote a name that holds a comma, as in CSV.",
    ),
    "no_number": ("{option}: '{text}' is not a number.", "Write numbers as 0.1 or 1e-3."),
    "no_range": (
        "'{text}' is not NAME=LOW:HIGH.",
        "Pass --range NAME=LOW:HIGH with two numbers; the constant of a fit is called intercept.",
    ),
    "usage": ("{text}.", "See `steepest{command} --help`."),
    "interrupted": ("Interrupted by {signal} before training began.", "Nothing was written."),
    "input_output": (
        "Reading or writing failed: {reason}.",
        "Check the place and its free space.",
    ),
    "memory": ("There is not enough memory.", "Use fewer rows or columns."),
    "unknown_choice": (
        "'{value}' is not a possible {option}; possible are {known:plain}.",
        "Choose one of these.",
    ),
    "hidden_too_small": (
        "A hidden layer of {value} holds nothing; --hidden takes sizes of at least 1.",
        "Write for example --hidden 16,16, or leave it out for a linear model.",
    ),
    "option_too_small": (
        "The {option} must be at least {least}; got {value}.",
        "Pass a larger one.",
    ),
    "tolerance_out_of_range": (
        "The tolerance must be at least 0 and less than 1; got {value}.",
        "It is the share of the first gradient norm at which a run has converged, such as 1e-8.",
    ),
    "target_loss_negative": (
        "The target loss must be a number of at least 0; got {value}.",
        "Pass the loss at which to stop.",
    ),
    "validation_out_of_range": (
        "The share of validation rows must be at least 0 and less than 1; got {value}.",
        "Pass a share such as 0.2, or 0 for none.",
    ),
    "start_not_finite": (
        "The numbers of --start must be finite.",
        "Pass one number for each parameter, the intercept first.",
    ),
    "start_length": (
        "--start holds {count:,} numbers, and the model has {wanted:,} parameters.",
        "Pass them in this order: {order:plain}.",
    ),
    "no_target": ("No target was named.", "Name the column to predict with --target."),
    "no_feature_named": ("No feature was named.", "Leave --features out to use all columns."),
    "named_twice": ("'{column}' is named twice in {option}.", "Name it once."),
    "target_among_features": (
        "'{column}' is named as target and as feature.",
        "A target among the features would predict itself; leave it out of one of them.",
    ),
    "option_of_search": (
        "{option} belongs to the searches.",
        "Pass --method exhaustive or --method coarse-to-fine, or leave it out.",
    ),
    "option_of_descent": (
        "{option} belongs to gradient descent, not to --method {method}.",
        "Leave it out.",
    ),
    "range_empty": (
        "The range of '{name}' from {low} to {high} holds nothing.",
        "Pass --range NAME=LOW:HIGH with LOW below HIGH.",
    ),
    "range_unknown": (
        "There is no parameter '{name}' to search; the parameters are {known:plain}.",
        "Correct the name in --range.",
    ),
    "too_few_points": (
        "{points} points are too few: {method} search needs at least {least} for each parameter.",
        "Pass more --points.",
    ),
    "search_needs_range": (
        "{method} search needs at least one parameter's range.",
        "Pass --range NAME=LOW:HIGH; the constant of a fit is called intercept. Parameters without a range "
        "stay at their start.",
    ),
    "search_too_large": (
        "{points} points for each of {parameters} parameters are {points}^{parameters} = "
        "{evaluations:.3g} evaluations of the loss ({duration} at a million a second); at "
        "most {most:,} are done. This is why one descends instead of searching.",
        "Search fewer parameters or points, or descend: leave --method out.",
    ),
    "search_one_target": (
        "A search has one target; {count} are named.",
        "Name one --target, or choose --method batch.",
    ),
    "example_alone": (
        "An example table cannot be joined with other data: {data:plain}.",
        "Name the example alone.",
    ),
    "values_too_large": (
        "The values of column '{column}' are too large to be squared and summed in float64.",
        "Divide the column by a power of ten.",
    ),
    "model_unreadable": (
        "The model in {folder} cannot be read: {reason}.",
        "Name a run folder as steepest fit leaves it, or train again.",
    ),
    "run_unreadable": (
        "The run in {folder} cannot be read: {reason}.",
        "Name a run folder as steepest fit leaves it, or train again.",
    ),
    "not_finite_input": (
        "Input {what} contains {kind} ({count:,} such values, the first in {place}).",
        "{estimator} does not accept missing or infinite values: leave such rows out, or fill them in "
        "first (sklearn.impute).",
    ),
    "init_shape": (
        "{name} has shape {shape}, and {wanted} is needed.",
        "Shape it as the fitted attribute.",
    ),
    "all_weights_zero": (
        "All sample weights are zero, so that no row is left.",
        "Give at least one row a positive weight.",
    ),
    "method_is_search": (
        "'{method}' is a search, not a descent.",
        "Call steepest.search with a function of the parameters, or fit a table with it.",
    ),
    "nothing_to_fit": (
        "There are no {what} to fit.",
        "Give at least one row of positive weight, and a feature or an intercept.",
    ),
    "rows_not_finite": (
        "The rows hold NaN or infinity.",
        "Leave such rows out, or fill them in first; values whose squares overflow count as infinite.",
    ),
    "weights_not_possible": (
        "Weights must be finite and not negative.",
        "Leave rows out instead of giving them a negative weight.",
    ),
    "names_length": ("{count} names are given for {columns} features.", "Give one name a feature."),
    "feature_called_intercept": (
        "A feature is called 'intercept', as the model's constant is.",
        "Rename the column, or pass --no-intercept.",
    ),
    "scales_too_far_apart": (
        "The columns '{large}' and '{small}' differ by a factor of {factor:.1e} in size, more than "
        "float64 can hold in one sum.",
        "Standardize the features (the default), or change units.",
    ),
    "output_is_input": (
        "{file} is one of the files to predict from; writing to it would destroy it.",
        "Choose another --out.",
    ),
    "run_holds_runs": (
        "{folder} holds several runs: {runs:plain}.",
        "Name one of them.",
    ),
    "rate_twice": ("The learning rate {value} is named twice.", "Name each rate once."),
    "not_numeric": (
        "{column} holds {kind}, and numeric values are needed: could not convert {what} to float: {value}. Text that looks numeric is not read as numbers either.",
        "Convert it first (astype(float), or days since a date), or leave it out.",
    ),
    "init_not_finite": ("{name} must hold finite numbers.", "Leave it out to start at zero."),
    "init_without_intercept": (
        "intercept_init is given, but the model has no intercept.",
        "Leave it out, or fit with fit_intercept=True.",
    ),
    "values_too_small": (
        "The values of column '{column}' are so small that their squares vanish in float64.",
        "Multiply the column by a power of ten.",
    ),
    "rate_not_positive": (
        "The learning rate must be a positive number or 'auto'; got {value}.",
        "Leave it at auto, or pass a number such as 0.01.",
    ),
    "batch_size_of_batch": (
        "Batch descent takes all {rows:,} training rows in every update; a batch size of {size:,} "
        "contradicts that.",
        "Leave the batch size out, or choose --method mini-batch.",
    ),
    "batch_size_of_stochastic": (
        "Stochastic descent takes one row in every update; a batch size of {size:,} contradicts "
        "that.",
        "Leave the batch size out, or choose --method mini-batch.",
    ),
    "batch_larger_than_rows": (
        "A batch of {size:,} rows is larger than the {rows:,} training rows.",
        "Choose a batch size of at most {rows}, or --method batch.",
    ),
    "engine_needs_quadratic_loss": (
        "The {engine} engine knows squared errors only.",
        "Leave the engine to be chosen.",
    ),
    "unknown_example": (
        "There is no table example:{example}; there are {known:plain}.",
        "Choose one of these.",
    ),
    "trace_unreadable": (
        "The trace in {folder} cannot be read: {reason}.",
        "Name a run folder as steepest fit leaves it, or train again.",
    ),
}
