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

from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, number, read_table, run

Said = dict[str, Any]
COLLECTIONS = (
    Collection("aws-neuron", "in AWS Neuron's benchmarks", sources=frozenset({"aws-neuron-benchmarks-81ce03ae"})),
    Collection("tpu-recipes", "in Google's TPU recipes", sources=frozenset({"tpu-recipes-c8cfe2f6"})),
    Collection("datacrunch", "by DataCrunch", sources=frozenset({"datacrunch-h200-benchmarks-c091ef53"})),
    Collection("inferencex-log", "in InferenceX's change log", sources=frozenset({"inferencex-843c6254"})),
)
NEURON_CHIPS = {"AWS Inferentia2": "inferentia2", "AWS Trainium1": "trainium1"}
NEURON_MODELS: dict[str, tuple[str, str | None]] = {
    "Llama-2-7b": ("llama-2-7b-hf", None),
    "Llama-2-13b": ("llama-2-13b-hf", None),
    "Llama-2-70b": ("llama-2-70b-hf", None),
    "Llama-3-8B": ("meta-llama-3-8b", None),
    "Llama-3-70B": ("meta-llama-3-70b", None),
    "CodeLlama-13b-hf": ("codellama-13b-hf", None),
    "Mistral-7B-Instruct-v0.2": ("mistral-7b-instruct-v0.2", None),
}
TPU_MODELS: dict[str, tuple[str, str, str | None]] = {
    "Qwen/Qwen3-32B": ("qwen3-32b", "fp8-per-tensor", "FP8 by qwix, its scales not stated"),
    "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": ("qwen3-coder-480b-a35b-instruct", "fp8-block-128", None),
    "Qwen/Qwen3.5-397B-A17B-FP8": ("qwen3.5-397b-a17b", "fp8-block-128", None),
    "meta-llama/Llama-3.3-70B-Instruct": ("llama-3.3-70b-instruct", "bf16", None),
}
CLOUD_MODELS = {
    "meta-llama/Llama-3.3-70B-Instruct": "llama-3.3-70b-instruct",
    "meta-llama/Llama-3.1-405B-Instruct": "llama-3.1-405b-instruct",
}
WAITED_MS = 1000
IRONWOOD_SHORTEST = 0.8
DISAGREE = "median time per token and printed throughput are more than a quarter apart"
FALLING = "printed p99 of the time per token is below its median"
ASCEND = "Atlas A2 or A3 (or no card named): several cards go by that name"
FLOOR = "regression floor of vLLM Ascend's tests, and the server's card is not named"


def curate(paths: list[Path], log: Log) -> list[Measured]:
    """Return the rows of all tables, in their order."""
    rows: list[Measured] = []
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
                rows.append(Measured(note="; ".join(note for note in notes if note) or None, **found))
    return rows


def _neuron(line: dict[str, str], log: Log) -> Said | None:
    model, about = NEURON_MODELS[line["model"]]
    extra = json.loads(line["extra"])
    chips = int(line["tp"]) // 2
    notes = [about, f"TP{line['tp']} over NeuronCores, two a chip"]
    if line["weight_dtype"] == "int8":
        notes.append("whether the output head is INT8 too is not stated")
    by_median = number(line["concurrency"]) / number(line["tpot_ms"]) * 1000
    tail = number(extra["tpot_p99"])
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
        "tpot_is": line["tpot_stat"],
        "ttft_is": line["ttft_stat"],
        "results": {"tpot_ms/p99": tail, "ttft_ms/p99": number(extra["ttft_p99"])},
        "aside": DISAGREE if not agree else FALLING if tail < number(line["tpot_ms"]) else None,
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
        notes.append(f"TP{line['tp']} over cores, two a chip" if line["tp"] else None)
    stated: dict[str, Any] = {"shortest_share": IRONWOOD_SHORTEST} if ironwood else {}
    results = {} if ironwood else _printed(json.loads(line["extra"]))
    if capped:
        stated["concurrency"] = int(number(line["concurrency"]))
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
        "stated": stated,
        "results": results,
        "tpot_is": "p50",
        "ttft_is": "p50",
        "in_flight": float(capped[1]) if capped else number(line["concurrency"]),
        "load": "queued" if capped else "closed",
        "tpot_ms": number(line["tpot_ms"]) if line["tpot_ms"] else None,
        "ttft_ms": number(line["ttft_ms"]) if line["ttft_ms"] else None,
        "decode_tok_s": number(line["value"]),
        "notes": notes,
    }


def _printed(extra: dict[str, Any]) -> dict[str, float]:
    """Return the further figures of the tool's output."""
    names = {"requests_s": "request_throughput", "total_tok_s": "total_token_throughput"}
    for latency in ("ttft_ms", "tpot_ms"):
        names |= {f"{latency}/{statistic}": f"{statistic}_{latency}" for statistic in ("mean", "p99")}
    return {place: number(str(extra[name])) for place, name in names.items() if extra.get(name)}


def _datacrunch(line: dict[str, str], log: Log) -> Said | None:
    if line["model_hf_id"] not in CLOUD_MODELS:
        log.left_out(f"no record of the model: {line['model_hf_id']}")
        return None
    extra = json.loads(line["extra"])
    queued = number(line["ttft_ms"]) > WAITED_MS
    notes = ["H200 read as SXM"]
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
        "ttft_ms": number(line["ttft_ms"]),
        "ttft_is": "p50",
        "decode_tok_s": number(line["value"]),
        "stated": _rate(line["request_rate"]),
        "results": {
            "e2e_ms/mean": float(extra["mean_e2e_latency_ms"]),
            "requests_s": round(float(extra["completed"]) / float(extra["duration"]), 6),
        },
        "formulas": {"requests_s": "requests completed / duration of the run"},
        "notes": notes,
    }


def _rate(printed: str) -> dict[str, Any]:
    """Return the rate at which requests arrive; ``inf`` means all at once."""
    return {} if printed in ("", "inf") else {"request_rate_s": float(printed)}


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
        "formulas": {"decode_tok_s": "printed tokens/s per card, in and out x cards x output / (input + output)"},
        "label": f"{change} the change",
        "remark": f"printed: {line['value']} tokens/s per card, input and output together",
        "notes": ["rounded prose"],
    }


HOW: dict[str, Callable[[dict[str, str], Log], Said | None]] = {
    "aws-neuron-docs": _neuron,
    "tpu-recipes-ironwood": _tpu,
    "tpu-recipes": _tpu,
    "datacrunch-h200-sglang": _datacrunch,
    "inferencex-perf-changelog": _change_log,
}


if __name__ == "__main__":
    run(__doc__, curate, *COLLECTIONS)
