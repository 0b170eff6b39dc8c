"""Points held against the ceiling: the one above it is accused, and nobody else."""

from typing import Any

import pytest

from curation.argonne import EARLY
from curation.measured import Measured
from kb import Corpus
from kb.calibration.innocence import Held, hold
from kb.calibration.report import innocence
from kb.estimate import MARGIN
from tests.calibration.build import among, case, row
from tests.estimate.build import about

UNKNOWN_WORKERS = "how many decode workers share the requests is not stated"
NO_TIME = "no time per token follows from what is stated"


def held(corpus: Corpus, *rows: Measured) -> list[Held | str]:
    """Hold each run as a case of its own, in order."""
    return [found for run in rows for found in hold(among(corpus, {"mlperf": [run]}))]


def one(corpus: Corpus, **said: Any) -> Held:
    (found,) = held(corpus, row(**said))
    assert isinstance(found, Held)
    return found


def test_16_gb_at_3350_gb_a_second_take_5_ms(corpus: Corpus) -> None:
    # Llama 3.1 8B in BF16: 7.5e9 weights are read for each token, the embeddings apart: 15 GB.
    found = one(corpus, tpot_ms=5.0)
    assert (found.collection, found.fits, found.accused) == ("mlperf", True, False)
    assert 0.85 < found.share < 1
    # Half of the time is twice the share, and more than the margin grants.
    faster = one(corpus, tpot_ms=2.5)
    assert faster.share == about(2 * found.share)
    assert faster.share > MARGIN
    assert faster.accused


def test_a_rate_stands_for_a_time(corpus: Corpus) -> None:
    found = one(corpus, tpot_ms=None, decode_tok_s=200.0, load="static")
    assert found.share == pytest.approx(one(corpus, tpot_ms=5.0, load="static").share, rel=1e-6)


def test_a_batch_and_its_duration_stand_for_a_rate(corpus: Corpus) -> None:
    said = {"load": "static", "in_flight": 4.0, "tpot_ms": None}
    by_rate = one(corpus, decode_tok_s=400.0, **said)
    assert one(corpus, e2e_ms=5000.0, **said).share == about(by_rate.share)


def test_a_time_and_a_rate_are_both_held(corpus: Corpus) -> None:
    slow, fast = (one(corpus, tpot_ms=20.0, decode_tok_s=rate) for rate in (50.0, 2000.0))
    assert fast.share > 2 * slow.share
    assert fast.accused


def test_weights_that_do_not_fit_are_accused(corpus: Corpus) -> None:
    found = one(corpus, model="llama-3.3-70b-instruct", tpot_ms=500.0)
    assert not found.fits
    assert found.share < 1
    assert found.accused


def test_weights_that_may_lie_in_host_memory_are_held_against_the_ceiling(corpus: Corpus) -> None:
    # llama.cpp leaves layers in host memory where a card is too small: the rate is bounded as ever, and all fits.
    said = {"engine": "llama.cpp", "quantization": "gguf-f16", "load": "static"}
    found = one(corpus, tpot_ms=5.0, **said)
    assert 0.85 < found.share < 1
    assert one(corpus, tpot_ms=2.5, **said).accused
    large = one(corpus, model="llama-3.3-70b-instruct", tpot_ms=500.0, **said)
    assert large.fits
    assert not large.accused


def test_where_nobody_says_how_many_ran_any_number_is_granted(corpus: Corpus) -> None:
    said = {"tpot_ms": None, "decode_tok_s": 3000.0}
    assert one(corpus, **said).accused
    assert not one(corpus, load="queued", **said).accused
    assert not one(corpus, in_flight=None, load="open", **said).accused


def test_speculation_is_granted_where_a_reason_names_it(corpus: Corpus) -> None:
    assert one(corpus, tpot_ms=3.0, aside="a copy").accused
    assert not one(corpus, tpot_ms=3.0, draft_tokens=3).accused
    (found,) = held(corpus, row(tpot_ms=3.0, aside="undeclared speculation"))
    assert found == "how many tokens are drafted per step is not said"


def test_what_does_not_say_enough_is_counted_by_reason(corpus: Corpus) -> None:
    rows = [
        row(role="decode"),
        row(role="decode", workers=2),
        row(tpot_ms=None, e2e_ms=100.0, output_tokens=None, load="static"),
        row(tpot_ms=None, e2e_ms=100.0, in_flight=None, load="static"),
    ]
    first, second, *others = held(corpus, *rows)
    assert first == UNKNOWN_WORKERS
    assert isinstance(second, Held)
    assert others == [NO_TIME, NO_TIME]


def test_what_is_told(corpus: Corpus) -> None:
    rows = [
        row(locator="slow", tpot_ms=10.0),
        row(locator="slower", tpot_ms=20.0),
        row(locator="doubted and slow", tpot_ms=5.0, aside="a copy"),
        row(locator="doubted and fast", tpot_ms=1.0, aside="a misprint"),
        row(locator="fast", tpot_ms=2.0),
        row(locator="faster", tpot_ms=1.5),
        row(role="decode"),
        row(role="decode"),
        row(tpot_ms=None, e2e_ms=100.0, output_tokens=None, load="static"),
    ]
    told = innocence(held(corpus, *rows))
    assert (told["judged"], told["innocents_accused"]) == (6, 2)
    # Those that nobody doubted come first, the fastest before the others.
    assert [found["locator"] for found in told["accused"]] == ["faster", "fast", "doubted and fast"]
    assert [found["caveat"] for found in told["accused"]] == ["", "", "a misprint"]
    assert told["accused"][0] | {"share": 0} == {
        "case": case(rows[5], corpus, "mlperf").id,
        "locator": "faster",
        "hardware": "h100-sxm5-80gb",
        "model": "meta-llama-3.1-8b",
        "share": 0,
        "fits": True,
        "caveat": "",
    }
    assert told["accused"][1]["share"] == round(one(corpus, tpot_ms=2.0).share, 2)
    # Of those that are neither accused nor doubted.
    assert told["highest_innocent_share"] == round(one(corpus, tpot_ms=10.0).share, 3)
    assert told["not_judged"] == {UNKNOWN_WORKERS: 2, NO_TIME: 1}


def test_nothing_is_told_of_nothing() -> None:
    assert innocence([]) == {
        "judged": 0,
        "innocents_accused": 0,
        "highest_innocent_share": 0.0,
        "accused": [],
        "not_judged": {},
    }


class TestCommitted:
    """The cases of this repository."""

    @pytest.fixture
    def told(self, committed_held: list[Held | str]) -> dict[str, Any]:
        return innocence(committed_held)

    def test_nobody_innocent_is_accused(self, told: dict[str, Any]) -> None:
        found = [f"{one['case']}: {one['locator']} at {one['share']}" for one in told["accused"] if not one["caveat"]]
        assert not found
        assert told["innocents_accused"] == 0
        assert told["highest_innocent_share"] <= MARGIN

    def test_most_points_are_judged(self, told: dict[str, Any], committed_held: list[Held | str]) -> None:
        assert told["judged"] + sum(told["not_judged"].values()) == len(committed_held)
        assert told["judged"] > 0.8 * len(committed_held)

    def test_what_was_proven_mislabelled_is_caught(self, told: dict[str, Any]) -> None:
        reasons = {one["caveat"] for one in told["accused"]}
        assert EARLY in reasons
        assert all(one["share"] > MARGIN or not one["fits"] for one in told["accused"])
