"""The Data Package and the Croissant metadata, held against the files they describe, in either layout.

What frictionless and mlcroissant make of them is in test_data_package.py and test_croissant.py.
"""

import fnmatch
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from kb import Corpus
from kb.bundle.parquet import PARTITIONS
from kb.bundle.tables import TABLES
from kb.records import Source

_DATA_TYPES = {"sc:Text", "sc:Float", "sc:Integer", "sc:Boolean", "sc:Date", "sc:URL"}


@pytest.fixture(scope="module", params=["bundle", "divided"])
def folder(request: pytest.FixtureRequest) -> Path:
    """The folder of a bundle, in each layout."""
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def package(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="module")
def croissant(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    return data


@cache
def columns_in(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        told = f"DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning = false)"
        return [row[0] for row in connection.execute(told).fetchall()]


def paths(resource: dict[str, Any]) -> list[str]:
    return resource["path"] if isinstance(resource["path"], list) else [resource["path"]]


def test_the_package_says_what_it_is_and_who_may_use_it(package: dict[str, Any], sample: Corpus) -> None:
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert package["licenses"][0]["name"] == "CC-BY-SA-4.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    assert [resource["name"] for resource in package["resources"]] == [table.name for table in TABLES]
    sources = [record for record in sample.records() if isinstance(record, Source)]
    assert {(s["title"], s["path"]) for s in package["sources"]} == {(s.title, s.url) for s in sources}


def test_both_name_whom_the_citation_names(package: dict[str, Any], croissant: dict[str, Any], root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    authors = [author["name"] for author in citation["authors"]]
    assert [contributor["title"] for contributor in package["contributors"]] == authors
    assert [croissant["creator"]["name"]] == authors
    assert package["keywords"] == croissant["keywords"] == citation["keywords"]
    assert package["licenses"][0]["name"] in citation["license"]


def test_the_package_names_each_parquet_file_once(package: dict[str, Any], folder: Path) -> None:
    named = [path for resource in package["resources"] for path in paths(resource)]
    there = sorted(p.relative_to(folder).as_posix() for p in (folder / "parquet").rglob("*") if p.is_file())
    assert sorted(named) == there


def test_each_resource_of_the_package_describes_its_files(package: dict[str, Any], folder: Path) -> None:
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        for path in paths(resource):
            assert columns_in(folder / path) == fields
        if isinstance(resource["path"], list):
            assert resource["partitionedBy"] == list(PARTITIONS[resource["name"]].by)
        else:
            assert resource["hash"] == "sha256:" + hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()


def test_keys_name_fields_that_are_there(package: dict[str, Any]) -> None:
    fields = {r["name"]: {field["name"] for field in r["schema"]["fields"]} for r in package["resources"]}
    led = set()
    for resource in package["resources"]:
        name, schema = resource["name"], resource["schema"]
        assert set(schema.get("primaryKey", ())) <= fields[name]
        for key in schema.get("foreignKeys", ()):
            assert set(key["fields"]) <= fields[name]
            assert set(key["reference"]["fields"]) <= fields[key["reference"]["resource"]]
            led.add((name, *key["fields"], key["reference"]["resource"]))
    assert {("points", "case_id", "cases"), ("cases", "model", "models"), ("points", "hardware", "hardware")} <= led


def test_croissant_is_a_dataset_of_version_1(croissant: dict[str, Any]) -> None:
    assert croissant["@type"] == "sc:Dataset"
    assert "http://mlcommons.org/croissant/1.0" in croissant["conformsTo"]
    # What the specification requires of every dataset.
    assert {"@context", "description", "license", "name", "url", "creator", "datePublished"} <= set(croissant)
    assert {"version", "citeAs", "keywords", "publisher"} <= set(croissant)
    assert re.fullmatch(r"\d+\.\d+\.\d+", croissant["version"])
    assert croissant["isLiveDataset"] is False


def test_croissant_files_are_there_with_their_sums(croissant: dict[str, Any], folder: Path) -> None:
    there = {p.relative_to(folder).as_posix() for p in (folder / "parquet").rglob("*") if p.is_file()}
    told: set[str] = set()
    for file in croissant["distribution"]:
        if file["@type"] == "cr:FileSet":
            matched = set(fnmatch.filter(there, file["includes"]))
            assert matched
            assert {path.split("/")[1] for path in matched} == {file["includes"].split("/")[1]}
        else:
            matched = {file["contentUrl"]}
            data = (folder / file["contentUrl"]).read_bytes()
            assert file["sha256"] == hashlib.sha256(data).hexdigest()
            assert file["contentSize"] == f"{len(data)} B"
        assert not matched & told
        told |= matched
    assert told == there


def test_croissant_fields_name_columns_of_files_that_are_there(croissant: dict[str, Any], folder: Path) -> None:
    files = {file["@id"]: file for file in croissant["distribution"]}
    ids = [*files]
    for records in croissant["recordSet"]:
        assert records["@type"] == "cr:RecordSet"
        ids += [records["@id"], *(field["@id"] for field in records["field"])]
        columns = set()
        for field in records["field"]:
            assert field["dataType"] in _DATA_TYPES
            source = field["source"]
            file = files[(source.get("fileObject") or source["fileSet"])["@id"]]
            found = [folder / file["contentUrl"]] if "contentUrl" in file else sorted(folder.glob(file["includes"]))
            if "column" in source["extract"]:
                columns.add(field["name"])
                assert source["extract"]["column"] in columns_in(found[0])
        assert columns == set(columns_in(found[0]))
    assert len(ids) == len(set(ids))
    assert {key["@id"] for r in croissant["recordSet"] for key in _keys(r)} <= set(ids)


def _keys(records: dict[str, Any]) -> list[dict[str, str]]:
    key = records.get("key", [])
    return key if isinstance(key, list) else [key]
