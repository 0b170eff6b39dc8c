import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.estimate.layout import Layout, layout
from tests.estimate.build import cards


@pytest.mark.parametrize(
    ("count", "said", "cut"),
    [
        (8, {}, Layout(8, 1, 8, 1)),
        (8, {"tp": 8}, Layout(8, 1, 8, 1)),
        (8, {"tp": 4}, Layout(8, 2, 4, 1)),
        (8, {"tp": 2, "pp": 2}, Layout(8, 2, 2, 2)),
        (8, {"pp": 2, "tp": 4}, Layout(8, 1, 4, 2)),
        (8, {"dp": 8}, Layout(8, 8, 1, 1)),
        (8, {"tp": 4, "dp": 2}, Layout(8, 2, 4, 1)),
        (8, {"tp": 1, "ep": 8}, Layout(8, 1, 1, 1)),
        (8, {"tp": 8, "ep": 2}, Layout(8, 1, 8, 1)),
        (8, {"ep": 8}, Layout(8, 1, 8, 1)),
        (8, {"tp": 2, "ep": 4}, Layout(8, 2, 2, 1)),
        # attention runs data parallel, and its ranks are counted as tensor parallel ones too
        (8, {"tp": 8, "dp": 8, "ep": 8}, Layout(8, 1, 1, 1)),
        (8, {"tp": 8, "dp": 8}, Layout(8, 1, 1, 1)),
        (8, {"tp": 8, "dp": 2}, Layout(8, 1, 4, 1)),
        (16, {"tp": 8, "dp": 4}, Layout(16, 2, 4, 1)),
        (16, {"tp": 8, "dp": 2}, Layout(16, 2, 8, 1)),
        # three groups of attention do not divide eight ranks: what they are is not said
        (8, {"tp": 8, "dp": 3}, Layout(8, 1, 8, 1)),
        # products that do not divide the cards say nothing: one replica over all of them
        (8, {"tp": 3}, Layout(8, 1, 3, 1)),
        (8, {"dp": 3}, Layout(8, 1, 8, 1)),
        (8, {"dp": 16}, Layout(8, 1, 8, 1)),
        (4, {"tp": 8}, Layout(4, 1, 4, 1)),
        (4, {"tp": 1, "pp": 8}, Layout(4, 4, 1, 1)),
        (4, {"tp": 1, "ep": 8}, Layout(4, 1, 1, 1)),
        (8, {"pp": 4, "dp": 4}, Layout(8, 1, 2, 4)),
        # no more ranks cut the attention of a stage than it has
        (8, {"tp": 4, "pp": 4}, Layout(8, 1, 2, 4)),
    ],
)
def test_layout(count: int, said: dict[str, int], cut: Layout) -> None:
    assert layout(cards(count, None, "serve", **said)) == cut


def test_pipeline_stages_share_what_tensor_parallelism_leaves() -> None:
    assert layout(cards(8, pp=2)) == Layout(8, 1, 4, 2)


def test_both_ways_to_count_data_parallel_attention_mean_one_thing() -> None:
    overlapping, plain = layout(cards(8, tp=8, dp=8, ep=8)), layout(cards(8, tp=1, ep=8))
    assert overlapping == plain
    assert (plain.replicas, plain.per_replica, plain.ranks, plain.attention_groups) == (1, 8, 8, 8)


@pytest.mark.parametrize(
    ("cut", "per_replica", "ranks", "groups"),
    [
        (Layout(8, 1, 8, 1), 8, 8, 1),
        (Layout(8, 2, 4, 1), 4, 4, 1),
        (Layout(16, 2, 4, 2), 8, 4, 1),
        (Layout(16, 1, 2, 2), 16, 8, 4),
        (Layout(1, 1, 1, 1), 1, 1, 1),
    ],
)
def test_what_follows_from_a_layout(cut: Layout, per_replica: int, ranks: int, groups: int) -> None:
    assert (cut.per_replica, cut.ranks, cut.attention_groups) == (per_replica, ranks, groups)


NUMBER = st.none() | st.integers(1, 64)


@given(st.integers(1, 64), NUMBER, NUMBER, NUMBER, NUMBER)
def test_a_layout_uses_no_card_twice(
    count: int, tp: int | None, pp: int | None, ep: int | None, dp: int | None
) -> None:
    said = {name: number for name, number in (("tp", tp), ("pp", pp), ("ep", ep), ("dp", dp)) if number is not None}
    cut = layout(cards(count, None, "serve", **said))
    assert cut.cards == count == cut.replicas * cut.per_replica
    assert 1 <= cut.ranks * cut.pp <= cut.per_replica
    assert 1 <= cut.tp <= cut.ranks
    assert 1 <= cut.attention_groups * cut.tp <= cut.ranks
