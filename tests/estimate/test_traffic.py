import pytest

from kb.estimate import NotCheckable, step_traffic
from kb.estimate.traffic import Layout, layout, readable
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment


@pytest.mark.parametrize(
    ("count", "said", "cut"),
    [
        (8, {}, Layout(8, 1, 8, 1)),
        (8, {"tp": 8}, Layout(8, 1, 8, 1)),
        (8, {"tp": 4}, Layout(8, 2, 4, 1)),
        (8, {"tp": 2, "pp": 2}, Layout(8, 2, 2, 2)),
        (8, {"pp": 2, "tp": 4}, Layout(8, 1, 4, 2)),
        (8, {"dp": 8}, Layout(8, 8, 1, 1)),
        (8, {"tp": 1, "ep": 8}, Layout(8, 1, 1, 1)),
        (8, {"tp": 8, "ep": 2}, Layout(8, 1, 8, 1)),
        # products that do not divide the cards say nothing: one replica over all of them
        (8, {"tp": 3}, Layout(8, 1, 3, 1)),
        (4, {"tp": 8}, Layout(4, 1, 4, 1)),
        (4, {"tp": 1, "pp": 8}, Layout(4, 4, 1, 1)),
    ],
)
def test_layout(count: int, said: dict[str, int], cut: Layout) -> None:
    assert layout(cards(count, None, "serve", **said)) == cut


def test_pipeline_stages_share_what_tensor_parallelism_leaves() -> None:
    assert layout(cards(8, pp=2)) == Layout(8, 1, 4, 2)


def test_a_step_by_hand() -> None:
    here = deployment(build.DEEPSEEK_R1, cards(16, tp=16), weights=FP8)
    moved = step_traffic(here, here.pools[0], 32, 1152.0)
    distinct = 256 * (1 - (1 - 8 / 256) ** 32)
    assert moved.distinct == pytest.approx(distinct)
    assert moved.expert_bytes == pytest.approx(58 * distinct * 3 * 7168 * 2048)
    # sixteen bits, and a copy of the latent on each of 16 ranks
    assert moved.kv_bytes == pytest.approx(32 * 1152 * 70_272 * 16)
    assert [term.name for term in moved.terms] == [
        "weights read by every step",
        "distinct experts per layer",
        "experts read per step",
        "context read per step",
        "operations per step",
    ]


def test_replicas_read_the_weights_again() -> None:
    one = deployment(build.LLAMA_8B, cards(8))
    two = deployment(build.LLAMA_8B, cards(8, tp=4))
    first, second = (step_traffic(d, d.pools[0], 8, 100.0) for d in (one, two))
    assert second.weight_bytes == 2 * first.weight_bytes
    assert "2 replicas" in second.terms[0].formula
    assert first.distinct is None


def test_each_replica_routes_its_own_tokens() -> None:
    here = deployment(build.MIXTRAL, cards(8, tp=4))
    moved = step_traffic(here, here.pools[0], 4, 0.0, drafted=1)
    assert moved.tokens == 8
    assert moved.distinct == pytest.approx(8 * (1 - (1 - 2 / 8) ** 4))


def test_what_cannot_be_read() -> None:
    with pytest.raises(NotCheckable, match="by group"):
        readable(deployment(build.model(parameters={"total": 10**9})))
