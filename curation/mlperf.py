"""Turn MLPerf Inference results into rows.

Each row is one result: the tokens per second of the whole system as MLCommons published them, for one benchmark and one
scenario of one result id. Two accuracy targets of a benchmark (99 and 99.9) are one run, or two runs of one setup, and
give one row. The tables need reading:

- ``inferred=1`` is the summary's mark for results that it took over from another entry. Such rows are left out, and
  with them every Interactive row of v6.0, though each of these has a log of its own.
- Offline sends all samples at once; what its row calls in flight is the configured limit of the engine times the
  instances. Server and Interactive send at random times; there it is samples/s times mean latency (Little's law).
- DeepSeek-R1 under TensorRT-LLM splits attention by sequence, so the batch of its configuration is that of one rank.
- In v4.1 the submitters with NVIDIA cards print ``fp16``, the type before quantisation: their configurations set
  ``use_fp8`` for every card but Jetson Orin, and NVIDIA's calibration document says FP8, or FP4 where the card has it,
  KV cache included.
- NVIDIA quantises Llama 2 70B and GPT-J per tensor, the linear layers only; in FP4 it picks the layers by a search.
- GPT-J searches with four beams, so that each token printed stands for four decoded.
- A few submitters print tokens per second under the unit of samples or queries.
- The mean prompt is not published, so ``input_tokens`` is empty.
"""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from curation.cases import Collection
from curation.measured import LoadKind, Measured
from curation.tables import Log, number, read_table, run

COLLECTION = Collection("mlperf", "MLPerf Inference", grid=True)
SOURCES = {
    "mlperf-inference-v4.1": ("v4.1", "mlcommons-inference-v4.1-results-4a0c8741"),
    "mlperf-inference-v5.1": ("v5.1", "mlcommons-inference-v5.1-results-965182b0"),
    "mlperf-inference-v6.0": ("v6.0", "mlcommons-inference-v6.0-results-ab33b214"),
}
HARDWARE = {
    "AMD Instinct MI300X 192GB HBM3": "mi300x",
    "AMD Instinct MI300X-NPS1-SPX-192GB-750W": "mi300x",
    "AMD Instinct MI325X 256GB HBM3e": "mi325x",
    "AMD Instinct MI350X": "mi350x",
    "AMD Instinct MI350X 288GB HBM3e": "mi350x",
    "AMD Instinct MI355X 288GB HBM3e": "mi355x",
    "AMD Instinct MI355X 288GB HBM3e (Power Cap 1000 W)": "mi355x",
    "AMD Instinct MI355X 288GB HBM3e (x87)": "mi355x",
    "AMD Instinct MI355X 288GB HBM3e (x94)": "mi355x",
    "AMD MI300X-NPS1-SPX-192GB-750W": "mi300x",
    "Intel(R) Arc Pro(R) B50": "arc-pro-b50",
    "Intel(R) Arc Pro(R) B60": "arc-pro-b60",
    "Intel(R) Arc Pro(R) B70": "arc-pro-b70",
    "MS-Intel Arc Pro B60 Dual 48G Turbo": "arc-pro-b60",
    "NVIDIA B200-SXM-180GB": "b200-sxm-180gb",
    "NVIDIA B300-SXM-270GB": "b300-sxm",
    "NVIDIA GB200": "gb200-nvl72-gpu",
    "NVIDIA GB300": "gb300-nvl72-gpu",
    "NVIDIA GH200 Grace Hopper Superchip 144GB": "gh200-144gb",
    "NVIDIA GH200 Grace Hopper Superchip 96GB": "gh200-96gb",
    "NVIDIA GeForce RTX 4090": "rtx-4090",
    "NVIDIA H100-NVL-94GB": "h100-nvl-94gb",
    "NVIDIA H100-PCIe-80GB": "h100-pcie-80gb",
    "NVIDIA H100-SXM-80GB": "h100-sxm5-80gb",
    "NVIDIA H200-NVL-141GB": "h200-nvl-141gb",
    "NVIDIA H200-SXM-141GB": "h200-sxm-141gb",
    "NVIDIA H200-SXM-141GB-CTS": "h200-sxm-141gb",
    "NVIDIA Jetson AGX Orin 64G": "jetson-agx-orin-64gb",
    "NVIDIA Jetson AGX Thor 128G": "jetson-thor-t5000",
    "NVIDIA L40S": "l40s",
    "NVIDIA RTX PRO 4500 Blackwell": "rtx-pro-4500-blackwell",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": "rtx-pro-6000-server",
    "Virtualized NVIDIA H200-SXM-141GB": "h200-sxm-141gb",
}
HARDWARE_NOTES = {
    "AMD Instinct MI355X 288GB HBM3e (Power Cap 1000 W)": "cards capped at 1000 W",
    "AMD Instinct MI355X 288GB HBM3e (x87)": "87 cards, as the name of the system says",
    "AMD Instinct MI355X 288GB HBM3e (x94)": "94 cards, as the name of the system says",
    "MS-Intel Arc Pro B60 Dual 48G Turbo": "boards of two B60 each, counted as two cards",
    "NVIDIA H200-SXM-141GB-CTS": "custom cooling",
    "Virtualized NVIDIA H200-SXM-141GB": "virtualised",
}
# Benchmark, accuracy target taken off -> the checkpoint that the reference implementation downloads, or, in the open
# division, that the submitter names (Krai, calibration.md), and what to say of it.
MODELS: dict[str, tuple[str, str | None]] = {
    "deepseek-r1": ("deepseek-r1", None),
    "gpt-oss-120b": ("gpt-oss-120b", None),
    "gptj": ("gpt-j-6b", None),
    "llama2-70b": ("llama-2-70b-chat-hf", None),
    "llama2-70b-fp8_quark": ("llama-2-70b-chat-hf", None),
    "llama3.1-405b": ("llama-3.1-405b-instruct", None),
    "llama3.1-8b": ("llama-3.1-8b-instruct", None),
    "llama3.1-8b-edge": ("llama-3.1-8b-instruct", None),
    "llama3_1-405b": ("llama-3.1-405b-instruct", None),
    "llama3_1-70b-fp8_dyn": ("llama-3.1-70b-instruct", None),
    "llama3_1-70b-fp8_pre": ("llama-3.1-70b-instruct", None),
    "llama3_1-70b-fp8_trtllm": ("llama-3.1-70b-instruct", None),
    "llama3_1-8b-edge": ("llama-3.1-8b-instruct", None),
    "llama3_1-8b": ("llama-3.1-8b-instruct", None),
    "mixtral-8x7b": ("mixtral-8x7b-instruct-v0.1", None),
    "neuralmagic_Llama-2-7b-chat-hf-FP8": ("llama-2-7b-chat-hf", None),
}
ENGINES = {
    "LLM-D": "llm-d",
    "SGLang": "sglang",
    "TensorRT": "tensorrt-llm",
    "TensorRT-LLM": "tensorrt-llm",
    "vLLM": "vllm",
}
ATTENTION_RANKS = 8
CARDS_OF_DUAL_BOARD = 2
# Served by separate workers for prompt and decode in NVIDIA's configurations, on systems of 64 cards and more.
DISAGGREGATED = {("v6.0", "llama3.1-405b", "Server")}
RACK = 64
BEAMS = "beam search of width 4 in GPT-J: each token printed stands for four decoded"
SPLIT = "disaggregated serving: the cards of the row include those that only read prompts"
TOO_LARGE = "70 GB of FP8 weights do not fit 2 x 24 GB: another model, or weights read from the host"
TOO_FAST = "8.1 ms at 273 GB/s read 2.2 GB, half of the FP4 weights: undeclared speculation"
FP8_OR_FP4 = "prints fp8 near the rate of the FP4 results of the card, and MangoBoost printed mxfp4 before: in doubt"


class Result(NamedTuple):
    """A line of a table with the parts that every step asks for."""

    line: dict[str, str]
    extra: dict[str, Any]
    round: str
    division: str
    id: str
    benchmark: str


def curate(paths: list[Path], log: Log) -> list[Measured]:
    """Return one row per result id, benchmark and scenario, in the order of the tables."""
    chosen: dict[tuple[str, str, str], tuple[int, Measured]] = {}
    seen: dict[tuple[str, ...], str] = {}
    for path in paths:
        for line in read_table(path):
            result = _result(line)
            row = _row(result, log)
            if row is None:
                continue
            run_of = (result.round, line["who_ran"], line["system"], result.benchmark, line["scenario"], line["value"])
            if seen.setdefault(run_of, result.id) != result.id:
                log.left_out("the same run under another result id")
                continue
            key = (result.id, result.benchmark, line["scenario"])
            rank = 2 * bool(row.tp) + line["model"].endswith("-99.9")
            if key in chosen:
                log.left_out("the other accuracy target of the same benchmark, system and scenario")
            if key not in chosen or rank > chosen[key][0]:
                chosen[key] = (rank, row)
    return [row for _, row in chosen.values()]


def _result(line: dict[str, str]) -> Result:
    return Result(
        line=line,
        extra=json.loads(line["extra"]),
        round=SOURCES[line["source_id"]][0],
        division="open" if "open division" in line["evidence_note"] else "closed",
        id=line["path"].partition("#")[2],
        benchmark=re.sub(r"-99(\.9)?$", "", line["model"]),
    )


def _row(result: Result, log: Log) -> Measured | None:
    line, extra = result.line, result.extra
    reason = _why_not(result)
    named = MODELS.get(result.benchmark)
    stored = _stored(result)
    if reason is None and named is None:
        reason = f"a changed model: {line['model']}"
    if reason is None and stored is None:
        reason = f"the storage format is not stated: {line['precision']}"
    if reason or named is None or stored is None:
        log.left_out(str(reason))
        return None
    quantization, kv_cache, format_note = stored
    count = _count(line)
    cut = _cut(line, count)
    notes = [named[1], HARDWARE_NOTES.get(line["hardware"]), _power(line), format_note]
    engine, version = _engine(line)
    if engine is None and version not in ("", "TODO"):
        notes.append(f"software as printed: {version}")
    load, in_flight = _load(result, cut, notes)
    output = line["output_len"] or extra.get("derived_mean_output_tokens")
    if output and not line["output_len"]:
        notes.append("output: tokens/s over samples/s")
    if line["unit"] in ("Queries/s", "Samples/s"):
        notes.append(f"printed as {line['unit']}; the log gives the figure as tokens/s")
    return Measured(
        source=SOURCES[line["source_id"]][1],
        locator=f"MLPerf Inference {result.round}, {result.division}, {line['model']}, {line['scenario']}, {result.id}",
        hardware=HARDWARE[line["hardware"]],
        count=count,
        model=named[0],
        quantization=quantization,
        kv_cache=kv_cache,
        engine=engine,
        engine_version=version if engine and version else None,
        date=line["result_date"][:7] or None,
        output_tokens=round(float(output), 1) if output else None,
        in_flight=in_flight,
        load=load,
        tpot_ms=number(line["tpot_ms"]) if line["tpot_ms"] else None,
        ttft_ms=number(line["ttft_ms"]) if line["ttft_ms"] else None,
        decode_tok_s=number(line["value"]) if line["scenario"] != "SingleStream" else None,
        aside=_aside(result, count),
        run=(result.round, result.id, result.benchmark),
        titled=f"MLPerf Inference {result.round}, {result.division} division, {result.id}",
        division=result.division,
        stack={"benchmark_tool": "MLPerf LoadGen"},
        ran_by=line["who_ran"],
        tpot_is="mean",
        ttft_is="mean",
        stated=_stated(result, load),
        results=_results(result),
        label=line["scenario"],
        note="; ".join(note for note in notes if note) or None,
        **cut,
    )


def _stated(result: Result, load: LoadKind) -> dict[str, Any]:
    """Return what the result says of the load beside what an estimate takes."""
    line = result.line
    stated: dict[str, Any] = {"dataset": line["dataset"][:200]} if line["dataset"] else {}
    if load == "open" and line["request_rate"]:
        stated["request_rate_s"] = float(line["request_rate"])
    return stated


def _results(result: Result) -> dict[str, float]:
    """Return the further figures of the log: samples per second, latency of a sample, tails. Nanoseconds there."""
    extra, found = result.extra, {}
    if extra.get("samples_per_second"):
        found["requests_s"] = number(str(extra["samples_per_second"]))
    names = {"ttft_ms/p99": "p99_ttft_ns", "tpot_ms/p99": "p99_tpot_ns"}
    if result.line["scenario"] != "Offline":
        # Offline, where all samples are sent at once, that is the wait behind the others.
        names |= {"e2e_ms/mean": "mean_latency_ns", "e2e_ms/p99": "p99_latency_ns"}
    for place, name in names.items():
        if extra.get(name):
            found[place] = float(Decimal(str(extra[name])) / 1_000_000)
    return found


def _why_not(result: Result) -> str | None:
    line = result.line
    if "inferred=1" in line["notes"]:
        return "marked as inferred in the summary"
    if "xeon" in line["hardware"].lower():
        return "no accelerator: Xeon"
    if line["hardware"] not in HARDWARE:
        return f"cards mixed or not told apart: {line['hardware']}"
    if line["unit"] in ("Queries/s", "Samples/s") and _tokens_logged(result) is None:
        return "samples per second, and no output length"
    if line["scenario"] == "SingleStream" and not line["tpot_ms"]:
        return "a single-stream latency without time per token or output length"
    if re.search("DepthPruned|Sparse", line["system"]):
        return "a changed model: pruned or sparse"
    if line["hardware"] == "NVIDIA GeForce RTX 4090" and result.benchmark == "llama2-70b":
        return TOO_LARGE
    return None


def _engine(line: dict[str, str]) -> tuple[str | None, str]:
    """Return the engine record, if one is named, and the software as printed."""
    version = line["engine_version"]
    return ("llmboost" if "LLMBoost" in version else ENGINES.get(line["engine"])), version


def _tokens_logged(result: Result) -> float | None:
    """Return the tokens per second of the log, if that is the figure printed."""
    logged = result.extra.get("tokens_per_second_log")
    # Figures of the summary have six digits.
    return number(logged) if logged and abs(number(logged) / number(result.line["value"]) - 1) < 1e-5 else None


def _power(line: dict[str, str]) -> str | None:
    """Return the power of a card as the result prints it: cards of one name run at 450 or 600 W."""
    printed = re.search(r"GPU \d+W / \d+W \([a-z ]+\)|TGP \d+W|\d+W TGP Per GPU", line["notes"])
    max_q = "MaxQ" if "MaxQ" in line["system"] else None
    return ", ".join(part for part in (printed and printed[0], max_q) if part) or None


def _count(line: dict[str, str]) -> int:
    printed = re.search(r"\(x(\d+)\)$", line["hardware"])
    count = int(printed[1]) if printed else int(line["gpu_count"])
    return count * CARDS_OF_DUAL_BOARD if "Dual" in line["hardware"] else count


def _stored(result: Result) -> tuple[str, str | None, str | None] | None:
    """Return how the weights were stored, the format of the KV cache, and what to say of it."""
    line = result.line
    printed, amd = line["precision"].lower(), "AMD" in line["hardware"]
    kv_cache = line["kv_dtype"] or None
    if result.benchmark == "gpt-oss-120b" and printed in ("fp4", "mxfp4"):
        return "mxfp4-experts", kv_cache, None
    if result.benchmark == "deepseek-r1":
        kind = {"fp4": "nvfp4-mlp", "fp8": "fp8-block-128"}.get(printed)
        return (kind, kv_cache, None) if kind else None
    if printed in ("fp4", "mxfp4"):
        return ("mxfp4", kv_cache, None) if amd or printed == "mxfp4" else ("nvfp4", kv_cache, None)
    if printed == "int8":
        return "int8", kv_cache, None
    fp8_by_name = "fp8" in result.benchmark.lower()
    if printed == "fp8" or (fp8_by_name and printed in ("unset", "fp16")):
        return "fp8-per-tensor", kv_cache, None if printed == "fp8" else f"prints {line['precision']}; FP8 by its name"
    if result.round == "v4.1" and printed == "fp16":
        return _stored_v41(line)
    if line["hardware"] == "NVIDIA GeForce RTX 4090" and "FP8" in line["system"]:
        return "fp8-per-tensor", kv_cache, f"prints {line['precision']}; FP8 by the name of the system"
    return None


def _stored_v41(line: dict[str, str]) -> tuple[str, str | None, str | None]:
    """Return what the submitters' code says where the result prints the type before quantisation."""
    if "Orin" in line["hardware"]:
        return "fp16", None, None
    if "B200" in line["hardware"]:
        return "nvfp4", "fp8", "prints fp16; FP4 of selected layers by NVIDIA's calibration document"
    if line["engine"] == "TensorRT":
        return "fp8-per-tensor", "fp8", "prints fp16; FP8 by the submitter's configuration"
    return "fp8-per-tensor", None, "prints fp16; FP8 by the submitter's instructions"


def _cut(line: dict[str, str], count: int) -> dict[str, Any]:
    """Return the parallelism that the submitter's configuration states, if it states one."""
    if not line["tp"].isdigit():
        return {}
    tp, pp = int(line["tp"]), int(line["pp"]) if line["pp"].isdigit() else 1
    cut: dict[str, Any] = {"tp": tp, "pp": int(line["pp"]) if line["pp"].isdigit() else None}
    cut["ep"] = int(line["ep"]) if line["ep"].isdigit() else None
    cut["dp"] = count // (tp * pp) if count % (tp * pp) == 0 else None
    if line["model"] == "deepseek-r1" and tp == ATTENTION_RANKS:
        cut["attention_dp"] = ATTENTION_RANKS
    return cut


def _load(result: Result, cut: dict[str, Any], notes: list[str | None]) -> tuple[LoadKind, float | None]:
    """Return the load and the sequences in flight, and add to the notes where a limit that the record shows is from."""
    line, extra = result.line, result.extra
    if line["scenario"] == "SingleStream":
        return "closed", 1.0
    if line["scenario"] in ("Server", "Interactive"):
        mean = extra.get("derived_littles_law_mean_inflight")
        return "open", float(mean) if mean else None
    copies = cut.get("dp")
    if not line["concurrency"].isdigit() or not copies:
        return "queued", None
    limit = int(line["concurrency"])
    if cut.get("attention_dp"):
        limit *= ATTENTION_RANKS
        # The harness hands an instance no more than this.
        limit = min(limit, int(extra.get("cfg_max_concurrency") or limit))
        notes.append("max_batch: configured batch x attention ranks x instances, or the limit of the harness")
    else:
        notes.append("max_batch: configured batch x instances")
    return "queued", float(limit * copies)


def _aside(result: Result, count: int) -> str | None:
    line = result.line
    served = (result.round, result.benchmark, line["scenario"])
    if result.benchmark == "gptj":
        return BEAMS
    if "Dynamo" in line["system"] or (served in DISAGGREGATED and count >= RACK and "GB" in line["hardware"]):
        return SPLIT
    if "Thor" in line["hardware"] and line["scenario"] == "SingleStream" and number(line["tpot_ms"]) < 10:
        return TOO_FAST
    if line["hardware"].startswith("AMD Instinct MI355X") and line["precision"] == "fp8":
        return FP8_OR_FP4
    return None


if __name__ == "__main__":
    run(__doc__, curate, COLLECTION)
