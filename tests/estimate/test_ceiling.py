import math

import pytest

from kb.estimate import Load, NotCheckable, decode_ceiling, least_tpot_ms, tpot_floor
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, hardware

# 8 x 2,000 GB/s and 8 x 300 TFLOPS, 0.32 GB on chip
EIGHT = cards(8)
DENSE = deployment(build.LLAMA_70B, EIGHT)
READ = (70_553_706_496 - 128256 * 8192) * 2


def test_bandwidth_by_hand() -> None:
    ceiling = decode_ceiling(DENSE, Load(1024, 256, batch=16, static=True))
    kv = 16 * 1152 * 163_840
    step = (READ + kv - 0.32e9) / 16e12
    assert ceiling.tok_s == pytest.approx(16 / step)
    assert ceiling.bound_by == "bandwidth"
    assert ceiling.absolute_tok_s == pytest.approx(16 / ((READ - 0.32e9) / 16e12))
    assert ceiling.floor is not None
    assert [term.name for term in ceiling.floor.terms][-1] == "least time per step"


def test_compute_by_hand() -> None:
    ceiling = decode_ceiling(DENSE, Load(64, 64, batch=100_000, static=True))
    assert ceiling.bound_by == "compute"
    assert ceiling.tok_s == pytest.approx(8 * 300e12 / READ)  # two operations a parameter, as two bytes


def test_experts_are_granted_skewed_routing() -> None:
    here = deployment(build.DEEPSEEK_R1, cards(16), weights=FP8)
    floor = tpot_floor(here, Load(1024, 256), 3200, 0.02)
    distinct = 0.6 * 256 * (1 - (1 - 8 / 256) ** 64)
    always = 671_026_419_200 - 58 * 256 * 3 * 7168 * 2048 - 129280 * 7168
    assert floor.sequences == 64
    assert floor.weight_bytes == pytest.approx(always + 58 * distinct * 3 * 7168 * 2048, rel=1e-3)
    # eight bits, once, not on every rank
    assert floor.kv_bytes == pytest.approx(64 * 1152 * 61 * 576)


def test_one_token_reads_its_own_experts() -> None:
    here = deployment(build.DEEPSEEK_R1, cards(16), weights=FP8)
    floor = tpot_floor(here, Load(), None, 0.02)
    assert floor.seconds == floor.absolute_s


def test_the_stated_format_of_the_context_counts() -> None:
    wide = deployment(build.LLAMA_70B, EIGHT, kv_cache="bf16")
    load = Load(8192, 1024, concurrency=64)
    assert decode_ceiling(wide, load).tok_s < decode_ceiling(DENSE, load).tok_s


def test_disputed_bandwidth_is_granted_at_its_highest() -> None:
    memory = {
        "capacity_gb": 80,
        "on_chip_cache_mb": 40,
        "bandwidth_gb_s": {"value": 2000, "disputed": [{"value": 4000, "why": "?"}]},
    }
    load = Load(128, 128, batch=1, static=True)
    generous = deployment(build.LLAMA_70B, cards(8, hardware(memory=memory)))
    assert decode_ceiling(generous, load).tok_s == pytest.approx(2 * decode_ceiling(DENSE, load).tok_s)


def test_an_unknown_cache_is_granted_large() -> None:
    bare = hardware(memory={"capacity_gb": 80, "bandwidth_gb_s": 2000}, peak={})
    with pytest.raises(NotCheckable, match="on-chip memory"):
        decode_ceiling(deployment(build.SMOL_135M, cards(1, bare)), Load(batch=1))
    ceiling = decode_ceiling(deployment(build.SMOL_135M), Load(batch=1))
    assert ceiling.tok_s == pytest.approx(1 / ((134_515_008 * 2 - 40e6) / 2e12), rel=1e-3)


def test_small_models_with_a_known_peak_are_bound_by_it() -> None:
    bare = hardware(memory={"capacity_gb": 80, "bandwidth_gb_s": 2000})
    ceiling = decode_ceiling(deployment(build.SMOL_135M, cards(1, bare)), Load(batch=1))
    assert ceiling.bound_by == "compute"
    assert math.isfinite(ceiling.tok_s)


def test_speculation() -> None:
    load = Load(1024, 256, batch=4, static=True)
    plain = decode_ceiling(DENSE, load)
    drafted = decode_ceiling(deployment(build.LLAMA_70B, EIGHT, speculates=True, draft_tokens=3), load)
    assert drafted.tok_s == pytest.approx(4 * plain.tok_s)
    unknown = decode_ceiling(deployment(build.LLAMA_70B, EIGHT, speculates=True), load)
    assert unknown.bound_by == "compute"
    assert unknown.floor is None
    with pytest.raises(NotCheckable, match="drafted"):
        tpot_floor(deployment(build.LLAMA_70B, EIGHT, speculates=True), load, 100, 0.01)
    three = tpot_floor(deployment(build.LLAMA_70B, EIGHT, speculates=True, draft_tokens=3), Load(), None, 0.01)
    assert least_tpot_ms(three) == pytest.approx(three.seconds * 1e3 / 4)


def test_a_chunk_may_just_have_begun() -> None:
    # 36 of 48 layers look back to where a chunk of 8,192 tokens began; the other twelve read all of the context
    here = deployment(build.MAVERICK, cards(8), weights=FP8)
    every = 2 * 8 * 128
    floor = tpot_floor(here, Load(10_000, 0), None, 0.02)
    assert floor.kv_bytes == 12 * 10_000 * every
    within = tpot_floor(here, Load(8000, 0), None, 0.02)
    assert within.kv_bytes == 48 * 8000 * every


def test_any_number_of_sequences() -> None:
    assert decode_ceiling(DENSE, Load()).bound_by == "compute"
    long = decode_ceiling(DENSE, Load(100_000, 10))
    assert long.bound_by == "bandwidth"
    assert long.tok_s == pytest.approx(16e12 / (100_005 * 163_840))
    bare = cards(8, hardware(peak={}))
    with pytest.raises(NotCheckable, match="sequences in flight"):
        decode_ceiling(deployment(build.LLAMA_70B, bare), Load())


def test_without_a_peak_only_reading_bounds_a_step() -> None:
    load = Load(1024, 256, batch=100_000, static=True)
    known, bare = (
        decode_ceiling(deployment(build.LLAMA_70B, cards(8, card)), load).floor
        for card in (hardware(), hardware(peak={}))
    )
    assert known is not None
    assert bare is not None
    assert bare.peak is None
    assert bare.bound_by == "bandwidth"
    assert bare.seconds == pytest.approx((READ + 100_000 * 1152 * 163_840 - 0.32e9) / 16e12)
    lines = [term.name for term in known.terms]
    assert {"operations", "time to compute"} <= set(lines)
    assert [term.name for term in bare.terms] == [
        name for name in lines if name not in ("operations", "time to compute")
    ]


def test_prefill_cards_do_not_decode() -> None:
    apart = deployment(build.LLAMA_70B, cards(8, role="prefill"), cards(4, role="decode"))
    load = Load(1024, 256, batch=1, static=True)
    assert decode_ceiling(apart, load).tok_s == pytest.approx(decode_ceiling(DENSE, load).tok_s / 2, rel=2e-3)
    with pytest.raises(NotCheckable, match="no pool"):
        decode_ceiling(deployment(build.LLAMA_70B, cards(8, role="prefill")), load)


def test_unknown_bandwidth_is_named() -> None:
    bare = cards(8, hardware("bare", memory={"capacity_gb": 80}))
    with pytest.raises(NotCheckable, match="bandwidth of bare"):
        decode_ceiling(deployment(build.LLAMA_70B, bare), Load())


def test_models_that_cannot_be_read() -> None:
    ranker = build.dense("ranker", 24, 1024, 16, 16, 64, 4096, 250002, purpose="reranking")
    with pytest.raises(NotCheckable, match="generate"):
        decode_ceiling(deployment(ranker), Load(batch=1))
    with pytest.raises(NotCheckable, match="by group"):
        decode_ceiling(deployment(build.model(parameters={"total": 10**9})), Load(batch=1))
    shape = build.DEEPSEEK_R1.model_dump(exclude_none=True, exclude_defaults=True)
    sparse = build.model(
        **{k: v for k, v in shape.items() if k not in ("kind", "id", "name", "lab")}, parameters={"active": 10**9}
    )
    with pytest.raises(NotCheckable, match="billion are stated"):
        decode_ceiling(deployment(sparse), Load(batch=1))


@pytest.mark.parametrize(
    ("load", "decode", "tpot_s", "sequences"),
    [
        (Load(batch=64, concurrency=256), 2400, 0.022, 52.8),  # what the claim implies, not the concurrency
        (Load(batch=64, static=True), None, 0.02, 64),
        (Load(batch=64, concurrency=256), None, 0.02, 1),
        (Load(), 10, 0.001, 1),
    ],
)
def test_sequences_that_a_claim_implies(load: Load, decode: float | None, tpot_s: float, sequences: float) -> None:
    assert tpot_floor(DENSE, load, decode, tpot_s).sequences == pytest.approx(sequences)


def test_load() -> None:
    assert Load(batch=8, concurrency=64).most_in_flight == 64
    assert Load(batch=8, concurrency=64, static=True).most_in_flight == 8
    assert Load().most_in_flight is None
    assert Load().mean_context is None
    assert Load(10, 4).mean_context == 12
    assert Load(10).full_context == 10
