"""Turn example outputs of the benchmark tools in SGLang's and vLLM's recipes into rows.

Pages state their hardware and parallelism once per section, so what the gathered tables joined to a block had to be
read again on the pages:

- The Gemma 4 page says H200 in its test environment, but the headings of its last two sections say MI300X.
- The Hopper section of the DeepSeek-V3.2 page has a command of its own: TP16, two ranks of attention, and at most 128
  requests at a time however many the client keeps open.
- MiniMax-M2.7 ran with the TP2 of its test environment, not with the TP4 of the nearest command.
- The Kimi-K2.6 page says that its results are those of K2.5; the GLM-5 and GLM-5.1 pages print the same two blocks.
- Without ``--tp`` SGLang takes one card.
- EAGLE with ``speculative-num-steps`` n and top-k 1 drafts n tokens.

The pages give no date of the run: ``date`` is when the page last changed. Lengths are the printed means; SGLang's
random lengths are uniform from 1 to the nominal one. ``H200`` without a form factor is read as SXM: the NVL card has
the same memory and the same bandwidth.
"""

import json
import re
from pathlib import Path
from typing import Any

from curation.cases import Collection
from curation.measured import Measured
from curation.tables import Log, number, read_table, run

COLLECTIONS = (
    Collection("sglang-cookbook", "in SGLang's cookbook", sources=frozenset({"sgl-cookbook-7b5bd9c0"})),
    Collection("vllm-recipes", "in vLLM's recipes", sources=frozenset({"vllm-recipes-8959cf64-benchmarks"})),
)
SOURCES = {"sgl-cookbook": "sgl-cookbook-7b5bd9c0", "vllm-recipes": "vllm-recipes-8959cf64-benchmarks"}
ENGINES = {"SGLang": "sglang", "vLLM": "vllm"}
# Marks in the hardware line -> record, and what to say of it. The first that fits wins.
HARDWARE = (
    ("GB300", "gb300-nvl72-gpu", None),
    ("B200", "b200-sxm-180gb", None),
    ("H200", "h200-sxm-141gb", "H200 read as SXM"),
    ("H100 80GB HBM3", "h100-sxm5-80gb", None),
    ("H800", "h800-sxm5-80gb", "H800 read as SXM5"),
    ("MI300X", "mi300x", None),
    ("MI350X", "mi350x", None),
)
# Model as typed in the command -> record, format, and what to say of it.
MODELS: dict[str, tuple[str, str, str | None]] = {
    "MiniMaxAI/MiniMax-M2": ("minimax-m2", "fp8-block-128", None),
    "MiniMaxAI/MiniMax-M2.5": ("minimax-m2.5", "fp8-block-128", None),
    "MiniMaxAI/MiniMax-M2.7": ("minimax-m2.7", "fp8-block-128", None),
    "Qwen/Qwen2.5-VL-72B-Instruct": ("qwen2.5-vl-72b-instruct", "bf16", "the input counts two images"),
    "Qwen/Qwen3-235B-A22B-Instruct-2507": ("qwen3-235b-a22b-instruct-2507", "bf16", None),
    "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": ("qwen3-coder-480b-a35b-instruct", "fp8-block-128", None),
    "Qwen/Qwen3-Coder-Next": ("qwen3-coder-next", "bf16", None),
    "Qwen/Qwen3-Next-80B-A3B-Instruct": ("qwen3-next-80b-a3b-instruct", "bf16", None),
    "Qwen/Qwen3-VL-235B-A22B-Instruct": ("qwen3-vl-235b-a22b-instruct", "bf16", "the input counts two images"),
    "Qwen/Qwen3.5-397B-A17B": ("qwen3.5-397b-a17b", "bf16", None),
    "baidu/ERNIE-4.5-21B-A3B-PT": ("ernie-4.5-21b-a3b", "bf16", None),
    "deepseek-ai/DeepSeek-R1-0528": ("deepseek-r1-0528", "fp8-block-128", None),
    "deepseek-ai/DeepSeek-V3": ("deepseek-v3", "fp8-block-128", None),
    "deepseek-ai/DeepSeek-V3.1": ("deepseek-v3.1", "fp8-block-128-ue8m0", None),
    "deepseek-ai/DeepSeek-V3.2": ("deepseek-v3.2", "fp8-block-128-ue8m0", None),
    "deepseek-ai/DeepSeek-V3.2-Exp": ("deepseek-v3.2-exp", "fp8-block-128-ue8m0", None),
    "google/gemma-4-26B-A4B-it": ("gemma-4-26b-a4b-it", "bf16", None),
    "google/gemma-4-31B-it": ("gemma-4-31b-it", "bf16", None),
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct": ("llama-4-maverick-17b-128e-instruct", "bf16", None),
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": ("llama-4-scout-17b-16e-instruct", "bf16", None),
    "moonshotai/Kimi-Linear-48B-A3B-Instruct": ("kimi-linear-48b-a3b-instruct", "bf16", None),
    "moonshotai/Kimi-K2-Instruct": ("kimi-k2-instruct", "fp8-block-128", None),
    "moonshotai/Kimi-K2-Thinking": ("kimi-k2-thinking", "int4-g32-experts", None),
    "moonshotai/Kimi-K2.5": ("kimi-k2.5", "int4-g32-experts", None),
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": ("nvidia-nemotron-3-nano-30b-a3b-bf16", "bf16", None),
    "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16": ("nvidia-nemotron-3-super-120b-a12b-bf16", "bf16", None),
    "openai/gpt-oss-120b": ("gpt-oss-120b", "mxfp4-experts", None),
    "stepfun-ai/Step-3.5-Flash": ("step-3.5-flash", "bf16", None),
    "zai-org/GLM-4.7-Flash": ("glm-4.7-flash", "bf16", "attention backend triton"),
    "zai-org/GLM-5.1-FP8": ("glm-5.1-fp8", "fp8-block-128", None),
}
# What a section says against the joined columns: (page, first and last line) -> columns of the row.
SECTIONS: tuple[tuple[str, int, int, dict[str, Any]], ...] = (
    ("DeepSeek/DeepSeek-V3_2.md", 670, 800, {"count": 16, "tp": 16, "ep": None, "attention_dp": 2, "draft_tokens": 2}),
    ("Google/Gemma4.md", 400, 600, {"count": 1, "tp": 1}),
    ("Google/Gemma4.md", 600, 700, {"count": 2, "tp": 2}),
    ("Google/Gemma4.md", 700, 800, {"count": 1, "tp": 1}),
    ("Google/Gemma4.md", 800, 920, {"count": 1, "tp": 1, "hardware": "mi300x"}),
    ("Llama/Llama4.md", 0, 9999, {"count": 8}),
    ("Moonshotai/Kimi-K2.md", 370, 440, {"attention_dp": 4}),
    ("NVIDIA/Nemotron3-Nano.md", 0, 9999, {"count": 1, "tp": 1}),
)
# The page has commands with and without drafting. Its block follows "TP4+FP16", and its gaps between tokens equal its
# time per token, so nothing was drafted.
UNDRAFTED = {"StepFun/Step-3.5-Flash.md": "prints FP16; the checkpoint is BF16"}
FORGOTTEN = {
    "Moonshotai/Kimi-K2.6.md": "copied: the Kimi-K2.6 page says that its results are those of K2.5",
    "GLM/GLM-5.md": "copied: the GLM-5.1 page prints the same blocks",
    "LLaDA/LLaDA-2.1.md": "a diffusion model: no token after token",
}
MI350X_KIMI = "Kimi-K2.5 on MI350X: 16 sequences take 5 times as long per token as one, for 2.9 times the output"
H200_KIMI = (
    "Kimi-K2.5 on H200: each 1,000 tokens of context add 3 to 4 ms at one sequence, 70 MB read at about 20 GB/s, "
    "and 100 sequences give no more than 16: a broken attention path"
)
NANO_FP8 = "what the FP8 checkpoint leaves at 16 bits is not stated"
MAX_RUNNING = 128


def curate(paths: list[Path], log: Log) -> list[Measured]:
    """Return the rows of both tables, in their order."""
    rows = []
    for path in paths:
        for line in read_table(path):
            row = _row(line, log)
            if row is not None:
                rows.append(row)
    return rows


def _row(line: dict[str, str], log: Log) -> Measured | None:
    extra = json.loads(line["extra"])
    place = line["path"].removeprefix("docs/autoregressive/")
    page, _, where = place.partition("#L")
    named = _model(line["model_hf_id"])
    reason = _why_not(line, page)
    if named is None and reason is None:
        reason = f"no record of the model: {line['model_hf_id']}"
    if named is None or reason:
        log.left_out(str(reason))
        return None
    model, quantization, about = named
    said = _cut(line)
    said["hardware"], hardware_note = next((record, note) for mark, record, note in HARDWARE if mark in _hardware(line))
    drafts = line["spec_decoding"] == "yes" and page not in UNDRAFTED
    said["draft_tokens"] = _drafted(extra["server_cmd"]) if drafts else None
    for section, first, last, columns in SECTIONS:
        if section == page and first <= int(where) < last:
            said |= columns
    if said["hardware"] == "mi300x":
        hardware_note = None
    notes = [about, UNDRAFTED.get(page), hardware_note]
    said |= _load(line, extra, page, notes)
    said["tpot_ms"], statistic = _time_per_token(line, extra)
    notes.append(statistic)
    aside = _aside(line, page, said, drafts=drafts)
    return Measured(
        source=SOURCES[line["source_id"]],
        locator=place,
        model=model,
        quantization=quantization,
        engine=ENGINES[line["engine"]],
        engine_version=line["engine_version"] or None,
        date=_changed(line["result_date"]),
        date_is="published",
        input_tokens=float(extra["mean_input_tokens"]),
        output_tokens=float(extra["mean_output_tokens"]),
        ttft_ms=number(line["ttft_ms"]) if line["ttft_ms"] else None,
        decode_tok_s=number(line["value"]),
        aside=aside,
        tpot_is="p50" if line["tpot_ms"] else "mean",
        ttft_is="p50",
        stated=_stated(line, page),
        results=_results(line, extra),
        stack=_stack(extra, said, drafts=drafts),
        note="; ".join(note for note in notes if note) or None,
        **said,
    )


def _stated(line: dict[str, str], page: str) -> dict[str, Any]:
    """Return the load as the client was told; its means differ from run to run."""
    stated: dict[str, Any] = {}
    if line["input_len"].isdigit() and line["output_len"].isdigit():
        stated["lengths"] = (int(line["input_len"]), int(line["output_len"]))
    if line["dataset"]:
        stated["dataset"] = line["dataset"][:200]
    in_flight = number(line["concurrency"]) if "max-concurrency" in line["concurrency_kind"] else 0
    if page == "DeepSeek/DeepSeek-V3_2.md" and in_flight > MAX_RUNNING:
        stated |= {"concurrency": int(in_flight), "max_batch": MAX_RUNNING}
    return stated


# As the gathered table names them, and where they stand in a record.
PRINTED = {
    "requests_s": "request_throughput",
    "total_tok_s": "total_token_throughput",
    "ttft_ms/mean": "mean_ttft_ms",
    "ttft_ms/p99": "p99_ttft_ms",
    "tpot_ms/mean": "mean_tpot_ms",
    "tpot_ms/p99": "p99_tpot_ms",
    "itl_ms/p50": "median_itl_ms",
    "accepted_tokens_per_step": "accept_length",
}


def _results(line: dict[str, str], extra: dict[str, Any]) -> dict[str, float]:
    """Return the further figures of the tool's output; a zero means that the tool had none."""
    found = {place: number(str(extra[name])) for place, name in PRINTED.items() if extra.get(name)}
    return {place: value for place, value in found.items() if value > 0}


def _stack(extra: dict[str, Any], said: dict[str, Any], *, drafts: bool) -> dict[str, Any]:
    """Return how tokens are drafted. The command is not taken: which of a page's commands ran is not always said."""
    stack: dict[str, Any] = {}
    if said["draft_tokens"] is not None or drafts:
        method = "EAGLE" if "EAGLE" in extra["server_cmd"].upper() else "multi-token prediction"
        stack["speculation"] = {"method": method}
        if said["draft_tokens"] is not None:
            stack["speculation"]["draft_tokens"] = said["draft_tokens"]
    return stack


def _why_not(line: dict[str, str], page: str) -> str | None:
    if page in FORGOTTEN:
        return FORGOTTEN[page]
    if not line["hardware"]:
        return "the page does not name the cards of the run"
    if line["hardware"].count("(8x)") > 1:
        return "the page names several cards and not the one of the run"
    if "A100" in line["hardware"]:
        return "A100 without form factor and memory size"
    if page == "moonshotai/Kimi-K2.md":
        return "the page has two commands, and does not say which gave the output"
    return None


def _model(printed: str) -> tuple[str, str, str | None] | None:
    if printed.endswith("Nemotron-3-Nano-30B-A3B-FP8"):
        # NVIDIA's own FP8 checkpoint.
        return ("nvidia-nemotron-3-nano-30b-a3b-fp8", "fp8-per-tensor", NANO_FP8)
    return MODELS.get(printed)


def _hardware(line: dict[str, str]) -> str:
    return line["hardware"].replace("MI300x", "MI300X")


def _cut(line: dict[str, str]) -> dict[str, Any]:
    """Return cards and parallelism as the gathered table joined them."""
    cut: dict[str, Any] = {"count": int(line["gpu_count"] or 1), "tp": int(line["tp"]) if line["tp"] else None}
    cut["ep"] = int(line["ep"]) if line["ep"].isdigit() else None
    if cut["tp"] and cut["count"] > cut["tp"] and line["dp"] in ("", "1"):
        # A page names the machine, the command the cards of it that run the model.
        cut["count"] = cut["tp"]
    if line["dp_attention"] == "yes" and int(line["dp"] or 1) > 1:
        cut["attention_dp"] = int(line["dp"])
    return cut


def _drafted(command: str) -> int | None:
    steps = re.search(r"speculative-num-steps (\d+)|num_speculative_tokens[ \"':]+(\d+)", command)
    return int(steps[1] or steps[2]) if steps else None


def _load(line: dict[str, str], extra: dict[str, Any], page: str, notes: list[str | None]) -> dict[str, Any]:
    """Return the load, and add to the notes how the sequences in flight were found."""
    if "max-concurrency" not in line["concurrency_kind"]:
        notes.append("in flight: mean TPOT x output tok/s")
        mean = round(number(extra["mean_tpot_ms"]) / 1000 * number(line["value"]), 1)
        return {"load": "open", "in_flight": mean}
    in_flight = number(line["concurrency"])
    if page == "DeepSeek/DeepSeek-V3_2.md" and in_flight > MAX_RUNNING:
        notes.append(f"the client keeps {in_flight:.0f} open, the server runs {MAX_RUNNING} at most")
        return {"load": "closed", "in_flight": float(MAX_RUNNING)}
    if extra.get("measured_concurrency") and in_flight > 1:
        notes.append(f"the tool measured {extra['measured_concurrency']} in flight")
    return {"load": "closed", "in_flight": in_flight}


def _time_per_token(line: dict[str, str], extra: dict[str, Any]) -> tuple[float, str | None]:
    if line["tpot_ms"]:
        return number(line["tpot_ms"]), "median TPOT"
    return number(extra["mean_tpot_ms"]), "mean TPOT"


def _aside(line: dict[str, str], page: str, said: dict[str, Any], *, drafts: bool) -> str | None:
    accepted = json.loads(line["extra"]).get("accept_length")
    if page == "Moonshotai/Kimi-K2.5.md":
        return MI350X_KIMI if said["hardware"] == "mi350x" else H200_KIMI
    if page == "moonshotai/Kimi-K2-Think.md":
        return "requests failed, and time per token is three times as long by request as by token"
    if drafts and said["draft_tokens"] is None:
        return "speculative decoding, tokens drafted not stated"
    if accepted and float(accepted) > 1 + said["draft_tokens"]:
        return f"accept length {accepted} cannot come of the {said['draft_tokens']} tokens that the command drafts"
    return None


def _changed(text: str) -> str | None:
    found = re.search(r"last changed (\d{4}-\d{2}-\d{2})", text)
    return found[1] if found else None


if __name__ == "__main__":
    run(__doc__, curate, *COLLECTIONS)
