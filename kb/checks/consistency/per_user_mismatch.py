"""The speed per user is not one over the time per token.

## What it does
`per_user_tok_s` should be about `1000 / tpot_ms`. The rule warns when it is more than 25 % away from that for the
mean and the median of both `tpot_ms` and `itl_ms`. A rate below it is let pass when
it is the output over the whole request (`output_tokens` over `e2e_ms`, or over TTFT and all tokens); one
step that gives several tokens (speculative decoding) lets it rise above, as far as tokens are accepted.

## Why
Interactivity curves are drawn over this figure; a slip here moves the case to another part of the curve.

## Example
```yaml
results:
  per_user_tok_s: 250
  tpot_ms:
    p50: 20
```
Use instead:
```yaml
results:
  per_user_tok_s: 50
  tpot_ms:
    p50: 20
```

## Mend
Check both at the source, or leave the derived one out.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import STATISTICS, TYPICAL, readings, show, tokens_per_step
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB415", "per-user-mismatch", "warning", on="case")

_APART = 1.25


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each speed per user that the latencies of its point do not make."""
    for index, point in enumerate(case.points):
        stated = point.results.per_user_tok_s
        steps = readings(point.results, ("tpot_ms", "itl_ms"), TYPICAL)
        per_step = tokens_per_step(case, point.results)
        if stated is None or not steps or per_step is None:
            continue
        high = per_step * 1000 / steps[0].value
        low = min([1000 / steps[-1].value, *_over_requests(point, steps[-1].value)])
        if not low / _APART <= stated.value <= high * _APART:
            yield Problem(
                f"/points/{index}/results/per_user_tok_s",
                f"{show(stated.value)} tok/s per user, but {steps[0].name} of {show(steps[0].value)} ms makes"
                f" {show(1000 / steps[0].value)}",
                "check both at the source, or leave the derived one out",
                {"per_user_tok_s": stated.value, "latency_ms": steps[0].value, "low": low, "high": high},
            )


def _over_requests(point: OperatingPoint, step_ms: float) -> list[float]:
    """Return the speeds that a request sees from its start to its end."""
    length = point.scenario.output_tokens
    if length is None:
        return []
    whole = [reading.value for reading in readings(point.results, ("e2e_ms",), STATISTICS)]
    whole += [wait.value + length * step_ms for wait in readings(point.results, ("ttft_ms",), STATISTICS)]
    return [1000 * length / each for each in whole]
