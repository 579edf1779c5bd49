"""How cost grows with rows, columns and epochs: medians, fitted exponents and a picture.

Each engine is timed on a ladder of sizes, everything else fixed; the exponent b of
``seconds = a * size^b`` is fitted by least squares on the logarithms of the ladder's last four
sizes, where fixed costs hardly count.
"""

import math
import statistics
import time

import numpy as np

ENGINES = {
    "batch, moments": {"method": "batch", "engine": "moments"},
    "batch, pass": None,  # its engine's own work: one value and gradient an epoch
    "mini-batch of 32, sweep": {"method": "mini-batch", "batch_size": 32},
    "stochastic, sweep": {"method": "stochastic"},
}
# What varies -> engine -> the exponent that the mathematics asks for.
EXPECTED = {
    "rows": dict.fromkeys(ENGINES, 1.0),
    "columns": {**dict.fromkeys(ENGINES, 1.0), "batch, moments": 2.0},
    "epochs": {**dict.fromkeys(ENGINES, 1.0), "batch, moments": 0.0},
}
LADDERS = {
    "rows": {"sizes": [2**k for k in range(14, 23)], "columns": 10, "epochs": 3},
    "columns": {"sizes": [2**k for k in range(2, 11)], "rows": 20_000, "epochs": 3},
    "epochs": {"sizes": [2**k for k in range(12)], "rows": 50_000, "columns": 10},
}


def growth(*, quick):
    """Return for each ladder and engine: sizes, seconds, fitted and expected exponent."""
    found = []
    for what, ladder in LADDERS.items():
        sizes = ladder["sizes"][:-2] if quick else ladder["sizes"]
        for name, options in ENGINES.items():
            seconds = [_timed({**ladder, what: size}, options) for size in sizes]
            exponent = fitted(sizes, seconds)
            found.append(
                {
                    "what": what,
                    "engine": name,
                    "sizes": sizes,
                    "seconds": seconds,
                    "exponent": exponent,
                    "expected": EXPECTED[what][name],
                }
            )
            print(f"    {name} against {what}: exponent {exponent:.2f}", flush=True)
    return found


def fitted(sizes, seconds):
    """Return the slope of log seconds against log size over the last four sizes."""
    x = np.log(np.array(sizes[-4:], dtype=float))
    y = np.log(np.array(seconds[-4:]))
    return float(np.polyfit(x, y, 1)[0])


def _timed(case, options):
    from steepest import LOSSES, ArraySource, LinearObjective, minimize

    random = np.random.default_rng(0)
    X = random.standard_normal((case["rows"], case["columns"]))
    y = (X @ random.standard_normal(case["columns"]) + random.standard_normal(case["rows"]))[
        :, None
    ]
    rows = ArraySource(X, y)

    passes = LinearObjective(rows, LOSSES["squared_error"], intercept=True)
    zero = np.zeros(passes.shape)

    def work():
        started = time.perf_counter()
        if options is None:
            for _ in range(case["epochs"]):
                passes.value_and_gradient(zero)
        else:
            rate = 0.1 / case["columns"] ** 1.5
            epochs = case["epochs"]
            minimize(rows, learning_rate=rate, epochs=epochs, tolerance=0.0, **options)
        return time.perf_counter() - started

    work()
    first = work()
    return statistics.median([first, *(work() for _ in range(2 if first > 0.5 else 6))])


def draw(found, path):
    """Draw the ladders beside one another, on logarithmic axes."""
    from matplotlib.figure import Figure

    styles = ["-o", "--s", "-.^", ":D"]
    colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
    figure = Figure(figsize=(12, 4.4), layout="constrained")
    for axes, what in zip(figure.subplots(1, 3), LADDERS, strict=True):
        fixed = {key: value for key, value in LADDERS[what].items() if key != "sizes"}
        for one, style, colour in zip(
            (one for one in found if one["what"] == what), styles, colours, strict=True
        ):
            label = f"{one['engine']}: {one['exponent']:.2f}"
            axes.loglog(one["sizes"], one["seconds"], style, color=colour, label=label, ms=4)
        axes.set_xlabel(what)
        axes.set_title(", ".join(f"{value:,} {key}" for key, value in fixed.items()), fontsize=10)
        axes.set_ylim(top=30 * max(max(o["seconds"]) for o in found if o["what"] == what))
        axes.grid(alpha=0.3, which="major")
        axes.legend(title="exponent of the last four sizes", fontsize=8, title_fontsize=8, loc=2)
    figure.axes[0].set_ylabel("seconds")
    figure.savefig(path, dpi=110)


def markdown(found, picture):
    """Return the exponents as a table."""
    lines = ["| cost against | engine | exponent | expected at large sizes |", "|---|---|---|---|"]
    lines += [
        f"| {one['what']} | {one['engine']} | {one['exponent']:.2f} | {one['expected']:g} |"
        for one in found
    ]
    about = "Seconds = a * size^exponent, fitted to the last four sizes of each ladder."
    return [
        "",
        "## How cost grows",
        "",
        f"![Seconds against size]({picture})",
        "",
        about,
        "",
        *lines,
    ]


if __name__ == "__main__":
    assert math.isclose(fitted([1, 2, 4, 8], [3, 6, 12, 24]), 1.0)
    draw(growth(quick=True), "growth.png")
