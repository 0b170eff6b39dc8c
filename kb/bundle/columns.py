"""Records as rows: the columns of a kind follow from its model.

Nested models become prefixed columns (``memory_capacity_gb``); a number with evidence becomes its
value (the evidence is in the table ``facts``); lists of texts stay lists; lists of models become JSON.
"""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from kb.records import Fact
from kb.records.evidence import CountFact, WholeFact

# The header is told apart in every table of records; evidence has a table of its own.
_ELSEWHERE = frozenset(("kind", "evidence", "default_evidence", "acknowledged"))


@dataclass(frozen=True)
class Column:
    """A column: its name, its DuckDB type, and what it holds, in words."""

    name: str
    type: str
    comment: str = ""


def columns_of(model: type[BaseModel], prefix: str = "", skip: frozenset[str] = _ELSEWHERE) -> Iterator[Column]:
    """Yield the columns of ``model``, in order of its fields."""
    for name, field in model.model_fields.items():
        if name in skip:
            continue
        inner = _inner(field.annotation)
        comment = field.description or ""
        if isinstance(inner, type) and issubclass(inner, Fact):
            whole = issubclass(inner, CountFact | WholeFact)
            yield Column(prefix + name, "BIGINT" if whole else "DOUBLE", comment)
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from columns_of(inner, f"{prefix}{name}_", frozenset())
        else:
            yield Column(prefix + name, _type(inner), comment)


def row_of(value: BaseModel, model: type[BaseModel], skip: frozenset[str] = _ELSEWHERE) -> dict[str, Any]:
    """Return the cells of ``value`` by column; what is unknown is None."""
    return dict(_cells(value, model, "", skip))


def _cells(
    value: BaseModel | None, model: type[BaseModel], prefix: str, skip: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    for name, what, inner in _fields(model):
        if name in skip:
            continue
        cell = getattr(value, name) if value is not None else None
        if what == "fact":
            yield prefix + name, cell.value if cell is not None else None
        elif what == "model":
            yield from _cells(cell, inner, f"{prefix}{name}_", frozenset())
        elif what == "json" and cell is not None:
            yield prefix + name, [_plain(item) for item in cell]
        else:
            yield prefix + name, list(cell) if isinstance(cell, tuple) else cell


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, Any], ...]:
    """Return the fields of ``model``: name, how its cell is made, and what it holds."""
    found = []
    for name, field in model.model_fields.items():
        inner = _inner(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found.append((name, "fact" if issubclass(inner, Fact) else "model", inner))
        else:
            found.append((name, "json" if _type(inner) == "JSON" else "plain", inner))
    return tuple(found)


def _plain(item: Any) -> Any:
    return item.model_dump(mode="json", exclude_none=True) if isinstance(item, BaseModel) else item


def _inner(annotation: Any) -> Any:
    """Return an annotation without ``Annotated`` and without ``| None``."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) is types.UnionType or str(get_origin(annotation)) == "typing.Union":
        rest = [a for a in get_args(annotation) if a is not type(None)]
        if len(rest) == 1:
            return _inner(rest[0])
    return annotation


def _type(annotation: Any) -> str:
    if annotation is bool:
        return "BOOLEAN"
    if annotation is int:
        return "BIGINT"
    if annotation is float or annotation == int | float:
        return "DOUBLE"
    if get_origin(annotation) is tuple:
        item = _inner(get_args(annotation)[0])
        return "JSON" if isinstance(item, type) and issubclass(item, BaseModel) else _type(item) + "[]"
    if annotation is str or get_origin(annotation) is Literal:
        return "VARCHAR"
    return "JSON"
