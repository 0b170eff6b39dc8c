"""A sentence -> what it asks for: records by facet, filters, and the words nobody could place."""

import re
from dataclasses import dataclass, field
from typing import Any

from kb.names import fold
from kb.search import words
from kb.search.slips import without_slips
from kb.text import MAX_LENGTH, normal, tokens
from kb.search.vocabulary import FACETS, Vocabulary

_NUMBER = r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)"
_LONGEST_NAME = 7


@dataclass(frozen=True)
class Filter:
    """A condition on a column: ``decode_tok_s > 5000``, ``cards = 8``, ``disaggregated = true``."""

    field: str
    op: str
    value: float | bool | str

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"field": self.field, "op": self.op, "value": self.value}


@dataclass
class Understood:
    """What a sentence was taken to mean. ``notes`` says what was guessed, ``groups`` what each phrase can mean."""

    models: list[str] = field(default_factory=list)
    hardware: list[str] = field(default_factory=list)
    vendors: list[str] = field(default_factory=list)
    engines: list[str] = field(default_factory=list)
    quantizations: list[str] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return the JSON form of the contract."""
        return {
            "models": self.models,
            "hardware": self.hardware,
            "vendors": self.vendors,
            "engines": self.engines,
            "quantizations": self.quantizations,
            "servers": self.servers,
            "filters": [f.plain() for f in self.filters],
            "unmatched": self.unmatched,
            "notes": self.notes,
        }

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was understood."""
        named = (self.models, self.hardware, self.vendors, self.engines, self.quantizations, self.servers, self.filters)
        return not any(named)


def understand(sentence: str, vocabulary: Vocabulary) -> Understood:
    """Read ``sentence``; whatever it holds, something comes back.

    Conditions are taken out first (``decode > 5000 tok/s``, ``8 cards``), then names, the longest
    first, then words for vendors and loads, then names with a typing slip.
    """
    result = Understood()
    text = normal(sentence[:MAX_LENGTH])
    if len(sentence) > MAX_LENGTH:
        result.notes.append(f"only the first {MAX_LENGTH} characters were read")
    text = _comparisons(text, result)
    text = _cards(text, result)
    found = tokens(text, vocabulary.cjk_names())
    _names(without_slips(found, vocabulary, result.notes), vocabulary, result)
    return result


def _alternatives(options: dict[str, Any]) -> str:
    return "|".join(re.escape(option) for option in sorted(options, key=lambda o: (-len(o), o)))


_COMPARISON = re.compile(
    rf"(?<![a-z0-9])(?P<metric>{_alternatives(words.METRICS)})\s*(?:speed|throughput|rate|latency|time)?\s*"
    rf"(?P<op>{_alternatives(words.OPERATORS)})\s*{_NUMBER}\s*(?P<unit>(?:{_alternatives(words.UNITS)})(?![a-z0-9]))?"
)
# In "8xh100" the x is followed by a name, in "8 cards" a word ends; Chinese words have no gaps between them.
_CARDS = re.compile(
    rf"(?<![\w.]){_NUMBER}\s*(?:x(?=\s|$|[a-z\u3400-\u9fff])"
    rf"|(?:{_alternatives(dict.fromkeys(words.CARD_WORDS_CJK))})"
    rf"|(?:{_alternatives(dict.fromkeys(words.CARD_WORDS))})(?![a-z0-9]))"
)


def _comparisons(text: str, result: Understood) -> str:
    def take(match: re.Match[str]) -> str:
        value = float(match["number"].replace(",", ""))
        if match["unit"]:
            value *= words.UNITS[match["unit"]][1]
        column = words.METRICS[match["metric"]]
        result.filters.append(Filter(column, words.OPERATORS[match["op"]], _tidy(value)))
        return " "

    return _COMPARISON.sub(take, text)


def _cards(text: str, result: Understood) -> str:
    def take(match: re.Match[str]) -> str:
        value = float(match["number"].replace(",", ""))
        if not value.is_integer() or value < 1:
            return match[0]
        result.filters.append(Filter("cards", "=", int(value)))
        return " "

    return _CARDS.sub(take, text, count=1)


def _tidy(value: float) -> float:
    return int(value) if value.is_integer() else value


def _names(found: list[str], vocabulary: Vocabulary, result: Understood) -> None:
    at = 0
    while at < len(found):
        taken = _longest(found, at, vocabulary, result)
        if not taken:
            _leftover(found[at], vocabulary, result)
            taken = 1
        at += taken


def _longest(found: list[str], at: int, vocabulary: Vocabulary, result: Understood) -> int:
    """Place the longest phrase from ``at`` on that is a name; return how many tokens it took."""
    for length in range(min(_LONGEST_NAME, len(found) - at), 0, -1):
        phrase = " ".join(found[at : at + length])
        if length == 1 and _is_common(phrase):
            return 0
        kinds = vocabulary.find(phrase)
        if kinds:
            _place(kinds, result)
            return length
        if length == 1 and (phrase in words.VENDORS or fold(phrase) in words.VENDORS):
            return 0
        kinds = vocabulary.begins(phrase)
        if kinds:
            _place(kinds, result)
            return length
    return 0


def _is_common(word: str) -> bool:
    return word in words.PASSED_OVER or word in words.LOADS or word in words.TIER_WORDS or word in words.VERDICT_WORDS


def _place(kinds: dict[str, set[str]], result: Understood) -> None:
    for kind, ids in kinds.items():
        shelf: list[str] = getattr(result, FACETS[kind])
        shelf.extend(i for i in sorted(ids) if i not in shelf)


def _leftover(word: str, vocabulary: Vocabulary, result: Understood) -> None:
    """Place one token that begins no name: a vendor, a load, a tier, a verdict, two words in one, or nothing."""
    vendor = words.VENDORS.get(word) or words.VENDORS.get(fold(word))
    if vendor:
        if vendor[0] not in result.vendors:
            result.vendors.append(vendor[0])
        if vendor[1]:
            result.lines.append(vendor)
    elif word in words.LOADS:
        column, value = words.LOADS[word]
        result.filters.append(Filter(column, "=", bool(value)))
    elif word in words.TIER_WORDS:
        result.filters.append(Filter("tier", "=", word))
    elif word in words.VERDICT_WORDS:
        result.filters.append(Filter("verdict", "=", words.VERDICT_WORDS[word]))
    elif word in words.PASSED_OVER or not any(c.isalnum() for c in word):
        return
    elif not _narrows(word, result) and not _glued(word, vocabulary, result):
        result.unmatched.append(word)


def _narrows(word: str, result: Understood) -> bool:
    """Take ``word`` as a part of a name that was only begun: the 70b of "llama 70b"."""
    key = fold(word)
    for shelf in (result.models, result.hardware):
        fitting = [record for record in shelf if key in fold(record)]
        if len(key) > 1 and len(shelf) > 1 and fitting:
            shelf[:] = fitting
            return True
    return False


def _glued(word: str, vocabulary: Vocabulary, result: Understood) -> bool:
    """Take ``word`` as two names, or as a family and a part of a name: llama70b, dsr1h200."""
    for cut in range(len(word) - 2, 1, -1):
        one, other = word[:cut], word[cut:]
        first, second = vocabulary.find(one), vocabulary.find(other)
        if first and second:
            _place(first, result)
            _place(second, result)
            return True
        family = vocabulary.begins(one) if one.isalpha() and other[0].isdigit() else {}
        if family:
            tried = Understood()
            _place(family, tried)
            if _narrows(other, tried):
                _place({"model": set(tried.models), "hardware": set(tried.hardware)}, result)
                return True
    return False
