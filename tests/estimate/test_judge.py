import pytest

from kb.estimate import VERDICTS, Load, expected_decode, judge, tpot_ms
from tests.estimate import build
from tests.estimate.build import FP8, cards, deployment, hardware, results

HERE = deployment(build.LLAMA_70B, cards(4))
LOAD = Load(1024, 256, batch=16, static=True)
MIDDLE = expected_decode(HERE, LOAD).tok_s


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
        ({"decode_tok_s": MIDDLE * 0.6, "spread_pct": 20}, "inconclusive"),
        ({"decode_tok_s": MIDDLE * 0.3, "spread_pct": 2}, "slower-than-fit"),
        ({"ttft_ms": {"p50": 200}}, "inconclusive"),
        ({"tpot_ms": {"p99": 1}}, "inconclusive"),
        ({"tpot_ms": {"p50": 0}}, "inconclusive"),
    ],
)
def test_verdicts(said: dict[str, object], verdict: str) -> None:
    found = judge(HERE, LOAD, results(**said))
    assert found.verdict == verdict
    assert found.reason
    assert found.memory is not None
    assert found.terms


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


def test_gaps_are_told() -> None:
    bare = deployment(build.LLAMA_8B, cards(2, hardware("bare", memory={}, peak={})))
    found = judge(bare, LOAD, results(decode_tok_s=10, prefill_tok_s=10, tpot_ms={"p50": 10}))
    assert found.verdict == "not-checkable"
    assert [found.memory, found.ceiling, found.floor, found.prefill, found.expected] == [None] * 5
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
    assert tpot_ms(results()) is None


def test_verdicts_are_listed_once() -> None:
    assert len(set(VERDICTS)) == len(VERDICTS) == 7
