"""The fitted model: names, units, categories and plain arrays. No pickle, no fallback loader.

A model is ``model.json`` and two arrays, ``coefficients.npy`` (d, K) and ``intercept.npy``
(K,), little-endian float64 in the table's units. The JSON carries the SHA-256 of each array
and of itself; what is not known, damaged or of another version is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.hashing import MOST_COLUMNS
from steepest.data.preparation import Feature, Preparation
from steepest.data.table import Note, Table
from steepest.descent.checks import loss_of
from steepest.objective.losses import LOSSES
from steepest.trace.record import strict
from steepest.words.errors import DamageError

Floats = npt.NDArray[np.float64]

FORMAT = 1
_KEYS = {
    "format",
    "kind",
    "version",
    "targets",
    "features",
    "loss",
    "fit_intercept",
    "classes",
    "loss_parameter",
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
    classes : tuple of str
        Of a target that is classes; of two, scores above 0 mean the second.
    loss_parameter : float or None
        Huber's ``epsilon`` or the ``quantile``.

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
    classes: tuple[str, ...] = ()
    loss_parameter: float | None = None

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
        """Return predictions (n, K) of rows as numbers (n, d).

        Of classes their probabilities, one column a class, or where the loss has none their scores.
        """
        scores = np.einsum("ij,jk->ik", design, self.coefficients) + self.intercept
        entry = LOSSES[self.loss]
        if not self.classes or not entry.probabilities:
            return np.asarray(entry.predicted(scores))
        each = entry.predicted(scores)
        if scores.shape[1] == 1:
            return np.concatenate([entry.predicted(-scores), each], axis=1)
        return np.asarray(each / each.sum(axis=1, keepdims=True))

    @property
    def columns(self) -> tuple[str, ...]:
        """What each column of coefficients is called: a target, or a class of several."""
        return self.classes if self.classes and len(self.intercept) > 1 else self.targets

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the predictions' columns: targets, or probabilities or scores of classes."""
        if self.classes and LOSSES[self.loss].probabilities:
            return tuple(f"probability_{one}" for one in self.classes)
        if self.classes:
            scored = self.classes if len(self.intercept) > 1 else self.classes[1:]
            return tuple(f"score_{one}" for one in scored)
        if len(self.targets) == 1:
            return ("prediction",)
        return tuple(f"prediction_{target}" for target in self.targets)

    def losses(self, values: Floats, table: Table) -> Floats:
        """Return the loss of each row of a table, NaN where target or prediction is missing.

        Parameters
        ----------
        values : array of shape (rows, K)
            Predictions, NaN where there is none.
        table : Table
            Rows; where it does not hold the targets as numbers, no loss is known.
        """
        if self.classes and not LOSSES[self.loss].probabilities:
            return np.full(table.rows, np.nan)
        if self.classes:
            return class_losses(values, table, self.targets[0], self.classes)
        usable = [name for name in self.targets if is_number(table, name)]
        if len(usable) < len(self.targets):
            return np.full(table.rows, np.nan)
        y = np.stack([table.columns[name].values for name in usable], axis=1)
        loss = loss_of(self.loss, self.loss_parameter)
        with np.errstate(all="ignore"):
            scores = np.log(values) if loss.inverse_link is np.exp else values
            return np.asarray(loss.value(scores, y).sum(axis=1))

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        from steepest import __version__

        sums = save_arrays(folder, {"coefficients": self.coefficients, "intercept": self.intercept})
        about: dict[str, Any] = {
            "format": FORMAT,
            "kind": "linear",
            "version": __version__,
            "targets": list(self.targets),
            "features": [asdict(feature) for feature in self.preparation.features],
            "loss": self.loss,
            "fit_intercept": self.fit_intercept,
            "classes": list(self.classes),
            "loss_parameter": self.loss_parameter,
            "units": units_of(self.preparation),
            "arrays": sums,
            "about": strict(self.about),
        }
        save_json(folder, about)


def save_arrays(folder: Path, arrays: Mapping[str, Floats]) -> dict[str, dict[str, Any]]:
    """Write arrays as ``NAME.npy``; return shape and SHA-256 of each."""
    sums: dict[str, dict[str, Any]] = {}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(array, dtype="<f8"), allow_pickle=False)
        (folder / f"{name}.npy").write_bytes(buffer.getvalue())
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()
        sums[name] = {"sha256": digest, "shape": list(array.shape)}
    return sums


def save_json(folder: Path, about: dict[str, Any]) -> None:
    """Write ``model.json`` with its own checksum."""
    about["checksum"] = checksum(about)
    text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "model.json").write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))


def class_losses(values: Floats, table: Table, target: str, classes: Sequence[str]) -> Floats:
    """Return -log of the true class's probability (rows,), NaN where either is not known.

    Parameters
    ----------
    values : array of shape (rows, K)
        Probabilities of the classes, NaN where there are none.
    table : Table
        Rows, with the target as it was trained on or without.
    target : str
        Its column.
    classes : sequence of str
        In the order of the probabilities.
    """
    losses = np.full(table.rows, np.nan)
    column = table.columns.get(target)
    if column is None or column.problem is not None:
        return losses
    places = {name: place for place, name in enumerate(classes)}
    if column.kind == "text":
        named = [places.get(str(one), -1) for one in column.levels]
        numbers = np.array([named[code] if code >= 0 else -1 for code in column.values], np.int64)
    else:
        numbers = np.array([places.get(f"{one:.17g}", -1) for one in column.values], np.int64)
    known = np.flatnonzero((numbers >= 0) & ~np.isnan(values).any(axis=1))
    with np.errstate(divide="ignore"):
        losses[known] = -np.log(values[known, numbers[known]])
    return losses


def is_number(table: Table, name: str) -> bool:
    """Return whether a table has a column of numbers that can be used."""
    column = table.columns.get(name)
    return column is not None and column.problem is None and column.kind != "text"


def checked_linear(place: Path, about: Any) -> LinearModel:
    """Return the linear model of a run folder whose ``model.json`` holds ``about``."""
    if not isinstance(about, dict) or set(about) != _KEYS:
        raise DamageError("reason_other_fields", file="model.json")
    if about["format"] != FORMAT or about["kind"] != "linear":
        raise DamageError("reason_format", file="model.json")
    if about["checksum"] != checksum(about):
        raise DamageError("reason_checksum", file="model.json")
    preparation = Preparation(tuple(feature_of(one) for one in about["features"]))
    targets = texts_of(about["targets"])
    if about["loss"] not in LOSSES or not isinstance(about["fit_intercept"], bool):
        raise DamageError("reason_value", field="loss", value=repr(about["loss"]))
    classes, loss = texts_of(about["classes"]), LOSSES[about["loss"]]
    columns = len(classes) or len(targets)
    columns = 1 if len(classes) == 2 and not loss.coupled else columns
    wanted = {"coefficients": (len(preparation.names), columns), "intercept": (columns,)}
    arrays = {name: array_of(place, name, shape, about["arrays"]) for name, shape in wanted.items()}
    return LinearModel(
        preparation,
        targets,
        arrays["coefficients"],
        arrays["intercept"],
        about["loss"],
        about["fit_intercept"],
        about["about"],
        classes,
        about["loss_parameter"],
    )


def feature_of(one: Mapping[str, Any]) -> Feature:
    """Return a feature from JSON values, or say what is wrong with them."""
    if one["kind"] not in ("number", "date", "text"):
        raise DamageError("reason_value", field="kind", value=repr(one["kind"]))
    (column,) = texts_of([one["column"]])
    levels, fill = texts_of(one["levels"]), one["fill"]
    if one["base"] is not None:
        texts_of([one["base"]])
    if fill is not None and not isinstance(fill, str if one["kind"] == "text" else (int, float)):
        raise DamageError("reason_value", field="fill", value=repr(fill))
    hashed = one["hashed"]
    if type(hashed) is not int or not 0 <= hashed <= MOST_COLUMNS or (hashed and levels):
        raise DamageError("reason_value", field="hashed", value=repr(hashed))
    pooled = one["pooled"]
    if type(pooled) is not bool or (pooled and (hashed or one["kind"] != "text")):
        raise DamageError("reason_value", field="pooled", value=repr(pooled))
    return Feature(column, one["kind"], levels, one["base"], fill, hashed, pooled)


def texts_of(values: Any) -> tuple[str, ...]:
    """Return names from JSON values."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise DamageError("reason_no_names", value=repr(values))
    return tuple(values)


def array_of(place: Path, name: str, shape: tuple[int, ...], sums: Mapping[str, Any]) -> Floats:
    """Return an array of finite numbers whose shape and checksum are those told."""
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


def units_of(preparation: Preparation) -> dict[str, str]:
    """Return the unit of each design column."""
    kinds = {
        "number": "the table's own",
        "date": "days since 1970-01-01",
        "text": "1 where the row has this level, else 0",
    }
    hashed = "1 or -1 where the hash of the row's level says so, else 0"
    pooled = "1 where the row's level has no column of its own, else 0"
    units = {
        name: hashed if one.hashed else kinds[one.kind]
        for one in preparation.features
        for name in one.names
    }
    return units | {one.names[-1]: pooled for one in preparation.features if one.pooled}
