"""Which points are comparable, and who reproduced whom."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.checks import Context, rules
from kb.checks.digits import digits_shared
from kb.checks.siblings import agrees, is_same_figure, reproduced_by, siblings_of
from kb.corpus import Corpus, Origin
from kb.records import Case

_CASE: dict[str, Any] = {
    "kind": "case",
    "id": "case-a",
    "title": "A model on a card",
    "default_evidence": "ev-a",
    "measured": "2026-03-01",
    "stack": {
        "model": "m",
        "engine": {"id": "e", "version": "1.0"},
        "quantization": "bf16",
        "pools": [{"hardware": "h", "count": 1}],
    },
    "points": [
        {
            "scenario": {"kind": "serving", "input_tokens": 1000, "output_tokens": 1000, "concurrency": 8},
            "results": {"decode_tok_s": 500.0},
        }
    ],
    "evidence": [
        {
            "id": "ev-a",
            "source": {"title": "t", "url": "https://lab.acme.io/a", "kind": "paper", "publisher": "Lab One"},
            "locator": "table 1",
            "ran_by": "Lab One",
        }
    ],
}


def case(name: str, who: str | None = "Lab One", **changes: Any) -> dict[str, Any]:
    """Return a case; ``changes`` go to the places they name: ``points/0/results/decode_tok_s``."""
    data = deepcopy(_CASE) | {"id": name}
    data["evidence"][0].pop("ran_by") if who is None else data["evidence"][0].update(ran_by=who)
    for place, value in changes.items():
        *path, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        target: Any = data
        for step in path:
            target = target[step]
        target[last] = value
    return data


def corpus(*cases: dict[str, Any]) -> Corpus:
    records = [(Case.model_validate(data), Origin(f"data/cases/2026/{data['id']}.yaml", "")) for data in cases]
    return Corpus(Path(), records, (), len(records))


def parties(*cases: dict[str, Any]) -> dict[str, str]:
    shelf = corpus(*cases)
    return reproduced_by(shelf.cases["case-a"], shelf)


RATE = "points/0/results/decode_tok_s"


class TestReproduced:
    def test_another_party_within_ten_per_cent_confirms(self) -> None:
        assert parties(case("case-a"), case("case-b", "Lab Two", **{RATE: 462.0})) == {"case-b": "lab two"}

    def test_further_off_confirms_nothing(self) -> None:
        assert parties(case("case-a"), case("case-b", "Lab Two", **{RATE: 440.0})) == {}

    def test_the_same_party_confirms_nothing(self) -> None:
        assert parties(case("case-a"), case("case-b", " lab  ONE ", **{RATE: 480.0})) == {}

    @pytest.mark.parametrize("copied", [500.0, 500.1])
    def test_a_figure_that_was_copied_confirms_nothing(self, copied: float) -> None:
        assert parties(case("case-a"), case("case-b", "Lab Two", **{RATE: copied})) == {}

    def test_who_is_not_named_is_no_party(self) -> None:
        kind = {"evidence/0/source/kind": "benchmark-repository"}
        assert parties(case("case-a"), case("case-b", None, **{RATE: 480.0}, **kind)) == {}

    def test_the_publisher_of_a_paper_is_one(self) -> None:
        assert parties(
            case("case-a"), case("case-b", None, **{RATE: 480.0, "evidence/0/source/publisher": "Lab Three"})
        ) == {"case-b": "lab three"}

    def test_two_cases_of_one_party_are_one(self) -> None:
        found = parties(
            case("case-a"), case("case-b", "Lab Two", **{RATE: 480.0}), case("case-c", "Lab Two", **{RATE: 490.0})
        )
        assert set(found.values()) == {"lab two"}
        assert set(found) == {"case-b", "case-c"}


@pytest.mark.parametrize(
    ("place", "value", "comparable"),
    [
        ("points/0/scenario/concurrency", 16, False),
        ("points/0/scenario/input_tokens", 1200, True),
        ("points/0/scenario/input_tokens", 1300, False),
        # 0.8 to 1 of 1100 is 990 in the mean.
        ("points/0/scenario/shortest_share", 0.8, True),
        ("points/0/caveat", "a cold server", False),
        ("stack/model", "another", False),
        ("stack/quantization", "fp8", False),
        ("stack/engine", {"id": "e", "version": "1.1"}, False),
        ("stack/engine", {"id": "e"}, True),
        ("stack/pools", [{"hardware": "h", "count": 2}], False),
        ("stack/pools", [{"hardware": "h", "count": 1, "count_of": "worker"}], False),
        ("stack/speculation", {"method": "EAGLE"}, False),
        ("stack/kv_cache", "fp8", True),
        ("division", "open", True),
        ("measured", "2024-01-01", True),
    ],
)
def test_what_makes_points_comparable(place: str, value: Any, comparable: bool) -> None:
    shelf = corpus(case("case-a"), case("case-b", "Lab Two", **{place: value}))
    others = [other.case.id for _, found in siblings_of(shelf.cases["case-a"], shelf) for other in found]
    assert others == (["case-b"] if comparable else [])


def test_divisions_of_an_audited_benchmark_are_not_compared() -> None:
    closed = case("case-a", division="closed")
    for other, comparable in (("closed", True), ("open", False)):
        shelf = corpus(closed, case("case-b", "Lab Two", division=other))
        found = [others for _, others in siblings_of(shelf.cases["case-a"], shelf)]
        assert bool(found[0]) is comparable


def test_builds_that_nobody_names_must_be_of_one_month() -> None:
    unnamed: dict[str, Any] = {"stack/engine": {"id": "e"}}
    for day, comparable in (("2026-03-20", True), ("2026-05-01", False)):
        shelf = corpus(case("case-a", **unnamed), case("case-b", "Lab Two", **unnamed, measured=day))
        found = [others for _, others in siblings_of(shelf.cases["case-a"], shelf)]
        assert bool(found[0]) is comparable


def test_a_time_is_read_as_a_rate() -> None:
    timed: dict[str, Any] = {"points/0/results": {"tpot_ms": {"p50": 10.0}}}
    slower: dict[str, Any] = {"points/0/results": {"tpot_ms": {"p50": 10.8}}}
    shelf = corpus(case("case-a", **timed), case("case-b", "Lab Two", **slower))
    ((mine, (other,)),) = siblings_of(shelf.cases["case-a"], shelf)
    assert (mine.metric, mine.rate, mine.pointer) == ("tpot_ms", 100.0, "/points/0/results/tpot_ms/p50")
    assert agrees(mine, other)
    assert not is_same_figure(mine, other)


def test_the_real_base_confirms_what_audited_rounds_repeat(corpus: Corpus) -> None:
    found = {name: reproduced_by(one, corpus) for name, one in corpus.cases.items()}
    confirmed = {name: parties for name, parties in found.items() if parties}
    assert len(confirmed) >= 50
    for name, others in confirmed.items():
        mine = {evidence.ran_by for evidence in corpus.cases[name].evidence if evidence.ran_by}
        assert {who.casefold() for who in mine}.isdisjoint(others.values())
        assert name not in others


def test_close_figures_of_audited_runs_are_two() -> None:
    one: dict[str, Any] = {RATE: 101253.0}
    other: dict[str, Any] = {RATE: 101246.0}
    assert parties(case("case-a", **one), case("case-b", "Nebius", **other)) == {"case-b": "nebius"}


@pytest.mark.parametrize("ran_by", ["Lab One (the team)", "Lab_One_Broadcom"])
def test_a_joint_submission_is_no_other_party(ran_by: str) -> None:
    assert parties(case("case-a"), case("case-b", ran_by, **{RATE: 480.0})) == {}


def test_a_joint_submission_and_its_members_count_once() -> None:
    found = parties(
        case("case-a"),
        case("case-b", "Dell_MangoBoost", **{RATE: 480.0}),
        case("case-c", "Dell", **{RATE: 485.0}),
        case("case-d", "MangoBoost", **{RATE: 490.0}),
    )
    assert len(set(found.values())) == 1


@pytest.mark.parametrize(
    ("one", "other", "digits"),
    [
        (10.045052272695978, 10.05, 4),
        (134.73297602613457, 134.73, 5),
        (500.1, 500.0, 3),
        (19.23, 19.24, 0),
        (101253, 101246, 0),
        (118.6, 118.6, 4),
    ],
)
def test_digits_shared(one: float, other: float, digits: int) -> None:
    assert digits_shared(one, other) == digits_shared(other, one) == digits


@given(st.floats(1e-3, 1e6), st.integers(1, 6))
def test_a_figure_is_itself_with_fewer_digits(figure: float, places: int) -> None:
    rounded = round(figure, places)
    if rounded:
        assert digits_shared(figure, rounded) > 0


def _found(rule: str, corpus: Corpus) -> list[str]:
    check = next(entry.check for entry in rules() if entry.rule.name == rule)
    assert check is not None
    context = Context(corpus)
    return [one.id for one in corpus.cases.values() for _ in check(one, context)]


def test_comparing_goes_both_ways_and_accuses_few(corpus: Corpus) -> None:
    """Of thousands of comparable points a handful contradict each other: more would be a fault of the comparison."""
    pairs = {
        ((mine.case.id, mine.point), (other.case.id, other.point))
        for one in corpus.cases.values()
        for mine, others in siblings_of(one, corpus)
        for other in others
    }
    assert len(pairs) > 5000
    assert pairs == {(other, mine) for mine, other in pairs}
    assert all(one != other for one, other in pairs)
    assert len(_found("sibling-outlier", corpus)) <= 10
    # Figures of three and four digits meet by chance every day; that alone must not make two runs one.
    assert len(_found("duplicate-case", corpus)) <= 20
