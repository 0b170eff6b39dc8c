"""Throughput per card against the speed of one user, and which points no other beats in both."""

import json
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Bundle, Corpus, open_bundle
from kb.bundle.columns import row_of
from kb.checks import siblings
from kb.errors import BadRequest, UnknownName
from kb.records import TIERS as RECORDED
from kb.records.case import Results, Scenario
from kb.search import loads
from kb.search.pareto import Pareto, ParetoQuestion, front, pareto
from kb.search.rates import throughput, user_speed
from kb.search.tiers import TIERS
from tests.search.served import H100, LLAMA, MI300X, QWEN, at, case, tpot
from tests.search.small import bundle_of

SHORT = {"input_tokens": 128, "output_tokens": 128}
CASES = dict(
    (
        # (tok/s of one user, tok/s per card): (100, 12.5), (50, 400), and (40, 300), which the second beats.
        case(
            "case-fast",
            at(1, decode_tok_s=100, tpot_ms=tpot(10)),
            at(64, decode_tok_s=3200, tpot_ms=tpot(20)),
            at(80, decode_tok_s=2400, tpot_ms=tpot(25)),
        ),
        # Lengths within a quarter are one load: (80, 20).
        case(
            "case-near",
            at(2, decode_tok_s=80, tpot_ms=tpot(12.5), lengths={"input_tokens": 1000, "output_tokens": 1100}),
            hardware=MI300X,
            count=4,
            tp=4,
            quantization="bf16",
        ),
        # Better than all others in both, and never on the frontier.
        case("case-rough", at(64, decode_tok_s=8000, tpot_ms=tpot(5)), rough=True),
        case("case-caveat", at(64, decode_tok_s=8000, tpot_ms=tpot(5), caveat="printed twice, differently")),
        case("case-impossible", at(4, decode_tok_s=900000, tpot_ms=tpot(5))),
        # Throughput follows from the load: 32 x 1024 / (1 + 1023 x 0.0312) s; 1000 / 31.2 = 32.05 tok/s of one user.
        case("case-little", at(32, ttft_ms=tpot(1000, "mean"), tpot_ms=tpot(31.2, "mean"))),
        # No time per token: 1600 / 40 = 40 tok/s of one user at least.
        case("case-floor", at(40, decode_tok_s=1600)),
        # 4 cards read prompts, 8 decode: 6000 over 12.
        case(
            "case-apart",
            at(128, decode_tok_s=6000, tpot_ms=tpot(22)),
            pools=(
                {"role": "prefill", "hardware": H100, "count": 4},
                {"role": "decode", "hardware": H100, "count": 8},
            ),
        ),
        case(
            "case-workers",
            at(64, ttft_ms=tpot(100), tpot_ms=tpot(5)),
            pools=({"role": "serve", "hardware": H100, "count": 8, "count_of": "worker"},),
        ),
        case("case-short", at(1, decode_tok_s=160, tpot_ms=tpot(6), lengths=SHORT)),
        case("case-static", at(8, kind="static-batch", decode_tok_s=400)),
        case("case-no-lengths", at(8, decode_tok_s=400, tpot_ms=tpot(20), lengths={})),
        case("case-no-speed", at(decode_tok_s=400), at(8, ttft_ms=tpot(80))),
        case("case-qwen", at(1, decode_tok_s=100, tpot_ms=tpot(10)), model=QWEN, count=1, tp=1),
    )
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    with open_bundle(bundle_of(tmp_path_factory.mktemp("pareto"), (), **CASES)) as found:
        yield found


@pytest.fixture(scope="module")
def found(small: Bundle) -> Pareto:
    return pareto(small, ParetoQuestion(LLAMA))


def names(found: Pareto) -> list[str]:
    return [f"{spot.case['id'].removeprefix('case-')}#{spot.point['point']}" for spot in found.frontier]


class TestFront:
    """The frontier of pairs, by its definition."""

    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6))))
    def test_it_is_what_no_pair_beats(self, pairs: list[tuple[int, int]]) -> None:
        def beaten(one: tuple[int, int]) -> bool:
            return any(o != one and o[0] >= one[0] and o[1] >= one[1] for o in pairs)

        kept = front(pairs)
        assert {pairs[place] for place in kept} == {pair for pair in pairs if not beaten(pair)}
        # Of equal ones there is one, the first.
        assert [pairs.index(pairs[place]) for place in kept] == kept

    def test_it_goes_from_the_fastest_user_to_the_highest_throughput(self) -> None:
        assert front([(1, 9), (5, 5), (9, 1), (4, 4)]) == [2, 1, 0]


class TestOneLoad:
    """Points under the load that most of them have."""

    def test_the_frontier(self, found: Pareto) -> None:
        assert names(found) == ["fast#0", "near#0", "fast#1", "apart#0"][: len(found.frontier)]
        assert [(round(s.speed.tok_s, 2), s.per_card) for s in found.frontier] == [
            (100, 12.5),
            (80, 20),
            (50, 400),
            (45.45, 500),
        ]

    def test_the_load_with_most_points_is_chosen_and_the_others_are_told(self, found: Pareto) -> None:
        assert str(found.load) == "serving, 1,024 in / 1,024 out"
        assert {str(load): count for load, count in found.others} == {
            "serving, 128 in / 128 out": 1,
            "static-batch, 1,024 in / 1,024 out": 1,
        }

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("case-rough", "its evidence supports an estimate only"),
            ("case-caveat", "printed twice, differently"),
            ("case-impossible", "impossible: decode of 900,000 tok/s is above the hard ceiling"),
        ],
    )
    def test_what_is_doubted_is_shown_and_never_on_the_frontier(self, found: Pareto, name: str, words: str) -> None:
        spot = next(spot for spot in found.spots if spot.case["id"] == name)
        assert spot.doubt is not None
        assert spot.doubt.startswith(words)
        assert spot.speed.tok_s > found.frontier[0].speed.tok_s
        assert not spot.on_frontier

    def test_cards_that_read_prompts_count(self, found: Pareto) -> None:
        spot = next(spot for spot in found.spots if spot.case["id"] == "case-apart")
        assert (spot.cards, spot.per_card, spot.plain()["decode_cards"]) == (12, 500, 8)
        assert any("throughput is per card of both" in text for text in found.warnings)

    def test_what_is_worked_out_says_how(self, found: Pareto) -> None:
        little, floor = (
            next(spot for spot in found.spots if spot.case["id"] == name) for name in ("case-little", "case-floor")
        )
        assert little.total.tok_s == pytest.approx(32 * 1024 / (1 + 1023 * 0.0312))
        assert little.total.how == "concurrency x output / (TTFT + (output - 1) x TPOT)"
        assert little.speed.how == "1000 / mean TPOT"
        assert (floor.speed.tok_s, floor.speed.how, floor.speed.floor) == (40, "throughput / concurrency", True)
        assert any(
            "throughput is worked out for 1 of 10 points: concurrency x output" in text for text in found.warnings
        )
        assert any(text.startswith("the speed of one user is throughput over requests") for text in found.warnings)

    def test_what_cannot_be_placed_is_counted(self, found: Pareto) -> None:
        assert found.left_out == {
            "lengths not stated": 1,
            "no speed of one user, nor what it follows from": 1,
            "no throughput, nor what it follows from": 1,
            "the number of cards is not stated": 1,
        }

    def test_the_json_form_holds_it_all(self, found: Pareto) -> None:
        plain = json.loads(json.dumps(found.plain()))
        assert plain["load"] == {
            "kind": "serving",
            "input_tokens": 1024,
            "output_tokens": 1024,
            "shortest_share": None,
            "dataset": None,
        }
        assert plain["frontier"] == ["case-fast#0", "case-near#0", "case-fast#1", "case-apart#0"]
        assert [point["case"] for point in plain["points"] if point["on_frontier"]] == [
            name.partition("#")[0] for name in plain["frontier"]
        ]


class TestQuestions:
    """Filters, other loads, groups, and questions that cannot be answered."""

    @pytest.mark.parametrize(
        ("question", "cases"),
        [
            ({"hardware": "MI300X"}, {"case-near"}),
            ({"quantization": "bf16"}, {"case-near"}),
            ({"input_tokens": 128}, {"case-short"}),
            ({"output_tokens": 130}, {"case-short"}),
            ({"load": "128"}, {"case-short"}),
            ({"load": "static-batch 1,024"}, {"case-static"}),
            ({"hardware": H100, "load": "static"}, {"case-static"}),
        ],
    )
    def test_filters(self, small: Bundle, question: dict[str, Any], cases: set[str]) -> None:
        assert {spot.case["id"] for spot in pareto(small, ParetoQuestion(LLAMA, **question)).spots} == cases

    def test_a_tier_is_the_weakest_that_counts(self, small: Bundle) -> None:
        found = pareto(small, ParetoQuestion(LLAMA, tier="reported"))
        assert "case-rough" not in {spot.case["id"] for spot in found.spots}
        assert found.left_out["tier below reported"] == 1
        assert pareto(small, ParetoQuestion(LLAMA, tier="measured")).spots == ()

    def test_each_kind_of_card_can_have_its_own_frontier(self, small: Bundle) -> None:
        found = pareto(small, ParetoQuestion(LLAMA, by="hardware"))
        assert names(found) == ["fast#0", "near#0", "fast#1", "apart#0"]
        found = pareto(small, ParetoQuestion(LLAMA, by="quantization", load="1024 serving"))
        assert "near#0" in names(found)

    def test_all_loads_in_one_come_with_a_warning(self, small: Bundle) -> None:
        found = pareto(small, ParetoQuestion(LLAMA, all_loads=True))
        assert found.load is None
        assert {"case-short", "case-static", "case-no-lengths"} <= {spot.case["id"] for spot in found.spots}
        assert found.warnings[0].startswith("points under unequal lengths are not comparable")

    def test_a_model_without_points(self, small: Bundle) -> None:
        found = pareto(small, ParetoQuestion("deepseek-r1"))
        assert (found.spots, found.load, found.frontier, found.left_out) == ((), None, (), {})

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ({"tier": "certain"}, "unknown tier 'certain'; one of measured, reported"),
            ({"by": "colour"}, "unknown group 'colour'; one of all, hardware"),
            ({"input_tokens": 0}, "--input-tokens is 0; it should be at least 1"),
            ({"output_tokens": float("nan")}, "--output-tokens is nan"),
            ({"input_tokens": 5, "all_loads": True}, "exclude each other"),
            ({"load": "offline", "all_loads": True}, "exclude each other"),
            ({"input_tokens": 99999}, "no point of .* under that load; the loads are: serving, 1,024 in / 1,024 out"),
            ({"load": "102"}, "no point of"),
        ],
    )
    def test_a_question_that_cannot_be_answered(self, small: Bundle, question: dict[str, Any], words: str) -> None:
        with pytest.raises(BadRequest, match=words):
            pareto(small, ParetoQuestion(LLAMA, **question))

    @pytest.mark.parametrize("question", [{"model": "llama-9"}, {"model": LLAMA, "hardware": "h1000"}])
    def test_an_unknown_name(self, small: Bundle, question: dict[str, Any]) -> None:
        with pytest.raises(UnknownName):
            pareto(small, ParetoQuestion(**question))


class TestRealRecords:
    """What must hold of the project's own."""

    @pytest.mark.parametrize("model", ["deepseek-r1-0528", "llama-2-70b-chat-hf", "llama-3.1-8b-instruct"])
    def test_no_point_that_counts_beats_one_of_the_frontier(self, opened: Bundle, model: str) -> None:
        found = pareto(opened, ParetoQuestion(model))
        counting = [spot for spot in found.spots if spot.doubt is None]
        assert counting
        for best in found.frontier:
            assert best.doubt is None
            for other in counting:
                assert other.speed.tok_s <= best.speed.tok_s or other.per_card <= best.per_card

    def test_a_family_brings_in_its_re_releases(self, opened: Bundle) -> None:
        alone, family = (pareto(opened, ParetoQuestion("dsr1", family=value)) for value in (False, True))
        assert "deepseek-r1-0528" in alone.alike
        assert "deepseek-r1-0528" in family.models
        assert len(family.spots) > len(alone.spots)

    def test_what_follows_from_a_load_is_near_what_is_stated(self, corpus: Corpus) -> None:
        ratios = []
        for record in corpus.cases.values():
            if record.evidence[0].exactness != "exact":
                continue
            for point in record.points:
                row = {**row_of(point.scenario, Scenario), **row_of(point.results, Results)}
                stated = row["decode_tok_s"]
                found = throughput({**row, "decode_tok_s": None, "total_tok_s": None})
                if stated and found and found.how.startswith("concurrency x output / (TTFT"):
                    ratios.append(found.tok_s / stated)
        ratios.sort()
        assert len(ratios) > 100
        assert 1.02 < median(ratios) < 1.05
        assert ratios[len(ratios) // 10] > 0.99
        assert ratios[len(ratios) * 9 // 10] < 1.15


def _point(**stated: Any) -> dict[str, Any]:
    return {**row_of(Scenario(), Scenario), **row_of(Results(), Results), **stated}


@pytest.mark.parametrize(
    ("stated", "tok_s", "how"),
    [
        ({"decode_tok_s": 7.0, "total_tok_s": 70.0}, 7, "stated"),
        (
            {"total_tok_s": 100.0, "input_tokens": 300.0, "output_tokens": 100.0},
            25,
            "total x output / (input + output)",
        ),
        ({"batch": 4, "output_tokens": 10.0, "e2e_ms_mean": 2000.0}, 20, "batch x output / time of a request"),
        ({"batch": 4, "tpot_ms_p50": 20.0}, 200, "batch / TPOT"),
        # Lengths drawn from 80 % up are 90 tokens in the mean: 2 x 90 / (0.11 + 89 x 0.01) s.
        (
            {
                "concurrency": 2,
                "output_tokens": 100.0,
                "shortest_share": 0.8,
                "ttft_ms_typical": 110.0,
                "tpot_ms_typical": 10.0,
            },
            180,
            "concurrency x output / (TTFT + (output - 1) x TPOT)",
        ),
    ],
)
def test_throughput(stated: dict[str, Any], tok_s: float, how: str) -> None:
    found = throughput(_point(**stated))
    assert found is not None
    assert found.tok_s == pytest.approx(tok_s)
    assert found.how == how


@pytest.mark.parametrize(
    "stated",
    [
        {"concurrency": 4, "tpot_ms_p50": 20.0},
        {"total_tok_s": 9.0, "output_tokens": 3.0},
        {"tpot_ms_p50": 20.0, "ttft_ms_p50": 1.0, "output_tokens": 3.0},
        {"concurrency": 4, "output_tokens": 3.0, "ttft_ms_p99": 1.0, "tpot_ms_p99": 1.0},
    ],
)
def test_no_throughput_is_guessed(stated: dict[str, Any]) -> None:
    assert throughput(_point(**stated)) is None


@pytest.mark.parametrize(
    ("stated", "tok_s", "how", "floor"),
    [
        ({"per_user_tok_s": 33.0, "tpot_ms_p50": 10.0}, 33, "stated", False),
        ({"tpot_ms_p50": 10.0, "tpot_ms_mean": 20.0}, 100, "1000 / median TPOT", False),
        ({"tpot_ms_typical": 20.0}, 50, "1000 / typical TPOT", False),
        ({"decode_tok_s": 80.0, "batch": 4}, 20, "throughput / batch", False),
        ({"decode_tok_s": 80.0, "batch": 4, "concurrency": 8}, 10, "throughput / concurrency", True),
        (
            {"total_tok_s": 100.0, "input_tokens": 300.0, "output_tokens": 100.0, "batch": 5},
            5,
            "total x output / (input + output) / batch",
            True,
        ),
    ],
)
def test_user_speed(stated: dict[str, Any], tok_s: float, how: str, floor: bool) -> None:
    found = user_speed(_point(**stated))
    assert found is not None
    assert (found.tok_s, found.how, found.floor) == (tok_s, how, floor)


def test_what_is_named_again_here_is_as_the_records_and_checks_have_it() -> None:
    assert tuple(RECORDED) == TIERS
    assert loads.LENGTHS == siblings.LENGTHS
