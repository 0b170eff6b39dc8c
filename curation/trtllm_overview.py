"""Turn the tables of TensorRT-LLM's performance overview, in three editions, into rows.

- v0.9: static batches by gptSessionBenchmark, whose tokens per second are batch x output length over the time of the
  whole run, prompt included. Printed per card; the batch is that of all cards of the run. So ``e2e_ms`` is batch x
  output length / (printed x TP). Its configurations keep the context in FP8 where the weights are. The page reproduces
  on an "H100-HBM3-80GB system" and gives no more of the A100 than the name; its batches need over 40 GB, and the
  edition of v0.17 names the A100-SXM4-80GB.
- v0.17: the page says that FP8 weights put the context into FP8 as well.
- v0.17 and v1.0: all requests queued, tokens per second of all cards of an instance; how many are in flight is not
  known. Mixture-of-experts models of v1.0 run with data-parallel attention, by the options the page prints.
"""

from pathlib import Path
from typing import Any

from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, number, read_table, run

COLLECTION = Collection("tensorrt-llm-overview", "in TensorRT-LLM's performance overview", grid=True)
SOURCES = {
    "trtllm-perf-overview-v0.9": ("tensorrt-llm-perf-overview-v0.9", "0.9.0"),
    "trtllm-perf-overview-v0.17": ("tensorrt-llm-perf-overview-v0.17", "0.17"),
    "trtllm-perf-overview-v1.0": ("tensorrt-llm-perf-overview-v1.0", "1.0"),
}
# As printed -> record, and what to say of it.
HARDWARE: dict[str, tuple[str, str | None]] = {
    "RTX 6000 Pro Blackwell Server Edition": ("rtx-pro-6000-server", None),
    "B200 180GB (DGX B200)": ("b200-sxm-180gb", None),
    "GB200 192GB (GB200 NVL72)": ("gb200-nvl72-gpu", None),
    "H200 SXM 141GB (DGX H200)": ("h200-sxm-141gb", None),
    "H200 141GB HBM3": ("h200-sxm-141gb", "H200 read as SXM"),
    "H200": ("h200-sxm-141gb", "H200 read as SXM"),
    "H100 SXM 80GB (DGX H100)": ("h100-sxm5-80gb", None),
    "H100 80GB HBM3": ("h100-sxm5-80gb", None),
    "H100": ("h100-sxm5-80gb", "H100-HBM3-80GB by the page's instructions"),
    "GH200 480GB": ("gh200-96gb", "GH200 480GB: the part with 96 GB of HBM3"),
    "A100-SXM4-80GB": ("a100-sxm4-80gb", None),
    "A100": ("a100-sxm4-80gb", "A100 read as SXM4 80GB"),
    "L40S": ("l40s", None),
}
UNSTATED = "base or instruct is not stated"
MODELS: dict[str, tuple[str, str | None]] = {
    "GPT-J 6B": ("gpt-j-6b", None),
    "Mistral 7B": ("mistral-7b-v0.1", "prints Mistral 7B, no version"),
    "Mixtral 8x7B": ("mixtral-8x7b-v0.1", UNSTATED),
    "LLaMA 7B": ("llama-2-7b-hf", "prints LLaMA 7B, no version"),
    "LLaMA 70B": ("llama-2-70b-hf", "prints LLaMA 70B; base or chat is not stated"),
    "Falcon 180B": ("falcon-180b", None),
    "LLaMA v3.1 8B": ("meta-llama-3.1-8b", UNSTATED),
    "LLaMA v3.1 70B": ("meta-llama-3.1-70b", UNSTATED),
    "LLaMA v3.1 405B": ("meta-llama-3.1-405b", UNSTATED),
    "Llama 3.1 8B": ("llama-3.1-8b-instruct", None),
    "Llama 3.1 405B": ("llama-3.1-405b-instruct", None),
    "Llama 3.3 70B": ("llama-3.3-70b-instruct", None),
    "Llama 4 Scout": ("llama-4-scout-17b-16e-instruct", "which layers are quantised is not stated"),
    "Llama 4 Maverick": ("llama-4-maverick-17b-128e-instruct", "which layers are quantised is not stated"),
    "Qwen3-30B-A3B": ("qwen3-30b-a3b", None),
    "Qwen3-235B-A22B": ("qwen3-235b-a22b", None),
}
FORMATS = {"FP8": "fp8-per-tensor", "FP4": "nvfp4", "FP16": "fp16"}
# Editions that say that FP8 weights go with a context in FP8.
FP8_CONTEXT = frozenset({"0.9.0", "0.17"})
EXPERTS = "enable_attention_dp"
# 32 sequences read all eight experts: 93 GB a step, 23 ms from two A100, where the row leaves 20 ms, prompts included.
MISPRINT = ("Mixtral 8x7B", "A100", "2048", "2048")
TOO_FAST = "faster than reading the weights once a step allows: the printed batch cannot be right"


def curate(paths: list[Path], log: Log) -> list[Measured]:
    """Return the rows of the tables, in their order."""
    rows = []
    for path in paths:
        for line in read_table(path):
            if line["unit"] == "ms":
                log.left_out("time to first token of one prompt: no decode")
                continue
            rows.append(_row(line))
    return rows


def _row(line: dict[str, str]) -> Measured:
    source, version = SOURCES[line["source_id"]]
    hardware, hardware_note = HARDWARE[line["hardware"]]
    model, model_note = MODELS[line["model"]]
    tp = int(line["tp"])
    cut = f"TP{tp}" + (f" PP{line['pp']}" if int(line["pp"] or 1) > 1 else "")
    lengths = f"{line['input_len']}/{line['output_len']}"
    notes = [model_note, hardware_note]
    said: dict[str, Any]
    if line["unit"] == "out tok/s/GPU":
        batch, length, printed = number(line["concurrency"]), number(line["output_len"]), number(line["value"])
        milliseconds = round(batch * length / (printed * tp) * 1000, 3)
        whole = "batch x output tokens / (printed tokens/s per card x TP), in milliseconds"
        said = {
            "load": "static",
            "in_flight": batch,
            "e2e_ms": milliseconds,
            "formulas": {"e2e_ms/mean": whole},
            "remark": f"printed: {line['value']} tokens/s per card, batch x output length over the whole time",
        }
        if (line["model"], line["hardware"], line["input_len"], line["output_len"]) == MISPRINT:
            said["aside"] = TOO_FAST
    else:
        said = {"load": "queued", "decode_tok_s": number(line["value"])}
        if EXPERTS in line["notes"]:
            said["attention_dp"] = tp if tp > 1 else None
            notes.append("experts split as --ep says, whose value is not printed")
    return Measured(
        source=source,
        locator=f"{line['model']}, {line['hardware']}, {line['precision']}, {cut}, {lengths}",
        hardware=hardware,
        count=int(line["gpu_count"]),
        model=model,
        quantization=FORMATS[line["precision"]],
        kv_cache="fp8" if line["precision"] == "FP8" and version in FP8_CONTEXT else None,
        engine="tensorrt-llm",
        engine_version=version,
        tp=tp,
        pp=int(line["pp"]) if line["pp"] else None,
        input_tokens=number(line["input_len"]),
        output_tokens=number(line["output_len"]),
        note="; ".join(note for note in notes if note) or None,
        **said,
    )


if __name__ == "__main__":
    run(__doc__, curate, COLLECTION)
