"""Tables as Parquet: one file each, or, for bases too large for that, the long ones in a folder per partition."""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kb.bundle.quoting import quoted_name, quoted_text
from kb.bundle.table import Table

# What engines read side by side, and what they skip by its least and greatest values. A multiple of DuckDB's 2,048.
ROW_GROUP = 122_880


@dataclass(frozen=True)
class Partition:
    """How a table is divided into folders: by which columns, and where those that it lacks come from."""

    by: tuple[str, ...]
    added: str = ""
    joined: str = ""


_YEAR = "CAST(left({of}.day, 4) AS BIGINT) AS year"

PARTITIONS: dict[str, Partition] = {
    "cases": Partition(("vendor", "year"), _YEAR.format(of="t")),
    "points": Partition(
        ("vendor", "year"), "c.vendor AS vendor, " + _YEAR.format(of="c"), "LEFT JOIN cases c ON c.id = t.case_id"
    ),
    "facts": Partition(("kind",)),
    "evidence": Partition(("kind",)),
}

# As a reader looks rows up, so that the least and greatest value of a row group lie close together.
_SORTED_BY: dict[str, tuple[str, ...]] = {
    "cases": ("id",),
    "points": ("case_id", "point"),
    "facts": ("kind", "record"),
    "evidence": ("kind", "record"),
    "records": ("kind", "id"),
}


def write_parquet(
    connection: duckdb.DuckDBPyConnection, table: Table, folder: Path, *, partitioned: bool = False
) -> None:
    """Write a table of the connection below ``folder``, as ``NAME.parquet``.

    With ``partitioned``, the tables of :data:`PARTITIONS` become folders instead, as Hive lays them out:
    ``NAME/vendor=nvidia/year=2025/part-0.parquet``. The columns that the folders name are not in the files, and
    what has no value stands in ``__HIVE_DEFAULT_PARTITION__``; an engine that knows the layout reads both back.

    A table without rows is always one file. The connection must have one thread, so that the same rows give the
    same bytes.
    """
    partition = PARTITIONS.get(table.name) if partitioned else None
    if partition and connection.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone() is None:
        # No row would make no file, and a reader looks for one.
        partition = None
    options = [
        "FORMAT parquet",
        "COMPRESSION zstd",
        f"ROW_GROUP_SIZE {ROW_GROUP}",
        f"KV_METADATA {{{', '.join(f'{key}: {quoted_text(value)}' for key, value in _said_of(table).items())}}}",
    ]
    if partition:
        options += [f"PARTITION_BY ({', '.join(partition.by)})", "FILENAME_PATTERN 'part-{i}'"]
    target = folder / (table.name if partition else f"{table.name}.parquet")
    connection.execute(f"COPY ({_rows(table, partition)}) TO {quoted_text(target)} ({', '.join(options)})")


def files_of(folder: Path, name: str) -> list[Path]:
    """Return the files that hold a table of a bundle, in order: one, or one for each partition."""
    whole = folder / "parquet" / f"{name}.parquet"
    return [whole] if whole.is_file() else sorted((folder / "parquet" / name).rglob("*.parquet"))


def _rows(table: Table, partition: Partition | None) -> str:
    """Return the query of a table's rows, with JSON as text: not every engine takes the logical type for it."""
    columns = [
        f"CAST(t.{quoted_name(c.name)} AS VARCHAR) AS {quoted_name(c.name)}"
        if c.type == "JSON"
        else f"t.{quoted_name(c.name)}"
        for c in table.columns
    ]
    by, added, joined = (partition.by, partition.added, partition.joined) if partition else ((), "", "")
    # Folder by folder: one file is open at a time, and its row groups are full.
    order = [*by, *(f"t.{name}" for name in _SORTED_BY.get(table.name, ())), "t.rowid"]
    return (
        f"SELECT {', '.join([*columns, *([added] if added else [])])} FROM {table.name} t {joined}"
        f" ORDER BY {', '.join(order)}"
    )


def _said_of(table: Table) -> dict[str, str]:
    """Return what the footer says: Parquet has no place for the comment of a column but this."""
    comments = {column.name: column.comment for column in table.columns if column.comment}
    return {"comment": table.comment, "column_comments": json.dumps(comments, ensure_ascii=False)}
