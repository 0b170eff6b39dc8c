"""A request takes less time than its parts, or far more.

## What it does
A request lasts its time to first token plus one time per token for each token after the first. For mean and median
(of both figures) it compares `ttft_ms + tpot_ms x (output_tokens - 1)` with `e2e_ms`, and warns when the parts
exceed the whole by more than 25 %, or make less than half of it. With speculative decoding `itl_ms` is not used, as a
step may give several tokens. Means are exact for equal lengths; medians and varied lengths are why the margin is wide.

## Why
Three figures of one request that do not add up come from different runs, or one is in another unit.

## Example
```yaml
scenario:
  output_tokens: 512
results:
  ttft_ms:
    mean: 155
  tpot_ms:
    mean: 12.2
  e2e_ms:
    mean: 640
```
Use instead:
```yaml
scenario:
  output_tokens: 512
results:
  ttft_ms:
    mean: 155
  tpot_ms:
    mean: 12.2
  e2e_ms:
    mean: 6400
```

## Mend
Check the three against the source, and that they are of one run.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import TYPICAL, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB421", "latency-parts-mismatch", "warning", on="case")

_MORE = 1.25
_LESS = 0.5


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each end-to-end latency that its parts do not make."""
    for index, point in enumerate(case.points):
        for statistic in TYPICAL:
            parts = _parts(case, point, statistic)
            whole = getattr(point.results.e2e_ms, statistic, None)
            if parts is None or whole is None or whole.value <= 0:
                continue
            if not _LESS * whole.value <= parts <= _MORE * whole.value:
                yield Problem(
                    f"/points/{index}/results/e2e_ms/{statistic}",
                    f"e2e_ms {statistic} is {show(whole.value)}, but first token and {point.scenario.output_tokens}"
                    f" tokens make {show(parts)}",
                    "check the three figures against the source, and that they are of one run",
                    {"e2e_ms": whole.value, "parts_ms": parts, "output_tokens": point.scenario.output_tokens},
                )


def _parts(case: Case, point: OperatingPoint, statistic: str) -> float | None:
    results, length = point.results, point.scenario.output_tokens
    first = getattr(results.ttft_ms, statistic, None)
    each = getattr(results.tpot_ms, statistic, None)
    if each is None and case.stack.speculation is None:
        each = getattr(results.itl_ms, statistic, None)
    if length is None or first is None or each is None:
        return None
    return float(first.value + each.value * (length - 1))
