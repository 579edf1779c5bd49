"""English: what is said about programs (functions of arrays) and networks."""

SENTENCES: dict[str, str] = {
    "program_diverged": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters (or of 1), at the rate {rate:.6g} of the rule {rule}. The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Use a smaller rate, or backtracking (rule plain, rate auto)."
    ),
    "program_diverged_automatic": (
        "Diverged at update {update:,} (epoch {epochs:,}): the loss passed {loss_limit:.4g}, 1000 times the larger of those at the start and at zero parameters (or of 1), although every step lowered the loss of its own batch (last step {rate:.6g}). The best point so far (epoch {best_epoch:,}, loss {best_loss:.6g}) is kept. Take a larger batch, or all rows (--method batch)."
    ),
    "unfolded_forward": "{part} = {formula}: shape {shape}, length {size:.6g}",
    "unfolded_loss": "The loss is {loss:.10g}; from here back:",
    "unfolded_backward": "{part} = {formula}: shape {shape}, length {size:.6g}",
    "found_vanishing_gradients": (
        "Gradients vanish: in the first of {layers} layers ({activation}) the loss's gradient is {share:.2g} of that in the last (root mean square {first:.3g} against {last:.3g}; the median of {looks} recorded points), so that at one learning rate the first layer hardly learns. Standardize the features (mean zero), take tanh or relu, fewer layers, or a rule that gives every parameter its own scale (--rule adam)."
    ),
}
ERRORS: dict[str, tuple[str, str]] = {
    "needs_extra": (
        "This needs {package}, which is not installed.",
        "Install it with: pip install 'steepest[{extra}]' (the quotes keep the shell off the brackets).",
    ),
    "program_no_parameters": (
        "The start holds no array.",
        "Pass an array of floats, or a dict, tuple or list of them.",
    ),
    "program_integer_parameters": (
        "Parameter '{name}' holds whole numbers ({dtype}), which have no derivative.",
        "Start from floats: 1.0 for 1, or array.astype(float).",
    ),
    "program_complex_parameters": (
        "Parameter '{name}' holds complex numbers.",
        "Pass real and imaginary parts as two arrays of floats.",
    ),
    "program_bad_parameters": (
        "Parameter '{name}' holds no floats (it is empty, or of type {dtype}).",
        "Pass arrays of float64 or float32 with at least one number.",
    ),
    "program_data_rows": (
        "The arrays of the data do not have one number of rows: {counts:plain}.",
        "Give every array of the data the same first axis, with at least one row.",
    ),
    "program_not_followed": (
        "JAX cannot follow '{function}': {kind}: {text}.",
        "Write it with jax.numpy, without float(), numpy or an if that depends on a parameter.",
    ),
    "program_not_scalar": (
        "'{function}' returns {shapes:plain} and not one number.",
        "Return a number, such as the mean over rows.",
    ),
    "program_not_real": (
        "'{function}' returns {dtype}, which has no derivative.",
        "Return a float that depends smoothly on the parameters.",
    ),
    "program_complex": (
        "'{function}' is complex at {point}; there is no smallest complex number.",
        "Return a real number, such as jax.numpy.abs(z) ** 2.",
    ),
    "program_not_finite": (
        "'{function}' is {value} at {point}.",
        "Start where it is a finite number.",
    ),
    "program_no_gradient": (
        "'{function}' cannot be differentiated at {point}: along '{name}' the derivative is {slope} ({count:,} of the parameters have none).",
        "Start elsewhere, or write the function so that its derivative exists there.",
    ),
    "program_kink": (
        "'{function}' cannot be differentiated at {point}: along '{name}' its slope is {before:.6g} before and {after:.6g} after that point.",
        "Start a little to one side.",
    ),
    "program_not_a_mean": (
        "'{function}' is no mean over rows: on {rows:,} rows it is {whole:.6g}, and the mean of its parts is {mean:.6g}, so that batches would minimize something else.",
        "Return the mean over the rows of the batch, or take method='batch'.",
    ),
    "program_needs_start": (
        "A function needs a start: JAX cannot know how many parameters it has.",
        "Pass start=, an array or a tree of arrays of floats.",
    ),
    "program_method_needs_data": (
        "The method {method} needs rows, and the function has none.",
        "Pass data=, arrays of equally many rows, and write the function as f(parameters, batch).",
    ),
    "program_rule_without_auto": (
        "Backtracking finds steps down the gradient, and the rule {rule} takes other ones: auto is not known for it on a program.",
        "Pass a learning rate; {usual:g} is where its source, or common practice, begins.",
    ),
    "program_schedule_needs_rate": (
        "The schedule {schedule} makes a rate fall, and auto looks for the step anew in every update.",
        "Pass a learning rate, or take the constant schedule.",
    ),
    "network_needs_data": (
        "A network needs rows: features and targets.",
        "Pass data=(X, y).",
    ),
    "network_sizes": (
        "A network needs at least two sizes, each at least 1; got {sizes:plain}.",
        "Name the number of features, the hidden layers, and the number of targets or classes.",
    ),
    "network_classes": (
        "Cross-entropy needs at least two classes; got {classes}.",
        "Give the network a score for each class.",
    ),
    "network_class_numbers": (
        "Cross-entropy needs for each row the number of its class, from 0 to below {classes}.",
        "Number the classes, in the order of the scores.",
    ),
}
