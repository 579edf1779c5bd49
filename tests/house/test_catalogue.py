"""The catalogue of sentences: what is used is there, what is there is used, and can be filled."""

from __future__ import annotations

import ast
import re
import string
from functools import cache

import pytest
from house_sources import FILES, PACKAGE, module_name, tree

from steepest.trace.endings import ENDINGS
from steepest.words import en
from steepest.words.catalogue import LANGUAGES, error_text, fill, sentence, visible

SOURCES = [file for file in FILES if file.relative_to(PACKAGE).parts[0] != "words"]
ERROR_CLASSES = ("InputError", "FileError", "SteepestError")
# Names put together from an ending and its variant (descent/loop.py).
COMPOSED = {"stalled_still", "stalled_idle"}
# Endings of CONTRACT 4 that methods of later issues bring, with their sentences.
LATER = {"early_stopped", "unbounded", "saddle", "maximum", "degenerate"}


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    found = []
    for file in SOURCES:
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            called = function.id if isinstance(function, ast.Name) else ""
            if isinstance(function, ast.Attribute):
                called = function.attr
            if called in names:
                found.append((f"{module_name(file)}:{node.lineno}", node))
    return found


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def fields(*templates: str) -> set[str]:
    return {
        field
        for template in templates
        for _, field, _, _ in string.Formatter().parse(template)
        if field is not None
    }


def alternatives(node: ast.expr) -> list[str]:
    """Return the literals a name may be: a constant, or both sides of a conditional."""
    if isinstance(node, ast.IfExp):
        return [*alternatives(node.body), *alternatives(node.orelse)]
    text = literal(node)
    return [] if text is None else [text]


ERROR_SITES = [
    (f"{place} {name}", name, call)
    for place, call in calls(*ERROR_CLASSES)
    if call.args
    for name in alternatives(call.args[0])
]
NOTE_SITES = [
    (f"{place} {name}", name, call)
    for place, call in calls("Note", "sentence")
    if call.args
    for name in alternatives(call.args[0])
]


@pytest.mark.parametrize(
    ("name", "call"), [site[1:] for site in ERROR_SITES], ids=[site[0] for site in ERROR_SITES]
)
def test_errors_exist_and_can_be_filled(name: str, call: ast.Call) -> None:
    assert name in en.ERRORS
    given = {one.arg for one in call.keywords}
    if None not in given:  # no **facts
        assert fields(*en.ERRORS[name]) <= given


@pytest.mark.parametrize(
    ("name", "call"), [site[1:] for site in NOTE_SITES], ids=[site[0] for site in NOTE_SITES]
)
def test_sentences_exist_and_can_be_filled(name: str, call: ast.Call) -> None:
    assert name in en.SENTENCES
    facts = call.args[1] if len(call.args) > 1 else None
    if isinstance(facts, ast.Dict) and None not in facts.keys:
        given = {literal(key) for key in facts.keys if key is not None}
        assert fields(en.SENTENCES[name]) <= given


def test_sites_were_found() -> None:
    assert len(ERROR_SITES) > 50
    assert len(NOTE_SITES) > 20


@cache
def used_names() -> tuple[set[str], list[re.Pattern[str]]]:
    """Return all string literals of the sources, and patterns of their formatted names."""
    texts, patterns = set(COMPOSED), []
    for file in SOURCES:
        module = tree(file)
        inside = {
            part for n in ast.walk(module) if isinstance(n, ast.JoinedStr) for part in n.values
        }
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr):
                parts = [literal(part) for part in node.values]
                if max((len(part) for part in parts if part), default=0) > 5:
                    pattern = "".join(".+" if part is None else re.escape(part) for part in parts)
                    patterns.append(re.compile(pattern))
            elif node not in inside and isinstance(node, ast.Constant):
                texts.add(str(node.value))
    return texts, patterns


@pytest.mark.parametrize("name", [*en.ERRORS, *en.SENTENCES])
def test_nothing_is_said_that_nobody_says(name: str) -> None:
    texts, patterns = used_names()
    assert name in texts or any(pattern.fullmatch(name) for pattern in patterns)


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("name", list(en.ERRORS))
def test_error_templates_fill(name: str, language: str) -> None:
    templates = LANGUAGES[language].ERRORS[name]
    facts = dict.fromkeys(fields(*templates), 7)
    message, remedy = error_text(name, facts, language)
    assert "{" not in message + remedy
    assert message.endswith((".", "?"))
    assert remedy.endswith((".", ")"))


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("name", list(en.SENTENCES))
def test_sentence_templates_fill(name: str, language: str) -> None:
    template = LANGUAGES[language].SENTENCES[name]
    assert "{" not in sentence(name, dict.fromkeys(fields(template), 7), language)


def test_every_language_has_the_same_names() -> None:
    for module in LANGUAGES.values():
        assert set(module.ERRORS) == set(en.ERRORS)
        assert set(module.SENTENCES) == set(en.SENTENCES)


def test_no_name_is_said_twice_in_different_modules() -> None:
    for table in ("SENTENCES", "ERRORS"):
        names = [name for group in en.GROUPS for name in getattr(group, table)]
        assert sorted(names) == sorted(set(names))


def test_ending_phrases_exist() -> None:
    phrases = {
        *(name for name in ENDINGS if name not in {"diverged", "stalled", *LATER}),
        *COMPOSED,
        *(f"diverged_{rule}" for rule in ("batch", "random", "given", "by_rows")),
        "epochs_used_up_batch",
        "epochs_used_up_unscaled",
    }
    for _, call in calls("Ending"):
        phrases |= set(alternatives(call.args[1])) if len(call.args) > 1 else set()
    assert phrases <= set(en.SENTENCES)


@pytest.mark.parametrize("name", sorted(set(ENDINGS) - LATER))
def test_endings_prove_themselves_with_a_number(name: str) -> None:
    templates = [text for key, text in en.SENTENCES.items() if key.startswith(name)]
    assert templates
    for template in templates:
        assert fields(template) & {"loss", "gradient_norm", "best_loss"}


def test_endings_are_the_contract_s() -> None:
    assert set(ENDINGS) == {
        "converged",
        "target_loss_reached",
        "epochs_used_up",
        "stalled",
        "early_stopped",
        "diverged",
        "unbounded",
        "saddle",
        "maximum",
        "degenerate",
        "interrupted",
    }
    best = {name for name, (_, returns_best) in ENDINGS.items() if returns_best}
    assert best == {"early_stopped", "diverged", "unbounded"}


@pytest.mark.parametrize(
    "text",
    ["\x1b[31m", "a\nb", "\r", "\x07", "\x9b31m", "\u202eabc", "\u2028", "\u2066", "\x00"],
    ids=ascii,
)
def test_control_characters_are_shown_not_sent(text: str) -> None:
    shown = visible(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
    assert "\\" in shown
    assert shown in fill("{name}", {"name": text})


def test_a_name_of_a_megabyte_is_cut() -> None:
    assert len(visible("x" * 10**6)) <= 300
