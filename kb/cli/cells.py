"""Text in columns of a terminal: how many it takes, where it is folded, and how much of a line each column gets."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"\s*\S+\s*")
_NO_COLUMN = frozenset(("Mn", "Me", "Cf"))


@lru_cache(4096)
def columns(text: str) -> int:
    """Return how many columns ``text`` takes: two for a Han letter or an emoji, none for an accent of its own."""
    return len(text) if text.isascii() else sum(map(_of_one, text))


@lru_cache(4096)
def _of_one(character: str) -> int:
    if unicodedata.category(character) in _NO_COLUMN or "\u1160" <= character <= "\u11ff":
        # The vowels and finals of Hangul stand in the column of their consonant.
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def folded(text: str, width: int) -> list[str]:
    """Return the lines of ``text`` in ``width`` columns: broken between words, and inside a word that is longer."""
    return [line for part in text.split("\n") for line in _folded_line(part, width)]


def _folded_line(text: str, width: int) -> Iterator[str]:
    if columns(text) <= width:
        yield text
        return
    line = ""
    for word in _WORD.findall(text):
        if columns(line) + columns(word.rstrip()) <= width:
            line += word
            continue
        if line:
            yield line.rstrip()
        *whole, line = _chopped(word, width)
        yield from whole
    yield line.rstrip()


def _chopped(word: str, width: int) -> list[str]:
    """Return the pieces of a word, each as long as fits; a letter that is wider than ``width`` stands alone."""
    if columns(word.rstrip()) <= width:
        return [word]
    pieces = [""]
    taken = 0
    for character in word:
        own = _of_one(character)
        if taken + own > width and pieces[-1]:
            pieces.append("")
            taken = 0
        pieces[-1] += character
        taken += own
    return pieces


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns that want ``wanted`` and have ``room`` in all: the widest give way first."""
    widths = list(wanted)
    while (excess := sum(widths) - room) > 0 and any(widths):
        widest = max(widths)
        step = min(excess, widest - max((width for width in widths if width < widest), default=0))
        sharing = [index for index, width in enumerate(widths) if width == widest]
        for left, index in zip(range(len(sharing), 0, -1), sharing, strict=True):
            less = min(step, round(excess / left))
            widths[index] -= less
            excess -= less
    return widths
