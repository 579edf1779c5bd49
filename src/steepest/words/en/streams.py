"""English: what is said about tables that stay in their files."""

SENTENCES: dict[str, str] = {
    "progress_streaming": (
        "read {done:,} of {rows:,} rows, {speed:,.0f} rows a second, {left:,.0f} s left"
    ),
    "progress_parsing": "parsed {done:,} rows, {speed:,.0f} rows a second",
    "story_streamed": (
        "The table stays in its files: in memory it would take about {need:,.0f} MB, and "
        "{budget:,.1f} MB are allowed (--memory). Its sums have the same bits as in memory."
    ),
    "story_spill_held": (
        "For its sweeps all rows were laid down row by row in a temporary file of "
        "{megabytes:,.0f} MB; the {rows:,} training rows fit the memory allowed, and their order "
        "is the one in memory."
    ),
    "story_spill_buffered": (
        "For its sweeps all rows were laid down in a temporary file of {megabytes:,.0f} MB, and "
        "the {rows:,} training rows walked in buffered order: blocks at random, then up to "
        "{buffer:,} rows at a time at random. It is another order than that of a full shuffle; rows sorted in their "
        "files are mixed less."
    ),
    "story_spill_given": (
        "For its sweeps all rows were laid down in a temporary file of {megabytes:,.0f} MB, and "
        "the {rows:,} training rows walked as they stand, up to {buffer:,} at a time."
    ),
    "plan_streamed": (
        "The table stays in its files; reads of the whole table, preparation included: about {files_read:,}."
    ),
    "plan_beside": "The file of validation rows stays where it is, too, and is read about {beside_read:,} times.",
    "plan_spilled": "For sweeps {spill_bytes:,} bytes are laid down in a temporary file.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "every_without_checkpoint": (
        "--every {every} says how often to keep the run, but not where.",
        "Name a folder with --checkpoint.",
    ),
    "checkpoint_taken": (
        "'{folder}' is the checkpoint folder of a fit that was begun before.",
        "Go on with it by: steepest resume {folder}; or name another folder.",
    ),
    "checkpoint_locked": (
        "Another process is training in the checkpoint folder '{folder}'.",
        "Wait until it has ended, or end it.",
    ),
    "checkpoint_absent": (
        "There is no checkpoint folder '{folder}'.",
        "Check the path; a fit with --checkpoint makes one.",
    ),
    "checkpoint_not_begun": (
        "'{folder}' holds no plan of a fit: it was ended before it had read its data once, or this "
        "is no checkpoint folder.",
        "Begin the fit again with --checkpoint {folder}.",
    ),
    "checkpoint_gone": (
        "'{file}' was among the data when the fit of '{folder}' began, and is missing now.",
        "Bring it back, or fit again.",
    ),
    "checkpoint_unreadable": (
        "The checkpoint folder '{folder}' cannot be read: {reason}.",
        "If only its state is damaged, remove that file, and steepest resume begins anew.",
    ),
    "checkpoint_version": (
        "The checkpoint folder '{folder}' was made with {name} {theirs}, and this is {ours}, whose "
        "bits may differ.",
        "Resume with the version that began it, or fit again.",
    ),
    "checkpoint_data": (
        "'{file}' is not what it was when the fit of '{folder}' began.",
        "Bring the old file back, or fit again.",
    ),
    "checkpoint_files": (
        "The data of '{folder}' were {known:,} files when its fit began, and are {count:,} now.",
        "Bring the old files back, or fit again.",
    ),
    "bad_memory": (
        "--memory {value} names no amount of memory.",
        "Write a number with a unit, such as 512MB or 2GB.",
    ),
    "file_changed": (
        "'{file}' has changed since this run began to read it.",
        "Start again once nothing writes to it any more.",
    ),
    "too_many_texts": (
        "Column '{column}' holds more than {most:,} different texts, too many for a category.",
        "Leave it out by naming the --features, or group its values before.",
    ),
    "network_in_memory": (
        "{file} would take about {need:,.0f} MB, and {budget:,.0f} MB are allowed; networks are "
        "trained on tables in memory.",
        "Allow more with --memory, or name fewer --features.",
    ),
}
