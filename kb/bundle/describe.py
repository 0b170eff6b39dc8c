"""What the dataset is, for machines: a Data Package and Croissant metadata."""

import hashlib
import json
from pathlib import Path
from typing import Any

from kb.bundle.content import Content
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.tables import TABLES

_TITLE = "Inference knowledge base"
_DESCRIPTION = (
    "Accelerators, servers, links, models, engines, quantizations, cases and claims of large-model inference; every"
    " number with its evidence and the tier that the evidence supports."
)
_LICENSE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
_FRICTIONLESS = {"VARCHAR": "string", "DOUBLE": "number", "BIGINT": "integer", "BOOLEAN": "boolean", "JSON": "string"}
_SCHEMA_ORG = {
    "VARCHAR": "sc:Text",
    "DOUBLE": "sc:Float",
    "BIGINT": "sc:Integer",
    "BOOLEAN": "sc:Boolean",
    "JSON": "sc:Text",
}


def write_descriptions(content: Content, folder: Path) -> None:
    """Write ``datapackage.json`` and ``croissant.json`` for the Parquet files below ``folder``."""
    _write(folder / "datapackage.json", _datapackage(content, folder))
    _write(folder / "croissant.json", _croissant(content, folder))


def _datapackage(content: Content, folder: Path) -> dict[str, Any]:
    resources = []
    for table in TABLES:
        path = folder / "parquet" / f"{table.name}.parquet"
        fields = [
            {
                "name": c.name,
                "type": _FRICTIONLESS.get(c.type, "array"),
                **({"description": c.comment} if c.comment else {}),
            }
            for c in table.columns
        ]
        resources.append(
            {
                "name": table.name,
                "path": f"parquet/{table.name}.parquet",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "description": table.comment,
                "bytes": path.stat().st_size,
                "hash": "sha256:" + _sha256(path),
                "schema": {"fields": fields},
            }
        )
    return {
        "name": "inference-kb",
        "title": _TITLE,
        "description": _DESCRIPTION,
        "version": SCHEMA_VERSION,
        "created": content.generated + "T00:00:00Z",
        "licenses": [
            {"name": "CC-BY-SA-4.0", "path": _LICENSE_URL, "title": "Creative Commons Attribution-ShareAlike 4.0"}
        ],
        "resources": resources,
    }


def _croissant(content: Content, folder: Path) -> dict[str, Any]:
    files, sets = [], []
    for table in TABLES:
        path = folder / "parquet" / f"{table.name}.parquet"
        file_id = f"{table.name}.parquet"
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": file_id,
                "name": file_id,
                "contentUrl": f"parquet/{file_id}",
                "encodingFormat": "application/x-parquet",
                "sha256": _sha256(path),
            }
        )
        fields = [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{c.name}",
                "name": c.name,
                "description": c.comment or c.name.replace("_", " "),
                "dataType": _SCHEMA_ORG.get(c.type, "sc:Text"),
                "source": {"fileObject": {"@id": file_id}, "extract": {"column": c.name}},
                **({"repeated": True} if c.type.endswith("[]") else {}),
            }
            for c in table.columns
        ]
        sets.append(
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": table.comment,
                "field": fields,
            }
        )
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "inference-kb",
        "description": _DESCRIPTION,
        "license": _LICENSE_URL,
        "version": f"{SCHEMA_VERSION}.0",
        "datePublished": content.generated,
        "citeAs": f"@misc{{inference-kb, title={{{_TITLE}}}, year={{{content.generated[:4]}}}, note={{CC-BY-SA-4.0}}}}",
        "distribution": files,
        "recordSet": sets,
    }


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
