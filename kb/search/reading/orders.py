"""Superlatives and counts of answers: ``fastest``, ``lowest ttft``, ``top 5``, ``前10``."""

import re

from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Sort, Understood
from kb.search.vocabulary import Vocabulary
from kb.search.words.loads import CONDITIONS
from kb.search.words.measures import METRICS
from kb.search.words.orders import ORDERS

_KV_CACHE = frozenset(("kv cache", "kv-cache", "kvcache", "kv", "kv缓存"))
_TOP = frozenset(("top", "first", "best", "前", "top-"))
_BY = dict.fromkeys(
    ("by", "sorted by", "sort by", "order by", "ordered by", "ranked by", "rank by", "按", "按照", "根据"), True
)
_GLUED_TOP = re.compile(r"(?:top|前)-?(\d{1,4}|[一二两三四五六七八九十])(?:个|名|条|款)?")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_DIGITS |= {"three": 3, "five": 5, "ten": 10, "two": 2, "four": 4, "twenty": 20}
_MOST = 1000


def read_kv_cache(sentence: Sentence, vocabulary: Vocabulary, result: Understood) -> None:
    """Take a number format beside "KV cache" as that of the cache: ``fp8 kv cache``, ``kv cache in fp8``."""
    for at in range(len(sentence)):
        length = next((n for n in (2, 1) if sentence.text(at, at + n) in _KV_CACHE), 0)
        if not length:
            continue
        after = sentence.skip(at + length, ("in", "at", "as", "为", "用", "="))
        for place, start, end in ((at - 1, at - 1, at + length), (after, at, after + 1)):
            word = sentence.word(place)
            if word is not None and "quantization" in vocabulary.find(word):
                result.require(Filter("kv_cache", "=", word))
                sentence.take(start, end)
                break


def _by(sentence: Sentence, at: int) -> int:
    found = sentence.phrase(at, _BY)
    return found[1] if found else 0


def _inside_a_name(sentence: Sentence, at: int, length: int, vocabulary: Vocabulary) -> bool:
    """Tell whether the words there are a part of a name, as in "vera rubin" and "rtx 6000 ada"."""
    around = (sentence.text(at - 1, at + length), sentence.text(at, at + length + 1))
    return any(text is not None and vocabulary.knows(text) for text in around)


def read_orders(sentence: Sentence, result: Understood) -> None:
    """Take the order and the number of answers that are asked for."""
    for at in range(len(sentence)):
        word = sentence.word(at)
        if word is None:
            continue
        if glued := _GLUED_TOP.fullmatch(word):
            result.limit = min(_DIGITS.get(glued[1]) or int(glued[1]), _MOST) or None
            sentence.take(at, at + 1)
        elif word in _TOP and (count := _DIGITS.get((sentence.word(at + 1) or "").rstrip("个名条款"))):
            result.limit = count
            sentence.take(at, at + 2)
        elif word in _TOP and (number := sentence.number(at + 1)) and number.value.is_integer() and not number.rest:
            result.limit = min(int(number.value), _MOST) or None
            sentence.take(at, at + 2)
        elif (length := _by(sentence, at)) and (measure := sentence.phrase(at + length, METRICS)):
            if result.sort is None:
                result.sort = Sort(measure[0], "asc" if measure[0].endswith(("_ms", "_w", "_gb")) else "desc")
                if result.sort.field == "decode_tok_s":
                    result.sort = Sort("decode_tok_s_per_card", "desc")
            sentence.take(at, at + length + measure[1])
        elif order := sentence.phrase(at, ORDERS):
            (field, direction), length = order
            if result.sort is None:
                result.sort = Sort(field, direction)
            sentence.take(at, at + length)


def read_loads(sentence: Sentence, vocabulary: Vocabulary, result: Understood) -> None:
    """Take words for how a case is served, for its trust, and for what its card or model is."""
    from kb.search.reading.names import negated

    for at in range(len(sentence)):
        found = sentence.phrase(at, CONDITIONS)
        if found is None:
            continue
        (field, op, value), length = found
        if _inside_a_name(sentence, at, length, vocabulary):
            continue
        start = negated(sentence, at)
        if start is not None:
            op, value = ("=", not value) if isinstance(value, bool) else ("!=" if op == "=" else "<", value)
        # The table of conditions has only operators that there are.
        result.require(Filter(field, op, value))  # type: ignore[arg-type]
        sentence.take(at if start is None else start, at + length)
