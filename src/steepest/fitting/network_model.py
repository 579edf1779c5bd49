"""A fitted network: names, units, classes, layers as plain arrays; and what a run folder holds.

``model.json`` and little-endian float64 arrays: ``weights_1.npy`` and ``biases_1.npy`` of the first
layer and so on, and how features and targets are scaled. What is not known, damaged or of another
version is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.preparation import Preparation
from steepest.data.table import Note, Table
from steepest.fitting.model import (
    FORMAT,
    LinearModel,
    array_of,
    checked_linear,
    checksum,
    class_losses,
    feature_of,
    is_number,
    save_arrays,
    save_json,
    texts_of,
    units_of,
)
from steepest.programs.network import Network, Scaling
from steepest.trace.record import strict
from steepest.words.errors import DamageError, FileError, InputError, reason_unreadable

Floats = npt.NDArray[np.float64]

_LARGEST_JSON = 64 * 2**20
_KEYS = {
    *("format", "kind", "version", "targets", "features", "sizes", "activation", "loss"),
    *("classes", "units", "arrays", "about", "checksum"),
}
_SCALING = ("shift", "factor", "center", "spread")


@dataclass(frozen=True, eq=False)
class NetworkModel:
    """A network that takes a table's own units.

    Attributes
    ----------
    preparation : Preparation
        How a table's columns become the design's (n, d).
    targets : tuple of str
        Names of the targets.
    network : Network
        Its form.
    parameters : array of shape (P, 1)
        Weights and biases.
    scaling : Scaling
        How it sees features and targets.
    classes : tuple of str
        For cross-entropy: the target's values, in the order of the scores; empty else.
    about : mapping
        Options and versions.

    Examples
    --------
    >>> from steepest import fit
    >>> run = fit("example:three-points", target="y", hidden=(3,), epochs=5)
    >>> run.model.network.sizes, run.model.outputs
    ((1, 3, 1), ('prediction',))
    """

    preparation: Preparation
    targets: tuple[str, ...]
    network: Network
    parameters: Floats
    scaling: Scaling
    classes: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def loss(self) -> str:
        """The loss it was fitted with."""
        return self.network.loss

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the predictions' columns: of classes, the probability of each."""
        if self.classes:
            return tuple(f"probability_{one}" for one in self.classes)
        if len(self.targets) == 1:
            return ("prediction",)
        return tuple(f"prediction_{target}" for target in self.targets)

    def predict(self, table: Table) -> tuple[Floats, tuple[Note, ...]]:
        """Return predictions (rows, K) for every row of a table, and what must be told.

        Raises
        ------
        InputError
            If a feature is missing from the table, of another kind, or has missing values.
        """
        design, notes = self.preparation.design(table, np.arange(table.rows))
        return self.predicted(design), notes

    def predicted(self, design: Floats) -> Floats:
        """Return predictions (n, K) of rows as numbers (n, d); of classes, their probabilities."""
        if self.classes:
            return self.network.probabilities(self.parameters, design, self.scaling)
        return self.network.scores(self.parameters, design, self.scaling)

    def losses(self, values: Floats, table: Table) -> Floats:
        """Return the loss of each row of a table, NaN where target or prediction is missing."""
        if self.classes:
            return class_losses(values, table, self.targets[0], self.classes)
        if not all(is_number(table, name) for name in self.targets):
            return np.full(table.rows, np.nan)
        y = np.stack([table.columns[name].values for name in self.targets], axis=1)
        half = 0.5 if self.loss == "half_squared_error" else 1.0
        return np.asarray(half * ((values - y) ** 2).sum(axis=1))

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        from steepest import __version__

        arrays = dict(zip(_SCALING, self.scaling.arrays, strict=True))
        for layer, (W, b) in enumerate(self.network.split(self.parameters), start=1):
            arrays |= {f"weights_{layer}": W, f"biases_{layer}": b}
        about: dict[str, Any] = {
            "format": FORMAT,
            "kind": "network",
            "version": __version__,
            "targets": list(self.targets),
            "features": [asdict(feature) for feature in self.preparation.features],
            "sizes": list(self.network.sizes),
            "activation": self.network.activation,
            "loss": self.network.loss,
            "classes": list(self.classes),
            "units": units_of(self.preparation),
            "arrays": save_arrays(folder, arrays),
            "about": strict(self.about),
        }
        save_json(folder, about)


Model = LinearModel | NetworkModel


def load_model(folder: str | Path) -> Model:
    """Return the model saved in a run folder.

    Raises
    ------
    FileError
        If a file is missing, damaged, changed, or of a format this version does not know.
    """
    place = Path(folder)
    try:
        file = place / "model.json"
        if file.stat().st_size > _LARGEST_JSON:
            raise DamageError("reason_too_large", file="model.json", bytes=_LARGEST_JSON)
        about = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(about, dict) and about.get("kind") == "network":
            return _checked_network(place, about)
        return checked_linear(place, about)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError(
            "model_unreadable", folder=str(folder), reason=reason_unreadable(error)
        ) from error


def _checked_network(place: Path, about: dict[str, Any]) -> NetworkModel:
    if set(about) != _KEYS:
        raise DamageError("reason_other_fields", file="model.json")
    if about["format"] != FORMAT:
        raise DamageError("reason_format", file="model.json")
    if about["checksum"] != checksum(about):
        raise DamageError("reason_checksum", file="model.json")
    preparation = Preparation(tuple(feature_of(one) for one in about["features"]))
    targets, classes = texts_of(about["targets"]), texts_of(about["classes"])
    try:
        network = Network(tuple(about["sizes"]), about["activation"], about["loss"])
    except InputError as error:
        raise DamageError("reason_value", field="sizes", value=repr(about["sizes"])) from error
    outputs = len(classes) or len(targets)
    if (network.sizes[0], network.sizes[-1]) != (len(preparation.names), outputs):
        raise DamageError("reason_value", field="sizes", value=repr(about["sizes"]))
    sums = about["arrays"]
    scaling = Scaling(
        *(array_of(place, name, (network.sizes[0],), sums) for name in _SCALING[:2]),
        *(array_of(place, name, (outputs,), sums) for name in _SCALING[2:]),
    )
    layers = []
    for layer in range(1, network.layers + 1):
        shape = network.sizes[layer - 1 : layer + 1]
        layers.append(array_of(place, f"weights_{layer}", (shape[0], shape[1]), sums).ravel())
        layers.append(array_of(place, f"biases_{layer}", (shape[1],), sums))
    parameters = np.concatenate(layers)[:, None]
    return NetworkModel(preparation, targets, network, parameters, scaling, classes, about["about"])
