from typing import Any

import pytest

from kb.estimate import Load, NotCheckable, PrefillCeiling, prefill_ceiling
from kb.records import Hardware, Model
from tests.estimate import build
from tests.estimate.build import cards, deployment, full, hardware

LOAD = Load(1024, 256)
DENSE = deployment(build.LLAMA_70B, cards(8))
# two sums per layer of 8,192 values of one byte
PASSED_ON = 80 * 8192


def test_prefill_by_hand() -> None:
    ceiling = prefill_ceiling(DENSE, Load(1024, 256))
    per_token = 2 * (70_553_706_496 - 2 * 128256 * 8192) + 2 * 128256 * 8192 / 1024
    assert ceiling.flops_per_token == pytest.approx(per_token)
    assert ceiling.tok_s == pytest.approx(8 * 300e12 / per_token)
    assert prefill_ceiling(DENSE, Load()).tok_s > ceiling.tok_s
    assert [term.unit for term in ceiling.terms] == ["GFLOP", "TFLOPS", "tok/s", "tok/s"]
    assert [term.value for term in ceiling.terms] == pytest.approx(
        [per_token / 1e9, 2400, ceiling.tok_s, ceiling.tok_s]
    )
    assert ceiling.bound_by == "compute"


def test_prefill_needs_a_peak() -> None:
    with pytest.raises(NotCheckable, match="no compute peak of a-card"):
        prefill_ceiling(deployment(build.LLAMA_70B, cards(8, hardware(peak={}))), Load())
    with pytest.raises(NotCheckable, match="prefill pool"):
        prefill_ceiling(deployment(build.LLAMA_70B, cards(8, role="decode")), Load())


def _linked(per_direction_gb_s: Any, **fields: Any) -> Hardware:
    return hardware("linked", scale_up={"per_direction_gb_s": per_direction_gb_s}, **fields)


def _ceiling(count: int, card: Hardware, of: Model = build.LLAMA_70B, **parallelism: int) -> PrefillCeiling:
    return prefill_ceiling(deployment(of, cards(count, card, "serve", **parallelism)), LOAD)


@pytest.mark.parametrize(
    ("count", "said", "groups"),
    [(8, {"tp": 8}, 1), (8, {"tp": 4}, 2), (8, {"tp": 2, "pp": 4}, 4), (8, {"tp": 16}, 1), (2, {"tp": 2, "ep": 1}, 1)],
)
def test_ranks_must_pass_their_sums_on(count: int, said: dict[str, int], groups: int) -> None:
    slow = _ceiling(count, _linked(2), build.LLAMA_70B, **said)
    assert slow.bound_by == "link"
    assert slow.tok_s == pytest.approx(groups * 2e9 / PASSED_ON)
    (term,) = (term for term in slow.terms if term.name == "prefill by the link")
    assert term.value == slow.tok_s
    assert term.formula == (f"({groups} x 2 GB/s) / (1 sum x 80 layers x 8192 values of 1 byte), sent once")
    assert slow.terms[-1].value == slow.tok_s
    assert slow.terms[-1].formula == "the lowest of these, set by link"
    # a fast one does not bind, and is told nevertheless
    fast = _ceiling(count, _linked(300), build.LLAMA_70B, **said)
    assert fast.bound_by == "compute"
    assert fast.tok_s == pytest.approx(count * 300e12 / fast.flops_per_token)
    (term,) = (term for term in fast.terms if term.name == "prefill by the link")
    assert term.value == pytest.approx(groups * 300e9 / PASSED_ON)
    assert fast.terms[-1].formula == "the lowest of these, set by compute"


def test_a_disputed_link_is_granted_at_its_fastest() -> None:
    disputed = {"value": 2, "disputed": [{"value": 4, "why": "both directions?"}]}
    assert _ceiling(8, _linked(disputed), tp=8).tok_s == pytest.approx(4e9 / PASSED_ON)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (8, {}),
        (8, {"tp": 1}),
        (8, {"pp": 8}),
        (8, {"tp": 8, "dp": 8}),
        (8, {"tp": 4, "dp": 2}),
        (8, {"tp": 8, "ep": 8}),
    ],
)
def test_where_sums_need_not_be_passed_on_no_link_binds(count: int, said: dict[str, int]) -> None:
    found = _ceiling(count, _linked(0.001), build.LLAMA_70B, **said)
    assert found.bound_by == "compute"
    assert [term.name for term in found.terms] == [
        "operations per prompt token",
        "compute peak",
        "prefill by compute",
        "prefill ceiling",
    ]


def test_an_unknown_link_does_not_bind() -> None:
    host = hardware(scale_up={}, host_link={"per_direction_gb_s": 0.001})
    assert _ceiling(8, host, tp=8).bound_by == "compute"
    # one of two pools whose link is not known may pass on anything
    both = deployment(build.LLAMA_70B, cards(4, _linked(0.001), tp=4), cards(4, hardware(scale_up={}), tp=4))
    assert prefill_ceiling(both, LOAD).bound_by == "compute"
    known = deployment(build.LLAMA_70B, cards(4, _linked(2), tp=4), cards(4, _linked(1), tp=2))
    found = prefill_ceiling(known, LOAD)
    assert found.tok_s == pytest.approx((2e9 + 2 * 1e9) / PASSED_ON)
    assert "(1 x 2 GB/s + 2 x 1 GB/s)" in found.terms[3].formula


def test_cards_that_decode_pass_on_nothing_of_a_prompt() -> None:
    apart = deployment(build.LLAMA_70B, cards(8, _linked(2), "prefill", tp=8), cards(8, _linked(0.001), "decode", tp=8))
    assert prefill_ceiling(apart, LOAD).tok_s == pytest.approx(2e9 / PASSED_ON)


@pytest.mark.parametrize("without", ["hidden", "layers"])
def test_a_model_of_unknown_shape_is_bound_by_compute(without: str) -> None:
    stated = dict.fromkeys(("embedding", "output_head", "attention", "dense_mlp", "router", "norms"), 1000)
    shape: dict[str, Any] = {"layers": 1, "hidden": 8, "attention": [full(1, 1, 1, 8)]}
    del shape[without]
    assert _ceiling(8, _linked(1e-9), build.model(parameters=stated, **shape), tp=8).bound_by == "compute"
