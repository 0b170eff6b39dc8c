"""``kb validate-estimator``."""

from typing import Annotated

import typer

from kb.cli.options import JsonFlag


def validate_estimator(
    as_json: JsonFlag = False,
    write: Annotated[bool, typer.Option("--write", help="Write the report, its page and its plots as well.")] = False,
) -> None:
    """Tell how far the estimate is off on rows that it has not seen, and whether it accuses an innocent one.

    Example: kb validate-estimator
    """
    from kb.cli.calibrating import run_validate

    raise typer.Exit(run_validate(as_json=as_json, write=write))
