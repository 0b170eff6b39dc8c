"""Records of one kind side by side, and whether comparing cases is fair."""

import json
from collections.abc import Iterator

import pytest

from kb import Bundle, compare, open_bundle
from kb.errors import BadRequest, UnknownName
from kb.search.compare import Comparison, ratios
from tests.search.served import H100, MI300X, at, case, tpot
from tests.search.small import bundle_of

CASES = dict(
    (
        case("case-a", at(8, decode_tok_s=400, tpot_ms=tpot(20)), at(64, decode_tok_s=1600)),
        case("case-same", at(8, decode_tok_s=500)),
        case(
            "case-other-card",
            at(8, decode_tok_s=600, tpot_ms=tpot(10), lengths={"input_tokens": 1000, "output_tokens": 1000}),
            at(8, decode_tok_s=480, label="again"),
            hardware=MI300X,
        ),
        case("case-half", at(8, decode_tok_s=300), count=4, tp=4, quantization="bf16"),
        case(
            "case-late",
            at(8, decode_tok_s=400),
            engine={"id": "made-up", "version": "2.0.0"},
            measured="2025-11-29",
        ),
        case("case-long", at(8, decode_tok_s=400, lengths={"input_tokens": 9000, "output_tokens": 9})),
        case("case-undated", at(8, decode_tok_s=400), measured=None, engine={"id": "made-up"}),
        case("case-impossible", at(8, decode_tok_s=9000000)),
    )
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    with open_bundle(bundle_of(tmp_path_factory.mktemp("compare"), (), **CASES)) as found:
        yield found


class TestRecords:
    """Any kind."""

    def test_two_cards(self, opened: Bundle) -> None:
        found = compare(opened, ["h100-sxm5", "h200-sxm-141gb"])
        assert found.kind == "hardware"
        assert found.ids == ("h100-sxm5-80gb", "h200-sxm-141gb")
        plain = found.plain()
        fields = {field["field"]: field for field in plain["fields"]}
        assert fields["memory_capacity_gb"] == {
            "field": "memory_capacity_gb",
            "values": {"h100-sxm5-80gb": 80, "h200-sxm-141gb": 141},
            "differs": True,
            "ratios": {"h100-sxm5-80gb": 1, "h200-sxm-141gb": 141 / 80},
        }
        assert fields["vendor"]["ratios"] == {"h100-sxm5-80gb": None, "h200-sxm-141gb": None}
        assert (plain["note"], plain["loads"]) == (None, [])
        json.dumps(plain)

    def test_a_field_that_no_record_has_is_left_out(self, opened: Bundle) -> None:
        for field, values in compare(opened, ["h100-sxm5-80gb", "l40s"]).rows:
            assert any(value not in (None, [], "[]") for value in values), field

    @pytest.mark.parametrize(
        "names",
        [
            ["mi300x", "mi325x", "mi355x"],
            ["h100-sxm5", "h200-sxm", "b200-sxm-180gb", "mi300x", "mi325x", "mi355x"],
            ["deepseek-r1", "deepseek-v3"],
            ["vllm", "sglang"],
            ["mxfp4", "nvfp4"],
            ["nvidia-hgx-h100", "nvidia-hgx-h200"],
        ],
    )
    def test_up_to_six_of_any_kind(self, opened: Bundle, names: list[str]) -> None:
        assert len(compare(opened, names).ids) == len(names)

    def test_seven_are_too_many(self, opened: Bundle) -> None:
        names = ["h100-sxm5", "h200-sxm", "b200-sxm-180gb", "mi300x", "mi325x", "mi355x", "l40s"]
        with pytest.raises(BadRequest, match="7 records are too many to read side by side; name at most 6"):
            compare(opened, names)

    @pytest.mark.parametrize("names", [["mi300x"], ["h100-sxm5", "h100-sxm5-80gb"]])
    def test_one_record_is_refused(self, opened: Bundle, names: list[str]) -> None:
        with pytest.raises(BadRequest, match="two different records"):
            compare(opened, names)

    def test_two_kinds_are_refused(self, opened: Bundle) -> None:
        with pytest.raises(BadRequest, match="mi300x is a hardware, deepseek-r1 is a model"):
            compare(opened, ["mi300x", "deepseek-r1"])

    def test_an_unknown_name_is_refused(self, opened: Bundle) -> None:
        with pytest.raises(UnknownName):
            compare(opened, ["mi300x", "mi300"])


@pytest.mark.parametrize(
    ("values", "over"),
    [
        ((2, 3.0, 1), (1, 1.5, 0.5)),
        ((0, 3), (None, None)),
        ((None, 3), (None, None)),
        ((4, None), (1, None)),
        (("a", "b"), (None, None)),
        ((True, False), (None, None)),
    ],
)
def test_ratios(values: tuple[object, ...], over: tuple[float | None, ...]) -> None:
    assert ratios(values) == over


def test_the_best_of_different_loads_has_no_ratio() -> None:
    assert ratios((2, 3), "decode_tok_s") == (None, None)


class TestCases:
    """Deployments under equal load."""

    def test_points_of_equal_load_stand_side_by_side(self, small: Bundle) -> None:
        found = compare(small, ["case-a", "case-other-card", "case-half"])
        assert [str(load) for load in found.loads] == ["serving, 1,024 in / 1,024 out, concurrency 8"]
        load = found.loads[0]
        # Per card; of two points under that load the faster one.
        assert load.values("tok_s_per_card") == (50, 75, 75)
        assert load.values("per_user_tok_s") == (50, 100, 37.5)
        assert [told.of for told in load.measured if told] == [1, 2, 1]

    def test_a_case_without_a_point_there_has_none(self, small: Bundle) -> None:
        found = compare(small, ["case-long", "case-a", "case-same"])
        assert [load.values("tok_s_per_card") for load in found.loads] == [(None, 50, 62.5)]
        plain = json.loads(json.dumps(found.plain()))
        assert plain["loads"][0]["in_flight"] == {"concurrency": 8}
        assert plain["loads"][0]["cases"]["case-long"] is None
        assert plain["loads"][0]["cases"]["case-same"]["tok_s_per_card"] == 62.5

    @pytest.mark.parametrize(
        ("names", "begins", "holds"),
        [
            (
                ("case-a", "case-same"),
                "like for like: the same model, format, cards and engine; compare points of equal lengths and load",
                "they share 1 load",
            ),
            (("case-a", "case-other-card"), f"like for like but for other cards ({H100}, {MI300X})", "share 1 load"),
            (
                ("case-a", "case-half"),
                "not like for like: other formats (fp8-per-tensor, bf16), other numbers of cards (8, 4)",
                "throughputs are totals over all cards, so compare them per card",
            ),
            (
                ("case-a", "case-late"),
                "like for like but for other engine versions (1.0.0, 2.0.0)",
                "92 days apart (2025-11-29 to 2026-03-01), and engines get faster",
            ),
            (("case-a", "case-undated"), "like for like but for other engine versions (1.0.0, not stated)", "how old"),
            (("case-a", "case-long"), "like for like", "they have no load in common"),
            (("case-a", "case-impossible"), "like for like", "physics refuses what is claimed: case-impossible is"),
        ],
    )
    def test_the_note_says_what_is_unfair(self, small: Bundle, names: tuple[str, str], begins: str, holds: str) -> None:
        note = compare(small, list(names)).note
        assert note is not None
        assert note.startswith(begins)
        assert holds in note

    def test_real_cases_that_are_unlike(self, opened: Bundle) -> None:
        found = compare(opened, ["case-dsr1-asc910bx16-mindie-001", "case-llama33-a100x8-vllm-001"])
        assert found.note is not None
        assert found.note.startswith("not like for like: other models (deepseek-r1, llama-3.3-70b-instruct)")

    def test_real_cases_that_differ_in_the_card_only(self, opened: Bundle) -> None:
        ids = ["case-qwen3-235b-fp8-h200x8-sglang-001", "case-qwen3-235b-fp8-b200x8-sglang-001"]
        found: Comparison = compare(opened, ids)
        assert found.note is not None
        assert found.note.startswith("like for like but for other cards")
        assert len(found.loads) == 6
        for load in found.loads:
            first, second = load.values("tok_s_per_card")
            assert first is not None
            assert second is not None
            assert 1.3 < second / first < 1.7
