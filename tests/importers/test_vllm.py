import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus
from kb.importers import Draft, ImportFailed, vllm
from tests.importers.conftest import FIXTURES

SERVE = FIXTURES / "vllm_bench_serve_v0.25.1.json"
SWEEP = FIXTURES / "vllm_bench_sweep_summary_v0.25.1.json"
FAILED = FIXTURES / "vllm_bench_serve_all_failed_v0.25.1.json"
Change = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """Write the result of a run with some keys changed; None takes a key away."""

    def write(name: str = "run.json", /, **changes: Any) -> Path:
        data = json.loads(SERVE.read_text()) | changes
        path = tmp_path / name
        path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}))
        return path

    return write


def only(drafts: tuple[Draft, ...]) -> Draft:
    assert len(drafts) == 1
    return drafts[0]


def test_a_run(library: Corpus) -> None:
    draft = only(vllm.read(SERVE, library).drafts)
    assert draft.record["measured"] == "2026-08-16"
    assert draft.record["stack"]["engine"] == {"id": "vllm"}
    (point,) = draft.record["points"]
    assert point["scenario"] == {"kind": "serving", "input_tokens": 32, "output_tokens": 16, "concurrency": 2}
    assert point["results"] == {
        "ttft_ms": {"mean": 215.53594200008774, "p50": 55.68139649994919, "p99": 734.4049174101428},
        "tpot_ms": {"mean": 11.265828258331112, "p50": 11.20450286665194, "p99": 11.979541883350674},
        "itl_ms": {"mean": 11.265836941667354, "p50": 10.492878499917424, "p99": 29.815922519960626},
        "decode_tok_s": 82.89297074037474,
        "total_tok_s": 248.6789122211242,
        "requests_s": 5.180810671273421,
    }
    assert point["remark"] == "tokens are means over the completed requests: input 256/8, output 128/8"
    assert "caveat" not in point
    (left,) = [remark for remark in draft.remarks if "not taken over" in remark]
    assert {"std_ttft_ms", "std_tpot_ms", "burstiness"} <= set(left.partition(": ")[2].split(", "))
    assert "mean_ttft_ms" not in left


def test_what_only_a_person_knows_is_said(library: Corpus) -> None:
    missing = "\n".join(only(vllm.read(SERVE, library).drafts).missing)
    for words in (
        "which card",
        "how many cards",
        "how the weights were stored",
        "the version of the engine",
        "who ran",
    ):
        assert words in missing
    assert "the day of the run" not in missing


def test_a_sweep_is_one_case_with_its_runs_as_points() -> None:
    draft = only(vllm.read(SWEEP).drafts)
    assert [point["label"] for point in draft.record["points"]] == ["run 0", "run 1"]
    assert [point["locator"] for point in draft.record["points"]] == ["[0]", "[1]"]
    assert [point["results"]["decode_tok_s"] for point in draft.record["points"]] == [
        191.2005994745598,
        186.48326383470211,
    ]
    assert {point["scenario"]["max_batch"] for point in draft.record["points"]} == {8}
    assert draft.record["points"][0]["results"]["e2e_ms"]["p99"] == 189.18195631165872
    # The back end is a protocol; which engine spoke it, the file does not say.
    assert "engine" not in draft.record["stack"]
    assert any("which engine served" in sentence for sentence in draft.missing)
    assert draft.record["stack"]["benchmark_tool"] == "vllm bench sweep"


def test_a_run_in_which_nothing_came_through_is_refused() -> None:
    imported = vllm.read(FAILED)
    assert imported.drafts == ()
    assert imported.failures == (f"{FAILED.name}.completed: is 0: no request came through (8 failed); run again",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"completed": 0, "failed": None, "num_prompts": 8}, "no request came through (8 failed)"),
        ({"duration": 0}, "duration: is 0: the run measured nothing"),
        ({"output_throughput": -1.5}, "output_throughput: should be 0 or more"),
        ({"output_throughput": float("inf")}, "output_throughput: should be a finite number"),
        ({"mean_ttft_ms": 1e30}, "mean_ttft_ms: should be a finite number of at most 1e18"),
        ({"mean_ttft_ms": "fast"}, 'mean_ttft_ms: should be a number, is "fast"'),
        ({"max_concurrency": 1.5}, "max_concurrency: should be a whole number"),
        ({"request_rate": "quick"}, "request_rate: should be a number"),
        ({"model_id": None}, "model_id: is missing"),
        ({"model_id": "a\x1b[31mb"}, "model_id: holds a control"),
        ({"metadata": "a\u202eb"}, "metadata: holds a control"),
    ],
)
def test_a_bad_run_is_a_sentence(changes: dict[str, Any], sentence: str, changed: Change) -> None:
    imported = vllm.read(changed(**changes))
    assert imported.drafts == ()
    (said,) = imported.failures
    assert sentence in said
    assert said.startswith("run.json")


def test_what_is_not_measured_is_absent(changed: Change) -> None:
    path = changed(mean_tpot_ms=float("nan"), median_tpot_ms=0.0, p99_tpot_ms=None)
    assert "tpot_ms" not in only(vllm.read(path).drafts).record["points"][0]["results"]


@pytest.mark.parametrize(
    ("changes", "caveat"),
    [
        ({"failed": 2}, "2 of 10 requests failed; the figures are those of the others"),
        ({"failed": None, "num_prompts": 12}, "4 of 12 requests failed; the figures are those of the others"),
        ({"output_throughput": 829.0}, "output_throughput is 829.0, but 128 tokens in"),
    ],
)
def test_a_doubtful_run_says_why(changes: dict[str, Any], caveat: str, changed: Change) -> None:
    point = only(vllm.read(changed(**changes)).drafts).record["points"][0]
    assert point["caveat"].startswith(caveat)


def test_a_rate_without_a_limit(changed: Change) -> None:
    point = only(vllm.read(changed(max_concurrency=None)).drafts).record["points"][0]
    assert "concurrency" not in point["scenario"]
    assert "request_rate_s" not in point["scenario"]
    assert "sent at once" in point["remark"]
    limited = only(vllm.read(changed(request_rate=2.5)).drafts).record["points"][0]
    assert limited["scenario"]["request_rate_s"] == 2.5


def test_metadata_and_options_are_kept(changed: Change) -> None:
    path = changed(
        label="night",
        tensor_parallel_size="8",
        gpu_memory_utilization=0.9,
        cards="H200",
        spec_decode_acceptance_length=2.7,
    )
    draft = only(vllm.read(path).drafts)
    assert draft.record["stack"]["pools"][0]["parallelism"] == {"tp": 8}
    point = draft.record["points"][0]
    assert point["label"] == "night"
    assert point["remark"].endswith("set: gpu_memory_utilization 0.9, cards H200")
    assert point["results"]["accepted_tokens_per_step"] == 2.7


def test_files_of_one_deployment_become_one_draft(changed: Change, library: Corpus) -> None:
    files = [
        changed("c2.json", max_concurrency=2),
        changed("c4.json", max_concurrency=4, total_input_tokens=258, output_throughput=82.9, date="20260817-010203"),
        changed("other.json", model_id="deepseek-ai/DeepSeek-R1"),
        FAILED,
        changed("copy.json", max_concurrency=2),
    ]
    found = vllm.read_together(files, library)
    drafts = [draft for imported in found for draft in imported.drafts]
    assert [failure for imported in found for failure in imported.failures] == [
        f"{FAILED.name}.completed: is 0: no request came through (8 failed); run again"
    ]
    assert [len(draft.record["points"]) for draft in drafts] == [2, 1]
    sweep = drafts[0]
    assert "that c2.json, c4.json are runs of one deployment" in sweep.missing[0]
    assert sweep.record["measured"] == "2026-08"
    assert [point.get("default_evidence") for point in sweep.record["points"]] == [None, "ev-raw-output-2"]
    assert [entry["id"] for entry in sweep.record["evidence"]] == ["ev-raw-output", "ev-raw-output-2"]
    assert sweep.raw is not None
    files_kept = [sweep.raw, *sweep.further]
    assert [entry["artifact"]["sha256"] for entry in sweep.record["evidence"]] == [raw.sha256 for raw in files_kept]
    sweep.text()
    assert [remark for imported in found for remark in imported.remarks] == [
        "copy.json is the same file as c2.json, and counts once"
    ]


@pytest.mark.parametrize("changes", [{"total_input_tokens": 512}, {"backend": "sglang"}, {"tensor_parallel_size": "2"}])
def test_files_of_other_deployments_stay_apart(changes: dict[str, Any], changed: Change) -> None:
    found = vllm.read_together([changed("a.json"), changed("b.json", **changes)])
    assert [len(draft.record["points"]) for imported in found for draft in imported.drafts] == [1, 1]


def test_one_bad_run_of_a_sweep_does_not_hide_the_others(tmp_path: Path) -> None:
    runs = json.loads(SWEEP.read_text())
    runs[0]["completed"] = 0
    path = tmp_path / "summary.json"
    path.write_text(json.dumps([*runs, 7]))
    imported = vllm.read(path)
    assert len(only(imported.drafts).record["points"]) == 1
    assert len(imported.failures) == 2


def test_an_empty_list_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(ImportFailed, match=r"x\.json holds no runs"):
        vllm.read(tmp_path / "x.json")


def test_more_metadata_than_a_remark_holds(changed: Change) -> None:
    draft = only(vllm.read(changed(**{f"option_{number:02}": "x" * 200 for number in range(40)})).drafts)
    draft.text()
    assert "option_11" in draft.record["points"][0]["remark"]
    assert any("option_12" in remark for remark in draft.remarks)
