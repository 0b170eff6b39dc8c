"""The left-out errors of a class as a distribution: its rows counted in bins of equal factors, and where they lie."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.estimate.calibrated import ClassError, calibration
from kb.estimate.left_out_ratios import Timed, left_out_ratios

# Eight bins to a doubling: each is 9 % wide, and 1, one half and two are edges.
PER_DOUBLING = 8


@dataclass(frozen=True, slots=True)
class Spread:
    """A class with measured over estimated time of each of its left-out rows, from the fastest to the slowest."""

    error: ClassError
    ratios: tuple[float, ...]

    @property
    def bins(self) -> Counter[int]:
        """Return how many rows each bin has; bin ``n`` is from ``edge(n)`` to below ``edge(n + 1)``."""
        return Counter(bin_of(ratio) for ratio in self.ratios)

    def quantile(self, share: float) -> float:
        """Return the ratio that ``share`` of the rows stay below, between neighbours by straight line."""
        place = share * (len(self.ratios) - 1)
        low = math.floor(place)
        high = min(low + 1, len(self.ratios) - 1)
        return self.ratios[low] + (place - low) * (self.ratios[high] - self.ratios[low])


def spreads(timed: Timed) -> tuple[Spread, ...]:
    """Return all classes whose left-out rows say how long ``timed`` took, in the order of the calibration."""
    classes: Mapping[str, ClassError] = calibration().classes if timed == "step" else calibration().first_token
    found = (Spread(error, left_out_ratios().of(timed, name)) for name, error in classes.items())
    return tuple(one for one in found if one.ratios)


def edge(number: int) -> float:
    """Return the lower edge of a bin, as measured over estimated time."""
    return float(2 ** (number / PER_DOUBLING))


def bin_of(ratio: float) -> int:
    """Return the number of the bin that a ratio is in."""
    return math.floor(math.log2(ratio) * PER_DOUBLING)


def all_bins(found: Iterable[Spread]) -> range:
    """Return the numbers of the bins from the first to the last that any class has rows in."""
    numbers = [number for one in found for number in one.bins]
    return range(min(numbers), max(numbers) + 1) if numbers else range(0)
