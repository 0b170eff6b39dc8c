import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.corpus import Corpus
from kb.importers import ImportFailed
from kb.importers.aiperf import read, recognises
from tests.importers.reading import FIXTURES, answered, answered_with, case_of, figures, only, spoilt
from tests.importers.test_anything import JSON, paths

AIPERF = "aiperf_profile_export_aiperf.json"
GENAI = "genai_perf_streaming.json"
Write = Callable[[Any], Path]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_run_of_aiperf_as_the_tool_wrote_it() -> None:
    draft = only(read(FIXTURES / AIPERF))
    case = case_of(draft)
    assert case.stack.model == "amd-glm-5.1-mxfp4"
    assert (case.measured, case.stack.benchmark_tool) == ("2026-06-03", "AIPerf 0.8.0")
    assert case.stack.command is not None
    assert case.stack.command.startswith("aiperf profile --scenario")
    (point,) = case.points
    assert point.scenario.concurrency == 16
    assert point.scenario.dataset == "semianalysis_cc_traces_weka_with_subagents_060226_256k"
    assert (point.scenario.input_tokens, point.scenario.output_tokens) == (89934.50877192983, 793.9298245614035)
    assert point.caveat == "the tool calls it no valid submission: context_overflow_rate_exceeded"
    assert point.remark == (
        "57 requests succeeded; 91.75923706012414 % of the prompt tokens could come from a prefix cache"
    )
    results = figures(draft)
    assert results["decode_tok_s"] == 110.7821936617907
    assert results["total_tok_s"] == 12659.92930896755
    assert results["per_user_tok_s"] == 23.125649116381446
    assert results["requests_s"] == 0.13953650591598687
    assert results["ttft_ms"] == {
        "mean": 49477.9744324386,
        "min": 5989.039124,
        "p50": 50733.04129,
        "p90": 92359.1071548,
        "p95": 95279.874069,
        "p99": 102085.16460644,
        "max": 103012.603315,
    }
    assert results["itl_ms"]["p50"] == 39.173395546075085
    assert results["e2e_ms"]["max"] == 237442.25009
    assert "tpot_ms" not in results
    assert "which engine served (stack/engine/id)" in draft.missing
    (remark,) = [remark for remark in draft.remarks if remark.startswith("not taken over")]
    assert "time_to_second_token" in remark
    assert remark.endswith("and 46 more")


def test_genai_perf_has_the_same_blocks_and_its_own_settings() -> None:
    draft = only(read(FIXTURES / GENAI))
    point = case_of(draft).points[0]
    assert draft.record["stack"]["model"] == "ensemble"
    assert draft.record["stack"]["benchmark_tool"] == "GenAI-Perf"
    assert (point.scenario.concurrency, point.scenario.dataset, point.caveat) == (100, "synthetic", None)
    assert figures(draft)["decode_tok_s"] == 44190.56002502682
    assert figures(draft)["ttft_ms"]["p99"] == 425.02943662
    assert "not taken over: output_token_throughput_per_request, input_config" in draft.remarks


def test_without_streaming_there_is_no_first_token(written: Write) -> None:
    draft = only(read(written(spoilt(GENAI, "input_config", "streaming", value=False))))
    assert "ttft_ms" not in figures(draft)
    assert any("not streamed" in remark for remark in draft.remarks)


@pytest.mark.parametrize(
    ("unit", "expected"), [("s", 80533702.698), ("ms", 80533.702698), ("us", 80.533702698), ("ns", 0.080533702698)]
)
def test_the_unit_of_a_block_is_honoured(unit: str, expected: float, written: Write) -> None:
    draft = only(read(written(spoilt(AIPERF, "request_latency", "unit", value=unit))))
    assert figures(draft)["e2e_ms"]["p50"] == expected


@pytest.mark.parametrize(
    ("metric", "unit", "field"),
    [
        ("request_latency", "fortnights", "e2e_ms"),
        ("output_token_throughput", "tokens/minute", "decode_tok_s"),
        ("time_to_first_token", None, "ttft_ms"),
    ],
)
def test_a_metric_in_an_unknown_unit_stays_out(metric: str, unit: Any, field: str, written: Write) -> None:
    draft = only(read(written(spoilt(AIPERF, metric, "unit", value=unit))))
    assert field not in figures(draft)
    (remark,) = [remark for remark in draft.remarks if remark.startswith(metric)]
    assert ("fortnights" if unit == "fortnights" else "unit") in remark


def test_failed_requests_are_counted_in_a_caveat(written: Write) -> None:
    errors = [{"error_details": {"code": 500}, "count": 2}, {"error_details": {"code": 503}, "count": 1}]
    data = json.loads(spoilt(AIPERF, "error_summary", value=errors))
    data["was_cancelled"], data["metadata"] = True, {}
    draft = only(read(written(data)))
    assert draft.record["points"][0]["caveat"] == (
        "3 of 60 requests failed; the figures are of the others; the run was cancelled before its end"
    )


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("request_count", "avg"), 0, "no request succeeded"),
        (("benchmark_duration", "avg"), 0, "lasted no time"),
        (("output_token_throughput", "avg"), 0, "no output token"),
        (("request_latency", "p50"), "fast", r"request_latency\.p50: should be a number"),
        (("request_throughput", "avg"), -1, "should be 0 or more"),
        (("request_throughput",), 5, "should be an object"),
        (("input_config", "endpoint", "model_names"), "x", "should be a list"),
    ],
)
def test_what_cannot_be_a_run(path: tuple[str, ...], value: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(spoilt(AIPERF, *path, value=value)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is empty"), ("{}", "is no AIPerf"), ("[1]", "is no AIPerf"), ("x", "is not JSON"), (b"\xff\xfe", "UTF-8")],
)
def test_what_is_no_export(content: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(content))


def test_a_command_with_a_key_in_it_stays_out(written: Write) -> None:
    command = "aiperf profile --api-key sk-123 --url http://x"
    draft = only(read(written(spoilt(AIPERF, "input_config", "cli_command", value=command))))
    assert "command" not in draft.record["stack"]
    assert not any("sk-123" in sentence for sentence in (*draft.missing, *draft.remarks))
    assert any("seems to hold a key" in remark for remark in draft.remarks)


def test_several_models_are_no_model(written: Write) -> None:
    draft = only(read(written(spoilt(AIPERF, "input_config", "endpoint", "model_names", value=["a", "b"]))))
    assert draft.record["stack"]["model"] == "to-be-named"
    assert "the load was spread over 2 models; a case has one" in draft.remarks


@pytest.mark.parametrize("name", [AIPERF, GENAI])
def test_recognised_by_its_head(name: str) -> None:
    head = (FIXTURES / name).read_bytes()[: 64 * 1024]
    assert recognises(head, name)


@pytest.mark.parametrize("name", ["guidellm_report_v2.json", "inference_perf_summary_lifecycle.json"])
def test_others_are_not_recognised(name: str) -> None:
    assert not recognises((FIXTURES / name).read_bytes()[: 64 * 1024], name)


@QUIET
@given(cut=st.integers(0, 22337))
def test_a_truncated_file_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes((FIXTURES / AIPERF).read_bytes()[:cut])
    assert answered(read, path) is None


PRISTINE = json.loads((FIXTURES / AIPERF).read_text(encoding="utf-8"))
PLACES = [path for path in paths(PRISTINE) if path and path[0] not in ("telemetry_data", "branch_stats")]


@QUIET
@given(path=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_in_it(path: tuple[Any, ...], value: Any, tmp_path: Path, library: Corpus) -> None:
    answered_with(lambda each: read(each, library), PRISTINE, path, value, tmp_path)
