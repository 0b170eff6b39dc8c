"""``kb sql``."""

from enum import StrEnum
from typing import Annotated

import typer


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"
    markdown = "markdown"


def sql(
    statement: Annotated[
        str,
        typer.Argument(
            metavar="SELECT", help="One SELECT statement, .schema, .schema TABLE, .tables, or - for standard input."
        ),
    ],
    output: Annotated[TableFormat, typer.Option("--format", help="How rows are printed.")] = TableFormat.table,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Stop the query after so many seconds, at most 600.", min=0.1, max=600),
    ] = 30,
    max_rows: Annotated[
        int, typer.Option(metavar="N", help="Refuse an answer of more than N rows.", min=1, max=10_000_000)
    ] = 1_000_000,
) -> None:
    """Ask the bundle in SQL: read-only, no files, no network.

    There is a table for each kind of record (hardware, models, cases ...), points has a row for each operating point,
    and facts, evidence, findings and aliases go across all kinds; .schema tells what each column holds. No statement
    can write, open a file, load an extension or change a setting, and none takes more than 2 GB.

    Example: kb sql .schema
    Example: kb sql "SELECT id, tier, verdict FROM cases LIMIT 5"
    Example: kb sql "SELECT tier, count(*) AS numbers FROM facts GROUP BY tier" --format csv | sort
    """
    from kb.bundle.listing import listing
    from kb.cli.limits import hard_limits
    from kb.cli.opening import bundle
    from kb.cli.reading import argument_or_input
    from kb.cli.table import print_rows

    text = argument_or_input(statement)
    with bundle() as opened:
        if text.lstrip().startswith("."):
            columns, rows = listing(opened, text)
        else:
            with hard_limits(timeout):
                columns, rows = opened.sql(text, seconds=timeout, most_rows=max_rows)
    print_rows(columns, rows, output.value)
