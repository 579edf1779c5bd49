"""The contestants: each prepares its data, then does one piece of work whenever it is told to.

A contestant is a function of a case (a dict of sizes) that returns ``work``; ``work()`` does the
work and returns ``check``, a function (not timed) that returns numbers by which the equality of
the work is judged. A contestant runs in a process of its own: `python bench/contestants.py NAME
CASE` answers each line on standard input with a line of JSON, {"seconds": ..., "check": {...}}. Its
first piece of work is warm-up and not answered.
"""

import json
import sys
import time
import warnings

import classification  # beside this file, which Python puts on the path
import networks
import numpy as np
import sparse_rows
from tables import loss_of, table

# ---- stochastic and mini-batch descent -------------------------------------------------------


def steepest_descent(case):
    """Run stochastic or mini-batch descent through our estimator."""
    from steepest import GradientDescentRegressor

    X, y = table(case)

    def work():
        model = GradientDescentRegressor(
            method=case.get("method", "stochastic"),
            batch_size=case.get("batch_size", 32),
            learning_rate=case["rate"],
            max_iter=case["epochs"],
            tol=None,
            standardize=False,
            random_state=0,
        ).fit(X, y)
        updates = model.trace_.ending.facts["updates"]
        return lambda: {"loss": loss_of(X, y, model.coef_, model.intercept_), "updates": updates}

    return work


def sklearn_descent(case):
    """Run scikit-learn's SGDRegressor; its squared_error is half of ours, hence twice the rate."""
    from sklearn.linear_model import SGDRegressor

    X, y = table(case)

    def work():
        model = SGDRegressor(
            penalty=None,
            learning_rate="constant",
            eta0=2.0 * case["rate"],
            max_iter=case["epochs"],
            tol=None,
            random_state=0,
        ).fit(X, y)
        updates = int(model.t_ - 1)
        return lambda: {"loss": loss_of(X, y, model.coef_, model.intercept_), "updates": updates}

    return work


def steepest_further(case):
    """Time 10 further epochs: a whole fit of 15 less one of 5, without what a fit does once."""
    return classification.further(steepest_descent, case)


def sklearn_further(case):
    """Time 10 further epochs of SGDRegressor in the same way."""
    return classification.further(sklearn_descent, case)


def torch_descent(case):
    """Run mini-batches in PyTorch as an expert would: whole-epoch gather, no autograd, in place."""
    import torch

    torch.set_num_threads(case["threads"])
    X, y = (torch.from_numpy(one) for one in table(case))
    rows, size, step = len(X), case["batch_size"], 2.0 * case["rate"]

    def work():
        w, b = torch.zeros(X.shape[1], dtype=X.dtype), torch.zeros((), dtype=X.dtype)
        updates = 0
        with torch.no_grad():
            for epoch in range(case["epochs"]):
                order = torch.randperm(rows, generator=torch.Generator().manual_seed(epoch))
                shuffled_X, shuffled_y = X.index_select(0, order), y.index_select(0, order)
                for xb, yb in zip(shuffled_X.split(size), shuffled_y.split(size), strict=True):
                    error = torch.addmv(b - yb, xb, w)
                    w.addmv_(xb.t(), error, alpha=-step / len(xb))
                    b.sub_(error.mean(), alpha=step)
                    updates += 1
        numbers = (X.numpy(), y.numpy(), w.numpy(), float(b))
        return lambda: {"loss": loss_of(*numbers), "updates": updates}

    return work


def jax_descent(case):
    """Run mini-batches in JAX: a whole epoch in one ``lax.scan`` under jit."""
    import jax

    jax.config.update("jax_enable_x64", True)
    from jax import lax
    from jax import numpy as jnp

    X, y = table(case)
    rows, size, step = len(X), case["batch_size"], 2.0 * case["rate"]
    many = rows // size
    Xd, yd = jnp.asarray(X), jnp.asarray(y)

    @jax.jit
    def epoch(w, b, order):
        def update(state, batch):
            w, b = state
            xb, yb = Xd[batch], yd[batch]
            error = xb @ w + b - yb
            return (w - step * (xb.T @ error) / size, b - step * error.mean()), None

        return lax.scan(update, (w, b), order)[0]

    def work():
        w, b = jnp.zeros(X.shape[1]), jnp.zeros(())
        for number in range(case["epochs"]):
            # shuffled outside: jax.random.permutation inside triples the epoch
            order = np.random.default_rng(number).permutation(rows)[: many * size]
            w, b = epoch(w, b, jnp.asarray(order.reshape(many, size)))
        w.block_until_ready()
        numbers = (X, y, np.asarray(w), float(b))
        return lambda: {"loss": loss_of(*numbers), "updates": many * case["epochs"]}

    return work


TERMS = (0.0, 0.0, 0.0)  # no parameter of the loss, no penalty


def bare_sweep(case):
    """Run the sweep without its trace: only the kernel, epoch by epoch."""
    from steepest.data.draws import epoch_order
    from steepest.descent.sweep_kernel import rows_ahead, single_kernel

    X, y = table(case)
    nothing = (np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))
    kept = (*nothing, np.empty((0, 1, 1)), np.empty((0, 1, 1)))

    def work():
        parameters = np.zeros(X.shape[1] + 1)
        kernel, ahead = single_kernel(0, X.shape[1]), rows_ahead(X.shape[1])
        for epoch in range(case["epochs"]):
            order = epoch_order(len(X), 0, epoch)
            kernel(X, y, np.empty(0), order, 1, case["rate"], TERMS, parameters, ahead, 0, 0, kept)
        numbers = (X, y, parameters[1:], parameters[0])
        return lambda: {"loss": loss_of(*numbers), "updates": len(X) * case["epochs"]}

    return work


def bare_batches(case):
    """Run mini-batches without their trace: only the kernel, epoch by epoch."""
    from steepest.data.draws import epoch_order
    from steepest.descent.sweep_kernel import batch_kernel, rows_ahead

    X, y = table(case)
    nothing = (np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))
    kept = (*nothing, np.empty((0, 1, 1)), np.empty((0, 1, 1)))
    size = case["batch_size"]
    many = -(-len(X) // size)

    def work():
        parameters = np.zeros(X.shape[1] + 1)
        kernel, ahead = batch_kernel(0), rows_ahead(X.shape[1])
        for epoch in range(case["epochs"]):
            general = (X, y, np.empty(0), epoch_order(len(X), 0, epoch), size, 1, case["rate"])
            kernel(*general, TERMS, parameters, ahead, many, 0, 0, kept)
        numbers = (X, y, parameters[1:], parameters[0])
        return lambda: {"loss": loss_of(*numbers), "updates": many * case["epochs"]}

    return work


def recorded_sweep(case):
    """Run the same sweep through ``minimize``; the evaluations at both ends are taken off."""
    from steepest import LOSSES, ArraySource, LinearObjective, minimize

    X, y = table(case)
    rows = ArraySource(X, y[:, None])
    objective = LinearObjective(rows, LOSSES["squared_error"], intercept=True)
    zero = np.zeros((X.shape[1] + 1, 1))

    def work():
        started = time.perf_counter()
        for _ in range(2):  # at the start and at the end
            objective.value_and_gradient(zero)
        ends = time.perf_counter() - started
        trace = minimize(
            rows,
            method="stochastic",
            learning_rate=case["rate"],
            epochs=case["epochs"],
            tolerance=0.0,
        )
        p, updates = trace.parameters[:, 0], trace.ending.facts["updates"]
        numbers = (X, y, p[1:], p[0])
        return lambda: {"loss": loss_of(*numbers), "updates": updates, "take_off": 2.0 * ends}

    return work


# ---- one gradient over all rows --------------------------------------------------------------


def _gradient_case(case):
    X, y = table({**case, "normal": False})
    return X, y, np.linspace(-1.0, 1.0, X.shape[1]).astype(X.dtype)


def read_once(case):
    """Merely read X once with all cores: a summing kernel over the same blocks."""
    import numba

    from steepest import ArraySource

    X, y, _ = _gradient_case(case)
    rows = ArraySource(X, y[:, None])

    @numba.njit(nogil=True, fastmath=True)
    def add(block):
        flat = block.reshape(-1)
        total = flat[0] * 0
        for i in range(flat.shape[0]):
            total += flat[i]
        return total

    def fill(block, y, weight, sums):
        sums[0] = add(block)

    def work():
        total = rows.sums(fill, 1)[0]
        return lambda: {"sum": float(total)}

    return work


def steepest_gradient(case):
    """Return one gradient by our fused pass."""
    from steepest import LOSSES, ArraySource, LinearObjective

    X, y, w = _gradient_case(case)
    objective = LinearObjective(ArraySource(X, y[:, None]), LOSSES["squared_error"], False)
    parameters = w.astype(np.float64)[:, None]

    def work():
        gradient = objective.gradient(parameters)
        return lambda: {"norm": float(np.linalg.norm(gradient))}

    return work


def numpy_gradient(case):
    """Return one gradient by numpy's two products."""
    X, y, w = _gradient_case(case)

    def work():
        gradient = 2.0 * (X.T @ (X @ w - y)) / len(X)
        return lambda: {"norm": float(np.linalg.norm(gradient))}

    return work


def torch_gradient(case):
    """Return one gradient by PyTorch's two products."""
    import torch

    torch.set_num_threads(case["threads"])
    X, y, w = (torch.from_numpy(one) for one in _gradient_case(case))

    def work():
        gradient = 2.0 * torch.mv(X.t(), torch.addmv(-y, X, w)) / len(X)
        return lambda: {"norm": float(torch.linalg.norm(gradient))}

    return work


def jax_gradient(case):
    """Return one gradient by JAX, differentiated and compiled."""
    import jax

    jax.config.update("jax_enable_x64", True)
    from jax import numpy as jnp

    X, y, w = (jnp.asarray(one) for one in _gradient_case(case))
    slope = jax.jit(jax.grad(lambda w, X, y: jnp.mean((X @ w - y) ** 2)))

    def work():
        gradient = slope(w, X, y)
        gradient.block_until_ready()
        return lambda: {"norm": float(jnp.linalg.norm(gradient))}

    return work


# ---- many epochs of batch descent, loss surfaces ---------------------------------------------


def steepest_batch(case):
    """Run batch descent: moments from the rows, then all epochs."""
    from steepest import ArraySource, minimize

    X, y = table(case)
    rows = ArraySource(X, y[:, None])

    def work():
        trace = minimize(
            rows,
            learning_rate=case["rate"],
            epochs=case["epochs"],
            tolerance=0.0,
            engine=case.get("engine"),
        )
        numbers = {"loss": float(trace["loss"][-1]), "updates": trace.ending.facts["updates"]}
        return lambda: numbers

    return work


def steepest_batch_orthogonal(case):
    """Run the same, with reflections asked for whatever the condition number."""
    from steepest.objective import moments

    moments._MILD_CONDITION = 0.0
    return steepest_batch(case)


def steepest_batch_estimator(case):
    """Run the same through the estimator, its checks included."""
    from steepest import GradientDescentRegressor

    X, y = table(case)

    def work():
        model = GradientDescentRegressor(
            learning_rate=case["rate"], max_iter=case["epochs"], tol=None, standardize=False
        ).fit(X, y)
        facts = model.trace_.ending.facts
        numbers = {"loss": float(model.trace_["loss"][-1]), "updates": facts["updates"]}
        return lambda: numbers

    return work


def _grid():
    return np.meshgrid(np.linspace(-2, 4, 101), np.linspace(-1, 5, 101))


def steepest_surface(case):
    """Compute a loss surface from moments made for it."""
    from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of

    X, y = table(case)
    grid = np.stack(_grid(), axis=-1)[..., None]
    units = Coordinates(np.zeros(1), np.ones(1), intercept=True)

    def work():
        made = moments_of(ArraySource(X, y[:, None]))
        losses = quadratic_of(made, LOSSES["squared_error"], units).value(grid)
        return lambda: {"mean": float(losses.mean()), "corner": float(losses[0, 0])}

    return work


def notes_surface(case):
    """Compute it the lecture notes' way: a prediction for each row and grid point, in blocks."""
    X, y = table(case)
    b, w = _grid()

    def work():
        losses = np.zeros_like(b)
        for start in range(0, len(X), 1000):
            part = slice(start, start + 1000)
            errors = b + w * X[part, 0][:, None, None] - y[part][:, None, None]
            losses += (errors**2).sum(axis=0)
        losses /= len(X)
        return lambda: {"mean": float(losses.mean()), "corner": float(losses[0, 0])}

    return work


def main():
    """Answer each line on standard input with the time of one piece of work."""
    warnings.simplefilter("ignore")
    name, case = sys.argv[1], json.loads(sys.argv[2])
    work = {**vars(networks), **vars(classification), **vars(sparse_rows), **globals()}[name](case)
    work()()
    print("ready", flush=True)
    seconds = 0.0
    for _ in sys.stdin:
        if seconds < 1.0:
            work()  # short work is warmed again: others may have run for half a minute between
        started = time.perf_counter()
        check = work()
        seconds = time.perf_counter() - started
        found = check()
        seconds -= found.pop("take_off", 0.0)
        print(json.dumps({"seconds": seconds, "check": found}), flush=True)


if __name__ == "__main__":
    main()
