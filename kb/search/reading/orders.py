"""Superlatives and counts of answers: ``fastest``, ``lowest ttft``, ``top 5``, ``前10``."""

import re

from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Sort, Understood
from kb.search.words.loads import CONDITIONS
from kb.search.words.orders import ORDERS

_TOP = frozenset(("top", "first", "best", "前", "top-"))
_GLUED_TOP = re.compile(r"(?:top|前)-?(\d{1,4})(?:个|名|条)?")
_MOST = 1000


def read_orders(sentence: Sentence, result: Understood) -> None:
    """Take the order and the number of answers that are asked for."""
    for at in range(len(sentence)):
        word = sentence.word(at)
        if word is None:
            continue
        if glued := _GLUED_TOP.fullmatch(word):
            result.limit = min(int(glued[1]), _MOST) or None
            sentence.take(at, at + 1)
        elif word in _TOP and (number := sentence.number(at + 1)) and number.value.is_integer() and not number.rest:
            result.limit = min(int(number.value), _MOST) or None
            sentence.take(at, at + 2)
        elif order := sentence.phrase(at, ORDERS):
            (field, direction), length = order
            if result.sort is None:
                result.sort = Sort(field, direction)
            sentence.take(at, at + length)


def read_loads(sentence: Sentence, result: Understood) -> None:
    """Take words for how a case is served, for its trust, and for what its card or model is."""
    from kb.search.reading.names import negated

    for at in range(len(sentence)):
        found = sentence.phrase(at, CONDITIONS)
        if found is None:
            continue
        (field, op, value), length = found
        start = negated(sentence, at)
        if start is not None:
            op, value = ("=", not value) if isinstance(value, bool) else ("!=" if op == "=" else "<", value)
        result.require(Filter(field, op, value))  # type: ignore[arg-type]
        sentence.take(at if start is None else start, at + length)
