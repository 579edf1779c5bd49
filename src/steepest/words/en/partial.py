"""English: what is said of training on rows that come part by part."""

SENTENCES: dict[str, str] = {
    "partial_walked": "Walked {rows:,} rows once: their mean loss, each before its update, is {loss:.6g}. So far {seen:,} rows and {updates:,} updates in {epochs:,} calls; call partial_fit again to go on.",
    "partial_diverged": "Diverged in call {epochs:,} (by update {updates:,}): the mean loss of its {rows:,} rows, each before its update, is {loss:.4g}, or parameters are not finite; the limit is {loss_limit:.4g}, 1000 times the largest loss of a call at its start. The coefficients before this call are kept, and its rows are left out. Take a smaller rate than {rate:.4g}, or give the first call rows that are like the later ones.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "auto_of_partial": (
        "The curvature of the loss {loss} has no bound, so no rate is proven stable, and partial_fit keeps no rows on which to test a step.",
        "Give learning_rate as a number such as 0.01, or call fit with method='batch'.",
    ),
    "partial_batch": (
        "Batch descent on the loss {loss} looks at all rows in every update, and partial_fit does not keep them.",
        "Set method to 'mini-batch' or 'stochastic', or call fit with all rows.",
    ),
    "partial_sparse_centred": (
        "The rows of the first call were dense and centred, and these {rows:,} are sparse: centring them would fill every entry.",
        "Begin with sparse rows (dense ones may follow), or set standardize=False; or pass X.toarray() of a few rows at a time.",
    ),
    "partial_sparse_columns": (
        "Batch descent in parts keeps moments, and of sparse rows those of {most:,} columns at most; these have {columns:,}.",
        "Set method to 'mini-batch' or 'stochastic', whose updates cost the filled entries, or call fit with all rows.",
    ),
    "partial_validation": (
        "partial_fit sets no rows aside to validate, and {option} asks for it.",
        "Leave {option} at its default, and score rows of your own after a call.",
    ),
    "partial_changed": (
        "{option} cannot change between calls of partial_fit: it was {before}, and is {now} now.",
        "Set it back, or begin anew with a clone.",
    ),
    "partial_after_fit": (
        "The moments of the rows that fit was given were not made (method {method}), so that partial_fit cannot add rows to them.",
        "Call partial_fit from the first rows on, or set method to 'mini-batch' or 'stochastic', which go on from the coefficients.",
    ),
    "partial_classes_first": (
        "classes must be given in the first call of partial_fit: later rows may bring others than these.",
        "Pass classes=, every class that will ever come.",
    ),
    "partial_classes_changed": (
        "classes are {now}, and those of the calls before are {before}.",
        "Pass the same classes, or none after the first call; begin anew with a clone for others.",
    ),
    "partial_one_class": (
        "There is one class only, {classes}; nothing can be told apart.",
        "Pass at least two classes=.",
    ),
    "partial_class_unknown": (
        "y holds the class '{value:plain}', which was not named in the first call of partial_fit (named: {known}).",
        "Name every class there, or leave these rows out.",
    ),
    "partial_balanced": (
        "class_weight='balanced' needs the counts of all rows, and partial_fit knows those of one call.",
        "Pass the weights themselves, a dict of class to number.",
    ),
}
