"""``kb history``."""

from pathlib import Path
from typing import Annotated

import typer

from kb.cli.options import CsvFlag, JsonFlag, one_output


def history(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Model, by any of its names.")],
    hardware: Annotated[
        str | None, typer.Argument(metavar="[HARDWARE]", help="Card, by any of its names; else all cards.")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Only with this engine.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a file as SVG.")] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Show how the same stack under the same load got faster, over builds of its engine and days.

    Example: kb history minimax-m2.5 b200-sxm-180gb
    """
    from kb.cli.history_view import run_history

    run_history(model, hardware, engine, one_output(json=as_json, csv=as_csv), svg)
