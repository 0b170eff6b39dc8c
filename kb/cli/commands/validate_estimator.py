"""``kb validate-estimator``."""

from typing import Annotated

import typer

from kb.cli.options import JsonFlag


def validate_estimator(
    as_json: JsonFlag = False,
    write: Annotated[bool, typer.Option("--write", help="Write the report, its page and its plots as well.")] = False,
) -> None:
    """Tell how far the estimate is off on unseen rows.

    Fits the estimator anew without each kind of card, engine and model in turn, and holds it against the measured rows
    that were left out. Reads all cases; takes half a minute. Needs numpy and scipy; make validate installs them.

    Exit 1: a row that nobody doubts would be called impossible
    Example: kb validate-estimator
    Example: kb validate-estimator --json | head -4
    """
    from kb.cli.calibrating import run_validate

    raise typer.Exit(run_validate(as_json=as_json, write=write))
