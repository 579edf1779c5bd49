"""The story of a fit: sentences that each carry the numbers that make them true."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from steepest.data.file_source import FileSource
from steepest.data.table import Note, listed
from steepest.descent.problem import Problem
from steepest.descent.rules import Rule
from steepest.fitting.options import SEARCHES, FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.forecasting.courses import epochs_to_gradient, epochs_to_loss
from steepest.forecasting.telling import dependent_notes, in_words
from steepest.objective.losses import LOSSES
from steepest.trace.record import Trace, strict
from steepest.words.catalogue import phrase


def told(
    problem: Problem,
    rows: PreparedRows,
    options: FitOptions,
    trace: Trace,
    summary: Mapping[str, Any],
) -> tuple[Note, ...]:
    """Return the story of one fit, in order: rows, features, rate, course, optimum."""
    parts = [
        *told_of_rows(problem, rows, options),
        *_scaling(rows, options),
        *_loss(options, summary),
        *_rate(problem, options, trace, summary),
        *_spill(rows, trace),
        *_course(options, trace, summary),
        *_forecast(problem, options, trace),
        *_optimum(summary),
        *dependent_notes(summary["dependent_columns"]),
    ]
    return tuple(Note(part.name, strict(part.facts)) for part in parts)


def told_of_rows(problem: Problem, rows: PreparedRows, options: FitOptions) -> tuple[Note, ...]:
    """Return what was read, split and made of the columns."""
    return (*_rows(rows, options), *_features(problem, rows))


def _rows(rows: PreparedRows, options: FitOptions) -> list[Note]:
    facts = {
        "read": rows.table.rows,
        "table": rows.table.name,
        "dropped": rows.dropped,
        "train": rows.training.rows,
        "validation": rows.validation.rows,
        "seed": options.seed,
    }
    parts = [Note("story_rows", facts)]
    if rows.dropped:
        parts.append(Note("story_dropped", facts))
    if rows.validation.rows:
        parts.append(Note(_split_phrase(rows, options), facts))
    return [*parts, *rows.notes]


def _split_phrase(rows: PreparedRows, options: FitOptions) -> str:
    if rows.own_split:
        return "story_own_split"
    if options.validation_data is not None:
        return "story_validation_data"
    return "story_time_ordered" if options.time_ordered else "story_split"


def _features(problem: Problem, rows: PreparedRows) -> list[Note]:
    names = np.array(rows.preparation.names, dtype=object)
    parts = []
    for one in rows.preparation.features:
        if one.kind == "text" and not (one.hashed or one.pooled):
            facts = {"column": one.column, "columns": len(one.levels), "base": one.base}
            parts.append(Note("story_levels" if one.base else "story_levels_all", facts))
    constant = names[np.isinf(problem.coordinates.scale)].tolist()
    if constant:
        parts.append(Note("story_constant", {"columns": listed(constant)}))
    return parts


def _scaling(rows: PreparedRows, options: FitOptions) -> list[Note]:
    if not options.standardize:
        return []
    name = "story_standardized" if options.intercept else "story_scaled"
    return [Note(name, {"rows": rows.training.rows})]


def _rate(
    problem: Problem, options: FitOptions, trace: Trace, summary: Mapping[str, Any]
) -> list[Note]:
    quadratic, about = problem.quadratic, trace.metadata
    if about.get("rate_choice") in ("backtracking", "falling"):
        facts = {"loss": options.loss, "rate": summary["learning_rate"]}
        return [Note(f"story_rate_{about['rate_choice']}", facts)]
    if quadratic is None or options.method in SEARCHES or not quadratic.rank:
        return []
    if not options.squares:
        known = {"rate": summary["learning_rate"], "largest": about["largest_stable_rate"]}
        kind = "proven" if about["rate_choice"] == "proven" else "chosen"
        return [Note(f"story_rate_{kind}", known)] if math.isfinite(known["largest"]) else []
    L, mu = quadratic.largest_curvature, quadratic.smallest_curvature
    facts = {
        "rate": summary["learning_rate"],
        "largest": about["largest_stable_rate"],
        "L": L,
        "mu": mu,
        "condition": quadratic.condition,
        "best": 2.0 / (mu + L),
        "batch_size": about["batch_size"],
        "smallest_batch": about["smallest_batch"],
        "fourth_moment": about["fourth_moment"],
    }
    parts = [Note("story_curvature", facts)]
    if options.update_rule.plain:
        parts.append(Note(f"story_rate_{about['bound']}", facts))
    else:
        parts.append(_rule(options.update_rule, about, facts))
    if options.schedule != "constant":
        parts.append(Note("story_schedule", {"schedule": options.schedule}))
    return parts


def _spill(rows: PreparedRows, trace: Trace) -> list[Note]:
    """Return how rows of files were laid down to be walked."""
    source, about = rows.training, trace.metadata
    if about["engine"] in ("shares", "local"):
        least, most = about["partition_rows"]
        parted = {"partitions": about["partitions"], "least": least, "most": most}
        facts = {**parted, "batch_size": about["batch_size"]}
        return [Note(f"story_{about['engine']}", facts)]
    if trace.metadata["engine"] != "sweep" or not isinstance(source, FileSource):
        return []
    facts = {"megabytes": source.spill_bytes / 1e6, "rows": source.rows, "buffer": 0}
    if source.fits:
        return [Note("story_spill_mapped", facts)]
    facts["buffer"] = source.buffer_rows
    buffered = trace.metadata["order"] == "buffered"
    return [Note("story_spill_buffered" if buffered else "story_spill_given", facts)]


def _rule(rule: Rule, about: Mapping[str, Any], facts: dict[str, Any]) -> Note:
    """Return what is known about the rate of a rule other than plain."""
    stable, facts = rule.stable, {**facts, "rule": rule.name}
    if stable is None:
        return Note("story_rule_unproven", facts)
    if about["bound"] == "batch":
        return Note("story_rule_exact", {**facts, "share": stable.quadratic})
    by_order = {"random": stable.random, "given": stable.given}
    return Note(f"story_rule_{about['bound']}", {**facts, "share": by_order[about["bound"]]})


def _course(options: FitOptions, trace: Trace, summary: Mapping[str, Any]) -> list[Note]:
    loss = summary["train_loss"]
    facts = {
        "first": float(trace["loss"][0]),
        "last": loss,
        "root": _roots(summary.get("train_root", {})),
        "accuracy": summary["train_accuracy"],
        "best_epoch": trace.ending.facts.get("best_epoch"),
        "epochs": summary["epochs"],
        "evaluations": summary["evaluations"],
    }
    if "train_root" not in summary:
        parts = [Note("story_course_loss", facts)]
        if summary["train_accuracy"] is not None:
            parts.append(Note("story_accuracy", facts))
    else:
        parts = [Note(_course_phrase(options, trace), facts)]
    if summary["validation_loss"] is not None:
        value = summary["validation_loss"]
        if "validation_root" in summary:
            root = _roots(summary["validation_root"])
            parts.append(Note("story_validation", {"value": value, "root": root}))
        else:
            parts.append(Note("story_validation_loss", {"value": value}))
    return parts


def _loss(options: FitOptions, summary: Mapping[str, Any]) -> list[Note]:
    """Return which loss and penalty were minimized, where it is not squared errors alone."""
    parts = []
    classes = summary["classes"]
    if classes:
        facts = {"count": len(classes), "classes": listed(classes), "loss": options.loss}
        one = len(classes) == 2 and not LOSSES[options.loss].coupled
        facts["second"] = classes[1]
        parts.append(Note("story_classes_two" if one else "story_classes", facts))
    elif not LOSSES[options.loss].quadratic:
        multiplies = LOSSES[options.loss].inverse_link is np.exp
        parts.append(Note("story_loss_exp" if multiplies else "story_loss", {"loss": options.loss}))
    if options.penalty != "none":
        facts = {"penalty": options.penalty, "alpha": options.alpha}
        parts.append(Note("story_penalty", facts))
    return parts


def _optimum(summary: Mapping[str, Any]) -> list[Note]:
    if summary["optimum_loss"] is None:
        return []
    loss, optimum = summary["train_loss"], summary["optimum_loss"]
    above = (loss - optimum) / optimum if optimum > 0.0 else math.inf
    facts = {"optimum": optimum, "above": 100.0 * above, "difference": loss - optimum}
    small = optimum <= 1e-14 * max(loss, 1.0)
    return [Note("story_optimum_exact" if small else "story_optimum", facts)]


def _forecast(problem: Problem, options: FitOptions, trace: Trace) -> list[Note]:
    """Return what was known before the first update, beside what happened."""
    about, facts = trace.metadata, trace.ending.facts
    quadratic, rule = problem.quadratic, about.get("bound")
    foreseen = options.schedule == "constant" and options.rule == "plain"
    if quadratic is None or not problem.exact or not foreseen:
        return []
    if rule == "random" and math.isfinite(about["fourth_moment"]) and quadratic.rank:
        half = quadratic.largest_curvature / problem.loss.curvature_bound
        enough = min(problem.rows.rows, math.ceil(1.0 + about["fourth_moment"] / half))
        return [Note("story_forecast_batches", {"enough": enough})]
    if rule != "batch":
        return []
    start, rate = trace.path[0], float(about["learning_rate"])
    if trace.ending.name == "diverged":
        limit, update = float(str(facts["loss_limit"])), facts["update"]
        needed = epochs_to_loss(quadratic, start, rate, limit) if update else math.inf
        passed = {"needed": in_words(needed), "update": update}
        return [Note("story_forecast_diverged", passed)] if math.isfinite(needed) else []
    limit = float(str(facts["tolerance"])) * float(str(facts["gradient_scale"]))
    needed = epochs_to_gradient(quadratic, start, rate, limit)
    told = {"needed": in_words(needed), "epochs": facts["epochs"]}
    if trace.ending.name == "converged" and math.isfinite(needed):
        return [Note("story_forecast_met", told)]
    if trace.ending.name == "epochs_used_up" and options.epochs < needed < math.inf:
        return [Note("story_forecast_late", told)]
    return []


def _course_phrase(options: FitOptions, trace: Trace) -> str:
    if options.method in SEARCHES:
        return "story_search"
    return "story_course_diverged" if trace.ending.name == "diverged" else "story_course"


def _roots(roots: Mapping[str, float]) -> list[object]:
    """Return root mean squares with the targets whose units they are in."""
    return [phrase("in_units_of", root=root, target=target) for target, root in roots.items()]
