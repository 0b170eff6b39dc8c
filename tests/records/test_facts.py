"""Numbers and their evidence: the short form, the long form, and who hands evidence down."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kb.records import TIERS, Fact, strongest, weakest
from kb.records.evidence import AmountFact, CountFact, NumberFact, PositiveFact, WholeFact, default_evidence
from kb.records.scalars import Plain
from tests.records.samples import record

NUMBERS = st.integers(-(10**18), 10**18) | st.floats(-1e18, 1e18)


def _evidence_of(fact: Fact | None) -> tuple[str, ...]:
    assert fact is not None
    return fact.evidence


@given(NUMBERS)
def test_a_plain_number_and_its_long_form_are_equal(number: float) -> None:
    short = NumberFact.model_validate(number)
    assert (
        short
        == NumberFact.model_validate({"value": number})
        == NumberFact.model_validate({"value": number, "evidence": []})
    )
    assert short.value == number
    assert type(short.value) is type(number)
    assert short.values == (number,)


@given(NUMBERS)
def test_default_evidence_reaches_the_short_and_the_long_form(number: float) -> None:
    with default_evidence(("ev-x",)):
        short, long = NumberFact.model_validate(number), NumberFact.model_validate({"value": number})
        named = NumberFact.model_validate({"value": number, "evidence": ["ev-y"]})
        bare = NumberFact.model_validate({"value": number, "evidence": []})
    assert short == long
    assert [f.evidence for f in (short, long, named, bare)] == [("ev-x",), ("ev-x",), ("ev-y",), ()]
    assert NumberFact.model_validate(number).evidence == ()


def test_the_three_ways_to_write_a_record_make_the_same_record() -> None:
    short = record("hardware", default_evidence="ev-x", memory={"capacity_gb": 80}, tdp_w=700)
    long = record(
        "hardware",
        default_evidence="ev-x",
        memory={"capacity_gb": {"value": 80, "evidence": ["ev-x"]}},
        tdp_w={"value": 700},
    )
    read = record(
        "hardware", default_evidence="ev-x", memory={"capacity_gb": Plain("80")}, tdp_w={"value": Plain("700")}
    )
    assert short == long == read
    assert short.plain() == long.plain() == read.plain()
    assert hash(short) == hash(long)


def test_a_point_hands_down_its_own_default_and_no_further() -> None:
    points = [
        {"default_evidence": "ev-point", "results": {"decode_tok_s": 1, "ttft_ms": {"p50": 5}}},
        {"results": {"decode_tok_s": 2, "prefill_tok_s": {"value": 3, "evidence": ["ev-own"]}}},
    ]
    case = record("case", default_evidence="ev-record", points=points, quality=[{"benchmark": "b", "score": 9}])
    first, second = case.points
    assert _evidence_of(first.results.decode_tok_s) == ("ev-point",)
    assert _evidence_of(first.results.ttft_ms.p50) == ("ev-point",)
    assert _evidence_of(second.results.decode_tok_s) == ("ev-record",)
    assert _evidence_of(second.results.prefill_tok_s) == ("ev-own",)
    assert _evidence_of(case.quality[0].score) == ("ev-record",)
    # Nothing is left over for the next record.
    assert _evidence_of(record("case").points[0].results.decode_tok_s) == ()


def test_a_point_of_a_record_without_default_has_its_own() -> None:
    case = record(
        "case", points=[{"default_evidence": "ev-a", "results": {"decode_tok_s": 1}}, {"results": {"requests_s": 1}}]
    )
    assert _evidence_of(case.points[0].results.decode_tok_s) == ("ev-a",)
    assert _evidence_of(case.points[1].results.requests_s) == ()


@pytest.mark.parametrize("wrong", ["x", "ev-", "EV-X", "ev-x\n", 8, True, [], {}])
def test_a_wrong_default_is_one_fault_and_not_one_per_number(wrong: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        record("hardware", default_evidence=wrong, memory={"capacity_gb": 80}, tdp_w=700)
    assert [error["loc"] for error in caught.value.errors()] == [("default_evidence",)]


def test_disputed_values_are_kept_in_order() -> None:
    fact = PositiveFact.model_validate(
        {"value": 3350, "evidence": ["ev-a"], "disputed": [{"value": 3360, "evidence": ["ev-b"], "why": "rounds"}]}
    )
    assert fact.values == (3350, 3360)
    assert fact.disputed[0].why == "rounds"
    with pytest.raises(ValidationError, match="why"):
        PositiveFact.model_validate({"value": 1, "disputed": [{"value": 2}]})


@pytest.mark.parametrize(
    ("model", "taken", "refused"),
    [
        (NumberFact, [-1, 0, 1, 1.5, -1e18, 10**18], [1.1e18, 10**18 + 1, -(10**18) - 1]),
        (AmountFact, [0, 0.0, -0.0, 1, 1.5], [-1, -0.001, 1e19]),
        (PositiveFact, [1, 0.001, 10**18], [0, 0.0, -0.0, -1, 1e19]),
        (CountFact, [1, 8.0, 10**18], [0, -1, 0.5, 8.5, 1e19]),
        (WholeFact, [0, 1, 8.0, -0.0], [-1, 0.5, 1e19]),
    ],
)
def test_what_each_kind_of_number_takes(model: type[Fact], taken: list[float], refused: list[float]) -> None:
    for number in taken:
        assert model.model_validate(number).value == number
        assert model.model_validate({"value": number}).value == number
    never: list[Any] = [float("inf"), float("-inf"), float("nan"), True, False, "8", None, [8], [], {}]
    for data in [*refused, *never]:
        with pytest.raises(ValidationError):
            model.model_validate(data)
        with pytest.raises(ValidationError):
            model.model_validate({"value": data})


def test_whole_numbers_are_integers_however_json_writes_them() -> None:
    assert type(CountFact.model_validate(8.0).value) is int
    assert type(NumberFact.model_validate(8.0).value) is float


def test_tiers_are_ordered() -> None:
    assert strongest(["derived", "measured", "estimated"]) == "measured"
    assert weakest(["derived", "measured", "official"]) == "derived"
    assert strongest(list(reversed(TIERS))) == TIERS[0]
    assert weakest(list(TIERS)) == TIERS[-1]
