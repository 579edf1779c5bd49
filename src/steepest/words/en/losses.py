"""English: what is said about losses, penalties and the rates they allow."""

SENTENCES: dict[str, str] = {
    "plan_pass_moments": "Batch descent by moments: all {rows:count} training rows are read once, and each of the {epochs:count} epochs takes value and gradient from what was kept.",
    "epochs_used_up_kinks": "Used up {epochs:,} epochs ({updates:,} updates): the objective is {loss:.6g}. The loss {loss_name} has kinks, so that no gradient proves how near the optimum is; by then the rate had fallen to {rate_then:.3g}, {rate_share:.2g} of the first. With more epochs it falls more slowly and comes nearer.",
    "diverged_no_bound": "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters, at the rate {rate:.6g}. The curvature of the loss {loss_name} has no bound, so that no constant rate is proven stable. The best point so far (epoch {best_epoch:,}, {best_loss:.6g}) is kept. Use --learning-rate auto, which for batch descent tests every step, or a smaller rate.",
    "separable": "After {epochs:,} epochs ({updates:,} updates) the classes are separated: all {rows:,} training rows are on the side of their own class, and the loss {loss_name} is {loss:.4g}. Without a penalty it falls towards 0 as the parameters grow (their length is {length:.4g} now), and there is no optimum. Add a penalty (--penalty l2).",
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
    "invalid_targets": (
        "Targets of the loss {loss} must be {targets}; got {value:g}.",
        "Encode the targets so, or choose another loss.",
    ),
}
