"""Options that several commands share."""

from typing import Annotated, Literal

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


def json_or_csv(*, json: bool, csv: bool) -> Literal["terminal", "json", "csv"]:
    """Return the one of the two that is asked for, or ``terminal``; refuse both at once."""
    one_output(json=json, csv=csv)
    return "json" if json else "csv" if csv else "terminal"
