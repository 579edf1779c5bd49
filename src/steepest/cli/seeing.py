"""The commands that say what will happen, and show what happened."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from steepest.cli.app import check_language, print_json
from steepest.cli.options import AsJson, Data, Language, Quiet, with_fit_options

if TYPE_CHECKING:
    from steepest import FitOptions


@with_fit_options("ranges", "points", "target_loss", "rule")
def forecast(
    data: Data,
    asked: FitOptions,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Say beforehand which learning rate to use, what each one does, and which column is why.

    DATA is read and prepared as for a fit; nothing is trained.

    steepest forecast houses.csv --target price

    steepest forecast houses.csv --target price --learning-rate 0.001,0.1,auto --no-standardize
    """
    from steepest import forecast as forecast_table
    from steepest.cli.terminal import Progress
    from steepest.cli.terminal_forecast import print_forecast

    check_language(lang)
    with Progress(quiet=quiet, language=lang) as progress:
        made = forecast_table(data, **vars(asked), stage=progress.stage)
    if as_json:
        print_json(made.as_dict(lang))
    if not quiet:
        print_forecast(made, language=lang, stream=sys.stderr if as_json else sys.stdout)
