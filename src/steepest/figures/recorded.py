"""What a picture needs of a run: its trace, the names of its parameters, landscape and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.row_losses import RowLosses
from steepest.figures.styles import MOST_RUNS
from steepest.objective.quadratic import Quadratic
from steepest.programs.network import Network, Scaling
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase, sentence, visible
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
INTERCEPT = "intercept"
SEARCHES = ("exhaustive", "coarse-to-fine")
_LONGEST_NAME = 28
# Rates that a picture takes, as multiples of the largest stable one.
_LEAST_RATE, _MOST_RATE = 1e-9, 1e3


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows in the table's units: features (m, d), targets (m, K), validation flags (m,)."""

    features: Floats
    targets: Floats
    validation: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Recorded:
    """One run, as pictures see it.

    Attributes
    ----------
    trace : Trace
        What happened.
    names : tuple of str
        Of the P parameters, the intercept first where there is one.
    targets : tuple of str
        Of the K targets.
    training, validation : Quadratic, optional
        The losses at any parameters, in training coordinates.
    rows : Rows, optional
        A sample.
    count : int, optional
        Number of training rows.
    standardized : bool
        Whether a feature's parameter is per standard deviation.
    title : str
        Where it came from: a folder, a table.
    provenance : mapping
        Seed, versions, fingerprint of the data.
    network, scaling : Network, Scaling, optional
        Of a network: its form, and how it sees rows.
    classes : tuple of str
        Of a run that tells classes apart; a network's targets are their numbers.
    measured : RowLosses, optional
        The objective over the rows, where no quadratic is it.
    """

    trace: Trace
    names: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    training: Quadratic | None = None
    validation: Quadratic | None = None
    rows: Rows | None = None
    count: int | None = None
    standardized: bool = False
    title: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    network: Network | None = None
    scaling: Scaling | None = None
    classes: tuple[str, ...] = ()
    measured: RowLosses | None = None

    @property
    def method(self) -> str:
        """The method's name."""
        return str(self.trace.metadata.get("method", "batch"))

    @property
    def rate(self) -> float | None:
        """The learning rate, None for a search."""
        rate = self.trace.metadata.get("learning_rate")
        return None if rate is None else float(rate)

    @property
    def searched(self) -> bool:
        """Whether the values were searched on grids: no start, no steps, no epochs."""
        return self.method in SEARCHES

    @property
    def plain_rate(self) -> float | None:
        """The learning rate of a plain step; None for a search and for other update rules."""
        return self.rate if self.trace.metadata.get("rule", "plain") == "plain" else None

    @property
    def quadratic(self) -> Quadratic:
        """The training loss at any parameters.

        Raises
        ------
        InputError
            If the run does not know it.
        """
        if self.network is not None:
            raise InputError("figure_not_of_network", run=self.title)
        if self.measured is not None:
            raise InputError("figure_of_squares", loss=self.measured.loss.name)
        if self.training is None:
            raise InputError("figure_needs_landscape", run=self.title)
        return self.training

    @property
    def ground(self) -> Quadratic | RowLosses:
        """The training objective at any parameters, from moments or from rows.

        Raises
        ------
        InputError
            If the run does not know it.
        """
        return self.quadratic if self.measured is None else self.measured

    @property
    def layered(self) -> tuple[Network, Floats, Floats]:
        """The network, and the features and targets of the training rows kept with it.

        Raises
        ------
        InputError
            If the run is no network's.
        """
        if self.network is None or self.rows is None:
            raise InputError("figure_needs_network", run=self.title)
        mine = ~self.rows.validation
        return self.network, self.rows.features[mine], self.rows.targets[mine]

    def loss_at(self, parameters: Floats) -> Any:
        """Return the training loss at parameters (..., P, K); a network's, over the rows kept."""
        if self.measured is not None and parameters.ndim == 2:
            return self.measured.exactly(parameters)
        if self.network is None:
            return self.ground.value(parameters)
        network, X, y = self.layered
        return network.values(parameters, X, y, self.scaling)

    def predicted(self, parameters: Floats, features: Floats) -> Floats:
        """Return predictions (m, K) of rows in the table's units."""
        if self.network is not None:
            return self.network.scores(parameters, features, self.scaling)
        scores = self.scores(parameters, features)
        return scores if self.measured is None else self.measured.loss.predicted(scores)

    def scores(self, parameters: Floats, features: Floats) -> Floats:
        """Return a linear model's scores (m, K) of rows in the table's units."""
        coefficients, intercept = self.ground.coordinates.to_table(parameters)
        return np.asarray(np.einsum("ij,jk->ik", features, coefficients) + intercept)

    def place_of(self, name: str) -> tuple[int, int]:
        """Return row and column of a parameter; with several targets NAME:TARGET."""
        feature, colon, target = name.rpartition(":")
        if colon and feature in self.names and target in self.targets:
            return self.names.index(feature), self.targets.index(target)
        if name not in self.names:
            raise InputError("figure_parameter_unknown", name=name, known=list(self.names))
        return self.names.index(name), 0

    def name_of(self, place: tuple[int, int], language: str) -> str:
        """Return what stands at the axis of one parameter."""
        facts = {"name": short(self.names[place[0]]), "target": ""}
        if len(self.targets) > 1:
            facts["target"] = short(self.targets[place[1]])
        phrase = "figure_parameter"
        if self.names[place[0]] == INTERCEPT and self.ground.coordinates.intercept:
            phrase = "figure_intercept_centred" if self.standardized else "figure_intercept"
        elif self.standardized:
            phrase = "figure_parameter_standardized"
        name = sentence(phrase, facts, language)
        if not facts["target"]:
            return name
        return sentence("figure_of_target", {**facts, "name": name}, language)


def short(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a name fit for an axis: control characters shown, its middle left out if long.

    >>> short("a" * 50)
    'aaaaaaaaaaaaaa…aaaaaaaaaaaaa'
    """
    shown = visible(name)
    if len(shown) <= most:
        return shown
    half = most // 2
    return f"{shown[:half]}…{shown[len(shown) - (most - half - 1) :]}"


def recorded_trace(trace: Trace) -> Recorded:
    """Return what a trace alone tells a picture."""
    where = trace.metadata.get("coordinates", {})
    offset = (INTERCEPT,) if where.get("intercept") else ()
    return Recorded(
        trace,
        (*offset, *where.get("names", ())),
        tuple(where.get("targets", ())),
        standardized=bool(where.get("standardized", False)),
        provenance={"seed": trace.metadata.get("seed")},
    )


def checked_rates(rates: Sequence[float], quadratic: Quadratic) -> list[float]:
    """Return rates that can be shown beside a loss's curvatures.

    Raises
    ------
    InputError
        If one is not positive, or too far from the largest stable rate to be seen beside it.
    """
    if len(rates) > MOST_RUNS:
        raise InputError("figure_too_many_runs", count=len(rates), most=MOST_RUNS)
    largest = 2.0 / quadratic.largest_curvature
    least, most = _LEAST_RATE * largest, _MOST_RATE * largest
    for rate in rates:
        if not least <= rate <= most:
            facts = {"rate": float(rate), "least": least, "most": most, "largest": largest}
            raise InputError("figure_bad_rate", **facts)
    return [float(rate) for rate in rates]


def checked(runs: Sequence[Recorded]) -> list[Recorded]:
    """Return the runs, or refuse more than can be told apart.

    Raises
    ------
    InputError
        If there is none, or more than five.
    """
    if not 1 <= len(runs) <= MOST_RUNS:
        raise InputError("figure_too_many_runs", count=len(runs), most=MOST_RUNS)
    return list(runs)


def labels_of(runs: Sequence[Recorded], language: str) -> list[str]:
    """Return a name for each run, made of what parts it from the others."""
    methods, rates = [run.method for run in runs], [run.rate for run in runs]
    sizes = [run.trace.metadata.get("batch_size") for run in runs]
    of_mini_batch = {s for s, m in zip(sizes, methods, strict=True) if m == "mini-batch"}
    parts: list[list[str]] = [[] for _ in runs]
    for number, run in enumerate(runs):
        if len(set(methods)) > 1 or len(runs) == 1:
            parts[number].append(method_name(run.method, language))
        # the other methods have one batch size by their name
        if run.method == "mini-batch" and len(of_mini_batch) > 1 and sizes[number]:
            facts = {"size": int(sizes[number] or 0)}
            parts[number].append(sentence("figure_label_batch", facts, language))
        if len(set(rates)) > 1 and rates[number] is not None:
            facts_of_rate = {"rate": rates[number]}
            parts[number].append(sentence("figure_label_rate", facts_of_rate, language))
    labels = [", ".join(part) for part in parts]
    if len(set(labels)) < len(labels):
        titles = [short(run.title) for run in runs]
        labels = titles if len(set(titles)) == len(titles) else _numbered(labels, titles)
    return labels


def _numbered(labels: Sequence[str], titles: Sequence[str]) -> list[str]:
    pairs = zip(labels, titles, strict=True)
    names = [label or title or "?" for label, title in pairs]
    return [f"{number}. {name}" for number, name in enumerate(names, start=1)]


def method_name(method: str, language: str) -> str:
    """Return the method's name in a language."""
    return sentence(f"figure_method_{method.replace('-', '_')}", {}, language)


def way_of(method: str, language: str) -> str:
    """Return what leads down the loss: a method's descent, or a search by its own name."""
    name = method_name(method, language)
    whole = method in SEARCHES or method == "descent"
    return name if whole else sentence("figure_descent", {"method": name}, language)


def progress_of(run: Recorded) -> dict[str, object]:
    """Return how long a run was, as a fact: epochs, or the grids of a search."""
    name = "figure_grids" if run.searched else "figure_epochs"
    return phrase(name, count=int(run.trace["epoch"][-1]))


def provenance_of(runs: Sequence[Recorded]) -> dict[str, Any]:
    """Return the runs' provenance: of one run as it is, of several in a list."""
    from steepest import __version__

    kept = [dict(run.provenance) for run in runs]
    return {"steepest": __version__, **(kept[0] if len(kept) == 1 else {"runs": kept})}
