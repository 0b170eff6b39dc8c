"""Import cases from a JSON export of EvoKernel Spec: ``{"count", "license", "generated", "items": [...]}``.

An item is one case with the records it names joined to it under ``resolved``. Nothing in an item is
mended: figures are taken as they stand, and what the joined records say otherwise than ours is reported.
"""

import re
from pathlib import Path
from typing import Any

from kb.importers.draft import Draft
from kb.importers.evokernel.case import draft_case
from kb.importers.evokernel.resolved import compare
from kb.importers.failure import ImportFailed
from kb.importers.head import has_keys
from kb.importers.json_input import Reader, read_json, shown
from kb.importers.names import Library
from kb.importers.report import Difference, Imported, merged

_LICENCE = "CC-BY-SA-4.0"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(path: Path, library: Library | None = None) -> Imported:
    """Return drafts of all items of the export at ``path``, and a sentence for each item that gave none.

    Raises:
        ImportFailed: the file as a whole is no such export.
    """
    envelope = read_json(path)
    if not isinstance(envelope, dict) or not isinstance(envelope.get("items"), list):
        raise ImportFailed(f'{path} is no EvoKernel export: it should be an object with a list "items"')
    items = envelope["items"]
    if not items:
        raise ImportFailed(f"{path} holds no items")
    drafts: list[Draft] = []
    failures: list[str] = []
    differences: list[Difference] = []
    first: dict[str, int] = {}
    for index, data in enumerate(items):
        try:
            item = Reader(data, f"items[{index}]")
            draft = draft_case(item, _name_of_export(envelope), library)
            if draft.id in first:
                raise item.fail("id", f"{draft.id} is also the id of items[{first[draft.id]}]")
            draft.text()
        except ImportFailed as failure:
            failures.append(f"{path}: {_at(index, str(failure))}")
            continue
        first[draft.id] = index
        drafts.append(draft)
        differences.extend(compare(item, draft.id, library))
    return Imported(tuple(drafts), tuple(failures), merged(differences), _remarks(envelope, path))


def recognises(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` is such an export."""
    return has_keys(head, "items", "generated") or has_keys(head, "items", "resolved")


def _at(index: int, sentence: str) -> str:
    return sentence if sentence.startswith("items[") else f"items[{index}]: {sentence}"


def _name_of_export(envelope: dict[str, Any]) -> str:
    generated = envelope.get("generated")
    day = _DAY.match(generated) if isinstance(generated, str) else None
    return f"the EvoKernel Spec export of {day.group()}" if day else "an undated EvoKernel Spec export"


def _remarks(envelope: dict[str, Any], path: Path) -> tuple[str, ...]:
    remarks = []
    count, held = envelope.get("count"), len(envelope["items"])
    if count is not None and count != held:
        remarks.append(f"{path} says that it holds {shown(count)} items, and holds {held}")
    licence = envelope.get("license")
    if licence != _LICENCE:
        said = "names no licence" if licence is None else f"is under {shown(licence)}"
        remarks.append(f"{path} {said}, where {_LICENCE} was expected: make sure that its cases may be published here")
    return tuple(remarks)
