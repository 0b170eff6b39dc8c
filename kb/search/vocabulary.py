"""The names that a sentence is read with, as the bundle has them."""

import json
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import Any

from kb.names import fold
from kb.search.words import cjk_words
from kb.search.words.formats import CLASSES, in_class
from kb.text import is_cjk

# The list of ``Understood`` that the ids of a kind go to.
FACETS = {
    "model": "models",
    "hardware": "hardware",
    "engine": "engines",
    "quantization": "quantizations",
    "server": "servers",
}
_SHORTEST_PREFIX = 3
# Letters alone begin the end of a name only where they are about two words: "agx orin".
_SHORTEST_WORDS = 6
Kinds = dict[str, list[str]]


class Vocabulary:
    """Names of one bundle, folded, with the ids they can mean.

    Args:
        read: gives what :mod:`kb.bundle.words` wrote, as JSON, by its name in the bundle.
    """

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        data: dict[str, Any] = json.loads(read("vocabulary"))
        self.exact: dict[str, Kinds] = data["names"]
        self.joints: dict[str, list[int]] = data["joints"]
        self.models: dict[str, dict[str, Any]] = data["models"]
        self.hardware: dict[str, dict[str, Any]] = data["hardware"]
        self.tails: dict[str, Kinds] = data["tails"]
        self.variants: dict[str, list[str]] = data["variants"]
        self.alike: dict[str, list[str]] = data["alike"]
        self._begun: dict[str, Kinds] = {}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.exact)

    @cached_property
    def parts(self) -> dict[str, Kinds]:
        """Return the words that names consist of, with the models and cards whose names have them."""
        found: dict[str, Kinds] = json.loads(self._read("parts"))
        return found

    @cached_property
    def formats(self) -> list[str]:
        """Return the ids of all number formats."""
        return sorted({i for kinds in self.exact.values() for i in kinds.get("quantization", ())})

    def find(self, text: str) -> Kinds:
        """Return the ids by kind that ``text`` names exactly, or as a class of number formats."""
        key = fold(text)
        found = self.exact.get(key) or self._plural(key) or {}
        # "fp8" is the name of one format, and what people call all formats of that kind; "mlx" is an engine as well.
        formats = in_class(key, self.formats) if key in CLASSES and "engine" not in found else []
        if formats:
            return found | {"quantization": sorted({*formats, *found.get("quantization", ())})}
        return found or self.tails.get(key, {})

    def _plural(self, key: str) -> Kinds:
        """Return what the singular means: of "h100s" and "4090s"."""
        alone = key.removesuffix("s")
        if alone == key or len(alone) < _SHORTEST_PREFIX or not any(c.isdigit() for c in alone):
            return {}
        found = self.exact.get(alone) or self.tails.get(alone)
        return {kind: ids for kind, ids in (found or self.begins(alone)).items() if kind == "hardware"}

    def knows(self, text: str) -> bool:
        """Tell whether ``text`` is a name, or begins one."""
        return bool(self.find(text) or self.begins(text))

    def begins(self, text: str) -> Kinds:
        """Return the ids by kind of models and cards one of whose names begins with ``text``, where a word ends."""
        key = fold(text)
        if len(key) < _SHORTEST_PREFIX:
            return {}
        if key not in self._begun:
            found: dict[str, set[str]] = {}
            for at in range(bisect_left(self._sorted, key), len(self._sorted)):
                name = self._sorted[at]
                if not name.startswith(key):
                    break
                if self._ends_there(key, name):
                    for kind, ids in self.exact[name].items():
                        if kind in ("model", "hardware"):
                            found.setdefault(kind, set()).update(ids)
            if not found and (any(c.isdigit() for c in key) or len(key) > _SHORTEST_WORDS):
                # "4060" is no card of its own here, and begins the ends of others: "4060 ti", "4060 mobile".
                for tail, kinds in self.tails.items():
                    if tail.startswith(key) and not (key[-1].isdigit() and tail[len(key) :][:1].isdigit()):
                        found.setdefault("hardware", set()).update(kinds.get("hardware", ()))
                found = {kind: ids for kind, ids in found.items() if ids}
            self._begun[key] = {kind: sorted(ids) for kind, ids in found.items()}
        return self._begun[key]

    def is_begun(self, key: str) -> bool:
        """Tell whether any name begins with ``key``, wherever its words end."""
        at = bisect_left(self._sorted, key)
        return at < len(self._sorted) and self._sorted[at].startswith(key)

    def _ends_there(self, key: str, name: str) -> bool:
        # "h1" begins no "h100", and yet "qwen3.5" begins "qwen3.5-397b".
        rest = name[len(key) :]
        cut = key[-1].isdigit() and rest[:1].isdigit()
        # And "qwen3" is not the beginning of "qwen3.5".
        deeper = key[-1].isdigit() and rest[:1] == "." and rest[1:2].isdigit()
        return not (cut or deeper) or len(key) in self.joints.get(name, ())

    @cached_property
    def cjk_words(self) -> list[str]:
        """Return the names and all other known words in Chinese or Japanese script, longest first."""
        names = (name for name in self.exact if any(map(is_cjk, name)))
        return sorted({*names, *cjk_words()}, key=lambda word: (-len(word), word))
