"""The one door through which a file of the export is written: what is not what its schema says is not published."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kb.bundle.export.schema.validate import fault_of
from kb.errors import BuildFailed


class Press:
    """Write files below ``folder``, each held against its schema before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def json(self, name: str, data: Any, schema: str) -> None:
        """Write ``data`` to ``name``.

        Raises:
            BuildFailed: it is not what the schema of that name says; the sentence names the record and the field.
        """
        self.check(name, data, schema)
        self.text(name, _compact(data) + "\n")

    def many(self, name: str, head: Mapping[str, Any], items: Iterable[Any], schema: str) -> None:
        """Write ``head`` with ``items`` as its last field, one by one: all at once, they may be more than memory holds.

        Raises:
            BuildFailed: as for :meth:`json`.
        """
        self.check(name, {**head, "items": []}, schema)
        path = self._path(name)
        with path.open("w", encoding="utf-8") as file:
            file.write(_compact({**head, "items": []}).removesuffix("]}"))
            for number, entry in enumerate(items):
                self.check(name, {**head, "items": [entry]}, schema)
                file.write(("," if number else "") + _compact(entry))
            file.write("]}\n")

    def check(self, name: str, data: Any, schema: str) -> None:
        """Hold ``data``, which is to go to ``name``, against a schema; raise :class:`BuildFailed`."""
        fault = fault_of(schema, data)
        if fault is not None:
            raise BuildFailed(
                f"json/{name} is not published: {fault}, so it is not what schema/output says in {schema};"
                " mend what writes it, or describe it in kb/bundle/export/schema/shapes.py and run: kb schema"
            )

    def text(self, name: str, text: str) -> None:
        """Write a file that is no JSON."""
        self._path(name).write_text(text, encoding="utf-8")

    def _path(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _compact(data: Any) -> str:
    # Indented, the cases alone would be half as large again.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
