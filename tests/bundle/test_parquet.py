"""The Parquet files: DuckDB, polars and pandas read the same, and the files are as engines like them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from kb.bundle.parquet import ROW_GROUP
from kb.bundle.table import Table
from kb.bundle.tables import TABLES

_POLARS: dict[str, Any] = {
    "VARCHAR": pl.String(),
    "DOUBLE": pl.Float64(),
    "BIGINT": pl.Int64(),
    "BOOLEAN": pl.Boolean(),
    "JSON": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
}
_ARROW = {
    "VARCHAR": "string",
    "DOUBLE": "double",
    "BIGINT": "int64",
    "BOOLEAN": "bool",
    "JSON": "string",
    "VARCHAR[]": "list<element: string>",
}
# Physical and converted type of each leaf that Spark and Trino map to string, bigint, double and boolean.
_COMMON = {("BYTE_ARRAY", "UTF8"), ("INT64", "INT_64"), ("DOUBLE", None), ("BOOLEAN", None)}


@pytest.fixture(params=TABLES, ids=lambda table: table.name)
def table(request: pytest.FixtureRequest) -> Table:
    found: Table = request.param
    return found


@pytest.fixture
def file(bundle: Path, table: Table) -> Path:
    return bundle / "parquet" / f"{table.name}.parquet"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def told_by_duckdb(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, list[Any]]:
    cursor = connection.execute(f"SELECT * FROM '{file}'")
    names = [column[0] for column in cursor.description or ()]
    rows = cursor.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def from_pandas(value: Any) -> Any:
    """Return a cell of pandas as others have it: a list is an array there, and what is missing not a number."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return None if value is None or value is pd.NA or value != value else value  # noqa: PLR0124


def checksum(values: list[Any]) -> tuple[int, Any]:
    """Return how many values there are, and their sum, or the length of all their texts."""
    there = [value for value in values if value is not None]
    sizes = [len("".join(v)) if isinstance(v, list) else len(v) if isinstance(v, str) else v for v in there]
    return len(there), sum(sizes)


def test_three_engines_read_the_same_values(connection: duckdb.DuckDBPyConnection, file: Path, table: Table) -> None:
    expected = told_by_duckdb(connection, file)
    in_polars = pl.read_parquet(file)
    in_pandas = pd.read_parquet(file)
    assert list(expected) == in_polars.columns == list(in_pandas.columns) == [c.name for c in table.columns]
    assert len(in_polars) == len(in_pandas) == len(next(iter(expected.values()))) > 0
    for name, values in expected.items():
        others = in_polars[name].to_list(), [from_pandas(value) for value in in_pandas[name]]
        for other in others:
            assert checksum(other) == checksum(values), name
            assert other == values, name


def test_three_engines_read_the_same_types(connection: duckdb.DuckDBPyConnection, file: Path, table: Table) -> None:
    told = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()}
    assert told == {c.name: "VARCHAR" if c.type == "JSON" else c.type for c in table.columns}
    assert dict(pl.read_parquet_schema(file)) == {c.name: _POLARS[c.type] for c in table.columns}
    schema = pq.read_schema(file)
    assert {field.name: str(field.type) for field in schema} == {c.name: _ARROW[c.type] for c in table.columns}


def test_only_types_that_spark_and_trino_know_are_used(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    leaves = connection.execute(
        f"SELECT DISTINCT type, converted_type, logical_type FROM parquet_schema('{file}') WHERE type IS NOT NULL"
    ).fetchall()
    assert {(physical, converted) for physical, converted, _ in leaves} <= _COMMON
    assert {str(logical) for _, _, logical in leaves} <= {"None", "StringType()"}


def test_files_are_compressed_and_their_columns_have_bounds(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    chunks = connection.execute(
        "SELECT path_in_schema, compression, row_group_num_rows, num_values, stats_null_count, stats_min_value,"
        f" stats_max_value FROM parquet_metadata('{file}')"
    ).fetchall()
    for path, compression, rows, values, nulls, least, greatest in chunks:
        assert compression == "ZSTD"
        assert rows <= ROW_GROUP
        assert nulls is not None, path
        # A list of lists may hold nothing, and then nothing is least.
        if values > nulls and "list" not in path:
            assert least is not None, path
            assert greatest is not None, path


def test_a_footer_carries_what_the_comments_say(file: Path, table: Table) -> None:
    said = pq.read_schema(file).metadata
    assert said[b"comment"].decode() == table.comment
    assert json.loads(said[b"column_comments"]) == {c.name: c.comment for c in table.columns if c.comment}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("cases", ["id"]),
        ("models", ["id"]),
        ("points", ["case_id", "point"]),
        ("facts", ["kind", "record"]),
        ("evidence", ["kind", "record"]),
        ("records", ["kind", "id"]),
    ],
)
def test_rows_are_sorted(bundle: Path, name: str, columns: list[str]) -> None:
    rows = pl.read_parquet(bundle / "parquet" / f"{name}.parquet", columns=columns).rows()
    assert rows == sorted(rows)
