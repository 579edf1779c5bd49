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
    "story_network": "A network of {layers} layers ({sizes:plain} numbers from features to scores), {activation} between them: {parameters:,} parameters.",
    "story_network_glorot": "Weights start uniform with deviation sqrt(2 / (in + out)) (Glorot and Bengio 2010), biases at zero.",
    "story_network_he": "Weights that feed relu start Gaussian with deviation sqrt(2 / in) (He et al. 2015), biases at zero.",
    "story_network_scaled": "The network sees features with mean 0 and deviation 1 over the {rows:,} training rows, and its scores of numbers count in deviations of the target from its mean; losses and predictions are in the table’s own units.",
    "story_network_classes": "'{target}' has {classes:,} values: the network gives each a probability (softmax), and the loss is the cross-entropy.",
    "story_network_searched": "Steps are found by backtracking, since of networks no rate is proven stable; the last one is {rate:.4g}.",
    "story_network_rate": "The rate is {rate:.6g}, of the rule {rule}; of networks no rate is proven stable.",
    "story_network_course": "The training loss went from {first:.6g} to {last:.6g} in {epochs:,} epochs, {seconds:.3g} s of descent; compiling took {compilation:.3g} s before it, which is not counted.",
    "story_network_validation": "On the validation rows the loss is {value:.6g}.",
    "story_network_right": "The most probable value is the true one in {train_accuracy:.2%} of the training rows.",
    "story_network_right_both": "The most probable value is the true one in {train_accuracy:.2%} of the training rows and in {validation_accuracy:.2%} of the validation rows.",
    "network_heading_layer": "layer",
    "network_heading_from": "in",
    "network_heading_to": "out",
    "network_heading_parameters": "parameters",
    "network_heading_activation": "activation",
    "network_no_activation": "none",
    "path_landscape": "The plane through the end of the path along its two principal directions shows {both:.1%} of the way ({first:.1%} and {second:.1%}); the path leaves it by at most {distance:.3g}, beside a way of {way:.3g}. Heights are losses over all rows, from {lowest:.6g} to {highest:.6g}.",
    "figure_layer": "layer {layer}",
    "figure_layers_title": "Gradients of the {layers} layers",
    "figure_layers_axis": "gradient (root mean square)",
    "figure_layers_caption": "Root mean square of the loss's gradient over the weights and biases of each layer ({activation}), over all training rows, at {looks} recorded epochs. The first layer's is {share:.3g} of the last one's (median).",
    "figure_layers_alt": "Curves of the gradient of {layers} layers; at the end {first:.3g} in the first and {last:.3g} in the last.",
    "figure_column_layer_gradient": "gradient (root mean square)",
    "figure_backpropagation_title": "Back-propagation: one step of the network {sizes:plain}, unfolded",
    "figure_backpropagation_caption": "One step at {where} over {rows:,} of {count:,} training rows ({activation}). Blue, to the right: the values forward, to the loss {loss:.6g}. Red, to the left: the chain rule back from it, each array with its shape and its length; the factor dL/dz is {last:.3g} in the last layer and {first:.3g} in the first (root mean square).",
    "figure_backpropagation_proof": "The gradients of the {layers} layers are those that automatic differentiation recorded during the run, to {gap:.1g} of their size.",
    "figure_backpropagation_left_out": "Drawn are {shown} of {layers} layers; the table has them all.",
    "figure_backpropagation_alt": "Diagram of one step through {layers} layers: values forward to the loss {loss:.4g}, and the factors of the chain rule back, from {last:.3g} in the last layer to {first:.3g} in the first (root mean square).",
    "figure_backpropagation_input": "input",
    "figure_backpropagation_output": "output a",
    "figure_backpropagation_sum": "sum z",
    "figure_backpropagation_factor": "factor dL/dz",
    "figure_backpropagation_gradient": "gradient",
    "figure_backpropagation_forward": "forward, to the right (solid)",
    "figure_backpropagation_backward": "back, to the left (dashed)",
    "figure_backpropagation_axis": "root mean square",
    "figure_column_part": "part",
    "figure_column_made_of": "made of",
    "figure_column_shape": "shape",
    "figure_column_length": "length",
    "figure_network_start": "start",
    "figure_network_end": "end of the drawn path",
    "figure_network_surface_caption": "Heights are true losses over {rows:,} of {count:,} training rows, from {lowest:.4g} to {highest:.4g}, on the plane through the end of the path along its two principal directions. Of the way it shows {both:.3g} % ({first:.3g} and {second:.3g} %); the path leaves it by at most {distance:.3g}, beside a way of {way:.3g} in {parameters:,} parameters, and the losses of its points differ from the plane's by up to {gap:.3g}. They go from {start_loss:.4g} to {end_loss:.6g} in {progress}.",
    "figure_network_path_cut": "The path is drawn to epoch {shown:,} of {epochs:,}; the later points have more than {factor:g} times the loss of the start, or are not finite.",
    "figure_network_surface_alt": "The loss of a network around its path, on a plane that shows {both:.3g} % of the way: heights from {lowest:.4g} to {highest:.4g}; the path goes from a loss of {start_loss:.4g} to {end_loss:.4g} in {progress}.",
    "figure_network_fit_title": "{target}: the network before and after",
    "figure_network_fit_caption": "Over the {training:,} of {count:,} training rows shown the loss is {first:.6g} at the start and {last:.6g} at the parameters returned after {progress}. {validation:,} validation rows are shown too.",
    "figure_network_fit_alt": "{training:,} training and {validation:,} validation rows of {target} with the network's predictions: before, loss {first:.4g}, and after, loss {last:.4g}.",
    "figure_network_residuals": "Prediction minus {target} of {count:,} rows. On the training rows shown the mean is {mean:.3g} and the standard deviation {deviation:.4g}; the largest error is {largest:.4g}.",
    "program_kink_stalled": "Stalled after {updates:,} updates at a kink, where no gradient exists: within {distance:.1g} to both sides of {point:plain} the slope along the gradient jumps from {before:.3g} to {after:.3g}, most of it along {name}. The loss {value:.6g} is as low as descent gets here; a gradient cannot prove it to be a minimum.",
    "program_kink_epochs": "Used up {updates:,} updates, crawling along a kink, where no gradient exists: within {distance:.1g} to both sides of {point:plain} the slope along the gradient jumps from {before:.3g} to {after:.3g}, most of it along {name}, which lets only tiny steps fall. The loss is {value:.6g}. Take a constant rate with a falling schedule, or a smooth function (a rounded kink).",
    "program_saddle": "Descent on all rows came to a saddle after {updates:,} updates, {moved:.2g} from {point:plain}: the gradient norm there is {slope:.3g}, and {negative} of {variables} curvatures are negative (from {least:.4g} to {most:.4g}), so that the loss falls to both sides. This is no minimum: start a little aside, or take batches, whose differences may drive it off (method='mini-batch').",
    "program_maximum": "Descent on all rows stopped on a maximum after {updates:,} updates: the gradient norm at {point:plain} is {slope:.3g}, and every curvature is negative (from {least:.4g} to {most:.4g}). Every way leads down: start a little aside.",
    "batch_escapes": "Over {runs:,} seeds of batches of {batch_size:,} of the {rows:,} rows at the rate {rate:.4g} ({rule}, {schedule}), {escaped:,} of the runs left within {total_updates:,} updates: a share of {share:.4f}, between {low:.4f} and {high:.4f} with 95 % confidence (Wilson). They took {median:g} updates in the median. Left means {depth:.3g} below the loss {level:.6g} at which descent on all rows ends ({plain_ending}, after {plain_updates:,} updates).",
    "batch_escapes_none": "Over {runs:,} seeds of batches of {batch_size:,} of the {rows:,} rows at the rate {rate:.4g} ({rule}, {schedule}), none of the runs left within {total_updates:,} updates: a share between {low:.4f} and {high:.4f} with 95 % confidence (Wilson). Left means {depth:.3g} below the loss {level:.6g} at which descent on all rows ends ({plain_ending}, after {plain_updates:,} updates).",
    "figure_batch_escapes_title": "Descent on all rows and on batches: {function}",
    "figure_batch_escapes_caption": "On all {rows:,} rows descent ends at the loss {level:.4g}: {plain}. A run has left when its loss over all rows is {depth:.4g} below. At the rate {rate:.4g}: {shares}. Faint lines bound the 95 % confidence interval (Wilson).",
    "figure_batch_escapes_alt": "Left, {count} paths on the loss over all rows; right, the share of runs that have left against the update.",
    "figure_batch_share": "batches of {batch_size:,}: {share:.3g} % of {runs:,} runs left in {total_updates:,} updates ({low:.3g} to {high:.3g} %), after {median:g} in the median",
    "figure_batch_none": "batches of {batch_size:,}: none of {runs:,} runs left in {total_updates:,} updates ({low:.3g} to {high:.3g} %)",
    "figure_all_rows": "all {rows:,} rows",
    "figure_batch_run": "batches of {size:,}, seed {seed}",
    "figure_batch_label": "batches of {size:,}",
    "figure_all_rows_stay": "all rows: stays",
    "figure_column_batch_size": "batch size",
    "figure_column_layer": "layer",
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
    "program_raises": (
        "'{function}' raises {kind}: {text}.",
        "It is called as f(parameters), which are here {shapes:plain}; let it take them.",
    ),
    "program_raises_with_rows": (
        "'{function}' raises {kind}: {text}.",
        "It is called as f(parameters, batch), the parameters being {shapes:plain} and the batch some rows of data=; let it take them.",
    ),
    "program_not_pure": (
        "'{function}' does not compute the same when it is called twice at {point}.",
        "Let it depend on its arguments alone: no counters, and nothing random (random numbers can be rows of data=).",
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
    "network_class_count": (
        "Column '{column}' has {count:,} different values; a network tells 2 to {most:,} classes apart.",
        "Take another target, or another loss.",
    ),
    "network_one_class_target": (
        "Cross-entropy is of one target, and {targets} were named.",
        "Name one target.",
    ),
    "network_not_foreseen": (
        "What a network will do is not known before it is trained: its loss has no one curvature.",
        "Train it with steepest fit, or leave --hidden away.",
    ),
    "activation_of_network": (
        "The activation {activation} is of a network, and no hidden layer was named.",
        "Add --hidden 16,16, or leave --activation away.",
    ),
    "option_not_of_network": (
        "A network does not take the option {option}: its layers have biases, and it draws its own start from the seed.",
        "Leave the option away.",
    ),
    "no_sizes": (
        "{option} takes whole numbers separated by commas; got '{text}'.",
        "Write for example --hidden 16,16.",
    ),
    "network_one_class": (
        "There is only one class, '{value}'; nothing can be told apart.",
        "Pass rows of at least two classes.",
    ),
    "data_of_programs": (
        "data= is of functions and networks; rows of a linear model are the first argument.",
        "Leave data= away.",
    ),
    "figure_needs_network": (
        "The run {run} is no network's: it has no layers.",
        "Take a run of steepest fit with --hidden.",
    ),
    "figure_not_of_network": (
        "The run {run} is a network's: its loss has no one curvature, and a single weight means nothing.",
        "Take loss, gradient, comparison, layers, backpropagation, contour, surface, fit or residuals.",
    ),
    "figure_not_of_classes": (
        "The run {run} predicts the probabilities of classes, which are no numbers to be compared with the target.",
        "Take loss, layers, backpropagation, contour or surface.",
    ),
    "figure_network_plane": (
        "Of a network the plane through the end of its path along its principal directions is shown, and no other; '{value}' was asked for.",
        "Leave the option away.",
    ),
    "batch_escapes_of_all": (
        "Batches of {size:,} of {rows:,} rows are all rows: nothing differs between updates.",
        "Take a smaller batch_size.",
    ),
    "batch_escapes_needs_rate": (
        "The learning rate must be a number here; got {value}. One that followed the batches would differ from run to run.",
        "Pass a number such as 0.01.",
    ),
}
