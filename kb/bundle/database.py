"""Write the DuckDB file and the Parquet files."""

import json
from pathlib import Path

import duckdb

from kb.bundle.content import Content
from kb.bundle.parquet import write_parquet
from kb.bundle.quoting import quoted_name, quoted_text
from kb.bundle.table import Table
from kb.bundle.tables import TABLES

# One thread: the same rows give the same bytes.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "autoinstall_known_extensions": "false"}


def write_database(
    content: Content, path: Path, parquet: Path, scratch: Path, *, partitioned: bool = False
) -> dict[str, int]:
    """Write all tables to ``path`` and, as Parquet, to ``parquet``; return the number of rows of each.

    The file is written in the storage format of DuckDB 1.0, so that 1.x clients read it. With ``partitioned``, the
    long tables are written as folders of Parquet files, as :func:`kb.bundle.parquet.write_parquet` describes.
    """
    parquet.mkdir(parents=True)
    counts: dict[str, int] = {}
    with duckdb.connect(config=SETTINGS) as connection:
        connection.execute(f"ATTACH {quoted_text(path)} AS kb (STORAGE_VERSION 'v1.0.0')")
        connection.execute("USE kb")
        for table in TABLES:
            create_table(connection, table)
            counts[table.name] = _fill(connection, table, content, scratch)
        # Points take the vendor from their case, so that all tables are there first.
        for table in TABLES:
            write_parquet(connection, table, parquet, partitioned=partitioned)
        connection.execute("CHECKPOINT")
        connection.execute("USE memory")
        connection.execute("DETACH kb")
    return counts


def create_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make a table without rows, with its comments."""
    columns = ", ".join(f"{quoted_name(c.name)} {c.type}" for c in table.columns)
    connection.execute(f"CREATE TABLE {table.name} ({columns})")
    connection.execute(f"COMMENT ON TABLE {table.name} IS {quoted_text(table.comment)}")
    for column in table.columns:
        if column.comment:
            name = f"{table.name}.{quoted_name(column.name)}"
            connection.execute(f"COMMENT ON COLUMN {name} IS {quoted_text(column.comment)}")


def _fill(connection: duckdb.DuckDBPyConnection, table: Table, content: Content, scratch: Path) -> int:
    names = [column.name for column in table.columns]
    count = 0
    with scratch.open("w", encoding="utf-8") as lines:
        for row in table.rows(content):
            lines.write(json.dumps({name: row.get(name) for name in names}, ensure_ascii=False) + "\n")
            count += 1
    if count:
        types = ", ".join(f"{quoted_text(c.name)}: {quoted_text(c.type)}" for c in table.columns)
        connection.execute(
            f"INSERT INTO {table.name} SELECT * FROM read_json({quoted_text(scratch)}, columns = {{{types}}},"
            " format = 'newline_delimited', maximum_object_size = 268435456)"
        )
    scratch.unlink()
    return count
