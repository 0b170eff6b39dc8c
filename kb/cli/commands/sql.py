"""``kb sql``."""

from enum import StrEnum
from typing import Annotated

import typer


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


def sql(
    statement: Annotated[
        str, typer.Argument(metavar="SELECT", help="One SELECT statement over the tables of the bundle.")
    ],
    output: Annotated[TableFormat, typer.Option("--format", help="How rows are printed.")] = TableFormat.table,
) -> None:
    """Ask the bundle in SQL: read-only, no files, no network.

    There is a table for each kind of record (hardware, models, cases ...), points has a row for each operating point,
    and facts, evidence, findings and aliases go across all kinds. A query is stopped after 30 seconds.

    Example: kb sql "SELECT id, tier, verdict FROM cases LIMIT 5"
    Example: kb sql "SELECT tier, count(*) AS numbers FROM facts GROUP BY tier" --format csv | sort
    """
    from kb.cli.opening import bundle
    from kb.cli.table import print_rows

    with bundle() as opened:
        columns, rows = opened.sql(statement)
    print_rows(columns, rows, output.value)
