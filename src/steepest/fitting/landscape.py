"""The landscape of a run: what its pictures and its report need of the rows, kept with it.

Moments give the loss of the training and validation rows at any parameters, so that a surface or
a curve can be drawn long after the table has gone; a thinned sample of the rows shows data, fit
and residuals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.data.draws import stream_key, words
from steepest.data.file_source import RowSource
from steepest.data.source import ArraySource
from steepest.descent.problem import Problem
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.objective.losses import LOSSES
from steepest.objective.moments import Moments
from steepest.objective.quadratic import Quadratic, quadratic_of

Floats = npt.NDArray[np.float64]

# A sample is small beside the run's path: a picture shows no more rows, and a wide table fewer.
SAMPLE_ROWS = 1_000
SAMPLE_VALUES = 200_000
# Moments of 1,000 columns take 8 MB; wider runs are saved without their landscape.
WIDEST = 1_000
FILE = "landscape.npz"
SAMPLE_FILE = "rows.npz"


@dataclass(frozen=True, eq=False)
class RowSample:
    """Some rows in the table's units, in the table's order.

    Attributes
    ----------
    features : array of shape (m, d)
        As the model sees them: categories as columns of 0 and 1.
    targets : array of shape (m, K)
        Their targets.
    validation : array of bool, shape (m,)
        Whether a row is a validation row.
    position : array of int, shape (m,)
        Its number in the table as read.
    """

    features: Floats
    targets: Floats
    validation: npt.NDArray[np.bool_]
    position: npt.NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write ``rows.npz`` into an existing folder: of runs that keep no landscape."""
        arrays = {one.name: getattr(self, one.name) for one in fields(self)}
        with (folder / SAMPLE_FILE).open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)


def load_sample(folder: Path) -> RowSample:
    """Return the rows saved in ``folder``.

    Raises
    ------
    OSError, ValueError, LookupError, TypeError
        If they cannot be read.
    """
    with np.load(folder / SAMPLE_FILE, allow_pickle=False) as arrays:
        return RowSample(**{one.name: arrays[one.name] for one in fields(RowSample)})


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss of a run at any parameters, and a sample of its rows.

    Attributes
    ----------
    moments, validation_moments : Moments
        Of the training and of the validation rows (None where there are none), table units.
    loss : str
        A key of ``LOSSES``.
    coordinates : Coordinates
        The training coordinates of the run.
    sample : RowSample
        At most 1,000 training and 1,000 validation rows, drawn by the run's seed.

    Examples
    --------
    >>> from steepest import fit
    >>> run = fit("example:salary", target="salary")
    >>> round(float(run.landscape.training.value(run.trace.parameters)), 9)
    0.008044658
    """

    moments: Moments
    validation_moments: Moments | None
    loss: str
    coordinates: Coordinates
    sample: RowSample

    @cached_property
    def training(self) -> Quadratic:
        """The training loss at any parameters in training coordinates."""
        return quadratic_of(self.moments, LOSSES[self.loss], self.coordinates)

    @cached_property
    def validation(self) -> Quadratic | None:
        """The validation loss at any parameters in training coordinates."""
        if self.validation_moments is None:
            return None
        return quadratic_of(self.validation_moments, LOSSES[self.loss], self.coordinates)

    def save(self, folder: Path) -> None:
        """Write ``landscape.npz`` into an existing folder."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "loss": np.array(self.loss),
            "coordinates_shift": self.coordinates.shift,
            "coordinates_scale": self.coordinates.scale,
            "coordinates_intercept": np.array(self.coordinates.intercept),
            **{f"sample_{one.name}": getattr(self.sample, one.name) for one in fields(RowSample)},
            **_arrays("training", self.moments),
        }
        if self.validation_moments is not None:
            arrays |= _arrays("validation", self.validation_moments)
        with (folder / FILE).open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)


def load_landscape(folder: Path) -> Landscape:
    """Return the landscape saved in ``folder``.

    Raises
    ------
    OSError, ValueError, LookupError, TypeError
        If it cannot be read.
    """
    with np.load(folder / FILE, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    training = _moments("training", held)
    if training is None:
        raise ValueError(f"{FILE} holds no moments of the training rows")
    where = Coordinates(
        held["coordinates_shift"],
        held["coordinates_scale"],
        bool(held["coordinates_intercept"]),
    )
    sample = RowSample(**{one.name: held[f"sample_{one.name}"] for one in fields(RowSample)})
    return Landscape(training, _moments("validation", held), str(held["loss"]), where, sample)


def _arrays(name: str, moments: Moments) -> dict[str, npt.NDArray[np.generic]]:
    return {f"{name}_{one.name}": np.asarray(getattr(moments, one.name)) for one in fields(Moments)}


def _moments(name: str, held: Mapping[str, Any]) -> Moments | None:
    if f"{name}_R" not in held:
        return None
    values = {one.name: held[f"{name}_{one.name}"] for one in fields(Moments)}
    plain: dict[str, Any] = {k: v.item() if v.ndim == 0 else v for k, v in values.items()}
    return Moments(**plain)


def landscape_of(
    problem: Problem, rows: PreparedRows, options: FitOptions, sample: RowSample | None = None
) -> Landscape | None:
    """Return the landscape of a problem, None where it would be too large to keep."""
    if problem.moments is None or rows.training.columns > WIDEST:
        return None
    return Landscape(
        problem.moments,
        problem.validation_moments,
        options.loss,
        problem.coordinates,
        sample or sampled(rows.training, rows.validation, options.seed),
    )


def sampled(training: RowSource, validation: RowSource, seed: int) -> RowSample:
    """Return the rows with the smallest seeded keys, at most 1,000 of each kind.

    Parameters
    ----------
    training, validation : ArraySource or FileSource
        Rows in the table's units.
    seed : int
        The run's.
    """
    samples = []
    for rows in (training, validation):
        sample = Sample(rows.columns, rows.targets, seed)
        for part in rows.parts():
            sample.add(part)
        samples.append(sample)
    return row_sample(*samples)


class Sample:
    """The rows with the smallest seeded keys among those that were shown."""

    def __init__(self, columns: int, targets: int, seed: int) -> None:
        self._count = max(1, min(SAMPLE_ROWS, SAMPLE_VALUES // max(columns, 1)))
        self._key = stream_key(seed, "sample")
        self.features, self.targets = np.zeros((0, columns)), np.zeros((0, targets))
        self.positions = np.zeros(0, np.int64)

    def add(self, part: ArraySource) -> None:
        """Look at some rows in the table's units."""
        assert part.positions is not None
        keys = words(self._key, part.positions)
        if len(self.positions) == self._count:
            chosen = np.flatnonzero(keys < words(self._key, self.positions).max())
        else:
            chosen = np.arange(len(keys))
        if not len(chosen):
            return
        positions = np.concatenate([self.positions, part.positions[chosen]])
        best = np.argsort(words(self._key, positions))[: self._count]
        self.positions = positions[best]
        self.features = np.concatenate([self.features, part.X[chosen]])[best]
        self.targets = np.concatenate([self.targets, part.y[chosen]])[best]


def row_sample(training: Sample, validation: Sample) -> RowSample:
    """Return both samples as one, in the table's order."""
    both = (training, validation)
    flags = np.repeat([False, True], [len(one.positions) for one in both])
    positions = np.concatenate([one.positions for one in both])
    order = np.argsort(positions, kind="stable")
    features, targets = (
        np.concatenate([getattr(one, name) for one in both])[order]
        for name in ("features", "targets")
    )
    return RowSample(features, targets, flags[order], positions[order])
