"""Croissant metadata: https://docs.mlcommons.org/croissant/docs/croissant-spec.html, version 1.0."""

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
from kb.bundle.describe.context import CONTEXT
from kb.bundle.keys import FOREIGN, PRIMARY
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.tables import TABLES

_FORMAT = "application/x-parquet"
_TYPES = {
    "VARCHAR": "sc:Text",
    "DOUBLE": "sc:Float",
    "BIGINT": "sc:Integer",
    "BOOLEAN": "sc:Boolean",
    "JSON": "sc:Text",
}


def croissant(content: Content, folder: Path) -> dict[str, Any]:
    """Return the description of the Parquet files below ``folder``, ready for JSON."""
    tables = {table.name: laid(folder, table) for table in TABLES}
    creator = {"@type": "sc:Organization", "name": CREATOR}
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": NAME,
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "license": LICENSE_URL,
        # Where a bundle will be published is not known when it is built; wherever this file lies, the data lie beside.
        "url": "./",
        "creator": creator,
        "publisher": creator,
        "keywords": KEYWORDS,
        "inLanguage": "en",
        "version": f"{SCHEMA_VERSION}.0",
        "datePublished": content.generated,
        "isLiveDataset": False,
        "citeAs": (
            f"@misc{{{NAME}, title={{{TITLE}}}, author={{{{{CREATOR}}}}}, year={{{content.generated[:4]}}},"
            f" note={{{LICENSE}}}}}"
        ),
        "rai:dataCollection": (
            "Numbers are taken, by hand or by script, from what the sources in the table sources publish. Each cites"
            " its evidence, in the table evidence."
        ),
        "rai:dataCollectionMissingData": (
            "What no source states is null; nothing is filled in. What is worked out instead has columns of its own,"
            " ceiling_tok_s and expected_tok_s among them, and is said to be an estimate."
        ),
        "rai:dataLimitations": (
            "A number is as good as its evidence: the column tier says how far that carries, the column verdict what"
            " physics says of a claimed throughput. The cases are those that were published and found, no fair sample"
            " of all deployments."
        ),
        "distribution": [_distribution(its, folder) for its in tables.values()],
        "recordSet": [_record_set(its, tables) for its in tables.values()],
    }


def _distribution(its: Laid, folder: Path) -> dict[str, Any]:
    if its.by:
        keys = "/".join(f"{key}=*" for key in its.by)
        return {
            "@type": "cr:FileSet",
            "@id": _files(its),
            "name": _files(its),
            "description": its.comment,
            "encodingFormat": _FORMAT,
            "includes": f"parquet/{its.table.name}/{keys}/*.parquet",
        }
    return {
        "@type": "cr:FileObject",
        "@id": _files(its),
        "name": _files(its),
        "description": its.comment,
        "contentUrl": its.files[0].relative_to(folder).as_posix(),
        "contentSize": f"{its.files[0].stat().st_size} B",
        "encodingFormat": _FORMAT,
        "sha256": sha256(its.files[0]),
    }


def _record_set(its: Laid, tables: dict[str, Laid]) -> dict[str, Any]:
    name = its.table.name
    key = [{"@id": f"{name}/{column}"} for column in PRIMARY.get(name, ())]
    leads = {
        reference.columns[0]: _column(tables[reference.table], reference.keys[0])
        for reference in FOREIGN.get(name, ())
        # Croissant knows no key of several columns to lead to.
        if len(reference.columns) == 1
    }
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": its.table.comment,
        **({"key": key[0] if len(key) == 1 else key} if key else {}),
        "field": [
            *(_field(column, its, leads.get(column.name)) for column in its.columns),
            *(_folder_field(key, its) for key in its.by),
        ],
    }


def _field(column: Column, its: Laid, leads: dict[str, Any] | None) -> dict[str, Any]:
    item = column.type.removesuffix("[]")
    comment = column.comment or column.name.replace("_", " ")
    return {
        "@type": "cr:Field",
        "@id": f"{its.table.name}/{column.name}",
        "name": column.name,
        "description": f"{comment} (JSON)" if item == "JSON" else comment,
        "dataType": "sc:URL" if column.name == "url" else _TYPES[item],
        **({"repeated": True} if item != column.type else {}),
        "source": _column(its, column.name),
        **({"references": leads} if leads else {}),
    }


def _folder_field(key: str, its: Laid) -> dict[str, Any]:
    comments = {column.name: column.comment for column in its.table.columns}
    comment = comments.get(key) or ("the year of the day of its case" if key == "year" else "that of its case")
    return {
        "@type": "cr:Field",
        "@id": f"{its.table.name}/{key}",
        "name": key,
        "description": f"{comment}; __HIVE_DEFAULT_PARTITION__ where it is not known",
        # Also the year: the name of the folder of what is not dated is no number.
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": _files(its)},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": f".*/{key}=([^/]+)/.*"},
        },
    }


def _column(its: Laid, name: str) -> dict[str, Any]:
    return {"fileSet" if its.by else "fileObject": {"@id": _files(its)}, "extract": {"column": name}}


def _files(its: Laid) -> str:
    return f"{its.table.name}-files" if its.by else f"{its.table.name}.parquet"
