"""The names that a sentence is read with: those of the bundle's records, and the words of :mod:`kb.search.words`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.names import fold
from kb.text import is_cjk
from kb.search.words import LOADS, PASSED_OVER, VENDORS

FACETS = {
    "model": "models",
    "hardware": "hardware",
    "engine": "engines",
    "quantization": "quantizations",
    "server": "servers",
}
_SHORTEST_PREFIX = 3
_JOINERS = re.compile(r"[\s/_\-]+")


@dataclass
class Vocabulary:
    """Names of one bundle, folded, with the ids they can mean."""

    exact: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    # Where the folded names had a space or hyphen, and the words between these.
    joints: dict[str, set[int]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)

    def add(self, text: str, kind: str, record: str) -> None:
        """Let ``text`` mean ``record``."""
        if kind in FACETS and (key := fold(text)):
            self.exact.setdefault(key, {}).setdefault(kind, set()).add(record)
            at = 0
            for part in _JOINERS.split(text):
                at += len(fold(part))
                self.joints.setdefault(key, set()).add(at)
                self.parts.add(fold(part))

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
            if name.startswith(key) and self._ends_there(key, name):
                for kind, ids in kinds.items():
                    if kind in ("model", "hardware"):
                        found.setdefault(kind, set()).update(ids)
        return found

    def _ends_there(self, key: str, name: str) -> bool:
        # "h1" begins no "h100", and yet "qwen3.5" begins "qwen3.5-397b".
        cut = key[-1].isdigit() and name[len(key) : len(key) + 1].isdigit()
        return not cut or len(key) in self.joints[name]

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
