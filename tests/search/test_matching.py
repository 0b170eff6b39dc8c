"""Conditions and facets as sets of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.bundle.index import Index
from kb.search.matching import holding, numbers_in, said, same_number, same_version, satisfying
from kb.search.understood import Filter
from tests.search.tiny import case, ids, index_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(
        tmp_path_factory.mktemp("matching"),
        case("a", {"decode_tok_s": 100.0, "ttft_ms_p50": 50.0, "batch": 1, "input_tokens": 1000.0}),
        case("b", {"decode_tok_s": 900.0, "ttft_ms_mean": 500.0, "concurrency": 1}, {"decode_tok_s": 200.0}),
        case("c", {"ttft_ms_p99": 9.0}, hardware="ascend-910b", engine_version="v0.8.5", day="2025-06-30", cards=4),
        case("d", {"tpot_ms_p50": 20.0}, hardware="mi300x", engine_version="0.80", day="2026-01-01", speculation="mtp"),
    )


@pytest.mark.parametrize(
    ("field", "op", "value", "found"),
    [
        ("decode_tok_s", ">", 100, "b"),
        ("decode_tok_s", ">=", 100, "ab"),
        ("decode_tok_s", "<", 250, "ab"),
        ("decode_tok_s", "<=", 100, "a"),
        ("decode_tok_s", "=", 900, ""),
        ("ttft_ms", "<", 100, "ac"),
        ("ttft_ms", ">", 100, "b"),
        ("per_user_tok_s", ">=", 50, "d"),
        ("batch", "=", 1, "ab"),
        ("concurrency", "=", 1, "ab"),
        ("batch", ">=", 1, "a"),
        ("input_tokens", "=", 1024, "a"),
        ("input_tokens", "=", 1100, ""),
        ("cards", "=", 4, "c"),
        ("cards", ">", 4, "abd"),
        ("day", ">=", "2026-01-01", "d"),
        ("day", "<", "2026-01-01", "c"),
        ("engine_version", "=", "0.8", "c"),
        ("engine_version", "=", "v0.8.5", "c"),
        ("region", "=", "cn", "c"),
        ("speculation", "=", True, "d"),
        ("speculation", "=", False, "abc"),
        ("architecture", "=", "hopper", "ab"),
        ("tier", "=", "reported", "abcd"),
    ],
)
def test_a_condition_holds_where_a_case_or_a_point_of_it_does(
    index: Index, field: str, op: str, value: float | str | bool, found: str
) -> None:
    assert "".join(sorted(ids(index, satisfying(Filter(field, op, value), index)))) == found


def test_several_conditions_hold_at_one_point_only_if_one_has_them_all(index: Index) -> None:
    b = ids(index, index.everything).index("b")
    fast, late = Filter("decode_tok_s", ">", 500), Filter("ttft_ms", "<", 1000)
    assert len(holding(b, [fast, late], index)) == 1
    assert holding(b, [Filter("decode_tok_s", "<", 500), late], index) == []


@pytest.mark.parametrize(
    ("stated", "wanted", "same"),
    [
        ("0.8.5", "0.8.5", True),
        ("v0.8.5", "0.8", True),
        ("0.8.5.post1", "0.8.5", True),
        ("0.80", "0.8", False),
        ("0.8", "0.8.5", False),
        ("b6077", "b6077", True),
    ],
)
def test_a_version_is_also_what_it_begins_with(stated: str, wanted: str, same: bool) -> None:
    assert same_version(stated, wanted) is same


def test_a_length_in_thousands_may_be_either(index: Index) -> None:
    assert same_number("input_tokens", 1000, 1024)
    assert not same_number("batch", 1000, 1024)


@given(st.sets(st.integers(0, 400)))
def test_the_cases_of_a_set_come_in_order(cases: set[int]) -> None:
    assert list(numbers_in(sum(1 << number for number in cases))) == sorted(cases)


def test_a_condition_is_said_as_it_was_understood() -> None:
    assert said(Filter("disaggregated", "=", True)) == "disaggregated = true"
    assert said(Filter("ttft_ms", "<", 100)) == "ttft_ms < 100"
