import math

import pytest

from kb.estimate import Load, NotCheckable, expected_decode
from kb.estimate.coefficients import coefficients
from kb.records import Hardware
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, engine, hardware

SERVED = Load(1024, 256, concurrency=32, serving=True)
H200 = hardware(
    "h200",
    memory={"capacity_gb": 141, "bandwidth_gb_s": 4800},
    peak={"bf16_tflops": 989, "fp8_tflops": 1979},
    scale_up={"per_direction_gb_s": 450},
)


def _names(found: object) -> list[str]:
    return [term.name for term in getattr(found, "terms", ())]


def test_one_device_by_hand() -> None:
    here = deployment(build.LLAMA_8B)
    found = expected_decode(here, Load(1000, 0, batch=1, static=True))
    read = (8_030_261_248 - 128256 * 4096) * 2
    kv = 1000 * 131_072
    step = 1.29 * (read + kv) / 2000e9 + 32 * 43e-6
    assert found.tok_s == pytest.approx(1 / step, rel=1e-3)
    assert found.tpot_ms == pytest.approx(step * 1e3, rel=1e-3)
    # the error is a fraction of the measured time: measured = expected / (1 +- 0.34)
    assert found.low == pytest.approx(found.tok_s * 0.66)
    assert found.high == pytest.approx(found.tok_s * 1.34)
    assert "one device" in found.basis
    assert "34%" in found.basis


def test_a_measured_bandwidth_beats_the_nominal_one() -> None:
    measured = hardware(memory={"capacity_gb": 16, "bandwidth_gb_s": 960, "measured_bandwidth_gb_s": 903.31})
    here = deployment(build.SMOL_135M, cards(1, measured))
    found = expected_decode(here, Load(batch=1))
    step = 134_515_008 * 2 / 903.31e9 + 30 * 43e-6
    assert found.tok_s == pytest.approx(1 / step, rel=1e-3)
    assert any("measured bandwidth" in line for line in found.assumptions)
    assert any("length is not known" in line for line in found.assumptions)


def test_experts_cost_a_surcharge_on_one_device() -> None:
    here = deployment(build.MIXTRAL, cards(1, H200))
    found = expected_decode(here, Load(batch=1))
    assert "for experts" in next(term.formula for term in found.terms if term.name == "reading weights")


def test_served_by_hand() -> None:
    here = deployment(build.QWEN_235B, cards(8, H200, tp=8, ep=2), weights=FP8, engine=engine("python"))
    found = expected_decode(here, Load(4096, 512, batch=64, static=True))
    distinct = 128 * (1 - (1 - 8 / 128) ** 64)
    total, experts = 235_093_634_560, 94 * 128 * 3 * 4096 * 1536
    read = total - experts - 151936 * 4096 + experts * distinct / 128
    kv = 64 * (4096 + 256) * 192_512 * 2  # four heads on eight ranks
    flops = 2 * 64 * (22_190_763_520 - 151936 * 4096)
    peak, bandwidth = 8 * 1979e12, 8 * 4800e9 / 1.32
    step = (
        94 * (18.9e-6 + 32.1e-6) * 1.4
        + 2 * 94 * 6.6e-6 * 3
        + 2 * 94 * 64 * 4096 * 2 * 2 * 7 / 8 * 2.5 / 450e9
        + 64 * 5.5e-6 * 1.4
        + math.hypot(read / bandwidth, flops * 1.5 / peak)
        + kv / bandwidth
    )
    assert found.tok_s == pytest.approx(64 / step, rel=0.01)
    assert "37%" in found.basis
    assert found.in_flight == 64


def test_prompts_of_others_slow_a_server_down() -> None:
    here = deployment(build.LLAMA_70B, cards(4))
    static = expected_decode(here, Load(1024, 256, batch=32, static=True))
    served = expected_decode(here, SERVED)
    assert "prompts of other requests" in _names(served)
    assert served.tok_s < static.tok_s
    alone = expected_decode(here, Load(1024, 256, concurrency=1, serving=True))
    assert "prompts of other requests" not in _names(alone)
    apart = deployment(build.LLAMA_70B, cards(4, role="prefill"), cards(4, role="decode"))
    assert "prompts of other requests" not in _names(expected_decode(apart, SERVED))
    unsaid = expected_decode(here, Load(1024, concurrency=8, serving=True))
    assert any("other requests" in line for line in unsaid.assumptions)


def test_engines_by_what_drives_them() -> None:
    slow = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine("python")), SERVED)
    fast = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine("native")), SERVED)
    unsaid = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine()), SERVED)
    assert fast.tok_s > slow.tok_s == unsaid.tok_s
    assert any("interpreter" in line for line in unsaid.assumptions)


def test_links() -> None:
    load = Load(1024, 256, batch=32, static=True)
    fast = expected_decode(deployment(build.LLAMA_8B, cards(2)), load)
    host = hardware(scale_up={}, host_link={"per_direction_gb_s": 32})
    over_host = expected_decode(deployment(build.LLAMA_8B, cards(2, host)), load)
    assert over_host.tok_s < fast.tok_s
    assert any("host link" in line for line in over_host.assumptions)
    unknown = expected_decode(deployment(build.LLAMA_8B, cards(2, hardware(scale_up={}))), load)
    assert any("between cards are left out" in line for line in unknown.assumptions)
    assert "collective latency" not in _names(expected_decode(deployment(build.LLAMA_8B), SERVED))


def test_pipelines_answer_later_but_work_on_more() -> None:
    load = Load(1024, 256, batch=64, static=True)
    flat = expected_decode(deployment(build.LLAMA_70B, cards(8, tp=8)), load)
    staged = expected_decode(deployment(build.LLAMA_70B, cards(8, tp=4, pp=2)), load)
    assert staged.tpot_ms > flat.tpot_ms
    assert staged.tok_s == pytest.approx(64 / staged.tpot_ms * 1e3)


def test_only_what_has_room_is_in_flight() -> None:
    found = expected_decode(deployment(build.LLAMA_70B, cards(3)), Load(8192, 1024, concurrency=256, serving=True))
    room = (3 * (0.9 * 80 - 2) - 141.107) * 1e9 / (8704 * 327_680)
    assert found.in_flight == pytest.approx(room, rel=1e-3)
    assert any("no more" in line for line in found.assumptions)


def test_speculation_widens_the_range() -> None:
    plain = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    drafted = expected_decode(deployment(build.LLAMA_8B, cards(2), speculates=True, draft_tokens=3), SERVED)
    assert drafted.high > plain.high
    assert drafted.low <= plain.low
    unknown = expected_decode(deployment(build.LLAMA_8B, cards(2), speculates=True), SERVED)
    assert unknown.tok_s == plain.tok_s
    assert any("left out" in line for line in unknown.assumptions)


def test_outside_the_rows_the_low_end_is_lower() -> None:
    card = Hardware.model_validate(hardware().model_dump(exclude_none=True) | {"vendor": "acme"})
    inside = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    outside = expected_decode(deployment(build.LLAMA_8B, cards(2, card)), SERVED)
    assert outside.tok_s == inside.tok_s
    assert outside.high == inside.high
    assert outside.low == pytest.approx(inside.low / 1.73)
    assert "acme" in outside.basis


def test_unknown_peak_leaves_computing_out() -> None:
    found = expected_decode(deployment(build.LLAMA_8B, cards(2, hardware(peak={}))), SERVED)
    assert any("no compute peak" in line for line in found.assumptions)
    assert any("other requests" in line for line in found.assumptions)


def test_unknown_capacity_is_taken_to_suffice() -> None:
    card = hardware(memory={"bandwidth_gb_s": 800})
    found = expected_decode(deployment(build.LLAMA_8B, cards(1, card)), Load(100, batch=1))
    assert any("taken to fit" in line for line in found.assumptions)


@pytest.mark.parametrize(
    ("here", "load", "why"),
    [
        (deployment(build.LLAMA_8B), Load(100), "neither batch nor concurrency"),
        (deployment(build.LLAMA_8B), Load(concurrency=2), "length of the context"),
        (deployment(build.LLAMA_70B, weights=FP8), Load(1000, batch=64), "in flight"),
        (deployment(build.LLAMA_70B), Load(100, batch=1), "no room"),
        (deployment(build.LLAMA_8B, cards(1, role="decode"), cards(1, role="decode")), SERVED, "2 pools"),
        (deployment(build.LLAMA_8B, cards(1, hardware(memory={"capacity_gb": 80}))), SERVED, "bandwidth"),
        (deployment(build.V4_FLASH, weights=FP8), Load(100, batch=1), "no room"),
    ],
)
def test_declined(here: object, load: Load, why: str) -> None:
    if why == "in flight":
        found = expected_decode(here, load)  # type: ignore[arg-type]
        assert any(why in line for line in found.assumptions)
        return
    with pytest.raises(NotCheckable, match=why):
        expected_decode(here, load)  # type: ignore[arg-type]


def test_a_model_without_context_fills_no_room() -> None:
    none = build.dense("none", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    assert expected_decode(deployment(none), Load(10, batch=10**6)).in_flight == 10**6


def test_layers_must_be_known() -> None:
    stated = dict.fromkeys(("embedding", "output_head", "attention", "dense_mlp", "router", "norms"), 1000)
    bare = build.model(parameters=stated)
    with pytest.raises(NotCheckable, match="layers"):
        expected_decode(deployment(bare, cards(1, hardware(memory={"bandwidth_gb_s": 1}))), Load(batch=1))


def test_coefficients_say_where_they_come_from() -> None:
    found = coefficients()
    assert "public measured rows" in found.provenance
    assert set(found.errors) == {"served", "single"}
    assert found.errors["served"].covers("nvidia")
    assert not found.errors["served"].covers("amd")
    assert found.errors["single"].covers("anyone")
