"""``kb check``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class CheckFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Files or folders; without any, all of data/.")
    ] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="How findings are printed.")] = CheckFormat.text,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, however often one repeats.")] = False,
) -> None:
    """Check records: all of them, or those that you name.

    A file outside data/ is checked as if it were submitted to the knowledge base. Each finding has its place, what is
    wrong and how to mend it; kb explain tells more. As text, what repeats of one rule is counted, not listed. JSON,
    SARIF and annotations of GitHub (--format github) are for programs.

    Exit 1: an error was found that no reviewer has acknowledged
    Example: kb check
    Example: kb check drafts/my-case.yaml
    Example: kb check --format json | head -2
    """
    from kb.cli.checking import run_check

    code = run_check(paths or [], output.value, everything=everything)
    raise typer.Exit(code)
