"""From the names in a file to the ids of the corpus."""

from typing import Protocol

from kb.errors import UnknownName
from kb.names import slug
from kb.records import Record

__all__ = ["Library", "find", "slug"]


class Library(Protocol):
    """What an importer asks of a corpus; :class:`kb.corpus.Corpus` is one."""

    def resolve(self, text: str, kind: str | None = None) -> Record:
        """Return the one record that ``text`` names, or raise UnknownName."""


def find(library: Library | None, kind: str, text: str) -> Record | None:
    """Return the record of ``kind`` that ``text`` names, or None when there is none or no library."""
    if library is None:
        return None
    try:
        return library.resolve(text, kind)
    except UnknownName:
        return None
