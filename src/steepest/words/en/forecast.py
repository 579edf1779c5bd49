"""English: what is known before training: curvature, rates, fates, batch sizes."""

SENTENCES: dict[str, str] = {
    # the verdict
    "forecast_use_batch": (
        "Use a learning rate of {auto:g}; --learning-rate auto takes it. Any rate above {largest:.6g} "
        "blows up: the loss curves most along {columns}, and there a longer step lands farther beyond "
        "the minimum than it started from (the limit is 2/L with the largest curvature L = {L:.4g})."
    ),
    "forecast_best": (
        "The fastest constant rate is {best:.6g} (2/(mu + L)): it needs {needed} epochs to the tolerance "
        "{tolerance:g}, and {auto:g} needs {needed_auto}."
    ),
    "forecast_use_random": (
        "Use a learning rate of {auto:g} with batches of {batch_size:,} rows; --learning-rate auto takes "
        "it. Up to {largest:.6g} it is proven not to blow up, whichever rows come together (the smallest "
        "batch of an epoch holds {smallest:,}); beyond that nothing is promised. All rows in every update "
        "would allow {batch_limit:.6g}."
    ),
    "forecast_use_given": (
        "Use a learning rate of {auto:g} with batches of {batch_size:,} rows in the given order; "
        "--learning-rate auto takes it. Up to {largest:.6g} it is proven not to blow up, for no batch "
        "curves more than that allows; beyond that nothing is promised. All rows in every update would "
        "allow {batch_limit:.6g}."
    ),
    "forecast_use_bound": (
        "Use a learning rate of {auto:g}; --learning-rate auto takes it. No rate up to {largest:.6g} "
        "blows up. This is a bound: the loss curves at most {L:.4g}, most along {columns}, and where it "
        "curves less a larger rate may do as well."
    ),
    "forecast_flat": (
        "No column changes from row to row: the curvature is 0 along all {count:,} parameters, nothing "
        "can be learnt, and every rate does the same."
    ),
    # each rate asked for
    "forecast_at_once": (
        "At the rate {rate:g} no epoch is needed: the start meets the tolerance {tolerance:g} as it is."
    ),
    "forecast_arrives_low": (
        "The rate {rate:g} is too low: it needs {needed} epochs to the tolerance {tolerance:g}, and {auto:g} "
        "needs {needed_auto}. Slowest is the way along {columns}, of which an epoch leaves {factor:.6g}."
    ),
    "forecast_arrives_good": (
        "The rate {rate:g} is good: it needs {needed} epochs to the tolerance {tolerance:g}. Slowest is the "
        "way along {columns}, of which an epoch leaves {factor:.6g}."
    ),
    "forecast_arrives_high": (
        "The rate {rate:g} is high, {times:.4g} of the largest stable one: along {steepest} every update leaps "
        "over the minimum and leaves {grows:.6g} of the way, on the other side. It needs {needed} epochs to "
        "the tolerance {tolerance:g}."
    ),
    "forecast_too_high": (
        "The rate {rate:g} is too high, {times:,.5g} times the largest stable one, {largest:.6g}: every update "
        "multiplies the error along {steepest} by {grows:.4g}, and update {update} brings the loss above 1000 "
        "times that of the start. The run will end as diverged."
    ),
    "forecast_too_high_unmoved": (
        "The rate {rate:g} is too high, {times:,.5g} times the largest stable one, {largest:.6g}: every update "
        "multiplies the error along {steepest} by {grows:.4g}. This start has next to no error there, so that "
        "it shows late or not at all; do not count on it."
    ),
    "forecast_never": (
        "At the rate {rate:g} the tolerance {tolerance:g} is never met: along {columns} an epoch leaves "
        "{factor:.9g} of the way, and 1e15 epochs are not enough."
    ),
    "forecast_no_tolerance": (
        "At the rate {rate:g} and the tolerance 0 the run goes on for its {epochs:,} epochs or until no bit "
        "changes. Slowest is the way along {columns}, of which an epoch leaves {factor:.6g}."
    ),
    "forecast_schedule_arrives": (
        "From the rate {rate:g} on by the schedule '{schedule}' it needs {needed} epochs to the tolerance "
        "{tolerance:g}."
    ),
    "forecast_schedule_late": (
        "From the rate {rate:g} on by the schedule '{schedule}' the tolerance {tolerance:g} is not met in "
        "{epochs:,} epochs; the loss is {loss:.6g} then, and its minimum {optimum:.6g}."
    ),
    "forecast_schedule_diverges": (
        "From the rate {rate:g} on by the schedule '{schedule}' update {update} brings the loss above 1000 "
        "times that of the start: the rate is {times:,.5g} times the largest stable one, {largest:.6g}."
    ),
    "forecast_unproven": (
        "The rate {rate:g} is {times:,.5g} times the largest one proven stable for batches of {batch_size:,}, "
        "{largest:.6g}: it may blow up."
    ),
    "forecast_unproven_grows": (
        "The rate {rate:g} is too high, {times:,.5g} times the largest one proven stable for batches of "
        "{batch_size:,}, {largest:.6g}: from {limit:.6g} on the mean squared error of the parameters grows "
        "without end (exact for batches drawn independently)."
    ),
    "forecast_floor": (
        "At the rate {rate:g} the loss will not settle at its minimum {optimum:.6g} but hover about {level:.6g}, "
        "{floor:.3g} above it, from about epoch {waiting} on, because single batches disagree about the way "
        "down (approximate, at the ends of reshuffled epochs; within them, as for batches drawn "
        "independently, {independent:.3g} above). A falling --schedule, a lower rate or larger batches bring it "
        "down."
    ),
    "forecast_no_floor": (
        "At the rate {rate:g} the loss will not hover: the model fits every row (minimum {optimum:.3g}), so "
        "that all batches agree where it is."
    ),
    # the columns behind it
    "forecast_units_unscaled": (
        "Standardize the features: the table's own units make the loss {factor:.3g} times as stretched "
        "(condition number {raw:.4g}; standardized {standardized:.4g}). '{largest}' is of size "
        "{largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the steepest direction is {columns}, "
        "and it alone allows no rate above {raw_limit:.3g}. Standardized, rates up to {limit:.6g} are stable, "
        "and auto needs {needed} epochs."
    ),
    "forecast_units_unscaled_only": (
        "Standardize the features: the table's own units make the loss {factor:.3g} times as stretched "
        "(condition number {raw:.4g}; standardized {standardized:.4g}). '{largest}' is of size "
        "{largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the steepest direction is {columns}, "
        "and with all rows in every update it alone allows no rate above {raw_limit:.3g}. Standardized, rates "
        "up to {limit:.6g} are stable."
    ),
    "forecast_units_scaled": (
        "Standardizing pays: in the table's own units, with '{largest}' of size {largest_size:.4g} and "
        "'{smallest}' of size {smallest_size:.4g}, the loss would be {factor:.3g} times as stretched (condition "
        "number {raw:.4g} instead of {standardized:.4g}) and no rate above {raw_limit:.3g} stable, because of "
        "{columns}."
    ),
    "forecast_units_alike": (
        "Units are no trouble: the condition number is {raw:.4g} in the table's own units and "
        "{standardized:.4g} standardized."
    ),
    "forecast_near": (
        "{columns} almost determine each other (condition index {index:.4g}, variance inflation up to "
        "{inflation:.4g}). This is collinearity, which no scaling removes: leave one of them out, or allow "
        "the epochs."
    ),
    "forecast_batches": (
        "Mini-batches: one row in an update is proven stable up to the rate {one:.4g}. Larger batches allow "
        "larger rates, in proportion up to about {enough:,} rows (1 + R2/L, R2 = {fourth:.4g}) and hardly beyond: "
        "all {rows:,} rows allow {all:.4g}."
    ),
    # in the story of a fit
    "story_forecast_met": (
        "Forecast from the curvature before the first update: {needed} epochs to the tolerance at this rate; "
        "it took {epochs:,}."
    ),
    "story_forecast_late": (
        "Forecast from the curvature before the first update: {needed} epochs to the tolerance at this rate, "
        "and {epochs:,} were run."
    ),
    "story_forecast_diverged": (
        "Forecast from the curvature before the first update: the loss passes its limit at update {needed} at "
        "this rate; it did at update {update:,}."
    ),
    "story_forecast_batches": (
        "Forecast: up to batches of about {enough:,} rows (1 + R2/L) the stable rate grows in proportion to the "
        "batch size, and hardly beyond."
    ),
    # what a terminal shows
    "forecast_rates_heading": "Rates (the loss is that after {epochs:,} epochs)",
    "forecast_directions_heading": "Directions at the rate {rate:g}, steepest first",
    "forecast_batches_heading": "Batch sizes, random order (the floor is above the minimum, at half the limit)",
    "forecast_column_rate": "rate",
    "forecast_column_regime": "it is",
    "forecast_column_factor": "an epoch leaves",
    "forecast_column_epochs": "epochs needed",
    "forecast_column_loss": "loss",
    "forecast_column_floor": "floor",
    "forecast_column_curvature": "curvature",
    "forecast_column_fate": "fate",
    "forecast_column_mainly": "mainly along",
    "forecast_column_batch": "rows in a batch",
    "forecast_column_smallest": "in the last one",
    "forecast_column_limit": "stable up to",
    "forecast_regime_too_low": "too low",
    "forecast_regime_good": "good",
    "forecast_regime_high": "high",
    "forecast_regime_too_high": "too high",
    "forecast_regime_unproven": "unproven",
    "forecast_fate_flat": "flat",
    "forecast_fate_crawls": "crawls",
    "forecast_fate_converges": "converges",
    "forecast_fate_oscillates": "oscillates",
    "forecast_fate_diverges": "diverges",
    "forecast_word_never": "never",
    "forecast_more_directions": "... {count:,} between",
}
ERRORS: dict[str, tuple[str, str]] = {
    "forecast_needs_quadratic": (
        "The curve of the loss '{loss}' cannot be forecast: its curvature changes from point to point.",
        "Use a squared error, or train and look at the trace.",
    ),
    "forecast_epochs": (
        "A curve needs a positive rate and epochs that are not negative; got the rate {rate} and the epochs "
        "{epochs}.",
        "Pass the last epoch, or a list of epochs.",
    ),
    "forecast_epochs_of_schedule": (
        "Epoch {last:,} lies beyond the {epochs:,} epochs over which the schedule stretches.",
        "Ask for more epochs (--epochs), or for earlier ones.",
    ),
}
