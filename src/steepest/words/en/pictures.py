"""English: refusals of pictures, a trace in a notebook, what the plot command says."""

SENTENCES: dict[str, str] = {
    # A trace in a notebook
    "trace_heading": "{method}, {epochs:,} epochs recorded",
    "trace_curve_alt": "Curve of the loss from {first:.4g} to {last:.4g}",
    "picture_saved": "Saved {out}. {caption}",
}
ERRORS: dict[str, tuple[str, str]] = {
    "plane_needs_two": (
        "A surface needs two different parameters; there are {parameters} to choose from.",
        "Look at a cross-section, or name two different parameters.",
    ),
    "secant_step_vanishes": (
        "A step of {step:g} leaves a parameter at {value:.6g}: float64 has no number so close to it.",
        "Choose a larger step.",
    ),
    "figure_needs_landscape": (
        "What the loss is at other parameters is not kept with '{run}'.",
        "Show a run of steepest fit (not a trace alone, nor one of more than 1,000 columns, with a penalty, or of another loss than squared errors).",
    ),
    "figure_parameter_unknown": (
        "There is no parameter '{name}'; the parameters are {known}.",
        "Correct the name; with several targets it is NAME:TARGET.",
    ),
    "figure_target_unknown": (
        "There is no target '{name}'; the targets are {known}.",
        "Correct the name.",
    ),
    "figure_two_parameters": (
        "A surface is drawn over two parameters; {count} are named.",
        "Name two.",
    ),
    "figure_plane_has_no_names": (
        "Named parameters span a plane of their own; the plane '{plane}' is another one.",
        "Leave out the names or the plane.",
    ),
    "figure_path_plane_ends": (
        "The plane 'path' goes through the end of the path; it cannot go through '{point}'.",
        "Leave out the point or the plane.",
    ),
    "figure_bad_rate": (
        "The rate {rate:g} cannot be shown: it must be a number above 0, between {least:.2g} and {most:.2g} here.",
        "The largest stable rate is {largest:.4g}; choose rates about it.",
    ),
    "figure_one_rate": (
        "A picture of kind '{kind}' shows one rate; {count} are given.",
        "Name one rate.",
    ),
    "smoothing_out_of_range": (
        "The weight of smoothing must be at least 0 and less than 1; got {weight:g}.",
        "Take 0.9 to average about the last 10 points, 0 for the raw curve.",
    ),
    "figure_bad_secant_step": (
        "The step of a secant must be a finite number above 0; got {step:g}.",
        "Take {typical:.2g}, for example.",
    ),
    "figure_secant_outside": (
        "The function has no value at {name} = {value:.6g}, where the secant would end.",
        "Take a smaller step, or another point.",
    ),
    "figure_no_value": (
        "{function} has no value anywhere in the part that would be shown.",
        "Start the run where the function has values.",
    ),
    "figure_secant_step_lost": (
        "A step of {step:g} along '{name}' changes the loss {loss:.6g} by less than float64 can tell.",
        "Take {typical:.2g}, for example.",
    ),
    "figure_too_many_epochs": (
        "Curves of {epochs:.3g} epochs cannot be drawn; at most {most:,} can.",
        "Take fewer epochs.",
    ),
    "figure_too_many_runs": (
        "{count} curves cannot be told apart in one picture; it takes 1 to {most}.",
        "Choose the most telling ones, or make several pictures.",
    ),
    "figure_one_run": (
        "A picture of kind '{kind}' shows one run; {count} are given.",
        "Name one run.",
    ),
    "figure_option_unknown": (
        "A picture of kind '{kind}' has no option '{option}'; its options are {known:plain}.",
        "Leave it out, or choose another kind.",
    ),
    "figure_no_options": (
        "A picture of kind '{kind}' has no option '{option}', nor any other.",
        "Leave it out, or choose another kind.",
    ),
    "figure_other_landscape": (
        "'{run}' was fitted on other rows or in other coordinates than '{first}', so its path does not belong on "
        "that surface.",
        "Fit both on the same table with the same options, or compare them with --kind scaling.",
    ),
    "figure_rows_unknown": (
        "How many training rows '{run}' has is not recorded.",
        "Count epochs or updates instead, or show a run of steepest fit.",
    ),
    "figure_column_missing": (
        "'{run}' has no recorded {column}.",
        "Choose another kind of picture.",
    ),
    "figure_not_diverged": (
        "'{run}' did not diverge; it ended with {ending}.",
        "Choose --kind loss, or a run that diverged.",
    ),
    "figure_not_searched": (
        "'{run}' ({method}) holds no search that this picture could show.",
        "Show a run of --method exhaustive or coarse-to-fine (--kind boxes: coarse-to-fine over one or two parameters).",
    ),
    "figure_font_missing": (
        "No installed font has the letters {letters}.",
        "Install one of {fonts:plain}, or write an .svg file, whose reader brings the font.",
    ),
    "figure_axes_count": (
        "The picture has {panels} panels, and {axes} axes are given.",
        "Pass one for each panel, or none.",
    ),
    "bad_picture_suffix": (
        "A picture cannot be written to '{file}': its ending is none of {known:plain}.",
        "Choose a name that ends in .png, .svg or .pdf.",
    ),
    "display_needs_dense_rows": (
        "Pictures of an estimator need dense rows, and these are sparse: {rows:,} x {columns:,}.",
        "Pass X.toarray() of few columns to fit and picture, or show the trace.",
    ),
    "display_needs_all_rows": (
        "The estimator kept {fraction:g} of the rows for validation, and which ones is not recorded.",
        "Fit it with validation_fraction=0, or show its trace.",
    ),
}
