"""The fitted model: names, units, categories and plain arrays. No pickle, no fallback loader.

A model is ``model.json`` and two arrays, ``coefficients.npy`` (d, K) and ``intercept.npy``
(K,), little-endian float64 in the table's units. The JSON carries the SHA-256 of each array
and of itself; what is not known, damaged or of another version is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.preparation import Feature, Preparation
from steepest.data.table import Note, Table
from steepest.objective.losses import LOSSES
from steepest.trace.record import strict
from steepest.words.errors import DamageError, FileError, reason_unreadable

Floats = npt.NDArray[np.float64]

FORMAT = 1
_LARGEST_JSON = 64 * 2**20
_KEYS = {
    "format",
    "kind",
    "version",
    "targets",
    "features",
    "loss",
    "fit_intercept",
    "units",
    "arrays",
    "about",
    "checksum",
}


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A linear model in the table's own units.

    Attributes
    ----------
    preparation : Preparation
        How a table's columns become the design's (n, d).
    targets : tuple of str
        Names of the K targets.
    coefficients : array of shape (d, K)
        Change of the prediction for one unit of each design column.
    intercept : array of shape (K,)
        Prediction where all design columns are 0.
    loss : str
        The loss it was fitted with.
    fit_intercept : bool
        Whether it has an intercept.
    about : mapping
        Anything else worth keeping: options, rows, versions.

    Examples
    --------
    >>> from steepest import fit
    >>> model = fit("example:three-points", target="y").model
    >>> model.preparation.names, model.coefficients.round(9).tolist()
    (('x',), [[2.0]])
    """

    preparation: Preparation
    targets: tuple[str, ...]
    coefficients: Floats
    intercept: Floats
    loss: str = "squared_error"
    fit_intercept: bool = True
    about: Mapping[str, Any] = field(default_factory=dict)

    def predict(self, table: Table) -> tuple[Floats, tuple[Note, ...]]:
        """Return predictions (rows, K) for every row of a table, and what must be told.

        Raises
        ------
        InputError
            If a feature is missing from the table, of another kind, or has missing values.
        """
        design, notes = self.preparation.design(table, np.arange(table.rows))
        return np.einsum("ij,jk->ik", design, self.coefficients) + self.intercept, notes

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        from steepest import __version__

        arrays = {"coefficients": self.coefficients, "intercept": self.intercept}
        sums: dict[str, dict[str, Any]] = {}
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, np.ascontiguousarray(array, dtype="<f8"), allow_pickle=False)
            (folder / f"{name}.npy").write_bytes(buffer.getvalue())
            digest = hashlib.sha256(buffer.getvalue()).hexdigest()
            sums[name] = {"sha256": digest, "shape": list(array.shape)}
        about: dict[str, Any] = {
            "format": FORMAT,
            "kind": "linear",
            "version": __version__,
            "targets": list(self.targets),
            "features": [asdict(feature) for feature in self.preparation.features],
            "loss": self.loss,
            "fit_intercept": self.fit_intercept,
            "units": _units(self.preparation),
            "arrays": sums,
            "about": strict(self.about),
        }
        about["checksum"] = checksum(about)
        text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "model.json").write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))


def load_model(folder: str | Path) -> LinearModel:
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
        return _checked_model(place, about)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError(
            "model_unreadable", folder=str(folder), reason=reason_unreadable(error)
        ) from error


def _checked_model(place: Path, about: Any) -> LinearModel:
    if not isinstance(about, dict) or set(about) != _KEYS:
        raise DamageError("reason_other_fields", file="model.json")
    if about["format"] != FORMAT or about["kind"] != "linear":
        raise DamageError("reason_format", file="model.json")
    if about["checksum"] != checksum(about):
        raise DamageError("reason_checksum", file="model.json")
    preparation = Preparation(tuple(_feature(one) for one in about["features"]))
    targets = _texts(about["targets"])
    if about["loss"] not in LOSSES or not isinstance(about["fit_intercept"], bool):
        raise DamageError("reason_value", field="loss", value=repr(about["loss"]))
    wanted = {
        "coefficients": (len(preparation.names), len(targets)),
        "intercept": (len(targets),),
    }
    arrays = {name: _array(place, name, shape, about["arrays"]) for name, shape in wanted.items()}
    return LinearModel(
        preparation,
        targets,
        arrays["coefficients"],
        arrays["intercept"],
        about["loss"],
        about["fit_intercept"],
        about["about"],
    )


def _feature(one: Mapping[str, Any]) -> Feature:
    if one["kind"] not in ("number", "date", "text"):
        raise DamageError("reason_value", field="kind", value=repr(one["kind"]))
    (column,) = _texts([one["column"]])
    levels, fill = _texts(one["levels"]), one["fill"]
    if one["base"] is not None:
        _texts([one["base"]])
    if fill is not None and not isinstance(fill, str if one["kind"] == "text" else (int, float)):
        raise DamageError("reason_value", field="fill", value=repr(fill))
    return Feature(column, one["kind"], levels, one["base"], fill)


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise DamageError("reason_no_names", value=repr(values))
    return tuple(values)


def _array(place: Path, name: str, shape: tuple[int, ...], sums: Mapping[str, Any]) -> Floats:
    file = place / f"{name}.npy"
    expected = 8 * int(np.prod(shape))
    if not expected <= file.stat().st_size <= expected + 4096:
        raise DamageError("reason_other_shape", file=file.name, shape=str(shape))
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sums[name]["sha256"]:
        raise DamageError("reason_checksum", file=file.name)
    array = np.load(io.BytesIO(data), allow_pickle=False)
    if array.dtype != np.dtype("<f8") or array.shape != shape:
        raise DamageError("reason_other_shape", file=file.name, shape=str(shape))
    if not np.isfinite(array).all():
        raise DamageError("reason_not_finite", file=file.name)
    return np.asarray(array, dtype=np.float64)


def checksum(about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of JSON values without their own ``checksum``."""
    rest = {key: value for key, value in about.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _units(preparation: Preparation) -> dict[str, str]:
    kinds = {
        "number": "the table's own",
        "date": "days since 1970-01-01",
        "text": "1 where the row has this level, else 0",
    }
    return {name: kinds[one.kind] for one in preparation.features for name in one.names}
