"""Names and what they lead to: the same rules for a corpus and for a bundle. Imports nothing heavy."""

import functools
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kb.errors import UnknownName

_JOINERS = re.compile(r"[\s_\-‐-―·]+")
_NOT_IN_IDS = re.compile(r"[^a-z0-9.]+")
_EDGES = re.compile(r"[.-]*-[.-]*|\.{2,}")


# A corpus has some thousands of names, and each is compared in several places.
@functools.lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return the form under which names are compared: no case, width, spaces, hyphens or underscores."""
    return _JOINERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def slug(text: str) -> str:
    """Return ``text`` in the alphabet of ids; empty when it has no letter or digit in common with it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _EDGES.sub("-", _NOT_IN_IDS.sub("-", plain)).strip("-.")[:100].rstrip("-.")


class Name(NamedTuple):
    """One way to call one record; ``how`` is id, former id, alias, name or Hugging Face id."""

    text: str
    kind: str
    id: str
    how: str


class Gone(NamedTuple):
    """What became of a removed id, in a sentence, and the ids to look at instead."""

    kind: str
    sentence: str
    instead: tuple[str, ...] = ()


class Names(ABC):
    """Look-up of records by any of their names, wherever these are kept."""

    @abstractmethod
    def called(self, folded: str) -> Iterable[Name]:
        """Return the names that fold to ``folded``."""

    @abstractmethod
    def of_id(self, text: str) -> Iterable[Name]:
        """Return the records whose id is, or was, exactly ``text``."""

    @abstractmethod
    def all(self) -> list[Name]:
        """Return all names in a fixed order; of those of one record that differ in case or hyphens only, the first."""

    def gone(self, text: str) -> Gone | None:
        """Return what became of a removed id; None of anything else."""
        return None

    def find(self, text: str, kind: str | None = None) -> list[Name]:
        """Return the records that ``text`` can mean, one entry each; an exact id wins over all other names."""
        exact = [n for n in self.of_id(text) if kind is None or n.kind == kind]
        return sorted(exact or (n for n in self.called(fold(text)) if kind is None or n.kind == kind))

    def resolve(self, text: str, kind: str | None = None) -> Name:
        """Return the one record that ``text`` names.

        Raises:
            UnknownName: nothing, or more than one record, goes by that name; ``candidates`` lists ids. Of a removed id
                it says when and why it was removed.
        """
        found = self.find(text, kind)
        if len(found) == 1:
            return found[0]
        gone = None if found else self.gone(text)
        if gone is not None and kind in (None, gone.kind):
            raise UnknownName(text, kind, gone.instead, because=gone.sentence)
        candidates = sorted({name.id for name in found}) or self.near(text, kind)
        raise UnknownName(text, kind, candidates, ambiguous=bool(found))

    def near(self, text: str, kind: str | None = None, most: int = 3) -> list[str]:
        """Return ids of records whose names look like ``text``, the nearest first."""
        from rapidfuzz import fuzz, process

        wanted = fold(text)
        choices: dict[str, set[str]] = {}
        for name in self.all():
            if kind is None or name.kind == kind:
                choices.setdefault(fold(name.text), set()).add(name.id)
        # "h100" is no misspelt "k100": whatever goes on as it begins comes first.
        begins = sorted(key for key in choices if len(wanted) > 2 and key.startswith(wanted))
        hits = process.extract(wanted, list(choices), scorer=fuzz.ratio, limit=most * 2, score_cutoff=60)
        near: list[str] = []
        for key in (*begins, *(hit[0] for hit in hits)):
            near.extend(i for i in sorted(choices[key]) if i not in near)
        return near[:most]


class NameIndex(Names):
    """Names that are given, kept in memory; and, by id, what became of removed records."""

    def __init__(self, names: Iterable[Name], gone: Mapping[str, Gone] | None = None) -> None:
        self._gone = gone or {}
        self._by_folded: dict[str, dict[tuple[str, str], Name]] = {}
        self._by_id: dict[str, list[Name]] = {}
        for name in names:
            if name.how in ("id", "former id"):
                self._by_id.setdefault(name.text, []).append(name)
            if folded := fold(name.text):
                self._by_folded.setdefault(folded, {}).setdefault((name.kind, name.id), name)

    def called(self, folded: str) -> Iterable[Name]:
        """Return the names that fold to ``folded``."""
        return self._by_folded.get(folded, {}).values()

    def of_id(self, text: str) -> Iterable[Name]:
        """Return the records whose id is, or was, exactly ``text``."""
        return self._by_id.get(text, ())

    def gone(self, text: str) -> Gone | None:
        """Return what became of a removed id; None of anything else."""
        return self._gone.get(text)

    def all(self) -> list[Name]:
        """Return all names in a fixed order; of those of one record that differ in case or hyphens only, the first."""
        return sorted(n for names in self._by_folded.values() for n in names.values())
