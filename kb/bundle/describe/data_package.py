"""The Data Package: https://datapackage.org/standard/data-package/, version 2."""

from pathlib import Path
from typing import Any

from kb.bundle.columns import Column
from kb.bundle.content import Content
from kb.bundle.describe.about import (
    CREATOR,
    DESCRIPTION,
    KEYWORDS,
    LICENSE,
    LICENSE_URL,
    NAME,
    TITLE,
    Laid,
    laid,
    sha256,
)
from kb.bundle.keys import FOREIGN, PRIMARY
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.tables import TABLES
from kb.records import Source

_PROFILES = "https://datapackage.org/profiles/2.0"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# frictionless reads Parquet through pandas, where whole numbers with gaps become floating, and a list is none of its
# arrays. The plain type is what holds for every reader; rdfType says what the file has.
_TYPES: dict[str, dict[str, str]] = {
    "VARCHAR": {"type": "string"},
    "DOUBLE": {"type": "number"},
    "BIGINT": {"type": "number", "rdfType": f"{_XSD}long"},
    "BOOLEAN": {"type": "boolean"},
    "JSON": {"type": "string", "rdfType": f"{_RDF}JSON"},
}
_LIST = {"type": "any", "rdfType": f"{_RDF}List"}


def data_package(content: Content, folder: Path) -> dict[str, Any]:
    """Return the descriptor of the Parquet files below ``folder``, ready for JSON."""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": f"{SCHEMA_VERSION}.0",
        "created": content.generated + "T00:00:00Z",
        "keywords": KEYWORDS,
        "contributors": [{"title": CREATOR, "roles": ["creator"]}],
        "licenses": [
            {"name": LICENSE, "path": LICENSE_URL, "title": "Creative Commons Attribution-ShareAlike 4.0 International"}
        ],
        "sources": [
            {"title": source.title, "path": source.url}
            for source in content.records("source")
            if isinstance(source, Source)
        ],
        "resources": [_resource(laid(folder, table), folder) for table in TABLES],
    }


def _resource(its: Laid, folder: Path) -> dict[str, Any]:
    paths = [file.relative_to(folder).as_posix() for file in its.files]
    # No size: frictionless counts no bytes of Parquet, and takes a stated size for a fault.
    where = {"path": paths, "partitionedBy": list(its.by)} if its.by else {"path": paths[0]}
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": its.table.name,
        "type": "table",
        **where,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": its.comment,
        **({} if its.by else {"hash": "sha256:" + sha256(its.files[0])}),
        "schema": _schema(its),
    }


def _schema(its: Laid) -> dict[str, Any]:
    there = {column.name for column in its.columns}
    primary = PRIMARY.get(its.table.name, ())
    primary = primary if there.issuperset(primary) else ()
    foreign = [
        {
            "fields": list(reference.columns),
            "reference": {"resource": reference.table, "fields": list(reference.keys)},
        }
        for reference in FOREIGN.get(its.table.name, ())
        if there.issuperset(reference.columns)
    ]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column, column.name in primary) for column in its.columns],
        # Parquet has a null of its own, so that no text stands for one.
        "missingValues": [],
        **({"primaryKey": list(primary)} if primary else {}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(column: Column, of_key: bool) -> dict[str, Any]:
    types = _LIST if column.type.endswith("[]") else _TYPES[column.type]
    if of_key and column.type == "BIGINT":
        types = {"type": "integer"}
    return {
        "name": column.name,
        **types,
        **({"description": column.comment} if column.comment else {}),
        **({"constraints": {"required": True}} if of_key else {}),
    }
