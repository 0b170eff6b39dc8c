"""Words that are no record's name: makers, measures, loads, formats, orders, small words."""

from functools import cache

from kb.search.words.formats import CLASSES
from kb.search.words.loads import CONDITIONS
from kb.search.words.measures import AFTERWARDS, METRICS, OPERATORS, UNITS
from kb.search.words.orders import ORDERS
from kb.search.words.small import (
    CARDS,
    CARDS_CJK,
    COUNTS,
    JOINS,
    NEGATIONS,
    PASSED_OVER,
    SETS_AGAINST,
    SINCE_AFTERWARDS,
    SYNONYMS,
    UNTIL_AFTERWARDS,
)
from kb.search.words.vendors import LABS, VENDORS
from kb.text import is_cjk

_TABLES = (
    AFTERWARDS, CARDS, CARDS_CJK, CLASSES, CONDITIONS, COUNTS, JOINS, LABS, METRICS, NEGATIONS, OPERATORS, ORDERS,
    PASSED_OVER, SETS_AGAINST, SINCE_AFTERWARDS, SYNONYMS, UNITS, UNTIL_AFTERWARDS, VENDORS,
)  # fmt: skip


def cjk_words() -> tuple[str, ...]:
    """Return all words of these tables that hold Chinese or Japanese script."""
    return tuple(phrase for table in _TABLES for phrase in table if any(map(is_cjk, phrase)))


@cache
def all_words() -> frozenset[str]:
    """Return every word of these tables that may stand in a sentence; of phrases, each word."""
    return frozenset(word for table in _TABLES for phrase in table for word in (phrase, *phrase.split()))
