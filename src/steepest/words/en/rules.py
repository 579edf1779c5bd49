"""English: what is said about update rules: stable rates, endings, comparisons."""

_DIVERGED = (
    "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, 1000 times "
    "the larger of those at the start and at zero parameters. "
)
_EXACT = (
    "The rate {rate:.6g} is {times:.4g} times the largest stable rate of the rule {rule}, "
    "{largest_stable_rate:.6g}; the direction at fault points most along '{direction}' (share "
    "{direction_share:.2f}), where in the long run every update multiplies the error by {factor:.4g}. "
)
_PROVEN = (
    "The rate {rate:.6g} is {times:.4g} times the largest rate proven stable for the rule {rule}, "
    "{largest_stable_rate:.6g}; curvature is largest most along '{direction}' (share "
    "{direction_share:.2f}). "
)
_UNPROVEN = "The rate is {rate:.6g}; of the rule {rule} no rate is proven stable. "
_USED_UP = (
    "Used up {epochs:,} epochs ({updates:,} updates): the gradient norm is {gradient_norm:.3g}, and a "
    "tolerance of {tolerance:g} asks for at most {tolerance:g} of {gradient_scale:.3g}. "
)
_KEPT = "The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. "

SENTENCES: dict[str, str] = {
    "diverged_rule_exact": _DIVERGED + _EXACT + _KEPT + "Use --learning-rate auto ({auto_rate:g}).",
    "diverged_rule_exact_unscaled": (
        _DIVERGED
        + _EXACT
        + _KEPT
        + "Use --learning-rate auto ({auto_rate:g}), and standardize the features."
    ),
    "diverged_rule_proven": (
        _DIVERGED + _PROVEN + _KEPT + "Use --learning-rate auto ({auto_rate:g})."
    ),
    "diverged_rule_proven_unscaled": (
        _DIVERGED
        + _PROVEN
        + _KEPT
        + "Use --learning-rate auto ({auto_rate:g}), and standardize the features."
    ),
    "diverged_rule_unproven": _DIVERGED + _UNPROVEN + _KEPT + "Use a smaller rate.",
    "diverged_rule_unproven_unscaled": (
        _DIVERGED + _UNPROVEN + _KEPT + "Use a smaller rate, and standardize the features."
    ),
    "epochs_used_up_rule_unstable": (
        "Used up {epochs:,} epochs ({updates:,} updates), and more would not help at this loss of "
        "{loss:.6g}: the rate {rate:.6g} is {times:.4g} times the largest stable rate of the rule "
        "{rule}, {largest_stable_rate:.6g}, so that in the long run every update multiplies the "
        "error along '{direction}' by {factor:.4g}. Use --learning-rate auto ({auto_rate:g})."
    ),
    "epochs_used_up_rule": (
        _USED_UP
        + "From update {step_from:,} to the last one the parameters moved by {last_step:.2g}, at the rate "
        "{rate:.6g} of the rule {rule}. The loss is {loss:.6g}: allow more epochs, or compare rates (--learning-rate A,B)."
    ),
    "epochs_used_up_rule_falling": (
        _USED_UP
        + "By then the schedule {schedule} had brought the rate of the rule {rule} to {rate_then:.3g}, "
        "{rate_share:.2%} of the first, and from update {step_from:,} to the last one the parameters moved by "
        "{last_step:.2g}. The loss is {loss:.6g}: use a larger --learning-rate, or accept it."
    ),
    "epochs_used_up_rule_hovers": (
        _USED_UP
        + "The loss hovers: since update {since:,} it has swung between {low:.6g} and {high:.6g} and got no "
        "lower, because steps at the rate {rate:.6g} of the rule {rule} do not shrink enough to settle (between the last two "
        "recorded points the parameters moved by {last_step:.2g}). More epochs at this rate do the same: use a smaller "
        "--learning-rate, or a falling --schedule."
    ),
    "plan_rule": "Each update follows the rule {rule} ({formula}); numbers kept for each parameter: {slots}.",
    "story_rule_exact": (
        "Rate {rate:.6g} under the rule {rule}: batch descent converges below {largest:.6g} "
        "({share:.4g}/L) and diverges above."
    ),
    "story_rule_random": (
        "Rate {rate:.6g} under the rule {rule}: proven stable below {largest:.6g} for random batches "
        "of {smallest_batch:,}, {share:.3g} of plain descent's bound (sufficient; the steps behind it "
        "add up)."
    ),
    "story_rule_given": (
        "Rate {rate:.6g} under the rule {rule}: proven stable below {largest:.6g} for batches of "
        "{batch_size:,} in the given order, {share:.3g} of plain descent's bound (sufficient)."
    ),
    "story_rule_unproven": (
        "Rate {rate:.6g} under the rule {rule}, of which no rate is proven stable: it divides by the "
        "gradient's own size, so that the rate is a length in parameters and not one over a "
        "curvature (here up to {L:.4g}). Compare several."
    ),
    "found_diverged_beyond_rule": (
        "The rate is too large: {rate:.6g} is {times:.4g} times the largest rate known to be stable "
        "under the rule {rule}, {largest_stable_rate:.6g} (curvature is largest along '{direction}', "
        "share {direction_share:.2f}); update {update:,} was the first bad one. Use --learning-rate "
        "auto ({auto_rate:g})."
    ),
    "found_diverged_under_rule": (
        "The rate is too large: under the rule {rule} at the rate {rate:.6g} the loss passed "
        "{loss_limit:.4g} at update {update:,}. Use a smaller rate."
    ),
    "compared_rule": (
        "{rule}: loss {loss:.6g} after {updates:,} updates at the rate {rate:.4g}, the best of {count:,} "
        "rates from {low:.4g} to {high:.4g}."
    ),
    "compared_rule_at_edge": (
        "{rule}: loss {loss:.6g} after {updates:,} updates at the rate {rate:.4g}, which is at the edge "
        "of the {count:,} rates from {low:.4g} to {high:.4g}: a better one can lie beyond."
    ),
    "compared_rule_diverged": (
        "{rule}: diverged at every one of {count:,} rates from {low:.4g} to {high:.4g}."
    ),
}

ERRORS: dict[str, tuple[str, str]] = {
    "rule_without_auto": (
        "No learning rate of the rule {rule} is proven stable, so that auto cannot choose one.",
        "Pass --learning-rate (learning_rate): {usual:g} is where one usually begins ({source}); it "
        "is about how far one update moves a parameter in training coordinates.",
    ),
    "rule_without_momentum": (
        "The rule {rule} has no momentum that could be set.",
        "Leave momentum out, or take one of the rules {known}.",
    ),
    "momentum_impossible": (
        "The momentum {value} is not a number from 0 to below 1: at 1 the velocity would never end.",
        "Pass a share such as 0.9.",
    ),
    "rule_not_forecast": (
        "Only plain descent is forecast; the rule {rule} is not.",
        "Leave the rule out, or fit a few epochs and look.",
    ),
    "rule_only_exact": (
        "Only plain descent is forecast; of the rule {rule} the largest stable rate on these rows is known, {largest:.6g} (batch "
        "descent converges below and diverges above).",
        "Fit with --rule {rule}, which takes {auto:g} by itself, or forecast without --rule.",
    ),
    "rule_only_proven": (
        "Only plain descent is forecast; of the rule {rule} a rate is known up to which it is proven stable in batches of "
        "{batch_size:,} on these rows, {largest:.6g} (sufficient).",
        "Fit with --rule {rule}, which takes {auto:g} by itself, or forecast without --rule.",
    ),
    "comparison_unfair": (
        "The runs compared must share start and budget; under the rule {rule} they differ.",
        "Give every run the same start and budget, and let none end early (a tolerance of 0).",
    ),
    "comparison_empty": (
        "There is nothing to compare: {rules} rules and {rates} rates are given.",
        "Pass at least one of each; rates must be positive numbers.",
    ),
}
