"""What readers of benchmark reports share: units, statistics, days, and sentences on what failed or was left out."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.json_input import Reader, shown
from kb.importers.present import present

# Powers of ten that lead from the unit of a file to milliseconds.
SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS = 3, 0, -3, -6

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_LARGEST = 1e18
_NAMED = 12
# No accelerator that is measured here is older, and a clock that says otherwise was never set.
_YEARS = range(2017, 2100)


def statistics(block: Reader, names: Mapping[str, str], power: int) -> dict[str, int | float]:
    """Return the statistics of a latency that ``block`` gives, in milliseconds; a zero is none.

    Args:
        block: the object that holds them.
        names: statistic of a record -> key of the block.
        power: of ten, from the file's unit to milliseconds.
    """
    return present(**{ours: figure(block, theirs, power) for ours, theirs in names.items()})


def number_in(text: str, where: str) -> int | float:
    """Return the number, zero or more, that a text report prints; raise ImportFailed where there is none."""
    text = text.strip()
    if len(text) <= 18 and text.isascii() and text.isdecimal():
        return int(text)
    value = float(text) if len(text) <= 40 and _NUMBER.fullmatch(text) else math.inf
    if value > _LARGEST:
        raise ImportFailed(f"{where}: should be a number of 0 to 1e18, is {shown(text)}")
    return value


def whole(value: Any) -> int | None:
    """Return a count of one or more that a file gives as a number or in digits, or None."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def left_out(names: Iterable[str]) -> list[str]:
    """Return one remark that names what a reader does not take over, or none."""
    told = [shown(name)[1:-1] for name in dict.fromkeys(names)]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return [f"not taken over: {', '.join(told[:_NAMED])}{more}"] if told else []


def failed_share(failed: int | float, total: int | float) -> str | None:
    """Return the caveat of a run in which requests failed, or None."""
    return f"{failed:.15g} of {total:.15g} requests failed; the figures are of the others" if failed else None


def caveat(parts: Iterable[str | None]) -> str | None:
    """Return the caveats in one text of the length that a record allows, or None."""
    return "; ".join(part for part in parts if part)[:200].rstrip("; ") or None


def day_in(text: str | None) -> str | None:
    """Return the day that an ISO time such as 2026-06-03T17:44:44 begins with, or None."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day.isoformat() if day.year in _YEARS else None


def day_at(seconds: int | float | None) -> str | None:
    """Return the day, in UTC, of a time in seconds since 1970, or None where it is none of our years."""
    try:
        moment = datetime.fromtimestamp(seconds or 0, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment.date().isoformat() if moment.year in _YEARS else None
