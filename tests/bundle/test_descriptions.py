"""The Data Package and the Croissant metadata, held against the files they describe.

Both were also read by frictionless and mlcroissant once; these bring pandas and weigh 400 MB, so that
the tests hold the rules of the two formats themselves.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kb.bundle.tables import TABLES

# https://specs.frictionlessdata.io/table-schema/#types-and-formats
_FIELD_TYPES = {"string", "number", "integer", "boolean", "array", "object", "date", "datetime", "any"}
_DATA_TYPES = {"sc:Text", "sc:Float", "sc:Integer", "sc:Boolean", "sc:Date", "sc:URL"}


@pytest.fixture(scope="module")
def package(bundle: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((bundle / "datapackage.json").read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="module")
def croissant(bundle: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((bundle / "croissant.json").read_text(encoding="utf-8"))
    return data


def parquet_columns(path: Path) -> list[str]:
    with duckdb.connect() as connection:
        return [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]


def test_the_package_says_what_it_is_and_who_may_use_it(package: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert package["licenses"][0]["name"] == "CC-BY-SA-4.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    names = [resource["name"] for resource in package["resources"]]
    assert names == [table.name for table in TABLES]


def test_each_resource_of_the_package_describes_its_file(package: dict[str, Any], bundle: Path) -> None:
    for resource in package["resources"]:
        path = bundle / resource["path"]
        assert not Path(resource["path"]).is_absolute()
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        assert [field["name"] for field in resource["schema"]["fields"]] == parquet_columns(path)
        assert {field["type"] for field in resource["schema"]["fields"]} <= _FIELD_TYPES


def test_croissant_is_a_dataset_of_version_1(croissant: dict[str, Any]) -> None:
    assert croissant["@type"] == "sc:Dataset"
    assert croissant["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert {"name", "description", "license", "version", "datePublished", "citeAs"} <= set(croissant)
    assert re.fullmatch(r"\d+\.\d+\.\d+", croissant["version"])
    assert {"sc", "cr", "dct", "@vocab", "recordSet", "field", "samplingRate", "equivalentProperty"} <= set(
        croissant["@context"]
    )


def test_croissant_files_are_there_with_their_sums(croissant: dict[str, Any], bundle: Path) -> None:
    for file in croissant["distribution"]:
        assert file["@type"] == "cr:FileObject"
        data = (bundle / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()


def test_croissant_fields_name_columns_of_files_that_are_there(croissant: dict[str, Any], bundle: Path) -> None:
    files = {file["@id"]: file for file in croissant["distribution"]}
    seen = set()
    for records in croissant["recordSet"]:
        assert records["@type"] == "cr:RecordSet"
        for field in records["field"]:
            assert field["@id"] not in seen
            seen.add(field["@id"])
            assert field["dataType"] in _DATA_TYPES
            file = files[field["source"]["fileObject"]["@id"]]
            assert field["source"]["extract"]["column"] in parquet_columns(bundle / file["contentUrl"])
