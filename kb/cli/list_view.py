"""The records of one kind as a table."""

from typing import Any

from kb.cli.table import print_rows

# What a person wants to see first, of the columns that a kind has.
_FIRST = (
    "id",
    "name",
    "title",
    "vendor",
    "lab",
    "publisher",
    "memory_capacity_gb",
    "memory_bandwidth_gb_s",
    "parameters_total",
    "parameters_active",
    "hardware",
    "cards",
    "count",
    "engine",
    "decode_tok_s",
    "metric",
    "per_direction_gb_s",
    "port_gbit_s",
    "released",
    "date",
    "tier",
    "verdict",
)
_MOST = 7


def print_list(rows: list[dict[str, Any]]) -> None:
    """Print a table of the columns that identify a record, and count the records."""
    if not rows:
        print("no record of this kind")
        return
    columns = [column for column in _FIRST if column in rows[0]]
    if len(columns) > _MOST:
        columns = [*columns[: _MOST - 2], *columns[-2:]]
    print_rows(columns, [[row[column] for column in columns] for row in rows], "table")
    print(f"{len(rows)} records")
