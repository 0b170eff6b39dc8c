"""What the contract says of a bundle's files."""

import hashlib
import json
from pathlib import Path

import duckdb

from kb.bundle.tables import TABLES


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
        "search.sqlite",
    }
    assert {p.stem for p in (bundle / "parquet").iterdir()} == {table.name for table in TABLES}


def test_no_figure_is_one_that_json_lacks(bundle: Path) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    for path in bundle.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_the_schema_is_the_committed_one(bundle: Path, root: Path) -> None:
    present = (path.relative_to(root / "schema") for path in (root / "schema").rglob("*.json"))
    names = sorted(name for name in present if name.parts[0] != "released")
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
