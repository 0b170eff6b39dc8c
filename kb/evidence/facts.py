"""The numbers of a record, with the place of each."""

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from kb.corpus.pointer import join
from kb.records import Evidence, Fact, Record


def facts_of(record: Record) -> Iterator[tuple[str, Fact]]:
    """Yield every number of ``record`` and its JSON pointer, in the order of the record's fields."""
    yield from facts_below(record)


def evidence_by_id(record: Record) -> dict[str, Evidence]:
    """Return the evidence of ``record`` by id; the first one, where an id stands twice."""
    return {evidence.id: evidence for evidence in reversed(record.evidence)}


def evidence_named(record: Record) -> Iterator[tuple[str, str]]:
    """Yield every place of ``record`` that names evidence of its own, as (JSON pointer, evidence id).

    A number that takes the default evidence names it at the number's own place.
    """
    yield from _named(record, "")


def evidence_ids_named(record: Record) -> tuple[set[str], bool]:
    """Return the ids that :func:`evidence_named` yields, and whether a number names none; fast, without the places."""
    ids: set[str] = set()
    return ids, _collect(record, ids)


def _collect(value: BaseModel, ids: set[str]) -> bool:
    """Add the evidence ids named below ``value`` to ``ids``; tell whether a number there names none."""
    if isinstance(value, Fact):
        ids.update(value.evidence)
        for disputed in value.disputed:
            ids.update(disputed.evidence)
        return not value.evidence
    bare = False
    for name, holds_ids in _fields_with_evidence(type(value)):
        found = getattr(value, name)
        if holds_ids:
            ids.update(found)
        elif type(found) is tuple:
            for item in found:
                bare |= _collect(item, ids)
        elif found is not None:
            bare |= _collect(found, ids)
    return bare


def _named(value: BaseModel, pointer: str) -> Iterator[tuple[str, str]]:
    for name, holds_ids in _fields_with_evidence(type(value)):
        found = getattr(value, name)
        here = join(pointer, name)
        if holds_ids:
            yield from ((join(here, index), item) for index, item in enumerate(found))
        elif type(found) is tuple:
            for index, item in enumerate(found):
                yield from _named(item, join(here, index))
        elif found is not None:
            yield from _named(found, here)


@cache
def _fields_with_evidence(model: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of ``model`` that hold evidence ids (True), or that lead to some (False)."""
    found = []
    for name, field in model.model_fields.items():
        inner = list(_models(field.annotation))
        if name == "evidence" and not inner:
            found.append((name, True))
        elif any(i is not Evidence and _fields_with_evidence(i) for i in inner):
            found.append((name, False))
    return tuple(found)


def facts_below(value: BaseModel, pointer: str = "") -> Iterator[tuple[str, Fact]]:
    """Yield every number below a part of a record, with pointers that start with ``pointer``."""
    for name in _fields_with_facts(type(value)):
        found = getattr(value, name)
        if found is None:
            continue
        here = join(pointer, name)
        if isinstance(found, Fact):
            yield here, found
        elif isinstance(found, BaseModel):
            yield from facts_below(found, here)
        else:
            for index, item in enumerate(found):
                yield from facts_below(item, join(here, index))


@cache
def _fields_with_facts(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of ``model`` that are, or lead to, a number with evidence."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(issubclass(inner, Fact) or _fields_with_facts(inner) for inner in _models(field.annotation))
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation):
        if issubclass(annotation, BaseModel):
            yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models(get_args(annotation)[0])
    elif get_origin(annotation) in (tuple, types.UnionType, Union):
        for argument in get_args(annotation):
            yield from _models(argument)
