"""Import ``profile_export_aiperf.json`` of NVIDIA AIPerf, and the file of the same shape of its ancestor GenAI-Perf.

Each metric is a block ``{unit, avg, p50, p90, p95, p99, min, max, ...}``, and its unit is honoured. AIPerf's
``inter_token_latency`` is the mean gap between the tokens of one request, by request; it is kept under its name.
"""

import re
from pathlib import Path
from typing import Any

from kb.importers.benchmark import Run, imported
from kb.importers.failure import ImportFailed
from kb.importers.figures import figure
from kb.importers.head import has_keys
from kb.importers.json_input import Reader, parse_json, shown
from kb.importers.measures import (
    MICROSECONDS,
    MILLISECONDS,
    NANOSECONDS,
    SECONDS,
    caveat,
    day_in,
    failed_share,
    left_out,
    statistics,
)
from kb.importers.names import Library
from kb.importers.present import present
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as named
from kb.importers.report import Imported

_TIMES = {
    "s": SECONDS,
    "sec": SECONDS,
    "seconds": SECONDS,
    "ms": MILLISECONDS,
    "us": MICROSECONDS,
    "µs": MICROSECONDS,
    "ns": NANOSECONDS,
}
_RATES = {"requests/sec", "requests/s", "tokens/sec", "tokens/s", "tokens/sec/user", "tokens/s/user"}
_COUNTS = {"tokens", "requests"}

# Field of a record -> key of the file, the older spelling after the newer.
_LATENCIES = {"ttft_ms": "time_to_first_token", "itl_ms": "inter_token_latency", "e2e_ms": "request_latency"}
_THROUGHPUTS = {
    "decode_tok_s": "output_token_throughput",
    "total_tok_s": "total_token_throughput",
    "per_user_tok_s": "output_token_throughput_per_user",
    "requests_s": "request_throughput",
}
_LENGTHS = {
    "input_tokens": ("input_sequence_length", "num_input_token"),
    "output_tokens": ("output_sequence_length", "num_output_token"),
}
_CACHED = "theoretical_prefix_cache_hit"
_STATISTICS = {"mean": "avg", "min": "min", "p50": "p50", "p90": "p90", "p95": "p95", "p99": "p99", "max": "max"}
_SECRET = re.compile(r"key|header|token=|bearer|password|secret", re.IGNORECASE)


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is of AIPerf or GenAI-Perf."""
    del name
    return has_keys(head, "aiperf_version") or has_keys(head, "request_throughput", "request_latency", "unit", "avg")


def read(path: Path, library: Library | None = None) -> Imported:
    """Return the draft of the run.

    Raises:
        ImportFailed: the file is no such export, or the run measured nothing.
    """
    raw = read_raw(path)
    data = parse_json(raw.content, named(path))
    if not isinstance(data, dict) or not any(isinstance(data.get(key), dict) for key in _THROUGHPUTS.values()):
        raise ImportFailed(
            f"{named(path)} is no AIPerf or GenAI-Perf export: it should hold a block such as request_throughput"
        )
    report = _Report(Reader(data, raw.name))
    return imported([report.run()], raw, library)


class _Report:
    """One export, and the remarks that reading it leaves."""

    def __init__(self, top: Reader) -> None:
        self.top = top
        self.remarks: list[str] = []
        self._streamed = True

    def run(self) -> Run:
        """Return what the export says; raise ImportFailed where nothing was measured."""
        succeeded, failed = self._amount("request_count", _COUNTS), self._amount("error_request_count", _COUNTS) or 0
        errors = self.top.children("error_summary")
        failed = failed or sum(error.number("count") or 0 for error in errors)
        if succeeded == 0:
            raise self.top.fail("request_count", f"no request succeeded ({failed:.15g} failed); nothing was measured")
        duration = self.top.child("benchmark_duration")
        if duration.number("avg") == 0:
            raise duration.fail("avg", "the run lasted no time; nothing was measured")
        rates = {ours: self._amount(key, _RATES) for ours, key in _THROUGHPUTS.items()}
        if rates["decode_tok_s"] == 0:
            raise self.top.fail("output_token_throughput", "no output token was counted; nothing was measured")
        results = present(
            **{ours: rate or None for ours, rate in rates.items()},
            **{ours: self._latency(key) for ours, key in _LATENCIES.items()},
        )
        if not results:
            raise ImportFailed(f"{self.top.path}: none of its metrics is above zero and in a known unit")
        model, scenario, command = self._config()
        if not self._streamed and results.pop("ttft_ms", None):
            self.remarks.append("the answers were not streamed: time_to_first_token is of whole answers, and left out")
        lengths = {ours: self._first(keys) or None for ours, keys in _LENGTHS.items()}
        version = self.top.text("aiperf_version")
        point = {"scenario": present(kind="serving", **lengths, **scenario), "results": results} | present(
            caveat=self._caveat(succeeded, failed),
            remark=self._remark(succeeded),
        )
        measured = day_in(self.top.text("start_time"))
        for told in ("schema_version", "benchmark_id", "end_time"):
            self.top.value(told)
        self.remarks.extend(left_out(_name(path, self.top.path) for path in self.top.left_over()))
        return Run(
            f"AIPerf {version}" if version else "GenAI-Perf",
            [point],
            model=model,
            command=command,
            measured=measured,
            remarks=self.remarks,
        )

    def _first(self, keys: tuple[str, ...]) -> int | float | None:
        return next((value for key in keys if (value := self._amount(key, _COUNTS)) is not None), None)

    def _amount(self, key: str, units: set[str]) -> int | float | None:
        """Return the figure of a metric that is one number, or a mean that the record takes alone."""
        block = self.top.child(key)
        unit, value = block.text("unit"), block.number("avg")
        for statistic in (*_STATISTICS.values(), "p1", "p5", "p10", "p25", "p75", "std", "count", "sum"):
            block.value(statistic)
        if value is None or unit in units:
            return value
        self._unknown(key, unit)
        return None

    def _latency(self, key: str) -> dict[str, int | float]:
        block = self.top.child(key)
        unit = block.text("unit")
        for statistic in ("p1", "p5", "p10", "p25", "p75", "std", "count", "sum"):
            block.value(statistic)
        power = _TIMES.get(unit or "")
        if power is not None:
            return statistics(block, _STATISTICS, power)
        if block.number("avg") is not None:
            self._unknown(key, unit)
        return {}

    def _unknown(self, key: str, unit: str | None) -> None:
        said = "no unit" if unit is None else f"the unit {shown(unit)}, which this reader does not know"
        self.remarks.append(f"{key} has {said}; it was not taken over")

    def _config(self) -> tuple[str | None, dict[str, Any], str | None]:
        """Return the model, the load, and the command, from the places of both tools."""
        config = self.top.child("input_config")
        # GenAI-Perf has plain text where AIPerf has sections of the same name.
        endpoint, load, data = (_section(config, key) for key in ("endpoint", "loadgen", "input"))
        self._streamed = endpoint.flag("streaming") is not False and config.flag("streaming") is not False
        names = endpoint.texts("model_names") or _one_or_many(config, "model")
        if len(names) > 1:
            self.remarks.append(f"the load was spread over {len(names)} models; a case has one")
        scenario = present(
            concurrency=load.count("concurrency") or config.count("concurrency"),
            request_rate_s=figure(load, "request_rate") or figure(config, "request_rate"),
            dataset=data.text("public_dataset") or config.text("prompt_source"),
        )
        command = config.text("cli_command")
        if command is not None and (_SECRET.search(command) or len(command) > 2000):
            why = "seems to hold a key or a header" if _SECRET.search(command) else "is too long"
            self.remarks.append(f"input_config.cli_command {why} and was not taken over; see to the raw file as well")
            command = None
        return names[0] if len(names) == 1 else None, scenario, command

    def _remark(self, succeeded: int | float | None) -> str | None:
        """Return what else bears on the figures: how many requests, and how much of the prompts was seen before."""
        cached = self._amount(_CACHED, {"%"})
        said = [f"{succeeded:.15g} requests succeeded"] if succeeded else []
        said += [f"{cached} % of the prompt tokens could come from a prefix cache"] if cached else []
        return "; ".join(said) or None

    def _caveat(self, succeeded: int | float | None, failed: int | float) -> str | None:
        said = [failed_share(failed, (succeeded or 0) + failed)]
        if self.top.flag("was_cancelled"):
            said.append("the run was cancelled before its end")
        verdict = self.top.child("metadata")
        reasons = verdict.texts("submission_invalid_reasons")
        if verdict.flag("submission_valid") is False:
            said.append(f"the tool calls it no valid submission: {', '.join(reasons) or 'no reason given'}")
        return caveat(said)


def _section(config: Reader, key: str) -> Reader:
    return config.child(key) if isinstance(config.value(key), dict) else Reader({}, f"{config.path}.{key}")


def _one_or_many(config: Reader, key: str) -> list[str]:
    if isinstance(config.value(key), str):
        return [config.needed_text(key)]
    return config.texts(key)


def _name(path: str, root: str) -> str:
    """Return the metric or section that a path of the file lies in."""
    return path.removeprefix(f"{root}.").split(".")[0].split("[")[0]
