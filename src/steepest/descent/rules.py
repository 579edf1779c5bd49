"""The table of update rules: one elementwise function each, written once, used by every engine.

``step(parameter, gradient, memory, rate, per_update)`` returns ``(parameter, memory)`` after one
update. Parameter and gradient are numbers or arrays of one shape, ``memory`` is a tuple of
``slots`` such (zero before the first update), and ``per_update`` is a tuple of numbers that
change from update to update and are the same for all parameters. Compiled sweeps inline the same
functions. Hyperparameters are frozen but one: the momentum of heavy ball and Nesterov's, which
``rule_of`` sets and ``per_update`` hands to the step. Memory belongs to an engine's state.

Every rule subtracts from the parameter something that does not depend on it, so that a change of
origin changes nothing; a *linear* rule is linear in parameter, gradient and memory with the same
coefficients for all parameters, so that a rotation changes nothing either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from steepest.words.errors import InputError

Memory = tuple[Any, ...]
Step = Callable[[Any, Any, Any, Any, Any], tuple[Any, Any]]

# Standard values of the papers and of the libraries that follow them.
MOMENTUM = 0.9
ADAGRAD_EPSILON = 1e-10
RMSPROP_DECAY, RMSPROP_EPSILON = 0.9, 1e-8
ADAM_FIRST, ADAM_SECOND, ADAM_EPSILON = 0.9, 0.999, 1e-8


def plain(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """One step down the gradient."""
    return parameter - rate * gradient, memory


def momentum(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """Heavy ball; the velocity is the last change of the parameter."""
    velocity = per_update[0] * memory[0] - rate * gradient
    return parameter + velocity, (velocity,)


def nesterov(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """Nesterov's; the parameter is the point ahead, where the gradient is taken."""
    velocity = per_update[0] * memory[0] - rate * gradient
    return parameter + per_update[0] * velocity - rate * gradient, (velocity,)


def adagrad(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """Divide by the root of the sum of all squared gradients."""
    squares = memory[0] + gradient * gradient
    return parameter - rate * gradient / (np.sqrt(squares) + ADAGRAD_EPSILON), (squares,)


def rmsprop(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """Divide by the root of a running mean of squared gradients."""
    squares = RMSPROP_DECAY * memory[0] + (1.0 - RMSPROP_DECAY) * gradient * gradient
    return parameter - rate * gradient / (np.sqrt(squares) + RMSPROP_EPSILON), (squares,)


def adam(parameter: Any, gradient: Any, memory: Any, rate: Any, per_update: Any) -> Any:
    """Step along a running mean of gradients, divided by the root of one of their squares."""
    mean = ADAM_FIRST * memory[0] + (1.0 - ADAM_FIRST) * gradient
    squares = ADAM_SECOND * memory[1] + (1.0 - ADAM_SECOND) * gradient * gradient
    root = np.sqrt(squares / per_update[1]) + ADAM_EPSILON
    return parameter - rate * (mean / per_update[0]) / root, (mean, squares)


def nothing(update: Any, momentum: Any) -> Any:
    """Nothing changes from update to update."""
    return ()


def its_momentum(update: Any, momentum: Any) -> Any:
    """Return the momentum, the same for all updates."""
    return (momentum,)


def adam_corrections(update: Any, momentum: Any) -> Any:
    """Return the weights that the running means have gathered in ``update`` updates."""
    return 1.0 - ADAM_FIRST**update, 1.0 - ADAM_SECOND**update


@dataclass(frozen=True)
class StableRates:
    """Largest constant rates proven stable; derived in ``rates.py``.

    Attributes
    ----------
    quadratic : float
        Batch descent on a quadratic loss, times 1/L; exact.
    convex : float
        Batch descent on a convex loss of curvature at most L, times 1/L; sufficient.
    random, given : float
        Mini-batch and stochastic descent in random and given order: share of plain descent's
        bound; sufficient.
    """

    quadratic: float
    convex: float
    random: float
    given: float


@dataclass(frozen=True, eq=False)
class Rule:
    """One entry of the table of update rules.

    Attributes
    ----------
    name : str
        Its key in the table.
    step : function
        See the module's docstring.
    slots : int
        Numbers of memory that each parameter needs.
    hyperparameters : mapping of str to float
        The frozen ones, as the trace's metadata name them.
    linear : bool
        Whether ``step`` is linear in parameter, gradient and memory, alike for all parameters.
    stable : StableRates or None
        None where no rate is proven stable.
    usual_rate : float
        Rate that the source, or common practice, starts from.
    formula : str
        g gradient, r rate, t number of the update, p parameter.
    source : str
        Where it comes from.
    per_update : function
        From the number of the update (from 1) and ``momentum`` to the numbers that ``step`` needs.
    momentum : float
        Share of the last change that an update repeats; 0 for rules that repeat none.

    Examples
    --------
    >>> rule = RULES["momentum"]
    >>> memory = rule.begin(np.zeros(1))
    >>> parameters, memory = rule.apply(np.array([1.0]), np.array([2.0]), memory, 0.1, 1)
    >>> parameters.tolist(), memory[0].tolist()
    ([0.8], [-0.2])
    """

    name: str
    step: Step
    slots: int
    hyperparameters: Mapping[str, float]
    linear: bool
    stable: StableRates | None
    usual_rate: float
    formula: str
    source: str
    per_update: Callable[[Any, Any], Any] = nothing
    momentum: float = 0.0

    @property
    def plain(self) -> bool:
        """Whether this is plain descent, which has kernels and sentences of its own."""
        return self.step is plain

    def begin(self, parameters: Any) -> Memory:
        """Return the memory before the first update: zeros of the parameters' shape."""
        return tuple(np.zeros_like(parameters, dtype=np.float64) for _ in range(self.slots))

    def apply(
        self, parameters: Any, gradient: Any, memory: Memory, rate: float, update: int
    ) -> tuple[Any, Memory]:
        """Return parameters and memory after update number ``update`` (from 1).

        Arrays of any one shape; none is changed.
        """
        with np.errstate(all="ignore"):
            return self.step(parameters, gradient, memory, rate, self.numbers(update))

    def numbers(self, update: float) -> Any:
        """Return what ``step`` needs of the number of the update (from 1)."""
        return self.per_update(float(update), self.momentum)


def heavy_ball(b: float = MOMENTUM) -> Rule:
    """Return the rule ``momentum``, which repeats the share ``b`` of the last change."""
    return Rule(
        "momentum",
        momentum,
        slots=1,
        hyperparameters={"momentum": b},
        linear=True,
        stable=StableRates(
            quadratic=2.0 * (1.0 + b),
            convex=2.0 * (1.0 - b),
            random=1.0 - b,
            given=(1.0 - b) ** 2 / (1.0 + b),
        ),
        usual_rate=0.01,
        formula=f"v = {b:g} v - r g; p + v",
        source="Polyak 1964",
        per_update=its_momentum,
        momentum=b,
    )


def nesterovs(b: float = MOMENTUM) -> Rule:
    """Return the rule ``nesterov``, which looks ahead by the share ``b`` of the last change."""
    return Rule(
        "nesterov",
        nesterov,
        slots=1,
        hyperparameters={"momentum": b},
        linear=True,
        stable=StableRates(
            quadratic=(2.0 + 2.0 * b) / (1.0 + 2.0 * b),
            convex=1.0,
            random=2.0 * (1.0 - b) / (1.0 + math.sqrt(1.0 + 8.0 * b * (1.0 - b))),
            given=(1.0 - b) ** 2 / (1.0 - b + 2.0 * b**2),
        ),
        usual_rate=0.01,
        formula=f"v = {b:g} v - r g; p + {b:g} v - r g",
        source="Nesterov 1983, in the form of Sutskever et al. 2013",
        per_update=its_momentum,
        momentum=b,
    )


WITH_MOMENTUM: dict[str, Callable[[float], Rule]] = {
    "momentum": heavy_ball,
    "nesterov": nesterovs,
}

RULES: dict[str, Rule] = {
    "plain": Rule(
        "plain",
        plain,
        slots=0,
        hyperparameters={},
        linear=True,
        stable=StableRates(quadratic=2.0, convex=2.0, random=1.0, given=1.0),
        usual_rate=0.01,
        formula="p - r g",
        source="Cauchy 1847",
    ),
    "momentum": heavy_ball(),
    "nesterov": nesterovs(),
    "adagrad": Rule(
        "adagrad",
        adagrad,
        slots=1,
        hyperparameters={"epsilon": ADAGRAD_EPSILON},
        linear=False,
        stable=None,
        usual_rate=0.01,
        formula="s = s + g^2; p - r g / (sqrt(s) + 1e-10)",
        source="Duchi, Hazan, Singer 2011",
    ),
    "rmsprop": Rule(
        "rmsprop",
        rmsprop,
        slots=1,
        hyperparameters={"decay": RMSPROP_DECAY, "epsilon": RMSPROP_EPSILON},
        linear=False,
        stable=None,
        usual_rate=0.001,
        formula="s = 0.9 s + 0.1 g^2; p - r g / (sqrt(s) + 1e-8)",
        source="Tieleman, Hinton 2012",
    ),
    "adam": Rule(
        "adam",
        adam,
        slots=2,
        hyperparameters={"first": ADAM_FIRST, "second": ADAM_SECOND, "epsilon": ADAM_EPSILON},
        linear=False,
        stable=None,
        usual_rate=0.001,
        formula="m = 0.9 m + 0.1 g; s = 0.999 s + 0.001 g^2; "
        "p - r (m / (1 - 0.9^t)) / (sqrt(s / (1 - 0.999^t)) + 1e-8)",
        source="Kingma, Ba 2015",
        per_update=adam_corrections,
    ),
}


def rule_of(rule: str | Rule, momentum: float | None = None) -> Rule:
    """Return the rule of this name, with another momentum where one is given.

    Parameters
    ----------
    rule : str or Rule
        A key of ``RULES``, or an entry as it stands.
    momentum : float, optional
        From 0 (plain descent) to below 1, of the rules that have one; 0.9 by default.

    Raises
    ------
    InputError
        If there is no such rule, it has no momentum, or the number is impossible.

    Examples
    --------
    >>> rule_of("nesterov", 0.5).formula
    'v = 0.5 v - r g; p + 0.5 v - r g'
    """
    if isinstance(rule, Rule):
        return rule
    if rule not in RULES:
        raise InputError("unknown_choice", option="rule", value=rule, known=list(RULES))
    if momentum is None:
        return RULES[rule]
    if rule not in WITH_MOMENTUM:
        raise InputError("rule_without_momentum", rule=rule, known=list(WITH_MOMENTUM))
    if isinstance(momentum, (bool, str)) or not 0.0 <= momentum < 1.0:
        raise InputError("momentum_impossible", value=str(momentum))
    return WITH_MOMENTUM[rule](float(momentum))


def rule_named(name: str, momentum: float) -> Rule:
    """Return the rule of this name; the momentum is that of rules that have one."""
    return rule_of(name, momentum if name in WITH_MOMENTUM else None)


def rule_of_run(about: Mapping[str, Any]) -> Rule:
    """Return the rule of a recorded run, with its momentum, from the trace's metadata."""
    return rule_of(str(about["rule"]), about.get("hyperparameters", {}).get("momentum"))


def factors(rule: Rule, rate: float, curvatures: Any) -> Any:
    """Return by what an update multiplies, in the long run, the way along each curvature.

    The largest modulus of the eigenvalues of the matrix that one update of a linear rule is on
    (parameter, memory) along one direction of curvature; shape (n,) for curvatures (n,).

    Examples
    --------
    >>> [float(factors(RULES[name], 0.5, [1.0])[0].round(9)) for name in ("plain", "momentum")]
    [0.5, 0.948683298]
    """
    curvature = np.asarray(curvatures, dtype=np.float64)
    size = 1 + rule.slots
    matrix = np.empty((*curvature.shape, size, size))
    for column in range(size):
        unit = np.zeros((size, *curvature.shape))
        unit[column] = 1.0
        after, memory = rule.apply(unit[0], curvature * unit[0], tuple(unit[1:]), rate, 1)
        matrix[..., column] = np.stack([after, *memory], axis=-1)
    if not np.isfinite(matrix).all():
        return np.full(curvature.shape, np.inf)
    return np.abs(np.linalg.eigvals(matrix)).max(axis=-1)
