"""Turn Argonne's LLM-Inference-Bench into rows: static batches of equal input and output length on eight accelerators.

A row is the latency of a whole batch, prompt included: ``e2e_ms``. What the table leaves out stands in the repository:

- H100: ``nvidia-smi`` in llama.cpp/H100/README.MD prints "NVIDIA H100 80GB HBM3", 700 W.
- A100: the jobs are Polaris jobs (PBS, queue preemptable, /lus/grand), and Polaris has four A100 of 40 GB over NVLink a
  node. The times agree: Llama-2-7B with 1,024 tokens in and out takes twice as long with 32 sequences as with 16, whose
  context is the last that fits.
- GH200: the JLSE test bed, whose cards call themselves "GH200 480GB", the 96 GB part. The times agree: 64 sequences of
  that load fit here (81 GB) and not on an H100.
- MI250: a card is two devices; the scripts ask for two, four and eight of them where the table counts 1, 2 and 4.
- Max 1550: vLLM ran with ZE_FLAT_DEVICE_HIERARCHY=FLAT, where TP counts tiles, two to a card, so TP1 is half a card;
  llama.cpp ran on "both tiles" of a card.
- Gaudi2 through Optimum Habana with DeepSpeed and no FP8 option: 16 bits.
- All others: ``--dtype float16``, or GGUF files in F16. Versions are those that READMEs and requirements name.

A run is set aside where its batch cannot have been in memory at once, where it is faster than reading the weights once
a token allows (GPT-J and LLaMA-7B beyond the 2,048 tokens they take, Qwen2 under TensorRT-LLM: it ended early), and
where it contradicts its own series: slower per token than twice the length, or slower than a larger batch.
"""

import json
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, read_table, run
from kb import open_corpus
from kb.corpus import Corpus
from kb.records.hardware import Hardware
from kb.records.model import Model

SOURCE = "argonne-llm-inference-bench-4211f5d4"
COLLECTION = Collection("argonne", "static batches by Argonne", grid=True)
HARDWARE = {
    "Nvidia A100 GPU": "a100-sxm4-40gb",
    "Nvidia H100 GPU": "h100-sxm5-80gb",
    "Nvidia GH200 GPU": "gh200-96gb",
    "AMD MI250 GPU": "mi250",
    "AMD MI300X GPU": "mi300x",
    "Habana Gaudi2": "gaudi-2",
    "Intel PVC GPU": "intel-max-1550",
    "Intel Max 1550": "intel-max-1550",
    "SambaNova SN40L": "sn40l",
}
ENGINES = {
    "vLLM": "vllm",
    "TensorRT-LLM": "tensorrt-llm",
    "llama.cpp": "llama.cpp",
    "Deepspeed-MII": "deepspeed-mii",
    "Deepspeed": None,
    "sambaflow": "sambaflow",
}
VERSIONS = {
    ("vLLM", "AMD MI250 GPU"): "0.6.1",
    ("vLLM", "AMD MI300X GPU"): "0.6.1",
    ("vLLM", "Intel PVC GPU"): "0.5.2",
    ("vLLM", "Intel Max 1550"): "0.5.2",
    ("TensorRT-LLM", "Nvidia A100 GPU"): "0.11.0",
    ("TensorRT-LLM", "Nvidia H100 GPU"): "0.11.0",
    ("TensorRT-LLM", "Nvidia GH200 GPU"): "0.12.0",
}
BACKENDS = {"Nvidia": "cuda", "AMD": "rocm", "Intel": "sycl"}
# When the tables were last changed.
DATES = {
    "Plots/All_results.csv": "2024-09-27",
    "Plots/Fig_5_a/TP_PP_Results.csv": "2024-09-23",
    "Plots/Fig_10/All_results.csv": "2024-09-20",
    "Plots/Fig_3/A100_H100_quant_all_results.csv": "2024-09-20",
    "Plots/Fig_3/qaunt_results/quant_all_results.csv": "2024-09-20",
}
MODELS: dict[str, tuple[str, str | None]] = {
    "meta-llama/Llama-2-7b-hf": ("llama-2-7b-hf", None),
    "meta-llama/Llama-2-13b-hf": ("llama-2-13b-hf", None),
    "meta-llama/Llama-2-70b-hf": ("llama-2-70b-hf", None),
    "meta-llama/Meta-Llama-3-8B": ("meta-llama-3-8b", None),
    "meta-llama/Meta-Llama-3-70B": ("meta-llama-3-70b", None),
    "mistralai/Mistral-7B-v0.1": ("mistral-7b-v0.1", None),
    "mistralai/Mistral-7B-v0.3": ("mistral-7b-v0.3", None),
    "mistralai/Mixtral-8x7B-v0.1": ("mixtral-8x7b-v0.1", None),
    "Qwen/Qwen2-7B": ("qwen2-7b", None),
    "Qwen/Qwen2-72B": ("qwen2-72b", None),
    "BAAI/Aquila-7B": ("aquila-7b", None),
    "Qwen/Qwen1.5-7B": ("qwen1.5-7b", None),
    "bigscience/bloom-7b1": ("bloom-7b1", None),
    "facebook/opt-6.7b": ("opt-6.7b", None),
    "facebook/opt-13b": ("opt-13b", None),
    "google/gemma-7b": ("gemma-7b", None),
    "Deci/DeciLM-7B": ("decilm-7b", None),
    "EleutherAI/gpt-j-6b": ("gpt-j-6b", None),
    "huggyllama/llama-7b": ("llama-7b", None),
    "huggyllama/llama-13b": ("llama-13b", None),
}
# The raw results (qaunt_results/kv_cache_Meta-Llama-3-8B-Instruct-FP8.csv) name another checkpoint than the table.
CHECKPOINTS = {("meta-llama/Meta-Llama-3-8B", "fp8"): "meta-llama-3-8b-instruct"}
# Weights as the table prints them -> record, and what to say of it.
FORMATS: dict[str, tuple[str, str | None]] = {
    "": ("fp16", None),
    "fp16": ("fp16", None),
    "full_prec": ("fp16", "prints full_prec; the script's type is float16"),
    "fp8": ("fp8-per-tensor", "prints Meta-Llama-3-8B; the raw results name Meta-Llama-3-8B-Instruct-FP8"),
    "int8": ("int8", "SmoothQuant; taken to cover every tensor"),
    "int8_sq": ("int8", "SmoothQuant; taken to cover every tensor"),
}
FASHIONS = {"Tensor Parallelism": "tp", "Pipeline Parallelism": "pp", "Expert Parallelism": "ep"}
WAVES = "weights and the context of the whole batch do not fit at once: it ran in waves"
EARLY = "faster than reading the weights once a token allows: it ended early"
START = "slower per token than twice the length: a start-up cost is in it"
DISORDER = "slower than a larger batch of the same series"
SCATTERED = "llama.cpp over several cards takes 5 to 8 times as long as on one"
CLOUD = "a cloud endpoint: format, batching and drafting are the provider's and not stated"
HALF = "TP1 of vLLM on Max 1550: one tile, half a card"
# What an engine takes of the memory, and what it needs beside weights and context, in bytes a card.
USABLE = 0.9
WORKSPACE = 3e9
GIB = 2**30


def curate(paths: list[Path], log: Log) -> list[Measured]:
    """Return the rows of the table, in its order, each measurement once."""
    rows: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    seen: set[tuple[Any, ...]] = set()
    for path in paths:
        for line in read_table(path):
            reason = _why_not(line)
            if reason:
                log.left_out(reason)
                continue
            said = _row(line)
            # Figures repeat runs of the main table, some with fewer digits.
            cards = (said["hardware"], said["engine"], said["count"])
            twin = (*cards, said["model"], said["quantization"], said["kv_cache"], said["pp"] or 1, said["ep"] or 1)
            measured = (*twin, said["in_flight"], said["input_tokens"], round(said["e2e_ms"], 3))
            if measured in seen:
                log.left_out("the same measurement in another figure's table")
                continue
            seen.add(measured)
            place = line["path"].partition("#")[0]
            rows.append(((*twin, said["note"], place), said))
    _judge(rows)
    return [Measured(**said) for _, said in rows]


def _why_not(line: dict[str, str]) -> str | None:
    if line["model_hf_id"] not in MODELS:
        return f"no record of the model: {line['model_hf_id']}"
    if HARDWARE[line["hardware"]] == "intel-max-1550" and line["engine"] == "vLLM" and line["gpu_count"] == "1":
        return HALF
    if json.loads(line["extra"]).get("parallelism_type") == "Pipeline Parallelism" and line["gpu_count"] == "1":
        return "pipeline parallelism of one card"
    return None


def _row(line: dict[str, str]) -> dict[str, Any]:
    printed, engine = line["hardware"], line["engine"]
    model, about = MODELS[line["model_hf_id"]]
    model = CHECKPOINTS.get((line["model_hf_id"], line["weight_dtype"]), model)
    quantization, format_note = FORMATS[line["weight_dtype"]]
    notes = [about, format_note]
    said: dict[str, Any] = {"source": SOURCE, "locator": line["path"], "hardware": HARDWARE[printed]}
    said |= _cut(line, notes)
    if engine == "llama.cpp":
        quantization = "gguf-f16"
    elif engine in ("Deepspeed", "Deepspeed-MII", "sambaflow"):
        quantization = "bf16"
        notes.append("16 bits: the script asks for no other format" if engine != "sambaflow" else "format not stated")
    if engine == "Deepspeed":
        notes.append("Optimum Habana with DeepSpeed")
    return said | {
        "model": model,
        "quantization": quantization,
        "kv_cache": line["kv_dtype"] or None,
        "engine": ENGINES[engine],
        "engine_version": VERSIONS.get((engine, printed)),
        "date": DATES[line["path"].partition("#")[0]],
        "date_is": "published",
        "backend": BACKENDS[printed.partition(" ")[0]] if engine == "llama.cpp" else None,
        "input_tokens": float(line["input_len"]),
        "output_tokens": float(line["output_len"]),
        "in_flight": float(line["concurrency"]),
        "load": "static",
        # Decimal keeps the printed digits.
        "e2e_ms": float(Decimal(json.loads(line["extra"])["latency_s"]) * 1000),
        # The table's throughput counts the prompts in.
        "results": {"total_tok_s": float(line["value"])},
        "aside": CLOUD if engine == "sambaflow" else None,
        "note": "; ".join(note for note in notes if note) or None,
    }


def _cut(line: dict[str, str], notes: list[str | None]) -> dict[str, Any]:
    """Return cards and how the model was cut over them; add to the notes where the table counts otherwise."""
    count = int(line["gpu_count"])
    cut: dict[str, Any] = {"count": count, "tp": None, "pp": None, "ep": None}
    fashion = FASHIONS.get(json.loads(line["extra"]).get("parallelism_type", ""))
    if fashion:
        cut[fashion] = count
    elif line["engine"] == "llama.cpp":
        # Its default splits by layer.
        cut["pp"] = count if count > 1 else None
    elif line["hardware"].startswith("AMD MI250"):
        notes.append(f"TP{2 * count} over the dies, two a card")
    elif HARDWARE[line["hardware"]] == "intel-max-1550":
        cut["count"] = count // 2
        notes.append(f"TP{count} over tiles, two a card")
    elif line["engine"] != "sambaflow":
        cut["tp"] = count
    return cut


def _judge(rows: list[tuple[tuple[Any, ...], dict[str, Any]]]) -> None:
    """Set aside what did not fit and what contradicts its series."""
    series: dict[tuple[Any, ...], dict[tuple[float, float], float]] = defaultdict(dict)
    for key, said in rows:
        if not said["aside"] and _ended_early(said):
            said["aside"] = EARLY
        if not said["aside"]:
            series[key].setdefault((said["in_flight"], said["input_tokens"]), said["e2e_ms"])
    for key, said in rows:
        if said["aside"]:
            continue
        batch, length, took = said["in_flight"], said["input_tokens"], said["e2e_ms"]
        longer = series[key].get((batch, 2 * length))
        if said["engine"] == "llama.cpp" and said["hardware"] == "intel-max-1550" and said["count"] > 1:
            said["aside"] = SCATTERED
        elif not _fits(said):
            said["aside"] = WAVES
        elif longer is not None and took / length > 1.15 * longer / (2 * length):
            said["aside"] = START
        elif any(b > batch and n == length and took > 1.1 * t for (b, n), t in series[key].items()):
            said["aside"] = DISORDER


def _ended_early(said: dict[str, Any]) -> bool:
    if said["model"].startswith("mixtral"):
        # A token reads two of its eight experts.
        return False
    per_second = said["count"] * _memory(said["hardware"])[1] * 1e9
    return bool(said["e2e_ms"] / 1000 < said["output_tokens"] * _weights(said) / per_second)


def _weights(said: dict[str, Any]) -> int:
    return _shape(said["model"])[0] * {"fp8-per-tensor": 1, "int8": 1}.get(said["quantization"], 2)


def _fits(said: dict[str, Any]) -> bool:
    per_token = _shape(said["model"])[1]
    per_token *= {"fp8": 1, "int8": 1}.get(said["kv_cache"], 2)
    context = said["in_flight"] * (said["input_tokens"] + said["output_tokens"]) * per_token
    room = said["count"] * (USABLE * _memory(said["hardware"])[0] * GIB - WORKSPACE)
    return bool(_weights(said) + context <= room)


@cache
def _shape(model: str) -> tuple[int, int]:
    """Return the number of weights, and of values that a token leaves in the context."""
    found = _corpus().resolve(model, "model")
    if not isinstance(found, Model) or found.parameters is None or found.parameters.total is None:
        raise ValueError(f"{model}: no parameters")
    values = 0
    for layers in found.attention:
        if layers.kv_heads is None or layers.head_dim is None:
            raise ValueError(f"{model}: no KV heads")
        values += int(layers.layers.value) * 2 * int(layers.kv_heads.value) * int(layers.head_dim.value)
    return int(found.parameters.total.value), values


@cache
def _memory(hardware: str) -> tuple[float, float]:
    """Return capacity in GB and bandwidth in GB/s."""
    found = _corpus().resolve(hardware, "hardware")
    if not isinstance(found, Hardware) or found.memory is None or found.memory.capacity_gb is None:
        raise ValueError(f"{hardware}: no capacity")
    if found.memory.bandwidth_gb_s is None:
        raise ValueError(f"{hardware}: no bandwidth")
    return float(found.memory.capacity_gb.value), float(found.memory.bandwidth_gb_s.value)


@cache
def _corpus() -> Corpus:
    return open_corpus(Path(__file__).parents[1])


if __name__ == "__main__":
    run(__doc__, curate, COLLECTION)
