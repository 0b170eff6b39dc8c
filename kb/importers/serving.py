"""One load test against a server, as vLLM's benchmark writes it, and those that grew out of it.

They give totals over the run (``completed``, ``duration``, ``total_input_tokens`` ...), throughputs in tokens per
second over its whole duration, and statistics of latencies by name: ``p99_ttft_ms``.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.importers.draft import RawFile
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure, per, scaled
from kb.importers.json_input import Reader, parse_documents, shown
from kb.importers.present import present
from kb.importers.tool_run import Run

_STATISTICS = {
    "mean": "mean",
    "median": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "min": "min",
    "max": "max",
}
_STATISTIC = re.compile(r"(mean|median|std|min|max|p[0-9.]+)_[a-z0-9_]+")
# A throughput further than this from tokens over duration is not what the file says it is.
_SLACK = 0.01
# As many as a remark has room for.
_MOST_SETTINGS = 12


@dataclass(frozen=True)
class Dialect:
    """How a tool spells what all of them give.

    Attributes:
        latencies: our name of a latency, and theirs between the statistic and ``ending``.
        ending: what their latencies end with.
        shift: the power of ten that makes milliseconds of theirs.
        accepted: their key of the tokens accepted per step, with speculative decoding.
    """

    latencies: Mapping[str, str] = field(
        default_factory=lambda: {"ttft_ms": "ttft", "tpot_ms": "tpot", "itl_ms": "itl", "e2e_ms": "e2el"}
    )
    ending: str = "_ms"
    shift: int = 0
    accepted: str = "spec_decode_acceptance_length"


def latencies(reader: Reader, dialect: Dialect) -> dict[str, dict[str, Any]]:
    """Return the statistics of each latency that a record has a field for, in milliseconds."""
    found = {
        ours: present(
            **{
                statistic: figure(reader, f"{name}_{theirs}{dialect.ending}", dialect.shift)
                for name, statistic in _STATISTICS.items()
            }
        )
        for ours, theirs in dialect.latencies.items()
    }
    return {ours: values for ours, values in found.items() if values}


def request_rate(reader: Reader, key: str = "request_rate") -> tuple[int | float | None, bool]:
    """Return requests per second, and whether the file says that there was no limit (``inf``, ``Infinity``)."""
    value = reader.value(key)
    if value == "inf" or (isinstance(value, float) and math.isinf(value) and value > 0):
        return None, True
    # SGLang's word for requests that come at the times of a recorded trace.
    return (None if value == "trace" else reader.number(key) or None), False


def serving_point(reader: Reader, dialect: Dialect, locator: str | None = None) -> dict[str, Any]:
    """Return the operating point of one run.

    Raises:
        ImportFailed: it measured nothing, or a figure is none; the message names the key.
    """
    completed = reader.number("completed", whole=True)
    duration = reader.number("duration")
    lost = _lost(reader, completed)
    if completed == 0:
        raise reader.fail("completed", f"is 0: no request came through{f' ({lost} failed)' if lost else ''}; run again")
    if duration == 0:
        raise reader.fail("duration", "is 0: the run measured nothing; run it again")
    inputs, outputs = figure(reader, "total_input_tokens"), figure(reader, "total_output_tokens")
    rate, unlimited = request_rate(reader)
    concurrency = reader.count("max_concurrency")
    results = latencies(reader, dialect) | present(
        decode_tok_s=figure(reader, "output_throughput"),
        total_tok_s=figure(reader, "total_token_throughput") or figure(reader, "total_throughput"),
        requests_s=figure(reader, "request_throughput"),
        accepted_tokens_per_step=_accepted(reader, dialect.accepted),
    )
    if not results:
        raise reader.fail("output_throughput", "is missing, and no other figure of a run is given")
    return present(
        locator=locator,
        scenario=present(
            kind="serving",
            input_tokens=per(inputs, completed) if inputs and completed else None,
            output_tokens=per(outputs, completed) if outputs and completed else None,
            concurrency=concurrency,
            request_rate_s=rate,
            dataset=reader.text("dataset_name"),
        ),
        results=results,
        caveat=_caveat(lost, completed, outputs, duration, results.get("decode_tok_s")),
        remark=". ".join(
            [
                *_means(inputs, outputs, completed),
                *(["all requests were sent at once, with no limit"] if unlimited and not concurrency else []),
            ]
        ),
    )


def settings(reader: Reader, known: frozenset[str]) -> list[str]:
    """Return what a file gives beyond the keys of its tool, as ``name value``: options of a sweep, and metadata."""
    found = []
    for key in reader.unread():
        value = reader.peek(key)
        plain = isinstance(value, str | int | float) and not (isinstance(value, float) and not math.isfinite(value))
        if plain and key not in known and not _STATISTIC.fullmatch(key):
            reader.value(key)
            found.append(f"{key} {reader.text(key) if isinstance(value, str) else shown(value)}"[:120])
        if len(found) == _MOST_SETTINGS:
            break
    return found


def runs_in(raw: RawFile, run_of: Callable[[Reader, str], Run]) -> tuple[list[Run], list[str]]:
    """Return the runs of a file of JSON objects, one an object, and a sentence for each object that gave none.

    Args:
        raw: the file.
        run_of: makes a run of an object, given what leads to it in the file; empty where it is the file.

    Raises:
        ImportFailed: the file holds no object at all.
    """
    values, failures = parse_documents(raw.content, raw.name)
    runs: list[Run] = []
    readers: list[Reader] = []
    for where, value in values:
        try:
            reader = Reader(value, f"{raw.name}{where and ': '}{where}")
            runs.append(run_of(reader, where))
            readers.append(reader)
        except ImportFailed as failure:
            failures.append(str(failure))
    if not values:
        raise ImportFailed(f"{raw.name} holds no runs")
    left = not_taken(readers)
    for run in runs:
        run.remarks.extend(left)
    return runs, failures


def not_taken(readers: list[Reader]) -> list[str]:
    """Return the one remark that lists which keys of a file went to no field of a record; none where all did."""
    keys = dict.fromkeys(key for reader in readers for key in reader.unread())
    return [f"not taken over, having no field in a record: {', '.join(keys)}"] if keys else []


def day_of(reader: Reader, key: str = "date") -> str | None:
    """Return the day of a time written as ``20260816-160853``, or None where it is written otherwise."""
    found = re.fullmatch(r"(20[0-9]{2})([0-9]{2})([0-9]{2})-[0-9]{6}", reader.text(key) or "")
    return "-".join(found.groups()) if found else None


def _lost(reader: Reader, completed: int | float | None) -> int | float:
    failed = reader.number("failed", whole=True)
    asked = reader.number("num_prompts", whole=True)
    if failed is not None:
        return failed
    return max(0, asked - completed) if asked is not None and completed is not None else 0


def _accepted(reader: Reader, key: str) -> int | float | None:
    # SGLang writes -1, or null, where nothing was drafted.
    value = reader.value(key)
    return None if value == -1 else figure(reader, key)


def _means(inputs: float | None, outputs: float | None, completed: float | None) -> list[str]:
    if not completed or not (inputs or outputs):
        return []
    parts = [f"{name} {total}/{completed}" for name, total in (("input", inputs), ("output", outputs)) if total]
    return [f"tokens are means over the completed requests: {', '.join(parts)}"]


def _caveat(
    lost: float, completed: float | None, outputs: float | None, duration: float | None, stated: float | None
) -> str | None:
    if lost:
        return f"{lost} of {lost + (completed or 0)} requests failed; the figures are those of the others"
    if outputs and duration and stated and abs(outputs / duration / stated - 1) > _SLACK:
        return (
            f"output_throughput is {stated}, but {outputs} tokens in {duration} s are {scaled(outputs / duration, 0)}"
        )
    return None
