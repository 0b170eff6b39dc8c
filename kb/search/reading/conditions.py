"""Comparisons: ``decode > 5000 tok/s``, ``under 100 ms ttft``, ``between 10 and 20 ms``, ``2000 tok/s 以上``."""

from kb.search.reading.sentence import Number, Sentence
from kb.search.understood import Filter, Understood
from kb.search.words.measures import AFTERWARDS, LENGTHS, METRICS, OPERATORS, TIMES, UNITS

# Between a measure and its comparison, or a number and its measure, these say nothing.
_FILLERS = frozenset(
    (
        "is",
        "of",
        "a",
        "an",
        "the",
        "speed",
        "throughput",
        "rate",
        "latency",
        "time",
        "在",
        "的",
        "为",
        "is:",
        "with",
        "at",
        "for",
        "should",
        "be",
        "must",
        "要",
        "需要",
        "in",
        "能",
    )
)
_TO = frozenset(("and", "to", "-", "~", "–", "—", "到", "至", "和"))
# Without an operator a number behind these is the number itself: "batch 64".
_SETTINGS = frozenset(("batch", "concurrency", "request_rate_s", "input_tokens", "output_tokens"))
# Numbers stand beside these without an operator, and are read elsewhere.
_NOT_BARE = _SETTINGS | {"cards", "tp", "pp", "ep", "dp"}
# "5k tokens" of a length may be 5,000 or 5,120.
_KIBI = 1.024


def read_conditions(sentence: Sentence, result: Understood) -> None:
    """Take all comparisons of a measure with a number."""
    for reader in (_between, _compared, _afterwards, _settings):
        at = 0
        while at < len(sentence):
            at = max(reader(sentence, at, result), at + 1)
    # A measure that is named and not compared says what somebody wants to see; all of them are shown.
    for at in range(len(sentence)):
        if (named := sentence.phrase(at, METRICS)) and named[1] > 1 and named[0] not in _NOT_BARE:
            sentence.take(at, at + named[1])


def _between(sentence: Sentence, at: int, result: Understood) -> int:
    begins = sentence.word(at) in ("between", "from", "介于", "在")
    start = at + 1 if begins else at
    low = _quantity(sentence, start)
    if low is None:
        return at
    middle = start + low.words
    if sentence.word(middle) not in _TO or (not begins and sentence.word(middle) in ("and", "和")):
        return at
    high = _quantity(sentence, middle + 1)
    if high is None or high.value <= low.value:
        return at
    end = middle + 1 + high.words
    end += sentence.word(end) in ("之间", "间")
    column, first, last = _measure(sentence, at, end, high.rest or low.rest)
    if column is None:
        return at
    low = low if low.rest else Number(low.value, low.thousands, high.rest)
    result.require(Filter(column, ">=", _in_column(low, column)))
    result.require(Filter(column, "<=", _in_column(high, column)))
    sentence.take(first, last)
    return last


def _compared(sentence: Sentence, at: int, result: Understood) -> int:
    operator = sentence.phrase(at, OPERATORS)
    if operator is None:
        return at
    op, length = operator
    start = at + length
    start = sentence.skip(start, ("a", "the", "of", "于"))
    number = _quantity(sentence, start)
    if number is None:
        return at
    column, first, last = _measure(sentence, at, start + number.words, number.rest)
    if column is None:
        return at
    result.require(Filter(column, op, _in_column(number, column)))
    sentence.take(first, last)
    return last


def _afterwards(sentence: Sentence, at: int, result: Understood) -> int:
    number = _quantity(sentence, at)
    if number is None:
        return at
    end = at + number.words
    rest = number.rest
    if rest.endswith("+"):
        op, rest = ">=", rest.removesuffix("+")
    else:
        said = sentence.phrase(end, AFTERWARDS)
        if said is None:
            return at
        op, length = said
        end += length
    column, first, last = _measure(sentence, at, end, rest)
    if column is None:
        return at
    result.require(Filter(column, op, _in_column(Number(number.value, number.thousands, rest), column)))
    sentence.take(first, last)
    return last


def _settings(sentence: Sentence, at: int, result: Understood) -> int:
    said = sentence.phrase(at, METRICS)
    if said is not None and said[0] in _SETTINGS:
        column, length = said
        start = sentence.skip(at + length, ("of", "size", "为", "是"))
        number = _quantity(sentence, start)
        # In "20000 input tokens, 2000 output" the number stands before its name.
        before = sentence.number(at - 1)
        if before is not None and not before.rest and column in LENGTHS:
            return at
        if number is not None and _belongs(number.rest, column) and float(number.value).is_integer():
            end = start + number.words
            result.require(Filter(column, "=", _in_column(number, column)))
            sentence.take(at, end)
            return end
    # "64 concurrent requests", "64并发"
    number = _quantity(sentence, at, units=False)
    if number is not None and not number.rest:
        after = sentence.phrase(at + number.words, METRICS)
        # In "输出1k 并发128" the second number is the concurrency.
        if (
            after is not None
            and sentence.number(at + number.words + after[1]) is None
            and after[0] in ("concurrency", "request_rate_s")
        ):
            result.require(Filter(after[0], "=", _tidy(number.value)))
            sentence.take(at, at + number.words + after[1])
            return at + number.words + after[1]
    return at


def _quantity(sentence: Sentence, at: int, *, units: bool = True) -> Number | None:
    """Return the number at ``at`` with its unit, which may be words of its own."""
    number = sentence.number(at)
    if number is None:
        return None
    if number.rest:
        if number.rest == "+":
            unit = sentence.phrase(at + 1, _UNIT_NAMES) if units else None
            return Number(number.value, number.thousands, f"{unit[0]}+", 1 + unit[1]) if unit else number
        plus = number.rest.endswith("+")
        return number if number.rest.removesuffix("+") in UNITS or plus else None
    if sentence.word(at + 1) == "k" and units:
        unit = sentence.phrase(at + 2, _UNIT_NAMES)
        return Number(number.value * 1000, True, unit[0] if unit else "", 2 + (unit[1] if unit else 0))
    unit = sentence.phrase(at + 1, _UNIT_NAMES) if units else None
    if unit is not None:
        return Number(number.value, number.thousands, unit[0], 1 + unit[1])
    return number


_UNIT_NAMES = {name: name for name in UNITS}


def _measure(sentence: Sentence, first: int, last: int, unit: str) -> tuple[str | None, int, int]:
    """Return the column that the words around a comparison name, and where these words begin and end."""
    implied = UNITS[unit][0] if unit in UNITS else None
    before = sentence.skip(first - 1, _FILLERS, -1)
    named = sentence.phrase_before(before + 1, METRICS)
    # In "throughput per GPU" the measure is the whole phrase; with fillers between, the words right before.
    near = sentence.phrase_before(first, METRICS)
    if near is not None and (named is None or near[1] >= named[1]):
        named, before = near, first - 1
    if named is not None and _belongs(unit, named[0]):
        column = implied if implied in ("decode_tok_s_per_card", "per_user_tok_s") else named[0]
        end = last
        if column == "decode_tok_s":
            column, end = _per_what(sentence, last, column)
        return column, before + 1 - named[1], end
    after = sentence.skip(last, _FILLERS)
    later = sentence.phrase(after, METRICS)
    if later is None and after != last:
        after, later = last, sentence.phrase(last, METRICS)
    if (
        later is not None
        and _belongs(unit, later[0])
        and (unit or later[0] in ("cards", "concurrency", "batch", *LENGTHS))
    ):
        column = implied if implied in ("decode_tok_s_per_card", "per_user_tok_s") else later[0]
        end = after + later[1]
        if column == "decode_tok_s":
            column, end = _per_what(sentence, end, column)
        return column, first, end
    if implied is not None:
        column, end = _per_what(sentence, last, implied) if implied == "decode_tok_s" else (implied, last)
        return column, first, end
    # A time that nobody names is the one that people mean by latency.
    return ("tpot_ms" if unit in UNITS and unit in _TIME_UNITS else None), first, last


_TIME_UNITS = ("ms", "毫秒", "msec", "milliseconds")
_PER = {
    "per gpu": "decode_tok_s_per_card",
    "per card": "decode_tok_s_per_card",
    "each": "decode_tok_s_per_card",
    "/gpu": "decode_tok_s_per_card",
    "单卡": "decode_tok_s_per_card",
    "每卡": "decode_tok_s_per_card",
    "per user": "per_user_tok_s",
    "/user": "per_user_tok_s",
    "单用户": "per_user_tok_s",
}


def _per_what(sentence: Sentence, at: int, column: str) -> tuple[str, int]:
    found = sentence.phrase(at, _PER)
    return (found[0], at + found[1]) if found else (column, at)


def _belongs(unit: str, column: str) -> bool:
    """Tell whether a number in ``unit`` can be a value of ``column``."""
    if not unit or unit == "+":
        return True
    implied, _ = UNITS.get(unit.removesuffix("+"), ("", 1))
    if implied == "":
        return False
    if unit in ("tokens", "token", "toks"):
        return column in LENGTHS
    if implied is None:
        return column in TIMES
    if implied.endswith("tok_s") or implied.startswith("decode_tok_s"):
        return column.endswith("tok_s") or column == "decode_tok_s_per_card"
    return implied == column or (implied == "power_per_card_w" and column == implied)


def _in_column(number: Number, column: str) -> float:
    unit = number.rest.removesuffix("+")
    value = number.value * (UNITS[unit][1] if unit in UNITS else 1)
    if number.thousands and column in LENGTHS:
        value *= _KIBI
    return _tidy(value)


def _tidy(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 9)
