"""The long tables as folders of Parquet files: the same rows, and an engine opens only those that it needs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from kb import Corpus, build, open_corpus
from kb.bundle.case_tables import CASES, POINTS
from kb.bundle.database import SETTINGS, create_table
from kb.bundle.parquet import PARTITIONS, files_of, write_parquet
from kb.bundle.tables import TABLES

_LAID = {
    "cases": r"vendor=[a-z0-9-]+/year=\d{4}/part-0\.parquet",
    "points": r"vendor=[a-z0-9-]+/year=\d{4}/part-0\.parquet",
    "facts": r"kind=[a-z]+/part-0\.parquet",
    "evidence": r"kind=[a-z]+/part-0\.parquet",
}
# What the undivided files hold, with the columns that only folders name.
_WHOLE = {
    "cases": "SELECT *, CAST(left(day, 4) AS BIGINT) AS year FROM cases",
    "points": (
        "SELECT points.*, cases.vendor, CAST(left(cases.day, 4) AS BIGINT) AS year"
        " FROM points JOIN cases ON cases.id = points.case_id"
    ),
    "facts": "FROM facts",
    "evidence": "FROM evidence",
}


def laid_out(folder: Path, name: str) -> str:
    return f"read_parquet('{folder / 'parquet' / name}/**/*.parquet', hive_partitioning = true)"


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in (folder / "parquet").rglob("*.parquet")}


@pytest.mark.parametrize("name", PARTITIONS)
def test_the_folders_are_laid_out_as_hive_does(divided: Path, name: str) -> None:
    folder = divided / "parquet" / name
    names = [file.relative_to(folder).as_posix() for file in files_of(divided, name)]
    assert len(names) > 1
    assert [path for path in names if not re.fullmatch(_LAID[name], path)] == []
    assert not (divided / "parquet" / f"{name}.parquet").exists()


def test_all_other_tables_are_the_same_files(bundle: Path, divided: Path) -> None:
    one, other = contents(bundle), contents(divided)
    whole = {f"parquet/{table.name}.parquet" for table in TABLES if table.name not in PARTITIONS}
    assert {name for name in other if other[name] == one.get(name)} == whole


@pytest.mark.parametrize("name", PARTITIONS)
def test_the_folders_hold_the_rows_of_the_table(divided: Path, database_file: Path, name: str) -> None:
    with duckdb.connect(str(database_file), read_only=True) as connection:
        columns = [c[0] for c in connection.execute(f"DESCRIBE SELECT * FROM ({_WHOLE[name]})").fetchall()]
        one, other = f"SELECT * FROM ({_WHOLE[name]})", f"SELECT {', '.join(columns)} FROM {laid_out(divided, name)}"
        both = f"({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})"
        assert connection.execute(f"SELECT count(*) FROM ({both})").fetchone() == (0,)
        told = connection.execute(f"DESCRIBE {other}").fetchall()
    assert [column[0] for column in told] == columns


@pytest.mark.parametrize("name", PARTITIONS)
def test_files_do_not_repeat_what_their_folders_name(divided: Path, name: str) -> None:
    for file in files_of(divided, name):
        assert not set(pl.read_parquet_schema(file)) & set(PARTITIONS[name].by)


@pytest.mark.no_cover  # Another build of what the fixture has built.
def test_the_same_records_give_the_same_bytes(divided: Path, sample: Corpus, tmp_path: Path) -> None:
    build(sample, tmp_path / "again", partitioned=True)
    assert contents(tmp_path / "again") == contents(divided)


def test_the_other_layout_leaves_nothing_behind(small_root: Path, tmp_path: Path) -> None:
    corpus, out = open_corpus(small_root), tmp_path / "dist"
    build(corpus, out, partitioned=True)
    assert (out / "parquet" / "points").is_dir()
    build(corpus, out)
    assert {path.name for path in (out / "parquet").iterdir()} == {f"{table.name}.parquet" for table in TABLES}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty tables of cases and points, as a bundle has them."""
    with duckdb.connect(config=SETTINGS) as connection:
        create_table(connection, CASES)
        create_table(connection, POINTS)
        yield connection


def test_a_table_without_rows_is_one_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "parquet").mkdir()
    write_parquet(connection, POINTS, tmp_path / "parquet", partitioned=True)
    assert files_of(tmp_path, "points") == [tmp_path / "parquet" / "points.parquet"]
    assert len(pl.read_parquet(tmp_path / "parquet" / "points.parquet")) == 0


def test_what_is_not_dated_is_read_back_as_null(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("INSERT INTO cases BY NAME SELECT 'a' AS id, 'amd' AS vendor, '2025-01-31' AS day")
    connection.execute("INSERT INTO cases BY NAME SELECT 'b' AS id")
    connection.execute("INSERT INTO points BY NAME SELECT id AS case_id, 0 AS point FROM cases")
    # Of a case that is not there nothing is known, but the point must not be lost.
    connection.execute("INSERT INTO points BY NAME SELECT 'c' AS case_id, 0 AS point")
    (tmp_path / "parquet").mkdir()
    write_parquet(connection, POINTS, tmp_path / "parquet", partitioned=True)
    expected = [("a", "amd", 2025), ("b", None, None), ("c", None, None)]

    select = f"SELECT case_id, vendor, year FROM {laid_out(tmp_path, 'points')} ORDER BY case_id"
    assert connection.execute(select).fetchall() == expected
    folder = tmp_path / "parquet" / "points"
    assert pl.read_parquet(folder).select("case_id", "vendor", "year").sort("case_id").rows() == expected
    folders = ds.partitioning(pa.schema([("vendor", pa.string()), ("year", pa.int64())]), flavor="hive")
    in_pandas = pd.read_parquet(folder, partitioning=folders).sort_values("case_id")
    assert list(in_pandas["case_id"]) == ["a", "b", "c"]
    assert list(in_pandas["vendor"].isna()) == list(in_pandas["year"].isna()) == [False, True, True]


CASES_OF_A_MILLION, POINTS_OF_EACH = 10_000, 100


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, int], tuple[int, float]]]:
    """A million made-up points of the real columns, and how many there are of each vendor and year, and their sum.

    Figures are whole numbers below a thousand, so that their sums are exact in any order.
    """
    folder = tmp_path_factory.mktemp("million")
    (folder / "parquet").mkdir()
    with duckdb.connect(config=SETTINGS) as connection:
        create_table(connection, CASES)
        create_table(connection, POINTS)
        connection.execute(
            "INSERT INTO cases BY NAME SELECT printf('case-%05d', i) AS id,"
            " ['amd', 'huawei', 'intel', 'nvidia'][1 + i % 4] AS vendor,"
            f" (2023 + (i // 4) % 4) || '-06-30' AS day FROM range({CASES_OF_A_MILLION}) made(i)"
        )
        connection.execute(
            "INSERT INTO points BY NAME SELECT id AS case_id, p AS point, 'model-' || p % 7 AS model, p % 64 AS batch,"
            " (37 * p + rowid) % 1000 AS decode_tok_s, 'match' AS verdict"
            f" FROM (SELECT rowid, id FROM cases), range({POINTS_OF_EACH}) made(p)"
        )
        write_parquet(connection, POINTS, folder / "parquet", partitioned=True)
        sums = connection.execute(
            "SELECT c.vendor, CAST(left(c.day, 4) AS BIGINT), count(*), sum(p.decode_tok_s)"
            " FROM points p JOIN cases c ON c.id = p.case_id GROUP BY ALL"
        ).fetchall()
    return folder, {(vendor, year): (count, total) for vendor, year, count, total in sums}


def test_a_million_points_are_all_there(million: tuple[Path, dict[tuple[str, int], tuple[int, float]]]) -> None:
    folder, expected = million
    assert sum(count for count, _ in expected.values()) == CASES_OF_A_MILLION * POINTS_OF_EACH
    assert len(files_of(folder, "points")) == len(expected)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT vendor, year, count(*), sum(decode_tok_s) FROM {laid_out(folder, 'points')} GROUP BY ALL"
        ).fetchall()
    assert {(vendor, year): (count, total) for vendor, year, count, total in rows} == expected
    in_polars = (
        pl.scan_parquet(folder / "parquet" / "points")
        .group_by("vendor", "year")
        .agg(pl.len(), pl.col("decode_tok_s").sum())
        .collect()
    )
    assert {(vendor, year): (count, total) for vendor, year, count, total in in_polars.rows()} == expected


@pytest.mark.parametrize(("vendor", "year"), [("amd", 2025), ("nvidia", 2023)])
def test_of_a_million_points_only_the_asked_for_files_are_opened(
    million: tuple[Path, dict[tuple[str, int], tuple[int, float]]], vendor: str, year: int
) -> None:
    folder, expected = million
    asked = f"FROM {laid_out(folder, 'points')} WHERE vendor = '{vendor}' AND year = {year}"
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(*), sum(decode_tok_s) {asked}").fetchone() == expected[vendor, year]
        plan = connection.execute(f"EXPLAIN SELECT sum(decode_tok_s) {asked}").fetchall()[0][1]
    assert re.search(rf"Scanning Files:\s+1/{len(expected)}\b", plan), plan

    lazy = (
        pl.scan_parquet(folder / "parquet" / "points")
        .filter(pl.col("vendor") == vendor, pl.col("year") == year)
        .select(pl.len(), pl.col("decode_tok_s").sum())
    )
    assert lazy.collect().row(0) == expected[vendor, year]
    scanned: list[Any] = re.findall(r"Parquet SCAN \[(.*?)\]", lazy.explain())
    assert scanned == [str(folder / "parquet" / "points" / f"vendor={vendor}" / f"year={year}" / "part-0.parquet")]
