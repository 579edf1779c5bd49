"""The state of a page: flat, readable in an address, and never refused as a whole.

Every key has a default and a reader; what cannot be used is replaced by the nearest that can, and
a notice says so. Keys that are not known are left alone, so that older links keep working.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from steepest import LANGUAGES, LOSSES, PENALTIES, RULES, SCHEDULES
from steepest.data.table import Note
from steepest.words.catalogue import phrase

VERSION = 1
# Key -> the sentence that is its label, where that is no ``lab_KEY``.
LABELS: Mapping[str, str] = {
    "lang": "lab_language",
    "target": "lab_target_label",
    "features": "lab_features_label",
    "validation": "lab_label_validation",
    "missing": "lab_label_missing",
    "dates": "lab_label_dates",
    "start": "lab_group_start",
    "points": "lab_points_each",
    "step": "lab_step_name",
}
FORMULA = "formula"
SEARCHES = ("exhaustive", "coarse-to-fine")
MOST_EPOCHS, MOST_MOMENTUM = 100_000, 0.9999
_LONGEST_TEXT, _LONGEST_LIST = 2_000, 1_000
Reader = Callable[[Any], Any]


class UnusableError(ValueError):
    """A value that a key cannot have; what stands in for it is the key's default."""


class ClampedError(ValueError):
    """A number outside its range; ``kept`` is the nearest inside."""

    def __init__(self, kept: float, low: float, high: float) -> None:
        super().__init__()
        self.kept, self.low, self.high = kept, low, high


@dataclass(frozen=True)
class State:
    """What a page shows. Names and units are those of ``steepest fit``.

    Attributes
    ----------
    data : str
        A table of the session, or ``formula``.
    momentum, loss_parameter, penalty, alpha, l1_ratio
        As for ``fit``.
    method : str
        ``descent`` (batch, mini-batch or stochastic by ``batch``) or a search.
    batch : "all" or int
        Rows of an update.
    rate : "auto" or float
        Learning rate.
    start : "zero", "random" or tuple of float
        In the table's units, intercept first; of a formula its variables in order.
    ranges : tuple of str
        What searches go through, as ``NAME=LOW:HIGH``; none: chosen by what is known.
    plane : tuple of str
        Two parameters of surfaces and sections; none: those that moved most.
    h : float or None
        Step of the secant.
    step : int
        Number of the update shown by hand.
    """

    lang: str = "en"
    theme: str = "auto"
    data: str = "salary"
    formula: str = "himmelblau"
    target: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    method: str = "descent"
    batch: int | str = "all"
    order: str = "random"
    rate: float | str = "auto"
    schedule: str = "constant"
    rule: str = "plain"
    momentum: float | None = None
    epochs: int = 100
    tolerance: float = 1e-8
    standardize: bool = True
    intercept: bool = True
    loss: str = "squared_error"
    loss_parameter: float | None = None
    penalty: str = "none"
    alpha: float = 0.0001
    l1_ratio: float = 0.15
    validation: float | None = None
    missing: str = "error"
    dates: str = "error"
    start: tuple[float, ...] | str = "zero"
    seed: int = 0
    smoothing: float = 0.0
    noise: float = 0.0
    points: int | None = None
    ranges: tuple[str, ...] = ()
    plane: tuple[str, ...] = ()
    h: float | None = None
    at: str = "start"
    step: int = 0
    x: str = "epoch"

    @property
    def of_formula(self) -> bool:
        """Whether a function is minimized, no rows."""
        return self.data == FORMULA

    @property
    def searched(self) -> bool:
        """Whether values are searched on grids."""
        return self.method in SEARCHES

    def as_dict(self) -> dict[str, Any]:
        """Return every key, as JSON values."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
        return {"v": VERSION, **told}


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\0" in value:
        raise UnusableError
    return value


def _choice(*known: str) -> Reader:
    def read(value: Any) -> str:
        if value not in known or not isinstance(value, str):
            raise UnusableError
        return value

    return read


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise UnusableError
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise UnusableError from None
    if not math.isfinite(number):
        raise UnusableError
    return number


def _number(low: float, high: float) -> Reader:
    def read(value: Any) -> float:
        number = _float(value)
        if not low <= number <= high:
            raise ClampedError(min(max(number, low), high), low, high)
        return number

    return read


def _whole(low: int, high: int) -> Reader:
    def read(value: Any) -> int:
        number = round(_float(value))
        if not low <= number <= high:
            raise ClampedError(min(max(number, low), high), low, high)
        return number

    return read


def _flag(value: Any) -> bool:
    known = {True: True, False: False, "1": True, "0": False, "true": True, "false": False}
    if not isinstance(value, (bool, str)) or value not in known:
        raise UnusableError
    return known[value]


def _or(word: str | None, read: Reader) -> Reader:
    """Return a reader that also takes a word; None stands for an empty text, too."""

    def either(value: Any) -> Any:
        if value == word or (word is None and value == ""):
            return word
        return read(value)

    return either


def _names(value: Any) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > _LONGEST_LIST:
        raise UnusableError
    return tuple(dict.fromkeys(_text(one).strip() for one in given if one != ""))


def _start(value: Any) -> tuple[float, ...] | str:
    if value in ("zero", "random"):
        return str(value)
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not 0 < len(given) <= _LONGEST_LIST:
        raise UnusableError
    return tuple(_number(-1e12, 1e12)(one) for one in given)


def _ranges(value: Any) -> tuple[str, ...]:
    """Return ranges with plain numbers, the last one of a name."""
    made = {}
    for text in _names(value):
        name, _, bounds = text.rpartition("=")
        ends = [_number(-1e12, 1e12)(one) for one in bounds.split(":")]
        if not name or len(ends) != 2 or not ends[0] < ends[1]:
            raise UnusableError
        made[name] = f"{name}={ends[0]!r}:{ends[1]!r}"
    return tuple(made.values())


READERS: Mapping[str, Reader] = {
    "lang": _choice(*LANGUAGES),
    "theme": _choice("auto", "light", "dark"),
    "data": _text,
    "formula": _text,
    "target": _names,
    "features": _names,
    "method": _choice("descent", *SEARCHES),
    "batch": _or("all", _whole(1, 2**31 - 1)),
    "order": _choice("random", "given"),
    "rate": _or("auto", _number(1e-15, 1e15)),
    "schedule": _choice(*SCHEDULES),
    "rule": _choice(*RULES),
    "momentum": _or(None, _number(0.0, MOST_MOMENTUM)),
    "epochs": _whole(1, MOST_EPOCHS),
    "tolerance": _number(0.0, 1.0),
    "standardize": _flag,
    "intercept": _flag,
    "loss": _choice(*LOSSES),
    "loss_parameter": _or(None, _number(1e-12, 1e12)),
    "penalty": _choice(*PENALTIES),
    "alpha": _number(0.0, 1e12),
    "l1_ratio": _number(0.0, 1.0),
    "validation": _or(None, _number(0.0, 0.9)),
    "missing": _choice("error", "drop", "mean"),
    "dates": _choice("error", "days"),
    "start": _start,
    "seed": _whole(0, 2**53),
    "smoothing": _number(0.0, 0.999),
    "noise": _number(0.0, 1e6),
    "points": _or(None, _whole(2, 1001)),
    "ranges": _ranges,
    "plane": _names,
    "h": _or(None, _number(1e-12, 1e6)),
    "at": _choice("start", "end", "optimum"),
    "step": _whole(0, 2**53),
    "x": _choice("epoch", "update", "rows", "seconds"),
}


def read_state(given: Mapping[str, Any]) -> tuple[State, list[Note]]:
    """Return the state that a page asks for, and what had to be changed about it.

    >>> state, notices = read_state({"epochs": "0", "batch": 20, "colour": "red"})
    >>> state.epochs, state.batch, [note.name for note in notices]
    (1, 20, ['lab_clamped'])
    """
    values: dict[str, Any] = {}
    notices: list[Note] = []
    for name, read in READERS.items():
        if name not in given:
            continue
        try:
            values[name] = read(given[name])
        except ClampedError as change:
            values[name] = change.kept
            facts = {"kept": change.kept, "low": change.low, "high": change.high}
            notices.append(Note("lab_clamped", {"label": label_of(name), **facts}))
        except (UnusableError, TypeError):
            notices.append(Note("lab_ignored", {"label": label_of(name)}))
    state = _with_parameter(State(**values), notices)
    return _with_rate(_with_momentum(state, notices), notices), notices


def label_of(key: str) -> dict[str, object]:
    """Return what the page calls a key, as a phrase."""
    return phrase(LABELS.get(key, f"lab_{key}"))


def _with_momentum(state: State, notices: list[Note]) -> State:
    """Return the state with a momentum that its rule has."""
    if state.momentum is None or "momentum" in RULES[state.rule].hyperparameters:
        return state
    notices.append(Note("lab_ignored", {"label": label_of("momentum")}))
    return replace(state, momentum=None)


def _with_parameter(state: State, notices: list[Note]) -> State:
    """Return the state with a parameter that its loss has."""
    value, own = state.loss_parameter, LOSSES[state.loss].parameter
    if value is None or (own is not None and (own != "quantile" or value < 1.0)):
        return state
    notices.append(Note("lab_ignored", {"label": label_of("loss_parameter")}))
    return replace(state, loss_parameter=None)


def _with_rate(state: State, notices: list[Note]) -> State:
    """Return the state with a rate that its rule can run at: not all have an automatic one."""
    rule = RULES[state.rule]
    backtracked = state.of_formula and (state.rule != "plain" or state.schedule != "constant")
    if state.rate != "auto" or state.searched or not (backtracked or rule.stable is None):
        return state
    facts = {"rule": phrase(f"lab_rule_{state.rule}"), "rate": rule.usual_rate}
    notices.append(Note("lab_rate_needed", facts))
    return replace(state, rate=rule.usual_rate)
