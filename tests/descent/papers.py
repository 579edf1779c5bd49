"""Update rules transcribed from their papers, number by number: the tests' oracle.

Each is a generator-like class: ``point`` is where the next gradient is to be taken, and
``update(gradient, rate)`` moves on. None shares a line with ``descent/rules.py``.
"""

from __future__ import annotations

import numpy as np


class Plain:
    def __init__(self, start: np.ndarray) -> None:
        self.point = np.array(start, dtype=float)

    def update(self, g: np.ndarray, a: float) -> None:
        self.point = self.point - a * g


class Polyak(Plain):
    """Polyak 1964: x_{k+1} = x_k - a f'(x_k) + b (x_k - x_{k-1})."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__(start)
        self.before = self.point

    def update(self, g: np.ndarray, a: float) -> None:
        after = self.point - a * g + 0.9 * (self.point - self.before)
        self.before, self.point = self.point, after


class Sutskever(Plain):
    """Sutskever et al. 2013: v = m v - e f'(w + m v), w = w + v; the point is w + m v."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__(start)
        self.w, self.v = self.point, np.zeros_like(self.point)

    def update(self, g: np.ndarray, a: float) -> None:
        self.v = 0.9 * self.v - a * g
        self.w = self.w + self.v
        self.point = self.w + 0.9 * self.v


class Nesterov(Plain):
    """Nesterov 1983 at a constant momentum: x+ = y - a f'(y), y+ = x+ + b (x+ - x)."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__(start)
        self.x = self.point

    def update(self, g: np.ndarray, a: float) -> None:
        after = self.point - a * g
        self.x, self.point = after, after + 0.9 * (after - self.x)


class Recalling(Plain):
    """Keeps every gradient, so that sums and means can be written out as the papers define them."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__(start)
        self.seen: list[np.ndarray] = []

    def mean(self, decay: float, power: int) -> np.ndarray:
        """(1 - decay) sum_i decay^(t - i) g_i^power."""
        t = len(self.seen)
        parts = [decay ** (t - 1 - i) * g**power for i, g in enumerate(self.seen)]
        return (1.0 - decay) * np.sum(parts, axis=0)


class Duchi(Recalling):
    """Duchi, Hazan, Singer 2011, diagonal form."""

    def update(self, g: np.ndarray, a: float) -> None:
        self.seen.append(g)
        total = np.sum([one * one for one in self.seen], axis=0)
        self.point = self.point - a * g / (1e-10 + np.sqrt(total))


class Tieleman(Recalling):
    """Tieleman, Hinton 2012: the mean square keeps 0.9 of itself."""

    def update(self, g: np.ndarray, a: float) -> None:
        self.seen.append(g)
        self.point = self.point - a * g / (np.sqrt(self.mean(0.9, 2)) + 1e-8)


class Kingma(Recalling):
    """Kingma, Ba 2015, algorithm 1."""

    def update(self, g: np.ndarray, a: float) -> None:
        self.seen.append(g)
        t = len(self.seen)
        m = self.mean(0.9, 1) / (1.0 - 0.9**t)
        v = self.mean(0.999, 2) / (1.0 - 0.999**t)
        self.point = self.point - a * m / (np.sqrt(v) + 1e-8)


PAPERS: dict[str, type[Plain]] = {
    "plain": Plain,
    "momentum": Polyak,
    "nesterov": Nesterov,
    "adagrad": Duchi,
    "rmsprop": Tieleman,
    "adam": Kingma,
}
