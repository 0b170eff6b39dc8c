"""The facets of a question as sets of cases."""

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import NamedTuple

from kb.bundle.index import Index
from kb.bundle.points_in_brief import NUMBERS, SETTINGS
from kb.search.understood import Filter, Understood
from kb.search.vocabulary import Vocabulary
from kb.search.words.vendors import CHINESE_VENDORS

# The model is what a question is about; where no case has both, the model elsewhere says more than another on the card.
_WEIGHTS = {"model": 4, "hardware": 3, "vendor": 3, "word": 1}
_OTHER = 2
# A model of the same family and size (another release, another number format) is nearly the one asked for.
NEARLY = 0.8
# Lengths that differ by less are one: "1k" is 1,000 to some and 1,024 to others.
_SAME_LENGTH = 0.025
_LENGTHS = ("input_tokens", "output_tokens")
# One sequence in flight is one, whether a source calls it the batch or the concurrency.
_IN_FLIGHT = ("batch", "concurrency")
_CASE_NUMBERS = frozenset(("cards", "tp", "pp", "ep", "dp", "day"))
_NUMBERS = _CASE_NUMBERS | {
    *NUMBERS,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Facet(NamedTuple):
    """One thing that was asked for.

    What to call it, how much it counts, the cases that have it, those that nearly have it, and of the former those that
    have it to the letter (-1 is all of them): kimi-k2.5 itself, before its checkpoint in another number format.
    """

    name: str
    weight: int
    cases: int
    nearly: int = 0
    exactly: int = -1


def is_number(field: str) -> bool:
    """Tell whether conditions on ``field`` compare numbers."""
    return field in _NUMBERS


def is_of_point(condition: Filter) -> bool:
    """Tell whether a condition is put on an operating point, not on the case as a whole."""
    return is_number(condition.field) and condition.field not in _CASE_NUMBERS


def facets(asked: Understood, index: Index, known: Vocabulary) -> list[Facet]:
    """Return what ``asked`` asks for, each with the cases that have it. What must not be is in :func:`allowed`."""
    found = []
    if asked.models:
        alike = {other for model in asked.models for other in known.alike.get(model, ())}
        exact = _any(index, "model", named_models(asked, known))
        nearly = _any(index, "model", sorted(alike)) & ~exact
        letter = _any(index, "model", asked.models)
        found.append(Facet("model", _WEIGHTS["model"], exact, nearly, letter))
    if asked.hardware:
        found.append(Facet("hardware", _WEIGHTS["hardware"], _any(index, "hardware", asked.hardware)))
    if asked.vendors:
        found.append(Facet("vendor", _WEIGHTS["vendor"], _vendors(asked, index, known)))
    for name, field, ids in (
        ("engine", "engine", asked.engines),
        ("format", "quantization", asked.quantizations),
        ("server", "server", asked.servers),
    ):
        if ids:
            found.append(Facet(name, _OTHER, _any(index, field, ids)))
    for name, conditions in _grouped(asked.filters):
        found.append(Facet(name, _OTHER, _union(satisfying(condition, index) for condition in conditions)))
    for word in asked.unmatched:
        found.append(Facet(f"the word {word!r}", _WEIGHTS["word"], index.cases("word", word)))
    return found


def named_models(asked: Understood, known: Vocabulary) -> list[str]:
    """Return the models that are asked for, and the checkpoints of them in other number formats."""
    others = (other for model in asked.models for other in known.variants.get(model, ()))
    return list(dict.fromkeys((*asked.models, *others)))


def _grouped(filters: list[Filter]) -> Iterator[tuple[str, list[Filter]]]:
    """Yield the conditions that may hold one instead of the other together: a card is of one architecture only."""
    groups: dict[str, list[Filter]] = {}
    for condition in filters:
        if condition.op == "!=":
            continue
        either = condition.op == "=" and not is_number(condition.field) and not isinstance(condition.value, bool)
        groups.setdefault(condition.field if either else said(condition), []).append(condition)
    for conditions in groups.values():
        yield " or ".join(map(said, conditions)), conditions


def allowed(asked: Understood, index: Index) -> int:
    """Return the cases that have nothing of what was ruled out."""
    ruled_out = (
        satisfying(Filter(condition.field, "=", condition.value), index)
        for condition in asked.filters
        if condition.op == "!="
    )
    return index.everything & ~_union(ruled_out)


def said(condition: Filter) -> str:
    """Return a condition in words."""
    value = str(condition.value).lower() if isinstance(condition.value, bool) else condition.value
    return f"{condition.field} {condition.op} {value}"


def satisfying(condition: Filter, index: Index) -> int:
    """Return the cases that satisfy ``condition``, or of which an operating point does."""
    field, value = condition.field, condition.value
    if field == "region":
        return _any(index, "vendor", CHINESE_VENDORS)
    if isinstance(value, bool):
        return index.cases(field, "true" if value else "false")
    if field == "engine_version":
        wanted = str(value).removeprefix("v")
        return _any(index, field, [v for v in index.values(field) if same_version(v, wanted)])
    if field == "kv_cache":
        return _any(index, field, [v for v in index.values(field) if str(value) in v.split("-")])
    if not is_number(field):
        return index.cases(field, str(value))
    number = as_number(condition)
    if condition.op == "=" and field in SETTINGS:
        return _union(
            _any(index, one, [v for v in index.values(one) if same_number(field, float(v), number)])
            for one in fields_of(condition)
        )
    numbers = index.numbers(field)
    if condition.op == "=":
        return _bits(low == number for low in numbers.lowest)
    column = numbers.highest if condition.op in (">", ">=") else numbers.lowest
    compare = _COMPARE[condition.op]
    return _bits(compare(found, number) for found in column)


def fields_of(condition: Filter) -> tuple[str, ...]:
    """Return the columns any of which may satisfy ``condition``."""
    alone = condition.field in _IN_FLIGHT and condition.op == "=" and condition.value == 1
    return _IN_FLIGHT if alone else (condition.field,)


def same_number(field: str, found: float, wanted: float) -> bool:
    """Tell whether ``found`` is the number that was asked for; lengths may differ a little."""
    return abs(found - wanted) <= _SAME_LENGTH * wanted if field in _LENGTHS else found == wanted


def same_version(stated: str, wanted: str) -> bool:
    """Tell whether a stated version is ``wanted``, or a later part of it: 0.8 is also said of 0.8.5, not of 0.80."""
    stated, wanted = stated.casefold().removeprefix("v"), wanted.casefold()
    return stated.startswith(wanted) and not stated[len(wanted) : len(wanted) + 1].isdigit()


def as_number(condition: Filter) -> float:
    """Return the number of a condition; of a day, its digits."""
    text = str(condition.value).replace("-", "") if condition.field == "day" else condition.value
    return float(text)


def holding(case: int, conditions: list[Filter], index: Index) -> list[int]:
    """Return the operating points of a case that satisfy all of ``conditions``, numbered as columns number them."""
    return [
        point
        for point in index.points_of(case)
        if all(
            any(_holds(condition, index.numbers(one).points[point]) for one in fields_of(condition))
            for condition in conditions
        )
    ]


def _holds(condition: Filter, found: float) -> bool:
    if math.isnan(found):
        return False
    number = as_number(condition)
    if condition.op == "=":
        return same_number(condition.field, found, number)
    return _COMPARE[condition.op](found, number)


def _vendors(asked: Understood, index: Index, known: Vocabulary) -> int:
    found = 0
    for vendor in asked.vendors:
        lines = [line for of, line in asked.lines if of == vendor]
        if lines:
            cards = [
                card
                for card, traits in known.hardware.items()
                if traits["vendor"] == vendor and any(line in card for line in lines)
            ]
            found |= _any(index, "hardware", cards)
        else:
            found |= index.cases("vendor", vendor)
    return found


def _any(index: Index, field: str, values: Iterable[str]) -> int:
    return _union(index.cases(field, value) for value in values)


def _union(sets: Iterable[int]) -> int:
    return reduce(operator.or_, sets, 0)


def _bits(flags: Iterable[bool]) -> int:
    """Return the set of the cases whose flag is true, in time that grows with their number alone."""
    digits = bytes(flags).translate(_DIGITS)[::-1]
    return int(digits, 2) if digits else 0


_DIGITS = bytes([ord("0"), ord("1"), *range(2, 256)])


_BITS_OF = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


def numbers_in(cases: int) -> Iterator[int]:
    """Yield the cases of a set, the best first."""
    for at, byte in enumerate(cases.to_bytes((cases.bit_length() + 7) // 8, "little")):
        if byte:
            for bit in _BITS_OF[byte]:
                yield at * 8 + bit
