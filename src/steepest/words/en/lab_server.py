"""English: what the lab's server says and refuses."""

SENTENCES: dict[str, str] = {
    # On the terminal
    "lab_address": "The lab is open at this address; the token in it is the key, so keep it to yourself:",
    "lab_leave": "Ctrl-C closes it.",
    "lab_open_to_all": "Listening at {host}: whoever reaches this machine over the network and knows the token can use the lab, and what is sent is not encrypted.",
    "lab_other_port": "Port {port} is in use; the lab is at port {other}.",
    # Notices
    "lab_clamped": "“{label}” must lie between {low:g} and {high:g}; {kept:g} is used.",
    "lab_ignored": "“{label}” has a value that cannot be used; the usual one stands in.",
    "lab_label_validation": "Share of validation rows",
    "lab_label_missing": "Missing values",
    "lab_label_dates": "Dates",
    "lab_no_column": "{table} has no column {columns}; it is left out.",
    "lab_start": "The start has {given} numbers and the model {wanted} parameters; the start is zero.",
    "lab_rate_needed": "{rule} has no automatic rate here; {rate:g}, the usual one to begin with, is used.",
    "lab_unknown_view": "There is no view {views}.",
    "lab_start_of_function": "The start has {given} numbers and the function {wanted} variables; its usual start is used.",
    "lab_no_range": "There is no parameter {names}; there are {known}. Their ranges are left out.",
    "lab_ranges_cut": "{count} ranges are more than a search of {most:,} evaluations can take; the first {kept} are used.",
    "lab_points": "{points} points for each of {parameters} parameters are {evaluations:.3g} evaluations, and {most:,} are the most here; {kept} points are used.",
    # Previews
    "lab_preview_rows": "While you drag: the first {rows:,} of the {of:,} rows of epoch 1 (of {epochs:,}).",
    "lab_preview_epochs": "While you drag: the first {epochs:,} of {of:,} epochs.",
    "lab_preview_updates": "Shown are the first {updates:,} of {of:,} updates.",
    # One step by hand
    "lab_step": "{name}: {before:.6g} − {rate:.6g} × {gradient:.6g} = {after:.6g}",
    # The map of rates and batch sizes
    "figure_outcomes_title": "Where {count} runs end, by learning rate and batch size",
    "figure_outcomes_caption": "Each run had {epochs:,} epochs from the same start. {arrived} of {count} arrived (at most {share:g} % of the way down is left), {diverged} diverged; the lowest loss, {loss:.6g}, is that of rate {rate:.3g} and batch size {batch:,}.",
    "figure_outcomes_alt": "A grid of {count} marks: learning rate across, batch size up.",
    "figure_outcome_arrived": "arrived ({count})",
    "figure_outcome_under_way": "under way ({count})",
    "figure_outcome_no_lower": "no lower than at the start ({count})",
    "figure_outcome_diverged": "diverged ({count})",
    "figure_outcome_arrived_one": "arrived",
    "figure_outcome_under_way_one": "under way",
    "figure_outcome_no_lower_one": "no lower than at the start",
    "figure_outcome_diverged_one": "diverged",
    "figure_outcome_bound": "largest rate proven stable",
    "figure_axis_batch": "batch size",
    "figure_column_batch": "batch size",
    "figure_column_outcome": "outcome",
}
ERRORS: dict[str, tuple[str, str]] = {
    "lab_wrong_host": (
        "This request was sent to another address than the lab's.",
        "Open the address that steepest lab printed.",
    ),
    "lab_no_token": (
        "This browser has not shown the lab's token.",
        "Open the address that steepest lab printed, with its token.",
    ),
    "lab_other_origin": (
        "This request comes from another page than the lab's.",
        "Open the address that steepest lab printed, and use that page.",
    ),
    "lab_no_path": ("There is nothing here.", "Open the address that steepest lab printed."),
    "lab_not_allowed": (
        "The lab does not take such a request here.",
        "Use the page that the lab serves.",
    ),
    "lab_wrong_type": (
        "The body is not of the type that is taken here.",
        "Send application/json, and files as application/octet-stream.",
    ),
    "lab_too_large": (
        "The body is larger than is taken here.",
        "Send less, or open the file from the command line.",
    ),
    "lab_too_slow": ("The body came too slowly.", "Send it again."),
    "lab_no_json": (
        "The body is not the JSON object that is expected here.",
        "Reload the page.",
    ),
    "lab_busy": (
        "The lab has more work than it can do.",
        "Try again in a moment, or close other pages.",
    ),
    "lab_closed": ("The lab is closing.", "Start it again with steepest lab."),
    "lab_too_long": (
        "This took too long and was stopped.",
        "Choose fewer epochs or a larger batch.",
    ),
    "lab_superseded": (
        "A newer request has taken the place of this one.",
        "Look at the newest picture.",
    ),
    "lab_failed": (
        "The lab has failed at this; the terminal it runs in says why.",
        "Change something and try again, or reload the page.",
    ),
    "lab_bad_port": ("{port} is no port.", "Choose one of 0 to 65535 with --port."),
    "lab_cannot_listen": (
        "The lab cannot listen at {host}, port {port}: {reason}.",
        "Choose another --host or --port.",
    ),
    "lab_unknown_table": (
        "There is no table '{table}'; there are {known}.",
        "Choose one of these.",
    ),
    "lab_too_many_tables": (
        "The lab holds {most} tables already.",
        "Start it again to make room.",
    ),
    "lab_no_data_file": (
        "'{file}' is no data file; these are {known:plain}.",
        "Choose a file with one of these endings.",
    ),
    "lab_no_root": (
        "No folder was given below which files may be chosen.",
        "Start the lab with --root FOLDER, or upload the file.",
    ),
    "lab_no_folder": ("There is no folder or file '{folder}' here.", "Choose one that is listed."),
    "lab_map_of_descent": (
        "A map of rates is one of descents; this is {method}.",
        "Choose a batch size.",
    ),
    "lab_view_of_rows": (
        "'{view}' shows rows or a run on rows; a function has none.",
        "Choose a table, or another view.",
    ),
    "lab_no_view": ("There is no view '{view}'.", "Choose one of the page's views."),
    "lab_compare_alike": (
        "Runs on rows and runs on functions have no axes in common.",
        "Compare runs of one kind.",
    ),
    "lab_report_of_rows": (
        "A report is made of a run on rows.",
        "Choose a table; a function's pictures can be saved one by one.",
    ),
}
