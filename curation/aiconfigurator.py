"""Turn the table of measured points that AIConfigurator ships into rows.

The table joins runs of SemiAnalysis InferenceX with NVIDIA's own. Its labels need reading:

- ``tp_size`` is TP x EP in rows of the first InferenceX schema; the gathered table corrects the number of cards and
  marks the rows. Where ``tp`` is 1 and ``ep`` more, attention runs data parallel over ``ep`` cards.
- ``attention_dp_size`` above 1 beside a ``tp`` above 1 is a flag: the same figures stand elsewhere in the table
  without it.
- ``ep`` may be the product of TP and EP, so it is capped at the number of cards. Where a degree or the number of cards
  is read so, the note of the evidence tells what is printed.
- An empty precision is the model's 16-bit checkpoint, unless ``gemm_quant_mode`` says otherwise.
- DeepSeek R1 and V3 are one run under two names; InferenceX's table of models names R1-0528.
- ``wip=True`` stands beside some runs, and nothing explains it; each such point says so.
- Llama 3.1 70B stays as printed. InferenceX's table of models says Llama 3.1 70B Instruct, its configurations of that
  month NVIDIA's Llama 3.3 70B Instruct FP8: one shape, and no telling which ran.
- The table has no mark for multi-token prediction, and InferenceX ran DeepSeek R1 and Qwen3.5 with and without it.
  Where a run is a quarter faster than its twin of the same build, or of the same two months, it and all rows of its
  batch are set aside as suspects.
- ``batch_size`` in 19 rows may count one rank or all of them; they are set aside.
- 55 aggregated GB200 rows hold the cards of a disaggregated run in ``tp_size``; they are set aside.
- Where the image is Dynamo's, the version is its tag, not the engine's: a case keeps the image and names no version.
- The table does not say whether its times are means or medians.
"""

import dataclasses
import datetime
import json
import re
import statistics
from collections import defaultdict
from typing import Any

from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, number, read_table, run

SOURCE = "aiconfigurator-095f58a5-silicon"
COLLECTION = Collection("aiconfigurator", "in AIConfigurator's table")
HARDWARE = {
    "b200_sxm": "b200-sxm-180gb",
    "b300_sxm": "b300-sxm",
    "gb200": "gb200-nvl72-gpu",
    "gb300": "gb300-nvl72-gpu",
    "h100_sxm": "h100-sxm5-80gb",
    "h200_sxm": "h200-sxm-141gb",
}
ENGINES = {"vllm": "vllm", "trtllm": "tensorrt-llm", "sglang": "sglang"}
# (model as printed, precision as printed) -> the checkpoint that is published in that format, and the format.
FORMATS = {
    ("MiniMaxAI/MiniMax-M2.5", "fp4"): ("minimax-m2.5-nvfp4", "nvfp4-mlp"),
    ("MiniMaxAI/MiniMax-M2.5", "fp8"): ("minimax-m2.5", "fp8-block-128"),
    ("Qwen/Qwen3-235B-A22B-FP8", "fp8"): ("qwen3-235b-a22b-fp8", "fp8-block-128"),
    ("Qwen/Qwen3-32B", "fp4"): ("qwen3-32b", "nvfp4"),
    ("Qwen/Qwen3-32B", "fp8"): ("qwen3-32b-fp8-static-pertensor", "fp8-per-tensor"),
    ("Qwen/Qwen3-32B", ""): ("qwen3-32b", "bf16"),
    ("Qwen/Qwen3.5-397B-A17B", "bf16"): ("qwen3.5-397b-a17b", "bf16"),
    ("Qwen/Qwen3.5-397B-A17B", "fp4"): ("qwen3.5-397b-a17b-nvfp4", "nvfp4-experts"),
    ("Qwen/Qwen3.5-397B-A17B", "fp8"): ("qwen3.5-397b-a17b", "fp8-block-128"),
    ("deepseek-ai/DeepSeek-R1", "fp4"): ("deepseek-r1-0528", "nvfp4-mla-o-proj"),
    ("deepseek-ai/DeepSeek-R1", "fp8"): ("deepseek-r1-0528", "fp8-block-128"),
    ("deepseek-ai/DeepSeek-V3", "fp4"): ("deepseek-r1-0528", "nvfp4-mla-o-proj"),
    ("deepseek-ai/DeepSeek-V3", "fp8"): ("deepseek-r1-0528", "fp8-block-128"),
    ("nvidia/DeepSeek-R1-NVFP4", "fp4"): ("deepseek-r1-nvfp4", "nvfp4-mlp"),
    ("nvidia/DeepSeek-V3.1-NVFP4", "fp4"): ("deepseek-v3.1-nvfp4", "nvfp4-mla-o-proj"),
    ("zhipuai/GLM-5", "fp4"): ("glm-5-nvfp4", "nvfp4-mlp"),
    ("nvidia/Qwen3-32B-NVFP4", "fp4"): ("qwen3-32b", "nvfp4"),
    ("meta-llama/Llama-3.1-70B", "fp8"): ("meta-llama-3.1-70b", "fp8-per-tensor"),
    ("meta-llama/Llama-3.1-8B-Instruct", ""): ("llama-3.1-8b-instruct", "bf16"),
    ("moonshotai/Kimi-K2.5", "fp4"): ("kimi-k2.5-nvfp4", "nvfp4-mlp"),
    ("moonshotai/Kimi-K2.5", "int4"): ("kimi-k2.5", "int4-g32-experts"),
}
# InferenceX draws lengths uniformly from 0.8 of the nominal one up to it.
INFERENCEX_SHORTEST = 0.8
WHO = {"SemiAnalysis InferenceX CI": "SemiAnalysis InferenceX CI", "NVIDIA (aiconfigurator team)": "NVIDIA"}
WIP = "marked wip=True in the table"
# What InferenceX says against a label that stays as printed.
MODEL_NOTES = {
    "meta-llama/Llama-3.1-70B": "InferenceX's configurations name Llama 3.3 70B Instruct FP8, of the same shape",
}
UNNAMED = "in the shape of InferenceX's tables; who ran it is not stated"
# Checkpoints that come with layers for multi-token prediction.
DRAFTS_FOR_ITSELF = ("deepseek-r1", "deepseek-v3", "qwen3.5-397b")
TWIN_RATIO = 1.25
TWIN_DAYS = 60
SUSPECT = "undeclared multi-token prediction suspected: far faster than its twin"


def curate(table: list[dict[str, str]], log: Log) -> list[Measured]:
    """Return the rows, in the order of the table, copies of one run once."""
    rows: list[Measured] = []
    batches: list[str] = []
    seen: set[tuple[Any, ...]] = set()
    for line in table:
        row = _row(line, log)
        if row is None:
            continue
        # NVIDIA's tables repeat InferenceX runs rounded to two digits.
        key: tuple[Any, ...] = (row.hardware, row.count, row.model, row.quantization, row.engine, row.role, row.workers)
        key += (line["input_len"], line["output_len"], row.in_flight, round(row.tpot_ms or 0, 1))
        if key in seen:
            log.left_out("the same run stands in the table already")
            continue
        seen.add(key)
        rows.append(row)
        batches.append(f"{line['engine']} {row.engine_version} {row.date} {row.hardware} {line['evidence_note']}")
    suspects = _suspects(rows, batches)
    return [
        _without_tag(
            dataclasses.replace(row, aside=SUSPECT)
            if batch in suspects and row.aside is None and row.model.startswith(DRAFTS_FOR_ITSELF)
            else row
        )
        for row, batch in zip(rows, batches, strict=True)
    ]


def _without_tag(row: Measured) -> Measured:
    """Return the row without a version that is only the tag of Dynamo's image."""
    image = str(row.stack.get("image", ""))
    is_tag = "ai-dynamo/" in image and image.rpartition(":")[2] == row.engine_version
    return dataclasses.replace(row, engine_version=None) if is_tag else row


def _suspects(rows: list[Measured], batches: list[str]) -> set[str]:
    """Return the batches of runs that are far faster than comparable ones."""
    twins: dict[tuple[Any, ...], list[tuple[float, str, Measured]]] = defaultdict(list)
    for row, batch in zip(rows, batches, strict=True):
        if row.role == "serve" and row.aside is None and row.model.startswith(DRAFTS_FOR_ITSELF):
            same = (row.hardware, row.count, row.attention_dp, row.model, row.quantization, row.engine)
            twins[(*same, row.input_tokens, row.output_tokens, row.in_flight)].append((row.tpot_ms or 0, batch, row))
    ratios: dict[str, list[float]] = defaultdict(list)
    for group in twins.values():
        for fast_ms, fast_batch, fast in group:
            slower = [slow_ms / fast_ms for slow_ms, batch, slow in group if batch != fast_batch and _near(fast, slow)]
            if slower:
                ratios[fast_batch].append(max(slower))
    return {batch for batch, found in ratios.items() if statistics.median(found) >= TWIN_RATIO}


def _near(one: Measured, other: Measured) -> bool:
    if one.engine_version is not None and one.engine_version == other.engine_version:
        return True
    if one.date is None or other.date is None:
        return False
    days = datetime.date.fromisoformat(one.date) - datetime.date.fromisoformat(other.date)
    return abs(days.days) <= TWIN_DAYS


def _row(line: dict[str, str], log: Log) -> Measured | None:
    extra = json.loads(line["extra"])
    if not line["concurrency"]:
        log.left_out("the sequences in flight are not stated")
        return None
    named = FORMATS.get((line["model_hf_id"], line["precision"]))
    if named is None:
        log.left_out(f"no record: {line['model_hf_id']} in {line['precision'] or 'an unstated format'}")
        return None
    model, quantization = named
    inferencex = "gap-analysis" not in line["evidence_note"]
    shortest = INFERENCEX_SHORTEST if inferencex else 1.0
    mean = (1 + shortest) / 2
    disaggregated = line["disagg"] == "yes"
    if disaggregated:
        cut = _decode_worker(line["decode_config"])
        if cut is None:
            log.left_out("disaggregated, and the parallelism of a decode worker is not stated")
            return None
        if cut["count"] == 1 and cut["workers"] is None:
            # Every degree reads 1, for models that no single card holds: an empty field, written as a default.
            log.left_out("disaggregated, and every degree of a worker reads 1: its parallelism is not stated")
            return None
    else:
        cut = _aggregated(line)
    image = _image(extra["src"])
    into, out = number(line["input_len"]), number(line["output_len"])
    who = WHO.get(line["who_ran"])
    return Measured(
        source=SOURCE,
        locator=line["path"].rsplit("/", 1)[-1],
        hardware=HARDWARE[line["hardware"]],
        model=model,
        quantization=quantization,
        kv_cache="fp8" if extra.get("kvcache_quant_mode") == "fp8" else None,
        engine=ENGINES[line["engine"]],
        engine_version=line["engine_version"] or None,
        date=line["result_date"][:10] or None,
        role="decode" if disaggregated else "serve",
        input_tokens=round(into * mean, 1),
        output_tokens=round(out * mean, 1),
        stated={"input_tokens": into, "output_tokens": out, "shortest_share": shortest} if inferencex else {},
        ran_by=who,
        stack={"image": image} if image else {},
        pools=_prefill_workers(line) if disaggregated else (),
        in_flight=number(line["concurrency"]),
        load="static" if line["concurrency_kind"] == "batch_size" else "closed",
        tpot_ms=number(line["tpot_ms"] or line["value"]),
        ttft_ms=number(line["ttft_ms"]) if line["ttft_ms"] else None,
        aside=_aside(line, disaggregated),
        note=_note(line, cut, who, inferencex=inferencex),
        remark=WIP if "wip=True" in extra["src"] else None,
        **cut,
    )


def _note(line: dict[str, str], cut: dict[str, Any], who: str | None, *, inferencex: bool) -> str | None:
    notes = [
        None if who else UNNAMED,
        MODEL_NOTES.get(line["model_hf_id"]) if inferencex else None,
        None if line["disagg"] == "yes" else _printed(line, cut),
    ]
    return "; ".join(note for note in notes if note) or None


def _printed(line: dict[str, str], cut: dict[str, Any]) -> str | None:
    """Return what the table prints of an aggregated run where it is read otherwise; nothing where it is not."""
    # A degree of nothing is a degree of one.
    said = [max(int(line[name] or 1), 1) for name in ("tp", "ep", "gpu_count")]
    if said == [cut["tp"], cut["ep"], cut["count"]]:
        return None
    return f"the table prints tp {line['tp'] or 1}, ep {line['ep'] or 1}, read as {cut['count']} cards"


def _aggregated(line: dict[str, str]) -> dict[str, Any]:
    """Return cards and parallelism of an aggregated run."""
    tp, ep, cards = int(line["tp"] or 1), int(line["ep"] or 1), int(line["gpu_count"])
    if tp == 1 and ep > 1:
        return {"count": ep, "tp": 1, "ep": ep, "attention_dp": ep}
    if cards % tp or tp > cards:
        tp = cards
    return {"count": cards, "tp": tp, "ep": min(max(ep, 1), cards), "pp": int(line["pp"] or 1)}


def _decode_worker(text: str) -> dict[str, Any] | None:
    """Return cards and parallelism of one decode worker, and how many there are."""
    said = _settings(text)
    if not said.get("tp_size"):
        return None
    tp, ep = int(said["tp_size"]), int(said.get("moe_ep_size") or 1)
    attention_dp = int(said.get("attention_dp_size") or 1)
    workers = int(said["num_workers"]) if said.get("num_workers") else None
    cut: dict[str, Any] = {"count": max(tp, ep, attention_dp), "tp": tp, "ep": ep, "workers": workers}
    if attention_dp > 1 and tp == 1:
        cut["attention_dp"] = attention_dp
    return cut


def _prefill_workers(line: dict[str, str]) -> tuple[dict[str, Any], ...]:
    """Return the pool that reads prompts, as a record has it."""
    said = _settings(line["prefill_config"])
    if not said.get("tp_size"):
        return ()
    tp, ep = int(said["tp_size"]), int(said.get("moe_ep_size") or 1)
    attention_dp, workers = int(said.get("attention_dp_size") or 1), int(said.get("num_workers") or 0)
    pool: dict[str, Any] = {"role": "prefill", "hardware": HARDWARE[line["hardware"]]}
    pool["count"] = max(tp, ep, attention_dp) * (workers or 1)
    if not workers:
        pool["count_of"] = "worker"
    pool["parallelism"] = {"tp": tp, "ep": ep}
    if attention_dp > 1:
        pool["parallelism"]["dp"] = attention_dp * (workers or 1)
    return (pool,)


def _settings(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("; ") if "=" in part)


def _image(text: str) -> str | None:
    """Return the container image that a line names; some write ``#`` for its first slash."""
    found = re.search(r"(?:image=|; )([\w.-]+[/#][\w./-]+:[\w.-]+)", text)
    return found[1].replace("#", "/") if found else None


def _aside(line: dict[str, str], disaggregated: bool) -> str | None:
    if line["concurrency_kind"] == "batch_size":
        return "its batch may be that of one rank or of all"
    if "looks like the total GPU count" in line["notes"]:
        return "its tp is the number of cards of a disaggregated run"
    if not disaggregated and line["hardware"] == "gb200" and "gap-analysis" in line["evidence_note"]:
        return "erratic: NVIDIA's GB200 rows contradict each other"
    return None


if __name__ == "__main__":
    run(__doc__, lambda tables, log: curate(read_table(tables[0]), log), COLLECTION)
