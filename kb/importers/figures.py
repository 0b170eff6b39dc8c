"""Figures of a tool's output: what is none is left out, units are moved by powers of ten, digit for digit."""

import math
from decimal import Decimal

from kb.importers.json_input import Reader


def figure(reader: Reader, key: str, shift: int = 0) -> int | float | None:
    """Return the number at ``key`` times 10 to the power of ``shift``, or None where nothing was measured.

    Tools write 0 or NaN for the mean of nothing.

    Raises:
        ImportFailed: it is no number, negative, infinite or beyond 1e18.
    """
    value = reader.value(key)
    if isinstance(value, float) and math.isnan(value):
        return None
    number = reader.number(key)
    return scaled(number, shift) if number else None


def scaled(number: int | float, shift: int) -> int | float:
    """Return ``number`` times 10 to the power of ``shift``, digit for digit: 0.4771 becomes 477.1 for 3."""
    if shift == 0:
        return number
    moved = Decimal(repr(number)).scaleb(shift)
    return int(moved) if isinstance(number, int) and shift > 0 else float(moved)


def per(total: int | float, count: int | float) -> int | float:
    """Return ``total / count``, whole where it is."""
    mean = total / count
    return int(mean) if mean.is_integer() else mean
