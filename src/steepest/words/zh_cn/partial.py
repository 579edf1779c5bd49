"""Simplified Chinese: what is said of training on rows that come part by part."""

SENTENCES: dict[str, str] = {
    "partial_walked": "把 {rows:,} 行各走了一遍：每行更新之前的损失平均为 {loss:.6g}。至今 {epochs:,} 次调用，共 {seen:,} 行、{updates:,} 次更新；再次调用 partial_fit 即可继续。",
    "partial_diverged": "第 {epochs:,} 次调用中发散（不晚于第 {updates:,} 次更新）：其 {rows:,} 行更新之前的平均损失为 {loss:.4g}，或参数不再有限；界限是 {loss_limit:.4g}，即各次调用起点处最大损失的 1000 倍。保留这次调用之前的系数，这些行不计入。请用小于 {rate:.4g} 的学习率，或让第一次调用的行与后来的行相似。",
}

ERRORS: dict[str, tuple[str, str]] = {
    "auto_of_partial": (
        "损失 {loss} 的曲率没有上界，因此没有可证明稳定的学习率，而 partial_fit 不保留可用来检验一步的行。",
        "请给出学习率的数值（如 0.01），或以 method='batch' 调用 fit。",
    ),
    "partial_batch": (
        "对损失 {loss} 做批量下降，每次更新都要看所有行，而 partial_fit 不保留它们。",
        "请把 method 设为 'mini-batch' 或 'stochastic'，或用所有行调用 fit。",
    ),
    "partial_sparse_centred": (
        "第一次调用的行是稠密的并已中心化，而这 {rows:,} 行是稀疏的：中心化会填满所有元素。",
        "请从稀疏的行开始（之后可以传入稠密的行），或设 standardize=False；或每次传入少数行的 X.toarray()。",
    ),
    "partial_sparse_columns": (
        "分批到来的行做批量下降要保留矩，对稀疏的行最多 {most:,} 列，而这里有 {columns:,} 列。",
        "请把 method 设为 'mini-batch' 或 'stochastic'，其更新的代价只是填有的元素；或用所有行调用 fit。",
    ),
    "partial_validation": (
        "partial_fit 不留出验证集行，而 {option} 要求这样做。",
        "请让 {option} 保持默认值，在调用之后自行用其他行评分。",
    ),
    "partial_changed": (
        "{option} 在 partial_fit 的各次调用之间不能改变：原来是 {before}，现在是 {now}。",
        "请改回原值，或用 clone 重新开始。",
    ),
    "partial_after_fit": (
        "fit 没有算出其各行的矩（method 为 {method}），partial_fit 无法在其上添加行。",
        "请从最初的行开始就用 partial_fit，或把 method 设为 'mini-batch' 或 'stochastic'，它们从现有系数继续。",
    ),
    "partial_classes_first": (
        "partial_fit 的第一次调用必须给出 classes：后来的行可能带来这里没有的类别。",
        "请传入 classes=，即将来会出现的所有类别。",
    ),
    "partial_classes_changed": (
        "classes 是{now}，而之前各次调用的是{before}。",
        "请传入同样的类别，或在第一次之后不传；要用别的类别，请用 clone 重新开始。",
    ),
    "partial_one_class": (
        "只有一个类别{classes}，没有可区分的东西。",
        "请在 classes= 中至少传入两个类别。",
    ),
    "partial_class_unknown": (
        "y 中有类别“{value:plain}”，partial_fit 的第一次调用没有给出它（给出的是：{known}）。",
        "请在第一次调用中给出所有类别，或去掉这些行。",
    ),
    "partial_balanced": (
        "class_weight='balanced' 需要所有行的计数，而 partial_fit 只知道一次调用的行。",
        "请直接传入权重，即从类别到数值的 dict。",
    ),
}
