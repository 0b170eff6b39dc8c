"""The same stack under the same load, build after build."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest

from kb import Bundle, open_bundle
from kb.errors import UnknownName
from kb.search.history import History, first_day, history, summary
from kb.search.timeline import Series
from tests.search.served import H100, LLAMA, MI300X, at, case, tpot
from tests.search.small import bundle_of


def build(version: str, **more: Any) -> dict[str, Any]:
    return {"id": "made-up", "version": version, **more}


CASES = dict(
    (
        # One stack: 100, then 150, then 120 tok/s at concurrency 8; llama-3.3-70b-instruct came out on 2024-12-06.
        case("case-1", at(8, decode_tok_s=100), engine=build("1.0.0"), measured="2024-12-06", driver="550"),
        case("case-2", at(8, decode_tok_s=150), engine=build("1.1.0"), measured="2025-01-05", driver="560"),
        case(
            "case-3",
            at(8, decode_tok_s=120, lengths={"input_tokens": 1000, "output_tokens": 1000}),
            at(8, decode_tok_s=110, label="again"),
            at(64, decode_tok_s=500),
            engine=build("2.0.0"),
            measured="2025-01-18",
        ),
        # Not the same stack, or not the same load.
        case("case-bf16", at(8, decode_tok_s=90), quantization="bf16"),
        case("case-half", at(8, decode_tok_s=90), count=4),
        case("case-drafting", at(8, decode_tok_s=90), speculation={"method": "eagle"}),
        case("case-long", at(8, decode_tok_s=90, lengths={"input_tokens": 8000, "output_tokens": 1024})),
        case("case-backend", at(8, decode_tok_s=90), engine=build("2.0.0", backend="vulkan")),
        # Cannot be counted.
        case("case-rough", at(8, decode_tok_s=900), rough=True, measured="2025-03-01"),
        case("case-caveat", at(8, decode_tok_s=900, caveat="doubtful"), measured="2025-03-01"),
        case("case-impossible", at(8, decode_tok_s=9000000), measured="2025-03-01"),
        case("case-undated", at(8, decode_tok_s=90), measured=None, engine={"id": "made-up"}),
        # Cut one way at first and another way later; and both ways on one day.
        case("case-cut-1", at(4, decode_tok_s=50), hardware=MI300X, tp=8, measured="2025-02-01"),
        case("case-cut-2", at(4, decode_tok_s=60), hardware=MI300X, tp=4, measured="2025-02-03"),
        # Under a set rate of requests only the time per token can change.
        *(
            case(
                f"case-rate-{ms}",
                {
                    "scenario": {"kind": "serving", "request_rate_s": 2.5, "input_tokens": 64, "output_tokens": 64},
                    "results": {"decode_tok_s": 160, "tpot_ms": tpot(ms)},
                },
                engine=build(f"{ms}.0"),
                measured=f"2025-04-{ms}",
            )
            for ms in (20, 10)
        ),
        # What a source without a date ran is dated by its engine.
        case("case-by-engine", at(8, decode_tok_s=130), engine=build("1.1.0"), measured=None, quantization="int8"),
        case("case-by-engine-2", at(8, decode_tok_s=260), engine=build("2.0.0"), measured=None, quantization="int8"),
    )
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    with open_bundle(bundle_of(tmp_path_factory.mktemp("history"), (), **CASES)) as found:
        yield found


@pytest.fixture(scope="module")
def found(small: Bundle) -> History:
    return history(small, LLAMA)


def series(found: History, name: str) -> Series:
    """Return the series that a case is in."""
    return next(
        one for stack in found.stacks for one in stack.series if name in {run.deployed.case["id"] for run in one.runs}
    )


class TestSeries:
    """What is compared with what."""

    def test_builds_stand_in_order_with_their_day_after_the_release(self, found: History) -> None:
        one = series(found, "case-1")
        assert str(one) == "serving, 1,024 in / 1,024 out, concurrency 8"
        assert one.metric == "tok_s"
        assert [(run.step.build, run.step.since_release) for run in one.runs] == [
            ("1.0.0", 0),
            ("1.1.0", 30),
            ("2.0.0", 43),
        ]
        assert one.rates == (100, 150, 120)
        assert one.changes == (1, 1.5, 1.2)
        # The fastest of two at a step stands for it.
        assert [run.of for run in one.runs] == [1, 1, 2]

    def test_other_stacks_and_loads_are_apart(self, found: History) -> None:
        shown = {run.deployed.case["id"] for stack in found.stacks for one in stack.series for run in one.runs}
        assert shown == {
            *("case-1", "case-2", "case-3", "case-cut-1", "case-cut-2", "case-rate-20", "case-rate-10"),
            *("case-by-engine", "case-by-engine-2"),
        }

    def test_what_else_changed_is_told(self, found: History) -> None:
        assert series(found, "case-1").confounders == {
            "driver": ("550", "560"),
            "lengths": ("serving, 1,024 in / 1,024 out", "serving, 1,000 in / 1,000 out"),
        }
        assert series(found, "case-cut-1").confounders == {"parallelism": ("tp 8", "tp 4")}

    def test_under_a_set_rate_it_is_the_speed_of_one_user(self, found: History) -> None:
        one = series(found, "case-rate-10")
        assert (one.metric, one.in_flight) == ("per_user_tok_s", "2.5 requests/s")
        assert [run.step.day.day for run in one.runs] == [10, 20]
        assert one.changes == (1, 0.5)

    def test_days_say_what_dates_them(self, found: History) -> None:
        one = series(found, "case-by-engine")
        assert [(run.step.day, run.step.dated_by) for run in one.runs] == [
            (datetime.date(2025, 6, 30), "engine-release"),
            (datetime.date(2026, 1, 10), "engine-release"),
        ]
        assert one.changes == (1, 2)


class TestHistory:
    """The whole answer."""

    def test_what_has_no_history_is_counted_or_named(self, found: History) -> None:
        assert found.undated == ("case-undated",)
        assert found.left_out == {
            "no day is known": 1,
            "nothing else is comparable on another day or build": 6,
            "physics refuses what is claimed": 1,
            "the evidence supports an estimate only": 1,
            "the point carries a caveat": 1,
        }

    def test_a_summary(self, found: History) -> None:
        assert summary(found) == (
            "day 0 to day 400: 4 stacks and loads, 0.50x to 2.00x of the first step's speed, 1.20x in the median"
        )

    def test_one_kind_of_card(self, small: Bundle) -> None:
        found = history(small, LLAMA, "MI300X")
        assert [stack.hardware for stack in found.stacks] == [MI300X]
        told = summary(found)
        assert told == "day 57 to day 59: 1 stack and load, 1.20x of the first step's speed"

    def test_one_engine(self, small: Bundle) -> None:
        assert history(small, LLAMA, engine="made-up").stacks == history(small, LLAMA).stacks

    def test_no_history(self, small: Bundle) -> None:
        found = history(small, "deepseek-r1", H100)
        assert (found.stacks, found.left_out, summary(found)) == ((), {}, None)

    def test_the_json_form(self, found: History) -> None:
        plain = json.loads(json.dumps(found.plain()))
        assert plain["released"] == "2024-12-06"
        mine = next(one for stack in plain["stacks"] for one in stack["series"] if "driver" in one["also_changed"])
        assert mine["in_flight"] == {"concurrency": 8}
        assert [(step["days_since_release"], step["tok_s"], step["over_first"]) for step in mine["steps"]] == [
            (0, 100, 1),
            (30, 150, 1.5),
            (43, 120, 1.2),
        ]

    @pytest.mark.parametrize("names", [("llama-9",), (LLAMA, "h1000")])
    def test_an_unknown_name(self, small: Bundle, names: tuple[str, ...]) -> None:
        with pytest.raises(UnknownName):
            history(small, *names)


@pytest.mark.parametrize(
    ("released", "day"), [("2025", "2025-01-01"), ("2025-05", "2025-05-01"), ("2025-05-28", "2025-05-28")]
)
def test_a_partial_date_may_mean_its_first_day(released: str, day: str) -> None:
    assert first_day(released).isoformat() == day


@pytest.mark.parametrize("model", ["minimax-m2.5", "deepseek-r1-0528", "llama-2-7b-hf", "llama-2-70b-chat-hf"])
def test_real_series_differ_in_build_or_day_and_are_in_order(opened: Bundle, model: str) -> None:
    for stack in history(opened, model).stacks:
        for one in stack.series:
            steps = [run.step for run in one.runs]
            assert len(set(steps)) == len(steps) > 1
            assert [step.day for step in steps] == sorted(step.day for step in steps)
            assert one.changes[0] == 1
            assert len({run.deployed.case["engine"] for run in one.runs}) == 1
            assert len({run.deployed.cards for run in one.runs}) == 1
