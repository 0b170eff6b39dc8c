"""Finding the figure that is off by a factor. No rule.

Figures that belong together are held against bounds wide enough for everything that was ever built. When
bounds are broken, each figure is tried with a factor of 1000 or 8 taken out; a figure whose repair
mends every broken bound, and breaks no other, is a likely slip. Where no single repair helps, nothing is said:
the figures may be strange, but not by a slip of the unit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kb.checks.consistency.figures import show
from kb.checks.finding import Problem

# The factor that the figure is too large by, and how it comes about.
FACTORS: tuple[tuple[float, str], ...] = (
    (1000, "1000 times too large"),
    (1 / 1000, "1000 times too small"),
    (8, "8 times too large"),
    (1 / 8, "8 times too small"),
)
Figures = dict[str, float]


class Bound(NamedTuple):
    """What a function of some figures must lie between; it is left out when one of them is unknown."""

    what: str
    of: tuple[str, ...]
    low: float
    high: float
    term: Callable[..., float]

    def holds(self, figures: Mapping[str, float]) -> bool:
        """Tell whether the figures keep the bound, or cannot break it."""
        for name in self.of:
            if name not in figures:
                return True
        return self.low <= self.term(*[figures[name] for name in self.of]) <= self.high

    def value(self, figures: Mapping[str, float]) -> float:
        """Return the term."""
        return self.term(*[figures[name] for name in self.of])


def within(name: str, low: float, high: float) -> Bound:
    """Return the bound of one figure by itself."""
    return Bound(name, (name,), low, high, lambda figure: figure)


def ratio(over: str, under: str, low: float, high: float) -> Bound:
    """Return the bound of one figure over another."""
    return Bound(f"{over} over {under}", (over, under), low, high, lambda a, b: a / b)


@dataclass(frozen=True)
class Slip:
    """A figure that a factor out of it would bring into line, with the bounds that say so."""

    figure: str
    value: float
    factor: float
    how: str
    broken: tuple[Bound, ...]


def find_slips(figures: Figures, bounds: Iterable[Bound]) -> list[Slip]:
    """Return the figures that are each, alone, a factor away from keeping all bounds.

    Args:
        figures: what is known, above zero.
        bounds: what they must keep.
    """
    bounds = tuple(bounds)
    broken = tuple(bound for bound in bounds if not bound.holds(figures))
    if not broken:
        return []
    concerned = sorted({name for bound in broken for name in bound.of})
    found = []
    for name in concerned:
        for factor, how in FACTORS:
            mended = {**figures, name: figures[name] / factor}
            if all(bound.holds(mended) for bound in bounds):
                found.append(Slip(name, figures[name], factor, how, broken))
                break
    return found


def problems(slips: Sequence[Slip], figures: Figures, under: str) -> Iterable[Problem]:
    """Yield one problem for slips of which any one would explain the broken bounds; paths begin at ``under``."""
    if not slips:
        return
    first, others = slips[0], slips[1:]
    bound = first.broken[0]
    value = bound.value(figures)
    message = f"{first.figure} of {show(first.value)} looks {first.how}"
    if others:
        message += ", or " + ", or ".join(f"{s.figure} of {show(s.value)} {s.how}" for s in others)
    expected = f"{show(bound.low)} to {show(bound.high)}"
    message += f": {bound.what} is {show(value)}, where {expected} is possible"
    data: dict[str, Any] = {"figure": first.figure, "value": first.value, "factor": first.factor}
    data |= {"check": bound.what, "found": value, "low": bound.low, "high": bound.high}
    hint = f"check the unit at the source; {show(first.value / first.factor)} would fit"
    yield Problem(under + first.figure, message, hint, data)
