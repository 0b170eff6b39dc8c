"""Names: every id, former id, alias and Hugging Face id leads to one record, or to none."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kb.records import Model, Record
from kb.records.record import NamedRecord

_JOINERS = re.compile(r"[\s_\-‐-―·]+")
How = Literal["id", "former id", "alias", "name", "Hugging Face id"]


def fold(text: str) -> str:
    """Return the form under which names are compared: no case, width, spaces, hyphens or underscores."""
    return _JOINERS.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, order=True)
class Name:
    """One way to call one record."""

    text: str
    kind: str
    id: str
    how: How


def names_of(record: Record) -> Iterator[Name]:
    """Yield all names of a record; its id first."""

    def name(text: str, how: How) -> Name:
        return Name(text, record.kind, record.id, how)

    yield name(record.id, "id")
    for former in record.former_ids:
        yield name(former, "former id")
    for alias in record.aliases:
        yield name(alias, "alias")
    if isinstance(record, Model):
        for repository in record.hugging_face:
            yield name(repository, "Hugging Face id")
    if isinstance(record, NamedRecord):
        yield name(record.name, "name")
        for other in (*record.names.zh, *record.names.ja):
            yield name(other, "name")


class NameIndex:
    """Look-up of records by any of their names."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_folded: dict[str, dict[tuple[str, str], Name]] = {}
        for record in records:
            for name in names_of(record):
                self._by_folded.setdefault(fold(name.text), {}).setdefault((name.kind, name.id), name)

    def find(self, text: str, kind: str | None = None) -> list[Name]:
        """Return the records that ``text`` can mean, one entry each; an exact id wins over all other names."""
        found = [n for n in self._by_folded.get(fold(text), {}).values() if kind is None or n.kind == kind]
        exact = [n for n in found if n.text == text and n.how in ("id", "former id")]
        return sorted(exact or found)

    def all(self) -> list[Name]:
        """Return all names, in a fixed order."""
        return sorted(n for names in self._by_folded.values() for n in names.values())

    def near(self, text: str, kind: str | None = None, most: int = 3) -> list[str]:
        """Return ids of records whose names look like ``text``, the nearest first."""
        from rapidfuzz import fuzz, process

        choices = {
            key: sorted({n.id for n in names.values() if kind is None or n.kind == kind})
            for key, names in self._by_folded.items()
        }
        keys = [key for key, ids in choices.items() if ids]
        hits = process.extract(fold(text), keys, scorer=fuzz.ratio, limit=most * 2, score_cutoff=60)
        near: list[str] = []
        for key, _, _ in hits:
            near.extend(i for i in choices[key] if i not in near)
        return near[:most]
