"""English: what a diagnosis finds, the numbers that prove it, and what to do."""

SENTENCES: dict[str, str] = {
    "findings_heading": "Findings ({count}):",
    "found_diverged": (
        "The rate is too large: at the rate {rate:.6g} the loss passed {loss_limit:.4g} at update "
        "{update:,}. Use --learning-rate auto."
    ),
    "found_diverged_at_start": (
        "Nothing was trained: the loss is beyond float64 after {update} updates. Start nearer to "
        "zero, or check the units of target and features."
    ),
    "found_diverged_exactly": (
        "The rate is too large: {rate:.6g} is {times:.4g} times the largest stable rate "
        "{largest_stable_rate:.6g}, so every update multiplies the error along '{direction}' (share "
        "{direction_share:.2f} of the direction) by {factor:.4g}; update {update:,} was the first bad "
        "one. Use --learning-rate auto ({auto_rate:g})."
    ),
    "found_diverged_by_schedule": (
        "The rate is too large: the schedule '{schedule}' begins at {rate:.6g}, {times:.4g} times the "
        "largest rate that is stable if kept, {largest_stable_rate:.6g}, and does not fall fast enough: "
        "update {update:,} was the first bad one. Use --learning-rate auto ({auto_rate:g})."
    ),
    "found_rate_too_large": (
        "The rate is too large: {rate:.6g} is {times:.3g} times the largest rate proven stable, "
        "{proven:.4g} (batches of {smallest_batch:,}), and from {limit:.4g} on the mean squared error of the "
        "parameters grows without end (exact for batches drawn independently). Over the last half of the epochs "
        "the loss was {loss:.4g} on average, its minimum is {optimum_loss:.4g}. Use --learning-rate auto "
        "({auto_rate:g})."
    ),
    "found_rate_too_large_seen": (
        "The rate is too large: {rate:.6g} is {times:.3g} times the largest rate proven stable, "
        "{proven:.4g} (batches of {smallest_batch:,}), and over the last half of the epochs the loss was "
        "{loss:.4g} on average, no lower than the {first:.4g} of the start. Use --learning-rate auto "
        "({auto_rate:g})."
    ),
    "found_diverged_beyond_proof": (
        "The rate is too large: {rate:.6g} is {times:.4g} times the largest rate proven stable, "
        "{largest_stable_rate:.6g} (batches of {smallest_batch:,}; curvature is largest along "
        "'{direction}', share {direction_share:.2f}); update {update:,} was the first bad one. Use "
        "--learning-rate auto ({auto_rate:g})."
    ),
    "found_constant_target": (
        "Nothing can be learnt: '{target}' is {value:.6g} in all {rows:,} training rows. Check the "
        "column, or choose another target."
    ),
    "found_oscillating": (
        "Oscillating: the rate {rate:.6g} is beyond the best constant one, {best_rate:.6g}, and every "
        "update throws the error along '{direction}' across the minimum, keeping {factor:.4g} of it; "
        "{share:.0%} of the loss still to go lies along directions that swing. The slowest direction takes "
        "{slowest:,.6g} epochs to {tolerance:g}, at the best rate {slowest_at_best:,.6g}. Use "
        "--learning-rate {best_rate:.6g}."
    ),
    "found_oscillating_forever": (
        "Oscillating without end: the rate {rate:.6g} is not below the largest stable one, "
        "{largest_stable_rate:.6g}, and every update throws the error along '{direction}' across the "
        "minimum, multiplied by {factor:.6g}; {share:.0%} of the loss still to go lies along directions that "
        "swing. At the best constant rate the slowest direction takes {slowest_at_best:,.6g} epochs to "
        "{tolerance:g}. Use --learning-rate {best_rate:.6g}."
    ),
    "found_rate_too_small": (
        "The rate is too small: after {epochs:,.6g} epochs at {rate:.6g} about {epochs_needed:,.6g} more "
        "are needed for a gradient of {tolerance:g} of its scale; at the best constant rate "
        "{best_rate:.6g} the whole way takes {epochs_at_best:,.6g}. Use --learning-rate auto "
        "({auto_rate:g}, {times:,.4g} times as large) or the best one."
    ),
    "found_rate_too_small_of_sweep": (
        "The rate is too small: {rate:.6g} is {times:,.4g} times smaller than auto ({auto_rate:g}), and "
        "after {epochs:,.6g} epochs the loss is {excess:.4g} above its minimum of {optimum_loss:.6g}, "
        "{way_left:.4g} of it way not walked yet. At this rate about {epochs_needed:,.6g} more epochs "
        "bring that below {slack:.3g}. Use --learning-rate auto."
    ),
    "found_sorted_rows": (
        "Rows that stand in an order are walked in it: '{column}' has a correlation of {correlation:.2f} "
        "with itself {serial_lag:,} rows later, so updates pull the same way for long, and the loss "
        "stays {excess:.4g} above its minimum of {optimum_loss:.6g} ({relative:.1%}). Use --order random."
    ),
    "found_noise_floor": (
        "The noise floor is reached: at the rate {rate:.6g} the loss hovers about {level:.4g}, its mean over "
        "the last half of the epochs: {excess:.3g} above the minimum of {optimum_loss:.4g} ({relative:.1%}). "
        "{way_share:.0%} of that is way still to go, the rest is batches of {batch_size:,.6g} rows that "
        "disagree about the way. Take a falling --schedule (inverse-time) with --tolerance 0, a larger batch, or "
        "--method batch."
    ),
    "found_schedule_cut_short": (
        "The schedule '{schedule}' was cut short: after {epochs:,} epochs, of which the last ten brought too "
        "little, the run stalled at the rate {rate_then:.3g}, {rate_share:.1%} of the first, {excess:.3g} above the "
        "minimum of {optimum_loss:.4g} ({relative:.1%}). Pass --tolerance 0, so that the schedule runs its "
        "course, or take --method batch."
    ),
    "found_validation_loss_rising": (
        "The validation loss is rising: on {rows:,} rows it was {best:.6g} at epoch {epoch:,} and is "
        "{last:.6g} after {epochs:,} ({relative:.1%} more), while the training loss fell from "
        "{training_then:.6g} to {training:.6g}. Stop there (--epochs {epoch} at a constant rate), or train on more rows or "
        "fewer features."
    ),
    "found_validation_loss_rises": (
        "The validation loss rises from the start: on {rows:,} rows it was {best:.6g} before the first update and "
        "is {last:.6g} after {epochs:,} epochs ({relative:.1%} more), while the training loss fell from "
        "{training_then:.6g} to {training:.6g}. What is learnt does not hold for those rows: look for outliers "
        "and for rows of another kind on one side, or train on more rows or fewer features."
    ),
    "found_unscaled": (
        "The features are not scaled: '{wide}' varies {ratio:,.4g} times as much as '{narrow}' (standard "
        "deviations; 1 for the intercept), and the condition number is {condition:,.4g}; standardized it "
        "would be {condition_standardized:,.4g}, and the epochs needed grow with it. Leave --standardize "
        "on."
    ),
    "found_unscaled_through_zero": (
        "The features are not scaled: '{wide}' is {ratio:,.4g} times as large as '{narrow}' (root mean "
        "squares), and the condition number is {condition:,.4g}; scaled it would be "
        "{condition_standardized:,.4g}, and the epochs needed grow with it. Leave --standardize on."
    ),
    "found_uncentred": (
        "The features are not centred: '{far_column}' lies {deviations_away:,.4g} of its standard "
        "deviations from zero, and the condition number is {condition:,.4g}; standardized it would be "
        "{condition_standardized:,.4g}, and the epochs needed grow with it. Leave --standardize on."
    ),
    "found_collinear": (
        "Features are nearly combinations of each other: the others give {explained:.2%} of the variance "
        "of '{column}', most of all '{partner}' (variance inflation {inflation:,.4g}); columns at 10 or "
        "more: {count:,} ({columns}). Their coefficients are uncertain and descent is slow along them: "
        "leave out or combine some."
    ),
    "found_outliers": (
        "Few rows carry the squared error: the {top_rows:,} worst of {rows:,} training rows carry "
        "{top_share:.1%} of it, where Gaussian errors leave 8.5 % to a hundredth. The worst is row "
        "{largest_row:,}, {largest_residual:.4g} times the typical error. Check those rows before "
        "trusting the model."
    ),
    "found_dependent": (
        "Features that are exact combinations of others, and without which the predictions would be the "
        "same: {count:,} ({columns}). Leave them out, if coefficients are to mean something."
    ),
    "found_constant_features": (
        "Features with a single value in all {rows:,} training rows, from which nothing can be learnt: "
        "{count:,} ({columns}). Leave them out."
    ),
    "found_optimum_at_start": (
        "The optimum was reached already: at the start, with a loss of {first_loss:.6g}, the gradient "
        "norm is {gradient_norm:.3g} on a scale of {gradient_scale:.3g}. There was nothing to descend; "
        "start elsewhere to see a path."
    ),
    "found_more_epochs_useless": (
        "More epochs are useless: from epoch {epoch:,} of {epochs:,} on the loss is within a millionth of "
        "its minimum {optimum_loss:.6g}, and now {excess:.2g} above it. Nothing is lost by stopping there."
    ),
    "found_rate_near_best": (
        "The rate is near its best: at {rate:.6g} the slowest direction takes {slowest:,.4g} epochs to "
        "{tolerance:g}, at the best constant rate {best_rate:.6g} {slowest_at_best:,.4g}. Nothing to do."
    ),
}
ERRORS: dict[str, tuple[str, str]] = {}
