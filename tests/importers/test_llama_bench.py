import json
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus
from kb.importers import Draft, ImportFailed, llama_bench
from kb.importers.llama_bench.names import model_of_file, model_quantization, quantization_of_words
from tests.importers.conftest import FIXTURES

JSON = FIXTURES / "llama_bench_o_json.json"


def only(path: Path, library: Corpus | None = None) -> Draft:
    (draft,) = llama_bench.read(path, library).drafts
    return draft


def changed(folder: Path, **changes: Any) -> Path:
    path = folder / "bench.json"
    rows = [row | changes for row in json.loads(JSON.read_text())[1:]]
    path.write_text(json.dumps([{k: v for k, v in row.items() if v is not None} for row in rows]))
    return path


def pasted(folder: Path, text: str) -> Path:
    path = folder / "pasted.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_json() -> None:
    draft = only(JSON)
    stack = draft.record["stack"]
    assert stack["model"] == "snowpiercer-15b-v1"
    assert stack["engine"] == {"id": "llama.cpp", "version": "b5606", "commit": "247e5c6e", "backend": "CUDA,RPC"}
    assert stack["quantization"] == "gguf-q3-k-l"
    assert stack["kv_cache"] == "fp16"
    assert stack["pools"] == [{"role": "serve", "hardware": "nvidia-geforce-rtx-4090", "count": 1}]
    assert draft.record["weights_gb"] == 7.98230528
    assert draft.record["measured"] == "2025-06-08"
    prefill, decode = draft.record["points"]
    assert prefill["label"] == "pp8192"
    assert prefill["scenario"] == {"kind": "static-batch", "batch": 1, "input_tokens": 8192}
    assert prefill["results"] == {"prefill_tok_s": 3024.404345, "spread_pct": 100 * 2.625967 / 3024.404345}
    assert decode["label"] == "tg1280"
    assert decode["scenario"] == {"kind": "static-batch", "batch": 1, "output_tokens": 1280}
    assert decode["results"]["decode_tok_s"] == 85.498819
    assert "n_ubatch 512" in decode["remark"]
    assert "the standard deviation 0.05175 over the mean 85.498819" in decode["remark"]
    assert "caveat" not in decode


def test_json_lines_and_minus_one_for_all_layers(corpus: Corpus) -> None:
    draft = only(FIXTURES / "llama_bench_all_layers.jsonl", corpus)
    stack = draft.record["stack"]
    assert (stack["model"], stack["quantization"]) == ("qwen2.5-7b-instruct", "gguf-q4-k-m")
    assert stack["pools"][0]["hardware"] == "rtx-4080"
    assert [point["locator"] for point in draft.record["points"]] == ["line 1", "line 2"]
    assert not any("caveat" in point for point in draft.record["points"])


def test_a_pasted_table(corpus: Corpus) -> None:
    drafts = llama_bench.read(FIXTURES / "llama_bench_pasted.md", corpus).drafts
    assert [[point["results"].get("decode_tok_s") for point in d.record["points"]] for d in drafts] == [
        [None, 278.95],
        [None, 279.0],
    ]
    for draft in drafts:
        stack = draft.record["stack"]
        assert stack["engine"] == {"id": "llama.cpp", "version": "b6413", "commit": "233d773d0", "backend": "CUDA"}
        assert stack["command"] == "build/bin/llama-bench -m /models/llm/gguf/llama-2-7b.Q4_0.gguf -fa 1"
        assert stack["quantization"] == "gguf-q4-0"
        assert any("RTX PRO 6000 Blackwell Workstation Edition" in sentence for sentence in draft.missing)
        # 3.56 GiB, in decimal gigabytes, digit for digit.
        assert draft.record["weights_gb"] == 3.82252089344
        assert any("3.56 GiB as printed" in remark for remark in draft.remarks)
    assert [point["locator"] for point in drafts[1].record["points"]] == ["line 25", "line 26"]


def test_depths() -> None:
    draft = only(FIXTURES / "llama_bench_depth.md")
    points = {point["label"]: point for point in draft.record["points"]}
    assert list(points) == ["pp512", "tg128", "pp512 @ d512", "tg128 @ d512"]
    assert points["tg128 @ d512"]["scenario"]["input_tokens"] == 512
    assert points["tg128 @ d512"]["results"]["decode_tok_s"] == 116.71
    assert "behind a context of 512 tokens" in points["pp512 @ d512"]["caveat"]
    assert "caveat" not in points["tg128 @ d512"]
    # "qwen2 7B" is an architecture and a size: Qwen2.5 7B Instruct is called that too.
    assert draft.record["stack"]["model"] == "to-be-named"
    assert any("'qwen2 7B Q4_K - Medium'" in sentence for sentence in draft.missing)


def test_layers_that_stayed_in_host_memory() -> None:
    points = only(FIXTURES / "llama_bench_layers.md").record["points"]
    assert [point["results"].get("decode_tok_s") for point in points] == [None, 13.45, None, 131.66]
    assert points[1]["caveat"].startswith("n_gpu_layers is 10: layers beyond that")


@pytest.mark.parametrize(
    ("changes", "caveat"),
    [
        ({"n_gpu_layers": 40}, "n_gpu_layers is 40 of 61: the rest of the model stayed in host memory"),
        ({"n_gpu_layers": 62}, None),
        ({"n_gpu_layers": 0}, "n_gpu_layers is 0 of 61: the rest of the model stayed in host memory"),
        ({"n_cpu_moe": 20}, "n_cpu_moe is 20: the experts of so many layers stayed in host memory"),
        ({"no_kv_offload": True}, "no_kv_offload: the KV cache stayed in host memory"),
        ({"avg_ns": 14970971}, "avg_ts is 85.498819, but 1280 tokens in avg_ns 14970971 make 85498.8 a second"),
    ],
)
def test_a_doubtful_speed_says_why(
    changes: dict[str, Any], caveat: str | None, tmp_path: Path, library: Corpus
) -> None:
    path = changed(tmp_path, model_filename="/m/DeepSeek-R1-Q4_K_M-00001-of-00009.gguf", **changes)
    assert only(path, library).record["points"][0].get("caveat") == caveat


def test_eight_cards() -> None:
    draft = only(FIXTURES / "llama_bench_eight_cards.md")
    (pool,) = draft.record["stack"]["pools"]
    assert (pool["hardware"], pool["count"]) == ("nvidia-a100-80gb-pcie", 8)
    assert "command" not in draft.record["stack"]
    assert draft.record["stack"]["quantization"] == "gguf-f16"


def test_cards_of_two_kinds(tmp_path: Path) -> None:
    path = changed(tmp_path, gpu_info="NVIDIA L40S, NVIDIA L40S, NVIDIA A10")
    draft = only(path)
    pools = [(pool["hardware"], pool["count"]) for pool in draft.record["stack"]["pools"]]
    assert pools == [("nvidia-l40s", 2), ("nvidia-a10", 1)]
    assert any("how the model was spread" in sentence for sentence in draft.missing)
    alone = only(changed(tmp_path, gpu_info="NVIDIA L40S, NVIDIA A10", split_mode="none", main_gpu=1))
    assert [pool["hardware"] for pool in alone.record["stack"]["pools"]] == ["nvidia-a10"]


def test_the_processor_is_no_card(tmp_path: Path) -> None:
    draft = only(changed(tmp_path, backends="CPU", gpu_info=""))
    assert draft.record["stack"]["pools"][0]["hardware"] == "to-be-named"
    assert any("Ryzen Threadripper" in sentence for sentence in draft.missing)


def test_keys_and_values_in_two_formats(tmp_path: Path) -> None:
    draft = only(changed(tmp_path, type_k="q8_0", type_v="f16"))
    assert "kv_cache" not in draft.record["stack"]
    assert any("keys are q8_0, values f16" in sentence for sentence in draft.missing)
    assert only(changed(tmp_path, type_k="q8_0", type_v="q8_0")).record["stack"]["kv_cache"] == "int8"


def test_prompt_and_generation_in_one(tmp_path: Path) -> None:
    (point,) = only(changed(tmp_path, n_prompt=512, n_gen=128, avg_ns=None)).record["points"]
    assert point["label"] == "pp512+tg128"
    assert "total_tok_s" in point["results"]
    assert "decode_tok_s" not in point["results"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"avg_ts": 0}, "avg_ts: is missing or 0"),
        ({"avg_ts": float("nan")}, "avg_ts: is missing or 0"),
        ({"avg_ts": -1}, "avg_ts: should be 0 or more"),
        ({"n_gen": 0}, "n_gen: is 0, and n_prompt too"),
        ({"model_filename": None}, "model_filename: is missing"),
        ({"model_filename": "a\x00b.gguf"}, "model_filename: holds a control"),
        ({"gpu_info": "RTX\u202e4090"}, "gpu_info: holds a control"),
    ],
)
def test_a_bad_test_is_a_sentence(changes: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    imported = llama_bench.read(changed(tmp_path, **changes))
    assert imported.drafts == ()
    assert sentence in imported.failures[0]


HEAD = "| model | size | params | backend | ngl | test | t/s |\n|---|---|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | pp512 | fast |", 'the speed is "fast"'),
        ("| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | pp512 | 0.00 ± 0.00 |", "the speed is"),
        ("| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | xx5 | 1.00 |", 'the test is "xx5"'),
        ("| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | pp0 | 1.00 |", 'the test is "pp0", of no token'),
        ("| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 |", 'the test is ""'),
        ("| a\u202eb | 3.56 GiB | 6.74 B | CUDA | 99 | pp512 | 1.00 |", "the model is"),
    ],
)
def test_a_bad_row_is_a_sentence(row: str, sentence: str, tmp_path: Path) -> None:
    good = "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg128 | 132.19 +/- 0.55 |"
    imported = llama_bench.read(pasted(tmp_path, f"{HEAD}{row}\n{good}\n"))
    (said,) = imported.failures
    assert said.startswith("pasted.md:3: ")
    assert sentence in said
    assert imported.drafts[0].record["points"][0]["results"]["decode_tok_s"] == 132.19


def test_a_table_without_rows(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="no row below it"):
        llama_bench.read(pasted(tmp_path, HEAD))


def test_more_rows_than_anybody_pastes(tmp_path: Path) -> None:
    row = "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg128 | 132.19 |\n"
    with pytest.raises(ImportFailed, match=r"pasted\.md holds 20001 rows, and 20000 at most"):
        llama_bench.read(pasted(tmp_path, HEAD + row * 20_001))


def test_lines_that_are_too_long_for_a_table_are_passed_over(tmp_path: Path) -> None:
    row = "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg128 | 132.19 |\n"
    text = HEAD + "| " + "x | test | t/s |" * 100_000 + "\n" + "#" * 100_000 + "\n" + HEAD + row
    assert len(only(pasted(tmp_path, text)).record["points"]) == 1


def test_devices_and_build_go_with_their_own_table(tmp_path: Path) -> None:
    row = "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg128 | 132.19 |\n"
    device = "  Device 0: NVIDIA {}, compute capability 8.9, VMM: yes\n"
    build = "\nbuild: {} (1)\n\n"
    text = (
        device.format("L40S") + HEAD + row + build.format("aaaaaaaa") + device.format("A10") + HEAD + row + HEAD + row
    )
    first, second = llama_bench.read(pasted(tmp_path, text)).drafts
    assert [pool["hardware"] for pool in first.record["stack"]["pools"]] == ["nvidia-l40s"]
    assert first.record["stack"]["engine"]["commit"] == "aaaaaaaa"
    assert second.record["stack"]["pools"] == [{"role": "serve", "hardware": "nvidia-a10", "count": 1}]
    assert "commit" not in second.record["stack"]["engine"]
    assert len(second.record["points"]) == 2


def test_vulkan_names_its_cards_in_its_own_way(tmp_path: Path) -> None:
    line = "ggml_vulkan: 0 = AMD Radeon RX 7900 XTX (RADV NAVI31) (radv) | uma: 0 | fp16: 1 | warp size: 64\n"
    row = "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | Vulkan | 99 | tg128 | 132.19 ± 0.55 |\n"
    (pool,) = only(pasted(tmp_path, line + HEAD + row)).record["stack"]["pools"]
    assert pool["hardware"] == "amd-radeon-rx-7900-xtx"


@pytest.mark.parametrize(
    ("path", "model", "quantization"),
    [
        ("/m/Snowpiercer-15B-v1.Q3_K_L.gguf", "Snowpiercer-15B-v1", "gguf-q3-k-l"),
        ("Qwen3.6-35B-A3B-UD-Q6_K.gguf", "Qwen3.6-35B-A3B", "gguf-ud-q6-k"),
        ("C:\\m\\gpt-oss-120b-mxfp4-00001-of-00003.gguf", "gpt-oss-120b", "gguf-mxfp4"),
        ("llama-2-7b.IQ2_XXS.gguf", "llama-2-7b", "gguf-iq2-xxs"),
        ("Llama-3.1-8B-BF16.gguf", "Llama-3.1-8B", "gguf-bf16"),
        ("model.gguf", "model", None),
    ],
)
def test_names_of_files(path: str, model: str, quantization: str | None) -> None:
    assert (model_of_file(path), model_quantization(path, "")) == (model, quantization)


@pytest.mark.parametrize(
    ("words", "quantization"),
    [
        ("qwen2 7B Q4_K - Medium", "gguf-q4-k-m"),
        ("qwen3 32B Q4_K - Small", "gguf-q4-k-s"),
        ("llama 7B mostly Q4_0", "gguf-q4-0"),
        ("llama 8B IQ4_XS - 4.25 bpw", "gguf-iq4-xs"),
        ("gpt-oss 20B MXFP4 MoE", "gguf-mxfp4-moe"),
        ("qwen35moe 35B.A3B Q6_K", "gguf-q6-k"),
        ("llama 8B IQ3_S mix - 3.66 bpw", "gguf-iq3-m"),
        ("llama 7B", None),
    ],
)
def test_quantizations_in_words(words: str, quantization: str | None) -> None:
    assert quantization_of_words(words) == quantization
