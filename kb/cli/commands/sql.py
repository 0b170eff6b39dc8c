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
    statement: Annotated[str, typer.Argument(help="One SELECT statement over the bundle's tables.")],
    output: Annotated[TableFormat, typer.Option("--format", help="How rows are printed.")] = TableFormat.table,
) -> None:
    """Ask the bundle in SQL: read-only, no files, no network.

    Example: kb sql "SELECT id, tier, verdict FROM cases LIMIT 5"
    """
    from kb.cli.opening import bundle
    from kb.cli.table import print_rows

    with bundle() as opened:
        columns, rows = opened.sql(statement)
    print_rows(columns, rows, output.value)
