"""``mlperf_log_summary.txt`` of LoadGen: ``label : value`` lines under three titles. Latencies are nanoseconds.

Rounds differ in words: v5.1 has ``Mean Time to Output Token (ns)``, v6.0 ``Mean Time per Output Token (ns)``, both for
the time per output token. Interactive is told by the folder alone: its log says Server.
"""

import re
from dataclasses import dataclass
from typing import Any

from kb.importers.failure import ImportFailed
from kb.importers.figures import scaled
from kb.importers.json_input import shown
from kb.importers.measures import NANOSECONDS, left_out, number_in
from kb.importers.present import present

TITLE = "MLPerf Results Summary"
_END = re.compile(r"^(no|[0-9]{1,9}) errors? encountered", re.IGNORECASE | re.MULTILINE)
_KINDS = {"Offline": "offline", "Server": "serving", "SingleStream": "serving"}
_LATENCIES = {
    "e2e_ms": ("latency",),
    "ttft_ms": ("first token latency",),
    "tpot_ms": ("time to output token", "time per output token"),
}
_STATISTICS = {
    "mean": "mean",
    "min": "min",
    "50.00 percentile": "p50",
    "90.00 percentile": "p90",
    "95.00 percentile": "p95",
    "99.00 percentile": "p99",
    "max": "max",
}
_THROUGHPUTS = {
    "decode_tok_s": ("tokens per second", "completed tokens per second", "tps w/ loadgen overhead"),
    "requests_s": ("samples per second", "completed samples per second", "qps w/ loadgen overhead"),
}
_CONDITIONS = re.compile(r"(performance constraints|min duration|min queries|early stopping) satisfied")


@dataclass(frozen=True)
class Log:
    """What one log says: the operating point, the scenario, and remarks."""

    scenario: str
    point: dict[str, Any]
    remarks: tuple[str, ...]


def read_log(text: str, where: str) -> Log:
    """Return what a summary says.

    Args:
        text: the log.
        where: the file, for messages.

    Raises:
        ImportFailed: it is no such log, breaks off, is no performance run, or its result is not valid.
    """
    if TITLE not in text:
        raise ImportFailed(f"{where} is no summary of LoadGen: the title {TITLE!r} is not in it")
    end = _END.search(text)
    if end is None:
        raise ImportFailed(f"{where} breaks off: the line on errors encountered is missing; get the whole log")
    lines = _lines(text)
    taken: set[str] = {"sut name", "scenario", "mode", "result is", "target_qps"}
    if lines.get("mode") != "PerformanceOnly":
        raise ImportFailed(f"{where} is of the mode {shown(lines.get('mode'))}; a performance run is needed")
    _check_valid(lines, where)
    scenario = lines.get("scenario", "")
    if scenario not in _KINDS:
        raise ImportFailed(f"{where} is of the scenario {shown(scenario)}; {', '.join(_KINDS)} can be read")
    results = _results(lines, where, scenario, taken)
    if results.get("decode_tok_s") is None and "requests_s" not in results:
        raise ImportFailed(f"{where} gives no tokens and no samples per second above zero; nothing was measured")
    rate = (
        number_in(lines["target_qps"], f"{where}: target_qps") if scenario == "Server" and "target_qps" in lines else 0
    )
    errors = 0 if end.group(1).casefold() == "no" else int(end.group(1))
    point = present(
        label=scenario,
        scenario=present(
            kind=_KINDS[scenario],
            concurrency=1 if scenario == "SingleStream" else None,
            request_rate_s=rate or None,
        ),
        results=results,
        caveat=f"LoadGen met {errors} errors during the run" if errors else None,
    )
    rest = ("early stopping" if "early stopping" in label else label for label in lines if label not in taken)
    return Log(scenario, point, tuple(left_out(label for label in rest if not _CONDITIONS.fullmatch(label))))


def _lines(text: str) -> dict[str, str]:
    """Return label -> value, labels in lower case with single spaces; the first of a repeated label stands."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        label, colon, value = line.partition(":")
        if colon:
            found.setdefault(" ".join(label.split()).casefold(), value.strip())
    return found


def _check_valid(lines: dict[str, str], where: str) -> None:
    result = lines.get("result is")
    if result == "VALID":
        return
    if result is None:
        raise ImportFailed(f"{where} does not say whether its result is valid")
    broken = [label for label, value in lines.items() if _CONDITIONS.fullmatch(label) and value.casefold() == "no"]
    why = f": {', '.join(broken).replace(' satisfied', '')} not satisfied" if broken else ""
    raise ImportFailed(f"{where}: the result is {shown(result)}{why}; only a valid run can be imported")


def _results(lines: dict[str, str], where: str, scenario: str, taken: set[str]) -> dict[str, Any]:
    def figure(label: str) -> int | float | None:
        if label not in lines:
            return None
        taken.add(label)
        return number_in(lines[label], f"{where}: {label}") or None

    results: dict[str, Any] = {}
    for field, labels in _THROUGHPUTS.items():
        given = [value for label in labels if (value := figure(label)) is not None]
        if given:
            results[field] = given[0]
    if scenario == "Offline":
        # All samples arrive at once, so that a latency is mostly the wait behind others.
        return results
    for field, words in _LATENCIES.items():
        spelt = {f"{said} {word} (ns)": ours for word in words for said, ours in _STATISTICS.items()}
        latency = {ours: value for label, ours in spelt.items() if (value := figure(label)) is not None}
        if latency:
            results[field] = {ours: scaled(value, NANOSECONDS) for ours, value in latency.items()}
    return results
