"""What pydantic says about a record, in words: what, where, and how to mend it."""

import difflib
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from kb.corpus.pointer import pointer

_MAX_FAULTS = 25


@dataclass(frozen=True)
class Complaint:
    """One field that is not as its model wants it."""

    name: str
    pointer: str
    message: str
    hint: str
    data: dict[str, Any]


def complaints(error: ValidationError, raw: Any, model: type[BaseModel]) -> Iterator[Complaint]:
    """Yield what is wrong with ``raw``, at most a screenful."""
    for count, detail in enumerate(error.errors(include_url=False)):
        if count == _MAX_FAULTS:
            return
        yield _complaint(detail, raw, model)


def _complaint(detail: Any, raw: Any, model: type[BaseModel]) -> Complaint:
    kind = detail["type"]
    steps, value = _steps(detail["loc"], raw, kind)
    where = pointer(steps)
    field = str(steps[-1]) if steps else "the record"
    context = detail.get("ctx") or {}
    data: dict[str, Any] = {} if kind == "missing" or isinstance(value, dict | list) else {"found": _short(value)}

    def found(name: str, message: str, hint: str) -> Complaint:
        return Complaint(name, where, message, hint, data)

    if kind == "missing":
        return found("missing-field", f"{field} is missing", f"add {field}: {_describe(model, steps)}")
    if kind == "extra_forbidden":
        known = _fields(model, steps[:-1])
        data["known"] = known
        near = difflib.get_close_matches(field, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known[:30])}"
        return found("unknown-field", f"unknown field {_short(field)!r}", hint)
    if kind == "null_value":
        return found("null-value", detail["msg"], "leave out what is unknown, key and all")
    if kind == "literal_error":
        expected = context.get("expected", "")
        near = difflib.get_close_matches(str(value), expected.replace("'", "").replace(" or ", ", ").split(", "), 1)
        hint = f"did you mean {near[0]!r}? known: {expected}" if near else f"one of {expected}"
        return found("invalid-value", f"{field} is {_short(value)!r}", hint)
    pattern = context.get("pattern", "")
    if kind == "string_pattern_mismatch" and pattern.startswith("^https?:"):
        return found(
            "invalid-url",
            f"{field} is not a web address: {_short(value)!r}",
            "give an address that starts with http:// or https:// and has no spaces",
        )
    if kind == "date_value" or (kind == "string_pattern_mismatch" and pattern.startswith("^(19|20)")):
        return found(
            "invalid-date",
            f"{field} is not a date: {_short(value)!r}",
            f"write {_describe(model, steps)}, in quotes; leave out the day or the month only where that is allowed",
        )
    if kind == "string_pattern_mismatch":
        return found("invalid-value", f"{field} is {_short(value)!r}", f"write {_describe(model, steps)}")
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if isinstance(value, dict | list):
        return found("invalid-value", f"{field}: {message}", f"{field} is {_describe(model, steps)}")
    return found("invalid-value", f"{field} is {_short(value)!r}: {message}", f"{field} is {_describe(model, steps)}")


def _steps(loc: tuple[int | str, ...], raw: Any, kind: str) -> tuple[list[int | str], Any]:
    """Follow ``loc`` through the data, leaving out what names a branch of a union and no place in the file."""
    steps: list[int | str] = []
    value = raw
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        in_list = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if in_list or (isinstance(value, dict) and step in value):
            value = value[step]
        elif not (last and kind == "missing"):
            continue
        steps.append(step)
    return steps, value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models(get_args(annotation)[0])
    elif get_origin(annotation) in (tuple, types.UnionType) or str(get_origin(annotation)) == "typing.Union":
        for argument in get_args(annotation):
            yield from _models(argument)


def _holder(model: type[BaseModel], steps: list[int | str]) -> type[BaseModel] | None:
    """Return the model of the mapping that ``steps`` lead to."""
    current: type[BaseModel] | None = model
    for step in steps:
        if isinstance(step, int):
            continue
        field = current.model_fields.get(step) if current else None
        current = next(_models(field.annotation), None) if field else None
    return current


def _fields(model: type[BaseModel], steps: list[int | str]) -> list[str]:
    holder = _holder(model, steps)
    return list(holder.model_fields) if holder else []


def _describe(model: type[BaseModel], steps: list[int | str]) -> str:
    """Return what the schema says a field holds, in a few words."""
    names = [step for step in steps if isinstance(step, str)]
    holder = _holder(model, list(names[:-1])) if names else None
    if holder is None or names[-1] not in holder.model_fields:
        return f"a {model.__name__.lower()} record as its schema describes it"
    schema = holder.model_json_schema()["properties"][names[-1]]
    for part in (schema, *schema.get("anyOf", ()), schema.get("items", {})):
        if "enum" in part:
            return "one of " + ", ".join(map(str, part["enum"]))
        if "description" in part:
            return str(part["description"])
    kinds = {"string": "text", "integer": "a whole number", "array": "a list", "boolean": "true or false"}
    return kinds.get(schema.get("type", ""), "a mapping") if "anyOf" not in schema else "a value that the schema allows"
