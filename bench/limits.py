"""What the machine allows: how fast rows can be read at all, beside what a fit takes.

Stochastic and mini-batch descent are sequential: one core has to see every row of every epoch in
a shuffled order, so an epoch takes at least one shuffled read by one core. The two evaluations
at the ends of a run take at least two reads in order by all cores. Their sum is the floor that
no kernel on this machine can pass; ``share`` says how much of a fit it is. The profile takes a
fit apart: the bare kernel with its shuffles, the evaluations at both ends, scikit-learn's own
checks of input, and the rest, which is Python around them.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

CASES = [
    {"rows": 2_000_000, "columns": 2, "epochs": 5, "rate": 0.01},
    {"rows": 500_000, "columns": 10, "epochs": 5, "rate": 0.002},
    {"rows": 200_000, "columns": 100, "epochs": 5, "rate": 0.0002},
    {"rows": 50_000, "columns": 1000, "epochs": 5, "rate": 0.00002},
    {"rows": 200_000, "columns": 20, "epochs": 10, "rate": 0.005, "batch_size": 32},
]

PROFILED = [
    {"rows": 10_000, "columns": 20, "epochs": 5, "rate": 0.001},
    {"rows": 200_000, "columns": 20, "epochs": 10, "rate": 0.005, "batch_size": 32},
    {"rows": 200_000, "columns": 20, "epochs": 10, "rate": 0.005, "batch_size": 256},
    {"rows": 50_000, "columns": 1000, "epochs": 5, "rate": 0.00002},
]


def _reader():
    import numba

    from steepest.descent.sweep_kernel import rows_ahead
    from steepest.objective.prefetch_kernel import prefetch

    @numba.njit(nogil=True, fastmath=True)
    def read(X, order, ahead):
        total, columns = 0.0, X.shape[1]
        for i in range(order.shape[0]):
            if ahead > 0:
                later = order[min(i + ahead, order.shape[0] - 1)]
                prefetch(X, np.intp(later), 0, columns * 8)
            x = X[order[i]]
            for j in range(columns):
                total += x[j]
        return total

    return read, rows_ahead


def _median(work, runs):
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def limits(*, quick):
    """Return for each case the floor, its parts and what a fit takes."""
    from contestants import steepest_descent
    from tables import table

    from steepest.data.draws import epoch_order

    read, rows_ahead = _reader()
    found = []
    for case in CASES:
        case = {**case, "rows": case["rows"] // 4} if quick else case
        rows, columns = case["rows"], case["columns"]
        X, _ = table(case)
        shuffled, straight = epoch_order(rows, 0, 0), np.arange(rows, dtype=np.uint32)
        runs = 3 if quick else 9
        by_one = min(
            _median(lambda X=X, o=shuffled, a=a: read(X, o, a), runs)
            for a in (0, rows_ahead(columns))
        )
        halves = [straight[: rows // 2], straight[rows // 2 :]]
        with ThreadPoolExecutor(2) as pool:
            by_all = _median(
                lambda X=X, h=halves, p=pool: list(p.map(lambda o: read(X, o, 0), h)), runs
            )
        if "batch_size" in case:
            case["method"] = "mini-batch"
        fit = _median(steepest_descent(case), runs)
        floor = case["epochs"] * by_one + 2 * by_all
        found.append(
            {
                "case": case,
                "shuffled_ns": by_one / rows * 1e9,
                "straight_ns": by_all / rows * 1e9,
                "floor": floor,
                "fit": fit,
                "share": floor / fit,
            }
        )
        print(f"    {rows:,} x {columns}: floor {floor * 1e3:.1f} ms, fit {fit * 1e3:.1f} ms")
    return found


def profile(*, quick):
    """Return for each case where the time of a whole fit goes, in seconds."""
    from contestants import bare_batches, bare_sweep, steepest_descent
    from sklearn.utils.validation import check_array, validate_data
    from tables import table

    from steepest import LOSSES, ArraySource, GradientDescentRegressor, LinearObjective

    found = []
    for case in PROFILED:
        case = {**case, "rows": case["rows"] // 4} if quick else case
        if "batch_size" in case:
            case["method"] = "mini-batch"
        X, y = table(case)
        objective = LinearObjective(
            ArraySource(X, y[:, None]), LOSSES["squared_error"], intercept=True
        )
        model, zero = GradientDescentRegressor(), np.zeros((X.shape[1] + 1, 1))

        def checks(X=X, y=y, model=model):
            model._validate_params()
            validate_data(model, X, dtype="numeric", ensure_all_finite=False)
            check_array(y, dtype="numeric", ensure_2d=False, ensure_all_finite=False)

        def ends(objective=objective, zero=zero):
            objective.value_and_gradient(zero)
            objective.value_and_gradient(zero)

        runs = 5 if quick else 15
        bare = bare_batches(case) if "batch_size" in case else bare_sweep(case)
        parts = {
            "fit": _median(steepest_descent(case), runs),
            "kernel": _median(bare, runs),
            "ends": _median(ends, runs),
            "checks": _median(checks, runs),
        }
        rest = parts["fit"] - parts["kernel"] - parts["ends"] - parts["checks"]
        found.append({"case": case, **parts, "rest": rest})
        print(f"    {case['rows']:,} x {case['columns']}: {parts} rest {rest}")
    return found


def profile_markdown(found):
    """Return the profile as a table."""
    lines = [
        "",
        "## Where the time of a fit goes",
        "",
        "The bare kernel with its shuffles, one after the other; the two evaluations; "
        "scikit-learn's checks of parameters and input; the rest is Python: loop, recorder, plan, "
        "trace (negative where the next epoch is shuffled meanwhile by a second thread).",
        "",
        "| fit | whole | kernel and shuffles | evaluations | checks | rest |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        case = one["case"]
        size = f", batches of {case['batch_size']}" if "batch_size" in case else ""
        what = f"{case.get('method', 'stochastic')}, {case['rows']:,} x {case['columns']}{size}"
        numbers = (one[name] * 1e3 for name in ("fit", "kernel", "ends", "checks", "rest"))
        lines.append(
            f"| {what}, {case['epochs']} epochs | "
            + " | ".join(f"{number:.3g} ms" for number in numbers)
            + " |"
        )
    return lines


def markdown(found):
    """Return the limits as a table."""
    lines = [
        "",
        "## What the machine allows",
        "",
        "One core must see every row of every epoch in a shuffled order (updates are sequential), "
        "and both ends are evaluated: their sum, by loops that only add up what they read, is a "
        "floor for any kernel.",
        "",
        "| fit | shuffled read, one core | read in order, all cores | floor | fit | floor / fit |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        case = one["case"]
        what = f"{case.get('method', 'stochastic')}, {case['rows']:,} x {case['columns']}"
        lines.append(
            f"| {what}, {case['epochs']} epochs | {one['shuffled_ns']:.1f} ns a row | "
            f"{one['straight_ns']:.1f} ns a row | {one['floor'] * 1e3:.1f} ms | "
            f"{one['fit'] * 1e3:.1f} ms | {100 * one['share']:.0f} % |"
        )
    return lines
