"""The stated use of compute does not follow from the tokens per second.

## What it does
A token costs about two operations per active parameter. From prefill and decode rate and the dense peak
of the cards it works out the most of the peak that can be in use, with both at once, attention
counted as much again, and the lowest peak of any format; and the least, with decode alone, over the
highest peak. It reports a stated percentage more than twice the most or less than half the least.
Silent when active parameters, both rates or the peaks are unknown.

## Why
Most such percentages are an occupancy counter, not a share of the peak; a reader takes them for the latter.

## Example
```yaml
results:
  prefill_tok_s: 72000   # 2 x 17e9 x 72000 over 256 x 918 TFLOPS is 1 %
  compute_pct: 62
```
Use instead:
```yaml
results:
  prefill_tok_s: 72000
```

## Mend
Leave the percentage out, or say in the remark which counter gave it.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.consistency.loads import Span
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint
from kb.records.hardware import Peak

RULE = Rule("KB411", "compute-pct-inconsistent", "info", on="case")

_DOUBT = 2.0
_ATTENTION = 2.0


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each stated percentage that cannot be."""
    for index, point in enumerate(case.points):
        stated = point.results.compute_pct
        possible = possible_pct(case, point, context) if stated is not None else None
        if stated is None or possible is None:
            continue
        if not possible.low / _DOUBT <= stated.value <= possible.high * _DOUBT:
            yield Problem(
                f"/points/{index}/results/compute_pct",
                f"{show(stated.value)} % of compute is stated; tokens and peak make"
                f" {show(possible.low)} to {show(possible.high)} %",
                "leave the percentage out, or say in the remark which counter gave it",
                {"stated_pct": stated.value, "least_pct": possible.low, "most_pct": possible.high},
            )


def possible_pct(case: Case, point: OperatingPoint, context: Context) -> Span | None:
    """Return the least and the most of the peak that the tokens of a point can use, in percent."""
    results, model = point.results, context.model(case)
    peaks = _peaks(case, context)
    if results.decode_tok_s is None or results.prefill_tok_s is None or model is None or peaks is None:
        return None
    if model.parameters.active is None:
        return None
    active = model.parameters.active.values
    decode, both = results.decode_tok_s.value, results.decode_tok_s.value + results.prefill_tok_s.value
    return Span(
        100 * 2 * min(active) * decode * 0.8 / peaks.high,
        100 * 2 * max(active) * both * _ATTENTION / peaks.low,
    )


def _peaks(case: Case, context: Context) -> Span | None:
    """Return the lowest and the highest peak, in operations per second, of all cards in any format."""
    low = high = 0.0
    for pool in case.stack.pools:
        hardware = context.hardware(pool)
        given = [getattr(hardware.peak, name) for name in Peak.model_fields] if hardware else []
        values = [value for fact in given if fact is not None for value in fact.values]
        if not values:
            return None
        low += min(values) * 1e12 * pool.count
        high += max(values) * 1e12 * pool.count
    return Span(low, high)
