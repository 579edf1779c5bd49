"""A run: the model, the trace, the summary and the story of one fit, and its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from steepest.data.arrow_files import stamp_of
from steepest.data.finding import shown
from steepest.data.table import Note
from steepest.data.writing import atomic_folder
from steepest.fitting.landscape import (
    FILE,
    SAMPLE_FILE,
    Landscape,
    RowSample,
    load_landscape,
    load_sample,
)
from steepest.fitting.model import checksum
from steepest.fitting.network_model import Model, load_model
from steepest.trace.diagnosis import diagnose
from steepest.trace.findings import Finding
from steepest.trace.record import Trace, load_trace, strict
from steepest.words.catalogue import sentence
from steepest.words.errors import DamageError, FileError, reason_unreadable

FORMAT = 1
_PIECE = 2**22


@dataclass(frozen=True, eq=False)
class Run:
    """One fit and everything that is known about it.

    Attributes
    ----------
    model : LinearModel or NetworkModel
        In the table's units.
    trace : Trace
        What happened, in training coordinates.
    summary : mapping
        The keys that ``steepest fit --json`` prints.
    story : tuple of Note
        Sentences of the catalogue, each with its numbers.
    folder : Path or None
        Where it was saved.
    landscape : Landscape or None
        The loss at any parameters and a sample of the rows; None above 1,000 columns, and of
        networks.
    sample : RowSample or None
        Of a network: at most 1,000 training and 1,000 validation rows, drawn by the run's seed,
        classes as their numbers.

    Examples
    --------
    >>> from steepest import fit
    >>> run = fit("example:salary", target="salary")
    >>> run.ending, round(run.summary["intercept"], 4)
    ('converged', 1.0235)
    """

    model: Model
    trace: Trace
    summary: Mapping[str, Any]
    story: tuple[Note, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    landscape: Landscape | None = None
    sample: RowSample | None = None

    @property
    def ending(self) -> str:
        """The ending's name."""
        return self.trace.ending.name

    @property
    def findings(self) -> list[Finding]:
        """What the trace proves about the run, the most urgent first."""
        return diagnose(self.trace)

    def answer(self, language: str = "en") -> dict[str, Any]:
        """Return the summary with ending and findings phrased in a language."""
        return {
            **self.summary,
            "sentence": self.trace.ending.sentence(language),
            "findings": strict([finding.as_dict(language) for finding in self.findings]),
        }

    def tell(self, language: str = "en") -> list[str]:
        """Return the story, sentence by sentence."""
        return [sentence(note.name, note.facts, language) for note in self.story]

    def save(self, folder: str | Path) -> Path:
        """Write the run folder: whole or not at all. Return its path.

        Raises
        ------
        InputError
            If the folder exists and is not empty.
        FileError
            If something cannot be written.
        """
        with atomic_folder(Path(folder)) as place:
            self.trace.save(place)
            if self.landscape is not None:
                self.landscape.save(place)
            if self.sample is not None:
                self.sample.save(place)
            parts = {file.name: _digest(file) for file in sorted(place.iterdir())}
            self.model.save(place)  # carries checksums of its own
            about: dict[str, Any] = {
                "format": FORMAT,
                "summary": {**self.summary, "run": str(folder)},
                "story": [{"name": note.name, "facts": note.facts} for note in self.story],
                "about": self.about,
                "sha256": parts,
            }
            about = strict(about)
            about["checksum"] = checksum(about)
            text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False)
            (place / "run.json").write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))
        return Path(folder)


def load_run(folder: str | Path) -> Run:
    """Return the run saved in ``folder``.

    Raises
    ------
    FileError
        If it is no run folder, or a part of it is damaged or unknown.

    Examples
    --------
    >>> import tempfile
    >>> from steepest import fit
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = fit("example:salary", target="salary", out=f"{folder}/run")
    ...     load_run(saved.folder).ending
    'converged'
    """
    place = Path(folder)
    runs = sorted(file.parent.name for file in place.glob("*/run.json"))
    if runs and not (place / "run.json").exists():
        raise FileError("run_holds_runs", folder=str(folder), runs=runs)
    # a run of a function keeps its trace alone
    parts = {one for one in ("trace.json", "run.json", "model.json") if (place / one).exists()}
    if parts == {"trace.json"}:
        raise FileError("run_of_function", folder=str(folder))
    try:
        about = _checked(place)
        model, trace = load_model(place), load_trace(place)
        story = tuple(Note(one["name"], one["facts"]) for one in about["story"])
        summary = {**about["summary"], "run": str(folder)}
        held = load_landscape(place) if FILE in about["sha256"] else None
        sample = load_sample(place) if SAMPLE_FILE in about["sha256"] else None
        run = Run(model, trace, summary, story, about["about"], place, held, sample)
        run = replace(run, summary=run.answer())
        run.tell()
    except FileError:
        raise
    except (OSError, ValueError, LookupError, TypeError, RecursionError, BadZipFile) as error:
        raise FileError(
            "run_unreadable", folder=str(folder), reason=reason_unreadable(error)
        ) from error
    return run


def _checked(place: Path) -> dict[str, Any]:
    """Return what run.json holds, after it and every part it names were found undamaged."""
    about = json.loads((place / "run.json").read_text(encoding="utf-8"))
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise DamageError("reason_format", file="run.json")
    if about["checksum"] != checksum(about):
        raise DamageError("reason_checksum", file="run.json")
    for name, digest in about["sha256"].items():
        if Path(name).name != name or _digest(place / name) != digest:
            raise DamageError("reason_checksum", file=name)
    return about


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def fingerprint(files: Sequence[str], *, streamed: bool = False) -> list[dict[str, Any]]:
    """Return name, size and SHA-256 of every file that was read.

    ``streamed``: the digest is that of the file's last 64 KiB, which hold the footer of Parquet;
    its time of change stands beside it.
    """
    found = [Path(file) for file in files if Path(file).is_file()]
    return [_stamped(file) if streamed else _fingerprint(file) for file in found]


def _fingerprint(file: Path) -> dict[str, Any]:
    return {"file": shown(file.name), "bytes": file.stat().st_size, "sha256": _digest(file)}


def _stamped(file: Path) -> dict[str, Any]:
    size, changed, digest = stamp_of(str(file))
    return {
        "file": shown(file.name), "bytes": size, "sha256": f"{digest} (64 KiB)",
        "changed": changed,
    }  # fmt: skip


def next_folder(data: Sequence[str]) -> Path:
    """Return the first ``runs/NAME-1``, ``runs/NAME-2``, ... that does not exist yet."""
    stem = str(data[0]).removeprefix("example:")
    name = Path(stem).name.split(".")[0].strip("*?[] ") or "table"
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60].strip("-")
    number = 1
    while (Path("runs") / f"{safe or 'table'}-{number}").exists():
        number += 1
    return Path("runs") / f"{safe or 'table'}-{number}"
