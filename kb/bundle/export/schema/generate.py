"""JSON Schema of what the export writes, made from the models of the records and the types of ``shapes``.

It says what a reader may rely on, and no more: how long a text may be is a rule for who writes records, so it is left
out. Objects are left open, since a minor version may add fields; the build itself is stricter, and refuses to write a
field that the schema does not name (:mod:`kb.bundle.export.schema.validate`).
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from typing_extensions import TypedDict

from kb.bundle.export.schema import case_shapes, shapes
from kb.bundle.export.version import FOLDER
from kb.records import KINDS, Evidence, Kind, Tier
from kb.verdicts import Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HOME = f"output/{FOLDER}"
# Rules for who writes a record, not promises to who reads it.
_INPUT_ONLY = frozenset(("maxLength", "minLength", "maxItems", "not", "title", "default", "discriminator"))
# What a number may be at most where nothing is known of it.
_LARGEST = 1e18

Schema = dict[str, Any]


class _Generator(GenerateJsonSchema):
    """What has the default None is absent where it is unknown; all else that has a default is always written."""

    def field_is_required(
        self, field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField, total: bool
    ) -> bool:
        if field["type"] == "typed-dict-field":
            return field.get("required", total)
        inner = field["schema"]
        return inner["type"] != "default" or inner.get("default") is not None

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = schema["schema"]
        absent = inner["type"] == "nullable" and schema.get("default") is None
        return self.generate_inner(inner["schema"] if absent else inner)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class SupportedEvidence(Evidence):
    """Evidence, with the tier that it supports."""

    supported_tier: Tier
    supported_because: str


def item_fields(kind: Kind, *, brief: bool = False) -> dict[str, Any]:
    """Return the types of the fields that the export adds to a record of ``kind``."""
    added: dict[str, Any] = {
        "tier": Tier | None,
        "file": str,
        "findings": list[shapes.Finding],
    }
    if kind.name == "case":
        added |= {
            "claimed_tier": Tier | None,
            "verdict": Verdict,
            "verdict_because": str,
            "independently_reproduced": int,
            "reproduced_by": list[case_shapes.Reproduction],
            "resolved": case_shapes.Resolved,
            "estimate": case_shapes.EstimateInBrief if brief else case_shapes.Estimate,
        }
    return added


def _item(kind: Kind, *, brief: bool = False, **first: Any) -> Any:
    """Return the type of a record as the export gives it; ``brief`` for one of a collection."""
    fields: dict[str, Any] = {name: (of, ...) for name, of in (first | item_fields(kind, brief=brief)).items()}
    return create_model(
        kind.model.__name__,
        __base__=kind.model,
        __doc__=kind.model.__doc__,
        evidence=(tuple[SupportedEvidence, ...], ()),
        **fields,
    )


def _collection(item: Any) -> Any:
    # The functional form, since the type of an item is known only now.
    fields = {"schema_version": str, "license": str, "generated": str, "count": int, "items": list[item]}
    return TypedDict("Collection", fields)  # type: ignore[operator]


@cache
def output_schemas() -> dict[str, Schema]:
    """Return the schema of each file that the export writes, by its name below ``schema/output/v1/``."""
    made: dict[str, Any] = {
        "latest": shapes.Latest,
        "index": shapes.Index,
        "findings": _collection(shapes.Finding),
        "redirect": shapes.RedirectFile,
        "tombstone": shapes.TombstoneFile,
        "change": shapes.ChangeRow,
    }
    for kind in KINDS.values():
        made[f"collection/{kind.plural}"] = _collection(_item(kind, brief=True))
        made[f"record/{kind.name}"] = _item(kind, schema_version=str)
    return {f"{name}.json": _schema_of(of) for name, of in made.items()}


def _schema_of(of: Any) -> Schema:
    made = TypeAdapter(of).json_schema(mode="serialization", schema_generator=_Generator)
    return {"$schema": DIALECT, **_promised(made)}


def _promised(node: Any) -> Any:
    """Return a schema without what is a rule for writers only."""
    if isinstance(node, list):
        return [_promised(item) for item in node]
    if not isinstance(node, dict):
        return node
    if _is_fact(node):
        # In a record a plain number may stand; in the output it is always the long form.
        node = node["anyOf"][1]
        node["required"] = ["value", "evidence"]
    kept: Schema = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: _promised(inner) for name, inner in value.items()}
        elif _says_nothing(key, value):
            continue
        elif key in ("anyOf", "oneOf"):
            # Alternatives without a type only narrow what stands beside them.
            if all("type" in branch or "$ref" in branch for branch in value):
                kept["anyOf"] = [_promised(branch) for branch in value]
        else:
            kept[key] = _promised(value)
    return kept


def _says_nothing(key: str, value: Any) -> bool:
    """Tell whether a word of a schema is a rule for writers only."""
    closed = key == "additionalProperties" and value is False
    boundless = key in ("minimum", "maximum") and abs(value) >= _LARGEST
    return key in _INPUT_ONLY or closed or boundless


def _is_fact(node: Schema) -> bool:
    branches = node.get("anyOf", ())
    return len(branches) == 2 and {"value", "evidence", "disputed"} <= branches[1].get("properties", {}).keys()


def schema_files() -> Iterator[tuple[str, str]]:
    """Yield path below ``schema/`` and text of every generated file."""
    for name, schema in output_schemas().items():
        yield f"{HOME}/{name}", json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write all files below ``folder``, the one that is called ``schema``."""
    for name, text in schema_files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def drift(folder: Path) -> list[str]:
    """Return the names of the files below ``folder`` that differ from what the models say."""
    expected = dict(schema_files())
    present = {path.relative_to(folder).as_posix() for path in (folder / "output").rglob("*.json")}
    changed = {n for n in expected if n not in present or (folder / n).read_text(encoding="utf-8") != expected[n]}
    return sorted(changed | (present - expected.keys()))
