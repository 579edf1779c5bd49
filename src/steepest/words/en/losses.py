"""English: what is said about losses, penalties and the rates they allow."""

SENTENCES: dict[str, str] = {
    "plan_pass_moments": "Batch descent by moments: all {rows:count} training rows are read once, and each of the {epochs:count} epochs takes value and gradient from what was kept.",
    "epochs_used_up_penalty": "Used up {epochs:,} epochs ({updates:,} updates): the norm of the gradient of loss and penalty is {gradient_norm:.3g}, and a tolerance of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. Allow more epochs, take --learning-rate {remedy:plain}, or accept this objective of {loss:.6g}.",
    "figure_penalty": "The training curve holds the penalty (strength of l1 {l1:g}, of l2 {l2:g}); validation losses do not.",
    "early_stopped": "Stopped early after {epochs:,} epochs ({updates:,} updates): the validation loss has not improved by 1e-4 of itself for {patience} epochs. Its lowest, {best_loss:.6g}, was after epoch {best_epoch:,}, whose parameters are returned; the training loss went on to {loss:.6g}.",
    "epochs_used_up_kinks": "Used up {epochs:,} epochs ({updates:,} updates): the objective is {loss:.6g}. The loss {loss_name} has kinks, so that no gradient proves how near the optimum is; by then the rate had fallen to {rate_then:.3g}, {rate_share:.2g} of the first. With more epochs it falls more slowly and comes nearer.",
    "diverged_no_bound": "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters, at the rate {rate:.6g}. The curvature of the loss {loss_name} has no bound, so that no constant rate is proven stable. The best point so far (epoch {best_epoch:,}, {best_loss:.6g}) is kept. Use --learning-rate auto, which for batch descent tests every step, or a smaller rate.",
    "separable": "After {epochs:,} epochs ({updates:,} updates) the classes are separated: all {rows:,} training rows are on the side of their own class, and the loss {loss_name} is {loss:.4g}. Without a penalty it falls towards 0 as the parameters grow (their length is {length:.4g} now), and there is no optimum. Add a penalty (--penalty l2).",
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
    "targets_finite": "finite numbers",
    "targets_binary": "0 or 1",
    "targets_counts": "numbers from 0 on",
    "targets_positive": "numbers above 0",
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
        "Give validation rows, or leave patience out.",
    ),
    "average_of_batches": (
        "Averaging is for random batches; here all {rows:,} rows are in every update, and there is no noise to take out.",
        "Leave it out, or choose --method stochastic or mini-batch.",
    ),
    "invalid_targets": (
        "Targets of the loss {loss} must be {targets}; got {value:g}.",
        "Encode the targets so, or choose another loss.",
    ),
}
