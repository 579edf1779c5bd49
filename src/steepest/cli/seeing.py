"""The commands that say what will happen, and show what happened."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from steepest.cli.app import check_language, print_json
from steepest.cli.options import OUTPUT, AsJson, Data, Language, Quiet, option, with_fit_options

if TYPE_CHECKING:
    from steepest import FitOptions


@with_fit_options(
    *("ranges", "points", "target_loss", "patience", "average", "hidden", "activation"),
    *("workers", "cluster", "local", "unencrypted"),
)
def forecast(
    data: Data,
    asked: FitOptions,
    plot: Annotated[
        str | None,
        option(
            OUTPUT,
            "Also draw the curves of all rates: .png, .svg or .pdf (replaced).",
            metavar="FILE",
        ),
    ] = None,
    details: Annotated[
        bool,
        option(
            OUTPUT,
            "Also the tables: rates, directions of curvature, batch sizes (--json has all).",
            name="--details",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Say beforehand which learning rate to use, what each one does, and which column is why.

    DATA is read and prepared as for a fit; nothing is trained.

    steepest forecast houses.csv --target price
    steepest forecast houses.csv --target price --learning-rate 0.001,0.1,auto --no-standardize
    steepest forecast example:salary --target salary --learning-rate 0.02,0.4,1.1 --plot rates.png
    """
    from steepest import figure_of
    from steepest import forecast as forecast_table
    from steepest.cli.terminal import Progress
    from steepest.cli.terminal_forecast import print_forecast

    check_language(lang)
    with Progress(quiet=quiet, language=lang) as progress:
        made = forecast_table(data, **vars(asked), stage=progress.stage)
    if plot is not None:
        figure_of(made, "rates", language=lang).save(plot)
    if as_json:
        print_json(made.as_dict(lang))
    if not quiet:
        stream = sys.stderr if as_json else sys.stdout
        print_forecast(made, details=details, language=lang, stream=stream)
