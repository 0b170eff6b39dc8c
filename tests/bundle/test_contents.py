"""What the contract says of a bundle's files."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kb import Corpus
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.tables import TABLES
from kb.records import KINDS, TIERS, Case

COLLECTIONS = [kind.plural for kind in KINDS.values()]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_files_of_the_contract_are_there(bundle: Path) -> None:
    assert {p.name for p in bundle.iterdir()} == {
        "LICENSE",
        "SHA256SUMS",
        "croissant.json",
        "datapackage.json",
        "json",
        "kb.duckdb",
        "parquet",
        "schema",
    }
    assert {p.stem for p in (bundle / "parquet").iterdir()} == {table.name for table in TABLES}


@pytest.mark.parametrize("plural", [*COLLECTIONS, "findings"])
def test_a_collection_has_the_agreed_envelope(bundle: Path, plural: str) -> None:
    data = read(bundle / "json" / f"{plural}.json")
    assert set(data) == {"schema_version", "count", "license", "generated", "items"}
    assert data["count"] == len(data["items"])
    assert data["license"] == "CC-BY-SA-4.0"
    assert data["schema_version"] == SCHEMA_VERSION


@pytest.mark.parametrize("plural", COLLECTIONS)
def test_a_collection_holds_every_record_of_its_kind(bundle: Path, sample: Corpus, plural: str) -> None:
    items = read(bundle / "json" / f"{plural}.json")["items"]
    kind = next(kind for kind in KINDS.values() if kind.plural == plural)
    ids = sorted(record.id for record in sample.records() if record.kind == kind.name)
    assert sorted(item["id"] for item in items) == ids
    assert sorted(p.stem for p in (bundle / "json" / plural).iterdir()) == ids
    index = read(bundle / "json/index.json")
    assert sorted(index["collections"][plural]["ids"]) == ids


@pytest.mark.parametrize("plural", COLLECTIONS)
def test_a_file_per_record_says_the_same_as_the_collection(bundle: Path, plural: str) -> None:
    for item in read(bundle / "json" / f"{plural}.json")["items"]:
        alone = read(bundle / "json" / plural / f"{item['id']}.json")
        assert alone.pop("schema_version") == SCHEMA_VERSION
        assert alone == item


def test_a_case_carries_what_it_names_what_was_found_and_what_physics_says(bundle: Path, sample: Corpus) -> None:
    for item in read(bundle / "json/cases.json")["items"]:
        case = sample.cases[item["id"]]
        assert isinstance(case, Case)
        resolved = item["resolved"]
        assert resolved["model"]["id"] == sample.resolve(case.stack.model, "model").id
        assert resolved["hardware"]["id"] in {sample.resolve(pool.hardware, "hardware").id for pool in case.stack.pools}
        if case.stack.engine:
            assert resolved["engine"]["id"] == sample.resolve(case.stack.engine.id, "engine").id
        assert len(resolved["pools"]) == len(case.stack.pools)
        assert len(item["estimate"]["points"]) == len(case.points)
        assert all(finding["record"] == case.id for finding in item["findings"])
        assert item["tier"] in TIERS
        assert item["verdict"]
        assert all(evidence["supported_tier"] in TIERS for evidence in item["evidence"])


def test_findings_are_neither_lost_nor_made_up_per_record(bundle: Path) -> None:
    listed = [f for f in read(bundle / "json/findings.json")["items"] if f["record"]]
    carried = [
        f for plural in COLLECTIONS for i in read(bundle / "json" / f"{plural}.json")["items"] for f in i["findings"]
    ]
    assert len(listed) == len(carried)


def test_former_ids_lead_to_ids_in_the_index(bundle: Path) -> None:
    former = read(bundle / "json/index.json")["former_ids"]
    assert former["h100-sxm5"] == "h100-sxm5-80gb"
    assert former["gpt-oss"] == "gpt-oss-120b"


def test_the_date_is_the_latest_that_the_data_state(bundle: Path, sample: Corpus) -> None:
    generated = read(bundle / "json/cases.json")["generated"]
    days = [e.accessed for record in sample.records() for e in record.evidence if e.accessed]
    assert generated >= max(days)


def test_no_figure_is_one_that_json_lacks(bundle: Path) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    for path in bundle.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_the_schema_is_the_committed_one(bundle: Path, root: Path) -> None:
    names = sorted(p.relative_to(root / "schema") for p in (root / "schema").rglob("*.json"))
    assert names == sorted(p.relative_to(bundle / "schema") for p in (bundle / "schema").rglob("*.json"))
    for name in names:
        assert (bundle / "schema" / name).read_bytes() == (root / "schema" / name).read_bytes()


def test_sums_cover_every_file_but_the_database_and_hold(bundle: Path) -> None:
    lines = (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()}
    assert set(sums) == files - {"SHA256SUMS", "kb.duckdb"}
    for name, digest in sums.items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == digest


def test_the_licence_is_named(bundle: Path) -> None:
    text = (bundle / "LICENSE").read_text(encoding="utf-8")
    assert "CC-BY-SA-4.0" in text or "Attribution-ShareAlike" in text


def test_parquet_holds_what_the_tables_hold(bundle: Path, database_file: Path) -> None:
    with duckdb.connect(str(database_file), read_only=True) as connection:
        for table in TABLES:
            file = bundle / "parquet" / f"{table.name}.parquet"
            one, other = f"SELECT * FROM {table.name}", f"SELECT * FROM '{file}'"
            both = f"({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})"
            assert connection.execute(f"SELECT count(*) FROM ({both})").fetchone() == (0,), table.name


def test_nothing_tells_where_it_was_built(bundle: Path, root: Path) -> None:
    for path in bundle.rglob("*.json"):
        assert str(root) not in path.read_text(encoding="utf-8"), path.name
