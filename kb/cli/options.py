"""Options that several commands share."""

from typing import Annotated

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CsvFlag = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
MarkdownFlag = Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")]


def one_output(*, json: bool = False, csv: bool = False, markdown: bool = False, sql: bool = False) -> str:
    """Return ``json``, ``csv``, ``markdown``, ``sql`` or ``terminal``; refuse two of them at once."""
    asked = [name for name, flag in (("json", json), ("csv", csv), ("markdown", markdown), ("sql", sql)) if flag]
    if len(asked) > 1:
        raise typer.BadParameter(f"{' and '.join(f'--{name}' for name in asked)} exclude each other")
    return asked[0] if asked else "terminal"
