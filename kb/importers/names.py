"""From the names in a file to the ids of the corpus."""

import re
import unicodedata
from typing import Protocol

from kb.errors import UnknownName
from kb.records import Record

_NOT_IN_IDS = re.compile(r"[^a-z0-9.]+")
_EDGES = re.compile(r"[.-]*-[.-]*|\.{2,}")


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


def slug(text: str) -> str:
    """Return ``text`` in the alphabet of ids; empty when it has no letter or digit in common with it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _EDGES.sub("-", _NOT_IN_IDS.sub("-", plain)).strip("-.")[:100].rstrip("-.")
