"""What the schema expects at a place in a record, in a few words for the one who wrote something else there."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from kb.records import Kind
from kb.records.scalars import Day, EvidenceId, HuggingFaceId, Id, PartialDay, RelativePath, Sha256, Url
from kb.schema import schema_of

Steps = Sequence[str | int]


@functools.cache
def _schema(kind: Kind) -> dict[str, Any]:
    return schema_of(kind)


@functools.cache
def _forms() -> dict[str, str]:
    """Return what a pattern asks for, in words, by pattern."""
    types: tuple[Any, ...] = (Id, EvidenceId, HuggingFaceId, Url, Sha256, RelativePath, Day, PartialDay)
    schemas = [TypeAdapter(form).json_schema() for form in types]
    return {schema["pattern"]: schema["description"] for schema in schemas}


def _branches(node: dict[str, Any], kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield ``node`` with its reference followed, or what it lets one choose from."""
    if "$ref" in node:
        node = _schema(kind)["$defs"][node["$ref"].rpartition("/")[2]]
    if "properties" not in node and "type" not in node:
        for branch in (*node.get("anyOf", ()), *node.get("oneOf", ())):
            yield from _branches(branch, kind)
    else:
        yield node


def _at(kind: Kind, steps: Steps) -> list[dict[str, Any]]:
    """Return what the schema allows at ``steps``, as branches; none where it knows no such place."""
    nodes = list(_branches(_schema(kind), kind))
    for step in steps:
        inner = [
            node["items"] if isinstance(step, int) else node["properties"][step]
            for node in nodes
            if (isinstance(step, int) and "items" in node) or step in node.get("properties", ())
        ]
        nodes = [branch for node in inner for branch in _branches(node, kind)]
    return nodes


def fields(kind: Kind, steps: Steps) -> list[str]:
    """Return the fields that the mapping at ``steps`` may have, in the order of the schema."""
    return [name for node in _at(kind, steps) for name in node.get("properties", ())]


def choices(kind: Kind, steps: Steps) -> list[str]:
    """Return the values that an enumerated field may have."""
    return [
        str(value)
        for node in _at(kind, steps)
        for value in node.get("enum", [node["const"]] if "const" in node else [])
    ]


def takes_number(kind: Kind, steps: Steps) -> bool:
    """Return whether a plain number may stand at ``steps``."""
    return any(node.get("type") in ("number", "integer") for node in _at(kind, steps))


def expected(kind: Kind, steps: Steps) -> str:
    """Return what may stand at ``steps``, in words."""
    return ", or ".join(_words(node, kind) for node in _at(kind, steps)) or "what the schema describes"


def _words(node: dict[str, Any], kind: Kind) -> str:
    if "const" in node:
        return str(node["const"])
    if "enum" in node:
        return "one of " + ", ".join(map(str, node["enum"]))
    if node.get("pattern") in _forms():
        return _forms()[node["pattern"]]
    what = node["type"]
    if what in ("number", "integer"):
        return _number(node)
    if what == "array":
        least = f" of at least {node['minItems']}" if "minItems" in node else ""
        entries = ", or ".join(_words(branch, kind) for branch in _branches(node["items"], kind))
        return f"a list{least}, each entry {entries}"
    if what == "object":
        needed = node.get("required") or list(node["properties"])
        return f"a mapping with {', '.join(needed[:8])}"
    return {"boolean": "true or false"}.get(what, f"text of at most {node.get('maxLength')} characters")


def _number(node: dict[str, Any]) -> str:
    noun = "a whole number" if node["type"] == "integer" else "a number"
    if "exclusiveMinimum" in node:
        return f"{noun} above zero"
    least = {0: ", zero or more", 1: ", one or more"}.get(node["minimum"], "")
    return noun + least
