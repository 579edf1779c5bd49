"""Networks: forward, back-propagation by hand, against finite differences and automatic ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from steepest import InputError, Network, Scaling, diagnose, minimize, unfold
from steepest.programs.network import ACTIVATIONS, NETWORK_LOSSES

RANDOM = np.random.default_rng(11)
ROWS = 7
FORMS = [
    ((3, 2), "tanh"),
    ((3, 5, 2), "tanh"),
    ((3, 5, 4, 2), "relu"),
    ((3, 4, 4, 4, 2), "sigmoid"),
]
CASES = [(*form, loss) for form in FORMS for loss in NETWORK_LOSSES]


def case(sizes: tuple[int, ...], activation: str, loss: str) -> Any:
    network = Network(sizes, activation, loss)
    X = RANDOM.normal(size=(ROWS, 3))
    y = RANDOM.integers(0, 2, ROWS) if loss == "cross_entropy" else RANDOM.normal(size=(ROWS, 2))
    point = network.start(4) + 0.1 * RANDOM.normal(size=(network.parameters, 1))
    scaling = Scaling(
        RANDOM.normal(size=3),
        np.array([0.5, 2.0, 0.0]),
        RANDOM.normal(size=2),
        np.array([3.0, 0.4]),
    )
    return network, point, X, y, scaling


@pytest.mark.parametrize(("sizes", "activation", "loss"), CASES, ids=str)
@pytest.mark.parametrize("scaled", [False, True])
def test_the_unfolded_gradient_is_that_of_finite_differences(
    sizes: tuple[int, ...], activation: str, loss: str, scaled: bool
) -> None:
    network, point, X, y, scaling = case(sizes, activation, loss)
    used = scaling if scaled else None
    seen = unfold(network, point, X, y, used)
    assert seen.loss == pytest.approx(network.value(point, X, y, used), rel=1e-14)
    step = 1e-5
    for place in range(network.parameters):
        move = np.zeros_like(point)
        move[place] = step
        ends = [network.value(point + sign * move, X, y, used) for sign in (1.0, -1.0)]
        assert (ends[0] - ends[1]) / (2.0 * step) == pytest.approx(
            seen.gradient[place, 0], abs=2e-8 * max(1.0, abs(seen.loss))
        )


@pytest.mark.parametrize(("sizes", "activation", "loss"), CASES, ids=str)
def test_the_unfolded_gradient_is_that_of_automatic_differentiation(
    sizes: tuple[int, ...], activation: str, loss: str
) -> None:
    pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
    from steepest.programs.training import network_program

    network, point, X, y, scaling = case(sizes, activation, loss)
    program = network_program(network, (X, y), scaling=scaling)
    value, gradient = program.value_and_gradient(point)
    seen = unfold(network, point, X, y, scaling)
    assert value == pytest.approx(seen.loss, rel=1e-13)
    assert np.abs(gradient - seen.gradient).max() < 1e-13 * max(1.0, np.abs(gradient).max())


def test_every_part_has_its_shape() -> None:
    network = Network((3, 5, 4, 2), "relu")
    seen = unfold(network, network.start(0), np.ones((ROWS, 3)), np.zeros((ROWS, 2)))
    assert [(part.name, part.shape) for part in seen.forward] == [
        ("a0", (7, 3)),
        ("z1", (7, 5)),
        ("a1", (7, 5)),
        ("z2", (7, 4)),
        ("a2", (7, 4)),
        ("z3", (7, 2)),
    ]
    assert [(part.name, part.shape) for part in seen.backward] == [
        ("dL/dz3", (7, 2)),
        ("dL/dW3", (4, 2)),
        ("dL/db3", (2,)),
        ("dL/dz2", (7, 4)),
        ("dL/dW2", (5, 4)),
        ("dL/db2", (4,)),
        ("dL/dz1", (7, 5)),
        ("dL/dW1", (3, 5)),
        ("dL/db1", (5,)),
    ]
    for (W, b), layer in zip(network.split(network.start(0)), seen.layers, strict=True):
        assert seen.of("dL/dW", layer).shape == W.shape
        assert seen.of("dL/db", layer).shape == b.shape
    told = seen.tell()
    assert len(told) == len(seen.forward) + 1 + len(seen.backward)
    assert "dL/dW3 = a2' dL/dz3: shape 4x2" in told[8]
    assert "形状 4x2" in seen.tell("zh-CN")[8]


def test_the_notes_derivative_of_one_weight() -> None:
    """(y - (b + w x))^2 at b = 0.5, w = 2, x = 3, y = 6: slopes 2 (6.5 - 6) 3 and 2 (6.5 - 6)."""
    seen = unfold(Network((1, 1)), [[2.0], [0.5]], [[3.0]], [[6.0]])
    assert (seen.loss, *seen.gradient.ravel()) == (0.25, 3.0, 1.0)


def test_xor_s_network_by_hand() -> None:
    """relu(x1 + x2) - 2 relu(x1 + x2 - 1) is XOR (Goodfellow, Bengio, Courville 2016, 6.1)."""
    network = Network((2, 2, 1), "relu")
    point = np.array([[1, 1, 1, 1, 0, -1, 1, -2, 0]], dtype=float).T
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    assert network.scores(point, corners).ravel().tolist() == [0.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_starts_have_the_deviation_of_their_papers(activation: str) -> None:
    network = Network((400, 300, 200), activation)
    (first, b1), (last, b2) = network.split(network.start(3))
    hidden = 2.0 / 400 if activation == "relu" else 2.0 / 700
    # the deviation of n draws is known to 1 / sqrt(2 n) for Gaussians, less for uniforms
    assert first.std() == pytest.approx(np.sqrt(hidden), rel=4.0 / np.sqrt(2 * first.size))
    assert last.std() == pytest.approx(np.sqrt(2.0 / 500), rel=4.0 / np.sqrt(2 * last.size))
    for W in (first, last):
        assert abs(W.mean()) < 4.0 * W.std() / np.sqrt(W.size)
    assert not b1.any()
    assert not b2.any()
    assert (network.start(3) == network.start(3)).all()
    assert (network.start(3) != network.start(4)).any()
    assert abs(np.corrcoef(first[:200, :200].ravel(), last[:200, :200].ravel())[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Network((3,)), "network_sizes"),
        (lambda: Network((3, 0, 1)), "network_sizes"),
        (lambda: Network((3, 1), "softplus"), "unknown_choice"),
        (lambda: Network((3, 1), "tanh", "poisson"), "unknown_choice"),
        (lambda: Network((3, 1), "tanh", "cross_entropy"), "network_classes"),
        (lambda: Network((3, 1)).scores(np.zeros((5, 1)), np.ones((2, 3))), "init_shape"),
        (lambda: Network((3, 1)).scores(np.zeros((4, 1)), np.ones((2, 2))), "init_shape"),
        (
            lambda: unfold(
                Network((1, 2), "tanh", "cross_entropy"), np.zeros((4, 1)), [[1.0]], [2]
            ),
            "network_class_numbers",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make: Any, name: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.name == name


# ---- training ----------------------------------------------------------------------------------

X2 = RANDOM.uniform(-1.0, 1.0, size=(400, 2))
RING = (np.hypot(*X2.T) > 0.7).astype(int)


def trained(network: Network, y: Any, **options: Any) -> Any:
    pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
    return minimize(network, data=(X2, y), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"epochs": 300},
        {"method": "mini-batch", "epochs": 60},
        {"method": "mini-batch", "rule": "adam", "learning_rate": 0.01, "epochs": 60},
        {"method": "stochastic", "learning_rate": 0.05, "epochs": 30},
    ],
    ids=str,
)
def test_a_ring_is_learnt(options: dict[str, Any]) -> None:
    """No line parts a disc from the ring around it; a hidden layer does."""
    network = Network((2, 16, 2), "tanh", "cross_entropy")
    trace = trained(network, RING, **options)
    found = network.scores(trace.parameters, X2).argmax(axis=1)
    assert (found == RING).mean() > 0.9
    line = trained(Network((2, 2), "tanh", "cross_entropy"), RING, epochs=200)
    straight = Network((2, 2), "tanh", "cross_entropy").scores(line.parameters, X2).argmax(axis=1)
    assert (straight == RING).mean() < 0.75


def test_a_network_without_hidden_layer_is_least_squares() -> None:
    y = X2 @ [[2.0], [-1.0]] + 0.3
    trace = trained(Network((2, 1)), y, epochs=1000)
    assert trace.ending.name == "converged"
    assert np.allclose(trace.parameters[:, 0], [2.0, -1.0, 0.3], atol=1e-6)


def test_gradients_of_layers_are_recorded() -> None:
    network = Network((2, 4, 3, 2), "tanh", "cross_entropy")
    trace = trained(network, RING, epochs=100)
    facts = trace.metadata["facts"]
    assert facts["layers"] == [12, 15, 8]
    for epoch, norms in zip(facts["layer_epochs"], facts["layer_gradients"], strict=True):
        point = trace.path[int(epoch)]
        seen = unfold(network, point, X2, RING)
        for layer, norm in zip(seen.layers, norms, strict=True):
            parts = [seen.of("dL/dW", layer).ravel(), seen.of("dL/db", layer).ravel()]
            assert norm == pytest.approx(np.sqrt(np.mean(np.concatenate(parts) ** 2)), rel=1e-9)
    assert facts["layer_epochs"][0] == 0
    assert facts["layer_epochs"][-1] == 100


def test_vanishing_gradients_are_found_where_they_were_planted() -> None:
    """A sigmoid's slope is at most 1/4: eight layers pass on 1e-5 or less; tanh passes on 1."""
    deep = (2, *(8,) * 8, 2)
    for activation, wanted in (("sigmoid", True), ("tanh", False)):
        network = Network(deep, activation, "cross_entropy")
        trace = trained(network, RING, epochs=40, learning_rate=0.05)
        found = [one for one in diagnose(trace) if one.name == "vanishing_gradients"]
        assert bool(found) == wanted
        if found:
            facts = found[0].facts
            assert facts["share"] == pytest.approx(facts["first"] / facts["last"], rel=0.5)
            assert facts["share"] < 1e-3
            assert "--rule adam" in found[0].sentence()
            assert "梯度消失" in found[0].sentence("zh-CN")


def test_features_far_from_zero_make_gradients_vanish() -> None:
    """The notes' reason for zero means: tanh of large numbers is flat, and so is all behind it."""
    network = Network((2, 8, 2), "tanh", "cross_entropy")
    for shift, wanted in ((0.0, False), (1000.0, True)):
        pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
        trace = minimize(network, data=(X2 + shift, RING), epochs=20, learning_rate=0.05)
        assert ("vanishing_gradients" in [one.name for one in diagnose(trace)]) == wanted


# ---- the loss around a path --------------------------------------------------------------------


def test_the_landscape_of_a_network_has_true_heights_and_says_what_it_does_not_show() -> None:
    pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
    from steepest import network_program, path_landscape

    network = Network((2, 5, 2), "tanh", "cross_entropy")
    program = network_program(network, (X2, RING), seed=1)
    trace = minimize(program, epochs=60)
    seen = path_landscape(program, trace, points=7)
    plane = seen.surface.plane
    assert plane is not None
    for row, column in ((0, 0), (3, 5), (6, 2)):
        point = plane.at(seen.surface.first[column], seen.surface.second[row])
        wanted = network.value(point, X2, RING)
        assert seen.surface.heights[row, column] == pytest.approx(wanted, rel=1e-12)
    # principal components of the way to the end, by the eigenvalues of its cross products
    way = (trace.path - trace.path[-1])[..., 0]
    values = np.linalg.eigvalsh(way @ way.T)[::-1]
    assert np.allclose(seen.explained, values[:2] / values.sum(), atol=1e-12)
    left = way - way @ plane.directions[..., 0].T @ plane.directions[..., 0]
    assert np.allclose(seen.distances, np.linalg.norm(left, axis=1), atol=1e-12)
    assert 0.5 < sum(seen.explained) < 1.0 - 1e-9
    assert f"{sum(seen.explained):.1%}" in seen.sentence()
    assert "方向" in seen.sentence("zh-CN")


def test_a_scaled_network_starts_at_the_mean_of_large_targets() -> None:
    scaling = Scaling(np.zeros(1), np.ones(1), np.array([1e6]), np.array([2e5]))
    network = Network((1, 3, 1))
    assert network.scores(np.zeros((10, 1)), [[0.3]], scaling).item() == 1e6


@pytest.mark.parametrize("y", [np.zeros(3), np.zeros((4, 2)), np.zeros((1, 4)), np.float64(1.0)])
def test_targets_of_another_shape_are_refused_by_name(y: Any) -> None:
    network = Network((2, 3, 1))
    with pytest.raises(InputError, match=r"y has shape .* is needed"):
        unfold(network, network.start(seed=0), np.zeros((4, 2)), y)
