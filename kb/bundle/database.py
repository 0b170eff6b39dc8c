"""Write the DuckDB file and the Parquet files."""

import json
from pathlib import Path
from typing import Any

import duckdb

from kb.bundle.content import Content
from kb.bundle.table import Table
from kb.bundle.tables import TABLES


def write_database(content: Content, path: Path, parquet: Path, scratch: Path) -> dict[str, int]:
    """Write all tables to ``path`` and, one file each, to ``parquet``; return the number of rows of each.

    The file is written in the storage format of DuckDB 1.0, so that 1.x clients read it. Parquet is
    written by one thread, so that the same rows give the same bytes.
    """
    parquet.mkdir(parents=True)
    counts: dict[str, int] = {}
    with duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"ATTACH {_text(path)} AS kb (STORAGE_VERSION 'v1.0.0')")
        connection.execute("USE kb")
        for table in TABLES:
            counts[table.name] = _write_table(connection, table, content, scratch)
            connection.execute(f"COPY {table.name} TO {_text(parquet / f'{table.name}.parquet')} (FORMAT parquet)")
        connection.execute("CHECKPOINT")
        connection.execute("USE memory")
        connection.execute("DETACH kb")
    return counts


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, content: Content, scratch: Path) -> int:
    columns = ", ".join(f"{_name(c.name)} {c.type}" for c in table.columns)
    connection.execute(f"CREATE TABLE {table.name} ({columns})")
    connection.execute(f"COMMENT ON TABLE {table.name} IS {_text(table.comment)}")
    for column in table.columns:
        if column.comment:
            connection.execute(f"COMMENT ON COLUMN {table.name}.{_name(column.name)} IS {_text(column.comment)}")
    names = [column.name for column in table.columns]
    count = 0
    with scratch.open("w", encoding="utf-8") as lines:
        for row in table.rows(content):
            lines.write(json.dumps({name: row.get(name) for name in names}, ensure_ascii=False) + "\n")
            count += 1
    if count:
        types = ", ".join(f"{_text(c.name)}: {_text(c.type)}" for c in table.columns)
        connection.execute(
            f"INSERT INTO {table.name} SELECT * FROM read_json({_text(scratch)}, columns = {{{types}}},"
            " format = 'newline_delimited', maximum_object_size = 268435456)"
        )
    scratch.unlink()
    return count


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
