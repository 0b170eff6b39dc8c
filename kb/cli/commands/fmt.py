"""``kb fmt``."""

from pathlib import Path
from typing import Annotated

import typer


def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; without any, the whole corpus.")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; leave with 1 if something would.")
    ] = False,
) -> None:
    """Write records in their canonical form; comments stay.

    Example: kb fmt data/cases/2026/my-case.yaml
    """
    from kb.cli.formatting import run_fmt

    raise typer.Exit(run_fmt(paths or [], check_only=check_only))
