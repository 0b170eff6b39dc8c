"""What must hold of any shape: more of anything that helps never hurts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.estimate import (
    Deployment,
    Load,
    Plan,
    decode_ceiling,
    expected_decode,
    memory_fit,
    prefill_ceiling,
    step_traffic,
)
from kb.estimate.calibrated import calibration
from kb.estimate.first_token import first_token
from kb.estimate.step_time import step_seconds
from kb.records import Hardware, Model
from tests.estimate import build
from tests.estimate.build import BF16, FP8, cards, deployment, hardware

MODELS = st.sampled_from(
    [build.LLAMA_8B, build.MIXTRAL, build.DEEPSEEK_R1, build.GPT_OSS, build.V4_FLASH, build.QWEN_397B, build.GEMMA_3_4B]
)
WEIGHTS = st.sampled_from([BF16, FP8])
COUNT = st.integers(1, 512)
BATCH = st.integers(1, 4096)
TOKENS = st.integers(0, 100_000)


def _deployment(of: Model, weights: object, count: int, drafted: int = 0) -> Deployment:
    assert weights in (BF16, FP8)
    chosen = FP8 if weights is FP8 else BF16
    return deployment(of, cards(count), weights=chosen, draft_tokens=drafted, speculates=drafted > 0)


def _static(tokens: int, batch: int) -> Load:
    return Load(tokens, 256, batch=batch, static=True)


@given(MODELS, WEIGHTS, COUNT, BATCH, BATCH, TOKENS)
def test_more_sequences_never_lower_the_ceiling(
    of: Model, weights: object, count: int, batch: int, more: int, tokens: int
) -> None:
    here = _deployment(of, weights, count)
    low = decode_ceiling(here, _static(tokens, batch)).tok_s
    assert decode_ceiling(here, _static(tokens, batch + more)).tok_s >= low * (1 - 1e-9)


@given(MODELS, WEIGHTS, COUNT, COUNT, BATCH, TOKENS)
def test_more_cards_never_lower_a_ceiling(
    of: Model, weights: object, count: int, more: int, batch: int, tokens: int
) -> None:
    few, many = _deployment(of, weights, count), _deployment(of, weights, count + more)
    load = _static(tokens, batch)
    assert decode_ceiling(many, load).tok_s >= decode_ceiling(few, load).tok_s * (1 - 1e-9)
    assert prefill_ceiling(many, load).tok_s >= prefill_ceiling(few, load).tok_s * (1 - 1e-9)


@given(MODELS, WEIGHTS, COUNT, BATCH, TOKENS, st.integers(1, 8))
def test_drafting_never_lowers_the_ceiling(
    of: Model, weights: object, count: int, batch: int, tokens: int, drafted: int
) -> None:
    load = _static(tokens, batch)
    plain = decode_ceiling(_deployment(of, weights, count), load).tok_s
    assert decode_ceiling(_deployment(of, weights, count, drafted), load).tok_s >= plain * (1 - 1e-9)


@given(MODELS, WEIGHTS, COUNT, BATCH, TOKENS)
def test_bounds_stand_in_order(of: Model, weights: object, count: int, batch: int, tokens: int) -> None:
    here = _deployment(of, weights, count)
    ceiling = decode_ceiling(here, _static(tokens, batch))
    assert 0 < ceiling.tok_s <= ceiling.absolute_tok_s


@given(MODELS, WEIGHTS, COUNT, BATCH, TOKENS, TOKENS)
def test_bytes_are_never_negative_and_grow_with_the_context(
    of: Model, weights: object, count: int, batch: int, tokens: int, more: int
) -> None:
    here = _deployment(of, weights, count)
    pool = here.pools[0]
    short, long = (step_traffic(here, pool, batch, float(length)) for length in (tokens, tokens + more))
    assert 0 < short.weight_bytes == long.weight_bytes
    assert 0 <= short.kv_bytes <= long.kv_bytes * (1 + 1e-9)
    assert short.bytes == short.weight_bytes + short.kv_bytes
    fit = memory_fit(Plan(here, pool), _static(tokens, batch))
    assert fit.needed_gb > fit.weights_gb > 0


@given(MODELS, WEIGHTS, st.integers(0, 6), st.integers(0, 10), st.integers(1, 30_000))
def test_the_range_holds_its_middle(of: Model, weights: object, doublings: int, power: int, tokens: int) -> None:
    here = _deployment(of, weights, 64 * 2**doublings)
    load = Load(tokens, 256, concurrency=2**power, serving=True)
    found = expected_decode(here, load)
    assert 0 < found.low < found.tok_s < found.high
    assert all(term.value >= 0 for term in found.terms)
    assert sum(term.value for term in found.terms) == pytest.approx(found.tpot_ms)


def _card(bandwidth: float, link: float) -> Hardware:
    return hardware(
        memory={"capacity_gb": 10_000, "bandwidth_gb_s": bandwidth, "on_chip_cache_mb": 40},
        scale_up={"per_direction_gb_s": link},
    )


FASTER = st.floats(1, 20)


@given(MODELS, WEIGHTS, st.integers(0, 6), BATCH, TOKENS, st.booleans(), FASTER, FASTER)
def test_throughput_never_falls_with_more_bandwidth(
    of: Model, weights: object, doublings: int, batch: int, tokens: int, serving: bool, memory: float, link: float
) -> None:
    chosen = FP8 if weights is FP8 else BF16
    load = Load(tokens, 256, concurrency=batch, serving=True) if serving else _static(tokens, batch)
    count = 2**doublings
    slow, faster_memory, faster_link = (
        expected_decode(deployment(of, cards(count, card), weights=chosen), load)
        for card in (_card(2000, 300), _card(2000 * memory, 300), _card(2000, 300 * link))
    )
    for fast in (faster_memory, faster_link):
        assert fast.tok_s >= slow.tok_s * (1 - 1e-9)
        assert fast.low >= slow.low * (1 - 1e-9)
        assert fast.high >= slow.high * (1 - 1e-9)
        assert first_token(fast).seconds <= first_token(slow).seconds * (1 + 1e-9)


@given(MODELS, WEIGHTS, st.integers(0, 6), BATCH, TOKENS, TOKENS)
def test_a_step_never_takes_less_with_more_context(
    of: Model, weights: object, doublings: int, batch: int, tokens: int, more: int
) -> None:
    here = _deployment(of, weights, 2**doublings)
    plan = Plan(here, here.pools[0])
    for coefficients in calibration().coefficients.values():
        short, long = (
            step_seconds(plan.work(float(batch), float(context), 1024.0, 256.0, True), coefficients)
            for context in (tokens, tokens + more)
        )
        assert all(0 <= few <= many * (1 + 1e-9) for few, many in zip(short, long, strict=True))
        assert short._replace(context=0.0) == long._replace(context=0.0)


@given(MODELS, WEIGHTS, st.integers(0, 6), BATCH, BATCH, TOKENS)
def test_a_step_never_takes_less_with_more_sequences(
    of: Model, weights: object, doublings: int, batch: int, more: int, tokens: int
) -> None:
    here = _deployment(of, weights, 2**doublings)
    plan = Plan(here, here.pools[0])
    for coefficients in calibration().coefficients.values():
        few, many = (
            step_seconds(plan.work(float(sequences), float(tokens), 1024.0, 256.0, True), coefficients)
            for sequences in (batch, batch + more)
        )
        assert all(0 <= one <= other * (1 + 1e-9) for one, other in zip(few, many, strict=True))
