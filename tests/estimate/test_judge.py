from dataclasses import replace
from typing import ClassVar

import pytest

from kb.estimate import VERDICTS, Load, Term, expected, expected_decode, judge, tpot_ms
from kb.estimate.calibrated import calibration
from kb.estimate.first_token import first_token
from kb.estimate.judge import observed_rate, whole_run_rate
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, hardware, results

HERE = deployment(build.LLAMA_70B, cards(4))
LOAD = Load(1024, 256, batch=16, static=True)
FOUND = expected_decode(HERE, LOAD)
LOW, MIDDLE, HIGH = FOUND.low, FOUND.tok_s, FOUND.high


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"decode_tok_s": MIDDLE}, "match"),
        ({"tpot_ms": {"p50": 16 / MIDDLE * 1e3}}, "match"),
        ({"itl_ms": {"mean": 16 / MIDDLE * 1e3}}, "match"),
        ({"decode_tok_s": MIDDLE * 0.3}, "slower-than-fit"),
        ({"decode_tok_s": MIDDLE * 1.45}, "faster-than-fit"),
        ({"decode_tok_s": MIDDLE * 10}, "impossible"),
        ({"tpot_ms": {"p50": 0.5}}, "impossible"),
        ({"decode_tok_s": MIDDLE, "prefill_tok_s": 100_000}, "impossible"),
        ({"decode_tok_s": MIDDLE, "prefill_tok_s": 5000}, "match"),
        # just within and just without
        ({"decode_tok_s": LOW * 1.001}, "match"),
        ({"decode_tok_s": HIGH * 0.999}, "match"),
        ({"decode_tok_s": LOW * 0.999}, "slower-than-fit"),
        ({"decode_tok_s": HIGH * 1.001}, "faster-than-fit"),
        # repeats that spread over 20 % lie 10 % to either side
        ({"decode_tok_s": LOW * 0.92, "spread_pct": 20}, "inconclusive-noisy"),
        ({"decode_tok_s": HIGH * 1.08, "spread_pct": 20}, "inconclusive-noisy"),
        ({"decode_tok_s": LOW * 0.9, "spread_pct": 20}, "slower-than-fit"),
        ({"decode_tok_s": MIDDLE * 0.3, "spread_pct": 2}, "slower-than-fit"),
        ({"decode_tok_s": MIDDLE, "spread_pct": 20}, "match"),
    ],
)
def test_verdicts(said: dict[str, object], verdict: str) -> None:
    found = judge(HERE, LOAD, results(**said))
    assert found.verdict == verdict
    assert found.reason
    assert found.memory is not None
    assert found.terms


@pytest.mark.parametrize(
    "said",
    [{"ttft_ms": {"p50": 200}}, {"tpot_ms": {"p99": 1}}, {"tpot_ms": {"p50": 0}}, {}, {"prefill_tok_s": 5000}],
)
def test_without_a_rate_or_a_time_there_is_nothing_to_hold(said: dict[str, object]) -> None:
    found = judge(HERE, LOAD, results(**said))
    assert found.verdict == "not-checkable"
    assert found.reason == "neither a decode rate nor a time per token is given"
    assert found.memory is not None
    assert found.terms


def test_noise_of_repeats_is_the_larger_of_the_two() -> None:
    slow = results(decode_tok_s=LOW * 0.92)
    assert judge(HERE, LOAD, slow).verdict == "slower-than-fit"
    noisy = judge(HERE, LOAD, slow, noise=0.1)
    assert noisy.verdict == "inconclusive-noisy"
    assert "the repeats spread over 20%" in noisy.reason
    said = results(decode_tok_s=LOW * 0.92, spread_pct=2)
    assert judge(HERE, LOAD, said, noise=0.1).verdict == "inconclusive-noisy"
    assert judge(HERE, LOAD, results(decode_tok_s=LOW * 0.92, spread_pct=20), noise=0.01).reason == noisy.reason


def test_while_requests_come_and_go_the_time_per_token_counts() -> None:
    served = Load(1024, 256, concurrency=16, serving=True)
    both = results(decode_tok_s=10, tpot_ms={"p50": 20})
    # a rate of output tokens has waiting for prompts in it
    assert observed_rate(expected_decode(HERE, served), both) == pytest.approx(16 / 0.02)
    assert observed_rate(FOUND, both) == 10
    assert observed_rate(FOUND, results(tpot_ms={"p50": 20})) == pytest.approx(16 / 0.02)
    assert observed_rate(FOUND, results()) is None


def test_what_a_judgement_rests_on() -> None:
    found = judge(HERE, LOAD, results(decode_tok_s=MIDDLE, prefill_tok_s=5000, tpot_ms={"p50": 16 / MIDDLE * 1e3}))
    assert found.memory is not None
    assert found.ceiling is not None
    assert found.ceiling.floor is not None
    assert found.floor is not None
    assert found.prefill is not None
    assert found.expected is not None
    assert found.expected.tok_s == MIDDLE
    assert found.gaps == ()
    parts: list[tuple[Term, ...]] = [found.memory.terms, found.ceiling.floor.terms]
    parts += [found.prefill.terms, found.expected.terms, first_token(found.expected).terms]
    assert list(found.terms) == [term for part in parts for term in part]
    assert found.first_token is not None
    assert found.first_token.seconds == first_token(found.expected).seconds


def test_weights_that_do_not_fit_come_first() -> None:
    found = judge(deployment(build.LLAMA_70B, cards(1)), LOAD, results(decode_tok_s=1e6, tpot_ms={"p50": 0.001}))
    assert found.verdict == "does-not-fit"
    assert found.reason == "the weights take 141 GB, 1 cards of a-card hold 80 GB"
    assert found.ceiling is not None


def test_a_lone_total_is_enough_to_see_that_it_does_not_fit() -> None:
    lone = build.model(parameters={"total": 10**12})
    assert judge(deployment(lone, weights=FP8), LOAD, results()).verdict == "does-not-fit"
    assert judge(deployment(lone, cards(16), weights=FP8), LOAD, results()).verdict == "not-checkable"
    assert judge(deployment(build.model(), cards(16)), LOAD, results()).verdict == "not-checkable"
    # nor where its weights may lie elsewhere
    offloads = judge(deployment(lone, weights=FP8, may_offload=True), LOAD, results())
    assert (offloads.verdict, offloads.shortfall) == ("not-checkable", None)
    assert offloads.gaps == (offloads.reason,)


def test_gaps_are_told() -> None:
    bare = deployment(build.LLAMA_8B, cards(2, hardware("bare", memory={}, peak={})))
    found = judge(bare, LOAD, results(decode_tok_s=10, prefill_tok_s=10, tpot_ms={"p50": 10}))
    assert found.verdict == "not-checkable"
    assert [found.memory, found.ceiling, found.floor, found.prefill, found.expected] == [None] * 5
    assert found.first_token is None
    assert any("bandwidth of bare" in gap for gap in found.gaps)
    assert any("memory of bare" in gap for gap in found.gaps)
    assert any("peak of bare" in gap for gap in found.gaps)
    assert found.terms == ()


def test_without_a_pool_that_decodes() -> None:
    found = judge(deployment(build.LLAMA_8B, cards(2, role="prefill")), LOAD, results(decode_tok_s=10))
    assert found.verdict == "not-checkable"
    assert found.memory is None


def test_large_rates_are_shown_whole() -> None:
    many = Load(1024, 256, batch=256, static=True)
    found = judge(deployment(build.LLAMA_8B, cards(8)), many, results(decode_tok_s=12_345))
    assert "12,345 tok/s" in found.reason


def test_middles() -> None:
    assert tpot_ms(results(tpot_ms={"p50": 5}, itl_ms={"mean": 7})) == 5
    assert tpot_ms(results(itl_ms={"p50": 7})) == 7
    assert tpot_ms(results(tpot_ms={"typical": 6, "p99": 90})) == 6
    assert tpot_ms(results(tpot_ms={"mean": 5, "p50": 4, "typical": 6})) == 5
    assert tpot_ms(results()) is None


class TestWholeRun:
    """A static batch of which only the whole time is known."""

    TOOK: ClassVar = {"e2e_ms": {"mean": 8000}}

    def test_the_rate_is_that_of_all_its_tokens(self) -> None:
        # 16 sequences of 256 tokens in 8 s.
        assert whole_run_rate(LOAD, results(**self.TOOK)) == 512
        assert whole_run_rate(LOAD, results(e2e_ms={"p50": 8000, "p99": 9000})) == 512

    @pytest.mark.parametrize(
        ("load", "said"),
        [
            (LOAD, {"decode_tok_s": 600}),
            (LOAD, {"tpot_ms": {"mean": 20}}),
            (LOAD, {"itl_ms": {"p50": 20}}),
            (LOAD, {"e2e_ms": {"p99": 9000}}),
            (Load(1024, 256, concurrency=16, serving=True), {}),
            (Load(1024, 256, static=True), {}),
            (Load(1024, None, batch=16, static=True), {}),
        ],
    )
    def test_there_is_none_where_more_or_less_is_known(self, load: Load, said: dict[str, object]) -> None:
        assert whole_run_rate(load, results(**(self.TOOK | said))) is None

    def test_it_is_held_against_a_range_with_the_prompts_in_it(self) -> None:
        found = judge(HERE, LOAD, results(**self.TOOK))
        assert found.expected is not None
        assert found.expected.load.serving
        assert found.expected.work.others == 15
        # Prompts of 1,024 tokens take their share of the time.
        assert found.expected.tok_s < FOUND.tok_s
        assert found.reason.startswith("512 tok/s; expected are ")

    @pytest.mark.parametrize(("share", "verdict"), [(1.0, "match"), (0.2, "slower-than-fit"), (3.0, "faster-than-fit")])
    def test_it_gets_a_verdict(self, share: float, verdict: str) -> None:
        expected = judge(HERE, LOAD, results(**self.TOOK)).expected
        assert expected is not None
        took = LOAD.batch * 256 / (share * expected.tok_s) * 1e3 if LOAD.batch else 0.0
        assert judge(HERE, LOAD, results(e2e_ms={"mean": took})).verdict == verdict


class TestOneOfMany:
    """A worker of which nobody says how many there are."""

    def test_nothing_is_said_of_its_speed(self) -> None:
        found = judge(replace(HERE, one_of_many=True), LOAD, results(decode_tok_s=MIDDLE * 10))
        assert found.verdict == "not-checkable"
        assert found.reason == "how many workers share the requests is not stated"
        assert (found.expected, found.ceiling, found.gaps) == (None, None, (found.reason,))

    def test_its_weights_fit_or_do_not(self) -> None:
        one = deployment(build.LLAMA_70B, cards(1), one_of_many=True)
        assert judge(one, LOAD, results(decode_tok_s=1)).verdict == "does-not-fit"


def test_what_was_fitted_on_does_not_judge_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    known = calibration().coefficients["server"]
    slow = replace(known, memory=4 * known.memory)
    monkeypatch.setattr(expected, "left_out", lambda: {"server": {"a-card": slow, "another": known}})
    found = judge(HERE, LOAD, results(decode_tok_s=MIDDLE))
    assert found.verdict == "faster-than-fit"
    assert found.expected is not None
    assert found.expected.tok_s == expected_decode(HERE, LOAD, unseen=True).tok_s
    # An estimate for those who ask knows all that was measured.
    assert expected_decode(HERE, LOAD).tok_s == MIDDLE


def test_verdicts_are_listed_once() -> None:
    assert len(set(VERDICTS)) == len(VERDICTS) == 7
