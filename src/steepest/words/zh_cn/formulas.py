"""Simplified Chinese: formulas that cannot be read or are too heavy."""

SENTENCES: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "formula_no_text": (
        "公式应是文本；得到的是 {kind}。",
        "请给出 'x**2 - y**2' 这样的文本，或数据行 (ArraySource)。",
    ),
    "formula_empty": ("公式是空的。", "请输入一个，例如 'x**2 - y**2'。"),
    "formula_too_long": (
        "公式有 {length:,} 个字符；最多读 {most:,} 个。",
        "请缩短它，或写成程序。",
    ),
    "formula_too_deep": (
        "第 {column} 列：括号、符号和幂的嵌套超过 {most} 层。",
        "请去掉不需要的括号。",
    ),
    "formula_variables": ("公式有 {count} 个变量；最多 {most} 个。", "请减少变量，或写成程序。"),
    "formula_not_ascii": (
        "第 {column} 列：'{character}'（{name}）不是公式的字符，无论看起来多像。",
        "请只输入 ASCII 字母、数字和符号。",
    ),
    "formula_attribute": (
        "第 {column} 列：名字后的点是要取其内部的东西，而公式没有内部。",
        "请直接用函数名，例如 sin(x)。",
    ),
    "formula_instead": (
        "第 {column} 列：'{character}'（{name}）不是公式的字符。",
        "请改写成 {instead}。",
    ),
    "formula_bars": ("第 {column} 列：'|' 不是公式的字符。", "x 的绝对值写成 abs(x)。"),
    "formula_comma": (
        "第 {column} 列：公式中没有逗号的位置；每个函数只取一个数。",
        "max(a, b) 就是 (a + b + abs(a - b))/2，min(a, b) 就是 (a + b - abs(a - b))/2；小数用点。",
    ),
    "formula_character": (
        "第 {column} 列：'{character}'（{name}）不是公式的字符。",
        "公式由数、名字、+ - * / ** 和圆括号组成。",
    ),
    "formula_ends": ("第 {column} 列：公式在应有数、名字或括号的地方结束了。", "请补全它。"),
    "formula_open": ("第 {column} 列：此处打开的括号没有关闭。", "请用 ')' 关闭它。"),
    "formula_name_long": (
        "第 {column} 列：名字 '{name}' 超过 {most} 个字符。",
        "请取短一些的名字。",
    ),
    "formula_name": (
        "第 {column} 列：'{name}' 不能作变量名。",
        "变量可叫 x、y、x1、rate；名字不以下划线开头，也不用程序语言的词。",
    ),
    "formula_function": (
        "第 {column} 列：'{name}' 不是公式的函数；可用的有 {known:plain}。",
        "请用其中之一；乘积要写 *，max(a, b) 就是 (a + b + abs(a - b))/2。",
    ),
    "formula_no_argument": ("第 {column} 列：函数 {name} 需要括号中的内容。", "请写 {name}(x)。"),
    "formula_no_sign": (
        "第 {column} 列：'{before}' 与 '{after}' 之间没有符号。",
        "乘积要写 *，例如 2*x。",
    ),
    "formula_surprise": ("第 {column} 列：'{text}' 不能出现在这里。", "请检查它前面的符号和括号。"),
    "formula_digits": (
        "第 {column} 列：一个数有 {count:,} 个字符；最多读 {most} 个。",
        "请舍入它：float64 保留 17 位数字。",
    ),
    "formula_number": (
        "第 {column} 列：数 {text} 超出公式的范围 {most:g} 及其倒数。",
        "请换单位。",
    ),
    "formula_fixed": (
        "第 {column} 列：'{part}' 不是大小至多 {most:g} 的有限数。",
        "请改正：可能除以零、离开了函数的定义域，或太大。",
    ),
    "formula_degree": (
        "第 {column} 列：'{part}' 的次数为 {degree:.3g}；最多 {most}。",
        "请用较小的指数。",
    ),
    "formula_exact": (
        "第 {column} 列：展开后 '{part}' 含有数千位的数。",
        "请减少数字位数或减小指数。",
    ),
    "formula_coefficient": (
        "公式的导数含有 {digits:,} 位的数，超出 float64 的范围。",
        "请用较小的数或指数。",
    ),
    "formula_too_heavy": (
        "写出来的话，公式的这些导数约有 {count:,.0f} 个部分；最多写出 {most:,} 个。",
        "请使用它们的数值（gradient、hessian），由在公式上前后扫过得到。",
    ),
    "formula_nested": (
        "公式的各部分嵌套太深，无法求出它的导数。",
        "请减少括号的嵌套，或把函数写成程序。",
    ),
    "formula_nowhere": ("公式除以一个处处为零的东西。", "请改正除数。"),
    "formula_no_variable": ("公式 '{text}' 没有变量，无可最小化。", "请用 x 这样的名字。"),
    "formula_names": (
        "名字 {given:plain} 与公式的变量 {known:plain} 不符。",
        "请把每个变量各写一次。",
    ),
}
