"""The statistics of a latency are out of order.

## What it does
Compares the statistics of each latency with each other: `min`, `p50`, `p90`, `p95`, `p99`, `max` must not
fall, and `mean` lies between `min` and `max`. A thousandth is left for rounding.

## Why
A 99th percentile below the median cannot be; two columns were swapped, or a digit is wrong.

## Example
```yaml
ttft_ms:
  p50: 420
  p99: 280
```
Use instead:
```yaml
ttft_ms:
  p50: 280
  p99: 420
```

## Mend
Look the figures up at the source and put each under its own name.
"""

from collections.abc import Iterator
from itertools import pairwise

from kb.checks.consistency.figures import latencies, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import Latency

RULE = Rule("KB404", "percentile-order", "error", on="case")

_RISING = (("min", "p50", "p90", "p95", "p99", "max"), ("min", "mean", "max"))
_ROUNDING = 1.001


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each pair of statistics that falls where it should rise."""
    for index, point in enumerate(case.points):
        for field, latency in latencies(point.results):
            for lower, upper, low, high in _falling(latency):
                yield Problem(
                    f"/points/{index}/results/{field}/{upper}",
                    f"{field} {upper} is {show(high)}, below its {lower} of {show(low)}",
                    "look both figures up at the source; they may be swapped",
                    {"field": field, lower: low, upper: high},
                )


def _falling(latency: Latency) -> Iterator[tuple[str, str, float, float]]:
    seen = set()
    for chain in _RISING:
        given = [(name, fact.value) for name in chain if (fact := getattr(latency, name)) is not None]
        for (lower, low), (upper, high) in pairwise(given):
            if low > high * _ROUNDING and (lower, upper) not in seen:
                seen.add((lower, upper))
                yield lower, upper, low, high
