import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.estimate.experts import distinct_experts, fewest_experts


def test_by_hand() -> None:
    assert distinct_experts(256, 8, 1) == 8
    assert distinct_experts(256, 8, 2) == pytest.approx(256 - 248 * 248 / 256)
    assert distinct_experts(4, 4, 1) == 4
    assert fewest_experts(256, 8, 1) == 8
    assert fewest_experts(256, 8, 1000) == pytest.approx(0.6 * 256)


@given(st.integers(1, 1000), st.data(), st.integers(1, 100_000))
def test_between_one_token_and_all_experts(experts: int, data: st.DataObject, tokens: int) -> None:
    top_k = data.draw(st.integers(1, experts))
    distinct = distinct_experts(experts, top_k, tokens)
    assert top_k <= distinct + 1e-6
    assert distinct <= min(experts, top_k * tokens) * (1 + 1e-9)
    assert top_k <= fewest_experts(experts, top_k, tokens) <= max(distinct, top_k)
    assert math.isfinite(distinct)
