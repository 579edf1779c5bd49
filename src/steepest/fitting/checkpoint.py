"""A checkpoint folder: what a fit was asked, which data it read, and how far it has come.

``plan.json`` pins data, options and the files' fingerprints, ``state-N.bin`` is the newest state of
the N-th rate. Each is written beside, synced and renamed, and carries its SHA-256, so that a death
at any moment leaves the old one or the new one. A lock, which the system lets go of when its
process ends, keeps two trainers out of one folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from steepest.data.writing import atomic_file
from steepest.descent.snapshot import packed, unpacked
from steepest.fitting.model import checksum
from steepest.fitting.options import FitOptions
from steepest.trace.record import strict
from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, reason_of, reason_unreadable

FORMAT = 1
_MAGIC = b"steepest state 1\n"
# Without --every a state is kept when this many seconds have passed since the last.
_SECONDS = 30.0


class Checkpoint:
    """The checkpoint folder of one fit; see the module's docstring.

    Parameters
    ----------
    folder : path
        It is made where it does not exist.
    every : int, optional
        Epochs after which a state is kept; by default after 30 seconds.
    """

    def __init__(self, folder: str | Path, every: int | None = None) -> None:
        self.folder, self.every = Path(folder), every
        self._plan: dict[str, Any] = {}
        self._lock: int | None = None

    def begin(
        self, data: Sequence[str], options: FitOptions, out: Path | None, command: str | None
    ) -> tuple[list[str], FitOptions]:
        """Take an empty folder for a fit that begins; return data and options by lasting names.

        Raises
        ------
        FileError
            ``checkpoint_taken``, ``checkpoint_locked``, or what the system says.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._take()
        except FileError:
            raise
        except OSError as error:
            reason = reason_of(error)
            raise FileError("write_failed", file=str(self.folder), reason=reason) from error
        if options.validation_data is not None:
            options = replace(options, validation_data=_absolute(options.validation_data))
        if (self.folder / "plan.json").exists():
            self.close()
            raise FileError("checkpoint_taken", folder=str(self.folder))
        self._plan = {
            "format": FORMAT,
            "data": [_absolute(name) for name in data],
            "options": strict(asdict(options)),
            "out": None if out is None else str(out.absolute()),
            "command": command,
            "every": self.every,
            "versions": _versions(),
            "fingerprint": None,
        }
        return list(self._plan["data"]), options

    def take_up(self) -> tuple[list[str], FitOptions, Path | None, str | None]:
        """Return data, options, run folder and command of the fit that was begun here.

        Raises
        ------
        FileError
            ``checkpoint_absent``, ``checkpoint_not_begun``, ``checkpoint_unreadable``,
            ``checkpoint_version`` or ``checkpoint_locked``.
        """
        if not self.folder.is_dir():
            raise FileError("checkpoint_absent", folder=str(self.folder))
        if not (self.folder / "plan.json").exists():
            raise FileError("checkpoint_not_begun", folder=str(self.folder))
        try:
            self._take()
            plan = json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))
            if plan["format"] != FORMAT or plan["checksum"] != checksum(plan):
                raise ValueError("checksum")
            self._check_versions(plan["versions"])
            options = _options(plan["options"])
        except FileError:
            raise
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._unreadable(error) from error
        self._plan, self.every = plan, plan["every"]
        out = plan["out"]
        return plan["data"], options, None if out is None else Path(out), plan["command"]

    def pin(self, prints: list[dict[str, Any]]) -> None:
        """Keep the data's fingerprints where the fit begins, compare them where it goes on.

        Raises
        ------
        FileError
            ``checkpoint_data`` with the file that is not what it was, ``checkpoint_gone`` with
            the one that is missing.
        """
        known = self._plan["fingerprint"]
        if known is not None:
            here = {one["file"] for one in prints}
            gone = next((one["file"] for one in known if one["file"] not in here), None)
            if gone is not None:
                raise FileError("checkpoint_gone", folder=str(self.folder), file=gone)
            for ours, theirs in zip(prints, known, strict=False):
                if ours != theirs:
                    raise FileError("checkpoint_data", folder=str(self.folder), file=ours["file"])
            if len(prints) != len(known):
                raise FileError("checkpoint_files", folder=str(self.folder), count=len(prints),
                                known=len(known))  # fmt: skip
            return
        self._plan["fingerprint"] = prints
        plan = {name: one for name, one in self._plan.items() if name != "checksum"}
        plan = strict(plan)
        plan["checksum"] = checksum(plan)
        self._plan = plan
        text = json.dumps(plan, indent=1, ensure_ascii=False, allow_nan=False)
        with atomic_file(self.folder / "plan.json") as place:
            place.write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))

    def keeper(self, number: int) -> StateKeeper:
        """Return where the run of the ``number``-th rate leaves its state."""
        return StateKeeper(self.folder / f"state-{number}.bin", self.every)

    def close(self) -> None:
        """Let others have the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take(self) -> None:
        """Lock the folder until this process ends."""
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(self._lock):
            self.close()
            raise FileError("checkpoint_locked", folder=str(self.folder))
        for left in self.folder.glob(".steepest-*"):  # of a process that was killed as it wrote
            left.unlink(missing_ok=True)

    def _check_versions(self, theirs: Mapping[str, str]) -> None:
        """Refuse what another version has made, whose options may be others too."""
        for name, version in _versions().items():
            if theirs.get(name) != version:
                raise FileError(
                    "checkpoint_version", folder=str(self.folder), name=name,
                    theirs=str(theirs.get(name)), ours=version,
                )  # fmt: skip

    def _unreadable(self, error: Exception) -> FileError:
        damaged = isinstance(error, ValueError) and str(error) == "checksum"
        reason = (
            phrase("reason_checksum", file="plan.json") if damaged else reason_unreadable(error)
        )
        return FileError("checkpoint_unreadable", folder=str(self.folder), reason=reason)


class StateKeeper:
    """Keeps the newest state of a run in one file; see ``descent.snapshot.Keeper``."""

    def __init__(self, file: Path, every: int | None) -> None:
        self._file, self._every = file, every
        self._epoch, self._time = 0, time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """Return the state that an earlier process left, None if it left none."""
        if not self._file.exists():
            return None
        try:
            data = self._file.read_bytes()
            head = len(_MAGIC) + 64
            if not data.startswith(_MAGIC) or data[len(_MAGIC) : head] != _digest(data[head:]):
                reason = phrase("reason_checksum", file=self._file.name)
                raise FileError(
                    "checkpoint_unreadable", folder=str(self._file.parent), reason=reason
                )
            left = unpacked(data[head:])
        except FileError:
            raise
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise FileError(
                "checkpoint_unreadable", folder=str(self._file.parent),
                reason=reason_unreadable(error),
            ) from error  # fmt: skip
        self._epoch = int(left["progress"]["epoch"])
        return left

    def due(self, epoch: int) -> bool:
        """Return whether so many epochs or seconds have passed."""
        if self._every is not None:
            return epoch - self._epoch >= self._every
        return time.monotonic() - self._time >= _SECONDS

    def save(self, values: Mapping[str, Any], epoch: int) -> None:
        """Replace the state by a newer one."""
        data = packed(values)
        with atomic_file(self._file) as place:
            place.write_bytes(_MAGIC + _digest(data) + data)
        self._epoch, self._time = epoch, time.monotonic()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _absolute(name: str) -> str:
    return name if name.startswith("example:") else os.path.abspath(name)


def _versions() -> dict[str, str]:
    """Return the versions that a run's bits depend on."""
    from steepest import __version__

    return {"steepest": __version__, "numpy": np.__version__}


def _options(kept: Mapping[str, Any]) -> FitOptions:
    """Return options from what JSON kept of them: its lists are tuples."""
    known = {one.name for one in fields(FitOptions)}
    if set(kept) != known:
        raise ValueError("fields")
    return FitOptions(**{name: _tuples(value) for name, value in kept.items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _locked(handle: int) -> bool:
    """Lock an open file for this process; return whether it was free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
