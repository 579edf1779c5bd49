"""A report made: one or several runs on one self-contained page."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path

from steepest.data.writing import atomic_file
from steepest.fitting.network_model import NetworkModel
from steepest.fitting.options import SEARCHES
from steepest.fitting.run import Run, load_run
from steepest.reporting import parts
from steepest.reporting.expected import expected
from steepest.reporting.functions import function_run, report_of_function
from steepest.reporting.markup import Content, Markup, element, listed, table
from steepest.reporting.page import page, section
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Shown = Run | str | os.PathLike[str]
MOST_RUNS = 5
# Pictures of a network alone; beside others its curves have to do.
_NETWORK = ("contour", "backpropagation", "layers")


def report(
    runs: Shown | Sequence[Shown], out: str | os.PathLike[str] | None = None, language: str = "en"
) -> str:
    """Return a report of one or several runs: one HTML page that opens offline, without scripts.

    Verdict first, then findings, data and preparation, the model in the table's units with the
    closed-form optimum beside it, curves, path and cross-sections, forecast against what
    happened, and how to reproduce it. Several runs are compared on common axes first. A run of a
    function that ``save_trace`` or ``minimize --out`` kept has a page of its own: verdict, point,
    derivatives, pictures, and how to reproduce it.

    Parameters
    ----------
    runs : Run, path of a run folder, or sequence of them
        At most five.
    out : path, optional
        Where to write the page (replaced if it is there).
    language : str
        A key of ``LANGUAGES``.

    Raises
    ------
    InputError
        If there are more than five runs, or a run of a function among several.
    FileError
        If a run cannot be read or the page not be written.

    Examples
    --------
    >>> from steepest import fit
    >>> page = report(fit("example:salary", target="salary"))
    >>> page.startswith("<!DOCTYPE html>"), "<script" in page
    (True, False)
    """
    given = [runs] if isinstance(runs, (Run, str, os.PathLike)) else list(runs)
    _check_count(len(given))
    made = _made(given, language)
    if out is not None:
        with atomic_file(Path(out)) as temporary:
            temporary.write_text(made, encoding="utf-8")
    return made


def _made(given: Sequence[Shown], language: str) -> str:
    descents = [None if isinstance(one, Run) else function_run(one) for one in given]
    functions = [one for one in descents if one is not None]
    if functions and len(given) > 1:
        raise InputError("report_of_functions", count=len(given), functions=len(functions))
    if functions:
        return report_of_function(functions[0], language)
    loaded = [run for one in given for run in _loaded(one)]
    _check_count(len(loaded))
    if len(loaded) == 1:
        return report_of_one(loaded[0], language)
    return report_of_many(loaded, language)


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_RUNS:
        raise InputError("report_runs", count=count, most=MOST_RUNS)


def _loaded(shown: Shown) -> list[Run]:
    """Return a run, or all runs that a folder of runs holds, as several rates leave it."""
    if isinstance(shown, Run):
        return [shown]
    place = Path(shown)
    inside = sorted(file.parent for file in place.glob("*/run.json"))
    if inside and not (place / "run.json").exists():
        return [load_run(one) for one in inside]
    return [load_run(place)]


def report_of_one(run: Run, language: str) -> Markup:
    """Return the page of one run."""
    title = _title(run, language)
    content = [
        element("h1", title),
        element("p", _about(run, language), class_="soft"),
        parts.verdict(run, language),
        *_sections(run, language),
    ]
    return page(title, content, language=language)


def report_of_many(runs: Sequence[Run], language: str) -> Markup:
    """Return the page of several runs: compared first, then each for itself."""
    title = parts.said("title_many", language, count=len(runs))
    names = _names(runs, language)
    content: list[Content] = [
        element("h1", title),
        element("div", element("p", _best(runs, names, language)), class_="verdict"),
        _compared(runs, names, language),
    ]
    together = [one for one in runs if one.summary["method"] not in SEARCHES]
    if len(together) > 1:
        kinds = ["comparison", *(["contour"] if _same_landscape(together) else [])]
        heading = parts.said("curves", language)
        content.append(section("curves", heading, parts.pictures(together, kinds, language)))
    for place, (run, name) in enumerate(zip(runs, names, strict=True), start=1):
        inner = [parts.verdict(run, language), *_sections(run, language, place=place)]
        content.append(section(f"run-{place}", name, inner))
    return page(title, content, language=language)


def _sections(run: Run, language: str, place: int = 0) -> list[Markup]:
    """Return the sections of one run, the ``place``th of several, or the only one (0)."""
    mark = f"run-{place}-" if place else ""

    def part(name: str, *content: Content) -> Markup:
        return section(f"{mark}{name}", parts.said(name, language), *content)

    made = [
        part("findings", parts.findings(run, language)),
        part("data", parts.rows_and_preparation(run, language)),
        part(
            "model",
            parts.model(run, language),
            _pictures(run, _fits(run, one=not place), language, mark),
        ),
        part("course", parts.course(run, language), _curves(run, language, mark, one=not place)),
    ]
    if run.landscape is not None:  # what needs the quadratic of a linear model
        made.append(
            part("landscape", _pictures(run, _landscapes(run, one=not place), language, mark))
        )
        made.append(part("forecast", *_foretold(run, language, mark, one=not place)))
    elif run.sample is not None and not place:
        made.append(part("landscape", _pictures(run, _NETWORK, language, mark)))
    return [*made, part("again", parts.reproduce(run, language))]


def _fits(run: Run, *, one: bool) -> Sequence[str]:
    """Return the kinds of pictures of the model; probabilities of classes have none."""
    if isinstance(run.model, NetworkModel) and run.model.classes:
        return ()
    return ("fit", "residuals") if one else ("residuals",)


def _curves(run: Run, language: str, mark: str, *, one: bool) -> Markup:
    if run.summary["method"] in SEARCHES:
        kinds = ["search"] + (["boxes"] if run.summary["method"] == "coarse-to-fine" else [])
        return parts.pictures(run, kinds, language, mark)
    kinds = ["divergence"] if run.ending == "diverged" else []
    return parts.pictures(run, ["loss", *(["gradient"] if one else []), *kinds], language, mark)


def _landscapes(run: Run, *, one: bool) -> list[str]:
    """Return the kinds of pictures that need at least one, or two, parameters that can move.

    Of several runs, all on one page of at most 2 MB, only the sections are drawn for each.
    """
    moving = 0 if run.landscape is None else run.landscape.training.rank
    sections = ["sections"] if moving else []
    if run.summary["method"] in SEARCHES or moving < 2:
        return sections
    return [*(["contour", "surface"] if one else []), *sections]


def _pictures(run: Run, kinds: Sequence[str], language: str, mark: str) -> Markup:
    if run.landscape is None and run.sample is None:
        return Markup("")
    return parts.pictures(run, kinds, language, mark)


def _foretold(run: Run, language: str, mark: str, *, one: bool) -> list[Content]:
    """Return what was known before the first update, beside what happened."""
    found = expected(run)
    if found is None or run.landscape is None:
        return []
    epochs = parts.said("never", language) if math.isinf(found.epochs) else f"{found.epochs:,.0f}"
    rows = [
        [parts.said("epochs_needed", language), epochs, f"{found.ran:,.0f}"],
        [parts.said("last_loss", language), parts.number(found.last), parts.number(found.recorded)],
    ]
    head = ["", parts.said("foretold", language), parts.said("happened", language)]
    sentences = [parts.said("gap", language, gap=found.gap)]
    kinds = ["regimes", *(["spectrum", "rates"] if one else [])]
    kinds = kinds if run.landscape.training.rank else []
    return [
        table(head, rows, caption=parts.said("forecast", language)),
        listed(sentences),
        parts.pictures(run, kinds, language, mark),
    ]


def _best(runs: Sequence[Run], names: Sequence[str], language: str) -> str:
    """Return which run came lowest, and how many diverged."""
    losses = [run.summary["train_loss"] for run in runs]
    place = min(range(len(runs)), key=lambda k: math.inf if losses[k] is None else losses[k])
    facts = {
        "count": len(runs),
        "name": names[place],
        "loss": losses[place],
        "optimum": runs[place].summary["optimum_loss"],
        "diverged": sum(run.ending in parts.BAD for run in runs),
    }
    return parts.said("best", language, **facts)


def _compared(runs: Sequence[Run], names: Sequence[str], language: str) -> Markup:
    head = [
        parts.said(name, language)
        for name in ("run", "ending", "epochs", "train_loss", "validation_loss", "seconds")
    ]
    rows = []
    for run, name in zip(runs, names, strict=True):
        summary = run.summary
        rows.append(
            [
                name,
                sentence(f"figure_ending_{run.ending}", {}, language),
                f"{summary['epochs']:,}",
                parts.number(summary["train_loss"]),
                parts.number(summary["validation_loss"]),
                f"{run.trace.last('seconds'):.3g}",
            ]
        )
    return table(head, rows, caption=parts.said("compared", language))


def _title(run: Run, language: str) -> str:
    data = [Path(one).name for one in run.about.get("data", ())]
    return parts.said("title", language, target=list(run.model.targets), data=data)


def _about(run: Run, language: str) -> str:
    summary = run.summary
    rows = summary["rows"]
    facts = {"method": summary["method"], "engine": summary["engine"], "train": rows["train"]}
    facts["validation"] = rows["validation"]
    return parts.said("about", language, **facts, columns=len(run.model.preparation.names))


def _names(runs: Sequence[Run], language: str) -> list[str]:
    """Return a name for each run: its folder's, or its method and rate."""
    names = []
    for place, run in enumerate(runs, start=1):
        rate = run.summary["learning_rate"]
        facts = {"place": place, "method": run.summary["method"], "rate": parts.number(rate)}
        name = parts.said("run_name" if rate is not None else "search_name", language, **facts)
        names.append(name if run.folder is None else f"{name} ({run.folder.name})")
    return names


def _same_landscape(runs: Sequence[Run]) -> bool:
    """Return whether all runs walk on one surface: the same moments in the same coordinates."""
    first = runs[0].landscape
    if first is None or first.training.rank < 2:
        return False
    for run in runs[1:]:
        other = run.landscape
        if other is None or other.training.B.shape != first.training.B.shape:
            return False
        if not (other.training.B == first.training.B).all():
            return False
    return True
