"""What the text and the JSON of trtllm-bench have in common: names of formats, the load, and the run made of both."""

from dataclasses import dataclass, field
from typing import Any

from kb.importers.benchmark import Run
from kb.importers.failure import ImportFailed
from kb.importers.measures import left_out
from kb.importers.present import present

# Above this, the issue rate is no rate of requests: all were handed over at once, or one when another came back.
_AT_ONCE = 1e6
# The tool's names of quantizations -> ours. FP8 is per tensor and of linear layers only in TensorRT-LLM.
_QUANTIZATIONS = {"fp8": "fp8-per-tensor", "fp8_block_scales": "fp8-block-128", "nvfp4": "nvfp4"}
_FORMATS = {
    "fp8": "fp8",
    "nvfp4": "fp4",
    "int8": "int8",
    "bfloat16": "bf16",
    "float16": "fp16",
    "float32": "fp32",
}
_UNSAID = {"", "none", "null", "n/a", "auto"}


@dataclass
class Told:
    """What one report says; latencies in milliseconds, by field and statistic of a record."""

    model: str | None = None
    version: str | None = None
    backend: str | None = None
    dtype: str | None = None
    kv_cache: str | None = None
    quantization: str | None = None
    card: str | None = None
    ranks: dict[str, int] = field(default_factory=dict)
    world: int | None = None
    max_batch: int | None = None
    issue_rate: int | float | None = None
    requests: int | float | None = None
    in_flight: int | float | None = None
    input_tokens: int | float | None = None
    output_tokens: int | float | None = None
    throughputs: dict[str, int | float] = field(default_factory=dict)
    latencies: dict[str, dict[str, int | float]] = field(default_factory=dict)
    total_latency_ms: int | float | None = None
    speculation: str | None = None
    measured: str | None = None
    rest: list[str] = field(default_factory=list)


def said(text: str | None) -> str | None:
    """Return what a field says, None for the words that say nothing."""
    return None if text is None or text.strip().casefold() in _UNSAID else text.strip()


def run_of(told: Told, where: str) -> Run:
    """Return the run; raise ImportFailed, which names ``where``, when nothing was measured."""
    if told.requests == 0:
        raise ImportFailed(f"{where}: no request was served; nothing was measured")
    if told.total_latency_ms == 0:
        raise ImportFailed(f"{where}: the run lasted no time; nothing was measured")
    if not told.throughputs.get("decode_tok_s"):
        raise ImportFailed(f"{where}: it gives no output throughput above zero; nothing was measured")
    quantization, kv_cache = said(told.quantization), said(told.kv_cache)
    if quantization is None:
        # Weights that are not quantized are kept as they are computed with.
        weights = _FORMATS.get((said(told.dtype) or "").casefold())
    else:
        weights = _QUANTIZATIONS.get(quantization.casefold(), quantization)
    cards = told.world or (told.ranks.get("tp", 1) * told.ranks.get("pp", 1) if told.ranks else None)
    return Run(
        "trtllm-bench",
        [_point(told)],
        model=said(told.model),
        hardware=said(told.card),
        count=cards,
        engine="tensorrt-llm",
        engine_version=said(told.version),
        backend=said(told.backend),
        quantization=weights,
        kv_cache=_FORMATS.get((kv_cache or "").casefold()),
        parallelism=told.ranks,
        speculation={"method": told.speculation} if told.speculation else None,
        measured=told.measured,
        remarks=_remarks(told, kv_cache),
    )


def _point(told: Told) -> dict[str, Any]:
    at_once = told.issue_rate is not None and told.issue_rate > _AT_ONCE
    served = [f"requests: {told.requests:.15g}" if told.requests else None]
    served += [f"in flight on average: {told.in_flight:.15g}" if told.in_flight else None]
    return present(
        scenario=present(
            kind="offline" if at_once else "serving" if told.issue_rate else None,
            input_tokens=told.input_tokens,
            output_tokens=told.output_tokens,
            max_batch=told.max_batch,
            request_rate_s=None if at_once else told.issue_rate,
        ),
        results=present(**told.throughputs, **told.latencies),
        remark="; ".join(part for part in served if part) or None,
    )


def _remarks(told: Told, kv_cache: str | None) -> list[str]:
    remarks = left_out(told.rest)
    if kv_cache and kv_cache.casefold() not in _FORMATS:
        remarks.append("the format of the KV cache is none that a record knows; it was not taken over")
    return remarks
