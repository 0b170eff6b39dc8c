"""Slips of the keyboard in names: a letter too many, one missing, one wrong, or two swapped."""

from collections.abc import Iterator

from kb.names import fold
from kb.search import words
from kb.search.vocabulary import Vocabulary
from kb.search.words.small import SYNONYMS
from kb.search.words.vendors import VENDORS
from kb.text import STOP, is_cjk

# A short word with a slip could be anything.
_SHORTEST = 4
_LONG = 9


def without_slips(found: list[str], vocabulary: Vocabulary, notes: list[str]) -> list[str]:
    """Return the words of a sentence with slips in names set right; ``notes`` tell of each."""
    known = words.all_words()
    result = []
    for word in _apart(found, vocabulary, known):
        key = fold(word)
        meant = (
            None
            if word == STOP or word in known or key in known or _is_name(key, vocabulary)
            else _nearest(key, vocabulary)
        )
        if meant is not None:
            notes.append(f"read {word!r} as {meant!r}")
        result.append(word if meant is None else meant)
    return result


def _apart(found: list[str], vocabulary: Vocabulary, known: frozenset[str]) -> Iterator[str]:
    """Yield the words, in the language of names, and what slashes join one by one: "maverick/8xh200/trtllm"."""
    for word in found:
        parts = [part for part in word.split("/") if part]
        joined = len(parts) < 2 or word in known or vocabulary.find(word) or all(p[:1].isdigit() for p in parts)
        for part in [word] if joined else parts:
            yield SYNONYMS.get(part, part)


def _is_name(key: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.is_begun(key) or bool(vocabulary.find(key)) or key in vocabulary.parts


def _nearest(key: str, vocabulary: Vocabulary) -> str | None:
    """Return the one word that ``key`` is a misspelling of, or None."""
    from rapidfuzz.distance import OSA

    if len(key) < _SHORTEST or any(map(is_cjk, key)):
        return None
    most = 2 if len(key) >= _LONG else 1
    near: dict[int, set[str]] = {}
    for choice in {*vocabulary.exact, *vocabulary.parts, *VENDORS}:
        # Another number is another thing: h100 is no misspelt h200. And few people miss the first letter.
        if choice[:1] == key[0] and len(choice) >= _SHORTEST and _digits(choice) == _digits(key):
            distance = OSA.distance(key, choice, score_cutoff=most)
            if distance <= most:
                near.setdefault(distance, set()).add(choice)
    best = near[min(near)] if near else set()
    return min(best) if len(best) == 1 else None


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
