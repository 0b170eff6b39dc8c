"""The names that a sentence is read with: those of the bundle's records, and the words of :mod:`kb.search.words`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.names import fold
from kb.search.text import is_cjk
from kb.search.words import LOADS, PASSED_OVER, VENDORS

FACETS = {
    "model": "models",
    "hardware": "hardware",
    "engine": "engines",
    "quantization": "quantizations",
    "server": "servers",
}
_SHORTEST_PREFIX = 3


@dataclass
class Vocabulary:
    """Names of one bundle, folded, with the ids they can mean."""

    exact: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def add(self, text: str, kind: str, record: str) -> None:
        """Let ``text`` mean ``record``."""
        if kind in FACETS and (key := fold(text)):
            self.exact.setdefault(key, {}).setdefault(kind, set()).add(record)

    def find(self, text: str) -> dict[str, set[str]]:
        """Return the ids by kind that ``text`` names exactly."""
        return self.exact.get(fold(text), {})

    def begins(self, text: str) -> dict[str, set[str]]:
        """Return the ids by kind of records one of whose names begins with ``text``, at a joint of the name."""
        key = fold(text)
        found: dict[str, set[str]] = {}
        if len(key) < _SHORTEST_PREFIX:
            return found
        for name, kinds in self.exact.items():
            if name.startswith(key) and not (key[-1].isdigit() and name[len(key) : len(key) + 1].isdigit()):
                for kind, ids in kinds.items():
                    if kind in ("model", "hardware"):
                        found.setdefault(kind, set()).update(ids)
        return found

    def cjk_names(self) -> list[str]:
        """Return the names and words in Chinese or Japanese script, longest first."""
        known = (*self.exact, *VENDORS, *LOADS, *PASSED_OVER)
        names = [name for name in known if any(is_cjk(c) for c in name)]
        return sorted(set(names), key=lambda name: (-len(name), name))


def vocabulary(aliases: Iterable[tuple[str, str, str]]) -> Vocabulary:
    """Return the vocabulary of ``(name, kind, id)`` rows."""
    result = Vocabulary()
    for name, kind, record in aliases:
        result.add(name, kind, record)
    return result
