"""The range that is said to hold eight of ten runs, from the errors on left-out rows, and whether it does."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.calibration.fit import Numbers
from kb.calibration.left_out import Key, LeftOut

AIM = 0.80
# Tails tried from wide to narrow; a group that is new differs more from the others than they among themselves, so the
# tail that covers eight of ten new groups is thinner than a tenth.
TAILS = tuple(round(0.005 * step, 3) for step in range(26, 1, -1))
# Below so many groups nothing can be said of a group that is new, and the plain tenth is taken.
FEWEST_GROUPS = 3


@dataclass(frozen=True)
class Range:
    """Measured over estimated time at both ends, and the share of left-out cells between such ends."""

    fast: float
    slow: float
    coverage: float
    groups: int


def weights_by_cell(cells: Sequence[Hashable]) -> Numbers:
    """Return one weight per row, the same in all for each cell."""
    counts = Counter(cells)
    return np.array([1 / counts[cell] for cell in cells])


def weighted_quantile(values: Numbers, weights: Numbers, share: float) -> float:
    """Return the value below which ``share`` of the weight lies, between neighbours by straight line."""
    order = np.argsort(values, kind="stable")
    ordered, own = values[order], weights[order]
    position = (np.cumsum(own) - own / 2) / np.sum(own)
    return float(np.interp(share, position, ordered))


def range_of(left_out: LeftOut, group: Key) -> Range:
    """Return the range of a class from its left-out rows.

    ``coverage`` is honest: the ends that a group is held against come from the other groups only. The tail is the one
    whose coverage comes nearest to eight of ten.
    """
    ratio = left_out.measured / left_out.estimated
    weights = weights_by_cell(left_out.cells)
    groups = np.array([str(group(row)) for row in left_out.rows])
    names = sorted(set(groups.tolist()))
    if len(names) < FEWEST_GROUPS:
        return Range(*_ends(ratio, weights, 0.1), _inside(ratio, weights, *_ends(ratio, weights, 0.1)), len(names))
    best = min(TAILS, key=lambda tail: (abs(_coverage(ratio, weights, groups, names, tail) - AIM), -tail))
    covered = _coverage(ratio, weights, groups, names, best)
    return Range(*_ends(ratio, weights, best), covered, len(names))


def _ends(ratio: Numbers, weights: Numbers, tail: float) -> tuple[float, float]:
    return weighted_quantile(ratio, weights, tail), weighted_quantile(ratio, weights, 1 - tail)


def _inside(ratio: Numbers, weights: Numbers, fast: float, slow: float) -> float:
    return float(np.sum(weights[(ratio >= fast) & (ratio <= slow)]) / np.sum(weights))


def _coverage(ratio: Numbers, weights: Numbers, groups: Numbers, names: list[str], tail: float) -> float:
    held = 0.0
    for name in names:
        mine = groups == name
        fast, slow = _ends(ratio[~mine], weights[~mine], tail)
        inside = (ratio[mine] >= fast) & (ratio[mine] <= slow)
        held += float(np.sum(weights[mine][inside]))
    return held / float(np.sum(weights))
