"""``kb calibrate``."""

from typing import Annotated

import typer


def calibrate(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; leave with 1 if the kept file is not what the tables give.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Accept what the grid of kept estimates is now.")] = False,
) -> None:
    """Fit the estimator to the measured cases, and show which kept estimates that moves.

    Example: kb calibrate --check
    """
    from kb.cli.calibrating import run_calibrate

    raise typer.Exit(run_calibrate(check_only=check_only, accept=accept))
