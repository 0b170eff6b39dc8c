import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers import ImportFailed
from kb.importers.guidellm import read, recognises
from tests.importers.reading import FIXTURES, answered, answered_with, case_of, figures, only, spoilt
from tests.importers.test_anything import JSON, paths

REPORT = "guidellm_report_v2.json"
Write = Callable[[Any], Path]
PRISTINE = json.loads((FIXTURES / REPORT).read_text(encoding="utf-8"))
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_each_strategy_of_a_real_report_becomes_a_point() -> None:
    draft = only(read(FIXTURES / REPORT))
    case = case_of(draft)
    assert case.stack.model == "e2e-mock-model"
    assert (case.measured, case.stack.benchmark_tool) == ("2026-08-14", "GuideLLM 0.8.0.dev18")
    first, second = case.points
    assert (first.label, first.scenario.request_rate_s) == ("constant, 2 requests/s", 2.0)
    assert (second.label, second.scenario.request_rate_s) == ("constant, 4 requests/s", 4.0)
    assert (first.locator, second.locator) == ("benchmarks[0]", "benchmarks[1]")
    assert (first.scenario.input_tokens, first.scenario.output_tokens) == (71.5, 8.0)
    assert first.scenario.concurrency is None
    assert first.remark == "2 requests succeeded"
    results = figures(draft)
    assert results["decode_tok_s"] == 3.1950675815128577
    assert results["total_tok_s"] == 31.75098409128402
    assert results["requests_s"] == 0.39843430656414264
    assert results["ttft_ms"]["mean"] == 11.481165885925293
    assert results["itl_ms"]["p99"] == 1.2557165963309151
    assert figures(draft, 1)["itl_ms"]["mean"] == 1.0904414313180106


def test_request_latency_is_in_seconds() -> None:
    given = PRISTINE["benchmarks"][0]["metrics"]["request_latency"]["successful"]
    e2e = figures(only(read(FIXTURES / REPORT)))["e2e_ms"]
    assert given["mean"] == 0.01978909969329834
    assert e2e["mean"] == 19.78909969329834
    assert e2e["max"] == given["max"] * 1000


def test_the_time_per_output_token_of_guidellm_counts_the_first_one_in() -> None:
    draft = only(read(FIXTURES / REPORT))
    metrics = PRISTINE["benchmarks"][0]["metrics"]
    means = {name: metrics[name]["successful"]["mean"] for name in metrics if "_ms" in name}
    tokens = metrics["output_token_count"]["successful"]["mean"]
    whole = means["time_to_first_token_ms"] + (tokens - 1) * means["inter_token_latency_ms"]
    assert means["time_per_output_token_ms"] == pytest.approx(whole / tokens)
    assert all("tpot_ms" not in point["results"] for point in draft.record["points"])
    assert any(remark.startswith("time_per_output_token_ms of GuideLLM") for remark in draft.remarks)


def with_totals(**totals: int) -> str:
    return spoilt(REPORT, "benchmarks", 0, "metrics", "request_totals", value=totals)


def test_failed_requests_are_a_caveat_and_those_cut_off_a_remark(written: Write) -> None:
    draft = only(read(written(with_totals(successful=32, errored=500, incomplete=31, total=563))))
    point = draft.record["points"][0]
    assert point["caveat"] == "500 of 532 requests failed; the figures are of the others"
    assert point["remark"] == "32 requests succeeded, 31 were cut off at the end and are in no figure"
    assert "caveat" not in draft.record["points"][1]


def test_a_benchmark_in_which_nothing_succeeded_is_left_out(written: Write) -> None:
    draft = only(read(written(with_totals(successful=0, errored=7, incomplete=0, total=7))))
    assert [point["locator"] for point in draft.record["points"]] == ["benchmarks[1]"]
    assert draft.remarks[0] == "benchmarks[0] was left out: no request succeeded (7 failed, 0 were cut off)"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda each: each["metrics"]["request_totals"].update(successful=0), "no request succeeded"),
        (lambda each: each.update(duration=0), "it lasted no time"),
        (
            lambda each: each["metrics"]["output_tokens_per_second"]["successful"].update(mean=0.0),
            "no output tokens per second above zero",
        ),
    ],
)
def test_a_report_that_measured_nothing(spoil: Callable[[Any], None], sentence: str, written: Write) -> None:
    data = copy.deepcopy(PRISTINE)
    for benchmark in data["benchmarks"]:
        spoil(benchmark)
    with pytest.raises(ImportFailed, match=rf"no benchmark that measured anything; benchmarks\[0\].*{sentence}"):
        read(written(data))


def test_version_1_has_its_settings_elsewhere(written: Write) -> None:
    data = copy.deepcopy(PRISTINE)
    del data["config"]
    data["metadata"] = {"version": 1, "guidellm_version": "0.6.0"}
    data["args"] = {
        "backend_kwargs": {"model": "deepseek-ai/DeepSeek-R1", "api_key": "k"},
        "data": ["prompt_tokens=400,output_tokens=3000"],
    }
    strategies = [
        {"type_": "concurrent", "worker_count": 10, "max_concurrency": 32, "streams": 32},
        {"type_": "synchronous"},
    ]
    for benchmark, strategy in zip(data["benchmarks"], strategies, strict=True):
        benchmark["config"] = {"strategy": strategy}
    draft = only(read(written(data)))
    assert draft.record["stack"]["model"] == "deepseek-ai-deepseek-r1"
    assert [point["scenario"]["concurrency"] for point in draft.record["points"]] == [32, 1]
    assert [point["label"] for point in draft.record["points"]] == ["concurrent, 32 streams", "synchronous"]
    assert draft.record["points"][0]["scenario"]["dataset"] == "prompt_tokens=400,output_tokens=3000"
    assert '"k"' not in draft.text()


def test_the_oldest_reports_have_worker_and_run_stats(written: Write) -> None:
    data = copy.deepcopy(PRISTINE)
    del data["config"], data["metadata"]
    for benchmark in data["benchmarks"]:
        del benchmark["config"], benchmark["scheduler_metrics"], benchmark["metrics"]["request_totals"]
        benchmark["args"] = {"strategy": {"type_": "throughput"}}
        benchmark["worker"] = {"backend_model": "some/model"}
        benchmark["run_stats"] = {"requests_made": {"successful": 9, "errored": 1, "incomplete": 0}}
    draft = only(read(written(data)))
    assert draft.record["stack"]["benchmark_tool"] == "GuideLLM"
    assert draft.record["points"][0]["label"] == "throughput"
    assert draft.record["points"][0]["caveat"] == "1 of 10 requests failed; the figures are of the others"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b" ", "is empty"),
        ("{}", "is no GuideLLM report"),
        ('{"benchmarks": {}}', "is no GuideLLM report"),
        ('{"benchmarks": []}', "no benchmark that measured anything"),
        ('{"benchmarks": [1]}', r"benchmarks\[0\]: should be an object"),
        ("nonsense", "is not JSON"),
    ],
)
def test_what_is_no_report(content: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(content))


def test_recognised_by_its_head() -> None:
    assert recognises((FIXTURES / REPORT).read_bytes()[: 64 * 1024], REPORT)
    assert recognises(b'{"benchmarks": [{"type_": "generative_benchmark"', "benchmarks.json")
    assert not recognises((FIXTURES / "aiperf_profile_export_aiperf.json").read_bytes()[: 64 * 1024], "x")


@QUIET
@given(cut=st.integers(0, len((FIXTURES / REPORT).read_bytes()) - 8))
def test_a_truncated_file_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes((FIXTURES / REPORT).read_bytes()[:cut])
    assert answered(read, path) is None


PLACES = [path for path in paths(PRISTINE) if path and "scheduler_state" not in path]


@QUIET
@given(path=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_in_it(path: tuple[Any, ...], value: Any, tmp_path: Path, library: Corpus) -> None:
    answered_with(lambda each: read(each, library), PRISTINE, path, value, tmp_path)
