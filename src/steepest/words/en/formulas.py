"""English: what is said about formulas that cannot be read or are too heavy."""

SENTENCES: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "formula_no_text": (
        "A formula is a text; got {kind}.",
        "Pass a text such as 'x**2 - y**2', or rows (ArraySource).",
    ),
    "formula_empty": ("The formula is empty.", "Type one, such as 'x**2 - y**2'."),
    "formula_too_long": (
        "The formula has {length:,} characters; at most {most:,} are read.",
        "Shorten it, or write it as a program.",
    ),
    "formula_too_deep": (
        "Column {column}: brackets, signs and powers are nested more than {most} deep.",
        "Take brackets away that are not needed.",
    ),
    "formula_variables": (
        "The formula has {count} variables; at most {most} are taken.",
        "Use fewer variables, or write it as a program.",
    ),
    "formula_not_ascii": (
        "Column {column}: '{character}' ({name}) is no character of a formula, however much it may "
        "look like one.",
        "Type ASCII letters, digits and signs only.",
    ),
    "formula_attribute": (
        "Column {column}: a dot after a name asks for something inside it, and a formula has nothing inside.",
        "Use the functions by their plain names, such as sin(x).",
    ),
    "formula_instead": (
        "Column {column}: '{character}' ({name}) is no character of a formula.",
        "Write {instead} instead.",
    ),
    "formula_bars": (
        "Column {column}: '|' is no character of a formula.",
        "The absolute value of x is abs(x).",
    ),
    "formula_comma": (
        "Column {column}: a comma has no place in a formula; each function takes one number.",
        "max(a, b) is (a + b + abs(a - b))/2, min(a, b) is (a + b - abs(a - b))/2; decimals take a point.",
    ),
    "formula_character": (
        "Column {column}: '{character}' ({name}) is no character of a formula.",
        "A formula holds numbers, names, + - * / ** and round brackets.",
    ),
    "formula_ends": (
        "Column {column}: the formula ends where a number, a name or a bracket should follow.",
        "Complete it.",
    ),
    "formula_open": (
        "Column {column}: the bracket that opens here is never closed.",
        "Close it with ')'.",
    ),
    "formula_name_long": (
        "Column {column}: the name '{name}' is longer than {most} characters.",
        "Choose a shorter one.",
    ),
    "formula_name": (
        "Column {column}: '{name}' cannot be the name of a variable.",
        "Call variables x, y, x1, rate; names do not begin with an underscore, and words of programs are not taken.",
    ),
    "formula_function": (
        "Column {column}: '{name}' is no function of formulas; there are {known:plain}.",
        "Use one of these; a product is written with a *, and max(a, b) is (a + b + abs(a - b))/2.",
    ),
    "formula_no_argument": (
        "Column {column}: the function {name} needs something in brackets.",
        "Write {name}(x).",
    ),
    "formula_no_sign": (
        "Column {column}: there is no sign between '{before}' and '{after}'.",
        "Write a product with a *, such as 2*x.",
    ),
    "formula_surprise": (
        "Column {column}: '{text}' cannot stand here.",
        "Check the signs and brackets before it.",
    ),
    "formula_digits": (
        "Column {column}: a number has {count:,} characters; at most {most} are read.",
        "Round it: float64 keeps 17 digits.",
    ),
    "formula_number": (
        "Column {column}: the number {text} is beyond what a formula takes, {most:g} and its inverse.",
        "Change units.",
    ),
    "formula_fixed": (
        "Column {column}: '{part}' is no finite number of at most {most:g}.",
        "Correct it: it may divide by zero, leave a function's domain, or be too large.",
    ),
    "formula_degree": (
        "Column {column}: '{part}' has the degree {degree:.3g}; at most {most} is taken.",
        "Use smaller exponents.",
    ),
    "formula_exact": (
        "Column {column}: multiplied out, '{part}' holds numbers of thousands of digits.",
        "Use fewer digits or smaller exponents.",
    ),
    "formula_coefficient": (
        "The formula's derivatives hold a number of {digits:,} digits, more than float64 can.",
        "Use smaller numbers or exponents.",
    ),
    "formula_too_heavy": (
        "Written out, these derivatives of the formula would have about {count:,.0f} parts; at most {most:,} are written.",
        "Use their numbers (gradient, hessian), which are computed by sweeps over the formula.",
    ),
    "formula_nested": (
        "The formula's parts are nested so deep that its derivatives cannot be worked out.",
        "Use fewer brackets inside each other, or write the function as a program.",
    ),
    "formula_nowhere": (
        "The formula divides by something that is zero everywhere.",
        "Correct the divisor.",
    ),
    "formula_no_variable": (
        "The formula '{text}' has no variable, so that there is nothing to minimize.",
        "Use a name such as x.",
    ),
    "formula_names": (
        "The names {given:plain} do not fit the formula's variables, {known:plain}.",
        "Name each of them once.",
    ),
}
