"""The order of a record's keys: the header first, the evidence last, the fields in between as the model has them."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from kb.records import KINDS

_FIRST = ("kind", "id", "name", "names", "title", "former_ids", "aliases")
_LAST = ("note", "evidence", "acknowledged")


def in_order(record: dict[str, Any]) -> dict[str, Any]:
    """Return ``record`` with its keys in canonical order on every level; unknown keys come last."""
    kind = KINDS.get(str(record.get("kind")))
    if kind is None:
        return record
    fields = [name for name in kind.model.model_fields if name not in _FIRST and name not in _LAST]
    # Numbers below take their evidence from here, so the reader meets it before them.
    fields.sort(key=lambda name: name != "default_evidence")
    return _sorted(record, kind.model, (*_FIRST, *fields, *_LAST))


def _sorted(data: dict[str, Any], model: type[BaseModel], order: tuple[str, ...]) -> dict[str, Any]:
    known = [key for key in order if key in data]
    rest = [key for key in data if key not in order]
    return {key: _value(data[key], model, key) for key in (*known, *rest)}


def _value(value: Any, model: type[BaseModel], key: str) -> Any:
    if isinstance(value, list):
        return [_value(entry, model, key) for entry in value]
    if not isinstance(value, dict) or key not in model.model_fields:
        return value
    # A field holds one model at most; the other arms of a union are scalars.
    inner = next(_models(model.model_fields[key].annotation), None)
    return _sorted(value, inner, tuple(inner.model_fields)) if inner else value


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
