"""Rows of single devices and small boxes that were typed by hand from issues, pull requests and small pages."""

import re
from typing import Any

from curation.device_names import GGUF, HARDWARE, MODELS, date_in, printed_size_gb, version_in
from curation.measured import Measured

Line = dict[str, str]

SOURCES = {
    "AlexsJones/llmfit/pull/917": "llmfit-pr-917",
    "NVIDIA/TensorRT-LLM/issues/5929": "tensorrt-llm-issue-5929",
    "antirez/ds4/pull/706": "ds4-pr-706",
    "antirez/ds4/pull/788": "ds4-pr-788",
    "brand-o/normiebench/issues/3": "normiebench-issue-3",
    "geerlingguy/ai-benchmarks/issues/21": "geerlingguy-ai-benchmarks-issue-21",
    "geerlingguy/ai-benchmarks/issues/43": "geerlingguy-ai-benchmarks-issue-43",
    "geerlingguy/ai-benchmarks/issues/48": "geerlingguy-ai-benchmarks-issue-48",
    "ggml-org/llama.cpp/blob/master/benches/dgx-spark.md": "llama.cpp-dgx-spark-4c7e9893",
    "ggml-org/llama.cpp/pull/16991": "llama.cpp-pr-16991",
    "ggml-org/llama.cpp/pull/21024": "llama.cpp-pr-21024",
    "https://developer.nvidia.com/embedded/jetson-benchmarks": "willitrun-22bb93d7-nvidia-jetson",
    "ml-explore/mlx-examples/issues/1029": "mlx-examples-issue-1029",
    "ml-explore/mlx-examples/pull/1069": "mlx-examples-pr-1069",
    "sgl-project/sglang/blob/main/docs_new/src/snippets/configs/qwen/qwen3.6-benchmarks.jsx": (
        "sglang-qwen3.6-benchmarks-4b7077be"
    ),
    "sgl-project/sglang/pull/31044": "sglang-pr-31044",
    "waybarrios/vllm-mlx/issues/531": "vllm-mlx-issue-531",
}
LEFT_OUT = {
    "dusty-nv/jetson-containers/blob/master/packages/llm/mlc/docs.md": "no single SKU: a Jetson, model not stated",
    "ml-explore/mlx-lm/issues/92": "neither size nor format of the model is stated",
    "nvidia-holoscan/holohub/issues/170": "format of the weights not stated",
    "sgl-project/sglang/pull/2643": "hardware not stated",
    "tenstorrent/tt-inference-server/issues/356": "no single SKU: H100, SXM or PCIe; neither engine nor cut is stated",
    "tenstorrent/tt-inference-server/issues/379": "no single SKU: H100, SXM or PCIe; engine not stated",
}
ENGINES = {
    "MLC": "mlc-llm",
    "SGLang": "sglang",
    "TensorRT-LLM": "tensorrt-llm",
    "ds4": "ds4",
    "llama.cpp": "llama.cpp",
    "mlx-lm": "mlx-lm",
    "ollama": "ollama",
    "vLLM": "vllm",
}
FORMATS = {
    "4bit g64 (MLX default)": "mlx-4bit-g64",
    "8bit g64 (MLX default)": "mlx-8bit-g64",
    "BF16": "bf16",
    "FP4 (NVFP4)": "nvfp4-mlp",
    "FP8": "fp8-block-128",
    "IQ2XXS/Q2K routed experts, Q8 rest": "gguf-iq2-xxs-q2-k-experts-q8-0",
}
# SGLang's cookbook: the checkpoints that NVIDIA publishes in NVFP4 are records of their own.
NVFP4 = {"Qwen3.6-27B": "qwen3.6-27b-nvfp4", "Qwen3.6-35B-A3B": "qwen3.6-35b-a3b-nvfp4"}
# EAGLE over the checkpoint's own prediction layers, three steps, one token each.
DRAFTED = 3
GIB = 1.073741824


def hand(line: Line) -> Measured | str:
    """Read a row that was typed by hand."""
    place = line["source_url"].removeprefix("https://github.com/")
    if place in LEFT_OUT:
        return LEFT_OUT[place]
    if line["source_id"] == "jetson_nvidia":
        return "mislabelled fp16: it would break the bandwidth bound, and NVIDIA used W4A16"
    hardware = HARDWARE.get(line["hardware"])
    if hardware is None:
        return f"no record, or no single SKU: {line['hardware']}"
    if line["model"] not in MODELS:
        return f"no record: {line['model']}"
    model, about = MODELS[line["model"]]
    quantization = FORMATS.get(line["quant"]) or GGUF.get(line["quant"])
    if line["quant"] == "NVFP4":
        model, quantization, about = NVFP4[line["model"]], "nvfp4-w4a16-fp8", None
    if quantization is None:
        raise ValueError(f"format {line['quant']!r} of {place}")
    rate, spread = float(line["decode_tok_s"]), line["decode_pm"]
    drafts = line["spec_decode"].startswith("yes")
    engine = ENGINES.get(line["engine"])
    return Measured(
        source=SOURCES[place],
        locator=_locator(line),
        hardware=hardware,
        count=int(line["device_count"]),
        model=model,
        quantization=quantization,
        engine=engine,
        engine_version=None if "PR" in line["engine_version"] else version_in(line["engine_version"]),
        date=date_in(line["commit_or_date"]),
        backend=line["backend"].lower() if line["backend"] != "ollama" else None,
        draft_tokens=DRAFTED if drafts else None,
        input_tokens=_input(line),
        output_tokens=float(line["gen_tokens"]) if line["gen_tokens"] else None,
        in_flight=1.0,
        spread_pct=round(100 * float(spread) / rate, 3) if spread else None,
        aside=_aside(line),
        note=_note(line, about, engine),
        **_size(line),
        **_cut(line["parallelism"]),
        **_time(line, rate),
    )


def _locator(line: Line) -> str:
    test = line["notes"].split(";")[0] if line["metric_kind"].startswith(("1/", "1000/")) else line["metric_kind"]
    lengths = f"prompt {line['prompt_tokens'] or line['depth_tokens']}"
    lengths += f", generated {line['gen_tokens']}" if line["gen_tokens"] else ""
    cut = f", {line['parallelism']}" if line["parallelism"] else ""
    return f"{line['hardware']}{cut}: {line['model']} {line['quant']}, {lengths}: {test}"


def _input(line: Line) -> float | None:
    if line["prompt_tokens"]:
        return float(line["prompt_tokens"])
    return float(line["depth_tokens"]) if line["metric_kind"].startswith(("llama-bench", "tg128", "ds4")) else None


def _size(line: Line) -> dict[str, Any]:
    printed = re.match(r"([\d.]+) GiB file", line["model_bytes_basis"])
    return {"weights_gb": round(float(printed[1]) * GIB, 2) if printed else printed_size_gb(line)}


def _cut(text: str) -> dict[str, Any]:
    said = re.fullmatch(r"TP(\d+) EP=?(\d+|None)", text)
    if not said:
        return {}
    return {"tp": int(said[1]), "ep": 1 if said[2] == "None" else int(said[2])}


def _time(line: Line, rate: float) -> dict[str, Any]:
    """Return the time as printed: where the rate was computed from a time per token, that time."""
    per_token = re.search(r"TPOT ([\d.]+) ms|ITL p50 = ([\d.]+) s", line["notes"])
    if per_token:
        ms = float(per_token[1]) if per_token[1] else round(float(per_token[2]) * 1000, 6)
        return {"load": "closed", "tpot_ms": ms}
    return {"load": "static", "decode_tok_s": rate}


def _aside(line: Line) -> str | None:
    if line["metric_kind"] == "llmfit avgTps":
        return "mean over wall time, prompt included"
    return None


def _note(line: Line, about: str | None, engine: str | None) -> str | None:
    attention = re.search(r"fa=(\d)", line["notes"])
    parts = [
        f"flash attention {'on' if attention[1] == '1' else 'off'}" if attention else None,
        about,
        f"engine {line['engine']}" if engine is None else None,
        "EAGLE/MTP, three steps; acceptance not stated" if line["spec_decode"].startswith("yes") else None,
        "whether multi-token prediction was on is not stated" if line["spec_decode"] == "not stated" else None,
        "the checkpoint is taken to be NVIDIA's" if line["quant"] == "NVFP4" else None,
        "size of the file 80.8 GiB" if line["model_bytes_basis"].startswith("80.8 GiB") else None,
        "host Intel 265K" if line["source_url"].endswith("ai-benchmarks/issues/43") else None,
        "build of the pull request" if line["engine_version"] == "PR branch" else None,
        "build before the pull request" if line["engine_version"] == "master before PR" else None,
    ]
    return "; ".join(part for part in parts if part) or None
