"""Turn small tables of other vendors and clouds into rows: AWS Neuron, TPU recipes, DataCrunch, InferenceX's log.

- AWS Neuron: tensor parallelism counts NeuronCores, two to a chip; ``count`` and ``tp`` are chips. Context is padded to
  steps of length, so that the median time per token of a long output can be above the mean; where batch / median and
  the printed throughput are further apart than a quarter, one of them is wrong.
- TPU7x: two cores to a chip likewise. The recipe of Qwen3-32B sends 320 requests at once to a server that takes 135;
  lengths are drawn between 0.8 and 1 of the nominal.
- DataCrunch: requests arrive at a rate. In flight is their mean by Little's law, completed x mean latency / duration;
  it counts those that wait, so where the median first token takes over a second only the output rate is kept.
- InferenceX's change log is prose with rounded totals: output is half of it, the lengths being equal.
- Ascend: "Atlas A2" and "Atlas A3" name servers that carry several cards of one family (910B1 to B4; A3 with 560 and
  752 TFLOPS), so those tables, and the floors of vLLM Ascend's tests, name no record of ours.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation.tables import Log, number, read_table, run
from kb.calibration.rows import Row

Said = dict[str, Any]
NEURON_CHIPS = {"AWS Inferentia2": "inferentia2", "AWS Trainium1": "trainium1"}
NEURON_MODELS: dict[str, tuple[str, str | None]] = {
    "Llama-2-7b": ("llama-2-7b-hf", None),
    "Llama-2-13b": ("llama-2-13b-hf", None),
    "Llama-2-70b": ("llama-2-70b-hf", None),
    "Llama-3-8B": ("meta-llama-3-8b", None),
    "Llama-3-70B": ("meta-llama-3-70b", None),
    "CodeLlama-13b-hf": ("llama-2-13b-hf", "CodeLlama-13b: shape of Llama-2-13b, 16 words more"),
    "Mistral-7B-Instruct-v0.2": (
        "mistral-7b-instruct-v0.3",
        "Mistral-7B-Instruct-v0.2: shape of v0.3, 768 words fewer",
    ),
}
TPU_MODELS: dict[str, tuple[str, str, str | None]] = {
    "Qwen/Qwen3-32B": ("qwen3-32b", "fp8-per-tensor", "FP8 by qwix, its scales not stated"),
    "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": ("qwen3-coder-480b-a35b-instruct", "fp8-block-128", None),
    "Qwen/Qwen3.5-397B-A17B-FP8": ("qwen3.5-397b-a17b", "fp8-block-128", None),
    "meta-llama/Llama-3.3-70B-Instruct": ("llama-3.3-70b-instruct", "bf16", None),
}
CLOUD_MODELS = {
    "meta-llama/Llama-3.3-70B-Instruct": "llama-3.3-70b-instruct",
    "meta-llama/Llama-3.1-405B-Instruct": "meta-llama-3.1-405b",
}
WAITED_MS = 1000
DISAGREE = "median time per token and printed throughput are more than a quarter apart"
ASCEND = "Atlas A2 or A3 (or no card named): several cards go by that name"
FLOOR = "regression floor of vLLM Ascend's tests, and the server's card is not named"


def curate(paths: list[Path], log: Log) -> list[Row]:
    """Return the rows of all tables, in their order."""
    rows: list[Row] = []
    seen: set[tuple[Any, ...]] = set()
    for path in paths:
        for line in read_table(path):
            how = HOW.get(line["source_id"])
            found = how(line, log) if how else None
            if how is None:
                log.left_out(FLOOR if "baselines" in line["source_id"] else ASCEND)
            if found:
                names = ("hardware", "model", "input_tokens", "output_tokens", "in_flight", "tpot_ms", "decode_tok_s")
                measured = tuple(found.get(name) for name in names)
                if measured in seen:
                    log.left_out("the same measurement in another table of the source")
                    continue
                seen.add(measured)
                notes = found.pop("notes")
                rows.append(Row(note="; ".join(note for note in notes if note) or None, **found))
    return rows


def _neuron(line: dict[str, str], log: Log) -> Said | None:
    model, about = NEURON_MODELS[line["model"]]
    chips = int(line["tp"]) // 2
    notes = [about, f"TP{line['tp']} over NeuronCores, two a chip", "median TPOT"]
    if line["weight_dtype"] == "int8":
        notes.append("whether the output head is INT8 too is not stated")
    by_median = number(line["concurrency"]) / number(line["tpot_ms"]) * 1000
    agree = 0.75 <= by_median / number(line["value"]) <= 1.25
    return {
        "source": "aws-neuron-benchmarks-81ce03ae",
        "locator": line["path"].removeprefix("about-neuron/benchmarks/"),
        "hardware": NEURON_CHIPS[line["hardware"]],
        "count": chips,
        "model": model,
        "quantization": "int8-weight-only" if line["weight_dtype"] == "int8" else "bf16",
        "engine": "transformers-neuronx",
        "engine_version": line["engine_version"],
        "tp": chips,
        "input_tokens": number(line["input_len"]),
        "output_tokens": number(line["output_len"]),
        "in_flight": number(line["concurrency"]),
        "load": "static",
        "tpot_ms": number(line["tpot_ms"]),
        "ttft_ms": number(line["ttft_ms"]),
        "decode_tok_s": number(line["value"]),
        "aside": None if agree else DISAGREE,
        "notes": notes,
    }


def _tpu(line: dict[str, str], log: Log) -> Said | None:
    if line["model_hf_id"] not in TPU_MODELS:
        log.left_out(ASCEND)
        return None
    model, quantization, about = TPU_MODELS[line["model_hf_id"]]
    ironwood = "TPU7x" in line["hardware"]
    chips = int(line["gpu_count"])
    notes = [about]
    capped = re.search(r"max-num-seqs (\d+)", line["notes"])
    if ironwood:
        notes.append("lengths 0.8 to 1 of the nominal" + (f"; TP{line['tp']} over cores" if line["tp"] else ""))
    else:
        notes.append("median TPOT")
    if capped:
        notes.append(f"{line['concurrency']} requests at once, the server takes {capped[1]}")
    return {
        "source": "tpu-recipes-c8cfe2f6",
        "locator": line["path"].removeprefix("inference/"),
        "hardware": "tpu7x" if ironwood else "tpu-v6e",
        "count": chips,
        "model": model,
        "quantization": quantization,
        "kv_cache": line["kv_dtype"] or None,
        "engine": "vllm-tpu",
        "date": "2026-08-07" if ironwood else "2026-04-08",
        "tp": chips if line["tp"] else None,
        "input_tokens": number(line["input_len"]),
        "output_tokens": number(line["output_len"]),
        "in_flight": float(capped[1]) if capped else number(line["concurrency"]),
        "load": "queued" if capped else "closed",
        "tpot_ms": number(line["tpot_ms"]) if line["tpot_ms"] else None,
        "ttft_ms": number(line["ttft_ms"]) if line["ttft_ms"] else None,
        "decode_tok_s": number(line["value"]),
        "notes": notes,
    }


def _datacrunch(line: dict[str, str], log: Log) -> Said | None:
    if line["model_hf_id"] not in CLOUD_MODELS:
        log.left_out(f"no record of the model: {line['model_hf_id']}")
        return None
    extra = json.loads(line["extra"])
    queued = number(line["ttft_ms"]) > WAITED_MS
    notes = ["H200 read as SXM"]
    if not queued:
        notes.append("in flight: completed x mean latency / duration")
    return {
        "source": "datacrunch-h200-benchmarks-c091ef53",
        "locator": line["path"],
        "hardware": "h200-sxm-141gb",
        "count": int(line["gpu_count"]),
        "model": CLOUD_MODELS[line["model_hf_id"]],
        "quantization": "bf16",
        "engine": "sglang",
        "date": "2024-12-14",
        "tp": int(line["tp"]),
        "input_tokens": float(extra["mean_input_tokens"]),
        "output_tokens": float(extra["mean_output_tokens"]),
        "in_flight": None if queued else float(extra["derived_littles_law_mean_inflight"]),
        "load": "queued" if queued else "open",
        "ttft_ms": None if queued else number(line["ttft_ms"]),
        "decode_tok_s": number(line["value"]),
        "notes": notes,
    }


def _change_log(line: dict[str, str], log: Log) -> Said | None:
    if line["hardware"] != "MI300X":
        log.left_out("RTX PRO 6000 Blackwell without the edition, and totals of an unstated kind")
        return None
    cards = int(line["gpu_count"])
    change = "before" if line["notes"].startswith("before") else "after"
    share = number(line["output_len"]) / (number(line["input_len"]) + number(line["output_len"]))
    return {
        "source": "inferencex-843c6254",
        "locator": f"{line['path']}, concurrency {line['concurrency']}, {change} the change",
        "hardware": "mi300x",
        "count": cards,
        "model": "minimax-m3",
        "quantization": "mxfp8",
        "engine": "vllm",
        "tp": cards,
        "input_tokens": number(line["input_len"]),
        "output_tokens": number(line["output_len"]),
        "in_flight": number(line["concurrency"]),
        "load": "closed",
        "decode_tok_s": round(number(line["value"]) * cards * share, 3),
        "notes": [f"decode_tok_s = {line['value']} total tok/s a card x {cards} x {share:g}", "rounded prose"],
    }


HOW: dict[str, Callable[[dict[str, str], Log], Said | None]] = {
    "aws-neuron-docs": _neuron,
    "tpu-recipes-ironwood": _tpu,
    "tpu-recipes": _tpu,
    "datacrunch-h200-sglang": _datacrunch,
    "inferencex-perf-changelog": _change_log,
}


if __name__ == "__main__":
    run(__doc__, curate)
