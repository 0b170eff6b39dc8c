"""JSON pointers (RFC 6901): the path to a value inside a record."""

from collections.abc import Iterable
from typing import Any


def join(parent: str, step: str | int) -> str:
    """Return the pointer to ``step`` below ``parent``."""
    if isinstance(step, int):
        return f"{parent}/{step}"
    return f"{parent}/{step.replace('~', '~0').replace('/', '~1')}"


def pointer(steps: Iterable[str | int]) -> str:
    """Return the pointer that ``steps`` lead along."""
    result = ""
    for step in steps:
        result = join(result, step)
    return result


def split(path: str) -> list[str]:
    """Return the steps of a pointer, as text."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def parents(path: str) -> Iterable[str]:
    """Yield the pointer itself, its parent, and so on up to the root (the empty pointer)."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def value_at(data: Any, path: str) -> Any:
    """Return the value at ``path``; raise KeyError when there is none."""
    for step in split(path):
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            raise KeyError(path)
    return data
