"""All facts of a record, with their places. No rule."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from kb.records import Fact, Record


def facts(record: Record) -> Iterator[tuple[str, Fact]]:
    """Yield every fact of a record with its JSON pointer."""
    yield from _below("", record)


def _below(pointer: str, thing: Any) -> Iterator[tuple[str, Fact]]:
    if isinstance(thing, Fact):
        yield pointer, thing
    elif isinstance(thing, BaseModel):
        for name, value in thing:
            if value is not None and not isinstance(value, str):
                yield from _below(f"{pointer}/{name}", value)
    elif isinstance(thing, tuple):
        for index, value in enumerate(thing):
            yield from _below(f"{pointer}/{index}", value)
