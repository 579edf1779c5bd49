"""What the command minimize does: one descent or search, and what is asked beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steepest import Basins, Escapes, Figure, Formula, RuleComparison, Trace

EPOCHS, TOLERANCE = 100_000, 1e-8
# Updates of each of many seeds, of each start, and of each run of a comparison of rules.
_MOST_NOISY, _MOST_OF_START, _COMPARED = 10_000, 10_000, 400
_SEARCHES = ("exhaustive", "coarse-to-fine")
# Starts of --basins: along each variable, and at most in all.
_STARTS, _MOST_STARTS = 41, 100_000
ALL = "all"


@dataclass(frozen=True)
class Asked:
    """The options of minimize that say what is to be done."""

    function: str
    names: tuple[str, ...]
    start: tuple[float, ...] | None
    method: str
    rate: float | str
    rule: str
    momentum: float | None
    schedule: str
    epochs: int
    tolerance: float
    given: tuple[str, ...]
    target_loss: float | None
    noise: float
    seeds: int
    seed: int
    ranges: Mapping[str, tuple[float, float]]
    points: int | None
    basins: bool


@dataclass(frozen=True, eq=False)
class Work:
    """What was done, and where it was kept."""

    trace: Trace
    escapes: Escapes | None = None
    basins: Basins | None = None
    rules: RuleComparison | None = None
    folder: str | None = None
    picture: str | None = None

    def answer(self, formula: Formula | None, language: str) -> dict[str, Any]:
        """Return the JSON of the command: always every key, None for what was not asked."""
        from steepest import function_answer
        from steepest.cli.function_answers import basins_json, formula_json, rules_json

        return {
            **function_answer(self.trace, language),
            "rule": self.trace.metadata.get("rule"),
            "schedule": self.trace.metadata.get("schedule"),
            "noise": self.trace.metadata["noise"],
            "formula": None if formula is None else formula_json(formula),
            "escapes": None if self.escapes is None else dict(self.escapes.facts),
            "basins": None if self.basins is None else basins_json(self.basins, self.trace),
            "rules": None if self.rules is None else rules_json(self.rules),
            "run": self.folder,
            "picture": self.picture,
        }


def done(asked: Asked, *, out: str | None, plot: str | None, quiet: bool, language: str) -> Work:
    """Do what was asked, keep and draw it."""
    _check(asked, drawn=plot is not None)
    if asked.method in _SEARCHES:
        work = Work(_searched(asked))
    elif asked.rule == ALL:
        work, traces = _compared(asked)
        return _kept(work, out, plot, lambda: _rules_picture(work, traces, language))
    else:
        work = _descended(asked, quiet=quiet, language=language)
    return _kept(work, out, plot, lambda: _picture(asked, work, language))


def _kept(work: Work, out: str | None, plot: str | None, draw: Callable[[], Figure]) -> Work:
    from steepest import save_trace

    if out is not None:
        save_trace(work.trace, out)
    drawn = None if plot is None else str(draw().save(plot))
    return replace(work, folder=out, picture=drawn)


def _searched(asked: Asked) -> Trace:
    from steepest import search_function

    return search_function(
        asked.function,
        asked.ranges,
        method=asked.method,
        points=asked.points,
        start=asked.start,
        target_loss=asked.target_loss,
    )


def _descended(asked: Asked, *, quiet: bool, language: str) -> Work:
    from steepest import minimize
    from steepest.cli.terminal import Progress

    start = asked.start
    if asked.basins and start is None:
        start = tuple(sum(asked.ranges[name]) / 2.0 for name in asked.names)
    with Progress(quiet=quiet or not sys.stderr.isatty(), language=language) as progress:
        progress.stage("descending", {"rate": asked.rate, "epochs": asked.epochs})
        trace = minimize(
            asked.function,
            start=start,
            learning_rate=asked.rate,
            rule=asked.rule,
            momentum=asked.momentum,
            schedule=asked.schedule,
            epochs=asked.epochs,
            tolerance=asked.tolerance,
            target_loss=asked.target_loss,
            noise=asked.noise,
            seed=asked.seed,
            watch=progress.watch,
        )
    left = None if asked.seeds == 1 else _escapes(asked, trace)
    return Work(trace, left, _basins(asked) if asked.basins else None)


def _escapes(asked: Asked, trace: Trace) -> Escapes:
    from steepest import escapes, rule_of

    return escapes(
        asked.function,
        trace.path[0, :, 0],
        noise=asked.noise,
        learning_rate=asked.rate,
        rule=rule_of(asked.rule, asked.momentum),
        schedule=asked.schedule,
        epochs=min(asked.epochs, _MOST_NOISY),
        runs=asked.seeds,
        seed=asked.seed,
    )


def _basins(asked: Asked) -> Basins:
    from steepest import basins

    many = _STARTS if asked.points is None else asked.points
    lines = []
    for name in asked.names:
        low, high = asked.ranges[name]
        lines.append([low + (high - low) * i / (many - 1) for i in range(many)])
    return basins(
        asked.function,
        list(product(*lines)),
        learning_rate=asked.rate,
        epochs=min(asked.epochs, _MOST_OF_START),
        tolerance=asked.tolerance,
    )


def _compared(asked: Asked) -> tuple[Work, list[Trace]]:
    """Return the comparison, the best rule's run as the answer, and each rule's best run."""
    from steepest import compare_rules, minimize

    kept: dict[tuple[str, float], Trace] = {}
    updates = asked.epochs if "--epochs" in asked.given else _COMPARED

    def run(rule: str, rate: float) -> Trace:
        trace = minimize(
            asked.function,
            start=asked.start,
            rule=rule,
            learning_rate=rate,
            schedule=asked.schedule,
            epochs=updates,
            tolerance=0.0,
        )
        kept[rule, rate] = trace
        return trace

    found = compare_rules(run)
    chosen = [
        kept[rule, float(rate if rate == rate else found.rates[0])]
        for rule, rate in zip(found.rules, found.chosen, strict=True)
    ]
    best = int(found.losses.min(axis=1).argmin())
    return Work(chosen[best], rules=found), chosen


def _rules_picture(work: Work, traces: list[Trace], language: str) -> Figure:
    from steepest import rules_figure

    assert work.rules is not None
    two = len(work.trace.metadata["names"]) == 2
    return rules_figure(work.rules, traces if two else (), language=language)


def _picture(asked: Asked, work: Work, language: str) -> Figure:
    from steepest import basins_figure, escapes_figure, minimize
    from steepest.cli.saved_functions import run_picture

    trace = work.trace
    if work.basins is not None:
        return basins_figure(work.basins, asked.function, language=language)
    if work.escapes is None:
        return run_picture(trace, language)
    rate = "auto" if trace.metadata["automatic_rate"] else trace.metadata["learning_rate"]
    updates = max(1, int(trace.last("updates")))
    calm = minimize(
        trace.metadata["function"],
        start=trace.path[0],
        learning_rate=rate,
        rule=asked.rule,
        momentum=asked.momentum,
        schedule=asked.schedule,
        epochs=updates,
    )
    return escapes_figure(work.escapes, [calm, trace], language=language)


def _check(asked: Asked, *, drawn: bool) -> None:
    """Refuse options that do not go together."""
    from steepest import InputError

    if asked.method in _SEARCHES:
        _refuse(_of_descent(asked) | {"--basins": asked.basins}, asked.method)
        return
    if asked.method not in ("descent", "auto"):
        known = ["descent", *_SEARCHES]
        raise InputError("unknown_choice", option="method", value=asked.method, known=known)
    if asked.rule == ALL:
        alone = {
            "--learning-rate": asked.rate != "auto",
            "--noise": asked.noise != 0.0,
            "--momentum": asked.momentum is not None,
            "--seeds": asked.seeds != 1,
            "--tolerance": "--tolerance" in asked.given,
            "--target-loss": asked.target_loss is not None,
            "--basins": asked.basins,
        }
        _refuse(alone, "--rule all")
    if asked.basins:
        _check_basins(asked, drawn=drawn)
    elif asked.ranges or asked.points is not None:
        name = "--range" if asked.ranges else "--points"
        raise InputError("option_of_search", option=name)
    if asked.seeds != 1 and asked.noise <= 0.0:
        raise InputError("function_seeds", seeds=asked.seeds)


def _check_basins(asked: Asked, *, drawn: bool) -> None:
    from steepest import InputError

    if drawn and len(asked.names) > 2:  # before all starts have been descended from for nothing
        raise InputError("figure_two_variables", variables=len(asked.names))
    alone = {
        "--noise": asked.noise != 0.0,
        "--rule": asked.rule != "plain",
        "--momentum": asked.momentum is not None,
        "--schedule": asked.schedule != "constant",
    }
    _refuse(alone, "--basins")
    for name, (low, high) in asked.ranges.items():
        if name not in asked.names:
            raise InputError("range_unknown", name=name, known=list(asked.names))
        if not -float("inf") < low < high < float("inf"):
            raise InputError("range_empty", name=name, low=low, high=high)
    missing = [name for name in asked.names if name not in asked.ranges]
    if missing:
        raise InputError("basins_need_ranges", missing=missing)
    many = _STARTS if asked.points is None else asked.points
    if many < 2:
        raise InputError("option_too_small", option="points", value=many, least=2)
    if many ** len(asked.names) > _MOST_STARTS:
        facts = {"points": many, "variables": len(asked.names), "most": _MOST_STARTS}
        raise InputError("basins_too_many", **facts)


def _of_descent(asked: Asked) -> dict[str, bool]:
    return {
        "--noise": asked.noise != 0.0,
        "--seeds": asked.seeds != 1,
        "--rule": asked.rule != "plain",
        "--momentum": asked.momentum is not None,
        "--schedule": asked.schedule != "constant",
        "--learning-rate": asked.rate != "auto",
        "--epochs": "--epochs" in asked.given,
        "--tolerance": "--tolerance" in asked.given,
    }


def _refuse(given: Mapping[str, bool], method: str) -> None:
    from steepest import InputError

    for name, there in given.items():
        if there:
            if method in _SEARCHES:
                raise InputError("option_of_descent", option=name, method=method)
            raise InputError("option_beside", option=name, other=method)
