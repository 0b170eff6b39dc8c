import json
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus
from kb.importers import Draft, inferencex
from tests.importers.conftest import FIXTURES

RAW = FIXTURES / "inferencex_bench_serving_raw_h200_gptoss.json"
AGGREGATED = FIXTURES / "inferencex_agg_bmk_agentic.json"


def only(path: Path, library: Corpus | None = None) -> Draft:
    (draft,) = inferencex.read(path, library).drafts
    draft.text()
    return draft


def rows(folder: Path, *changes: dict[str, Any]) -> Path:
    """Write rows as the workflow makes them of the client's result: seconds, and throughputs per card."""
    client = json.loads(RAW.read_text())
    base = {
        "hw": "h200-nb",
        "conc": client["max_concurrency"],
        "image": "vllm/vllm-openai:v0.22.0",
        "model": "deepseek-ai/DeepSeek-R1",
        "infmax_model_prefix": "dsr1",
        "framework": "vllm",
        "precision": "fp8",
        "spec_decoding": "none",
        "disagg": False,
        "isl": 1024,
        "osl": 1024,
        "is_multinode": False,
        "tp": 8,
        "ep": 1,
        "dp_attention": "false",
        "tput_per_gpu": client["total_token_throughput"] / 8,
        "output_tput_per_gpu": client["output_throughput"] / 8,
    }
    base |= {key.replace("_ms", ""): value / 1000 for key, value in client.items() if key.endswith("_ms")}
    path = folder / "agg_bmk.json"
    path.write_text(json.dumps([{k: v for k, v in (base | c).items() if v is not None} for c in changes]))
    return path


DISAGGREGATED: dict[str, Any] = {
    "disagg": True,
    "is_multinode": True,
    "tp": None,
    "num_prefill_gpu": 24,
    "num_decode_gpu": 48,
    "prefill_tp": 4,
    "prefill_ep": 4,
    "prefill_dp_attention": "true",
    "prefill_num_workers": 6,
    "decode_tp": 16,
    "decode_ep": 16,
    "decode_dp_attention": "true",
    "decode_num_workers": 3,
    "framework": "dynamo-trt",
    "tput_per_gpu": 7200 / 72,
    "output_tput_per_gpu": 4800 / 48,
}


def test_the_client(library: Corpus) -> None:
    draft = only(RAW, library)
    (point,) = draft.record["points"]
    assert draft.record["stack"]["model"] == "gpt-oss-120b"
    assert point["results"]["ttft_ms"] == {
        "mean": 422.88456969254185,
        "p50": 147.30571903055534,
        "p90": 530.3537067142315,
        "p99": 3240.580818167655,
    }
    assert point["scenario"]["concurrency"] == 16
    (left,) = [remark for remark in draft.remarks if "not taken over" in remark]
    assert "p99.9_ttft_ms" in left


def test_the_client_that_writes_seconds() -> None:
    (point,) = only(FIXTURES / "inferencex_experimental_client.json").record["points"]
    assert point["results"]["ttft_ms"] == {"p50": 477.18007676303387, "p99": 861.5042002126575}
    assert point["results"]["tpot_ms"]["p50"] == pytest.approx(13.622666738458037)
    assert "latencies in seconds: here times 1000" in point["remark"]


@pytest.mark.parametrize("name", [RAW.name, AGGREGATED.name, "inferencex_experimental_client.json"])
def test_who_ran_it_is_asked(name: str) -> None:
    assert "Unofficial" in only(FIXTURES / name).missing[0]


def test_rows_of_one_stack_are_one_case() -> None:
    draft = only(AGGREGATED)
    data = json.loads(AGGREGATED.read_text())
    points = draft.record["points"]
    assert len(points) == len(data) == 20
    for point, row in zip(points, data, strict=True):
        assert point["scenario"]["concurrency"] == row["conc"]
        assert point["results"]["total_tok_s"] == row["total_tput_tps"]
        assert point["results"]["decode_tok_s"] == row["output_tput_tps"]
        assert point["results"]["ttft_ms"]["mean"] == pytest.approx(1000 * row["mean_ttft"], rel=1e-15)
        assert ("label" in point) == (row["offloading"] == "lmcache")
    assert draft.record["stack"]["engine"] == {"id": "vllm", "image": "vllm/vllm-openai-rocm:v0.21.0"}
    assert draft.record["stack"]["pools"] == [
        {"role": "serve", "hardware": "mi355x", "count": 4, "parallelism": {"tp": 4, "ep": 1}}
    ]
    assert not any("the version of the engine" in sentence for sentence in draft.missing)


def test_throughput_per_card_becomes_that_of_all(tmp_path: Path) -> None:
    client = json.loads(RAW.read_text())
    draft = only(rows(tmp_path, {}))
    (point,) = draft.record["points"]
    assert point["results"]["total_tok_s"] == pytest.approx(client["total_token_throughput"])
    assert point["results"]["decode_tok_s"] == pytest.approx(client["output_throughput"])
    assert "x 8 cards" in point["remark"]
    assert point["results"]["ttft_ms"]["p90"] == pytest.approx(client["p90_ttft_ms"])
    assert point["scenario"]["input_tokens"] == 1024
    assert draft.record["stack"]["pools"][0]["hardware"] == "h200"
    assert any("name of the runner, h200-nb" in remark for remark in draft.remarks)


def test_disaggregated_rows(tmp_path: Path) -> None:
    draft = only(rows(tmp_path, DISAGGREGATED))
    (point,) = draft.record["points"]
    # Output is per decode card there, the total per card of both pools.
    assert point["results"]["decode_tok_s"] == pytest.approx(4800)
    assert point["results"]["total_tok_s"] == pytest.approx(7200)
    prefill, decode = draft.record["stack"]["pools"]
    assert (prefill["role"], prefill["count"], prefill["replicas"]) == ("prefill", 24, 6)
    assert (decode["role"], decode["count"], decode["replicas"]) == ("decode", 48, 3)
    assert decode["parallelism"] == {"tp": 16, "ep": 16, "dp": 16}
    assert draft.record["stack"]["engine"]["id"] == "dynamo"
    assert draft.record["stack"]["engine"]["backend"] == "tensorrt-llm"


def test_newer_rows_spread_output_over_all_cards(tmp_path: Path) -> None:
    newer = DISAGGREGATED | {"output_tput_per_gpu": 4800 / 72, "output_tput_per_decode_gpu": 4800 / 48}
    (point,) = only(rows(tmp_path, newer)).record["points"]
    assert point["results"]["decode_tok_s"] == pytest.approx(4800)


@pytest.mark.parametrize(
    "changes", [DISAGGREGATED | {"num_decode_gpu": None}, {"is_multinode": True, "num_decode_gpu": 72}, {"tp": None}]
)
def test_per_card_without_a_number_of_cards_stays_out(changes: dict[str, Any], tmp_path: Path) -> None:
    draft = only(rows(tmp_path, changes))
    (point,) = draft.record["points"]
    assert "decode_tok_s" not in point["results"]
    assert "total_tok_s" not in point["results"]
    assert "ttft_ms" in point["results"]
    assert sum("per card" in sentence and "not known" in sentence for sentence in draft.missing) == 2


def test_other_stacks_are_other_cases(tmp_path: Path) -> None:
    path = rows(tmp_path, {}, {"conc": 32}, {"tp": 4}, {"precision": "fp4"}, {"spec_decoding": "mtp"})
    drafts = inferencex.read(path).drafts
    assert [len(draft.record["points"]) for draft in drafts] == [2, 1, 1, 1]
    assert drafts[3].record["stack"]["speculation"] == {"method": "mtp"}
    assert len({draft.id for draft in drafts}) == 4


def test_cards_that_do_not_add_up_are_asked_for(tmp_path: Path) -> None:
    draft = only(rows(tmp_path, {"tp": 4, "total_tput_tps": 2229.65505808615}))
    assert any("4 by the ranks, 8 by the throughputs" in sentence for sentence in draft.missing)


def test_failed_requests(tmp_path: Path) -> None:
    (point,) = only(rows(tmp_path, {"num_requests_total": 100, "num_requests_successful": 97})).record["points"]
    assert point["caveat"] == "3 of 100 requests failed; the figures are those of the others"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mean_ttft": -1}, "mean_ttft: should be 0 or more"),
        ({"mean_ttft": float("inf")}, "mean_ttft: should be a finite number"),
        ({"hw": "javascript:alert(1)\x07"}, "hw: holds a control"),
        ({"framework": None}, "framework: is missing"),
        ({"disagg": "yes"}, "disagg: should be true or false"),
    ],
)
def test_a_bad_row_is_a_sentence(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    imported = inferencex.read(rows(tmp_path, changes, {}))
    assert len(imported.drafts) == 1
    (said,) = imported.failures
    assert said.startswith("agg_bmk.json: [0]")
    assert sentence in said
