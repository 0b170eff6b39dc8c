"""Reading the figures of an operating point, and writing them in messages. No rule."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.records import Case
from kb.records.case import Latency, Results

STATISTICS = ("min", "mean", "p50", "typical", "p90", "p95", "p99", "max")
TYPICAL = ("mean", "p50", "typical")


class Reading(NamedTuple):
    """One statistic of one latency, in milliseconds, above zero; ``field`` is its path below the results."""

    field: str
    value: float

    @property
    def name(self) -> str:
        """Return it as a message has it: ``tpot_ms p50``."""
        return self.field.replace("/", " ")


def show(number: float) -> str:
    """Write a number with four digits that count, never with an exponent."""
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    digits = max(0, 3 - math.floor(math.log10(abs(number))))
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def readings(results: Results, fields: Sequence[str], statistics: Sequence[str] = STATISTICS) -> list[Reading]:
    """Return the latencies in ``fields`` that are given and above zero, the quickest first."""
    found = []
    for field in fields:
        latency: Latency | None = getattr(results, field)
        for statistic in statistics:
            fact = getattr(latency, statistic, None)
            if fact is not None and fact.value > 0:
                found.append(Reading(f"{field}/{statistic}", fact.value))
    return sorted(found, key=lambda reading: reading.value)


def latencies(results: Results) -> Iterator[tuple[str, Latency]]:
    """Yield the latencies that are given, by field."""
    for field in ("ttft_ms", "tpot_ms", "itl_ms", "e2e_ms"):
        latency = getattr(results, field)
        if latency is not None:
            yield field, latency


def tokens_per_step(case: Case, results: Results) -> float | None:
    """Return how many tokens one step may give a sequence: 1 without speculation, None when nobody said."""
    if results.accepted_tokens_per_step is not None:
        return max(1.0, results.accepted_tokens_per_step.value)
    if case.stack.speculation is None:
        return 1.0
    drafted = case.stack.speculation.draft_tokens
    return None if drafted is None else drafted + 1.0


def cards(case: Case) -> int:
    """Return the number of cards over all pools."""
    return sum(pool.count for pool in case.stack.pools)


def instances(case: Case) -> int:
    """Return how many copies of the model the cards can hold side by side, by the ranks that the case states.

    Some sources state the load of one copy beside the throughput of all; audited benchmarks do. A rank that
    nobody stated is taken as one.
    """
    most = 1
    for pool in case.stack.pools:
        spread = pool.parallelism
        size = max((spread.tp or 1) * (spread.pp or 1), spread.ep or 1)
        most = max(most, pool.count // size, spread.dp or 1)
    return most
