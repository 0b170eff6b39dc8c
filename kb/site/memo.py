"""Remember what was worked out for a library: pages and the files beside them show the same."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from kb.site.library import Library

T = TypeVar("T")


def remembered(make: Callable[[Library, str], T]) -> Callable[[Library, str], T]:
    """Return ``make``, which takes a library and an id, so that it works out each answer once per library."""
    known: WeakKeyDictionary[Library, dict[str, T]] = WeakKeyDictionary()

    def found(library: Library, name: str) -> T:
        answers = known.setdefault(library, {})
        if name not in answers:
            answers[name] = make(library, name)
        return answers[name]

    return found
