"""Measured points as cases: none lost, none changed, each in the case of its stack, all files in canonical form."""

import dataclasses
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.cases import Collection, case_files, plain
from curation.measured import Measured
from kb import Corpus
from kb.canonical import canonical
from kb.checks.context import Context
from kb.corpus.yaml_text import load
from kb.importers.present import present
from kb.records import Case
from kb.records.case import OperatingPoint
from tests.calibration.build import row

FLAT = Collection("threads", "from a thread")
GRID = dataclasses.replace(FLAT, grid=True)
# Below data/cases/<year>/<collection>/.
DEPTH = 4


def cases(rows: list[Measured], corpus: Corpus, collection: Collection = FLAT) -> list[Case]:
    """Return the cases as a reader of the files finds them, in order of path."""
    files = case_files(rows, collection, corpus)
    return [Case.model_validate(load(text)) for _, text in sorted(files.items())]


def only(corpus: Corpus, *rows: Measured, collection: Collection = FLAT) -> Case:
    (case,) = cases(list(rows), corpus, collection)
    return case


def point(corpus: Corpus, **said: Any) -> OperatingPoint:
    (found,) = only(corpus, row(**said)).points
    return found


def value(point: OperatingPoint, place: str) -> Any:
    """Return the value of a result by its place, as ``ttft_ms/p99``."""
    name, _, statistic = place.partition("/")
    found = getattr(point.results, name)
    fact = getattr(found, statistic) if statistic and found is not None else found
    return None if fact is None else fact.value


def figures(of: Measured) -> dict[str, float]:
    """Return the figures of a point by the place that they should stand at."""
    own = {
        "decode_tok_s": of.decode_tok_s,
        f"ttft_ms/{of.ttft_is}": of.ttft_ms,
        f"tpot_ms/{of.tpot_is}": of.tpot_ms,
        "e2e_ms/mean": of.e2e_ms,
        "spread_pct": of.spread_pct,
    }
    return {place: figure for place, figure in own.items() if figure is not None} | dict(of.results)


class TestPoint:
    """What a point says."""

    @pytest.mark.parametrize(
        ("load_kind", "scenario"),
        [
            ("static", {"kind": "static-batch", "batch": 8}),
            ("closed", {"kind": "serving", "concurrency": 8}),
            ("open", {"kind": "serving"}),
            ("queued", {"kind": "offline", "max_batch": 8}),
        ],
    )
    def test_each_load_has_its_scenario(self, corpus: Corpus, load_kind: str, scenario: dict[str, Any]) -> None:
        found = point(corpus, load=load_kind, in_flight=8.0).scenario.model_dump(exclude_none=True)
        assert found == scenario | {"input_tokens": 1000, "output_tokens": 500}

    def test_what_the_source_states_comes_before_what_an_estimate_takes(self, corpus: Corpus) -> None:
        stated = {"input_tokens": 8192.0, "output_tokens": 1024, "shortest_share": 0.8, "dataset": "random"}
        found = point(corpus, input_tokens=7372.8, output_tokens=921.6, stated=stated)
        assert found.scenario.model_dump(exclude_none=True) == stated | {"kind": "serving", "concurrency": 1}
        # And the estimate takes the mean of what is drawn again.
        load = Context(corpus).load(found)
        assert [load.input_tokens, load.output_tokens] == [pytest.approx(7372.8), pytest.approx(921.6)]

    def test_lengths_that_the_client_was_told_group_and_are_not_shown(self, corpus: Corpus) -> None:
        rows = [
            row(locator=str(mean), input_tokens=mean, stated={"lengths": (1000, 500)}, in_flight=flight)
            for mean, flight in ((1003.25, 1.0), (996.5, 4.0))
        ]
        found = only(corpus, *rows)
        assert [one.scenario.input_tokens for one in found.points] == [1003.25, 996.5]
        assert "1,000 in / 500 out" in found.title
        assert "-1000-500-" in found.id

    def test_statistics_stand_where_the_source_names_them(self, corpus: Corpus) -> None:
        found = point(corpus, ttft_ms=70.5, ttft_is="p50", tpot_is="mean", results={"ttft_ms/p99": 300.0})
        assert (value(found, "ttft_ms/p50"), value(found, "ttft_ms/p99")) == (70.5, 300)
        assert (value(found, "tpot_ms/mean"), value(found, "tpot_ms/typical")) == (20, None)

    def test_a_formula_is_evidence_of_its_figures_alone(self, corpus: Corpus) -> None:
        one = row(locator="a", e2e_ms=90.5, load="static", formulas={"e2e_ms/mean": "batch x output / rate"})
        other = row(locator="b", decode_tok_s=7.25, load="static", in_flight=2.0, formulas={"decode_tok_s": "a x b"})
        found = only(corpus, one, other)
        by_id = {evidence.id: evidence for evidence in found.evidence}
        assert [evidence.formula for evidence in found.evidence] == [None, "a x b", "batch x output / rate"]
        assert all(evidence.source == one.source for evidence in found.evidence)
        first, second = found.points
        assert first.results.e2e_ms is not None
        assert first.results.e2e_ms.mean is not None
        assert [by_id[name].formula for name in first.results.e2e_ms.mean.evidence] == ["batch x output / rate"]
        assert second.results.decode_tok_s is not None
        assert [by_id[name].formula for name in second.results.decode_tok_s.evidence] == ["a x b"]
        assert second.results.tpot_ms is not None
        assert second.results.tpot_ms.typical is not None
        assert second.results.tpot_ms.typical.evidence == ("ev-source",)

    def test_a_note_that_all_share_stands_once(self, corpus: Corpus) -> None:
        same = only(corpus, row(locator="a", note="all"), row(locator="b", note="all", remark="b alone"))
        assert same.evidence[0].note == "all"
        assert [one.remark for one in same.points] == [None, "b alone"]
        differ = only(corpus, row(locator="a", note="of a"), row(locator="b", note="of b", remark="b alone"))
        assert differ.evidence[0].note is None
        assert [one.remark for one in differ.points] == ["of a", "of b; b alone"]

    def test_a_day_of_publication_is_said_to_be_one(self, corpus: Corpus) -> None:
        case = only(corpus, row(date="2024-09-27", date_is="published", note="all"))
        assert (case.measured, case.evidence[0].note) == (
            "2024-09-27",
            "all; the day is that of its publication; when it ran is not stated",
        )
        assert only(corpus, row(date="2024-09-27")).evidence[0].note is None
        assert only(corpus, row(date=None, date_is="published")).evidence[0].note is None

    def test_an_aside_is_a_caveat(self, corpus: Corpus) -> None:
        found = point(corpus, aside="weak host", label="Offline")
        assert (found.caveat, found.label, found.locator) == ("weak host", "Offline", "made up")

    def test_points_come_by_length_and_load(self, corpus: Corpus) -> None:
        loads = [(2000.0, 1.0), (1000.0, 64.0), (1000.0, 4.0)]
        rows = [row(locator=f"{tokens} {flight}", input_tokens=tokens, in_flight=flight) for tokens, flight in loads]
        found = only(corpus, *rows, collection=GRID)
        order = [(one.scenario.input_tokens, one.scenario.concurrency) for one in found.points]
        assert order == [(1000, 4), (1000, 64), (2000, 1)]


class TestStack:
    """What all points of a case share."""

    @pytest.mark.parametrize(
        ("said", "pool"),
        [
            ({"count": 8}, {"count": 8}),
            ({"count": 8, "tp": 4, "pp": 2}, {"count": 8, "parallelism": {"tp": 4, "pp": 2}}),
            ({"count": 8, "tp": 8, "attention_dp": 8}, {"count": 8, "parallelism": {"tp": 8, "dp": 8}}),
            ({"count": 8, "tp": 4, "dp": 2}, {"count": 8, "parallelism": {"tp": 4, "dp": 2}}),
            ({"count": 8, "tp": 4, "attention_dp": 4, "dp": 2}, {"count": 8, "parallelism": {"tp": 4, "dp": 8}}),
            ({"count": 8, "role": "decode", "workers": 3, "tp": 8}, {"count": 24, "parallelism": {"tp": 8}}),
            (
                {"count": 8, "role": "decode", "workers": 3, "tp": 8, "attention_dp": 8},
                {"count": 24, "parallelism": {"tp": 8, "dp": 24}},
            ),
            ({"count": 8, "role": "decode", "tp": 8}, {"count": 8, "count_of": "worker", "parallelism": {"tp": 8}}),
        ],
    )
    def test_cards_and_ranks_are_those_of_the_whole_pool(
        self, corpus: Corpus, said: dict[str, Any], pool: dict[str, Any]
    ) -> None:
        (found,) = only(corpus, row(**said)).stack.pools
        shown = found.model_dump(exclude_defaults=True)
        assert shown.pop("hardware") == "h100-sxm5-80gb"
        assert shown.pop("role", "serve") == said.get("role", "serve")
        assert {name: part for name, part in shown.items() if part != {}} == pool

    def test_a_pool_that_reads_prompts_comes_first(self, corpus: Corpus) -> None:
        readers = {"role": "prefill", "hardware": "h200-sxm-141gb", "count": 4}
        found = only(corpus, row(role="decode", workers=1, pools=(readers,)))
        assert [pool.role for pool in found.stack.pools] == ["prefill", "decode"]

    def test_drafted_tokens_are_speculation_of_a_method_that_is_not_stated(self, corpus: Corpus) -> None:
        speculation = only(corpus, row(draft_tokens=3)).stack.speculation
        assert speculation is not None
        assert (speculation.method, speculation.draft_tokens) == ("not stated", 3)
        eagle = {"speculation": {"method": "EAGLE", "draft_tokens": 3}}
        speculation = only(corpus, row(draft_tokens=3, stack=eagle)).stack.speculation
        assert speculation is not None
        assert (speculation.method, speculation.draft_tokens) == ("EAGLE", 3)

    def test_an_image_belongs_to_the_engine(self, corpus: Corpus) -> None:
        engine = only(corpus, row(engine_version="0.9", stack={"image": "vllm/vllm:0.9"})).stack.engine
        assert engine is not None
        assert (engine.id, engine.version, engine.image) == ("vllm", "0.9", "vllm/vllm:0.9")

    def test_a_size_of_the_weights_may_be_worked_out(self, corpus: Corpus) -> None:
        found = only(corpus, row(weights_gb=86.76, formulas={"weights_gb": "80.8 GiB in GB"}))
        assert found.weights_gb is not None
        assert found.weights_gb.value == 86.76
        assert found.weights_gb.evidence == ("ev-worked-out-1",)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"count": 8}, "on 8x H100"),
            ({"role": "decode", "count": 8}, "on decode workers of 8x H100"),
            ({"role": "decode", "count": 8, "workers": 2, "tp": 8}, "on 16x H100"),
            ({"output_tokens": None}, ", 1,000 in, from a thread"),
            ({"input_tokens": None, "output_tokens": None}, "with vLLM, from a thread"),
        ],
    )
    def test_a_title_says_what_runs(self, corpus: Corpus, said: dict[str, Any], words: str) -> None:
        assert words in only(corpus, row(**said)).title


class TestGroups:
    """Which points share a case."""

    # Each tells one deployment or one run from another.
    APART: tuple[dict[str, Any], ...] = (
        {"hardware": "h200-sxm-141gb"},
        {"count": 2},
        {"model": "qwen3-32b"},
        {"quantization": "fp8-per-tensor"},
        {"kv_cache": "fp8"},
        {"engine": "sglang"},
        {"engine_version": "0.9"},
        {"backend": "cuda"},
        {"date": "2026-02"},
        {"tp": 1},
        {"draft_tokens": 2},
        {"weights_gb": 16.5},
        {"ran_by": "Some Lab"},
        {"run": ("another",)},
        {"stack": {"driver": "580"}},
        {"source": "sgl-cookbook-7b5bd9c0"},
    )

    @pytest.mark.parametrize("said", APART, ids=lambda said: next(iter(said)))
    @pytest.mark.parametrize("collection", [FLAT, GRID], ids=["flat", "grid"])
    def test_another_stack_or_run_is_another_case(
        self, corpus: Corpus, said: dict[str, Any], collection: Collection
    ) -> None:
        assert len(cases([row(), row(**said)], corpus, collection)) == 2

    @pytest.mark.parametrize(
        "said", [{"input_tokens": 2000.0}, {"output_tokens": 900.0}, {"stated": {"shortest_share": 0.8}}]
    )
    def test_another_length_is_another_case_but_in_a_grid(self, corpus: Corpus, said: dict[str, Any]) -> None:
        rows = [row(locator="a"), row(locator="b", **said)]
        assert len(cases(rows, corpus)) == 2
        assert len(cases(rows, corpus, GRID)) == 1

    @pytest.mark.parametrize("said", [{"in_flight": 4.0}, {"tpot_ms": 30.0}, {"aside": "a copy"}, {"note": "n"}])
    def test_another_load_or_figure_is_another_point(self, corpus: Corpus, said: dict[str, Any]) -> None:
        assert len(only(corpus, row(locator="a"), row(locator="b", **said)).points) == 2

    def test_two_collections_have_no_id_in_common(self, corpus: Corpus) -> None:
        one, other = only(corpus, row()), only(corpus, row(), collection=Collection("mlperf", "x"))
        assert one.id != other.id
        assert one.id.rpartition("-")[0] == other.id.rpartition("-")[0]

    def test_the_year_is_that_of_the_run_or_of_the_source(self, corpus: Corpus) -> None:
        assert next(iter(case_files([row(date="2024-03-05")], FLAT, corpus))).startswith("data/cases/2024/threads/")
        (path,) = case_files([row(date=None)], FLAT, corpus)
        source = corpus.sources[row().source]
        assert path.startswith(f"data/cases/{(source.date or source.accessed or '')[:4]}/threads/")

    @pytest.mark.parametrize("field", ["model", "hardware"])
    def test_a_record_that_is_not_there_is_a_sentence(self, corpus: Corpus, field: str) -> None:
        with pytest.raises(ValueError, match=r"made up: .*nonsense-9000.* has no record"):
            case_files([row(**{field: "nonsense-9000"})], FLAT, corpus)


class TestPlaces:
    """Where a case stands in its source: what the places of its points have in common."""

    @pytest.mark.parametrize(
        ("places", "shared"),
        [
            (["table.csv#L4"], "table.csv"),
            (["table.csv#L4", "table.csv#L9"], "table.csv"),
            (["Round 6, closed, llama, Offline"], "Round 6, closed, llama, Offline"),
            (["Round 6, closed, llama, Offline", "Round 6, closed, llama, Server"], "Round 6, closed, llama"),
            (["page: a 1", "page: a 2"], "page"),
            (["alpha", "beta"], "by point"),
            (["one.csv#L1", "two.csv#L1"], "by point"),
        ],
    )
    def test_by_hand(self, corpus: Corpus, places: list[str], shared: str) -> None:
        found = only(corpus, *(row(locator=place) for place in places))
        assert found.evidence[0].locator == shared
        assert sorted(one.locator or "" for one in found.points) == sorted(places)


# Text that a careless writer of YAML would change, and any other.
ODD = [
    "no",
    "1.0",
    "010",
    "null",
    "- a",
    "a: b # c",
    "'",
    '"',
    "{a}",
    "*x",
    "昇腾 910B",
    "2026-01-01",
    "a\u00a0b",
    "\\n",
]
WORDS = st.sampled_from(ODD) | st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40
).filter(str.strip)
FIGURE = st.floats(1e-4, 1e9, allow_subnormal=False) | st.integers(1, 10**9).map(float)
FEW = st.integers(1, 64).map(float)
PLACES = ("requests_s", "total_tok_s", "ttft_ms/mean", "ttft_ms/p99", "tpot_ms/p99", "itl_ms/p50", "e2e_ms/p99")


def _unless(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | one


@st.composite
def measured(draw: st.DrawFn) -> list[Measured]:
    """Draw a few points with places of their own, of few stacks, so that some share one."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        results = draw(st.dictionaries(st.sampled_from(PLACES), FIGURE, max_size=3))
        said: dict[str, Any] = {
            "locator": f"{draw(st.sampled_from(['t.csv#L', 'page, section ', 'no: ']))}{number}",
            "hardware": draw(st.sampled_from(["h100-sxm5-80gb", "mi300x"])),
            "engine_version": draw(_unless(WORDS)),
            "date": draw(st.sampled_from([None, "2025", "2026-04", "2026-04-30"])),
            "tp": draw(st.sampled_from([None, 1, 2])),
            "count": 2,
            "load": draw(st.sampled_from(["static", "closed", "open", "queued"])),
            "in_flight": draw(_unless(FEW)),
            "input_tokens": draw(_unless(st.sampled_from([0.0, 128.0, 610.1]))),
            "output_tokens": draw(_unless(st.sampled_from([128.0, 421.5]))),
            "tpot_ms": draw(FIGURE),
            "tpot_is": draw(st.sampled_from(["mean", "p50", "typical"])),
            "ttft_ms": draw(_unless(FIGURE)),
            "decode_tok_s": draw(_unless(FIGURE)),
            "e2e_ms": draw(_unless(FIGURE)),
            "spread_pct": draw(_unless(st.floats(0, 100))),
            "results": {place: figure for place, figure in results.items() if place != "ttft_ms/typical"},
            "formulas": draw(st.sampled_from([{}, {"tpot_ms/typical": "a x b"}, {"decode_tok_s": "c / d"}])),
            **{name: draw(_unless(WORDS)) for name in ("aside", "note", "label", "remark", "ran_by")},
        }
        rows.append(row(**said))
    return rows


COLLECTIONS = st.sampled_from([FLAT, GRID])
# The records are read once for all examples.
EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EXAMPLES
@given(rows=measured(), collection=COLLECTIONS)
def test_no_point_is_lost_or_changed(corpus: Corpus, rows: list[Measured], collection: Collection) -> None:
    found = {one.locator: (case, one) for case in cases(rows, corpus, collection) for one in case.points}
    assert len(found) == sum(len(case.points) for case in cases(rows, corpus, collection)) == len(rows)
    for of in rows:
        case, one = found[of.locator]
        results = one.results.model_dump(exclude_none=True)
        stands = {
            f"{name}/{statistic}" if "value" not in part else name
            for name, part in results.items()
            for statistic in part
        }
        expected = figures(of)
        assert stands == set(expected)
        assert {place: value(one, place) for place in expected} == expected
        assert (one.caveat, one.label) == (of.aside, of.label)
        said = f"{case.evidence[0].note or ''}; {one.remark or ''}"
        assert all(text in said for text in (of.note, of.remark) if text)
        assert case.measured == of.date
        assert case.stack.pools[-1].hardware == of.hardware
        assert (case.stack.engine.version if case.stack.engine else None) == of.engine_version
        assert case.evidence[0].ran_by == (of.ran_by or corpus.sources[of.source].ran_by)


@EXAMPLES
@given(rows=measured(), collection=COLLECTIONS)
def test_every_file_is_in_canonical_form_and_in_its_place(
    corpus: Corpus, rows: list[Measured], collection: Collection
) -> None:
    for path, text in case_files(rows, collection, corpus).items():
        assert canonical(text, DEPTH) == text
        case = Case.model_validate(load(text))
        assert re.fullmatch(rf"data/cases/\d{{4}}/{collection.folder}/{re.escape(case.id)}\.yaml", path)


@EXAMPLES
@given(rows=measured(), collection=COLLECTIONS, data=st.data())
def test_order_and_neighbours_have_no_say_in_a_case(
    corpus: Corpus, rows: list[Measured], collection: Collection, data: st.DataObject
) -> None:
    def held(of: list[Measured]) -> dict[str, Counter[str | None]]:
        return {case.id: Counter(one.locator for one in case.points) for case in cases(of, corpus, collection)}

    whole = held(rows)
    assert held(data.draw(st.permutations(rows))) == whole
    fewer = rows[: data.draw(st.integers(1, len(rows)))]
    part = held(fewer)
    # A case that loses a point keeps its id.
    assert set(part) <= set(whole)
    assert all(not part[name] - whole[name] for name in part)


@given(st.floats(allow_nan=False))
def test_a_whole_number_is_written_as_one(number: float) -> None:
    found = plain(number)
    assert found == number
    assert isinstance(found, int) == (number.is_integer() and abs(number) < 1e15)


def test_what_says_nothing_is_left_out() -> None:
    assert present(a=None, b={}, c=[], d=(), e=0, f=False, g="x") == {"e": 0, "f": False, "g": "x"}
