"""The Data Package as frictionless validates it: nothing to find fault with, and every fault found."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pytest

from kb.bundle.tables import TABLES

# The work is that of frictionless.
pytestmark = [pytest.mark.usefixtures("no_network"), pytest.mark.no_cover]


@pytest.fixture(scope="module", autouse=True)
def _the_usual_limit_afterwards() -> Iterator[None]:
    """What reads CSV takes cells of any length once frictionless was at work; other tests hold them to be refused."""
    usual = csv.field_size_limit()
    yield
    csv.field_size_limit(usual)


def faults(folder: Path, name: str | None = None) -> list[str]:
    """Return the types of the faults of a table, or of all."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.get_resource(name).validate() if name else package.validate()
    assert report.warnings == []
    return [type_ for (type_,) in report.flatten(["type"])]


def test_frictionless_finds_no_fault(bundle: Path, database_file: Path) -> None:
    report = frictionless.validate(str(bundle / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) == []
    assert report.valid
    with duckdb.connect(str(database_file), read_only=True) as connection:
        counts = {t.name: connection.execute(f"SELECT count(*) FROM {t.name}").fetchall()[0][0] for t in TABLES}
    assert {task.name: task.stats["rows"] for task in report.tasks} == counts


@pytest.mark.parametrize("layout", ["bundle", "divided"])
def test_the_descriptor_follows_the_standard(layout: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(layout)
    package = frictionless.Package(str(folder / "datapackage.json"))
    assert list(frictionless.Package.metadata_validate(package.to_descriptor())) == []
    assert [resource.name for resource in package.resources] == [table.name for table in TABLES]


@pytest.fixture
def copied(small_bundle: Path, tmp_path: Path) -> Path:
    """A copy of a bundle of a handful of records, for tests that spoil it."""
    return Path(shutil.copytree(small_bundle, tmp_path / "dist"))


def rewrite(file: Path, select: str) -> None:
    """Write a Parquet file anew from its own rows, which ``select`` calls ``rows``."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT * FROM '{file}'")
        connection.execute(f"COPY ({select}) TO '{file}' (FORMAT parquet)")


def describe(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    file = folder / "datapackage.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")


def test_the_small_bundle_is_without_fault(small_bundle: Path) -> None:
    assert faults(small_bundle) == []


@pytest.mark.parametrize(
    ("table", "select", "fault"),
    [
        ("points", "SELECT * REPLACE ('case-nobody-knows' AS case_id) FROM rows", "foreign-key"),
        ("cases", "SELECT * REPLACE ('nobody' AS hardware) FROM rows", "foreign-key"),
        ("evidence", "SELECT * REPLACE ('nobody' AS record) FROM rows", "foreign-key"),
        ("points", "FROM rows UNION ALL FROM rows", "primary-key"),
        ("models", "SELECT * REPLACE (NULL::VARCHAR AS id) FROM rows", "constraint-error"),
        ("points", "SELECT * REPLACE ('many' AS decode_tok_s) FROM rows", "type-error"),
        ("points", "SELECT * REPLACE ('yes' AS verdict, 1.5 AS point) FROM rows", "type-error"),
        ("points", "SELECT * EXCLUDE (verdict) FROM rows", "missing-label"),
        ("meta", "SELECT *, 1 AS more FROM rows", "extra-label"),
    ],
)
def test_a_wrong_row_or_column_is_a_fault(copied: Path, table: str, select: str, fault: str) -> None:
    rewrite(copied / "parquet" / f"{table}.parquet", select)
    assert fault in faults(copied, table)


@pytest.mark.parametrize("spoil", [lambda data: data[:-20], lambda data: b"", lambda data: data[: len(data) // 2]])
def test_a_corrupted_file_is_a_fault(copied: Path, spoil: Callable[[bytes], bytes]) -> None:
    file = copied / "parquet" / "points.parquet"
    file.write_bytes(spoil(file.read_bytes()))
    assert faults(copied, "points") != []


def test_a_file_that_is_missing_is_a_fault(copied: Path) -> None:
    (copied / "parquet" / "meta.parquet").unlink()
    assert faults(copied, "meta") != []
