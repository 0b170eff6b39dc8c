"""The Croissant metadata as mlcroissant reads it: without a word of complaint, and with the values of DuckDB."""

import json
import logging
import shutil
import warnings
from pathlib import Path
from typing import Any

import duckdb
import mlcroissant
import pytest

from kb.bundle.parquet import PARTITIONS
from kb.bundle.tables import TABLES

pytestmark = [
    # rdflib's own reader of JSON-LD calls what rdflib has deprecated.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    # mlcroissant calls pandas in a way that pandas 3.1 has deprecated.
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning"),
    pytest.mark.usefixtures("no_network"),
    # The work is that of mlcroissant.
    pytest.mark.no_cover,
]

# Tables that lie alike in both layouts need not be read twice.
READ = [("bundle", table.name) for table in TABLES] + [("divided", name) for name in PARTITIONS]


def opened(folder: Path) -> Any:
    return mlcroissant.Dataset(str(folder / "croissant.json"))


@pytest.fixture(scope="module")
def datasets(bundle: Path, divided: Path) -> dict[str, Any]:
    """The dataset in each layout: reading the metadata takes longer than reading a table."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return {"bundle": opened(bundle), "divided": opened(divided)}


def told_by_duckdb(folder: Path, name: str) -> list[dict[str, Any]]:
    whole = folder / "parquet" / f"{name}.parquet"
    files = whole if whole.is_file() else folder / "parquet" / name / "**" / "*.parquet"
    with duckdb.connect() as connection:
        cursor = connection.execute(
            f"SELECT * FROM read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_croissant(value: Any) -> Any:
    """Croissant's texts are bytes."""
    if isinstance(value, list):
        return [as_croissant(item) for item in value]
    return value.encode() if isinstance(value, str) else value


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


@pytest.mark.parametrize("layout", ["bundle", "divided"])
def test_it_is_read_without_errors_or_warnings(
    layout: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        metadata = opened(request.getfixturevalue(layout)).metadata
    assert metadata.ctx.issues.errors == set()
    assert metadata.ctx.issues.warnings == set()
    assert [record.getMessage() for record in caplog.records] == []
    assert metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.0"
    assert [record_set.id for record_set in metadata.record_sets] == [table.name for table in TABLES]
    assert [creator.name for creator in metadata.creators] == ["inference-kb contributors"]


@pytest.mark.parametrize(("layout", "name"), READ)
def test_its_records_are_the_rows_of_duckdb(
    layout: str, name: str, datasets: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    read = [
        {field.removeprefix(f"{name}/"): value for field, value in record.items()}
        for record in datasets[layout].records(name)
    ]
    rows = told_by_duckdb(request.getfixturevalue(layout), name)
    expected = [{column: as_croissant(value) for column, value in row.items()} for row in rows]
    assert len(read) > 0
    assert in_order(read) == in_order(expected)


def test_a_reference_leads_to_a_key(datasets: dict[str, Any]) -> None:
    record_sets = {record_set.id: record_set for record_set in datasets["bundle"].metadata.record_sets}
    led = {
        (record_set.id, field.name): field.references.uuid
        for record_set in record_sets.values()
        for field in record_set.fields
        if field.references.uuid
    }
    assert led["points", "case_id"] == "cases.parquet"
    assert led["cases", "model"] == "models.parquet"
    assert record_sets["points"].key == ["points/case_id", "points/point"]


@pytest.fixture
def copied(bundle: Path, tmp_path: Path) -> Path:
    """A copy of a bundle's description and Parquet, for tests that spoil it."""
    shutil.copytree(bundle / "parquet", tmp_path / "parquet")
    shutil.copyfile(bundle / "croissant.json", tmp_path / "croissant.json")
    return tmp_path


def test_a_type_that_does_not_exist_is_refused(copied: Path) -> None:
    file = copied / "croissant.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["recordSet"][0]["field"][0]["dataType"] = "sc:Nothing"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(mlcroissant.ValidationError, match=r"RecordSet\(meta\) > Field\(key\)"):
        opened(copied)


def test_a_column_that_is_not_there_is_refused(copied: Path) -> None:
    file = copied / "croissant.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["recordSet"][0]["field"][0]["source"]["extract"]["column"] = "nothing"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(mlcroissant.GenerationError) as raised:
        list(opened(copied).records("meta"))
    # Each step of the reading wraps the error of the one after it.
    cause: BaseException = raised.value
    while cause.__cause__:
        cause = cause.__cause__
    assert 'Column "nothing" does not exist' in str(cause)


def test_a_file_that_is_cut_short_is_refused(copied: Path) -> None:
    file = copied / "parquet" / "meta.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(mlcroissant.GenerationError):
        list(opened(copied).records("meta"))
