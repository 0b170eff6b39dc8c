"""An axis: where a value stands on it, and which values to name."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A wider span than this shows nothing of its lower end on an even scale.
_WIDE = 20.0
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high``, even or logarithmic."""

    low: float
    high: float
    log: bool

    def place(self, value: float) -> float:
        """Return where ``value`` stands, 0 at the low end and 1 at the high one."""
        low, high, value = (math.log(v) if self.log else v for v in (self.low, self.high, value))
        return (value - low) / (high - low)

    def ticks(self, most: int = 8) -> list[float]:
        """Return at most ``most`` round values on the axis."""
        if not self.log:
            step = _round_up((self.high - self.low) / max(1, most - 1))
            first = math.ceil(self.low / step - 1e-9)
            return [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            found = [s * 10.0**d for d in decades for s in steps if self.low <= s * 10.0**d <= self.high * (1 + 1e-9)]
            if len(found) <= most:
                return found
        return found[:: math.ceil(len(found) / most)]


def scale_of(values: Iterable[float], *, zero: bool = True) -> Scale:
    """Return a scale that holds all ``values``, with room at its ends; none of them may be below zero.

    It is logarithmic where they span more than a factor of twenty. An even one starts at zero, unless ``zero`` is
    False.
    """
    known = sorted(values)
    if not known:
        return Scale(0.0, 1.0, log=False)
    low, high = known[0], known[-1]
    if low > 0 and high / low > _WIDE:
        return Scale(low / 1.15, high * 1.15, log=True)
    margin = 0.06 * ((high - low) or abs(high) or 1.0)
    return Scale(0.0 if zero else low - margin, high + margin, log=False)


def named(value: float) -> str:
    """Return a tick as people read it."""
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:g}"


def _round_up(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next(n * size for n in _STEPS if n * size >= step * (1 - 1e-9))
