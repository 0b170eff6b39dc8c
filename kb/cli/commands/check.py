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
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; without any, the whole corpus.")] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="How findings are printed.")] = CheckFormat.text,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, however often one repeats.")] = False,
) -> None:
    """Check records: the whole corpus, or what you name, as if it were submitted to it.

    Leaves with 1 when an error is found that no reviewer acknowledged. As text, what repeats of one rule is counted.

    Example: kb check data/cases/2026/my-case.yaml
    """
    from kb.cli.checking import run_check

    code = run_check(paths or [], output.value, everything=everything)
    raise typer.Exit(code)
