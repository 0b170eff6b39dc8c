"""The range of a class: quantiles by hand, and a coverage that no group has a say in for itself."""

import numpy as np
import pytest

from kb import Corpus
from kb.calibration.left_out import hardware
from kb.calibration.observed import Observation
from kb.calibration.ranges import AIM, TAILS, Range, range_of, weighted_quantile, weights_by_cell
from tests.calibration.build import left_out, observations, row
from tests.estimate.build import about

CARDS = ("a100-sxm4-80gb", "h100-sxm5-80gb", "h200-sxm-141gb", "b200-sxm-180gb", "mi300x", "mi325x", "mi355x", "l40s")


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.125, 1), (0.3125, 1.5), (0.5, 2), (0.6875, 2.5), (0.875, 3), (1.0, 3)]
)
def test_a_quantile_stands_in_the_middle_of_each_weight(share: float, value: float) -> None:
    # In order 1, 2, 3 with weights 1, 2, 1 of 4: the middles stand at 1/8, 4/8 and 7/8.
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), share) == about(value)


def test_weights_that_double_change_nothing() -> None:
    values, weights = np.array([1.0, 5.0, 2.0, 8.0]), np.array([1.0, 0.5, 3.0, 2.0])
    assert weighted_quantile(values, 2 * weights, 0.4) == about(weighted_quantile(values, weights, 0.4))


def test_each_cell_weighs_the_same() -> None:
    assert weights_by_cell(["a", "b", "a", "a", "b"]).tolist() == [1 / 3, 1 / 2, 1 / 3, 1 / 3, 1 / 2]


def seen(corpus: Corpus, *cards: str) -> list[Observation]:
    return observations((row(hardware=card, locator=str(number)) for number, card in enumerate(cards)), corpus)


class TestFewGroups:
    """Nothing can be said of a group that is new, so the plain tenth is taken."""

    def test_one_group(self, corpus: Corpus) -> None:
        # One cell of five rows: the middles stand at 10 %, 30 % ... 90 %.
        found = range_of(left_out(seen(corpus, *["h100-sxm5-80gb"] * 5), [1.4, 0.7, 1.0, 0.8, 1.1]), hardware)
        assert found == Range(about(0.7), about(1.4), 1.0, 1)

    def test_two_groups_of_one_cell_each(self, corpus: Corpus) -> None:
        # Three rows of one card weigh as much as the one of the other: middles at 1/12, 3/12, 5/12 and 3/4.
        cards = seen(corpus, *["h100-sxm5-80gb"] * 3, "h200-sxm-141gb")
        found = range_of(left_out(cards, [1.0, 1.2, 1.4, 2.0]), hardware)
        assert found.fast == about(1.0 + 0.2 * (0.1 - 1 / 12) * 6)
        assert found.slow == about(2.0)
        # The first row lies below the tenth: 5/6 of the weight is within.
        assert found.coverage == about(5 / 6)
        assert found.groups == 2


class TestCoverage:
    """A group is held against ends that come from the others."""

    def test_one_that_differs_is_not_within(self, corpus: Corpus) -> None:
        found = range_of(left_out(seen(corpus, *CARDS[:3]), [1.0, 1.0, 5.0]), hardware)
        # Against 1 and 1 the third is out; against 1 and 5 the others are within. With a say, all would be within.
        assert found.coverage == about(2 / 3)
        assert (found.fast, found.slow) == (1.0, 5.0)
        assert found.groups == 3

    def test_it_is_the_coverage_of_groups_that_are_left_out(self, corpus: Corpus) -> None:
        cards = [card for card in CARDS for _ in range(3)]
        ratios = [0.8 + 0.05 * (7 * number % 24) for number in range(len(cards))]
        found = range_of(left_out(seen(corpus, *cards), ratios), hardware)
        tails = {tail: coverage(cards, ratios, tail) for tail in TAILS}
        nearest = min(abs(share - AIM) for share in tails.values())
        # Of those that come as near, the widest tail, which makes the narrowest range.
        tail = max(tail for tail, share in tails.items() if abs(share - AIM) == pytest.approx(nearest, abs=1e-12))
        assert found.coverage == about(tails[tail])
        weights = np.ones(len(ratios))
        assert found.fast == about(weighted_quantile(np.array(ratios), weights, tail))
        assert found.slow == about(weighted_quantile(np.array(ratios), weights, 1 - tail))

    def test_a_group_that_differs_much_makes_the_tail_thin(self, corpus: Corpus) -> None:
        cards = [card for card in CARDS for _ in range(2)]
        alike = [1.0 + 0.01 * (number % 5) for number in range(16)]
        apart = [1.0 + 0.1 * (number // 2) for number in range(16)]
        assert range_of(left_out(seen(corpus, *cards), apart), hardware).coverage <= 0.80
        one, other = (range_of(left_out(seen(corpus, *cards), ratios), hardware) for ratios in (alike, apart))
        assert other.slow / other.fast > one.slow / one.fast


def coverage(cards: list[str], ratios: list[float], tail: float) -> float:
    """Return the share of rows within the ends of the other cards; all cells have as many rows."""
    inside = 0
    for name in CARDS:
        others = np.array([ratio for card, ratio in zip(cards, ratios, strict=True) if card != name])
        fast, slow = (weighted_quantile(others, np.ones(len(others)), share) for share in (tail, 1 - tail))
        inside += sum(fast <= ratio <= slow for card, ratio in zip(cards, ratios, strict=True) if card == name)
    return inside / len(cards)


def test_tails_are_tried_from_wide_to_narrow() -> None:
    assert TAILS[0] == 0.13
    assert TAILS[-1] == 0.01
    assert list(TAILS) == sorted(TAILS, reverse=True)
