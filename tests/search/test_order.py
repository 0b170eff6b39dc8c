"""Answers in an order that was asked for: like with like."""

import pytest

from kb.bundle.index import Index
from kb.errors import BadRequest
from kb.search.order import NAMED, ordered, sort_named
from kb.search.understood import Filter, Sort
from tests.search.tiny import case, ids, index_of

FASTEST = Sort("decode_tok_s", "desc")


def point(decode: float, lengths: float = 1024.0, batch: int | None = 8) -> dict[str, float | int | None]:
    return {"decode_tok_s": decode, "input_tokens": lengths, "output_tokens": 128.0, "batch": batch}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(
        tmp_path_factory.mktemp("order"),
        case("slow", point(10), point(11), day="2026-01-01", cards=2),
        case("fast", point(20.0, 1000.0), cards=4),
        case("guess", point(99), tier="estimated", cards=8),
        case("wrong", point(98), verdict="impossible", cards=8),
        case("other-load", point(500, batch=64), cards=16),
        case("no-rate", {"ttft_ms_p50": 5.0}, cards=1),
    )


def rows(index: Index, sort: Sort, conditions: list[Filter] | None = None, **options: int | bool) -> list[str]:
    found, _, _ = ordered(index.everything, 0, sort, conditions or [], index, **{"limit": 10, **options})  # type: ignore[arg-type]
    names = ids(index, index.everything)
    return [names[row.case] for row in found]


def test_only_points_of_one_load_are_put_into_an_order(index: Index) -> None:
    found, total, loads = ordered(index.everything, 0, FASTEST, [], index, 10)
    assert rows(index, FASTEST) == ["fast", "slow", "wrong", "guess", "other-load"] or rows(index, FASTEST) == [
        "fast", "slow", "guess", "wrong", "other-load",
    ]  # fmt: skip
    assert (total, loads) == (5, 2)
    assert len({row.basis for row in found}) == 2


def test_lengths_that_differ_a_little_are_one_load(index: Index) -> None:
    found, _, _ = ordered(index.everything, 0, FASTEST, [], index, 10)
    assert len({row.basis for row in found[:4]}) == 1


def test_what_nobody_vouches_for_comes_after_what_somebody_does(index: Index) -> None:
    found = rows(index, FASTEST)
    assert {"guess", "wrong"} == set(found[2:4])


def test_the_best_point_of_a_case_stands_for_it(index: Index) -> None:
    found, _, _ = ordered(index.everything, 0, FASTEST, [], index, 10)
    names = ids(index, index.everything)
    assert next(row.value for row in found if names[row.case] == "slow") == 11


def test_conditions_hold_at_the_point_that_is_shown(index: Index) -> None:
    assert rows(index, FASTEST, [Filter("batch", "=", 64)]) == ["other-load"]
    found, _, _ = ordered(index.everything, 0, FASTEST, [Filter("decode_tok_s", "<", 10.5)], index, 10)
    assert [row.value for row in found] == [10]


def test_cases_that_answer_wholly_come_before_those_that_nearly_do(index: Index) -> None:
    names = ids(index, index.everything)
    slow, fast = 1 << names.index("slow"), 1 << names.index("fast")
    found, _, _ = ordered(slow, fast, FASTEST, [], index, 10)
    assert [names[row.case] for row in found] == ["slow", "fast"]


def test_a_number_of_the_case_needs_no_load(index: Index) -> None:
    assert rows(index, Sort("cards", "asc"))[:3] == ["no-rate", "slow", "fast"]
    assert rows(index, Sort("day", "desc")) == ["slow"]


def test_one_load_fills_the_rows(index: Index) -> None:
    assert rows(index, FASTEST, limit=4, one_load=True)[-1] != "other-load"


def test_nothing_to_sort_is_no_rows(index: Index) -> None:
    assert rows(index, Sort("tokens_per_joule", "desc")) == []


@pytest.mark.parametrize("name", NAMED)
def test_orders_have_names_and_can_be_turned_round(name: str) -> None:
    assert sort_named(name).order != sort_named(f"-{name}").order


def test_a_column_names_an_order_too() -> None:
    assert sort_named("decode_tok_s_per_card") == Sort("decode_tok_s_per_card", "desc")


def test_an_unknown_order_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadRequest, match="--sort 'price' is not known; one of decode, decode-per-card"):
        sort_named("price")
