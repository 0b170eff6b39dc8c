import json
from pathlib import Path
from typing import Any

import pytest

from kb.importers import Draft, sglang
from tests.importers.conftest import FIXTURES


def points_of(path: Path) -> list[dict[str, Any]]:
    (draft,) = sglang.read(path).drafts
    draft.text()
    found: list[dict[str, Any]] = draft.record["points"]
    return found


def written(folder: Path, **changes: Any) -> Path:
    first = (FIXTURES / "sglang_bench_serving_online.jsonl").read_text().splitlines()[0]
    path = folder / "run.jsonl"
    path.write_text(json.dumps(json.loads(first) | changes) + "\n")
    return path


def only(path: Path) -> Draft:
    (draft,) = sglang.read(path).drafts
    draft.text()
    return draft


def test_a_run_is_a_line() -> None:
    path = FIXTURES / "sglang_bench_serving_online.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    points = points_of(path)
    assert [point["locator"] for point in points] == [f"line {n}" for n in range(1, len(lines) + 1)]
    for point, line in zip(points, lines, strict=True):
        assert point["results"]["decode_tok_s"] == line["output_throughput"]
        assert point["results"]["ttft_ms"] == {"p50": line["median_ttft_ms"]}
        assert point["results"]["e2e_ms"] == {"mean": line["mean_e2e_latency_ms"], "p50": line["median_e2e_latency_ms"]}
        assert point["scenario"]["request_rate_s"] == line["request_rate"]
        assert point["scenario"]["output_tokens"] == pytest.approx(line["total_output_tokens"] / line["completed"])


def test_a_bare_infinity_is_no_rate() -> None:
    points = points_of(FIXTURES / "sglang_bench_serving_offline.jsonl")
    assert len(points) == 7
    assert all("request_rate_s" not in point["scenario"] for point in points)
    assert all("sent at once" in point["remark"] for point in points)
    assert points[0]["scenario"]["input_tokens"] == 508.358
    assert points[-1]["scenario"]["dataset"] == "sharegpt"


def test_what_a_file_does_not_say() -> None:
    missing = "\n".join(only(FIXTURES / "sglang_bench_serving_online.jsonl").missing)
    assert "that the runs of this file are of one deployment" in missing
    assert "which model ran" in missing
    assert "which card" in missing


def test_what_the_server_said_of_itself(tmp_path: Path) -> None:
    server = {
        "model_path": "deepseek-ai/DeepSeek-R1",
        "version": "0.5.3",
        "tp_size": 8,
        "dp_size": 8,
        "ep_size": 8,
        "enable_dp_attention": True,
        "quantization": "fp8",
        "kv_cache_dtype": "fp8_e4m3",
        "attention_backend": "flashinfer",
        "speculative_algorithm": "EAGLE",
        "speculative_num_draft_tokens": 4,
    }
    draft = only(written(tmp_path, server_info=server, accept_length=2.61, tag="night"))
    stack = draft.record["stack"]
    assert stack["engine"] == {"id": "sglang", "version": "0.5.3", "backend": "flashinfer"}
    assert stack["pools"][0]["count"] == 8
    assert stack["pools"][0]["parallelism"] == {"tp": 8, "ep": 8, "dp": 8}
    assert stack["speculation"] == {"method": "EAGLE", "draft_tokens": 4}
    assert stack["kv_cache"] == "fp8"
    assert draft.record["points"][0]["results"]["accepted_tokens_per_step"] == 2.61
    assert draft.record["points"][0]["label"] == "night"


def test_replicas_have_cards_of_their_own(tmp_path: Path) -> None:
    server = {"tp_size": 4, "dp_size": 2, "enable_dp_attention": False}
    assert only(written(tmp_path, server_info=server)).record["stack"]["pools"][0]["count"] == 8


def test_a_trace_has_no_rate(tmp_path: Path) -> None:
    (point,) = only(written(tmp_path, request_rate="trace")).record["points"]
    assert "request_rate_s" not in point["scenario"]
    assert "sent at once" not in point["remark"]


def test_one_batch_of_a_server() -> None:
    (first,) = points_of(FIXTURES / "sglang_bench_one_batch_server.jsonl")
    assert first["scenario"] == {"kind": "static-batch", "batch": 33, "input_tokens": 8192, "output_tokens": 65536}
    assert first["results"] == {
        "decode_tok_s": 551.92,
        "prefill_tok_s": 3374.0,
        "total_tok_s": 608.47,
        "ttft_ms": {"max": 80123.2},
    }
    # The rates follow from the batch, the lengths and the two times, as the remark says.
    assert pytest.approx(33 * 65536 / (3998.5722 - 80.1232), rel=1e-4) == 551.92
    assert pytest.approx(33 * 8192 / 80.1232, rel=1e-4) == 3374.0


def test_one_batch() -> None:
    prefill, both = points_of(FIXTURES / "sglang_bench_one_batch.jsonl")
    assert prefill["results"] == {"prefill_tok_s": 1096.2361793108923, "total_tok_s": 1097.3067224547506}
    assert both["results"]["tpot_ms"] == {"p50": 18.887758255004883}
    assert both["results"]["decode_tok_s"] == 211.77738225975435
    assert both["label"] == "test_run"


def test_an_interrupted_run_leaves_the_others(tmp_path: Path) -> None:
    whole = (FIXTURES / "sglang_bench_serving_online.jsonl").read_bytes()
    cut = whole[: whole.rindex(b"{") + 40]
    path = tmp_path / "run.jsonl"
    path.write_bytes(cut)
    imported = sglang.read(path)
    assert len(imported.drafts[0].record["points"]) == whole.count(b"\n") - 1
    (said,) = imported.failures
    last = whole.count(b"\n")
    assert said.startswith(f"run.jsonl: line {last}:")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"completed": 0}, "no request came through"),
        ({"output_throughput": float("-inf")}, "output_throughput: should be a finite number"),
        ({"request_rate": float("-inf")}, "request_rate: should be a finite number"),
        ({"server_info": {"tp_size": 0}}, "server_info.tp_size: should be 1 or more"),
    ],
)
def test_a_bad_line_is_a_sentence(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    (said,) = sglang.read(written(tmp_path, **changes)).failures
    assert sentence in said
