"""A state as a command and as Python: both give the numbers that the page shows."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Sequence
from typing import Any

from steepest import FitOptions
from steepest.lab.function_runs import MOST_UPDATES, FunctionMade, function_ranges
from steepest.lab.grids import affordable
from steepest.lab.runs import Made

_DEFAULTS = FitOptions(target=("",))
# Fields of the options of a fit -> their names on the command line; in the order of its help.
_FLAGS = {
    "loss": "--loss",
    "loss_parameter": "--loss-parameter",
    "penalty": "--penalty",
    "alpha": "--alpha",
    "l1_ratio": "--l1-ratio",
    "method": "--method",
    "batch_size": "--batch-size",
    "order": "--order",
    "rule": "--rule",
    "momentum": "--momentum",
    "schedule": "--schedule",
    "epochs": "--epochs",
    "tolerance": "--tolerance",
    "points": "--points",
    "validation": "--validation",
    "missing": "--missing",
    "dates": "--dates",
    "seed": "--seed",
}


def snippet_of_table(made: Made) -> dict[str, str]:
    """Return the command and the Python lines that repeat a run on rows."""
    return {"shell": _shell(made), "python": _python(made)}


def _changed(options: FitOptions) -> dict[str, Any]:
    """Return the fields of options that are not the usual ones."""
    return {
        name: getattr(options, name)
        for name in _FLAGS
        if getattr(options, name) != getattr(_DEFAULTS, name)
    }


def _shell(made: Made) -> str:
    options = made.options
    parts = ["steepest", "fit", *made.held.data, "--target", _listed(options.target)]
    if options.features is not None:
        parts += ["--features", _listed(options.features)]
    if options.learning_rates != ("auto",):
        parts += ["--learning-rate", repr(options.learning_rates[0])]
    for name, value in _changed(options).items():
        parts += [_FLAGS[name], str(value)]
    for switch in ("standardize", "intercept"):
        parts += [] if getattr(options, switch) else [f"--no-{switch}"]
    if options.start != "zero":
        start = options.start
        text = start if isinstance(start, str) else ",".join(map(repr, start))
        parts.append(f"--start={text}")
    for name, low, high in options.ranges:
        parts += ["--range", f"{name}={low!r}:{high!r}"]
    return shlex.join(parts)


def _python(made: Made) -> str:
    options = made.options
    given: dict[str, Any] = {"target": _one(options.target)}
    if options.features is not None:
        given["features"] = list(options.features)
    if options.learning_rates != ("auto",):
        given["learning_rate"] = options.learning_rates[0]
    given |= _changed(options)
    for name in ("standardize", "intercept", "start", "ranges"):
        if getattr(options, name) != getattr(_DEFAULTS, name):
            given[name] = getattr(options, name)
    data = _one(made.held.data)
    lines = [f"    {name}={value!r},\n" for name, value in given.items()]
    call = f"run = fit(\n    {data!r},\n{''.join(lines)})\n"
    return f"from steepest import fit\n\n{call}print(run.answer())\n"


def snippet_of_function(made: FunctionMade) -> dict[str, str]:
    """Return the command and the Python lines that repeat a run on a function."""
    state = made.state
    assert isinstance(state.start, tuple)
    start = list(state.start)
    parts = ["steepest", "minimize", state.formula]
    given: dict[str, Any] = {"start": start}
    if state.searched:
        ranges = function_ranges(state)
        parts += ["--method", state.method]
        for name, (low, high) in ranges.items():
            parts += ["--range", f"{name}={low!r}:{high!r}"]
        points = affordable(state.method, len(ranges), state.points)
        parts += ["--points", str(points)]
        call = f"search_function(\n    {state.formula!r},\n    {ranges!r},\n"
        given |= {"method": state.method, "points": points}
    else:
        call = f"minimize(\n    {state.formula!r},\n"
        more: dict[str, Any] = {
            "learning_rate": state.rate,
            "rule": state.rule,
            "momentum": state.momentum,
            "schedule": state.schedule,
            "epochs": min(state.epochs, MOST_UPDATES),
            "tolerance": state.tolerance,
            "noise": state.noise,
            "seed": state.seed,
        }
        usual = {"learning_rate": "auto", "rule": "plain", "schedule": "constant", "noise": 0.0}
        usual |= {"seed": 0, "tolerance": 1e-8}
        given |= {k: v for k, v in more.items() if v != usual.get(k)}
        for name, value in given.items():
            if name != "start":
                parts += [f"--{name.replace('_', '-')}", str(value)]
    parts.append(f"--start={','.join(map(repr, start))}")
    lines = [f"    {name}={value!r},\n" for name, value in given.items()]
    name = call.partition("(")[0]
    python = (
        f"from steepest import function_answer, {name}\n\n"
        f"trace = {call}{''.join(lines)})\nprint(function_answer(trace))\n"
    )
    return {"shell": shlex.join(parts), "python": python}


def _one(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _listed(names: Sequence[str]) -> str:
    """Return names as the command line reads them: quoted where they hold a comma."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(names)
    return written.getvalue()
