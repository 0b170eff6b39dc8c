"""JSON Schema of every kind of record, generated from the models.

Two forms of the same thing: 2020-12, and draft-07, which yaml-language-server wants. Both are
committed in ``schema/``; :func:`drift` tells whether they still say what the models say.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from kb.records import KINDS, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DRAFT_07 = "http://json-schema.org/draft-07/schema#"
_OF_THE_EXPORT = frozenset(("output", "released"))


class _Generator(GenerateJsonSchema):
    """What is unknown is absent: no field may be null, and no default is spelled out."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        made = super().str_schema(schema)
        if "pattern" in made:
            # In Python, and so in its jsonschema, $ also matches before a line break at the end.
            made["not"] = {"pattern": "\\n"}
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the 2020-12 schema of one kind."""
    schema = kind.model.model_json_schema(schema_generator=_Generator)
    return {"$schema": DIALECT, **schema, "title": kind.name}


def draft_07(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the same schema in draft-07: ``definitions`` for ``$defs``, and its own ``$schema``."""

    def rename(node: Any) -> Any:
        if isinstance(node, dict):
            return {
                ("definitions" if key == "$defs" else key): (
                    value.replace("#/$defs/", "#/definitions/") if key == "$ref" else rename(value)
                )
                for key, value in node.items()
            }
        return [rename(item) for item in node] if isinstance(node, list) else node

    # A draft-07 reader ignores what stands beside a $ref, so a description there moves nothing.
    return {**rename(schema), "$schema": DRAFT_07}


def schema_files() -> Iterator[tuple[str, str]]:
    """Yield path below ``schema/`` and text of every generated file."""
    for kind in KINDS.values():
        schema = schema_of(kind)
        yield f"{kind.name}.json", _text(schema)
        yield f"draft-07/{kind.name}.json", _text(draft_07(schema))


def write(folder: Path) -> None:
    """Write all schema files below ``folder``."""
    for name, text in schema_files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def drift(folder: Path) -> list[str]:
    """Return the names of the files in ``folder`` that differ from what the models say.

    The schemas of the export, which lie beside these, are the business of :mod:`kb.bundle.export.schema.generate`.
    """
    expected = dict(schema_files())
    found = (path.relative_to(folder) for path in folder.rglob("*.json")) if folder.is_dir() else ()
    present = {path.as_posix() for path in found if path.parts[0] not in _OF_THE_EXPORT}
    changed = {n for n in expected if n not in present or (folder / n).read_text(encoding="utf-8") != expected[n]}
    return sorted(changed | (present - expected.keys()))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
