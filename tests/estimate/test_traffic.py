import dataclasses

import pytest

from kb.estimate import Deployment, NotCheckable, Traffic, step_traffic
from kb.estimate.traffic import traffic
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, plan, quantization


def test_a_step_by_hand() -> None:
    here = deployment(build.DEEPSEEK_R1, cards(16, tp=16), weights=FP8)
    moved = step_traffic(here, here.pools[0], 32, 1152.0)
    distinct = 256 * (1 - (1 - 8 / 256) ** 32)
    assert moved.distinct == pytest.approx(distinct)
    assert moved.expert_bytes == pytest.approx(58 * distinct * 3 * 7168 * 2048)
    # sixteen bits, and a copy of the latent on each of 16 ranks
    assert moved.kv_bytes == pytest.approx(32 * 1152 * 70_272 * 16)
    assert moved.bytes == moved.weight_bytes + moved.kv_bytes
    assert moved.flops == pytest.approx(2 * 32 * (37_552_297_472 - 129280 * 7168), rel=1e-3)
    assert [term.name for term in moved.terms] == [
        "attention weights",
        "dense feed-forward weights",
        "shared experts",
        "router",
        "norms",
        "output head",
        "distinct experts per layer",
        "routed experts",
        "context, latent",
        "operations per step",
    ]


def test_replicas_read_the_weights_again() -> None:
    one = deployment(build.LLAMA_8B, cards(8))
    two = deployment(build.LLAMA_8B, cards(8, tp=4))
    first, second = (step_traffic(d, d.pools[0], 8, 100.0) for d in (one, two))
    assert second.weight_bytes == 2 * first.weight_bytes
    assert "2 replicas" in second.terms[0].formula
    assert "replicas" not in first.terms[0].formula
    assert first.distinct is None
    assert first.expert_bytes == 0


def test_each_replica_routes_its_own_tokens() -> None:
    here = deployment(build.MIXTRAL, cards(8, tp=4))
    moved = step_traffic(dataclasses.replace(here, draft_tokens=1), here.pools[0], 4, 0.0)
    assert moved.tokens == 8
    assert moved.distinct == pytest.approx(8 * (1 - (1 - 2 / 8) ** 4))


def test_what_cannot_be_read() -> None:
    lone = plan(build.model(parameters={"total": 10**9}), cards(1))
    with pytest.raises(NotCheckable, match="by group"):
        traffic(lone, 1, 0.0)


def test_attention_that_runs_data_parallel_is_read_by_each_group() -> None:
    cut, whole = (
        step_traffic(here, here.pools[0], 8, 100.0)
        for here in (deployment(build.DEEPSEEK_R1, cards(8, tp=tp, ep=8), weights=FP8) for tp in (8, 1))
    )
    attention = 61 * (7168 * 1536 + 1536 * 128 * 192 + 7168 * (512 + 64) + 512 * 128 * (128 + 128) + 128 * 128 * 7168)
    assert whole.dense_bytes - cut.dense_bytes == pytest.approx(7 * attention)
    assert whole.terms[0].value * 1e9 == pytest.approx(8 * attention)
    assert whole.terms[0].formula.endswith("billion x 8 bits x 8 groups of ranks")
    # nor does a latent lie on every rank then
    assert cut.kv_bytes == pytest.approx(8 * whole.kv_bytes)
    assert "x 8 copies" in next(term.formula for term in cut.terms if term.name == "context, latent")


SPLIT = quantization("split", ("attention", "fp8", 8), ("routed_experts", "fp4", 4.25))


@pytest.mark.parametrize(
    "here",
    [
        deployment(build.LLAMA_8B, cards(2)),
        deployment(build.LLAMA_3B, cards(2)),
        deployment(build.MIXTRAL, cards(8, tp=4), weights=SPLIT),
        deployment(build.DEEPSEEK_R1, cards(8, tp=8, dp=8, ep=8), weights=FP8),
        deployment(build.V4_FLASH, cards(16, tp=8), weights=FP8, draft_tokens=2),
        deployment(build.QWEN_397B, cards(8), weights_gb=300.0),
        deployment(build.GPT_OSS, cards(1), weights=SPLIT),
    ],
    ids=lambda here: here.model.id,
)
def test_the_lines_make_the_bytes(here: Deployment) -> None:
    moved = step_traffic(here, here.pools[0], 24, 5000.0)
    values = {term.name: term.value for term in moved.terms}
    assert values.pop("operations per step") * 1e12 == pytest.approx(moved.flops)
    distinct = values.pop("distinct experts per layer", None)
    assert distinct == moved.distinct
    # one line for each kind of layers, some of the same name
    context = [term.value for term in moved.terms if term.name.startswith("context")]
    assert sum(context) * 1e9 == pytest.approx(moved.kv_bytes)
    values = {name: value for name, value in values.items() if not name.startswith("context")}
    assert values.pop("routed experts", 0.0) * 1e9 == pytest.approx(moved.expert_bytes)
    assert sum(values.values()) * 1e9 == pytest.approx(moved.dense_bytes)


def test_context_by_kind() -> None:
    here = deployment(build.QWEN_397B, cards(8))
    moved: Traffic = step_traffic(here, here.pools[0], 2, 1000.0)
    lines = {term.name: term for term in moved.terms if term.name.startswith("context")}
    # two heads on eight ranks are kept four times; a state is shared out, read and written back, in 32 bits
    assert lines["context, full"].value * 1e9 == pytest.approx(2 * 1000 * 30_720 * 4)
    assert lines["context, full"].formula == ("2 sequences x 122.9 MB: 15 layers at 1000 tokens and 16 bits x 4 copies")
    assert lines["context, linear"].value * 1e9 == pytest.approx(2 * 45 * 1_048_576 * 4 * 2)
    assert lines["context, linear"].formula == "2 sequences x 377.5 MB: 45 layers at 1000 tokens"


def test_the_head_is_tied_or_not() -> None:
    def head(here: Deployment) -> str:
        moved = step_traffic(here, here.pools[0], 1, 0.0)
        return next(term.formula for term in moved.terms if term.name == "output head")

    assert head(deployment(build.LLAMA_3B)) == "one product per token, tied to the embedding"
    assert head(deployment(build.LLAMA_8B)) == "one product per token; the embedding is looked up, not read"
