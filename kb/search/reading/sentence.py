"""A sentence as words, of which each reader takes those that it understands."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeVar

from kb.text import STOP, is_cjk

T = TypeVar("T")
# As many words as the longest phrase of any table has.
_LONGEST = 6
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(k)?([^\d].*)?")


class Number(NamedTuple):
    """A number as it was written, with what hung on it: the ``tok/s`` of ``5ktok/s``. ``thousands`` is its ``k``."""

    value: float
    thousands: bool
    rest: str
    words: int = 1


class Sentence:
    """The words of a sentence; where one was taken, or a part ends, is None, so that no phrase reaches across it."""

    def __init__(self, words: list[str]) -> None:
        self.words: list[str | None] = [None if word == STOP else word for word in words]

    def __len__(self) -> int:
        return len(self.words)

    def word(self, at: int) -> str | None:
        """Return the word there; None beyond the ends, and where it was taken."""
        return self.words[at] if 0 <= at < len(self.words) else None

    def text(self, start: int, end: int) -> str | None:
        """Return the words from ``start`` to before ``end`` as one text; None where one of them is gone."""
        words = self.words[start:end] if start >= 0 and end <= len(self.words) else [None]
        return None if None in words else _joined([word for word in words if word is not None])

    def phrase(self, at: int, table: Mapping[str, T]) -> tuple[T, int] | None:
        """Return what the longest phrase from ``at`` on means in ``table``, and how many words it has."""
        for length in range(min(_LONGEST, len(self.words) - at), 0, -1):
            text = self.text(at, at + length)
            if text is not None and text in table:
                return table[text], length
        return None

    def phrase_before(self, at: int, table: Mapping[str, T]) -> tuple[T, int] | None:
        """Return what the longest phrase that ends before ``at`` means in ``table``, and how many words it has."""
        for length in range(min(_LONGEST, at), 0, -1):
            text = self.text(at - length, at)
            if text is not None and text in table:
                return table[text], length
        return None

    def number(self, at: int) -> Number | None:
        """Return the number there."""
        word = self.word(at)
        found = _NUMBER.fullmatch(word) if word else None
        if found is None:
            return None
        return Number(float(found[1]) * (1000 if found[2] else 1), bool(found[2]), found[3] or "")

    def skip(self, at: int, words: Collection[str], step: int = 1) -> int:
        """Return the first place from ``at`` on whose word is none of ``words``."""
        while self.word(at) in words and self.word(at) is not None:
            at += step
        return at

    def take(self, start: int, end: int) -> None:
        """Take the words from ``start`` to before ``end``."""
        self.words[max(start, 0) : end] = [None] * (min(end, len(self.words)) - max(start, 0))


def _joined(words: list[str]) -> str:
    text = ""
    for word in words:
        # Chinese is written without gaps.
        gap = "" if not text or (is_cjk(text[-1]) or is_cjk(word[0])) else " "
        text += gap + word
    return text
