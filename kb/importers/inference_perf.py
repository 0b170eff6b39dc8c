"""Import a life-cycle report of inference-perf: ``stage_<n>_lifecycle_metrics.json``, or the summary over all stages.

Times are in seconds. ``time_per_output_token`` leaves the first token out, as ``tpot_ms`` does;
``normalized_time_per_output_token`` is the whole request over its tokens, and stays out. The file names neither the
model nor anything that served it.
"""

import re
from pathlib import Path
from typing import Any

from kb.importers.benchmark import Run, imported
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.head import has_keys
from kb.importers.json_input import Reader, parse_json
from kb.importers.measures import SECONDS, caveat, failed_share, left_out, statistics
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as named
from kb.importers.report import Imported

_THROUGHPUTS = {
    "decode_tok_s": "output_tokens_per_sec",
    "total_tok_s": "total_tokens_per_sec",
    "requests_s": "requests_per_sec",
}
_LATENCIES = {
    "ttft_ms": "time_to_first_token",
    "tpot_ms": "time_per_output_token",
    "itl_ms": "inter_token_latency",
    "e2e_ms": "request_latency",
}
_STATISTICS = {"mean": "mean", "min": "min", "p50": "median", "p90": "p90", "p95": "p95", "p99": "p99", "max": "max"}
# Percentiles that a record has no room for, and what only describes the client.
_OTHER_STATISTICS = ("p0.1", "p1", "p5", "p10", "p25", "p75", "p99.9", "total", "cached", "uncached")
_STAGE = re.compile(r"stage_([0-9]{1,6})_lifecycle")
_POOLED = "all stages of the run in one figure, whatever the load of each; the stage files tell them apart"


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is a report of inference-perf."""
    del name
    return has_keys(head, "load_summary", "successes")


def read(path: Path, library: Library | None = None) -> Imported:
    """Return the draft of one stage, or of the summary, with the caveat that it pools stages.

    Raises:
        ImportFailed: the file is no such report, or no request succeeded.
    """
    raw = read_raw(path)
    data = parse_json(raw.content, named(path))
    if not isinstance(data, dict) or not {"load_summary", "successes"} <= data.keys():
        raise ImportFailed(f"{named(path)} is no report of inference-perf: it should hold load_summary and successes")
    top = Reader(data, raw.name)
    successes = data["successes"]
    if not isinstance(successes, dict) or not successes.keys() & {"latency", "throughput"}:
        raise ImportFailed(f"{named(path)} holds no latency and no throughput; import the *_lifecycle_metrics.json")
    remarks: list[str] = []
    point = _point(top, _STAGE.search(raw.name), remarks)
    remarks.extend(left_out(path.removeprefix(f"{top.path}.") for path in top.left_over()))
    return imported([Run("inference-perf", [point], remarks=remarks)], raw, library)


def _point(top: Reader, stage: re.Match[str] | None, remarks: list[str]) -> dict[str, Any]:
    successes, failures, load = (top.child(key) for key in ("successes", "failures", "load_summary"))
    succeeded, failed = successes.number("count"), failures.number("count") or 0
    failures.value("request_latency")
    if succeeded == 0:
        raise successes.fail("count", f"no request succeeded ({failed} failed); nothing was measured")
    if top.number("benchmark_time_seconds") == 0:
        raise top.fail("benchmark_time_seconds", "the run lasted no time; nothing was measured")
    throughput, latency = successes.child("throughput"), successes.child("latency")
    results = present(
        **{ours: figure(throughput, key) for ours, key in _THROUGHPUTS.items()},
        **{ours: _latency(latency.child(key)) for ours, key in _LATENCIES.items()},
    )
    if "decode_tok_s" not in results:
        raise throughput.fail("output_tokens_per_sec", "no output token was counted; nothing was measured")
    if _within_chunks(results):
        del results["itl_ms"]
        remarks.append("inter_token_latency counts the tokens of one chunk as apart by nothing; tpot_ms stands alone")
    for told in ("count", "schedule_delay", "send_duration", "achieved_rate"):
        load.value(told)
    rate, concurrency = figure(load, "requested_rate"), load.count("concurrency")
    scenario = present(
        kind="serving",
        input_tokens=_mean(successes, "prompt_len", "prompt_tokens"),
        output_tokens=_mean(successes, "output_tokens", "output_len"),
        concurrency=concurrency,
        # A stage of fixed concurrency carries a nominal rate too, which nothing was sent at.
        request_rate_s=None if concurrency else rate,
    )
    return present(
        label=f"stage {int(stage.group(1))}" if stage else None,
        scenario=scenario,
        results=results,
        caveat=caveat([failed_share(failed, (succeeded or 0) + failed), None if rate or concurrency else _POOLED]),
        remark=f"{succeeded} requests succeeded" if succeeded else None,
    )


def _within_chunks(results: dict[str, Any]) -> bool:
    """Tell whether most gaps between tokens lie inside of a chunk of the stream, where no time passes."""
    gap, step = (results.get(field, {}).get("p50") for field in ("itl_ms", "tpot_ms"))
    return gap is not None and step is not None and gap < step / 2


def _latency(block: Reader) -> dict[str, int | float]:
    _pass_over(block)
    return statistics(block, _STATISTICS, SECONDS)


def _mean(successes: Reader, *keys: str) -> int | float | None:
    """Return the mean length, from the first of ``keys`` that gives one."""
    blocks = [successes.child(key) for key in keys]
    for block in blocks:
        _pass_over(block)
        for statistic in _STATISTICS.values():
            block.value(statistic)
    return next((mean for block in blocks if (mean := figure(block, "mean"))), None)


def _pass_over(block: Reader) -> None:
    for statistic in _OTHER_STATISTICS:
        block.value(statistic)
