"""English: what is known before training: curvature, rates, fates, batch sizes."""

SENTENCES: dict[str, str] = {
    # the verdict
    "forecast_use_batch": (
        "Use a learning rate of {auto:g}; --learning-rate auto takes it. Any rate above {largest:.4g} "
        "blows up: along {columns} the loss has its largest curvature (how fast its slope changes), {L:.3g}, and "
        "there a longer step lands farther beyond the minimum than it started from (the limit is 2 divided by "
        "that curvature)."
    ),
    "forecast_use_batch_falling": (
        "Use a learning rate of {auto:g}; --learning-rate auto takes it. Kept constant, any rate above {largest:.4g} "
        "blows up: along {columns} the loss has its largest curvature (how fast its slope changes), {L:.3g}, and "
        "there a longer step lands farther beyond the minimum than it started from (the limit is 2 divided by "
        "that curvature)."
    ),
    "forecast_best": (
        "Faster still is {best:.4g}, the constant rate that is best in the worst case: it needs {needed} epochs to the "
        "tolerance {tolerance:g}, and {auto:g} needs {needed_auto}."
    ),
    "forecast_use_random": (
        "Use a learning rate of {auto:g} with batches of {batch_size:,} rows; --learning-rate auto takes "
        "it. Up to {largest:.4g} it is proven not to blow up, whichever rows come together (the smallest "
        "batch of an epoch holds {smallest:,}); beyond that nothing is promised. All rows in every update "
        "would allow {batch_limit:.4g}."
    ),
    "forecast_use_given": (
        "Use a learning rate of {auto:g} with batches of {batch_size:,} rows in the given order; "
        "--learning-rate auto takes it. Up to {largest:.4g} it is proven not to blow up, for no batch "
        "curves more than that allows; beyond that nothing is promised. All rows in every update would "
        "allow {batch_limit:.4g}."
    ),
    "forecast_use_bound": (
        "Use a learning rate of {auto:g}; --learning-rate auto takes it. No rate up to {largest:.4g} "
        "blows up. This is a bound: the curvature of the loss (how fast its slope changes) is at most {L:.3g}, most "
        "along {columns}, and where it curves less a larger rate may do as well."
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
        "needs {needed_auto}. Slowest is the way along {columns}: an epoch takes {taken:.3g} % off it."
    ),
    "forecast_arrives_late_low": (
        "The rate {rate:g} is too low, and the {epochs:,} epochs allowed (--epochs) are too few for it: it needs "
        "{needed} to the tolerance {tolerance:g}, and {auto:g} needs {needed_auto}. After {epochs:,} the loss is still "
        "{above:.3g} above its minimum {optimum:.4g}. Slowest is the way along {columns}: an epoch takes {taken:.3g} % "
        "off it."
    ),
    "forecast_arrives_good": (
        "The rate {rate:g} is good: it needs {needed} epochs to the tolerance {tolerance:g}. Slowest is the "
        "way along {columns}: an epoch takes {taken:.3g} % off it."
    ),
    "forecast_arrives_late_good": (
        "The rate {rate:g} is good, but the {epochs:,} epochs allowed (--epochs) are too few: it needs {needed} to the "
        "tolerance {tolerance:g}. After {epochs:,} the loss is still {above:.3g} above its minimum {optimum:.4g}. "
        "Slowest is the way along {columns}: an epoch takes {taken:.3g} % off it."
    ),
    "forecast_arrives_high": (
        "The rate {rate:g} is high, {times} of the largest stable one: along {steepest} every update leaps "
        "over the minimum and comes only {nearer:.3g} % nearer to it, on the other side. It needs {needed} epochs to "
        "the tolerance {tolerance:g}."
    ),
    "forecast_arrives_late_high": (
        "The rate {rate:g} is high, {times} of the largest stable one: along {steepest} every update leaps "
        "over the minimum and comes only {nearer:.3g} % nearer to it, on the other side. The {epochs:,} epochs allowed "
        "(--epochs) are too few: it needs {needed} to the tolerance {tolerance:g}, and after {epochs:,} the loss is "
        "still {above:.3g} above its minimum {optimum:.4g}."
    ),
    "forecast_too_high": (
        "The rate {rate:g} is too high, {times} times the largest stable one, {largest:.4g}: every update "
        "multiplies the error along {steepest} by {grows:.3g}, and update {update} brings the loss above 1000 "
        "times that of the start. The run will end as diverged."
    ),
    "forecast_too_high_unmoved": (
        "The rate {rate:g} is too high, {times} times the largest stable one, {largest:.4g}: every update "
        "multiplies the error along {steepest} by {grows:.4g}. This start has next to no error there, so that "
        "it shows late or not at all; do not count on it."
    ),
    "forecast_never": (
        "At the rate {rate:g} the tolerance {tolerance:g} is never met: along {columns} an epoch takes "
        "{taken:.3g} % off the way, and 1e15 epochs are not enough."
    ),
    "forecast_no_tolerance": (
        "At the rate {rate:g} and the tolerance 0 the run goes on for its {epochs:,} epochs or until no bit "
        "changes. The rate is {regime}. Slowest is the way along {columns}: an epoch takes {taken:.3g} % off it."
    ),
    "forecast_schedule_arrives": (
        "From the rate {rate:g} on ({regime}, {times} of the largest that is stable if kept) by the schedule "
        "'{schedule}' it needs {needed} epochs to the tolerance {tolerance:g}."
    ),
    "forecast_schedule_late": (
        "From the rate {rate:g} on ({regime}, {times} of the largest that is stable if kept) by the schedule "
        "'{schedule}' the tolerance {tolerance:g} is not met in {epochs:,} epochs; the loss is then {above:.3g} above its minimum {optimum:.4g}."
    ),
    "forecast_schedule_diverges": (
        "From the rate {rate:g} on by the schedule '{schedule}' update {update} brings the loss above 1000 "
        "times that of the start: the rate is too high, {times} times the largest that is stable if kept, {largest:.4g}."
    ),
    "forecast_unproven": (
        "The rate {rate:g} is unproven, {times} times the largest one proven stable for batches of "
        "{batch_size:,}, {largest:.4g}: it may blow up."
    ),
    "forecast_unproven_falling": (
        "The rate {rate:g} is unproven, {times} times the largest one proven stable for batches of "
        "{batch_size:,}, {largest:.4g}: it may blow up before the schedule '{schedule}' has lowered it."
    ),
    "forecast_unproven_grows": (
        "The rate {rate:g} is too high, {times} times the largest one proven stable for batches of "
        "{batch_size:,}, {largest:.4g}: from {limit:.4g} on the mean squared error of the parameters grows "
        "without end (exact for batches drawn independently)."
    ),
    "forecast_floor": (
        "The rate {rate:g} is {regime}; kept constant, it lets the loss not settle at its minimum {optimum:.4g} but "
        "hover about {level:.4g}, {floor:.3g} above it, from about epoch {waiting} on, because single batches disagree about the way "
        "down (approximate, at the ends of reshuffled epochs; within them, as for batches drawn "
        "independently, {independent:.3g} above). A falling --schedule with --tolerance 0, a lower rate or "
        "larger batches bring it down."
    ),
    "forecast_no_floor": (
        "The rate {rate:g} is {regime}, and the loss will not hover: the model fits every row (minimum {optimum:.3g}), so "
        "that all batches agree where it is."
    ),
    # the columns behind it
    "forecast_units_unscaled": (
        "Standardize the features: in the table's own units the condition number (largest by smallest curvature; the epochs needed grow with it) is {raw:.3g}, standardized {standardized:.3g}. '{largest}' is of "
        "size {largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the steepest direction is {columns}, "
        "and it alone allows no rate above {raw_limit:.3g}. Standardized, rates up to {limit:.3g} are stable, "
        "and auto needs {needed} epochs."
    ),
    "forecast_units_unscaled_slow": (
        "Standardize the features: in the table's own units the condition number (largest by smallest curvature; the epochs needed grow with it) is {raw:.3g}, standardized {standardized:.3g}. '{largest}' is of "
        "size {largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the flattest direction is {flat}, and "
        "the way along it is the slow one. Standardized, auto needs {needed} epochs."
    ),
    "forecast_units_unscaled_only_slow": (
        "Standardize the features: in the table's own units the condition number (largest by smallest curvature; the epochs needed grow with it) is {raw:.3g}, standardized {standardized:.3g}. '{largest}' is of "
        "size {largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the flattest direction is {flat}, and "
        "the way along it is the slow one."
    ),
    "forecast_units_unscaled_only": (
        "Standardize the features: in the table's own units the condition number (largest by smallest curvature; the epochs needed grow with it) is {raw:.3g}, standardized {standardized:.3g}. '{largest}' is of "
        "size {largest_size:.4g} and '{smallest}' of size {smallest_size:.4g}; the steepest direction is {columns}, "
        "and with all rows in every update it alone allows no rate above {raw_limit:.3g}. Standardized, rates "
        "up to {limit:.3g} are stable."
    ),
    "forecast_units_scaled": (
        "Standardizing pays: in the table's own units, with '{largest}' of size {largest_size:.4g} and "
        "'{smallest}' of size {smallest_size:.4g}, the condition number (largest by smallest curvature; the epochs needed grow with it) would be {raw:.3g} instead of {standardized:.3g}, and no rate above {raw_limit:.3g} "
        "stable, because of {columns}."
    ),
    "forecast_units_scaled_slow": (
        "Standardizing pays: in the table's own units, with '{largest}' of size {largest_size:.4g} and "
        "'{smallest}' of size {smallest_size:.4g}, the condition number (largest by smallest curvature; the epochs needed grow with it) would be {raw:.3g} instead of {standardized:.3g}; slowest would be the way along "
        "{flat}."
    ),
    "forecast_units_alike": (
        "Units are no trouble: the condition number (largest by smallest curvature; the epochs needed grow with it) is {raw:.3g} in the table's own units and {standardized:.3g} standardized."
    ),
    "forecast_near": (
        "{columns} almost determine each other (condition index {index:.3g}, variance inflation up to "
        "{inflation:.3g}). This is collinearity, which no scaling removes: leave one of them out, or allow "
        "the epochs."
    ),
    "forecast_near_only": (
        "{columns} almost determine each other (condition index {index:.3g}). This is collinearity, which no scaling "
        "removes: leave one of them out, or allow the epochs."
    ),
    "forecast_batches": (
        "Mini-batches: one row in an update is proven stable up to the rate {one:.3g}. Larger batches allow "
        "larger rates, nearly in proportion up to about {enough:,} rows and hardly beyond: all {rows:,} rows allow "
        "{all:.3g}. Where a size does not divide {rows:,}, the last batch is shorter and allows no more than its own "
        "rows do."
    ),
    "forecast_batches_given": (
        "In random order (--order random) one row in an update would be proven stable up to the rate {one:.3g}. Larger "
        "batches would allow larger rates, nearly in proportion up to about {enough:,} rows and hardly beyond: all "
        "{rows:,} rows allow {all:.3g}. Where a size does not divide {rows:,}, the last batch is shorter and allows no "
        "more than its own rows do."
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
    "forecast_rates_heading": "Rates",
    "forecast_directions_heading": "Directions at the rate {rate:g}, steepest first",
    "forecast_batches_heading": "Batch sizes, random order (at half the stable rate the loss hovers so much above its minimum)",
    "forecast_column_rate": "rate",
    "forecast_column_regime": "it is",
    "forecast_column_factor": "an update leaves",
    "forecast_column_epochs": "epochs needed",
    "forecast_column_loss": "loss after {epochs:,} epochs",
    "forecast_column_floor": "hovers above",
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
