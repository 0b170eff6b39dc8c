"""Where a value stands on an axis, and which values are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.plots.scale import Scale, named, scale_of

positive = st.floats(1e-3, 1e9)


@given(st.lists(positive, min_size=1, max_size=20), st.booleans())
def test_a_scale_holds_its_values_and_its_ticks(values: list[float], zero: bool) -> None:
    scale = scale_of(values, zero=zero)
    assert scale.log == (max(values) / min(values) > 20)
    for value in (*values, *scale.ticks()):
        assert -1e-6 <= scale.place(value) <= 1 + 1e-6
    assert 1 <= len(scale.ticks(8)) <= 9


@given(st.lists(positive, min_size=2, max_size=20))
def test_order_is_kept(values: list[float]) -> None:
    scale = scale_of(values)
    places = [scale.place(value) for value in sorted(values)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("low", "high", "log", "ticks"),
    [
        (0, 100, False, [0, 20, 40, 60, 80, 100]),
        (0, 7.1, False, [0, 2, 4, 6]),
        (27, 70, False, [30, 40, 50, 60, 70]),
        (9, 1100, True, [10, 20, 50, 100, 200, 500, 1000]),
        (0.5, 2e6, True, [1, 10, 100, 1000, 10000, 100000, 1000000]),
    ],
)
def test_ticks_are_round(low: float, high: float, log: bool, ticks: list[float]) -> None:
    assert Scale(low, high, log).ticks(8) == pytest.approx(ticks)


def test_an_axis_of_nothing_and_of_one_value() -> None:
    assert scale_of([]) == Scale(0, 1, log=False)
    one = scale_of([5.0], zero=False)
    assert one.place(5.0) == pytest.approx(0.5)
    assert scale_of([0.0]).high > 0


@pytest.mark.parametrize(("value", "text"), [(1234.4, "1,234"), (50, "50"), (1.5, "1.5"), (0.25, "0.25"), (2.0, "2")])
def test_names(value: float, text: str) -> None:
    assert named(value) == text
