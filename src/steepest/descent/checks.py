"""Which options there are, and whether they are possible: checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
import numpy.typing as npt

from steepest.descent.rules import Rule, rule_of
from steepest.descent.schedules import SCHEDULES
from steepest.objective.losses import LOSSES, Loss
from steepest.objective.penalties import PENALTIES, Penalty, penalty_of, possible
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Name -> what it does, in words. The searches are in ``searches.py``.
METHODS: dict[str, str] = {
    "batch": "all training rows in every update",
    "mini-batch": "a few rows in every update",
    "stochastic": "one row in every update",
    "exhaustive": "the loss at every point of a grid",
    "coarse-to-fine": "a coarse grid, then a finer one around its best point, and so on",
}


BACKTRACKING = "backtracking"
DESCENTS = ("batch", "mini-batch", "stochastic")
ENGINES = ("moments", "pass", "sweep")


def check_options(
    *,
    loss: str = "squared_error",
    method: str = "batch",
    order: str = "random",
    schedule: str = "constant",
    rate: float | str = 1.0,
    rule: str | Rule = "plain",
) -> None:
    """Raise InputError if an option's value is not one of its table's."""
    tables: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("loss", loss, list(LOSSES)),
        ("method", method, list(METHODS)),
        ("order", order, ["random", "given"]),
        ("schedule", schedule, list(SCHEDULES)),
    )
    for option, value, known in tables:
        if value not in known:
            raise InputError("unknown_choice", option=option, value=value, known=list(known))
    if rate not in ("auto", BACKTRACKING) and not _positive(rate):
        raise InputError("rate_not_positive", value=str(rate))
    chosen = rule_of(rule)
    if rate == "auto" and chosen.stable is None:
        facts = {"usual": chosen.usual_rate, "source": chosen.source}
        raise InputError("rule_without_auto", rule=chosen.name, **facts)


def loss_of(name: str, parameter: float | None = None) -> Loss:
    """Return the loss of this name, with another value of its own parameter where one is given.

    Raises
    ------
    InputError
        If the loss is unknown, has no parameter, or the value is impossible.
    """
    if name not in LOSSES:
        raise InputError("unknown_choice", option="loss", value=name, known=list(LOSSES))
    loss = LOSSES[name]
    if parameter is None:
        return loss
    if loss.parameter is None:
        known = [one.name for one in LOSSES.values() if one.parameter]
        raise InputError("loss_without_parameter", loss=name, value=str(parameter), known=known)
    inside = math.isfinite(parameter) and parameter > 0.0
    if not inside or (loss.parameter == "quantile" and parameter >= 1.0):
        raise InputError("loss_parameter_impossible", option=loss.parameter, value=str(parameter))
    return loss.with_parameter(parameter)


def checked_penalty(name: str, alpha: float, l1_ratio: float, *, intercept: bool) -> Penalty:
    """Return the penalty of this name and strength, if both are possible.

    Raises
    ------
    InputError
        If the penalty is unknown, or a number out of its range.
    """
    if name not in PENALTIES:
        raise InputError("unknown_choice", option="penalty", value=name, known=list(PENALTIES))
    if not possible(alpha, l1_ratio):
        facts = {
            "strength": "alpha",
            "alpha": str(alpha),
            "ratio": "l1_ratio",
            "l1_ratio": str(l1_ratio),
        }
        raise InputError("penalty_impossible", **facts)
    return penalty_of(name, float(alpha), float(l1_ratio), intercept=intercept)


def check_step(learning_rate: float | str, rule: str | Rule, schedule: str) -> None:
    """Refuse to find a step where backtracking cannot: other rules, falling schedules.

    Where this is asked ``auto`` is backtracking, which has no name besides.
    """
    if learning_rate == BACKTRACKING:
        raise InputError("rate_not_positive", value=BACKTRACKING)
    if learning_rate != "auto":
        return
    chosen = rule_of(rule)
    if chosen.name != "plain":
        raise InputError("rule_needs_rate", rule=chosen.name, usual=chosen.usual_rate)
    if schedule != "constant":
        raise InputError("schedule_needs_rate", schedule=schedule)


def _positive(rate: object) -> bool:
    """Return whether ``rate`` is a positive, finite number of any numeric type."""
    if isinstance(rate, bool) or not isinstance(rate, Real):
        return False
    return math.isfinite(rate) and float(rate) > 0.0


def check_numbers(*, epochs: int, tolerance: float, batch_size: int | None, seed: int) -> None:
    """Raise InputError if a number is out of its range."""
    for option, number, least in (("epochs", epochs, 0), ("seed", seed, 0)):
        check_whole(option, number)
        if number < least:
            raise InputError("option_too_small", option=option, value=number, least=least)
    if batch_size is not None and batch_size < 1:
        raise InputError("option_too_small", option="batch_size", value=batch_size, least=1)
    check_real("tolerance", tolerance)
    if not (math.isfinite(tolerance) and 0.0 <= tolerance < 1.0):
        raise InputError("tolerance_out_of_range", value=tolerance)


def check_real(option: str, value: object) -> None:
    """Raise InputError if a value is no real number; bool is none."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise InputError("option_no_number", option=option, value=_shown(value))


def check_whole(option: str, value: object) -> None:
    """Raise InputError if a value is no whole number."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise InputError("option_not_whole", option=option, value=_shown(value))


def _shown(value: object) -> object:
    return value if isinstance(value, (str, int, float)) else type(value).__name__


def finite_numbers(name: str, values: npt.ArrayLike) -> Floats:
    """Return values as an array of finite numbers."""
    try:
        made = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError("init_no_numbers", name=name, kind=type(values).__name__) from None
    if not np.isfinite(made).all():
        raise InputError("init_not_finite", name=name)
    return made


def batch_rows(method: str, batch_size: int | None, rows: int) -> int:
    """Return the rows of a batch for a method, checked against the number of rows."""
    if method == "batch":
        wanted = rows if batch_size is None else batch_size
        if wanted != rows:
            raise InputError("batch_size_of_batch", size=batch_size, rows=rows)
        return rows
    if method == "stochastic":
        if batch_size not in (None, 1):
            raise InputError("batch_size_of_stochastic", size=batch_size)
        return 1
    size = min(32, rows) if batch_size is None else batch_size
    if size > rows:
        raise InputError("batch_larger_than_rows", size=size, rows=rows)
    return size


def first_point(start: npt.ArrayLike | None, shape: tuple[int, int]) -> Floats:
    """Return the parameters (P, K) before the first update, zero where none are given."""
    if start is None:
        return np.zeros(shape)
    first = finite_numbers("start", start)
    if first.size != shape[0] * shape[1]:
        raise InputError("init_shape", name="start", shape=str(first.shape), wanted=str(shape))
    return first.reshape(shape)


def start_of_function(start: npt.ArrayLike | None, names: Sequence[str]) -> Floats:
    """Return the first point (P, 1) of a function of these variables, zero where none is given."""
    count = 0 if start is None else finite_numbers("start", start).size
    if start is not None and count != len(names):
        raise InputError("start_numbers", given=count, wanted=len(names), names=list(names))
    return first_point(start, (len(names), 1))


def check_target(target_loss: float | None) -> None:
    """Raise InputError if the target is no number."""
    if target_loss is not None:
        check_real("target_loss", target_loss)
    if target_loss is not None and math.isnan(target_loss):
        raise InputError("target_no_number", value=target_loss)
