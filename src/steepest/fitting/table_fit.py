"""Fit a linear model to a table: what ``steepest fit`` does, from Python."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.dask_tables import Partitions, is_dask, laid_down
from steepest.data.file_source import FileSource
from steepest.data.finding import data_files
from steepest.data.prepared_stream import Sharing
from steepest.data.writing import refuse_taken
from steepest.descent.checks import checked_penalty, loss_of
from steepest.descent.facts import problem_facts
from steepest.descent.loop import Watch
from steepest.descent.minimize import minimize
from steepest.descent.problem import Problem
from steepest.descent.searches import POINTS, Range, search
from steepest.descent.snapshot import Keeper
from steepest.fitting.checkpoint import Checkpoint
from steepest.fitting.classes import scored, with_classes
from steepest.fitting.facts import least_model, limit_facts, row_facts
from steepest.fitting.landscape import landscape_of
from steepest.fitting.last_look import last_look
from steepest.fitting.model import LinearModel
from steepest.fitting.networks import network_run
from steepest.fitting.options import AUTO, SEARCHES, FitOptions, Paths, names_of, texts_of
from steepest.fitting.prepared import PreparedArrays, PreparedRows
from steepest.fitting.problem import linear_problem
from steepest.fitting.resolving import check_against_rows, first_parameters, resolved_method
from steepest.fitting.rows import prepare_rows
from steepest.fitting.run import Run, fingerprint, load_run, next_folder
from steepest.fitting.sharing import shared, with_workers_told, workers_of
from steepest.fitting.story import told
from steepest.fitting.summary import roots_of, summary_of
from steepest.fitting.target_errors import of_table
from steepest.objective.quadratic import Quadratic
from steepest.trace.endings import Ending
from steepest.trace.record import Trace, strict
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
# How often a person is told how far a pass over files is.
_TELL_SECONDS = 1.0

Stage = Callable[[str, Mapping[str, object]], None]


def fit(
    data: Any,
    *,
    target: str | Sequence[str],
    features: Sequence[str] | None = None,
    learning_rate: float | str = AUTO,
    out: str | Path | None = None,
    checkpoint: str | Path | None = None,
    every: int | None = None,
    watch: Watch | None = None,
    **options: Any,
) -> Run:
    """Fit a linear model, or a network, to a table by gradient descent.

    Parameters
    ----------
    data : str, path or sequence of them, or a Dask collection
        CSV or Parquet files, a folder, a pattern, or one of the notes' tables (``example:...``).
        A Dask dataframe, a list of delayed tables, or a pair (X, y) of Dask arrays (columns
        ``x0``, ``x1``, ...) is computed partition by partition into temporary files and fitted
        from there.
    target : str or sequence of str
        Columns to predict.
    features : sequence of str, optional
        Columns to predict from; all others by default.
    learning_rate : float or "auto"
        ``auto`` is proven stable.
    out : path, optional
        Folder to save the run in; nothing is written without it.
    checkpoint : path, optional
        Folder in which the run is kept from time to time, so that ``resume`` can go on with it; of
        Dask collections also their rows (in ``rows``), which nothing could compute again.
    every : int, optional
        Epochs after which it is kept; by default after 30 seconds.
    watch : function, optional
        Called with the newest trace row after every stretch.
    **options
        The other fields of ``FitOptions``: method, batch_size, epochs, tolerance, validation,
        missing, dates, standardize, intercept, start, seed, rule, momentum, hidden, activation, ...

    Returns
    -------
    Run
        Model, trace, summary and story.

    Raises
    ------
    InputError
        If an option or the data cannot be used; the message names the place and the remedy.
    FileError
        If a file cannot be read or written.

    Examples
    --------
    >>> run = fit("example:salary", target="salary")
    >>> run.ending
    'converged'
    """
    chosen = FitOptions(
        target=texts_of(target),
        features=None if features is None else tuple(features),
        learning_rates=(learning_rate,),
        **options,
    )
    if not is_dask(data):
        return fit_rates(data, chosen, out=out, watch=watch, checkpoint=checkpoint, every=every)[0]
    if checkpoint is None:
        with laid_down(data, chosen.checked().target) as paths:
            return fit_rates(paths, chosen, out=out, watch=watch)[0]
    parts, rows = Partitions(data, chosen.checked().target), Path(checkpoint).absolute() / "rows"
    return fit_rates(
        parts.files(rows), chosen, out=out, watch=watch, checkpoint=checkpoint, every=every,
        before=lambda: parts.lay_down_anew(rows),
    )[0]  # fmt: skip


def fit_rates(
    data: Paths,
    options: FitOptions,
    *,
    out: str | Path | None = None,
    watch: Watch | None = None,
    stage: Stage | None = None,
    save: bool | None = None,
    command: str | None = None,
    checkpoint: str | Path | None = None,
    every: int | None = None,
    resumed: Checkpoint | None = None,
    before: Callable[[], None] | None = None,
) -> list[Run]:
    """Fit once for each learning rate of ``options``, on the same prepared rows.

    Parameters
    ----------
    data : str, path or sequence of them
        As for ``fit``.
    options : FitOptions
        What is asked for.
    watch : function, optional
        Called with the newest trace row after every stretch.
    out : path, optional
        Folder of the run; with several rates each run gets a folder ``rate-...`` in it.
    stage : function, optional
        Called with the name of every stage and its facts, for progress.
    save : bool, optional
        Whether to save; by default when ``out`` is given. Without ``out`` the folder is the
        next free ``runs/NAME-1``, ``runs/NAME-2``, ...
    command : str, optional
        The command line that asked for it, kept with the run.
    checkpoint, every
        As for ``fit``.
    resumed : Checkpoint, optional
        The checkpoint folder of a fit that goes on (``resume``).
    before : function, optional
        Called before anything is read, when the checkpoint folder is this fit's own.

    Examples
    --------
    >>> from steepest import FitOptions
    >>> options = FitOptions(target=("y",), learning_rates=(0.1, 5.0), intercept=False)
    >>> [run.ending for run in fit_rates("example:three-points", options)]
    ['converged', 'diverged']
    """
    options.checked()
    if every is not None and every < 1:
        raise InputError("option_too_small", option="every", value=every, least=1)
    if every is not None and checkpoint is None:
        raise InputError("every_without_checkpoint", every=every)
    names = names_of(data)
    if out is not None and resumed is None:
        refuse_taken(Path(out))
    saving = save if save is not None else out is not None
    place = (Path(out) if out is not None else next_folder(names)) if saving else None
    kept = resumed
    if checkpoint is not None:
        kept = Checkpoint(checkpoint, every)
        names, options = kept.begin(names, options, place, command)
    try:
        if before is not None:
            before()
        with shared(options) as sharing:
            return _fitted(names, options, place, watch, stage, command, kept, sharing)
    finally:
        if checkpoint is not None and kept is not None:
            kept.close()


def _fitted(
    names: Sequence[str],
    options: FitOptions,
    place: Path | None,
    watch: Watch | None,
    stage: Stage | None,
    command: str | None,
    kept: Checkpoint | None,
    sharing: Sharing | None,
) -> list[Run]:
    """Prepare the rows once and fit at every rate."""
    started = time.perf_counter()
    tell: Stage = stage or (lambda name, facts: None)
    tell("reading", {"data": list(names)})
    rows = prepare_rows(names, options, tell=_telling(tell), sharing=sharing)
    rows, options = with_classes(with_workers_told(rows, options), options)
    tell("moments", {"rows": rows.training.rows, "columns": rows.training.columns})
    check_against_rows(options, rows)
    problem = None if options.hidden else linear_of(rows, options)
    prints = fingerprint(rows.table.files, streamed=isinstance(rows.training, FileSource))
    if options.validation_data is not None:
        beside = data_files([options.validation_data])[1]
        prints += fingerprint(beside, streamed=isinstance(rows.validation, FileSource))
    if kept is not None:
        kept.pin(prints)
    runs = []
    for number, rate in enumerate(options.learning_rates):
        folder = place
        if place is not None and len(options.learning_rates) > 1:
            folder = place / f"rate-{rate}"
        if kept is not None and folder is not None and (folder / "run.json").exists():
            runs.append(load_run(folder))  # it had ended before the process did
            continue
        if options.method in SEARCHES:
            tell("searching", {"method": options.method})
        else:
            tell("descending", {"rate": rate, "epochs": options.epochs})
        one = replace(options, learning_rates=(rate,))
        about = about_run(names, one, command, prints, rows)
        keeper = None if kept is None else kept.keeper(number)
        if isinstance(rows, PreparedArrays) and problem is None:
            run = network_run(rows, one, about, watch=watch, started=started, keeper=keeper)
        else:
            assert problem is not None
            try:
                trace = trained(problem, rows, one, watch, keeper)
            except InputError as error:
                raise of_table(error, rows.table, one) from None
            with np.errstate(over="ignore", invalid="ignore"):
                run = run_of(problem, rows, one, trace, about, time.perf_counter() - started)
        if found := workers_of(rows, options):
            run = replace(run, summary={**run.summary, "workers": found})
        # What a signal cut off goes on from its checkpoint, and is saved when it has ended.
        if folder is not None and not (kept is not None and run.ending == "interrupted"):
            run.save(folder)
            run = replace(run, folder=folder, summary={**run.summary, "run": str(folder)})
        runs.append(run)
        if run.ending == "interrupted":
            break
    return runs


def _telling(stage: Stage) -> Callable[[int, int], None]:
    """Return what tells how fast files are read and how long it will take, once a second."""
    began = told = time.perf_counter()
    last = 0

    def tell(done: int, rows: int) -> None:
        nonlocal began, told, last
        now = time.perf_counter()
        if done < last:
            began = told = now
        last = done
        if now - told < _TELL_SECONDS:
            return
        told, speed = now, done / (now - began)
        facts = {"done": done, "speed": speed}
        if rows:
            seconds = (rows - done) / speed
            stage("streaming", {**facts, "rows": rows, "left": seconds})
        else:
            stage("parsing", facts)

    return tell


def linear_of(rows: PreparedRows, options: FitOptions) -> Problem:
    """Return the problem of fitting a linear model to prepared rows, with its moments."""
    problem = linear_problem(
        rows.training,
        rows.validation,
        loss=options.loss,
        intercept=options.intercept,
        standardize=options.standardize,
        names=(*rows.preparation.names, *scored(options, rows.classes, rows.training.targets)),
        made=rows.moments,
    )
    penalty = checked_penalty(
        options.penalty, options.alpha, options.l1_ratio, intercept=options.intercept
    )
    loss = loss_of(options.loss, options.loss_parameter)
    return replace(problem, loss=loss, penalty=penalty)


def trained(
    problem: Problem,
    rows: PreparedRows,
    options: FitOptions,
    watch: Watch | None = None,
    keeper: Keeper | None = None,
) -> Trace:
    """Return the trace of one fit: the descent or the search that the options ask for."""
    where = problem.coordinates
    start = first_parameters(options, where, rows.training.targets)
    if options.method in SEARCHES:
        return _searched(problem, rows, options, start, watch, keeper)
    return minimize(
        rows.training,
        loss=options.loss,
        intercept=options.intercept,
        method=resolved_method(options, rows.training.rows),
        batch_size=options.batch_size,
        order=options.walk,
        learning_rate=options.learning_rates[0],
        rule=options.update_rule,
        schedule=options.schedule,
        epochs=options.epochs,
        tolerance=options.tolerance,
        target_loss=options.target_loss,
        patience=options.patience,
        average=options.average,
        local=options.local,
        start=start,
        seed=options.seed,
        names=rows.preparation.names,
        problem=problem,
        record_all=options.record_all,
        watch=watch,
        keeper=keeper,
    )


def _searched(
    problem: Problem,
    rows: PreparedRows,
    options: FitOptions,
    start: Floats,
    watch: Watch | None,
    keeper: Keeper | None,
) -> Trace:
    """Search in the table's units; the trace's points are moved to training coordinates."""
    where, quadratic = problem.coordinates, problem.quadratic
    assert quadratic is not None
    offset = int(where.intercept)
    names = (*(("intercept",) if offset else ()), *rows.preparation.names)
    ranges = [Range(name, names.index(name), low, high) for name, low, high in options.ranges]
    coefficients, intercept = where.to_table(start)
    base = np.concatenate([intercept[None], coefficients])[1 - offset :, 0]

    def moved(points: Floats) -> Floats:
        slopes = points[..., offset:, None]
        first = points[..., 0, None] if offset else np.zeros((*points.shape[:-1], 1))
        return where.from_table(slopes, first)

    trace = search(
        lambda points: quadratic.value(moved(points)),
        base,
        ranges,
        method=options.method,
        points=options.points or POINTS[options.method],
        rounds=options.epochs,
        target_loss=options.target_loss,
        watch=watch,
        keeper=keeper,
    )
    parameters = moved(trace.parameters[:, 0])
    updates = {"points": moved(trace.updates["points"][..., 0]), "losses": trace.updates["losses"]}
    ending = _search_ending(trace.ending, quadratic, parameters, options)
    path = moved(trace.path[..., 0])
    facts = problem_facts(problem, path[0], path[-1], rows.preparation.names)
    metadata = {"method": options.method, "engine": "moments", "seed": options.seed}
    metadata["facts"] = facts
    return Trace(trace.columns, path, parameters, ending, updates, metadata)


def _search_ending(
    ending: Ending, quadratic: Quadratic, parameters: Floats, options: FitOptions
) -> Ending:
    """Return the ending, which is convergence only if the gradient at the best point says so."""
    norm = float(np.linalg.norm(quadratic.gradient(parameters)))
    scale = float(np.linalg.norm(quadratic.gradient(np.zeros_like(parameters))))
    facts = {**ending.facts, "gradient_norm": norm, "gradient_scale": scale}
    facts["tolerance"] = options.tolerance
    if ending.name != "target_loss_reached" and 0.0 < norm <= options.tolerance * scale:
        return Ending("converged", "converged_by_search", facts)
    return Ending(ending.name, ending.phrase, facts)


def about_run(
    names: Sequence[str],
    options: FitOptions,
    command: str | None,
    prints: list[dict[str, Any]],
    rows: PreparedRows,
) -> dict[str, Any]:
    """Return what is kept with a run of how it came to be: data, options, versions."""
    from importlib.metadata import version

    from steepest import __version__

    return {
        "data": list(names),
        "command": command,
        "options": strict(asdict(options)),
        "fingerprint": prints,
        "notes": [{"name": note.name, "facts": dict(note.facts)} for note in rows.notes],
        "versions": {
            "steepest": __version__,
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "numba": version("numba"),
            "pyarrow": version("pyarrow"),
            "machine": platform.machine(),
        },
    }


def run_of(
    problem: Problem,
    rows: PreparedRows,
    options: FitOptions,
    trace: Trace,
    about: dict[str, Any],
    seconds: float,
) -> Run:
    """Return the run of a trace: its model, the facts of its rows, summary and story."""
    where = problem.coordinates
    coordinates = {
        "standardized": options.standardize,
        "shift": where.shift.tolist(),
        "scale": where.scale.tolist(),
        "intercept": where.intercept,
        "names": list(rows.preparation.names),
        "targets": list(scored(options, rows.classes, rows.training.targets)),
    }
    coefficients, intercept = where.to_table(trace.parameters)
    walked = trace.metadata.get("batch_size") if options.walk == "given" else None
    names = (*rows.preparation.names, *options.target)
    least = least_model(rows.validation, trace, where) if options.squares else None
    errors, rise, sample = last_look(rows, coefficients, intercept, options.seed, least)
    found = row_facts(rows.training, names, errors, rise, walked=walked, squares=options.squares)
    facts = {**trace.metadata["facts"], **found, **limit_facts(problem, trace)}
    seen = {"coordinates": coordinates, "facts": strict(facts)}
    trace = replace(trace, metadata={**trace.metadata, **seen})
    model = LinearModel(
        rows.preparation,
        options.target,
        coefficients,
        intercept,
        options.loss,
        options.intercept,
        {"options": about["options"], "versions": about["versions"]},
        rows.classes,
        problem.loss.extra if problem.loss.parameter else None,
    )
    if problem.quadratic is not None and problem.loss.quadratic:
        best, constant = where.to_table(problem.quadratic.optimum)
        about = {
            **about,
            "optimum": {"intercept": constant.tolist(), "coefficients": best.tolist()},
        }
    summary = summary_of(problem, rows, options, trace, coefficients, intercept, seconds)
    validation = problem.validation_objective()
    roots = {
        f"{name}_root": roots_of(quadratic, trace.parameters, options)
        for name, quadratic in (("train", problem.quadratic), ("validation", validation))
        if isinstance(quadratic, Quadratic) and problem.loss.quadratic
    }
    story = told(problem, rows, options, trace, {**summary, **roots})
    landscape = landscape_of(problem, rows, options, sample) if options.squares else None
    return Run(model, trace, strict(summary), story, about, landscape=landscape)
