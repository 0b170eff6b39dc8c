"""The text that trtllm-bench prints: sections of ``label: value`` lines between rules, versions 0.16 to 1.x.

    ===========================================================
    = PERFORMANCE OVERVIEW
    ===========================================================
    Token Throughput (tokens/sec):	10893.8728

0.16 says ``Token Throughput`` for the output tokens; later versions say ``Total Output Throughput``, and ``Total Token
Throughput`` for input and output. Latencies are in milliseconds. ``Total Latency`` is how long the whole run took.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.importers.benchmark import Run
from kb.importers.failure import ImportFailed
from kb.importers.measures import day_in, number_in, whole
from kb.importers.present import present
from kb.importers.trtllm_bench.deployment import Told, run_of, said

_RULE = re.compile(r"={20,}")
_TITLE = re.compile(r"= (\S.{0,80})")
_STAMP = re.compile(r"\[(\d\d)/(\d\d)/(\d{4})-\d\d:\d\d:\d\d\]")
_PERFORMANCE = "PERFORMANCE OVERVIEW"
_DECODING = re.compile(r"DECODING STATISTICS \((.{1,60})\)")
_CARD = re.compile(r"(.{1,100}?), memory .*")
# What is printed below the overview; a decoding mode is told by the title alone.
_AFTERWARDS = ("DECODING STATISTICS", "DATASET DETAILS")

_THROUGHPUTS = {
    "token throughput (tokens/sec)": "decode_tok_s",
    "total output throughput (tokens/sec)": "decode_tok_s",
    "total token throughput (tokens/sec)": "total_tok_s",
    "request throughput (req/sec)": "requests_s",
    "per user output speed (tps/user)": "per_user_tok_s",
    "per user output speed [1/tpot] (tokens/sec/user)": "per_user_tok_s",
}
_MEANS = {
    "average request latency (ms)": "e2e_ms",
    "average time-to-first-token [ttft] (ms)": "ttft_ms",
    "average time-per-output-token [tpot] (ms)": "tpot_ms",
}
_BREAKDOWNS = {"[latency]": "e2e_ms", "[ttft]": "ttft_ms", "[tpot]": "tpot_ms"}
_STATISTICS = {
    "minimum": "min",
    "maximum": "max",
    "average": "mean",
    "p50": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
}
_RANKS = {"tp size": "tp", "pp size": "pp", "ep size": "ep"}
_NUMBERS = {
    "issue rate (req/sec)": "issue_rate",
    "number of requests": "requests",
    "number of concurrent requests": "in_flight",
    "average input length (tokens)": "input_tokens",
    "average output length (tokens)": "output_tokens",
    "total latency (ms)": "total_latency_ms",
}
_TEXTS = {
    "model": "model",
    "tensorrt-llm version": "version",
    "tensorrt llm version": "version",
    "dtype": "dtype",
    "kv cache dtype": "kv_cache",
    "quantization": "quantization",
}


@dataclass(frozen=True)
class _Section:
    """The lines below a title, up to the next rule; ``closed`` is false where the file ends first."""

    title: str
    lines: tuple[str, ...]
    closed: bool
    day: str | None


def read_log(text: str, where: str) -> tuple[list[Run], list[str]]:
    """Return the runs of a log in their order, and a sentence for each that gives none.

    Args:
        text: the log; what the engine prints around the sections is passed over.
        where: the file, for messages.

    Raises:
        ImportFailed: it holds no run that measured something.
    """
    runs: list[Run] = []
    failures: list[str] = []
    for number, sections in enumerate(_by_run(_sections(text)), 1):
        try:
            runs.append(run_of(_told(sections, where), where if number == 1 else f"{where}, run {number}"))
        except ImportFailed as failure:
            failures.append(str(failure))
    if not runs:
        unfinished = f"{where} holds no {_PERFORMANCE} of trtllm-bench: the run did not finish, or printed elsewhere"
        raise ImportFailed("; ".join(failures) or unfinished)
    return runs, failures


def _by_run(sections: Iterator[_Section]) -> list[list[_Section]]:
    """Return the sections of each run: those up to its overview, and what stands between that and the next run."""
    runs: list[list[_Section]] = []
    waiting: list[_Section] = []
    for section in sections:
        if runs and not waiting and section.title.startswith(_AFTERWARDS):
            runs[-1].append(section)
            continue
        waiting.append(section)
        if section.title == _PERFORMANCE:
            runs.append(waiting)
            waiting = []
    return runs


def _sections(text: str) -> Iterator[_Section]:
    chunks: list[list[str]] = [[]]
    days: list[str | None] = [None]
    day: str | None = None
    for line in text.splitlines():
        if stamp := _STAMP.match(line):
            month, day_of_month, year = stamp.groups()
            day = f"{year}-{month}-{day_of_month}"
        if _RULE.fullmatch(line.strip()):
            chunks.append([])
            days.append(day)
        else:
            chunks[-1].append(line)
    for index, chunk in enumerate(chunks[:-1]):
        title = _TITLE.fullmatch(chunk[0].strip()) if len(chunk) == 1 else None
        if title:
            lines = tuple(chunks[index + 1])
            yield _Section(title.group(1).strip(), lines, index + 2 < len(chunks), days[index])


def _told(sections: list[_Section], where: str) -> Told:
    """Return what the sections of one run say; raise ImportFailed where the overview is cut."""
    overview = next(section for section in sections if section.title == _PERFORMANCE)
    if not overview.closed:
        raise ImportFailed(f"{where} breaks off in {_PERFORMANCE}: its last figures may be cut; get the whole output")
    told = Told(measured=day_in(overview.day))
    for section in sections:
        if section.title.endswith("BACKEND"):
            told.backend = section.title.removesuffix("BACKEND").strip().capitalize()
        if decoding := _DECODING.fullmatch(section.title):
            told.speculation = decoding.group(1)
        if section.title == "MACHINE DETAILS" and (card := _CARD.match("".join(section.lines).strip())):
            told.card = card.group(1)
        if section.title.startswith(_AFTERWARDS):
            continue
        for line in section.lines:
            label, colon, value = line.partition(":")
            if colon:
                _take(told, " ".join(label.split()).casefold(), value.strip(), f"{where}: {label.strip()[:60]}")
    told.latencies = {name: present(**values) for name, values in told.latencies.items() if any(values.values())}
    told.throughputs = {name: value for name, value in told.throughputs.items() if value}
    return told


def _take(told: Told, label: str, value: str, where: str) -> None:
    breakdown, _, statistic = label.partition(" ")
    if label in _TEXTS:
        setattr(told, _TEXTS[label], value)
    elif label in _RANKS or label == "max runtime batch size":
        if said(value) and (count := whole(value)):
            told.ranks |= {_RANKS[label]: count} if label in _RANKS else {}
            told.max_batch = told.max_batch if label in _RANKS else count
    elif label in _NUMBERS:
        setattr(told, _NUMBERS[label], number_in(value, where))
    elif label in _THROUGHPUTS:
        told.throughputs[_THROUGHPUTS[label]] = number_in(value, where)
    elif label in _MEANS:
        told.latencies.setdefault(_MEANS[label], {})["mean"] = number_in(value, where)
    elif breakdown in _BREAKDOWNS and statistic in _STATISTICS:
        told.latencies.setdefault(_BREAKDOWNS[breakdown], {})[_STATISTICS[statistic]] = number_in(value, where)
    elif value:
        told.rest.append(breakdown if breakdown.startswith("[") else label)
