"""English: the story of a fit and what is said about its rows and features."""

SENTENCES: dict[str, str] = {
    "story_hashed": (
        "The {levels:,} levels of column '{column:plain}' share {columns:,} columns, each with a sign, by "
        "a fixed hash of their text: about {shared:count} of them are expected to share theirs with "
        "another level. The optimum depends on this choice."
    ),
    "story_pooled": (
        "The {own:,} levels of column '{column:plain}' that most training rows have are told apart, compared "
        "with '{base}'; the other levels ({rest:,}), and any that come later, share the column '{shared:plain}'."
    ),
    "story_pooled_all": (
        "The {own:,} levels of column '{column:plain}' that most training rows have are told apart; the other "
        "levels ({rest:,}), and any that come later, share the column '{shared:plain}'."
    ),
    "story_rows": "Rows read from {table}: {read:,}; to train: {train:,}; to validate: {validation:,}.",
    "story_dropped": "Rows left out because they miss a value that is needed: {dropped:,}.",
    "story_split": (
        "The validation rows were drawn at random (seed {seed}) before anything was learnt from the "
        "data."
    ),
    "story_own_split": "The validation rows are those of the lecture notes.",
    "story_time_ordered": "The last {validation:,} rows validate, and rows are walked as they stand.",
    "story_levels": (
        "'{column}' is a category with a column for each level but its most frequent one, '{base}', "
        "with which they are compared (columns: {columns:,})."
    ),
    "story_levels_all": "'{column}' is a category: each of its {columns:,} levels has a column.",
    "story_filled": (
        "'{column}' misses {count:,} values; they are filled with the training rows' mean, {value:.6g}."
    ),
    "story_filled_level": (
        "'{column}' misses {count:,} values; they are filled with its most frequent level in the "
        "training rows, '{value}'."
    ),
    "story_course_diverged": (
        "The run exploded after {epochs:,} epochs; the model kept is the best point, that of epoch "
        "{best_epoch:,}, with a training loss of {last:.6g}."
    ),
    "story_dependent_more": "{count:,} more columns are exact combinations of others (see run.json).",
    "story_constant": (
        "Constant on the training rows, so nothing can be learnt from them and their "
        "coefficients are 0: {columns}."
    ),
    "story_standardized": (
        "Features are standardized with mean and standard deviation of the {rows:,} training rows; "
        "the model is in the table's own units."
    ),
    "story_scaled": (
        "Features are scaled by their standard deviation but not centred, since without an "
        "intercept centring would change the model."
    ),
    "story_curvature": (
        "The curvature of the loss (how fast its slope changes, in the features as they are trained on) runs "
        "from {mu:.4g} to {L:.4g}; the ratio, the condition number, is {condition:.4g}."
    ),
    "story_rate_batch": (
        "Rate {rate:.6g}: at a constant rate batch descent converges below {largest:.6g} (2/L) and diverges above; the "
        "best constant rate is {best:.6g} (2/(mu + L))."
    ),
    "story_rate_random": (
        "Rate {rate:.6g}: proven stable below {largest:.6g} for random batches of {smallest_batch:,} "
        "(R2 = {fourth_moment:.4g}; a sufficient bound)."
    ),
    "story_rate_given": (
        "Rate {rate:.6g}: proven stable below {largest:.6g} for batches of {batch_size:,} in the "
        "given order (2 / the largest curvature of any batch)."
    ),
    "story_schedule": "The rate falls by the schedule '{schedule}'.",
    "story_course": (
        "The training loss went from {first:.6g} to {last:.6g} in {epochs:,} epochs: a typical error "
        "(root mean square) of {root}."
    ),
    "story_search": (
        "The smallest training loss of {evaluations:,} evaluations is {last:.6g}: a typical error "
        "(root mean square) of {root}."
    ),
    "story_validation": (
        "On the validation rows the loss is {value:.6g}, a typical error of {root}."
    ),
    "story_optimum": (
        "Least squares, solved in closed form, reaches {optimum:.6g}; this model's loss is "
        "{above:.3g} % above it."
    ),
    "story_optimum_exact": (
        "Least squares, solved in closed form, reaches 0 but for rounding ({optimum:.3g}); this "
        "model's loss is {difference:.3g} above it."
    ),
    "story_dependent": (
        "'{column}' says nothing new: it equals {combination}. Coefficients can be moved between "
        "these columns without changing a prediction."
    ),
    "levels_unseen": (
        "Levels of '{column}' that no training row has ({levels}) are treated as '{base}' "
        "(rows: {count:,})."
    ),
    "levels_unseen_all": (
        "Levels of '{column}' that no training row has ({levels}) are treated as none of the known "
        "ones (rows: {count:,})."
    ),
    "in_units_of": "{root:.4g} in units of {target}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "feature_names_collide": (
        "Two columns of the design would both be called '{name}'.",
        "Rename one of the columns in the file.",
    ),
    "no_features": (
        "{file} leaves no feature to predict from.",
        "Name columns with --features.",
    ),
    "column_empty": (
        "Column '{column}' of {file} has no value in any training row.",
        "Leave it out of --features.",
    ),
    "hash_columns_impossible": (
        "--hash-categories must be from 1 to {most:,}; got {value}.",
        "Give a number of columns, such as 256.",
    ),
    "pool_levels_impossible": (
        "--pool-categories must be from 1 to {most:,}; got {value}.",
        "Give how many levels keep a column of their own, such as 100.",
    ),
    "pooled_and_hashed": (
        "--pool-categories {pooled:,} and --hash-categories {hashed:,} exclude each other.",
        "Choose one of them.",
    ),
    "too_many_levels": (
        "Column '{column}' of {file} has {count:,} different texts; more than {most:,} are not "
        "turned into columns.",
        "Leave it out of --features, pool its rare levels (--pool-categories 100), or spread all over "
        "fewer columns by a hash (--hash-categories 256).",
    ),
    "column_of_other_kind": (
        "Column '{column}' of {file} holds {kind} here, but the model learnt it from {learnt}.",
        "Write it as in the training data.",
    ),
    "missing_in_rows": (
        "Column '{column}' of {file} misses {count:,} values, the first in data row {row:,}.",
        "Fill them in; or predict with --missing empty, or train with --missing mean.",
    ),
    "missing_values": (
        "{file} misses values, of {rows:,} rows: {counts}.",
        "Pass --missing drop to leave such rows out, or --missing mean to fill features in.",
    ),
    "missing_targets": (
        "{file} misses values of the target: {counts}.",
        "A target is not filled in; pass --missing drop.",
    ),
    "all_rows_dropped": (
        "Each of the {rows:,} rows of {file} misses a value that is needed.",
        "Name columns that are filled with --features.",
    ),
    "dates_refused": (
        "Columns of {file} hold dates: {columns}.",
        "Pass --dates days to use them as days since 1970-01-01, or leave them out of --features.",
    ),
    "text_target": (
        "The target '{column}' of {file} holds text ('{value:plain}' in row {row:,}), and the loss {loss} predicts numbers.",
        "Mend that value, choose a column of numbers, or predict classes: --loss logistic of two, softmax of more.",
    ),
    "no_training_rows": (
        "No training row is left of {rows:,} rows: all of them validate.",
        "Pass a smaller --validation.",
    ),
}
