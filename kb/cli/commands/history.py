"""``kb history``."""

from pathlib import Path
from typing import Annotated

import typer

from kb.cli import completing
from kb.cli.options import CsvFlag, JsonFlag, one_output


def history(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="Model, by any of its names.", autocompletion=completing.models),
    ],
    hardware: Annotated[
        str | None,
        typer.Argument(
            metavar="HARDWARE", help="Card, by any of its names; else all cards.", autocompletion=completing.hardware
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only with this engine.", autocompletion=completing.engines),
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a file as SVG.")] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Show one stack over engine versions and days.

    A series is the same model, card, number of cards, format and load; only its build changes, from the day the model
    came out. What else changed stands beside it, and what cannot be dated is listed apart.

    Example: kb history minimax-m2.5 b200-sxm-180gb
    Example: kb history dsr1-0528 --engine sglang --json
    """
    from kb.cli.history_view import run_history

    run_history(model, hardware, engine, one_output(json=as_json, csv=as_csv), svg)
