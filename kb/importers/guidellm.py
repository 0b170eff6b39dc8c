"""Import a GuideLLM report (``benchmarks.json``), version 1 or 2: each of its benchmarks becomes one operating point.

Metrics come split by the fate of their requests, of which the successful ones are taken. Latencies are milliseconds
where the key ends in ``_ms``; ``request_latency`` is seconds. GuideLLM's ``time_per_output_token_ms`` counts the time
to the first token in, or divides by all tokens, by version; it is not a record's ``tpot_ms`` and stays out.
"""

from pathlib import Path
from typing import Any

from kb.importers.benchmark import Run, imported
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.head import has_keys
from kb.importers.json_input import Reader, parse_json
from kb.importers.measures import MILLISECONDS, SECONDS, day_at, failed_share, left_out, statistics
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as named
from kb.importers.report import Imported

_THROUGHPUTS = {
    "decode_tok_s": "output_tokens_per_second",
    "total_tok_s": "tokens_per_second",
    "requests_s": "requests_per_second",
}
_LATENCIES = {
    "ttft_ms": ("time_to_first_token_ms", MILLISECONDS),
    "itl_ms": ("inter_token_latency_ms", MILLISECONDS),
    "e2e_ms": ("request_latency", SECONDS),
}
_TPOT = "time_per_output_token_ms"
_ENDS = {"mean": "mean", "min": "min", "max": "max"}
_PERCENTILES = {"p50": "p50", "p90": "p90", "p95": "p95", "p99": "p99"}
# How requests are sent -> what a record says of the load.
_AT_A_RATE = {"constant", "poisson", "async"}


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is a GuideLLM report."""
    del name
    return has_keys(head, "guidellm_version") or (has_keys(head, "benchmarks") and b'"generative_benchmark"' in head)


def read(path: Path, library: Library | None = None) -> Imported:
    """Return one draft with a point for each benchmark that measured something.

    Raises:
        ImportFailed: the file is no such report, or none of its benchmarks measured anything.
    """
    raw = read_raw(path)
    data = parse_json(raw.content, named(path))
    if not isinstance(data, dict) or not isinstance(data.get("benchmarks"), list):
        raise ImportFailed(f'{named(path)} is no GuideLLM report: it should be an object with a list "benchmarks"')
    top = Reader(data, raw.name)
    benchmarks = top.children("benchmarks")
    points: list[dict[str, Any]] = []
    remarks: list[str] = []
    for index, benchmark in enumerate(benchmarks):
        try:
            points.append(_point(benchmark, index, _data_set(top)))
        except _NothingMeasured as nothing:
            remarks.append(f"benchmarks[{index}] was left out: {nothing}")
    if not points:
        raise ImportFailed("; ".join([f"{named(path)} holds no benchmark that measured anything", *remarks]))
    version = top.child("metadata").text("guidellm_version")
    others = {key for benchmark in benchmarks for key in _metrics(benchmark) if key not in _taken()}
    remarks.extend(left_out(sorted(others - {_TPOT})))
    if any(_TPOT in _metrics(benchmark) for benchmark in benchmarks):
        remarks.append(f"{_TPOT} of GuideLLM is no time per token after the first; it was not taken over")
    run = Run(
        f"GuideLLM {version}" if version else "GuideLLM",
        points,
        model=_model(top, benchmarks),
        measured=day_at(benchmarks[0].number("start_time")),
        remarks=remarks,
    )
    return imported([run], raw, library)


class _NothingMeasured(Exception):
    """A benchmark that gives no point, and why."""


def _point(benchmark: Reader, index: int, data_set: str | None) -> dict[str, Any]:
    metrics = benchmark.child("metrics")
    succeeded, errored, incomplete = _totals(benchmark, metrics)
    if succeeded == 0:
        raise _NothingMeasured(f"no request succeeded ({errored} failed, {incomplete} were cut off)")
    if benchmark.number("duration") == 0:
        raise _NothingMeasured("it lasted no time")
    if figure(_successful(metrics, "output_tokens_per_second"), "mean") is None:
        raise _NothingMeasured("it gives no output tokens per second above zero")
    results = present(
        **{ours: figure(_successful(metrics, key), "mean") for ours, key in _THROUGHPUTS.items()},
        **{ours: _latency(_successful(metrics, key), power) for ours, (key, power) in _LATENCIES.items()},
    )
    strategy, load = _strategy(benchmark)
    scenario = present(
        kind="serving",
        input_tokens=figure(_successful(metrics, "prompt_token_count"), "mean"),
        output_tokens=figure(_successful(metrics, "output_token_count"), "mean"),
        dataset=data_set,
        **load,
    )
    counts = [f"{succeeded} requests succeeded"] if succeeded else []
    counts += [f"{incomplete} were cut off at the end and are in no figure"] if incomplete else []
    return present(
        label=strategy,
        locator=f"benchmarks[{index}]",
        scenario=scenario,
        results=results,
        caveat=failed_share(errored, (succeeded or 0) + errored),
        remark=", ".join(counts) or None,
    )


def _totals(benchmark: Reader, metrics: Reader) -> tuple[int | float | None, int | float, int | float]:
    """Return how many requests succeeded (None: not said), failed and were cut off, from wherever a version has it."""
    places = (
        metrics.child("request_totals"),
        benchmark.child("request_totals"),
        benchmark.child("scheduler_metrics").child("requests_made"),
        benchmark.child("run_stats").child("requests_made"),
    )
    for place in places:
        succeeded = place.number("successful")
        if succeeded is not None:
            return succeeded, place.number("errored") or 0, place.number("incomplete") or 0
    return None, 0, 0


def _strategy(benchmark: Reader) -> tuple[str | None, dict[str, Any]]:
    """Return how requests were sent, and the rate or concurrency of the load."""
    config, arguments = benchmark.child("config"), benchmark.child("args")
    strategy = config.child("strategy") if config.value("strategy") else arguments.child("strategy")
    kind = strategy.text("type_") or strategy.text("kind")
    if kind in _AT_A_RATE and (rate := figure(strategy, "rate")):
        return f"{kind}, {rate:.15g} requests/s", {"request_rate_s": rate}
    if kind == "concurrent" and (streams := strategy.count("streams")):
        return f"{kind}, {streams} streams", {"concurrency": streams}
    return kind, {"concurrency": 1} if kind == "synchronous" else {}


def _latency(block: Reader, power: int) -> dict[str, int | float]:
    ends = statistics(block, _ENDS, power)
    return ends and {**ends, **statistics(block.child("percentiles"), _PERCENTILES, power)}


def _successful(metrics: Reader, key: str) -> Reader:
    return metrics.child(key).child("successful")


def _metrics(benchmark: Reader) -> dict[str, Any]:
    metrics = benchmark.value("metrics")
    return metrics if isinstance(metrics, dict) else {}


def _taken() -> set[str]:
    latencies = {key for key, _ in _LATENCIES.values()}
    return {*_THROUGHPUTS.values(), *latencies, "request_totals", "prompt_token_count", "output_token_count"}


def _model(top: Reader, benchmarks: list[Reader]) -> str | None:
    """Return the name under which the model was asked for, from the place of the report's version."""
    first = benchmarks[0]
    arguments = top.child("args")
    spec = top.child("config").child("spec")
    places = [
        (spec.child("backend"), "model"),
        (first.child("config").child("backend"), "model"),
        (arguments.child("backend_kwargs"), "model"),
        (arguments, "model"),
        (first.child("worker"), "backend_model"),
    ]
    return next((name for place, key in places if place.value(key) and (name := place.text(key))), None)


def _data_set(top: Reader) -> str | None:
    """Return what the prompts were, where the report says it in a word or as token counts."""
    spec = top.child("config").child("spec").value("data")
    arguments = top.child("args").value("data")
    for data in (spec, arguments):
        first = data[0] if isinstance(data, list) and data else data
        if isinstance(first, dict):
            return Reader(first, f"{top.path}.config.spec.data[0]").text("kind")
        if isinstance(first, str) and "=" in first and len(first) <= 200:
            return first
    return None
