"""The compiled forms of one function: value and gradient, Hessian, a whole epoch of updates.

Inside, parameters are the arrays of the tree; (P,) vectors come in and go out. An epoch is one
call: a scan over batches, whose rows are gathered as they come, and one more update for the rows
that are left over.

Backtracking on batches is the stochastic line search of Vaswani, Mishkin, Laradji, Schmidt, Gidel,
Lacoste-Julien (NeurIPS 2019): the step is made shorter by a tenth until the *batch's own* value
falls by c = 1/2 of what its slope promises (Armijo), and may double within an epoch. For convex
losses they prove that it converges where one point minimizes every batch (theorem 1, which asks
for c of at least 1/2); elsewhere it hovers, as any constant rate does. On a small network c = 0.1
let steps through that undid one another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from steepest.programs.compiling import Compiled, jax_module
from steepest.programs.traced import Traced
from steepest.programs.trees import Tree

# What the search on a batch asks for, how it shortens, and how far a step may grow in an epoch.
BATCH_ARMIJO, SHORTEN, GROW = 0.5, 0.9, 2.0
_TRIALS = 400  # 0.9^400 = 5e-19
# Rows evaluated at once: what they need in between stays in the cache of a core. Measured on a
# 64-32-1 network, 100,000 x 20: 2.5 x faster than all rows at once.
EVALUATED_ROWS = 512


class RuleLike(Protocol):
    """An update rule: see ``descent/rules.py``."""

    @property
    def step(self) -> Callable[[Any, Any, Any, Any, Any], Any]:
        """From parameter, gradient, memory, rate, numbers of the update to parameter, memory."""

    @property
    def slots(self) -> int:
        """Numbers of memory that each parameter needs."""

    @property
    def per_update(self) -> Callable[[Any, Any], Any]:
        """From number of the update (from 1) and momentum to the numbers that ``step`` needs."""

    @property
    def momentum(self) -> float:
        """Share of the last change that an update repeats."""


class Forms:
    """The compiled forms of a function of a tree; ``batched`` where it also takes data."""

    def __init__(self, function: Callable[..., Any], tree: Tree, *, batched: bool) -> None:
        self._function, self._tree, self._batched = function, tree, batched
        self._sweeps: dict[Any, Compiled] = {}
        self.at_point = Compiled(self._value_and_gradient)
        self.values = Compiled(self._values)
        self.gradients = Compiled(self._gradients)
        self.in_parts = Compiled(self._in_parts)
        self.value_in_parts = Compiled(self._value_in_parts)
        self.hessians = Compiled(self._hessians)

    @property
    def seconds(self) -> float:
        """What compilation has taken so far."""
        fixed = (self.at_point, self.values, self.gradients, self.in_parts, self.value_in_parts)
        return sum(one.seconds for one in (*fixed, self.hessians, *self._sweeps.values()))

    def scalar(self, leaves: Any, data: Any) -> Any:
        """Return the function at arrays, as it is written."""
        whole = self._tree.whole(leaves)
        return self._function(whole, *data) if self._batched else self._function(whole)

    def _value_and_gradient(self, flat: Any, data: Any) -> Any:
        jax = jax_module()
        value, gradient = jax.value_and_grad(self.scalar)(self._tree.split(flat), data)
        return value.astype("float64"), _joined(gradient)

    def _values(self, points: Any, data: Any) -> Any:
        jax = jax_module()

        def one(flat: Any) -> Any:
            return self.scalar(self._tree.split(flat), data)

        if not self._batched:
            return jax.vmap(one)(points)
        # with many rows, what all points need at once would not stay in the cache
        rows = jax.tree.leaves(data[0])[0].shape[0]
        return jax.lax.map(one, points, batch_size=max(1, EVALUATED_ROWS // rows))

    def _gradients(self, points: Any, data: Any) -> Any:
        return jax_module().vmap(lambda flat: self._value_and_gradient(flat, data)[1])(points)

    def _hessians(self, points: Any, data: Any) -> Any:
        jax = jax_module()
        return jax.vmap(jax.hessian(lambda flat: self.scalar(self._tree.split(flat), data)))(points)

    def _in_parts(self, flat: Any, data: Any) -> Any:
        """Return value and gradient of a mean over rows, so many rows at a time."""
        jax = jax_module()
        leaves = self._tree.split(flat)

        def add(total: Any, part: Any, rows: int) -> Any:
            value, gradient = jax.value_and_grad(self.scalar)(leaves, (part, *data[1:]))
            new = (value.astype("float64"), _joined(gradient))
            return jax.tree.map(lambda old, one: old + rows * one, total, new)

        zero = (flat.sum() * 0.0, flat * 0.0)
        return _over_parts(data, add, zero)

    def _value_in_parts(self, flat: Any, data: Any) -> Any:
        leaves = self._tree.split(flat)

        def add(total: Any, part: Any, rows: int) -> Any:
            return total + rows * self.scalar(leaves, (part, *data[1:])).astype("float64")

        return _over_parts(data, add, flat.sum() * 0.0)

    def sweep(self, rule: RuleLike, size: int, *, search: bool, keep: bool) -> Compiled:
        """Return the compiled epoch of a rule and batch size; see :meth:`_sweep`."""
        key = (rule.step, rule.momentum, size, search, keep)
        if key not in self._sweeps:
            made = _Sweep(self, rule, size, search=search, keep=keep)
            self._sweeps[key] = Compiled(made)
        return self._sweeps[key]

    def crowd(self, rule: RuleLike, size: int) -> Compiled:
        """Return the compiled epoch of many runs at once, each with an order of its own.

        From arrays and memory with a first axis of S runs, orders (S, N): arrays, memory, and the
        points (S, U, P) after every update.
        """
        key = (rule.step, rule.momentum, size, "crowd")
        if key not in self._sweeps:
            self._sweeps[key] = Compiled(_Crowd(self, rule, size))
        return self._sweeps[key]


class _Sweep:
    """One epoch: every batch once, an update for each."""

    def __init__(
        self, forms: Forms, rule: RuleLike, size: int, *, search: bool, keep: bool
    ) -> None:
        self._forms, self._rule, self._size = forms, rule, size
        self._search, self._keep = search, keep

    def __call__(
        self, leaves: Any, memory: Any, update: Any, rate: Any, order: Any, data: Any
    ) -> Any:
        """Return arrays, memory, rate, evaluations, the sum of rows' values, and kept updates.

        ``order`` (N,) names every row once; the running value of a batch is at the arrays before
        its update.
        """
        jax = jax_module()
        size, rows = self._size, order.shape[0]
        many = rows // size
        batches = order[: many * size].reshape(many, size)
        carry = (leaves, memory, update, rate, update * 0)

        def advance(carry: Any, batch: Any) -> Any:
            return self._update(carry, batch, data, rows)

        carry, (values, kept) = jax.lax.scan(advance, carry, batches)
        total = values.sum() * size
        if many * size < rows:
            carry, (value, last) = advance(carry, order[many * size :])
            total = total + value * (rows - many * size)
            kept = jax.tree.map(
                lambda old, one: jax.numpy.concatenate([old, one[None]]), kept, last
            )
        leaves, memory, _, rate, evaluations = carry
        return leaves, memory, rate, evaluations, total, kept

    def _update(self, carry: Any, batch: Any, data: Any, rows: int) -> Any:
        jax = jax_module()
        leaves, memory, update, rate, evaluations = carry
        chosen = (jax.tree.map(lambda one: one[batch], data[0]), *data[1:])
        value, gradient = jax.value_and_grad(self._forms.scalar)(leaves, chosen)
        update, evaluations = update + 1, evaluations + 1
        if self._search:
            longest = rate * GROW ** (batch.shape[0] / rows)
            rate, tries = self._searched(leaves, gradient, value, chosen, longest)
            evaluations = evaluations + tries
        kept = (_joined(leaves), _joined(gradient)) if self._keep else ()
        numbers = self._rule.per_update(update, self._rule.momentum)
        stepped = [
            self._stepped(one, slope, tuple(slot[i] for slot in memory), rate, numbers)
            for i, (one, slope) in enumerate(zip(leaves, gradient, strict=True))
        ]
        leaves = tuple(one for one, _ in stepped)
        slots = range(self._rule.slots)
        memory = tuple(tuple(slot[k] for _, slot in stepped) for k in slots)
        return (leaves, memory, update, rate, evaluations), (value.astype("float64"), kept)

    def _stepped(self, value: Any, slope: Any, memory: Any, rate: Any, numbers: Any) -> Any:
        """Return one array and its memory after the rule's update, in the array's dtype."""
        slots = tuple(Traced(one) for one in memory)
        after, kept = self._rule.step(Traced(value), Traced(slope), slots, rate, numbers)
        dtype = value.dtype
        return after.value.astype(dtype), tuple(one.value.astype(dtype) for one in kept)

    def _searched(self, leaves: Any, gradient: Any, value: Any, chosen: Any, longest: Any) -> Any:
        """Return the first step that lowers the batch's value enough, and how many were tried."""
        jax = jax_module()
        square = sum((one * one).sum().astype("float64") for one in gradient)

        def refused(state: Any) -> Any:
            step, tries, found = state
            falls = found <= value - BATCH_ARMIJO * step * square
            return ~falls & (tries < _TRIALS)

        def tried(step: Any) -> Any:
            after = tuple(
                (one - step * slope).astype(one.dtype)
                for one, slope in zip(leaves, gradient, strict=True)
            )
            return self._forms.scalar(after, chosen)

        def shorter(state: Any) -> Any:
            step, tries, _ = state
            return step * SHORTEN, tries + 1, tried(step * SHORTEN)

        first = (longest, jax.numpy.asarray(1), tried(longest))
        step, tries, _ = jax.lax.while_loop(refused, shorter, first)
        return step, tries


class _Crowd:
    """One epoch of many runs side by side."""

    def __init__(self, forms: Forms, rule: RuleLike, size: int) -> None:
        self._sweep = _Sweep(forms, rule, size, search=False, keep=True)

    def __call__(
        self, leaves: Any, memory: Any, update: Any, rate: Any, order: Any, data: Any
    ) -> Any:
        jax = jax_module()

        def one(leaves: Any, memory: Any, order: Any) -> Any:
            leaves, memory, _, _, _, kept = self._sweep(leaves, memory, update, rate, order, data)
            points = jax.numpy.concatenate([kept[0][1:], _joined(leaves)[None]])
            return leaves, memory, points

        return jax.vmap(one)(leaves, memory, order)


def _joined(leaves: Any) -> Any:
    numpy = jax_module().numpy
    return numpy.concatenate([one.astype("float64").ravel() for one in leaves])


def _over_parts(data: Any, add: Callable[[Any, Any, int], Any], zero: Any) -> Any:
    """Return the mean over rows that ``add`` sums up, a part of the rows at a time."""
    jax = jax_module()
    rows = jax.tree.leaves(data[0])[0].shape[0]
    many = rows // EVALUATED_ROWS

    def cut(first: Any, count: int) -> Any:
        take = jax.lax.dynamic_slice_in_dim
        return jax.tree.map(lambda one: take(one, first, count), data[0])

    def body(total: Any, number: Any) -> Any:
        return add(total, cut(number * EVALUATED_ROWS, EVALUATED_ROWS), EVALUATED_ROWS), None

    total, _ = jax.lax.scan(body, zero, jax.numpy.arange(many))
    left = rows - many * EVALUATED_ROWS
    if left:
        total = add(total, cut(many * EVALUATED_ROWS, left), left)
    return jax.tree.map(lambda one: one / rows, total)


def forms_of(function: Callable[..., Any], tree: Tree, *, batched: bool) -> Forms:
    """Return the forms of a function, those compiled before where it is the same one."""
    try:
        return _kept_forms(function, tree, batched)
    except TypeError:  # not hashable
        return Forms(function, tree, batched=batched)


@lru_cache(maxsize=32)
def _kept_forms(function: Callable[..., Any], tree: Tree, batched: bool) -> Forms:
    return Forms(function, tree, batched=batched)
