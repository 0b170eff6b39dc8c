"""Which cases answer, and which come nearest."""

import pytest

from kb.bundle.index import Index
from kb.search.matching import Facet, satisfying
from kb.search.rank import TOGETHER, Ranked, rank
from kb.search.understood import Filter
from tests.search.tiny import case, ids, index_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(
        tmp_path_factory.mktemp("rank"),
        case("both", tier="estimated"),
        case("newer-both", day="2026-01-01"),
        case("other-card", hardware="mi300x", day="2026-02-01"),
        case("other-model", model="llama-70b", day="2026-03-01"),
        case("neither", model="llama-70b", hardware="mi300x"),
        case("apart", {"decode_tok_s": 9.0}, {"ttft_ms_p50": 9.0}, model="alike", hardware="ascend-910b"),
    )


def facet(index: Index, name: str, value: str, weight: int, nearly: str | None = None) -> Facet:
    return Facet(name, weight, index.cases(name, value), index.cases(name, nearly) if nearly else 0)


def names(index: Index, found: Ranked) -> list[str]:
    every = ids(index, index.everything)
    return [every[hit.case] for hit in found.hits]


def test_what_has_every_facet_answers_the_better_evidence_first(index: Index) -> None:
    wanted = [facet(index, "model", "r1", 4), facet(index, "hardware", "h100", 3)]
    found = rank(wanted, index.everything, [], index, 10, 5)
    assert names(index, found) == ["newer-both", "both"]
    assert found.total == 2
    assert all(hit.match == 1 and not hit.missed for hit in found.hits)


def test_nearly_the_model_comes_after_the_model(index: Index) -> None:
    wanted = [facet(index, "model", "r1", 4, nearly="llama-70b"), facet(index, "hardware", "h100", 3)]
    found = rank(wanted, index.everything, [], index, 10, 5)
    assert names(index, found) == ["newer-both", "both", "other-model"]
    assert found.hits[-1].missed == ("model",)
    assert 0.8 < found.hits[-1].match < 1


def test_where_nothing_has_all_the_nearest_come_with_what_they_lack(index: Index) -> None:
    wanted = [facet(index, "model", "r1", 4), facet(index, "hardware", "ascend-910b", 3)]
    found = rank(wanted, index.everything, [], index, 10, 4)
    assert found.whole == 0
    # The model weighs more than the card.
    assert names(index, found) == ["other-card", "newer-both", "both", "apart"]
    assert [hit.missed for hit in found.hits] == [("hardware",)] * 3 + [("model",)]
    shares = [hit.match for hit in found.hits]
    assert shares == sorted(shares, reverse=True)


def test_what_is_ruled_out_is_never_shown(index: Index) -> None:
    wanted = [facet(index, "model", "r1", 4), facet(index, "hardware", "ascend-910b", 3)]
    may = index.everything & ~index.cases("vendor", "amd")
    assert "other-card" not in names(index, rank(wanted, may, [], index, 10, 10))


def test_conditions_at_different_points_do_not_add_up(index: Index) -> None:
    conditions = [Filter("decode_tok_s", ">", 1), Filter("ttft_ms", "<", 100)]
    wanted = [Facet(str(one), 2, satisfying(one, index)) for one in conditions]
    found = rank(wanted, index.everything, conditions, index, 10, 5)
    assert found.whole == 0
    assert names(index, found) == ["apart"]
    assert found.hits[0].missed == (TOGETHER,)


def test_nothing_asked_is_nothing_found(index: Index) -> None:
    assert rank([], index.everything, [], index, 10, 5) == Ranked(0, 0, [])


def test_no_case_comes_twice(index: Index) -> None:
    wanted = [facet(index, field, value, 2) for field, value in (("model", "r1"), ("vendor", "amd"), ("moe", "false"))]
    found = names(index, rank(wanted, index.everything, [], index, 10, 10))
    assert len(found) == len(set(found)) == 5
