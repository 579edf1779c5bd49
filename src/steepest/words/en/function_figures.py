"""English: titles, captions and descriptions of figures of functions."""

SENTENCES: dict[str, str] = {
    "figure_plain": "plain",
    "figure_backtracking": "backtracking",
    "figure_of_noise": "noise {noise:g}",
    "figure_of_seed": "seed {seed}",
    "figure_from": "from {point}",
    "figure_starts": "start",
    "figure_label_start_value": "start, value {value:.4g}",
    "figure_label_end": "{kind}: value {value:.4g}, curvatures {curvatures}",
    # Recorded descents
    "figure_descent_title": "Descent on {function}",
    "figure_descent_contour": "Contours of {function} over {names} with {count} paths.",
    "figure_descent_curve": "Curve of {function} over {names} with the steps of {count} runs.",
    "figure_descent_values": (
        "Values of {function} ({variables} variables) and gradient norms by update of {count} runs."
    ),
    "figure_descent_run": (
        "{run}: from {first} (value {start_value:.4g}) in {updates:,} updates to {point}, value {value:.5g}: {kind}, "
        "curvatures {curvatures}."
    ),
    "figure_descent_run_lost": (
        "{run}: from {first} (value {start_value:.4g}), {ending} after {updates:,} updates; no critical point where "
        "it ended, value {value:.4g}."
    ),
    "figure_searched_run": (
        "{run}: {updates:,} evaluations, best at {point}, value {value:.5g}: {kind}."
    ),
    # Cross-sections at a critical point
    "figure_axis_along": "way from the point along the direction",
    "figure_label_section": "the function",
    "figure_label_parabola": "what the curvature predicts",
    "figure_label_point": "the point, value {value:.4g}",
    "figure_section_falls": "curvature {curvature:.4g}: falls to both sides",
    "figure_section_rises": "curvature {curvature:.4g}: rises to both sides",
    "figure_section_mixed": "curvature {curvature:.4g}: the two sides differ",
    "figure_column_parabola": "parabola",
    "figure_curvature_title": "Cross-sections of {function} at {point}: {kind}",
    "figure_curvature_caption": (
        "The gradient norm at {point} is {slope:.3g}, the value {value:.5g}. Along {falling} of {variables} directions "
        "of curvature the curvature is negative ({curvatures}): {kind}. The dashed parabolas are those of the "
        "eigenvalues of the Hessian."
    ),
    "figure_curvature_alt": (
        "{shown} cross-sections of {function} through {point}, up to {reach:g} to both sides."
    ),
}
ERRORS: dict[str, tuple[str, str]] = {
    "figure_other_function": (
        "The runs are of different functions: {functions}.",
        "Draw one picture for each function.",
    ),
    "figure_needs_function": (
        "Which function the run descended on is not recorded.",
        "Pass the function too.",
    ),
    "figure_no_curvature": (
        "The function has no second derivatives at {point}, so that no curvature exists there.",
        "Show the run without its cross-sections.",
    ),
}
