import math
from dataclasses import replace

import pytest

from kb.estimate import Load, NotCheckable, Plan, expected_decode
from kb.estimate.calibrated import calibration
from kb.estimate.expected import expect
from kb.estimate.step_time import Coefficients
from kb.records import Hardware
from tests.estimate import build, made_up
from tests.estimate.build import FP8, cards, deployment, engine, hardware

SERVED = Load(1024, 256, concurrency=32, serving=True)
STATIC = Load(1024, 256, batch=32, static=True)
H200 = hardware(
    "h200",
    memory={"capacity_gb": 141, "bandwidth_gb_s": 4800},
    peak={"bf16_tflops": 989, "fp8_tflops": 1979},
    scale_up={"per_direction_gb_s": 450},
)
CONSUMER = hardware(scale_up={})


def _names(found: object) -> list[str]:
    return [term.name for term in getattr(found, "terms", ())]


def test_one_device_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    here = deployment(build.LLAMA_8B, cards(1, CONSUMER))
    found = expected_decode(here, Load(1000, 0, batch=1, static=True))
    read, kv = (8_030_261_248 - 128256 * 4096) * 2, 1000 * 131_072
    step = (
        32 * 10e-6 * 1.5 * math.sqrt(1 / 2)
        + 6e-6 * 1.5
        + math.hypot(read * 1.25 / 2000e9, read * 1.5 / 300e12)  # two bytes, and two operations, each
        + math.hypot(kv * 1.25 / 2000e9, 2 * 32 * 32 * 256 * 1000 * 1.5 / 300e12)
    )
    assert found.tok_s == pytest.approx(1 / step)
    assert found.tpot_ms == pytest.approx(step * 1e3)
    # measured times lay between 0.8 and 1.5 of the estimated one
    assert found.low == pytest.approx(1 / step / 1.5)
    assert found.high == pytest.approx(1 / step / 0.8)
    assert found.error.name == "desktop-cuda"
    assert found.basis == (
        "made-up cards: the step time was missed by 10% in the median and by up to 30% in nine of ten of 1,234 "
        "measured rows, each hardware left out of the fit; 81% of left-out deployments lay in the range"
    )
    assert found.assumptions == ()


def test_a_measured_bandwidth_beats_the_nominal_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    memory = {"capacity_gb": 16, "bandwidth_gb_s": 960}
    measured = hardware(memory=memory | {"measured_bandwidth_gb_s": 903.31}, scale_up={})
    here = deployment(build.SMOL_135M, cards(1, measured))
    found = expected_decode(here, Load(batch=1))
    launch = 30 * 10e-6 * 1.5 * math.sqrt(1000 / 903.31)
    read = 134_515_008 * 2
    step = launch + 6e-6 * 1.5 + math.hypot(read * 1.1 / 903.31e9, read * 1.5 / 300e12)
    assert found.tok_s == pytest.approx(1 / step, rel=1e-3)
    assert any("measured bandwidth" in line for line in found.assumptions)
    assert any("length is not known" in line for line in found.assumptions)
    nominal = expected_decode(
        deployment(build.SMOL_135M, cards(1, hardware(memory=memory, scale_up={}))), Load(batch=1)
    )
    assert nominal.work.s_per_byte == pytest.approx(1 / 960e9)
    assert not any("measured bandwidth" in line for line in nominal.assumptions)


def test_experts_cost_a_surcharge(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    found = expected_decode(deployment(build.MIXTRAL, cards(1, H200)), Load(batch=1))
    experts, dense = 32 * 2 * 3 * 4096 * 14336 * 2, found.work.dense_bytes
    reading = (dense + 1.2 * experts) * 1.25 / 4800e9
    assert found.seconds.weights == pytest.approx(math.hypot(reading, (dense + experts) * 1.5 / 989e12))


def test_served_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    here = deployment(build.QWEN_235B, cards(8, H200, tp=8, ep=2), weights=FP8, engine=engine("python"))
    found = expected_decode(here, Load(4096, 512, batch=64, static=True))
    distinct = 128 * (1 - (1 - 8 / 128) ** 64)
    total, experts = 235_093_634_560, 94 * 128 * 3 * 4096 * 1536
    read = total - experts - 151936 * 4096 + 1.2 * experts * distinct / 128
    kv = 64 * (4096 + 256) * 192_512 * 2  # four heads on eight ranks
    flops = 2 * 64 * (22_190_763_520 - 151936 * 4096)
    looks = 2 * 94 * 64 * 256 * (4096 + 256) * 64
    bandwidth = 8 * 4800e9 / 1.25
    step = (
        94 * (10e-6 + 20e-6) * 1.5 * math.sqrt(1 / 4.8)
        + 2 * 94 * 4e-6 * 3
        + 2 * 94 * 64 * 4096 * 2 * 2 * 7 / 8 * 2.0 / 450e9
        + 64 * 6e-6 * 1.5
        + math.hypot(read / bandwidth, flops * 1.5 / (8 * 1979e12))
        + math.hypot(kv / bandwidth, looks * 1.5 / (8 * 989e12))
    )
    # biases and norms within layers are left out of what is counted
    assert found.tok_s == pytest.approx(64 / step, rel=1e-4)
    assert found.error.name == "served-moe"
    assert found.in_flight == found.wanted == 64


def test_prompts_of_others_slow_a_server_down() -> None:
    here = deployment(build.LLAMA_70B, cards(4))
    static = expected_decode(here, STATIC)
    served = expected_decode(here, SERVED)
    assert "prompts of other requests" in _names(served)
    assert served.tok_s < static.tok_s
    alone = expected_decode(here, Load(1024, 256, concurrency=1, serving=True))
    assert "prompts of other requests" not in _names(alone)


def test_cards_that_only_decode_meet_no_prompts() -> None:
    apart = deployment(build.LLAMA_70B, cards(4, role="prefill"), cards(4, role="decode"))
    found = expected_decode(apart, SERVED)
    assert found.seconds.prompts == 0
    assert "prompts of other requests" not in _names(found)
    assert not any("prompts of other requests" in line for line in found.assumptions)


def test_how_many_prompts_fall_into_a_request_must_be_known() -> None:
    here = deployment(build.LLAMA_70B, cards(4))
    unsaid = expected_decode(here, Load(1024, concurrency=8, serving=True))
    assert "prompts of other requests" not in _names(unsaid)
    assert any("other requests" in line for line in unsaid.assumptions)
    # where it is known, or nobody else is there, nothing is left out
    for load in (SERVED, Load(1024, batch=8, static=True)):
        assert not any("other requests" in line for line in expected_decode(here, load).assumptions)


def test_prompts_that_come_first_fall_together(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    mixed, first = (
        expected_decode(deployment(build.LLAMA_70B, cards(4), engine=engine("python", scheduling=kind)), SERVED)
        for kind in ("mixed", "prefill-first")
    )
    assert first.seconds.prompts == pytest.approx(0.7 * mixed.seconds.prompts)


def test_engines_by_what_drives_them() -> None:
    slow = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine("python")), SERVED)
    fast = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine("native")), SERVED)
    unsaid = expected_decode(deployment(build.LLAMA_8B, cards(2), engine=engine()), SERVED)
    unnamed = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    assert fast.tok_s > slow.tok_s == unsaid.tok_s == unnamed.tok_s
    assert any("interpreter" in line for line in unnamed.assumptions)
    desktop = expected_decode(deployment(build.LLAMA_8B, cards(1, CONSUMER)), Load(100, 10, batch=1))
    assert not any("interpreter" in line for line in desktop.assumptions)


def test_links() -> None:
    fast = expected_decode(deployment(build.LLAMA_8B, cards(2)), STATIC)
    host = hardware(scale_up={}, host_link={"per_direction_gb_s": 32})
    over_host = expected_decode(deployment(build.LLAMA_8B, cards(2, host)), STATIC)
    assert over_host.tok_s < fast.tok_s
    assert any("host link" in line for line in over_host.assumptions)
    unknown = expected_decode(deployment(build.LLAMA_8B, cards(2, CONSUMER)), STATIC)
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
    room = 0.9 * (3 * (80 - 2) - 141.107) * 1e9 / (8704 * 327_680)
    assert found.in_flight == pytest.approx(room, rel=1e-3)
    assert any("no more" in line for line in found.assumptions)
    assert found.tok_s == pytest.approx(found.in_flight / found.tpot_s)


@pytest.mark.parametrize("drafted", [1, 3])
def test_speculation_widens_the_range(drafted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch)
    plain = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    found = expected_decode(deployment(build.LLAMA_8B, cards(2), speculates=True, draft_tokens=drafted), SERVED)
    assert found.high > plain.high
    assert found.low <= plain.low
    # none accepted at the low end, all at the high end, half in the middle
    step = sum(found.seconds)
    assert step > sum(plain.seconds)
    assert found.low == pytest.approx(32 / step / 1.5)
    assert found.tok_s == pytest.approx(32 / step * (1 + drafted / 2))
    assert found.high == pytest.approx(32 / step * (1 + drafted) / 0.8)
    assert found.tpot_s == pytest.approx(step / (1 + drafted / 2))
    assert f"between none and all of {drafted} drafted tokens are accepted; the middle takes half" in found.assumptions


def test_drafts_of_unknown_number_are_left_out() -> None:
    plain = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    unknown = expected_decode(deployment(build.LLAMA_8B, cards(2), speculates=True), SERVED)
    assert unknown.tok_s == plain.tok_s
    assert any("left out" in line for line in unknown.assumptions)


DOMAIN = {"cards": [1, 2], "sequences in flight": [1, 16], "tokens of context": [1, 1000]}


@pytest.mark.parametrize(
    ("count", "load", "outside"),
    [
        (2, Load(500, 100, batch=8, static=True), []),
        (4, Load(500, 100, batch=8, static=True), ["4 cards, measured were 1 to 2"]),
        (2, Load(500, 100, batch=32, static=True), ["32 sequences in flight, measured were 1 to 16"]),
        (2, Load(2000, 100, batch=8, static=True), ["2,050 tokens of context, measured were 1 to 1,000"]),
        (
            4,
            Load(2000, 100, batch=32, static=True),
            [
                "4 cards, measured were 1 to 2",
                "32 sequences in flight, measured were 1 to 16",
                "2,050 tokens of context, measured were 1 to 1,000",
            ],
        ),
    ],
)
def test_outside_of_what_was_measured_the_range_is_wider(
    count: int, load: Load, outside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up.use(monkeypatch, domain=DOMAIN)
    found = expected_decode(deployment(build.LLAMA_8B, cards(count)), load)
    # half as much again for each quantity
    power = 1 + 0.5 * len(outside)
    assert found.low == pytest.approx(found.tok_s / 1.5**power)
    assert found.high == pytest.approx(found.tok_s / 0.8**power)
    assert list(found.outside) == outside
    words = [f"outside of what was measured, so the range is wider: {what}" for what in outside]
    assert [line for line in found.assumptions if line.startswith("outside")] == words


def test_what_each_replica_has_is_held_against_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch, domain=DOMAIN)
    found = expected_decode(deployment(build.LLAMA_8B, cards(8, tp=2)), Load(500, 100, batch=64, static=True))
    assert found.outside == ()


@pytest.mark.parametrize(("fast", "slow"), [(1.2, 1.5), (0.5, 0.9)])
def test_a_biased_class_has_its_middle_outside_and_widens_away_from_it(
    fast: float, slow: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, load = deployment(build.LLAMA_8B, cards(2)), Load(500, 100, batch=8, static=True)
    made_up.use(monkeypatch, fast=fast, slow=slow)
    inside = expected_decode(here, load)
    assert inside.low == pytest.approx(inside.tok_s / slow)
    assert inside.high == pytest.approx(inside.tok_s / fast)
    made_up.use(monkeypatch, fast=fast, slow=slow, domain=DOMAIN | {"cards": [4, 8]})
    outside = expected_decode(here, load)
    # only the end that lies away from the middle moves: being slower throughout does not become being faster
    assert outside.low == pytest.approx(inside.tok_s / (slow**1.5 if slow > 1 else slow))
    assert outside.high == pytest.approx(inside.tok_s / (fast**1.5 if fast < 1 else fast))


def test_cards_of_other_vendors_get_a_range_only() -> None:
    card = Hardware.model_validate(hardware().model_dump(exclude_none=True) | {"vendor": "acme"})
    inside = expected_decode(deployment(build.LLAMA_8B, cards(2)), SERVED)
    outside = expected_decode(deployment(build.LLAMA_8B, cards(2, card)), SERVED)
    assert inside.error.point
    assert not outside.error.point
    assert outside.tok_s == inside.tok_s
    error = calibration().classes["served-other-vendors"]
    assert outside.low == pytest.approx(inside.tok_s / error.slow)
    assert outside.high == pytest.approx(inside.tok_s / error.fast)
    assert outside.basis == (
        f"range only ({error.scope}): the estimate's middle missed the step time by {error.median:.0%} in the median "
        f"over {error.rows:,} rows; {error.coverage:.0%} of left-out deployments lay in the range"
    )


def test_unknown_peak_leaves_computing_out() -> None:
    found = expected_decode(deployment(build.LLAMA_8B, cards(2, hardware(peak={}))), SERVED)
    assert any("no compute peak" in line for line in found.assumptions)
    # what is left of the prompts of others: passing on and launching
    work, c = found.work, found.coefficients
    assert (work.s_per_flop, work.s_per_prompt_flop, work.s_per_wide_flop) == (0, 0, 0)
    sending = work.prompt_exchanged_bytes / 300e9 * c.prompt_link
    launch = found.seconds.launching * c.prompt_launch
    assert found.seconds.prompts == pytest.approx(31 / 256 * (sending + launch))


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
        (deployment(build.LLAMA_70B), Load(100, batch=1, static=True), "no room"),
        (deployment(build.LLAMA_70B), Load(batch=1), "no room"),
        (deployment(build.LLAMA_70B, cards(2, tp=1)), Load(100, batch=2, static=True), "no room"),
        (deployment(build.LLAMA_8B, cards(1, role="decode"), cards(1, role="decode")), SERVED, "2 pools"),
        (deployment(build.LLAMA_8B, cards(1, role="prefill")), SERVED, "0 pools"),
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


def test_a_static_batch_runs_as_stated_where_its_weights_have_room() -> None:
    # 70.55 of 80 GB are weights, and 64 sequences of 1,000 tokens take 21 GB: somebody measured it nevertheless
    found = expected_decode(deployment(build.LLAMA_70B, weights=FP8), Load(1000, 10, batch=64, static=True))
    assert found.in_flight == 64


def test_a_model_without_context_fills_no_room() -> None:
    none = build.dense("none", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    assert expected_decode(deployment(none), Load(10, batch=10**6)).in_flight == 10**6


def test_layers_must_be_known() -> None:
    stated = dict.fromkeys(("embedding", "output_head", "attention", "dense_mlp", "router", "norms"), 1000)
    bare = build.model(parameters=stated)
    with pytest.raises(NotCheckable, match="layers"):
        expected_decode(deployment(bare, cards(1, hardware(memory={"bandwidth_gb_s": 1}))), Load(batch=1))


def test_a_plan_may_be_asked_many_loads() -> None:
    here = deployment(build.DEEPSEEK_R1, cards(16), weights=FP8)
    plan = Plan(here, here.pools[0])
    for load in (STATIC, SERVED, Load(10, 10, batch=1, static=True)):
        again, fresh = expect(plan, load), expected_decode(here, load)
        assert (again.tok_s, again.low, again.high, again.work) == (fresh.tok_s, fresh.low, fresh.high, fresh.work)


class TestUnseen:
    """Coefficients whose fit has not seen the card."""

    @pytest.fixture
    def without(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Coefficients]]:
        """Make up coefficients without the card; those with it are the made-up ones."""
        known = made_up.use(monkeypatch).coefficients
        found = {"server": {"a-card": replace(known["server"], memory=2.5)}}
        monkeypatch.setattr("kb.estimate.expected.left_out", lambda: found)
        return found

    def test_they_are_used_where_a_measured_case_is_judged(self, without: dict[str, dict[str, Coefficients]]) -> None:
        here, load = deployment(build.LLAMA_8B), Load(1000, 500, batch=1, static=True)
        seen, unseen = expected_decode(here, load), expected_decode(here, load, unseen=True)
        assert seen.coefficients == Coefficients(**made_up.COEFFICIENTS)
        assert unseen.coefficients == without["server"]["a-card"]
        assert unseen.tok_s < seen.tok_s
        # The error is that of the class, and so is the range.
        assert unseen.error == seen.error
        assert unseen.low / unseen.tok_s == pytest.approx(seen.low / seen.tok_s)

    @pytest.mark.parametrize("fields", [{"id": "another-card"}, {}])
    def test_a_card_that_was_never_fitted_has_no_others(
        self, without: dict[str, dict[str, Coefficients]], fields: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not fields:
            monkeypatch.setattr("kb.estimate.expected.left_out", dict)
        here = deployment(build.LLAMA_8B, cards(1, hardware(**fields)))
        load = Load(1000, 500, batch=1, static=True)
        unseen, seen = expected_decode(here, load, unseen=True), expected_decode(here, load)
        assert (unseen.coefficients, unseen.tok_s) == (seen.coefficients, seen.tok_s)

    def test_they_are_those_of_the_set_of_the_class(
        self, without: dict[str, dict[str, Coefficients]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here, load = deployment(build.LLAMA_8B), Load(1000, 500, batch=1, static=True)
        # Servers were fitted without the card; desktops were not.
        made_up.use(monkeypatch, coefficients="desktop-cuda")
        assert expected_decode(here, load, unseen=True).tok_s == expected_decode(here, load).tok_s
        without["desktop-cuda"] = without["server"]
        assert expected_decode(here, load, unseen=True).tok_s < expected_decode(here, load).tok_s
