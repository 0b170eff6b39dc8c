"""The collections of the export, and a file for each record."""

from collections.abc import Iterable, Iterator
from typing import Any

from kb.bundle.content import Content
from kb.bundle.export.items import item, of_collection
from kb.bundle.export.press import Press
from kb.bundle.export.schema.generate import HOME
from kb.bundle.export.schema.shapes import Collection
from kb.bundle.export.version import FOLDER, LICENSE
from kb.bundle.reader import SCHEMA_VERSION
from kb.records import KINDS, Kind, Record


def envelope(content: Content) -> dict[str, Any]:
    """Return what every file with several items begins with."""
    return {"schema_version": SCHEMA_VERSION, "license": LICENSE, "generated": content.generated}


def write_collections(content: Content, press: Press) -> dict[str, Collection]:
    """Write all records, and return what the index says of them."""
    index: dict[str, Collection] = {}
    for kind in KINDS.values():
        records = content.records(kind)
        head = {**envelope(content), "count": len(records)}
        entries = _written(kind, records, content, press)
        press.many(f"{FOLDER}/{kind.plural}.json", head, entries, f"collection/{kind.plural}.json")
        index[kind.plural] = {
            "count": len(records),
            "file": f"{kind.plural}.json",
            "schema": f"schema/{HOME}/collection/{kind.plural}.json",
            "ids": [record.id for record in records],
        }
    return index


def _written(kind: Kind, records: Iterable[Record], content: Content, press: Press) -> Iterator[dict[str, Any]]:
    """Write the file of each record, and yield what its collection holds of it."""
    for record in records:
        entry = item(record, content)
        whole = {"schema_version": SCHEMA_VERSION, **entry}
        press.json(f"{FOLDER}/{kind.plural}/{record.id}.json", whole, f"record/{kind.name}.json")
        yield of_collection(entry)
