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
from kb.importers.inference_perf import read, recognises
from tests.importers.reading import FIXTURES, answered, answered_with, case_of, figures, only, spoilt
from tests.importers.test_anything import JSON, paths

SUMMARY = "inference_perf_summary_lifecycle.json"
STAGE = "stage_1_lifecycle_metrics.json"
Write = Callable[[Any], Path]
PRISTINE = json.loads((FIXTURES / STAGE).read_text(encoding="utf-8"))
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_stage_as_the_tool_wrote_it() -> None:
    draft = only(read(FIXTURES / STAGE))
    (point,) = case_of(draft).points
    assert (point.label, point.scenario.request_rate_s, point.scenario.concurrency) == ("stage 1", 31.4, None)
    assert (point.scenario.input_tokens, point.scenario.output_tokens) == (204.1151804670913, 62.36411889596603)
    assert (point.caveat, point.remark) == (None, "1884 requests succeeded")
    results = figures(draft)
    assert results["decode_tok_s"] == 1943.0109854644684
    assert results["total_tok_s"] == 8302.40553746983
    assert results["requests_s"] == 31.15591176243092


def test_seconds_become_milliseconds_digit_for_digit() -> None:
    given = PRISTINE["successes"]["latency"]
    results = figures(only(read(FIXTURES / STAGE)))
    assert given["time_per_output_token"]["mean"] == 0.003997934798121225
    assert results["tpot_ms"]["mean"] == 3.997934798121225
    assert results["ttft_ms"]["p50"] == given["time_to_first_token"]["median"] * 1000
    assert results["e2e_ms"]["p99"] == 630.7055868639148


def test_normalized_time_is_no_time_per_output_token() -> None:
    draft = only(read(FIXTURES / STAGE))
    normalized = PRISTINE["successes"]["latency"]["normalized_time_per_output_token"]["mean"]
    assert normalized * 1000 not in figures(draft)["tpot_ms"].values()
    (remark,) = [remark for remark in draft.remarks if remark.startswith("not taken over")]
    assert "successes.latency.normalized_time_per_output_token" in remark


def test_gaps_inside_of_a_chunk_are_no_latency() -> None:
    draft = only(read(FIXTURES / STAGE))
    assert PRISTINE["successes"]["latency"]["inter_token_latency"]["median"] < 0.00004
    assert "itl_ms" not in figures(draft)
    assert any(remark.startswith("inter_token_latency counts") for remark in draft.remarks)


def test_gaps_of_one_token_each_are_taken(written: Write) -> None:
    data = copy.deepcopy(PRISTINE)
    data["successes"]["latency"]["inter_token_latency"] = data["successes"]["latency"]["time_per_output_token"]
    results = figures(only(read(written(data))))
    assert results["itl_ms"] == results["tpot_ms"]


def test_a_summary_pools_stages_and_says_so() -> None:
    draft = only(read(FIXTURES / SUMMARY))
    (point,) = case_of(draft).points
    assert figures(draft)["decode_tok_s"] == 4646.495280316906
    assert figures(draft)["tpot_ms"]["p50"] == 12.646556813847418
    assert point.label is None
    assert point.caveat is not None
    assert point.caveat.startswith("all stages of the run in one figure")


def test_a_stage_of_fixed_concurrency_has_no_rate(written: Write) -> None:
    scenario = only(read(written(spoilt(STAGE, "load_summary", "concurrency", value=8)))).record["points"][0][
        "scenario"
    ]
    assert scenario["concurrency"] == 8
    assert "request_rate_s" not in scenario


def test_newer_reports_have_token_counts_of_the_server(written: Write) -> None:
    data = copy.deepcopy(PRISTINE)
    del data["successes"]["prompt_len"]
    data["successes"]["prompt_tokens"] = {"total": 10.0, "cached": 0.0, "uncached": 10.0, "mean": 205.5}
    data["successes"]["output_tokens"] = {"total": 10.0, "mean": 64.5}
    data["successes"]["image"] = {"count": None, "pixels": None}
    data["benchmark_time_seconds"] = 60.5
    draft = only(read(written(data)))
    scenario = draft.record["points"][0]["scenario"]
    assert (scenario["input_tokens"], scenario["output_tokens"]) == (205.5, 64.5)
    assert not any("prompt_tokens" in remark for remark in draft.remarks)


def test_failures_are_a_caveat(written: Write) -> None:
    draft = only(read(written(spoilt(STAGE, "failures", "count", value=116))))
    assert draft.record["points"][0]["caveat"] == "116 of 2000 requests failed; the figures are of the others"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("successes", "count"), 0, "no request succeeded"),
        (("benchmark_time_seconds",), 0.0, "lasted no time"),
        (("successes", "throughput", "output_tokens_per_sec"), 0.0, "no output token was counted"),
        (("successes", "throughput"), None, "no output token was counted"),
        (("successes", "latency", "time_to_first_token", "mean"), float("nan"), None),
        (("successes", "latency", "time_to_first_token", "mean"), "1", "should be a number"),
        (("successes",), [], "no latency and no throughput"),
        (("load_summary",), 5, "should be an object"),
    ],
)
def test_what_cannot_be_a_run(path: tuple[str, ...], value: Any, sentence: str | None, written: Write) -> None:
    file = written(spoilt(STAGE, *path, value=value))
    if sentence is None:
        assert "mean" not in figures(only(read(file)))["ttft_ms"]
        return
    with pytest.raises(ImportFailed, match=sentence):
        read(file)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        ("[]", "is no report of inference-perf"),
        ('{"load_summary": {}}', "is no report of inference-perf"),
        ('{"load_summary": {}, "failures": {}, "successes": {"count": 3, "rate": 1}}', r"\*_lifecycle_metrics\.json"),
        ("{", "is not JSON"),
    ],
)
def test_what_is_no_report(content: Any, sentence: str, written: Write) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(content))


def test_recognised_by_its_head() -> None:
    assert recognises((FIXTURES / STAGE).read_bytes(), STAGE)
    assert recognises((FIXTURES / SUMMARY).read_bytes(), "renamed.json")
    assert not recognises((FIXTURES / "guidellm_report_v2.json").read_bytes()[: 64 * 1024], STAGE)


@QUIET
@given(cut=st.integers(0, 3200))
def test_a_truncated_file_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_bytes((FIXTURES / STAGE).read_bytes()[:cut])
    assert answered(read, path) is None


@QUIET
@given(path=st.sampled_from([path for path in paths(PRISTINE) if path]), value=JSON)
def test_whatever_stands_in_it(path: tuple[Any, ...], value: Any, tmp_path: Path, library: Corpus) -> None:
    answered_with(lambda each: read(each, library), PRISTINE, path, value, tmp_path)
