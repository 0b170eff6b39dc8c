"""Text as people type it: widths, scripts, tokens."""

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

_TOKEN = re.compile(r"[^\s,;，；、。？?!！()（）\[\]\"'“”]+")
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
MAX_LENGTH = 1000


def normal(text: str) -> str:
    """Return ``text`` without case, full-width forms, control and direction characters."""
    kept = (c if c.isprintable() or c.isspace() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join("".join(kept).casefold().replace("×", "x").split())


def is_cjk(character: str) -> bool:
    """Tell whether a character is Han or kana."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u4dbf"
        or "\uf900" <= character <= "\ufaff"
    )


def tokens(text: str, cjk_names: Callable[[], list[str]]) -> list[str]:
    """Split normal text; a run of Han or kana is cut around the names that it holds, which come longest first."""
    if text.isascii():
        return _TOKEN.findall(text)
    names = cjk_names()
    result: list[str] = []
    for word in _TOKEN.findall(text):
        result.extend(_cut(word, names) if any(map(is_cjk, word)) else [word])
    return result


def title_words(title: str) -> set[str]:
    """Return the words of a title: runs of letters and digits, a point between them included, without case."""
    return set(_WORD.findall(normal(title)))


def _cut(word: str, names: list[str]) -> list[str]:
    if not word:
        return []
    for name in names:
        at = word.find(name)
        if at >= 0:
            return [*_cut(word[:at], names), name, *_cut(word[at + len(name) :], names)]
    # What is left: Latin parts stay whole, and a Han run without a known name is one word.
    return ["".join(run) for _, run in groupby(word, is_cjk)]
