"""The stated use of memory bandwidth does not follow from the time per token.

## What it does
A decode step reads the weights and the context once. From the typical time per token and the
bandwidth of the cards it works out which share of the bandwidth that can be, at least and at most:
from the experts of one token without context to all weights with 16-bit context for every sequence
let in, over the lowest and highest bandwidth that any source gives, for every replica and pipeline stage
at once. It warns when the stated percentage is more than twice the most or less than half the least. Silent when
model, formats, latency or lengths are unknown, or the model's parameters do not add up.

## Why
A utilisation that the bytes cannot make is read off another run, is an occupancy counter, or is made up.

## Example
```yaml
results:
  tpot_ms:
    p50: 55        # 37 GB a step over 4 x 864 GB/s is 20 %
  memory_bandwidth_pct: 92
```
Use instead:
```yaml
results:
  tpot_ms:
    p50: 55
```

## Mend
Leave the percentage out, or say in the remark which counter gave it and over which phase.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.consistency.loads import Span, bytes_per_step, generating_pool, most_overlap, steps_per_second
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB410", "memory-bw-pct-inconsistent", "warning", on="case")

_DOUBT = 2.0


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each stated percentage that cannot be."""
    for index, point in enumerate(case.points):
        stated = point.results.memory_bandwidth_pct
        possible = possible_pct(case, point, context) if stated is not None else None
        if stated is None or possible is None:
            continue
        if not possible.low / _DOUBT <= stated.value <= possible.high * _DOUBT:
            yield Problem(
                f"/points/{index}/results/memory_bandwidth_pct",
                f"{show(stated.value)} % of the bandwidth is stated; bytes and latency make"
                f" {show(possible.low)} to {show(possible.high)} %",
                "leave the percentage out, or say in the remark which counter gave it and over which phase",
                {"stated_pct": stated.value, "least_pct": possible.low, "most_pct": possible.high},
            )


def possible_pct(case: Case, point: OperatingPoint, context: Context) -> Span | None:
    """Return the least and the most of the bandwidth that the steps of a point can use, in percent."""
    pool = generating_pool(case)
    hardware = context.hardware(pool) if pool is not None else None
    steps = steps_per_second(case, point)
    read = bytes_per_step(case, point, context)
    overlap = most_overlap(case, context)
    if pool is None or hardware is None or steps is None or read is None or overlap is None:
        return None
    if hardware.memory.bandwidth_gb_s is None:
        return None
    rates = [value * 1e9 * pool.count for value in hardware.memory.bandwidth_gb_s.values]
    return Span(100 * read.low * steps.low / max(rates), 100 * read.high * steps.high * overlap / min(rates))
