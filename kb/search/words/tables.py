"""How the tables of words are written: many phrases that mean one thing, with bars between them."""

from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def phrases(text: str) -> Iterator[str]:
    """Yield the phrases of ``text``, which has a bar between any two."""
    for phrase in " ".join(text.split()).split("|"):
        if phrase.strip():
            yield phrase.strip()


def table(*entries: tuple[T, str]) -> dict[str, T]:
    """Return what each phrase means; an entry is a meaning and the phrases for it."""
    return {phrase: meaning for meaning, text in entries for phrase in phrases(text)}
