"""The page on Parquet: its snippets run, and what cannot be run here names what is there."""

import re
from pathlib import Path

import duckdb
import pytest

from kb.bundle.case_tables import POINTS
from kb.bundle.parquet import PARTITIONS, ROW_GROUP
from scripts.refresh_docs import blocks
from tests.conftest import ROOT

PAGE = (ROOT / "site" / "pages" / "parquet.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


def code(title: str, language: str) -> list[str]:
    return [body for _, written, body in blocks(SECTIONS[title]) if written == language]


@pytest.fixture
def workshop(divided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose ``dist`` is a bundle in folders, to run in."""
    (tmp_path / "dist").symlink_to(divided)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fastest(database_file: Path) -> list[tuple[str, int, float]]:
    """What the snippets ask for, from the database."""
    with duckdb.connect(str(database_file), read_only=True) as connection:
        return connection.execute(
            "SELECT p.model, count(*), max(p.decode_tok_s) FROM points p JOIN cases c ON c.id = p.case_id"
            " WHERE c.vendor = 'nvidia' AND c.day[:4] = '2025' GROUP BY p.model"
            " ORDER BY 3 DESC NULLS LAST, 1 LIMIT 5"
        ).fetchall()


@pytest.mark.usefixtures("workshop")
def test_the_snippet_of_duckdb_runs(fastest: list[tuple[str, int, float]]) -> None:
    (statement,) = code("DuckDB", "sql")
    with duckdb.connect() as connection:
        assert connection.execute(statement).fetchall() == fastest
    assert len(fastest) == 5


@pytest.mark.usefixtures("workshop")
@pytest.mark.parametrize("title", ["polars", "pandas"])
def test_a_snippet_of_python_runs(
    title: str, fastest: list[tuple[str, int, float]], capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = code(title, "python")
    exec(compile(source, f"parquet.md, {title}", "exec"), {})
    printed = capsys.readouterr().out
    assert [model for model, _, _ in fastest if model[:12] not in printed] == []
    assert [str(count) for _, count, _ in fastest if str(count) not in printed] == []


def test_it_says_what_is_not_run() -> None:
    assert re.search(r"\*\*Those for\s+Spark,\s+Trino, ClickHouse and BigQuery are not run by any test", PAGE)


def test_the_table_of_trino_has_columns_that_are_there() -> None:
    (statements,) = code("Trino", "sql")
    made = re.search(r"CREATE TABLE hive\.kb\.points \((.*?)\n\)\nWITH", statements, re.DOTALL)
    assert made is not None
    columns = dict(re.findall(r"^ +(\w+) (\w+),?$", made[1], re.MULTILINE))
    types = {"VARCHAR": "varchar", "BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean"}
    there = {c.name: types.get(c.type) for c in POINTS.columns} | {"vendor": "varchar", "year": "bigint"}
    assert columns.items() <= there.items()
    # Trino wants the columns of the folders last, in their order.
    assert tuple(columns)[-2:] == PARTITIONS["points"].by
    assert "partitioned_by = ARRAY['vendor', 'year']" in statements


def test_it_tells_the_layout_that_is_written(divided: Path) -> None:
    assert f"{ROW_GROUP:,} rows" in PAGE
    shown = re.findall(r"`parquet/(\w+)/(\S+)`", SECTIONS["Two layouts"])
    assert {name for name, _ in shown} == set(PARTITIONS)
    assert [f"{name}/{path}" for name, path in shown if not (divided / "parquet" / name / path).is_file()] == []
