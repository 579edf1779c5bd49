"""A small fully connected network, in numpy: its form, its start, its step unfolded.

Layer l computes ``z_l = a_(l-1) W_l + b_l`` from the rows' activations, with a_0 the features, and
``a_l = f(z_l)``; the last layer has no activation: its z are the scores. Rows stand first, so W_l
has shape (numbers coming in, numbers going out).

Going back, the chain rule's factor of a layer is ``dL/dz_l``, of the shape of z_l: from it follow
``dL/dW_l = a_(l-1)' dL/dz_l`` and ``dL/db_l``, its sum over rows, each of the shape of what it
differentiates; and ``dL/dz_(l-1) = (dL/dz_l W_l') * f'(z_(l-1))`` (Rumelhart, Hinton, Williams,
Nature 323 (1986)). That is all that back-propagation is: it computes a gradient. What is done with
it, a step down, is descent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import normals, stream_key, words
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Layers = tuple[tuple[Floats, Floats], ...]


@dataclass(frozen=True, eq=False)
class Activation:
    """One entry of ``ACTIVATIONS``: its value, and its slope from the value.

    >>> float(ACTIVATIONS["tanh"].slope(np.array(0.0)))
    1.0
    """

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]


def _sigmoid(z: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-z))


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, lambda a: 1.0 - a * a),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda a: (a > 0.0) * 1.0),
    "sigmoid": Activation(_sigmoid, lambda a: a * (1.0 - a)),
}
NETWORK_LOSSES = ("squared_error", "half_squared_error", "cross_entropy")


@dataclass(frozen=True, eq=False)
class Scaling:
    """How a network sees features and targets: (x - shift) factor, and center + spread score.

    Attributes
    ----------
    shift, factor : arrays of shape (d,)
        Of the features; factor is 0 for a feature that is constant.
    center, spread : arrays of shape (K,)
        Of the scores; the loss is in the targets' own units all the same.

    Examples
    --------
    >>> seen = Scaling(np.array([5.0]), np.array([0.5]), np.zeros(1), np.ones(1))
    >>> Network((1, 1)).scores([[1.0], [0.0]], [[9.0]], seen).tolist()
    [[2.0]]
    """

    shift: Floats
    factor: Floats
    center: Floats
    spread: Floats

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All four."""
        return self.shift, self.factor, self.center, self.spread


@dataclass(frozen=True, eq=False)
class Part:
    """One array of an unfolded step: what it is, of which layer, its shape, how it is made.

    >>> Part("z", 1, np.zeros((4, 3)), "a0 W1 + b1").shape
    (4, 3)
    """

    symbol: str
    layer: int
    values: Floats
    formula: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.values.shape

    @property
    def name(self) -> str:
        """Its symbol with the layer's number."""
        return f"{self.symbol}{self.layer}"


@dataclass(frozen=True, eq=False)
class Unfolding:
    """A step unfolded: forward values, loss, and the chain rule's factors back to the first layer.

    Attributes
    ----------
    forward : tuple of Part
        a0, z1, a1, z2, ...: in the order in which they are computed.
    loss : float
        The mean over the rows.
    backward : tuple of Part
        dL/dz, dL/dW, dL/db of the last layer, then of the one before, and so on.

    Examples
    --------
    >>> network = Network((2, 3, 1))
    >>> seen = unfold(network, network.start(0), np.ones((4, 2)), np.zeros((4, 1)))
    >>> [(part.name, part.shape) for part in seen.backward][:3]
    [('dL/dz2', (4, 1)), ('dL/dW2', (3, 1)), ('dL/db2', (1,))]
    """

    forward: tuple[Part, ...]
    loss: float
    backward: tuple[Part, ...]

    @property
    def gradient(self) -> Floats:
        """The gradient of the loss, (P, 1), in the order of the parameters."""
        return _flat_layers(
            [(self.of("dL/dW", layer), self.of("dL/db", layer)) for layer in self.layers]
        )

    @property
    def layers(self) -> range:
        """The layers' numbers, from 1."""
        return range(1, len(self.backward) // 3 + 1)

    def of(self, symbol: str, layer: int) -> Floats:
        """Return the values of one part."""
        parts = (*self.forward, *self.backward)
        return next(p.values for p in parts if (p.symbol, p.layer) == (symbol, layer))

    def tell(self, language: str = "en") -> list[str]:
        """Return the step as sentences, a part each with shape and length."""

        def said(name: str, part: Part) -> str:
            facts: Mapping[str, object] = {
                "part": part.name,
                "formula": part.formula,
                "shape": "x".join(map(str, part.shape)),
                "size": float(np.linalg.norm(part.values)),
            }
            return sentence(name, facts, language)

        return [
            *(said("unfolded_forward", part) for part in self.forward),
            sentence("unfolded_loss", {"loss": self.loss}, language),
            *(said("unfolded_backward", part) for part in self.backward),
        ]


@dataclass(frozen=True)
class Network:
    """A fully connected network: layer sizes, activation, loss.

    Parameters
    ----------
    sizes : tuple of int
        Features, hidden layers, scores (targets, or classes for cross-entropy).
    activation : {"tanh", "relu", "sigmoid"}
        Of the hidden layers.
    loss : {"squared_error", "half_squared_error", "cross_entropy"}
        Of a row: the squared error summed over targets (or half of it), or minus the logarithm of
        the softmax of the true class; the objective is the mean over rows.

    Raises
    ------
    InputError
        If there are no two sizes, one is below 1, or a name is unknown.

    Examples
    --------
    >>> network = Network((3, 16, 16, 1), activation="relu")
    >>> network.parameters, [layer[0].shape for layer in network.split(network.start(0))]
    (353, [(3, 16), (16, 16), (16, 1)])
    """

    sizes: tuple[int, ...]
    activation: str = "tanh"
    loss: str = "squared_error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(int(size) for size in self.sizes))
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise InputError("network_sizes", sizes=list(self.sizes))
        for option, value, known in (
            ("activation", self.activation, list(ACTIVATIONS)),
            ("loss", self.loss, list(NETWORK_LOSSES)),
        ):
            if value not in known:
                raise InputError("unknown_choice", option=option, value=value, known=known)
        if self.loss == "cross_entropy" and self.sizes[-1] < 2:
            raise InputError("network_classes", classes=self.sizes[-1])

    @property
    def layers(self) -> int:
        """Number of layers with weights."""
        return len(self.sizes) - 1

    @property
    def parameters(self) -> int:
        """P: weights and biases of all layers."""
        return sum((before + 1) * after for before, after in pairwise(self.sizes))

    def split(self, parameters: npt.ArrayLike) -> Layers:
        """Return W and b of each layer from parameters (P, 1)."""
        flat = np.asarray(parameters, dtype=np.float64).reshape(-1)
        if flat.size != self.parameters:
            shape, wanted = str(np.shape(parameters)), str((self.parameters, 1))
            raise InputError("init_shape", name="parameters", shape=shape, wanted=wanted)
        made, place = [], 0
        for before, after in pairwise(self.sizes):
            middle, end = place + before * after, place + (before + 1) * after
            made.append((flat[place:middle].reshape(before, after), flat[middle:end]))
            place = end
        return tuple(made)

    def start(self, seed: int) -> Floats:
        """Return first parameters (P, 1), so that signals neither grow nor fade at the start.

        Weights of a layer that feeds tanh or sigmoid, and of the last one, are uniform with
        deviation sqrt(2 / (in + out)) (Glorot, Bengio, AISTATS 2010, eq. 16); those that feed relu
        are Gaussian with deviation sqrt(2 / in) (He, Zhang, Ren, Sun, ICCV 2015, eq. 10). Biases
        are zero. A pure function of the seed.
        """
        made = []
        for layer, (before, after) in enumerate(pairwise(self.sizes), start=1):
            key, count = stream_key(seed, "start", layer), before * after
            if self.activation == "relu" and layer < self.layers:
                drawn = math.sqrt(2.0 / before) * normals(key, count)
            else:
                limit = math.sqrt(6.0 / (before + after))
                uniform = (words(key, np.arange(count)) >> np.uint64(11)).astype(np.float64) / 2**53
                drawn = limit * (2.0 * uniform - 1.0)
            made.append((drawn.reshape(before, after), np.zeros(after)))
        return _flat_layers(made)

    def scores(
        self, parameters: npt.ArrayLike, X: npt.ArrayLike, scaling: Scaling | None = None
    ) -> Floats:
        """Return the scores (n, K) of rows (n, d)."""
        rows = _seen(self, X, scaling)
        for layer, (W, b) in enumerate(self.split(parameters), start=1):
            rows = np.einsum("ij,jk->ik", rows, W) + b
            if layer < self.layers:
                rows = ACTIVATIONS[self.activation].value(rows)
        return rows if scaling is None else scaling.center + scaling.spread * rows

    def value(
        self,
        parameters: npt.ArrayLike,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        scaling: Scaling | None = None,
    ) -> float:
        """Return the loss over rows: y (n, K), or (n,) numbers of classes for cross-entropy."""
        return _loss(self, self.scores(parameters, X, scaling), np.asarray(y))[0]

    def values(
        self,
        points: npt.ArrayLike,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        scaling: Scaling | None = None,
    ) -> Floats:
        """Return the loss over rows at each of points (..., P, 1), shape (...): for pictures.

        By matrix products, whose last bits may differ from :meth:`value`.
        """
        stack = np.asarray(points, dtype=np.float64)
        rows, targets = _seen(self, X, scaling), np.asarray(y)
        found = [
            _loss(self, self._products(one, rows, scaling), targets)[0]
            for one in stack.reshape(-1, self.parameters)
        ]
        return np.array(found).reshape(stack.shape[:-2])

    def _products(self, flat: Floats, rows: Floats, scaling: Scaling | None) -> Floats:
        layers, activation = self.split(flat), ACTIVATIONS[self.activation].value
        for W, b in layers[:-1]:
            rows = activation(rows @ W + b)
        scores = rows @ layers[-1][0] + layers[-1][1]
        return scores if scaling is None else scaling.center + scaling.spread * scores

    def probabilities(
        self, parameters: npt.ArrayLike, X: npt.ArrayLike, scaling: Scaling | None = None
    ) -> Floats:
        """Return the softmax (n, K) of the scores."""
        return _softmax(self.scores(parameters, X, scaling))


def unfold(
    network: Network,
    parameters: npt.ArrayLike,
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    scaling: Scaling | None = None,
) -> Unfolding:
    """Unfold one step: forward values, the loss, the chain rule from the last layer to the first.

    Explicit back-propagation in numpy; it gives the gradient that automatic differentiation gives.

    Parameters
    ----------
    network : Network
        Its form.
    parameters : array of shape (P, 1)
        Where.
    X : array of shape (n, d)
        Rows of one batch.
    y : array of shape (n, K) or (n,)
        Targets, or numbers of classes for cross-entropy.
    scaling : Scaling, optional
        How the network sees features and targets; as they are by default.

    Raises
    ------
    InputError
        If parameters or rows do not have the network's shape.

    Examples
    --------
    >>> network = Network((1, 1))
    >>> seen = unfold(network, [[2.0], [0.5]], [[3.0]], [[6.0]])
    >>> seen.loss, seen.gradient.ravel().tolist()
    (0.25, [3.0, 1.0])
    """
    layers, activation = network.split(parameters), ACTIVATIONS[network.activation]
    forward = [Part("a", 0, _seen(network, X, scaling), "x")]
    outputs = [forward[0].values]
    for layer, (W, b) in enumerate(layers, start=1):
        z = np.einsum("ij,jk->ik", outputs[-1], W) + b
        forward.append(Part("z", layer, z, f"a{layer - 1} W{layer} + b{layer}"))
        if layer < network.layers:
            outputs.append(activation.value(z))
            forward.append(Part("a", layer, outputs[-1], f"{network.activation}(z{layer})"))
    scores = forward[-1].values
    spread = 1.0 if scaling is None else scaling.spread
    scores = scores if scaling is None else scaling.center + spread * scores
    loss, slope = _loss(network, scores, np.asarray(y))
    factor, formula = np.asarray(slope * spread), _SLOPES[network.loss]
    backward: list[Part] = []
    for layer in range(network.layers, 0, -1):
        before = outputs[layer - 1]
        backward += [
            Part("dL/dz", layer, factor, formula),
            Part(
                "dL/dW",
                layer,
                np.einsum("ij,ik->jk", before, factor),
                f"a{layer - 1}' dL/dz{layer}",
            ),
            Part("dL/db", layer, factor.sum(axis=0), f"1' dL/dz{layer}"),
        ]
        factor = np.einsum("ik,jk->ij", factor, layers[layer - 1][0]) * activation.slope(before)
        formula = f"(dL/dz{layer} W{layer}') * {network.activation}'(z{layer - 1})"
    return Unfolding(tuple(forward), loss, tuple(backward))


_SLOPES = {
    "squared_error": "2 (score - y) / n",
    "half_squared_error": "(score - y) / n",
    "cross_entropy": "(softmax(score) - [class]) / n",
}


def _seen(network: Network, X: npt.ArrayLike, scaling: Scaling | None) -> Floats:
    """Return rows as the first layer sees them."""
    rows = np.asarray(X, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != network.sizes[0]:
        wanted = str(("n", network.sizes[0]))
        raise InputError("init_shape", name="X", shape=str(rows.shape), wanted=wanted)
    return rows if scaling is None else (rows - scaling.shift) * scaling.factor


def _loss(network: Network, scores: Floats, y: npt.NDArray[Any]) -> tuple[float, Floats]:
    """Return the mean loss of scores (n, K), and its derivative with respect to them."""
    rows = len(scores)
    if network.loss == "cross_entropy":
        classes = y.reshape(-1).astype(np.int64)
        if len(classes) != rows or classes.min() < 0 or classes.max() >= scores.shape[1]:
            raise InputError("network_class_numbers", classes=scores.shape[1])
        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        slope = np.exp(logs)
        slope[np.arange(rows), classes] -= 1.0
        return -float(logs[np.arange(rows), classes].mean()), slope / rows
    if y.ndim == 0 or len(y) != rows or y.size != scores.size:
        raise InputError("init_shape", name="y", shape=str(y.shape), wanted=str(scores.shape))
    errors = scores - y.reshape(rows, -1)
    half = 0.5 if network.loss == "half_squared_error" else 1.0
    return half * float((errors * errors).sum(axis=1).mean()), 2.0 * half * errors / rows


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _flat_layers(layers: Sequence[tuple[Floats, Floats]]) -> Floats:
    return np.concatenate([one.ravel() for layer in layers for one in layer])[:, None]
