"""English: what is said about sparse rows."""

SENTENCES: dict[str, str] = {
    "sparse_scaled": (
        "The rows are sparse ({filled:,} of {rows:,} x {columns:,} entries are filled): features are "
        "scaled by their standard deviation and not centred, since centring would fill every entry. A "
        "feature whose mean is far from 0 stays correlated with the intercept."
    ),
    "sparse_as_they_are": (
        "The rows are sparse ({filled:,} of {rows:,} x {columns:,} entries are filled): features are "
        "taken as they are, neither centred nor scaled."
    ),
    "sparse_rule_dense": (
        "The rule {rule} keeps a memory that changes every parameter in every update: an update costs "
        "all {columns:,} columns, not only the {row:.1f} entries of a row. The rule plain costs the entries."
    ),
    "diverged_sparse": (
        "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 "
        "times the larger of those at the start and at zero parameters. The rate {rate:.6g} is "
        "{times:.4g} times the largest rate proven stable for these sparse rows, "
        "{largest_stable_rate:.6g} (sufficient; rates above it may do). The best point so far (epoch "
        "{best_epoch:,}, {best_loss:.6g}) is kept. Use --learning-rate auto ({auto_rate:g})."
    ),
    "diverged_sparse_rule": (
        "Diverged at update {update:,} (epoch {epochs:,}): the objective passed {loss_limit:.4g}, 1000 "
        "times the larger of those at the start and at zero parameters, at the rate {rate:.6g}; no rate "
        "of the rule {rule} is proven stable. The best point so far (epoch {best_epoch:,}, "
        "{best_loss:.6g}) is kept. Use a smaller rate."
    ),
    "sparse_lengths": "{array} holds {given:,} numbers where the shape asks for {wanted:,}",
    "sparse_descending": "{array} does not begin at 0 or falls",
    "sparse_short": "{array} ends at {wanted:,}, and there are {given:,} entries",
    "sparse_index_type": "its indices have the type {dtype}, not a whole number's",
    "sparse_value_type": "its entries have the type {dtype}, not a real number's",
    "sparse_outside": "it holds the index {index:,}, and the largest possible one is {most:,}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "sparse_arrays_impossible": (
        "The sparse matrix describes no matrix: {why:plain}.",
        "Build it by a constructor of {library}, which checks its arrays.",
    ),
    "sparse_not_centred": (
        "Sparse rows cannot be centred: {count:,} features have a shift other than 0, which would fill "
        "every entry.",
        "Take coordinates whose shift is 0, or make the rows dense.",
    ),
}
