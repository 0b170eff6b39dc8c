"""Days: ``since 2026``, ``after June 2025``, ``in 2025``, ``2025年以后``."""

import calendar
import re

from kb.search.reading.sentence import Sentence
from kb.search.understood import Filter, Understood
from kb.search.words.small import SINCE_AFTERWARDS, UNTIL_AFTERWARDS

_MONTHS = {
    name.casefold(): i for names in (calendar.month_name, calendar.month_abbr) for i, name in enumerate(names) if name
}
_DATE = re.compile(r"(20(?:1[6-9]|[23]\d))(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DATE_ZH = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
_SINCE = frozenset(("since", "from", "after", "starting", "自", "从", "newer than", "later than"))
_UNTIL = frozenset(("before", "until", "till", "older than", "截至"))
_TO = frozenset(("and", "to", "-", "until", "through", "到", "至", "和"))
_IN = frozenset(("in", "during", "on", "在", "year"))


def read_days(sentence: Sentence, result: Understood) -> None:
    """Take conditions on the day of a case."""
    for at in range(len(sentence)):
        found = _date(sentence, at)
        if found is None:
            continue
        first, last, end = found
        until = _date(sentence, end + 1) if sentence.word(end) in _TO else None
        if until is not None:
            result.require(Filter("day", ">=", first))
            result.require(Filter("day", "<=", until[1]))
            sentence.take(at - (sentence.word(at - 1) in ("between", "from", "在")), until[2])
            continue
        before, after = sentence.word(at - 1), sentence.word(end)
        two = sentence.text(at - 2, at)
        if sentence.text(end, end + 2) in ("or later", "and later", "or newer", "and newer", "or after"):
            result.require(Filter("day", ">=", first))
            sentence.take(at, end + 2)
        elif after in SINCE_AFTERWARDS:
            result.require(Filter("day", ">=", first))
            sentence.take(at, end + 1)
        elif after in UNTIL_AFTERWARDS:
            result.require(Filter("day", "<", first))
            sentence.take(at, end + 1)
        elif before in _SINCE or two in _SINCE:
            # "After June" begins in July, "since June" in June.
            later = before == "after"
            result.require(Filter("day", ">" if later else ">=", last if later else first))
            sentence.take(at - (2 if two in _SINCE else 1), end)
        elif before in _UNTIL or two in _UNTIL:
            result.require(Filter("day", "<", first))
            sentence.take(at - (2 if two in _UNTIL else 1), end)
        else:
            result.require(Filter("day", ">=", first))
            result.require(Filter("day", "<=", last))
            sentence.take(at - (before in _IN), end)


def _date(sentence: Sentence, at: int) -> tuple[str, str, int] | None:
    """Return the first and the last day of the date at ``at``, and where it ends."""
    word = sentence.word(at)
    if word is None:
        return None
    end = at + 1
    found = _DATE_ZH.fullmatch(word) or _DATE.fullmatch(word)
    if found:
        year, month, day = int(found[1]), found[2], found[3]
        if month is None and sentence.word(end) == "年":
            end += 1
            if (number := sentence.word(end)) and number.isdigit() and sentence.word(end + 1) == "月":
                month, end = number, end + 2
        return _span(year, month, day, end)
    if word in _MONTHS and (year_word := sentence.word(end)) and re.fullmatch(r"20\d\d", year_word):
        return _span(int(year_word), str(_MONTHS[word]), None, end + 1)
    return None


def _span(year: int, month: str | None, day: str | None, end: int) -> tuple[str, str, int] | None:
    if month is None:
        return f"{year}-01-01", f"{year}-12-31", end
    number = int(month)
    if not 1 <= number <= 12:
        return None
    length = calendar.monthrange(year, number)[1]
    if day is None:
        return f"{year}-{number:02}-01", f"{year}-{number:02}-{length}", end
    if not 1 <= int(day) <= length:
        return None
    whole = f"{year}-{number:02}-{int(day):02}"
    return whole, whole, end
