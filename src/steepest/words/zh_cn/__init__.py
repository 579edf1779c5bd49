"""The simplified Chinese catalogue, with the modules and names of the English one.

Written as Chinese is printed: full-width punctuation, curly quotes, a blank between Chinese
characters and numbers or Latin names. The standard terms of the field are kept throughout (学习率,
损失, 梯度, 轮, 批量大小, 条件数, ...); names of columns, options, methods and engines are not translated.
"""

from steepest.words.zh_cn import (
    figures,
    findings,
    forecast,
    formulas,
    function_figures,
    functions,
    lab,
    lab_server,
    losses,
    partial,
    pictures,
    programs,
    report,
    rules,
    sparse,
    story,
    streams,
    tables,
    training,
    workers,
)

GROUPS = (
    tables,
    training,
    story,
    streams,
    forecast,
    findings,
    figures,
    report,
    rules,
    functions,
    losses,
    partial,
    formulas,
    pictures,
    function_figures,
    programs,
    lab,
    lab_server,
    workers,
    sparse,
)
SENTENCES: dict[str, str] = {
    name: text for group in GROUPS for name, text in group.SENTENCES.items()
}
ERRORS: dict[str, tuple[str, str]] = {
    name: texts for group in GROUPS for name, texts in group.ERRORS.items()
}

#: Between the items of a list, round names in a list, between sentences.
COMMA = "、"
QUOTES = ("“", "”")
BETWEEN_SENTENCES = ""


def polished(text: str) -> str:
    """Return a filled sentence as it is: Chinese has no plural.

    >>> polished("1 行")
    '1 行'
    """
    return text
