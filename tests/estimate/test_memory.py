import pytest

from kb.estimate import Load, NotCheckable, cards_needed, memory_fit, most_sequences, shortfalls
from tests.estimate import build
from tests.estimate.build import BF16, FP8, cards, deployment, hardware, quantization

LOAD = Load(1024, 256, batch=32, static=True)


def test_the_sum() -> None:
    pool = cards(4, tp=4)
    fit = memory_fit(deployment(build.LLAMA_70B, pool), pool, LOAD)
    kv = 32 * 1280 * 327_680 / 1e9
    assert fit.kv_gb == pytest.approx(kv)
    assert fit.needed_gb == pytest.approx(fit.weights_gb + kv + 4 * 2)
    assert fit.per_card_gb == pytest.approx(fit.needed_gb / 4)
    assert fit.capacity_gb == 320
    assert fit.fits
    assert [term.name for term in fit.terms] == ["weights", "context", "workspace", "capacity"]


def test_replicas_hold_the_weights_again() -> None:
    pool = cards(8, tp=4, dp=2)
    fit = memory_fit(deployment(build.LLAMA_70B, pool, weights=FP8), pool, LOAD)
    assert fit.cut.replicas == 2
    assert fit.needed_gb == pytest.approx(2 * fit.weights_gb + (fit.kv_gb or 0) + 16)
    assert "held 2 times" in fit.terms[0].formula


def test_without_a_load_only_weights_are_held() -> None:
    pool = cards(4)
    fit = memory_fit(deployment(build.LLAMA_70B, pool), pool, Load(concurrency=8))
    assert fit.kv_gb is None
    assert [term.name for term in fit.terms] == ["weights", "workspace", "capacity"]


def test_unknown_capacity_is_named() -> None:
    pool = cards(1, hardware("bare", memory={"bandwidth_gb_s": 100}))
    with pytest.raises(NotCheckable, match="memory of bare"):
        memory_fit(deployment(build.LLAMA_8B, pool), pool, LOAD)
    with pytest.raises(NotCheckable, match="memory of bare"):
        shortfalls(deployment(build.LLAMA_8B, pool))


def test_a_claim_is_granted_binary_gigabytes() -> None:
    # 671.0 GB of weights; 8 x 80 GB are 640 GB as marketed and 687 GB at most
    eight, seven = cards(8), cards(7)
    assert shortfalls(deployment(build.DEEPSEEK_R1, eight, weights=FP8)) == ()
    (short,) = shortfalls(deployment(build.DEEPSEEK_R1, seven, weights=FP8))
    assert short.weights_gb == pytest.approx(671.0, abs=0.1)
    assert short.marketed_gb == 560
    assert short.granted_gb == pytest.approx(601.3, abs=0.1)


def test_a_claim_is_granted_the_highest_capacity_that_a_source_gives() -> None:
    disputed = {"value": 64, "disputed": [{"value": 96, "why": "a device listing"}]}
    card = hardware(memory={"capacity_gb": disputed, "bandwidth_gb_s": 1000})
    assert shortfalls(deployment(build.LLAMA_70B, cards(2, card))) == ()
    assert len(shortfalls(deployment(build.LLAMA_70B, cards(1, card)))) == 1


def test_every_pool_must_hold_the_weights() -> None:
    short = shortfalls(deployment(build.LLAMA_70B, cards(1, role="prefill"), cards(4, role="decode")))
    assert [found.pool.role for found in short] == ["prefill"]


def test_weights_in_host_memory_are_not_judged() -> None:
    with pytest.raises(NotCheckable, match="host memory"):
        shortfalls(deployment(build.LLAMA_70B, cards(1), may_offload=True))


def test_most_sequences() -> None:
    pool = cards(4)
    here = deployment(build.LLAMA_70B, pool)
    room = (4 * 80 * 1.073741824 - 141.107) * 1e9
    most = most_sequences(here, pool, Load(1024, 256))
    assert most == pytest.approx(room / (1152 * 163_840), rel=1e-3)
    assert most_sequences(here, pool, Load(concurrency=5)) is None
    assert most_sequences(deployment(build.LLAMA_70B, pool, kv_cache="bf16"), pool, Load(1024, 256)) == pytest.approx(
        (most or 0) / 2
    )
    assert most_sequences(deployment(build.LLAMA_70B, cards(1)), cards(1), Load(1024)) == 0
    none = build.dense("none", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    assert most_sequences(deployment(none), cards(1), Load(10)) == float("inf")


def test_cards_needed() -> None:
    here = deployment(build.LLAMA_70B, weights=BF16)
    assert cards_needed(here, hardware(), Load()) == 2  # 141.1 GB / 78 GB
    assert cards_needed(here, hardware(), Load(1024, 256, batch=64)) == 3  # and 26.8 GB
    assert cards_needed(deployment(build.SMOL_135M), hardware(), Load()) == 1
    with pytest.raises(NotCheckable, match="no room"):
        cards_needed(here, hardware(memory={"capacity_gb": 1}), Load())


def test_weights_without_groups_still_have_a_size() -> None:
    lone = build.model(parameters={"total": 200_000_000_000})
    assert len(shortfalls(deployment(lone, cards(1)))) == 1
    narrow = quantization("q4", ("everything", "int4", 4.5))
    assert len(shortfalls(deployment(lone, cards(1), weights=narrow))) == 1
    assert shortfalls(deployment(lone, cards(2), weights=narrow)) == ()
