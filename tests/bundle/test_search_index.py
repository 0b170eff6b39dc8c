"""The index that look-ups and sentences are answered from."""

import math
import sqlite3
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Corpus, open_bundle
from kb.bundle.index import Index
from kb.bundle.search_index import packed
from kb.errors import NoBundle
from kb.names import NameIndex
from tests.search.tiny import case, ids, index_of


@given(st.sets(st.integers(0, 5000)))
def test_a_set_of_cases_is_the_bits_of_a_number(cases: set[int]) -> None:
    assert int.from_bytes(zlib.decompress(packed(cases)), "little") == sum(1 << number for number in cases)


class TestOrder:
    """The number of a case is its place among equally good matches."""

    def test_is_by_tier_then_doubt_then_day_then_completeness(self, tmp_path: Path) -> None:
        index = index_of(
            tmp_path,
            case("official-new", tier="official", day="2026-01-01"),
            case("reported-impossible", verdict="impossible", day="2026-05-01"),
            case("reported-old", day="2024-01-01"),
            case("reported-new-full", day="2025-01-01", engine_version="1.0", quantization="bf16"),
            case("reported-new", day="2025-01-01"),
            case("reported-undated"),
            case("estimated", tier="estimated", day="2026-06-01"),
            case("measured", tier="measured", day="2020-01-01"),
        )
        assert ids(index, index.everything) == [
            "measured", "reported-new-full", "reported-new", "reported-old", "reported-undated", "reported-impossible",
            "official-new", "estimated",
        ]  # fmt: skip

    def test_does_not_depend_on_the_order_of_writing(self, tmp_path: Path) -> None:
        cases = [case(f"c{number}", day=f"2025-01-{number % 7 + 1:02}") for number in range(20)]
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
        one = index_of(tmp_path / "one", *cases)
        other = index_of(tmp_path / "other", *reversed(cases))
        assert one.path.read_bytes() == other.path.read_bytes()


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(
        tmp_path_factory.mktemp("sets"),
        case("a", {"input_tokens": 1024.0, "batch": 8}, {"batch": 16}, title="On CloudMatrix 384"),
        case("b", {"batch": 8}, model="llama-70b", hardware="mi300x", disaggregated=True, speculation="mtp"),
        case("c", hardware="h100", hardware_ids=["h100", "mi300x"], engine=None),
    )


class TestSets:
    @pytest.mark.parametrize(
        ("field", "value", "found"),
        [
            ("model", "r1", "ac"),
            ("hardware", "mi300x", "bc"),
            ("vendor", "amd", "bc"),
            ("architecture", "hopper", "ac"),
            ("lab", "meta", "b"),
            ("moe", "true", "ac"),
            ("engine", "vllm", "ab"),
            ("disaggregated", "true", "b"),
            ("speculation", "false", "ac"),
            ("batch", "8", "ab"),
            ("batch", "16", "a"),
            ("input_tokens", "1024", "a"),
            ("word", "cloudmatrix", "a"),
            ("word", "cloud", ""),
            ("model", "unheard-of", ""),
            ("no such field", "x", ""),
        ],
    )
    def test_hold_the_cases_that_have_a_value(self, sets: Index, field: str, value: str, found: str) -> None:
        assert "".join(sorted(ids(sets, sets.cases(field, value)))) == found

    def test_all_values_are_listed(self, sets: Index) -> None:
        assert sets.values("hardware") == ("h100", "mi300x")
        assert sets.values("batch") == ("16", "8")


def test_numbers_are_kept_by_case_and_by_point(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        case("a", {"decode_tok_s": 10.0}, {"decode_tok_s": 30.0}, {}, cards=4),
        case("b", {}, cards=2),
    )
    numbers = index.numbers("decode_tok_s")
    a, b = (ids(index, index.everything).index(name) for name in "ab")
    assert (numbers.lowest[a], numbers.highest[a]) == (10, 30)
    assert math.isnan(numbers.lowest[b])
    assert [numbers.points[point] for point in index.points_of(a)][:2] == [10, 30]
    assert len(index.points_of(b)) == 1
    assert index.numbers("cards").lowest[b] == 2
    assert len(index.numbers("no such field").lowest) == 0


def test_names_lead_where_they_lead_in_the_corpus(bundle: Path, sample: Corpus) -> None:
    memory: NameIndex = sample.names
    with open_bundle(bundle) as opened:
        stored = opened.index.names
        assert [(n.kind, n.id) for n in stored.all()] == [(n.kind, n.id) for n in memory.all()]
        for text in ("dsr1", "H100", "昇腾910B", "deepseek-ai/DeepSeek-R1", "no such thing", "A100", "h100-sxm5-80gb"):
            assert [(n.kind, n.id) for n in stored.find(text)] == [(n.kind, n.id) for n in memory.find(text)]
        assert stored.near("h10") == memory.near("h10")


def test_a_damaged_index_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "search.sqlite").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(NoBundle, match=r"search\.sqlite is not what this kb reads .*run kb build again"):
        Index(tmp_path / "search.sqlite").cases("model", "r1")


def test_a_folder_with_odd_letters_is_opened(tmp_path: Path) -> None:
    odd = tmp_path / "50% of what? #1"
    odd.mkdir()
    assert index_of(odd, case("a")).size == 1


def test_the_file_is_never_written_to(tmp_path: Path) -> None:
    index = index_of(tmp_path, case("a"))
    with pytest.raises(NoBundle, match="readonly"):
        index.rows("DELETE FROM case_row")
    assert sqlite3.connect(index.path).execute("SELECT count(*) FROM case_row").fetchone() == (1,)
