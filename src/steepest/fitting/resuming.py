"""Going on with a fit that was cut off: what ``steepest resume`` does, from Python."""

from __future__ import annotations

from pathlib import Path

from steepest.descent.loop import Watch
from steepest.fitting.checkpoint import Checkpoint
from steepest.fitting.run import Run
from steepest.fitting.table_fit import Stage, fit_rates


def resume(
    folder: str | Path, *, watch: Watch | None = None, stage: Stage | None = None
) -> list[Run]:
    """Go on with the fit whose checkpoint folder this is, from its last kept state.

    Parameters
    ----------
    folder : path
        As it was given to ``fit`` (``checkpoint``) or ``steepest fit --checkpoint``.
    watch, stage : functions, optional
        As for ``fit_rates``.

    Returns
    -------
    list of Run
        One for each learning rate; every bit is that of a fit that was never cut off. A fit that
        had ended, and whose run folder stands, is loaded from there.

    Raises
    ------
    FileError
        If another process trains there, the folder is damaged or of another version, or the data
        is not what it was.

    Examples
    --------
    >>> import tempfile
    >>> from steepest import fit
    >>> with tempfile.TemporaryDirectory() as place:
    ...     run = fit("example:salary", target="salary", checkpoint=f"{place}/kept", every=100)
    ...     [one.ending for one in resume(f"{place}/kept")] == [run.ending]
    True
    """
    kept = Checkpoint(folder)
    try:
        data, options, out, command = kept.take_up()
        return fit_rates(
            data, options, out=out, watch=watch, stage=stage, save=out is not None,
            command=command, resumed=kept,
        )  # fmt: skip
    finally:
        kept.close()
