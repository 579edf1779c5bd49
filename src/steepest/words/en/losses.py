"""English: what is said about losses, penalties and the rates they allow."""

SENTENCES: dict[str, str] = {
    "story_weight_zero": "Rows with weight 0 in column '{column:plain}', which are as if they were absent: {count:,}.",
    "plan_pass_moments": "Batch descent by moments: all {rows:count} training rows are read once, and each of the {epochs:count} epochs takes value and gradient from what was kept.",
    "epochs_used_up_penalty": "Used up {epochs:,} epochs ({updates:,} updates): the norm of the gradient of loss and penalty is {gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. Allow more epochs, or accept this objective of {loss:.6g}.",
    "epochs_used_up_penalty_steady": "Used up {epochs:,} epochs ({updates:,} updates) before converging: the norm of the gradient of loss and penalty is {gradient_norm:.3g}, {short:.3g} times what the tolerance {tolerance:g} asks for, {tolerance:g} of {gradient_scale:.3g}. Take --learning-rate {remedy:plain}: every step here was as short as the steepest place needs, and {remedy:plain} takes longer ones where the loss is flat. More epochs help too (--epochs, max_iter); over the last {lately:,} the objective fell by {fell:.2%} to {loss:.6g}, if that is near enough.",
    "epochs_used_up_steady": "Used up {epochs:,} epochs ({updates:,} updates) before converging: the gradient norm is {gradient_norm:.3g}, {short:.3g} times what the tolerance {tolerance:g} asks for, {tolerance:g} of {gradient_scale:.3g}. Take --learning-rate {remedy:plain}: every step here was as short as the steepest place needs, and {remedy:plain} takes longer ones where the loss is flat. More epochs help too (--epochs, max_iter); over the last {lately:,} the loss fell by {fell:.2%} to {loss:.6g}, if that is near enough.",
    "epochs_used_up_classes": "Used up {epochs:,} epochs ({updates:,} updates) before converging: the gradient norm is {gradient_norm:.3g}, {short:.3g} times what the tolerance {tolerance:g} asks for, {tolerance:g} of {gradient_scale:.3g}. Without a penalty the optimum of classes may lie far out: the parameters have grown to a length of {length:.4g}. Take --penalty l2, which keeps them near. More epochs help too (--epochs, max_iter); over the last {lately:,} the loss fell by {fell:.2%} to {loss:.6g}.",
    "figure_penalty": "The training curve holds the penalty (strength of l1 {l1:g}, of l2 {l2:g}); validation losses do not.",
    "early_stopped": "Stopped early after {epochs:,} epochs ({updates:,} updates): the validation loss has not improved by 1e-4 of itself for {patience} epochs. Its lowest, {best_loss:.6g}, was after epoch {best_epoch:,}, whose parameters are returned; the training loss went on to {loss:.6g}.",
    "epochs_used_up_kinks": "Used up {epochs:,} epochs ({updates:,} updates): the objective is {loss:.6g}. The loss {loss_name} has kinks, so that no gradient proves how near the optimum is; by then the rate had fallen to {rate_then:.3g}, {rate_share:.2g} of the first. With more epochs it falls more slowly and comes nearer.",
    "diverged_no_bound": "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters, at the rate {rate:.6g}. The curvature of the loss {loss_name} has no bound, so that no constant rate is proven stable. The best point so far (epoch {best_epoch:,}, {best_loss:.6g}) is kept. Use --learning-rate auto, which for batch descent tests every step, or a smaller rate.",
    "separable": "After {epochs:,} epochs ({updates:,} updates) the classes are separated: all {rows:,} training rows are on the side of their own class, and the loss {loss_name} is {loss:.4g}. Without a penalty it falls towards 0 as the parameters grow (their length is {length:.4g} now), and there is no optimum. Add a penalty (--penalty l2).",
    "epochs_used_up_kinks_constant": "Used up {epochs:,} epochs ({updates:,} updates): the objective is {loss:.6g}. The loss {loss_name} has kinks, so that no gradient proves how near the optimum is; the rate was {rate_then:.3g} all the time, and at a constant rate updates jump over the kinks without end. Use a falling schedule (--schedule geometric), or with the plain rule --learning-rate auto, which falls by itself.",
    "diverged_kinks": "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters, at the rate {rate:.6g}. The loss {loss_name} has kinks, where its slope does not become smaller near the optimum. The best point so far (epoch {best_epoch:,}, {best_loss:.6g}) is kept. Use a smaller rate that falls (--schedule geometric), or with the plain rule --learning-rate auto, which falls geometrically from a length derived from least squares.",
    "diverged_no_bound_smaller": "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters, at the rate {rate:.6g}. The curvature of the loss {loss_name} has no bound, so that no constant rate is proven stable. The best point so far (epoch {best_epoch:,}, {best_loss:.6g}) is kept. Use a smaller rate; or --method batch with the plain rule and a constant schedule, where --learning-rate auto tests every step.",
    "separable_partly": "After {epochs:,} epochs ({updates:,} updates) the loss {loss_name} is {loss:.6g}, and there is no optimum: in a direction of the parameters the loss of {falling:,} of the {rows:,} training rows falls without end and that of none rises, as where some classes are separated or all counts of a group are 0. The parameters grow as long as descent goes on (their length is {length:.4g} now). Add a penalty (--penalty l2).",
    "epochs_used_up_steady_page": "Used up {epochs:,} epochs ({updates:,} updates) before converging: the gradient norm is {gradient_norm:.3g}, {short:.3g} times what the tolerance {tolerance:g} asks for, {tolerance:g} of {gradient_scale:.3g}. Allow more epochs (--epochs), or give a --learning-rate above {rate:.4g} as a number: every step here was as short as the steepest place needs. Over the last {lately:,} epochs the loss fell by {fell:.2%} to {loss:.6g}, if that is near enough.",
    "epochs_used_up_penalty_steady_page": "Used up {epochs:,} epochs ({updates:,} updates) before converging: the norm of the gradient of loss and penalty is {gradient_norm:.3g}, {short:.3g} times what the tolerance {tolerance:g} asks for, {tolerance:g} of {gradient_scale:.3g}. Allow more epochs (--epochs), or give a --learning-rate above {rate:.4g} as a number: every step here was as short as the steepest place needs. Over the last {lately:,} epochs the objective fell by {fell:.2%} to {loss:.6g}, if that is near enough.",
    "classes_unseen": "Rows whose class in column '{column:plain}' no training row had, and of which no loss is known: {count:,} ({classes:plain}).",
    "story_loss_exp": "The loss is {loss}: predictions are exp(score), so that a coefficient multiplies them, by exp(coefficient) for one unit more.",
    "story_classes_two": "The target is {count} classes, {classes:plain}; the loss is {loss}. Scores above 0 mean {second:plain}.",
    "story_loss": "The loss is {loss}.",
    "story_classes": "The target is {count} classes, {classes:plain}; the loss is {loss}.",
    "story_penalty": "{alpha:g} times the penalty {penalty} of the coefficients (of the features as they are trained on, not of the intercept) is added to the mean loss.",
    "story_rate_backtracking": "Every step was tested on all rows and its rate found by backtracking: the objective never rises.",
    "story_rate_falling": "The loss {loss} has kinks: the rate fell geometrically from {rate:.4g}, a length derived from least squares, to a millionth of that.",
    "story_rate_proven": "The rate {rate:.4g} follows from the bound of the loss's curvature; up to {largest:.4g} descent is proven stable.",
    "story_rate_chosen": "The rate is {rate:.4g}; up to {largest:.4g} descent is proven stable.",
    "story_course_loss": "The objective went from {first:.6g} at the start, and the training loss is {last:.6g} after {epochs:,} epochs.",
    "story_accuracy": "Of the training rows {accuracy:.2%} are on the side of their own class.",
    "story_validation_loss": "On the validation rows the loss is {value:.6g}.",
    "story_validation_data": "{train:,} rows train; {validation:,} rows of a file of their own validate.",
    "figure_label_returned": "returned parameters, loss {loss:.4g}",
    "figure_measured_one": "Level lines of the loss {loss} over {first} and {second}: {way} goes from {start_loss:.4g} to {end_loss:.6g} in {progress}. No formula says where the optimum is; start and end are marked.",
    "figure_measured_many": "Level lines of the loss {loss} over {first} and {second} with {paths} paths; the first goes from {start_loss:.4g} to {end_loss:.6g} in {progress}. No formula says where the optimum is.",
    "figure_measured_rows": "Heights, from {lowest:.4g} to {highest:.4g}, are true losses over {rows:,} of the {count:,} training rows.",
    "figure_loss_fit_curve_title": "{target} from {feature}: the model before and after",
    "figure_loss_fit_curve": "The objective ({loss}) is {first:.6g} for the model of the start and {last:.6g} for the one returned after {progress}; {training:,} training and {validation:,} validation rows are shown.",
    "figure_loss_fit_predictions_title": "{target}: predicted and observed, before and after",
    "figure_loss_fit_predictions": "On the dotted line prediction and observation are equal. The objective ({loss}) is {first:.6g} at the start and {last:.6g} at the parameters returned after {progress}; {training:,} training and {validation:,} validation rows are shown.",
    "figure_loss_fit_margins_title": "{target}: how far rows are on their own class’s side",
    "figure_loss_fit_margins": "A row’s margin is its own class’s score minus the best other one; to the right of 0 the row is on its class’s side. The objective ({loss}) went from {first:.6g} to {last:.6g} in {progress}.",
    "figure_loss_fit_accuracy": "Of the {training:,} training rows shown {right:,} ({share:.3g} %) are on the side of their own class.",
    "figure_sections_rows": "Losses and slopes are those over {rows:,} of the {count:,} training rows.",
    "figure_axis_margin": "margin of the own class",
    "figure_axis_probability": "probability of {name}",
    "figure_axis_score": "score of {name}",
    "targets_finite": "finite numbers",
    "targets_binary": "0 or 1",
    "targets_counts": "numbers from 0 on",
    "targets_positive": "numbers above 0",
    "place_target": "row {row}, target {target}",
    "targets_shares": "0 or 1 for each class, adding up to 1",
}

ERRORS: dict[str, tuple[str, str]] = {
    "rule_without_prox": (
        "L1 needs the plain rule: after an update of {rule} its proximal step would not lead to the optimum.",
        "Choose --rule plain, or the penalty l2.",
    ),
    "backtracking_needs_slopes": (
        "Backtracking needs a slope at every score; the loss {loss} has none at its kinks.",
        "Leave the learning rate at auto, which falls, or give a number.",
    ),
    "backtracking_of_batch": (
        "Backtracking tests a step on all rows, so it is for batch descent.",
        "Choose --method batch, or give a learning rate as a number.",
    ),
    "auto_without_bound": (
        "The curvature of the loss {loss} has no bound, so no rate of random batches is proven stable.",
        "Choose --method batch, where each step is tested, or give a learning rate as a number.",
    ),
    "backtracking_of_plain": (
        "Backtracking goes with the plain rule; {rule} needs a learning rate.",
        "Choose --rule plain, or give a learning rate as a number.",
    ),
    "backtracking_without_schedule": (
        "Backtracking finds every rate itself; the schedule {schedule} has nothing to scale.",
        "Leave the schedule constant, or give a learning rate as a number.",
    ),
    "loss_without_parameter": (
        "The loss {loss} has no parameter of its own; got {value}.",
        "Leave it out, or choose one of {known:plain}.",
    ),
    "loss_parameter_impossible": (
        "{option} must be a positive number, a quantile below 1; got {value}.",
        "Give such a number.",
    ),
    "penalty_impossible": (
        "{strength} must be a finite number from 0 on and {ratio} from 0 to 1; got {alpha} and {l1_ratio}.",
        "Give such numbers.",
    ),
    "one_class": (
        "There is one class only, {classes}, among {rows:,} rows with weight.",
        "Give rows of at least two classes.",
    ),
    "classes_of_one_target": (
        "Classes are one target; got {targets}.",
        "Name one --target, or a loss that predicts numbers.",
    ),
    "class_not_trained": (
        "The validation rows have the class '{value:plain}' in column '{column:plain}', and no training row has it (known: {known}).",
        "Give training rows of this class, or leave its rows out.",
    ),
    "validation_twice": (
        "Validation rows are asked for twice.",
        "Give --validation-data, or --validation and --time-ordered.",
    ),
    "search_of_squares": (
        "The search {method} is for squared errors without penalty.",
        "Choose --method batch, or squared errors.",
    ),
    "weight_among_others": (
        "Column '{column:plain}' is named as weight and as target or feature.",
        "Name it once.",
    ),
    "weight_no_number": (
        "Column '{column:plain}' is to hold weights, and holds {kind}.",
        "Name a column of numbers from 0 on.",
    ),
    "weight_negative": (
        "Weight {value} in column '{column:plain}', row {row:,}, is negative or not finite.",
        "Give weights from 0 on; 0 leaves a row out.",
    ),
    "forecast_of_squares": (
        "A forecast is for squared errors without penalty, where moments say everything; asked for the loss {loss} with the penalty {penalty}.",
        "Leave out --loss and --penalty, name a target of numbers, or look at the plan.",
    ),
    "class_count": (
        "Column '{column:plain}' has {count:,} distinct values in {rows:,} training rows, too many to be classes (at most {most:,}).",
        "Name a target of classes; pool rare ones before.",
    ),
    "patience_without_rows": (
        "Patience of {patience} epochs is with the loss of validation rows, and there are none.",
        "Give validation rows (--validation, --validation-data), or leave patience (--patience) out.",
    ),
    "average_of_batches": (
        "Averaging is for random batches; here all {rows:,} rows are in every update, and there is no noise to take out.",
        "Leave it out, or choose --method stochastic or mini-batch.",
    ),
    "figure_of_squares": (
        "This picture follows from moments, which say everything about squared errors alone; the loss here is {loss}, of which only the rows tell.",
        "Look at contour, surface, slopes or loss, or choose squared errors.",
    ),
    "figure_errors_of_numbers": (
        "Errors are differences of numbers; the loss {loss} tells classes apart.",
        "Look at the margins beside the model.",
    ),
    "invalid_validation_targets": (
        "Targets of the loss {loss} must be {targets}; the validation rows have {value:g} in {place:plain}.",
        "Encode the validation rows' targets as those of the training rows, or choose another loss.",
    ),
    "class_weight_impossible": (
        "A class weight must be a finite number, 0 or above; class {label!r} has {value:g}.",
        "Correct class_weight.",
    ),
    "validation_not_pair": (
        "Validation rows must be a pair of arrays, features and targets; got {got} of length {count}.",
        "Give these two; weights are of training rows only.",
    ),
    "validation_targets_differ": (
        "The validation rows have {count} targets each, and the training rows {needed}.",
        "Give y of the validation rows the columns of the training rows' y.",
    ),
    "invalid_targets": (
        "Targets of the loss {loss} must be {targets}; y has {value:g} in {place:plain}.",
        "Encode the targets so, leave such rows out, or choose another loss.",
    ),
    "invalid_targets_of_table": (
        "Targets of the loss {loss} must be {targets}; column '{column:plain}' of {file} has {value:g} in row {row:,}.",
        "Mend such rows or leave them out, or choose a loss of all numbers, such as --loss squared_error or huber.",
    ),
}
