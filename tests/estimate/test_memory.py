import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.estimate import (
    Load,
    MemoryFit,
    NotCheckable,
    Plan,
    Term,
    cards_needed,
    granted_room,
    memory_fit,
    sequences_running,
    shortfalls,
)
from kb.estimate.memory import LONGEST_CONTEXT
from kb.records import Model
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, hardware, plan, quantization

LOAD = Load(1024, 256, batch=32, static=True)


def test_the_sum() -> None:
    fit = memory_fit(plan(build.LLAMA_70B, cards(4, tp=4)), LOAD)
    kv = 32 * 1280 * 327_680 / 1e9
    assert fit.kv_gb == pytest.approx(kv)
    assert fit.needed_gb == pytest.approx(fit.weights_gb + kv + 4 * 2)
    assert fit.per_card_gb == pytest.approx(fit.needed_gb / 4)
    assert fit.capacity_gb == 320
    assert fit.fits
    assert [term.name for term in fit.terms] == ["weights", "weights per card", "context", "workspace", "capacity"]
    assert [term.value for term in fit.terms] == pytest.approx([141.107, 141.107 / 4, kv, 8, 320], rel=1e-4)
    assert fit.room_gb == pytest.approx(4 * (80 - 2) - fit.weights_gb)


def test_replicas_hold_the_weights_again() -> None:
    fit = memory_fit(plan(build.LLAMA_70B, cards(8, tp=4, dp=2), FP8), LOAD)
    assert fit.plan.cut.replicas == 2
    assert fit.needed_gb == pytest.approx(2 * fit.weights_gb + (fit.kv_gb or 0) + 16)
    assert "held 2 times" in fit.terms[0].formula


def test_without_a_load_only_weights_are_held() -> None:
    fit = memory_fit(plan(build.LLAMA_70B, cards(4)), Load(concurrency=8))
    assert fit.kv_gb is None
    assert fit.needed_gb == pytest.approx(fit.weights_gb + 4 * 2)
    assert [term.name for term in fit.terms] == ["weights", "weights per card", "workspace", "capacity"]
    assert (fit.largest_batch, fit.largest_context) == (None, None)
    assert memory_fit(plan(build.LLAMA_70B, cards(4)), Load(1000)).kv_gb is None


def test_unknown_capacity_is_named() -> None:
    pool = cards(1, hardware("bare", memory={"bandwidth_gb_s": 100}))
    with pytest.raises(NotCheckable, match="memory of bare"):
        memory_fit(plan(build.LLAMA_8B, pool), LOAD)
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


def test_granted_room() -> None:
    pool = cards(4)
    here = deployment(build.LLAMA_70B, pool)
    room = (4 * 80 * 1.073741824 - 141.107) * 1e9
    found = granted_room(here, pool, Load(1024, 256))
    assert found is not None
    assert found.sequences == pytest.approx(room / (1152 * 163_840), rel=1e-3)
    # the lines make the figure
    granted, weights, each = found.terms
    assert [term.unit for term in found.terms] == ["GB", "GB", "MB"]
    assert (granted.value - weights.value) * 1e3 / each.value == pytest.approx(found.sequences)
    assert granted.value == pytest.approx(4 * 80 * 1.073741824)
    assert each.value == pytest.approx(1152 * 163_840 / 1e6)
    assert granted_room(here, pool, Load(concurrency=5)) is None
    wide = granted_room(deployment(build.LLAMA_70B, pool, kv_cache="bf16"), pool, Load(1024, 256))
    assert wide is not None
    assert wide.sequences == pytest.approx(found.sequences / 2)
    tight = granted_room(deployment(build.LLAMA_70B, cards(1)), cards(1), Load(1024))
    assert tight is not None
    assert tight.sequences == 0
    none = build.dense("none", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    endless = granted_room(deployment(none), cards(1), Load(10))
    assert endless is not None
    assert endless.sequences == float("inf")


def test_cards_needed() -> None:
    here = plan(build.LLAMA_70B, cards(1))
    assert cards_needed(here, Load()) == 2  # 141.1 GB / 78 GB
    assert cards_needed(here, Load(1024, 256, batch=64)) == 3  # and 26.8 GB
    assert cards_needed(plan(build.SMOL_135M, cards(1)), Load()) == 1
    # context counts in the format that it is kept in, and once, however many ranks there are
    assert cards_needed(plan(build.LLAMA_70B, cards(1), kv_cache="fp8"), Load(1024, 256, batch=64)) == 2
    assert cards_needed(plan(build.DEEPSEEK_R1, cards(16), FP8), Load(1024, 256, batch=64)) == 9  # 676.8 GB
    assert cards_needed(plan(build.LLAMA_70B, cards(1), weights_gb=160), Load()) == 3
    with pytest.raises(NotCheckable, match="no room"):
        cards_needed(plan(build.LLAMA_70B, cards(1, hardware(memory={"capacity_gb": 1}))), Load())


def test_weights_without_groups_still_have_a_size() -> None:
    lone = build.model(parameters={"total": 200_000_000_000})
    assert len(shortfalls(deployment(lone, cards(1)))) == 1
    narrow = quantization("q4", ("everything", "int4", 4.5))
    assert len(shortfalls(deployment(lone, cards(1), weights=narrow))) == 1
    assert shortfalls(deployment(lone, cards(2), weights=narrow)) == ()


def test_how_the_weights_are_cut_is_said() -> None:
    def cut(**said: int) -> Term:
        fit = memory_fit(plan(build.QWEN_235B, cards(8, None, "serve", **said), FP8), LOAD)
        (term,) = (term for term in fit.terms if term.name == "weights per card")
        assert term.value == fit.weights_per_card_gb
        return term

    attention = 94 * (2 * 4096 * 8192 + 2 * 4096 * 512) / 1e9
    rest = (2 * 151936 * 4096 + 94 * 4096 * 128 + 189 * 4096 + 94 * 128 * 3 * 4096 * 1536) / 1e9
    for said, words, gigabytes in (
        ({"tp": 8}, "235.1 GB over 8 ranks", (attention + rest) / 8),
        ({"tp": 4, "pp": 2}, "235.1 GB over 4 ranks and 2 stages", (attention + rest) / 8),
        ({"tp": 1, "pp": 8}, "235.1 GB over 8 stages", (attention + rest) / 8),
        ({"dp": 8}, "235.1 GB over one card", attention + rest),
        ({"tp": 8, "dp": 8, "ep": 8}, "235.1 GB over 8 ranks, attention 8 times", attention + rest / 8),
    ):
        term = cut(**said)
        assert term.formula == words
        assert term.value == pytest.approx(gigabytes)


def test_attention_that_runs_data_parallel_holds_less_context() -> None:
    cut, whole = (memory_fit(plan(build.DEEPSEEK_R1, cards(16, tp=tp, ep=16), FP8), LOAD) for tp in (16, 1))
    each = 1280 * 61 * 576 * 2
    assert whole.kv_gb == pytest.approx(32 * each / 1e9)
    assert cut.kv_gb == pytest.approx(16 * 32 * each / 1e9)
    assert "copies on 16 ranks included" in cut.terms[2].formula
    assert whole.weights_gb == cut.weights_gb
    assert whole.weights_per_card_gb > cut.weights_per_card_gb
    assert whole.per_card_gb == pytest.approx(whole.weights_per_card_gb + 32 * each / 16 / 1e9 + 2)


def test_what_has_room_by_hand() -> None:
    fit = memory_fit(plan(build.LLAMA_70B, cards(4, tp=4)), LOAD)
    room = (4 * 78 - 141.10741) * 1e9
    assert fit.room_gb * 1e9 == pytest.approx(room)
    assert fit.largest_batch == int(room / (1280 * 327_680)) == 407
    assert fit.largest_context == int(room / 32 / 327_680) == 16_297


def test_what_has_room_ends_at_the_context_of_the_model() -> None:
    limited = build.dense("limited", 80, 8192, 64, 8, 128, 28672, 128256, context_tokens=8192)
    assert memory_fit(plan(limited, cards(4, tp=4)), LOAD).largest_context == 8192
    disputed = {"value": 8192, "disputed": [{"value": 16384, "why": "the card of the model"}]}
    generous = build.dense("generous", 80, 8192, 64, 8, 128, 28672, 128256, context_tokens=disputed)
    assert memory_fit(plan(generous, cards(4, tp=4)), LOAD).largest_context == 16_297
    assert memory_fit(plan(generous, cards(4, tp=4)), Load(10, 10, batch=1)).largest_context == 16_384


def test_what_keeps_no_context_is_limited_by_nothing() -> None:
    none = build.dense("none", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    fit = memory_fit(plan(none, cards(1)), LOAD)
    assert fit.kv_gb == 0
    assert fit.largest_batch is None
    assert fit.largest_context == LONGEST_CONTEXT
    nobody = memory_fit(plan(build.LLAMA_8B, cards(1)), Load(10, 10, batch=0))
    assert nobody.largest_context is None


def test_windows_that_are_full_leave_room_for_more() -> None:
    # five of 34 layers keep all tokens, the others 1,024 of them
    fit = memory_fit(plan(build.GEMMA_3_4B, cards(1)), Load(1024, 256, batch=100, static=True))
    each = 2 * 4 * 256 * 2
    room = fit.room_gb * 1e9 / 100
    assert fit.largest_context == int((room - 29 * 1024 * each) / (5 * each))


def test_without_room_for_the_weights_there_is_room_for_nothing() -> None:
    fit = memory_fit(plan(build.LLAMA_70B, cards(1)), LOAD)
    assert not fit.fits
    assert (fit.room_gb, fit.largest_batch, fit.largest_context) == (0, 0, 0)
    # a state that nobody can keep is no context of no tokens either
    hybrid = memory_fit(plan(build.QWEN_397B, cards(8), FP8), Load(10, 10, batch=10**6, static=True))
    assert (hybrid.fits, hybrid.largest_context) == (False, 0)


MODELS = st.sampled_from(
    [
        build.LLAMA_8B,
        build.LLAMA_70B,
        build.GEMMA_3_4B,
        build.MAVERICK,
        build.DEEPSEEK_R1,
        build.GLM_5,
        build.GPT_OSS,
        build.V4_FLASH,
        build.QWEN_397B,
    ]
)
SAID = st.sampled_from([{}, {"tp": 8}, {"tp": 4, "pp": 2}, {"tp": 8, "dp": 8, "ep": 8}, {"tp": 2, "dp": 4}])
CARD = hardware(memory={"capacity_gb": 288, "bandwidth_gb_s": 8000})


def _fit(here: Plan, tokens: int, batch: int) -> MemoryFit:
    return memory_fit(here, Load(tokens, 0, batch=batch, static=True))


@given(MODELS, SAID, st.integers(1, 4096), st.integers(1, 200_000))
def test_the_largest_batch_fits_and_one_more_does_not(of: Model, said: dict[str, int], batch: int, tokens: int) -> None:
    here = plan(of, cards(8, CARD, "serve", **said), FP8)
    fit = _fit(here, tokens, batch)
    most = fit.largest_batch
    assert most is not None
    assert (most >= batch) is fit.fits
    if most:
        assert _fit(here, tokens, most).per_card_gb <= 288 * (1 + 1e-12)
    assert not _fit(here, tokens, most + 1).fits


@given(MODELS, SAID, st.integers(1, 4096))
def test_the_longest_context_fits_and_one_token_more_does_not(of: Model, said: dict[str, int], batch: int) -> None:
    here = plan(of, cards(8, CARD, "serve", **said), FP8)
    most = _fit(here, 1, batch).largest_context
    assert most is not None
    if most:
        assert _fit(here, most, batch).per_card_gb <= 288 * (1 + 1e-12)
    if most < LONGEST_CONTEXT:
        # compressed entries are shared by up to 128 tokens, so a token more weighs a few bytes only
        assert _fit(here, most + 1, batch).per_card_gb >= 288 * (1 - 1e-12)


def test_sequences_running() -> None:
    here = plan(build.LLAMA_70B, cards(4, tp=4))
    room = 0.9 * (4 * 78 - 141.10741) * 1e9
    serving = Load(8192, 1024, concurrency=64, serving=True)
    assert sequences_running(here, serving) == pytest.approx(room / (8704 * 327_680))
    assert sequences_running(here, dataclasses.replace(serving, concurrency=8)) == 8
    # stated, not planned
    assert sequences_running(here, Load(8192, 1024, batch=64, static=True)) == 64
    assert sequences_running(here, Load(concurrency=64)) == 64
    with pytest.raises(NotCheckable, match="neither batch nor concurrency"):
        sequences_running(here, Load(10, 10))


def test_nothing_runs_where_the_weights_have_no_room() -> None:
    one = plan(build.LLAMA_70B, cards(1))
    for load in (Load(10, 10, batch=1, static=True), Load(batch=1), Load(10, 10, concurrency=1)):
        assert sequences_running(one, load) == 0
    # 79 of 80 GB: no room is planned for, but what was measured ran
    tight = plan(build.LLAMA_8B, cards(1), weights_gb=79)
    assert sequences_running(tight, Load(10, 10, concurrency=1)) == 0
    assert sequences_running(tight, Load(10, 10, batch=1, static=True)) == 1
    unknown = plan(build.LLAMA_70B, cards(1, hardware(memory={"bandwidth_gb_s": 1000})))
    assert sequences_running(unknown, Load(10, 10, concurrency=7)) == 7
