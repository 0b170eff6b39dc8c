"""A JSON Schema, compiled: whether a value is what the schema says, thousands of times a second.

Known are the words that the schemas of the export are made of. Objects are closed here: a field that the schema does
not name is a fault of the build, although a reader has to pass over it.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from kb.bundle.export.schema.generate import Schema, output_schemas

_BOUNDS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
# Words that say nothing of a value.
_SILENT = frozenset(("$schema", "$defs", "description", "format"))


@cache
def validator_of(name: str) -> SchemaValidator:
    """Return the validator of one of the files of :func:`kb.bundle.export.schema.generate.output_schemas`."""
    return compiled(output_schemas()[name])


def compiled(schema: Schema) -> SchemaValidator:
    """Return a validator that takes what ``schema`` takes, without any further field.

    Raises:
        NotImplementedError: the schema has a word that is not known here.
    """
    defs = schema.get("$defs", {})
    known = [{**_core(node), "ref": name} for name, node in defs.items()]
    # The parts are put together as plain mappings, which pydantic-core types one by one.
    return SchemaValidator(core_schema.definitions_schema(_core(schema), known))  # type: ignore[arg-type]


def fault_of(name: str, value: Any) -> str | None:
    """Return in words where ``value`` is not what the schema ``name`` says, None where it is."""
    try:
        validator_of(name).validate_python(value)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_context=False, include_input=False)[0]
        # A branch of a union is no place in the value.
        steps = [str(step) for step in detail["loc"] if not str(step).endswith(("]", "}"))]
        return f"{'/'.join(steps) or 'the whole'}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return None


def _core(node: Schema) -> CoreSchema:
    rest = {key: value for key, value in node.items() if key not in _SILENT}
    if "$ref" in rest:
        return core_schema.definition_reference_schema(rest.pop("$ref").removeprefix("#/$defs/"))
    if "anyOf" in rest:
        return core_schema.union_schema([_core(branch) for branch in rest["anyOf"]], mode="left_to_right")
    if "const" in rest or "enum" in rest:
        return core_schema.literal_schema([rest["const"]] if "const" in rest else rest["enum"])
    return _OF_TYPE[rest.pop("type", "any")](rest)


def _object(rest: Schema) -> CoreSchema:
    required = rest.pop("required", [])
    more = rest.pop("additionalProperties", True)
    if "properties" in rest:
        fields = {
            name: core_schema.typed_dict_field(_core(inner), required=name in required)
            for name, inner in rest.pop("properties").items()
        }
        _no_more(rest)
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)
    _no_more(rest)
    values = core_schema.any_schema() if more is True else _core(more)
    return core_schema.dict_schema(core_schema.str_schema(strict=True), values, strict=True)


def _array(rest: Schema) -> CoreSchema:
    least = rest.pop("minItems", None)
    if "prefixItems" in rest:
        places = rest.pop("prefixItems")
        _no_more(rest)
        # A tuple of Python becomes a list of JSON.
        return core_schema.tuple_schema([_core(place) for place in places])
    items = _core(rest.pop("items", {}))
    _no_more(rest)
    return core_schema.list_schema(items, min_length=least, strict=True)


def _string(rest: Schema) -> CoreSchema:
    pattern = rest.pop("pattern", None)
    _no_more(rest)
    return core_schema.str_schema(pattern=pattern, strict=True)


def _integer(rest: Schema) -> CoreSchema:
    return core_schema.int_schema(**dict(_bounds(rest)), strict=True)


def _number(rest: Schema) -> CoreSchema:
    return core_schema.float_schema(**dict(_bounds(rest)), strict=True, allow_inf_nan=False)


def _bounds(rest: Schema) -> Iterator[tuple[str, Any]]:
    for word in list(rest):
        if word in _BOUNDS:
            yield _BOUNDS[word], rest.pop(word)
    _no_more(rest)


def _no_more(rest: Schema) -> None:
    if rest:
        raise NotImplementedError(f"a schema of the export says {', '.join(rest)}, which the build cannot check yet")


def _plain(core: CoreSchema) -> Callable[[Schema], CoreSchema]:
    def make(rest: Schema) -> CoreSchema:
        _no_more(rest)
        return core

    return make


_OF_TYPE: dict[str, Callable[[Schema], CoreSchema]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _plain(core_schema.bool_schema(strict=True)),
    "null": _plain(core_schema.none_schema()),
    "any": _plain(core_schema.any_schema()),
}
