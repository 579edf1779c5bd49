"""Sentences of the library as a page says them: by its controls, not by options of a command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from steepest.words.catalogue import LANGUAGES, sentence

# Option of the command line -> the page's control of the same meaning, by the name of its label.
CONTROLS: Mapping[str, str] = {
    "learning-rate": "rate",
    "method": "batch",
    "batch-size": "batch",
    "epochs": "epochs",
    "tolerance": "tolerance",
    "schedule": "schedule",
    "order": "order",
    "rule": "rule",
    "loss": "loss",
    "penalty": "penalty",
    "alpha": "alpha",
    "standardize": "standardize",
    "noise": "noise",
    "seed": "seed",
    "start": "group_start",
    "points": "points_each",
    "range": "ranges",
    "target": "target_label",
    "features": "features_label",
}
# Values that the page calls otherwise.
_VALUES = {("rate", "auto"): "rate_auto", ("batch", "batch"): "batch_whole"}
# Sentences whose remedy no control of the page gives -> those with one that does.
_REMEDIED = {
    "epochs_used_up_steady": "epochs_used_up_steady_page",
    "epochs_used_up_penalty_steady": "epochs_used_up_penalty_steady_page",
}
# The names of the same options in Python and placeholders of values mean nothing to a page.
_ASIDES = re.compile(r"(?:, | 或 )max_iter\b| ?[(（]learning_rate[)）]| (?:A,B|NAME=LOW:HIGH)")
_OPTION = re.compile(rf"--({'|'.join(sorted(CONTROLS, key=len, reverse=True))})\b( [a-z][\w-]*)?")
_CONSTANT = re.compile(r"(?<=['“‘])intercept(?=['”’ ])")


def phrase_of_page(phrase: str) -> str:
    """Return the sentence whose remedy a page offers: it has no backtracking to choose."""
    return _REMEDIED.get(phrase, phrase)


def paged(text: str, language: str) -> str:
    """Return a sentence in which controls stand for options.

    >>> paged("allow more (--epochs, max_iter), or take --learning-rate auto (0.4).", "en")
    'allow more (“Epochs”), or take “Learning rate” Automatic (0.4).'
    """

    def label(found: re.Match[str]) -> str:
        control, value = CONTROLS[found[1]], (found[2] or "").strip()
        named = _VALUES.get((control, value), f"{control}_{value}")
        if f"lab_{named}" in LANGUAGES[language].SENTENCES:
            value = sentence(f"lab_{named}", {}, language)
        return f"“{sentence(f'lab_{control}', {}, language)}”" + (f" {value}" if value else "")

    said = _OPTION.sub(label, _ASIDES.sub("", text))
    if language == "zh-CN":  # whose quotes need no blanks around them
        said = re.sub(rf" ?(“(?:{'|'.join(_labels(language))})”) ?", r"\1", said)
    return _CONSTANT.sub(sentence("lab_constant", {}, language), said)


@cache
def _labels(language: str) -> tuple[str, ...]:
    found = {sentence(f"lab_{name}", {}, language) for name in CONTROLS.values()}
    return tuple(re.escape(one) for one in sorted(found))


def paged_parts(parts: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Return the pieces of a sentence as a page says them."""
    return [{**one, "text": paged(one["text"], language)} for one in parts]
