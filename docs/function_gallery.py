"""The pictures of functions in docs/gallery.md, each with what made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from steepest import (
    Trace,
    basins,
    basins_figure,
    batch_escapes,
    batch_escapes_figure,
    compare_rules,
    curvature_figure,
    descent_figure,
    escapes,
    escapes_figure,
    formula_of,
    minimize,
    program_of,
    rules_figure,
    saddle_share,
    saddle_share_figure,
    search_cost_figure,
    search_function,
    searches_figure,
    valleys_figure,
)
from steepest.figures.figure import Figure

SADDLE = "x**2 - y**2"
PLANTED = "(x + 2)**2/100 - 2*exp(-(x - 3.3)**2/0.01)"
# Name, figure, why one would look at it, what made it.
Entry = tuple[str, Figure, str, str]


def function_pictures() -> Iterator[Entry]:
    """Yield the pictures of functions."""
    yield from _saddles()
    yield from _valleys()
    yield from _searches()
    yield _rules()


def _saddles() -> Iterator[Entry]:
    how = {"learning_rate": 0.1}
    still = minimize(SADDLE, start=[1.0, 0.0], **how)
    falls = minimize(SADDLE, start=[1.0, 1e-3], **how)
    yield (
        "saddle",
        descent_figure([still, falls]),
        "From the ridge plain descent ends at the saddle; a thousandth aside it leaves it.",
        'descent_figure([minimize("x**2 - y**2", start=[1, y], learning_rate=0.1) for y in (0, 1e-3)])',
    )
    yield (
        "curvature",
        curvature_figure(still),
        "Zero gradient is no minimum: the same point seen along its two curvatures.",
        'curvature_figure(minimize("x**2 - y**2", start=[1, 0], learning_rate=0.1))',
    )
    levels = (0.1, 0.01, 0.001)
    found = [escapes(SADDLE, [1.0, 0.0], noise=one, epochs=80, **how) for one in levels]
    noisy = [
        minimize(SADDLE, start=[1.0, 0.0], noise=noise, seed=seed, epochs=80, **how)
        for noise, seed in ((0.1, 0), (0.01, 4), (0.001, 2))
    ]
    yield (
        "escapes",
        escapes_figure(found, [still, *noisy], box=((-1.2, 1.2), (-1.2, 1.2))),
        "Noise drives descent off the saddle: 1,000 seeds for each level of noise.",
        'escapes_figure([escapes("x**2 - y**2", [1, 0], noise=one, epochs=80, learning_rate=0.1) '
        "for one in (0.1, 0.01, 0.001)], runs, box=((-1.2, 1.2), (-1.2, 1.2)))",
    )
    yield _batches()
    yield (
        "saddle-share",
        saddle_share_figure(saddle_share()),
        "The claim that deep learning meets few local minima, measured on random functions.",
        "saddle_share_figure(saddle_share())",
    )


def _batches() -> Entry:
    """Return batches at a saddle: rows whose two columns are uncorrelated, exactly."""

    def unexplained(w: Any, rows: Any) -> Any:  # mean squared distance from the line along w
        C = rows.T @ rows / rows.shape[0]
        return C[0, 0] + C[1, 1] - 2.0 * w @ C @ w + (w @ w) * (w @ C @ w)

    corners = np.array([[3, 1], [2, 2], [4, 1], [1, 2], [3, 2], [2, 1], [4, 2], [3, 1]], float)
    rows = np.concatenate([corners * signs for signs in ([1, 1], [1, -1], [-1, 1], [-1, -1])])
    program = program_of(unexplained, [0.0, 0.3], rows)
    how = {"learning_rate": 0.005, "epochs": 60, "tolerance": 0.0}
    runs = [
        minimize(program, learning_rate=0.005),
        *(
            minimize(program, method="mini-batch", batch_size=size, seed=seed, **how)
            for size, seed in ((1, 1), (4, 0), (16, 3))
        ),
    ]
    found = [
        batch_escapes(program, None, None, batch_size=size, learning_rate=0.005, epochs=100)
        for size in (1, 4, 16)
    ]
    return (
        "batch-escapes",
        batch_escapes_figure(found, runs, program, box=((-1.3, 1.3), (-0.2, 1.3))),
        "Nothing is added here: batches differ, and that drives descent off: 1,000 seeds a size.",
        "batch_escapes_figure([batch_escapes(unexplained, [0, 0.3], rows, batch_size=n, "
        "learning_rate=0.005) for n in (1, 4, 16)], runs, program_of(unexplained, [0, 0.3], rows))",
    )


def _valleys() -> Iterator[Entry]:
    ways = [(1.7, 0.1), (1.7, 0.6), (0.0, 0.1)]
    runs = [minimize("two-valleys", start=[x], learning_rate=rate) for x, rate in ways]
    yield (
        "two-valleys",
        descent_figure(runs, box=((-1.8, 1.8),)),
        "Two valleys: the start and the rate decide which one descent ends in.",
        'descent_figure([minimize("two-valleys", start=[x], learning_rate=r) '
        "for x, r in ((1.7, 0.1), (1.7, 0.6), (0.0, 0.1))], box=((-1.8, 1.8),))",
    )
    starts = np.linspace(-1.8, 1.8, 73)[:, None]
    rates = [round(0.05 * i, 2) for i in range(1, 25)]
    found = [basins("two-valleys", starts, learning_rate=rate) for rate in rates]
    yield (
        "valleys",
        valleys_figure(found, rates, "two-valleys"),
        "The same for every start and rate.",
        'valleys_figure([basins("two-valleys", starts, learning_rate=r) for r in rates], rates, '
        '"two-valleys")',
    )
    axis = np.linspace(-5.0, 5.0, 41)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    yield (
        "basins",
        basins_figure(basins("himmelblau", grid), "himmelblau"),
        "Four minima share the plane.",
        'basins_figure(basins("himmelblau", grid), "himmelblau")',
    )


def _searches() -> Iterator[Entry]:
    ranges = {"x": (-5.0, 5.0)}
    coarse = search_function(PLANTED, ranges, method="coarse-to-fine")
    whole = search_function(PLANTED, ranges, points=201)
    yield (
        "planted-valley",
        searches_figure([coarse, whole]),
        "Coarse-to-fine search steps over a valley narrower than its first grid.",
        "searches_figure([search_function(planted, ranges, method="
        '"coarse-to-fine"), search_function(planted, ranges, points=201)])',
    )
    yield (
        "search-cost",
        search_cost_figure(list(cost_runs())),
        "Why one does not just search: evaluations on Rosenbrock’s function, n^k for a grid.",
        "search_cost_figure(runs) of search_function(f, ranges, points=11) and minimize(f), "
        'f = "rosenbrock:2" ... "rosenbrock:20"',
    )


def cost_runs() -> Iterator[Trace]:
    """Yield searches and descents with more and more variables, as long as a search is bearable."""
    for count in (2, 3, 4, 5, 6, 8, 10, 12, 16, 20):
        name = f"rosenbrock:{count}"
        ranges = dict.fromkeys(formula_of(name)[0].names, (-2.0, 2.0))
        if count <= 6:
            yield search_function(name, ranges, points=11)
        if count <= 4:
            yield search_function(name, ranges, method="coarse-to-fine")
        yield minimize(name)


def _rules() -> Entry:
    def run(rule: str, rate: float) -> Trace:
        return minimize("rosenbrock", rule=rule, learning_rate=rate, epochs=400, tolerance=0.0)

    found = compare_rules(run)
    chosen = [run(rule, rate) for rule, rate in zip(found.rules, found.chosen, strict=True)]
    return (
        "rules",
        rules_figure(found, chosen),
        "Momentum and its kin: one start, one budget, and for each rule its own best rate.",
        "rules_figure(found := compare_rules(run), [run(*one) for one in zip(found.rules, found.chosen)]) "
        'with run = lambda rule, rate: minimize("rosenbrock", rule=rule, learning_rate=rate, epochs=400, tolerance=0)',
    )
