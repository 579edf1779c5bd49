"""The catalogue of sentences: what is used is there, what is there is used, and can be filled."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest
from house_sources import FILES, PACKAGE, module_name, tree

from steepest.trace.endings import ENDINGS
from steepest.words import en
from steepest.words.catalogue import LANGUAGES, error_text, fill, phrase, sentence, visible
from steepest.words.en import lab

# All files but those of a language.
SOURCES = [file for file in FILES if file.relative_to(PACKAGE).parts[:-2] != ("words",)]
ERROR_CLASSES = ("InputError", "FileError", "SteepestError")
# Names put together from an ending and its variant (descent/loop.py).
COMPOSED = {"stalled_still", "stalled_idle"}
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
# Endings of CONTRACT 4 that methods of later issues bring, with their sentences.
LATER = {"unbounded", "saddle", "maximum", "degenerate"}


def named(value: object) -> str | None:
    """Return what a group of the catalogue is called in the name of a test."""
    return value.__name__.rsplit(".", 1)[1] if isinstance(value, ModuleType) else None


def all_of(group: ModuleType) -> list[str]:
    return [*group.SENTENCES, *group.ERRORS]


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
    if call.args and not place.startswith("steepest.words")
    for name in alternatives(call.args[0])
]
NOTE_SITES = [
    (f"{place} {name}", name, call)
    for place, call in calls("Note", "sentence", "phrase")
    if call.args
    for name in alternatives(call.args[0])
]


def filled(name: str, call: ast.Call) -> bool:
    """Return whether an error is there, with all of its facts."""
    given = {one.arg for one in call.keywords}
    return name in en.ERRORS and (None in given or fields(*en.ERRORS[name]) <= given)  # **facts


def told(name: str, call: ast.Call) -> bool:
    """Return whether a sentence is there, with all of its facts where they stand in the call."""
    if name not in en.SENTENCES:
        return False
    if isinstance(call.func, ast.Name) and call.func.id == "phrase":
        given = {one.arg for one in call.keywords}
        if None not in given and fields(en.SENTENCES[name]) != given:
            return False
    facts = call.args[1] if len(call.args) > 1 else None
    if isinstance(facts, ast.Dict) and None not in facts.keys:
        return fields(en.SENTENCES[name]) <= {literal(key) for key in facts.keys if key}
    return True


def test_errors_exist_and_can_be_filled() -> None:
    assert [place for place, name, call in ERROR_SITES if not filled(name, call)] == []


def test_sentences_exist_and_can_be_filled() -> None:
    assert [place for place, name, call in NOTE_SITES if not told(name, call)] == []


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


@cache
def used_by_page() -> tuple[set[str], list[re.Pattern[str]]]:
    """Return the literals of the page's files, and patterns of the names that they compose."""
    static = PACKAGE / "lab" / "static"
    files = [*static.glob("*.html"), *(f for f in static.glob("*.js") if "d3-" not in f.name)]
    text = "".join(file.read_text() for file in files)
    composed = re.findall(r"`([a-z_]*\$\{[^`}]+\}[a-z_]*)`", text)
    patterns = [re.sub(r"\$\{[^}]+\}", ".+", one) for one in composed]
    patterns += [f"{group}_.+" for group in re.findall(r'called\("([a-z]+)"', text)]
    patterns += [f"{name}_.+" for name in re.findall(r'this\.choice\("([a-z]+)"', text)]
    named = [re.compile(one) for one in patterns if re.search("[a-z]", one)]
    return set(re.findall(r'["\s{]([a-z_0-9]+)["\s:]', text)), named


@pytest.mark.parametrize("group", en.GROUPS, ids=named)
def test_nothing_is_said_that_nobody_says(group: ModuleType) -> None:
    texts, patterns = used_by_page() if group is lab else used_names()
    names = [name.removeprefix("lab_" if group is lab else "") for name in all_of(group)]
    left = [name for name in names if name not in texts]
    assert [name for name in left if not any(one.fullmatch(name) for one in patterns)] == []


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("group", en.GROUPS, ids=named)
def test_error_templates_fill(group: ModuleType, language: str) -> None:
    for name in group.ERRORS:
        templates = LANGUAGES[language].ERRORS[name]
        facts = dict.fromkeys(fields(*templates), 7)
        message, remedy = error_text(name, facts, language)
        assert "{" not in message + remedy, name
        assert message.endswith((".", "?", "。", "？")), name
        assert remedy.endswith((".", ")", "。", "）")), name


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("group", en.GROUPS, ids=named)
def test_sentence_templates_fill(group: ModuleType, language: str) -> None:
    for name in group.SENTENCES:
        template = LANGUAGES[language].SENTENCES[name]
        assert "{" not in sentence(name, dict.fromkeys(fields(template), 7), language), name


def test_every_language_has_the_same_names() -> None:
    for module in LANGUAGES.values():
        assert set(module.ERRORS) == set(en.ERRORS)
        assert set(module.SENTENCES) == set(en.SENTENCES)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_name_is_said_twice_in_different_modules(language: str) -> None:
    for table in ("SENTENCES", "ERRORS"):
        names = [name for group in LANGUAGES[language].GROUPS for name in getattr(group, table)]
        assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_module_of_a_language_holds_what_the_english_one_does(language: str) -> None:
    groups = [module.__name__.rsplit(".", 1)[1] for module in en.GROUPS]
    assert [one.__name__.rsplit(".", 1)[1] for one in LANGUAGES[language].GROUPS] == groups
    for ours, theirs in zip(en.GROUPS, LANGUAGES[language].GROUPS, strict=True):
        assert list(ours.SENTENCES) == list(theirs.SENTENCES)
        assert list(ours.ERRORS) == list(theirs.ERRORS)


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("group", en.GROUPS, ids=named)
def test_a_translation_drops_and_adds_no_fact(group: ModuleType, language: str) -> None:
    for name, ours in group.SENTENCES.items():
        assert fields(LANGUAGES[language].SENTENCES[name]) == fields(ours), name
    for name, both in group.ERRORS.items():
        for ours, theirs in zip(both, LANGUAGES[language].ERRORS[name], strict=True):
            assert fields(theirs) == fields(ours), name


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("group", en.GROUPS, ids=named)
def test_names_of_options_are_translated_by_themselves(group: ModuleType, language: str) -> None:
    # options, and the command (not the steepest direction)
    options = re.compile(
        r"--[a-z-]+|\bsteepest (?:fit|forecast|plan|plot|predict|report|resume|show)\b"
    )
    for table in ("SENTENCES", "ERRORS"):
        for name, ours in getattr(group, table).items():
            theirs = getattr(LANGUAGES[language], table)[name]
            assert set(options.findall(str(theirs))) == set(options.findall(str(ours))), name


# ---- Chinese -----------------------------------------------------------------------------------

HAN = "[\u4e00-\u9fff]"
FULL = "[，。；：！？、（）“”]"
CHINESE = [
    (f"{table}-{name}-{part}", template)
    for table in ("SENTENCES", "ERRORS")
    for name, texts in getattr(LANGUAGES["zh-CN"], table).items()
    for part, template in enumerate((texts,) if isinstance(texts, str) else texts)
]
# Latin words that Chinese sentences keep, and why.
KEPT_WORDS = {
    "file formats and encodings": "CSV Parquet JSON NUL UTF NaN MiB utf latin cp1252 csv "
    "tsv txt zip",
    "the written form of a date and time": "T23",
    "files that a run leaves": "path npy trace returned run json model parquet",
    "Python": "numpy sklearn impute float64 float astype search max_iter fit_intercept True "
    "intercept_init steepest GradientDescentRegressor GradientDescentClassifier",
    "methods, engines and schedules": "auto batch mini exhaustive coarse fine inverse time moments "
    "pass sweep random",
    "the constant, and the places in --range": "intercept NAME LOW HIGH",
    "values of options": "error skip drop mean empty days tab",
    "kinds and files of pictures": "scaling loss boxes svg png pdf",
    "a parameter of several targets": "TARGET",
    "the lab's command, its key and its bodies": "lab Ctrl FOLDER application octet stream",
    "Python, in figures": "validation_fraction",
    "commands, and what begins an example's name": "show fit help example resume",
    "people who are cited": "Bengio Glorot Huber",
    "parameters of losses and penalties": "epsilon alpha",
    "programs and networks, as Python writes them": "JAX jax pip install array data float32 method "
    "out parameters start abs sqrt",
    "activations, rules and schedules": "tanh relu softmax adam plain geometric",
    "the exponent of a number": "e15 e100",
    "formulas and functions": "max min abs sin rate d2f ASCII bowl himmelblau",
    "Python, of functions": "ArraySource Formula names value gradient hessian search_function",
    "of kept runs": "load_trace plot",
    "options and their values": "schedule stochastic batch_size",
    "kinds of pictures of networks": "loss gradient comparison layers backpropagation contour "
    "surface fit residuals",
    "the author of an interval": "Wilson",
    "the page: rules without another name, a language, what a formula may hold": "AdaGrad RMSProp "
    "Adam Python exp log cos",
    "estimators, of rows in parts": "partial_fit fit classes class_weight balanced dict clone "
    "toarray standardize False",
    "losses by their names": "squared_error huber logistic softmax",
    "temporary files": "TMPDIR",
    "workers and clusters": "Dask Feather HOST PORT ADDRESS cluster tcp tls docs",
    "Dask's collections, and Python on them": "dataframe delayed compute target checkpoint",
    "libraries of tables": "Arrow pandas polars",
    "values of --order and --penalty": "given none",
}
KEPT = {word for words in KEPT_WORDS.values() for word in words.split()}


def literal_parts(template: str) -> str:
    """Return a template with each number's field as 0 and every other field as one odd letter."""
    out = ""
    for text, field, spec, _ in string.Formatter().parse(template):
        out += text
        if field is not None:
            out += "0" if spec and spec != "plain" else "\ufffc"
    return out


def test_chinese_is_set_as_chinese() -> None:
    texts = [(name, literal_parts(template)) for name, template in CHINESE]
    for fault in (
        rf"{HAN}[,.;:!?()]",  # ASCII punctuation between Chinese characters
        rf"[,;:!?()]{HAN}",
        rf"{FULL} | {FULL}",  # full-width marks bring their own room
        rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}",  # a blank parts Chinese from numbers and names
        r"\.\.\.|  ",
        rf"'{HAN}|{HAN}'",
    ):
        assert [one for one in texts if re.search(fault, one[1])] == [], fault


def test_chinese_holds_no_english() -> None:
    for name, template in CHINESE:
        text = re.sub(r"--[a-z-]+", "", literal_parts(template))
        assert set(re.findall("[A-Za-z][A-Za-z_0-9]{2,}", text)) <= KEPT, name


def test_no_word_is_kept_for_nothing() -> None:
    used = {w for _, text in CHINESE for w in re.findall("[A-Za-z][A-Za-z_0-9]+", text)}
    assert used >= KEPT


# ---- facts -------------------------------------------------------------------------------------


def given_facts() -> Iterator[tuple[str, ast.AST]]:
    """Yield the expressions that become facts: of calls, and of what is called facts before."""
    for place, call in calls(*ERROR_CLASSES, "DamageError", "Note", "phrase"):
        yield from ((place, one) for one in (*call.keywords, *call.args[1:]))
    for file in SOURCES:
        for node in ast.walk(tree(file)):
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {ast.unparse(target).partition("[")[0] for target in targets}
                if names & {"facts", "seen", "known", "told"} and node.value is not None:
                    yield f"{module_name(file)}:{node.lineno}", node.value


def test_facts_hold_no_prose() -> None:
    """A text given as a fact is a name: it holds no blank between words."""
    prose, checked = [], 0
    for place, node in given_facts():
        for one in ast.walk(node):
            text = literal(one) if isinstance(one, ast.expr) else None
            checked += text is not None
            if text and re.search(r"[A-Za-z]{2} |[a-z] [A-Za-z]", text):
                prose.append(f"{place}: {text!r}")
    assert not prose
    assert checked > 150


def test_facts_are_told_in_each_language() -> None:
    facts = {"counts": [phrase("count_of", name=f"c{i}", count=i) for i in range(30)], "rows": 9}
    assert sentence("missing_values", {"rows": 9, "counts": facts["counts"][:2]}) == (
        "Missing values among 9 rows: 'c0' 0, 'c1' 1."
    )
    assert sentence("missing_values", facts).endswith("'c19' 19 and 10 more.")
    assert sentence("missing_values", facts, "zh-CN").endswith("“c19”19 个等（另有 10 个）。")
    plain = {"value": "x", "option": "loss", "known": ["a", "b"]}
    assert "possible are a, b." in error_text("unknown_choice", plain)[0]
    assert "可选的有 a、b。" in error_text("unknown_choice", plain, "zh-CN")[0]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (1234.0, "1,234"), (1e12 - 1, "999,999,999,999"), (2.5e15, "2.5e+15")],
)
def test_counts_beyond_reading_are_rounded(count: float, shown: str) -> None:
    assert fill("{n:count}", {"n": count}) == shown


def test_a_language_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        sentence("all_missing", {"column": "a"}, "tlh")


def test_ending_phrases_exist() -> None:
    phrases = {
        *(name for name in ENDINGS if name not in {"diverged", "stalled", *LATER}),
        *COMPOSED,
        *(f"diverged_{rule}" for rule in ("batch", "random", "given", "no_bound")),
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
