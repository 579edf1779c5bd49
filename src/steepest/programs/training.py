"""A network as a program of JAX, and what its layers' gradients say along a run."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.programs.compiling import float64, jax_module
from steepest.programs.network import Network, Scaling
from steepest.programs.program import Program, program_of
from steepest.trace.record import Trace
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Gradients of layers are looked at in at most so many of the recorded epochs, and in at most one
# of twenty epochs run, so that looking costs at most 5 % of a run (its two ends not counted).
_MOST_LOOKS, _EPOCHS_A_LOOK = 50, 20


@lru_cache(maxsize=64)
def network_function(network: Network) -> Any:
    """Return the loss of a network: a function of parameters, batch and scaling, for JAX.

    The same function for equal networks, so that what was compiled is found again.
    """
    numpy, nn = jax_module().numpy, jax_module().nn
    acts = {"tanh": numpy.tanh, "relu": nn.relu, "sigmoid": nn.sigmoid}
    activation = acts[network.activation]

    def loss(layers: Any, batch: Any, scaling: Any = None) -> Any:
        rows, y = batch
        if scaling is not None:
            dtype = layers[0][0].dtype
            shift, factor, center, spread = (one.astype(dtype) for one in scaling)
            rows = (rows - shift) * factor
        for W, b in layers[:-1]:
            rows = activation(rows @ W + b)
        W, b = layers[-1]
        scores = rows @ W + b
        if scaling is not None:
            scores = center + spread * scores
        if network.loss == "cross_entropy":
            logs = nn.log_softmax(scores)
            return -numpy.take_along_axis(logs, y[:, None], axis=1).mean()
        half = 0.5 if network.loss == "half_squared_error" else 1.0
        return half * ((scores - y) ** 2).sum(axis=1).mean()

    loss.__name__ = f"network_{'_'.join(map(str, network.sizes))}"
    return loss


def network_program(
    network: Network,
    data: Any,
    *,
    start: Any = None,
    seed: int = 0,
    scaling: Scaling | None = None,
    dtype: str = "float64",
) -> Program:
    """Return the program of a network over rows.

    Parameters
    ----------
    network : Network
        Its form.
    data : tuple of arrays X (n, d), y
        y is (n, K) or (n,) targets, or (n,) numbers of classes for cross-entropy.
    start : array of shape (P, 1), optional
        First parameters; drawn from the seed by default.
    seed : int
        Of the start.
    scaling : Scaling, optional
        How the network sees features and targets; as they are by default.
    dtype : {"float64", "float32"}
        In which training computes.

    Raises
    ------
    InputError
        If JAX is missing, or rows and network do not fit.

    Examples
    --------
    >>> program = network_program(Network((2, 3, 1)), (np.ones((4, 2)), np.zeros(4)))
    >>> program.shape, program.tree.names
    ((13, 1), ('0.0', '0.1', '1.0', '1.1'))
    """
    try:
        X, y = data
    except (TypeError, ValueError):
        raise InputError("network_needs_data") from None
    rows, targets = np.asarray(X), np.asarray(y)
    if rows.ndim != 2 or rows.shape[1] != network.sizes[0]:
        wanted = str(("n", network.sizes[0]))
        raise InputError("init_shape", name="X", shape=str(rows.shape), wanted=wanted)
    if network.loss == "cross_entropy":
        targets = targets.reshape(-1)
        whole = targets.astype(np.int64)
        if (whole != targets).any() or whole.min() < 0 or whole.max() >= network.sizes[-1]:
            raise InputError("network_class_numbers", classes=network.sizes[-1])
        targets = whole.astype(np.int32)
    else:
        targets = targets.reshape(len(rows), -1).astype(dtype)
        if targets.shape[1] != network.sizes[-1]:
            wanted = str(("n", network.sizes[-1]))
            raise InputError("init_shape", name="y", shape=str(targets.shape), wanted=wanted)
    first = network.start(seed) if start is None else np.asarray(start, dtype=np.float64)
    layers = tuple((W.astype(dtype), b.astype(dtype)) for W, b in network.split(first))
    fixed = () if scaling is None else (scaling.arrays,)
    function = network_function(network)
    made = program_of(function, layers, (rows.astype(dtype), targets), fixed=fixed, mean=True)
    return replace(made, network=network)


def layer_facts(network: Network, program: Program, trace: Trace, first: Floats) -> dict[str, Any]:
    """Return the length of the loss's gradient in each layer along a run, as JSON values.

    Over all training rows, at recorded points of the path: the first, where the gradient ``first``
    (P, 1) is known, the last, and some between.

    Returns
    -------
    dict
        ``layers`` (number of weights and biases of each), ``activation``, ``layer_epochs`` (m) and
        ``layer_gradients`` (m lists of one root mean square, over weights and biases, a layer).
    """
    counts = [(before + 1) * after for before, after in _pairs(network)]
    epochs = trace["epoch"]
    looks = min(_MOST_LOOKS, 2 + int(epochs[-1]) // _EPOCHS_A_LOOK, len(epochs))
    places = np.unique(np.linspace(0, len(epochs) - 1, looks).round().astype(int))
    ends = np.cumsum(counts)[:-1]
    norms = []
    with float64():
        for place in places:
            gradient = program.gradient(trace.path[place]) if place else first
            parts = np.split(gradient[:, 0], ends)
            norms.append([float(np.sqrt(np.mean(part * part))) for part in parts])
    return {
        "layers": counts,
        "activation": network.activation,
        "layer_epochs": epochs[places].tolist(),
        "layer_gradients": norms,
    }


def _pairs(network: Network) -> list[tuple[int, int]]:
    return list(zip(network.sizes[:-1], network.sizes[1:], strict=True))
