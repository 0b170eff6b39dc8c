"""``kb calibrate``."""

from typing import Annotated

import typer


def calibrate(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; only tell whether the kept file is what the cases give.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Accept what the grid of kept estimates is now.")] = False,
) -> None:
    """Fit the estimator to the measured cases.

    Reads all cases whose figures are reported or better, writes the parameters that fit them best, and shows which
    estimates of the kept grid that moves. Needs numpy and scipy; make calibrate installs them.

    Exit 1: an estimate of the grid moved, or, with --check, the kept file is not what the cases give
    Example: kb calibrate --check
    Example: kb calibrate --accept
    """
    from kb.cli.calibrating import run_calibrate

    raise typer.Exit(run_calibrate(check_only=check_only, accept=accept))
