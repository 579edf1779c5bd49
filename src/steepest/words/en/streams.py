"""English: what is said about tables that stay in their files."""

SENTENCES: dict[str, str] = {
    "progress_streaming": (
        "read {done:,} of {rows:,} rows, {speed:,.0f} rows a second, {left:,.0f} s left"
    ),
    "progress_parsing": "parsed {done:,} rows, {speed:,.0f} rows a second",
    "story_streamed": (
        "The table stays in its files: in memory it would take about {need:,.0f} MB, and "
        "{budget:,.0f} MB are allowed (--memory). Its sums have the same bits as in memory."
    ),
    "story_spill_mapped": (
        "For its sweeps the {rows:,} training rows were laid down row by row in a temporary file of "
        "{megabytes:,.0f} MB, which fits the memory allowed; their order is the one in memory."
    ),
    "story_spill_buffered": (
        "For its sweeps the {rows:,} training rows were laid down in a temporary file of "
        "{megabytes:,.0f} MB and walked in buffered order: blocks at random, then {buffer:,} rows at "
        "a time at random. It is another order than that of a full shuffle; rows sorted in their "
        "files are mixed less."
    ),
    "story_spill_given": (
        "For its sweeps the {rows:,} training rows were laid down in a temporary file of "
        "{megabytes:,.0f} MB and walked as they stand, {buffer:,} at a time."
    ),
    "plan_streamed": (
        "The table stays in its files; reads of the whole table, preparation included: {files_read:,}."
    ),
    "plan_spilled": "For sweeps {spill_bytes:,} bytes are laid down in a temporary file.",
}

ERRORS: dict[str, tuple[str, str]] = {
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
