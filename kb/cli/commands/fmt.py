"""``kb fmt``."""

from pathlib import Path
from typing import Annotated

import typer


def fmt(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Files or folders; without any, all of data/.")
    ] = None,
    check_only: Annotated[bool, typer.Option("--check", help="Change nothing; only tell what would change.")] = False,
) -> None:
    """Write records in their canonical form; comments stay.

    Puts keys into their order and quotes what needs quotes. Numbers keep their spelling: 12.20 stays 12.20.

    Exit 1: a file could not be read as a record, or, with --check, one is not in canonical form
    Example: kb fmt drafts/my-case.yaml
    Example: kb fmt --check
    """
    from kb.cli.formatting import run_fmt

    raise typer.Exit(run_fmt(paths or [], check_only=check_only))
