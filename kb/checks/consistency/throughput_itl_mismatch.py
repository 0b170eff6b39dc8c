"""The decode rate of a static batch is not batch over inter-token latency.

## What it does
In a point of kind `static-batch` every sequence decodes at once, so that `decode_tok_s` is about
`batch / itl_ms`. The rule warns when it lies more than 25 % below that, for the mean and the median
of `itl_ms` and `tpot_ms` alike. A rate over the whole run, prefill included, is let pass where the
point says how long the prompt took (`ttft_ms`, `e2e_ms`, or `prefill_tok_s` with `input_tokens`);
where it does not, only a rate below a tenth is reported. A rate above is `decode-exceeds-concurrency`.

## Why
The two figures are one measurement seen from two sides; when they disagree, one of them belongs elsewhere.

## Example
```yaml
scenario:
  kind: static-batch
  batch: 16
results:
  decode_tok_s: 73.36
  itl_ms:
    mean: 15.48
```
Use instead:
```yaml
scenario:
  kind: static-batch
  batch: 16
results:
  decode_tok_s: 1033.36
  itl_ms:
    mean: 15.48
```

## Mend
Check both against the source; say in the remark what the rate is averaged over.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import TYPICAL, readings, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB406", "throughput-itl-mismatch", "warning", on="case")

_APART = 0.75
_NEVER = 0.1


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each static batch whose decode rate is too low for its latency."""
    for index, point in enumerate(case.points):
        scenario, results = point.scenario, point.results
        steps = readings(results, ("itl_ms", "tpot_ms"), TYPICAL)
        if scenario.kind != "static-batch" or not scenario.batch or results.decode_tok_s is None or not steps:
            continue
        slowest = steps[-1]
        decode = results.decode_tok_s.value
        expected = scenario.batch * 1000 / slowest.value
        whole_run = _over_the_whole_run(point, slowest.value)
        lowest = _APART * (expected if whole_run is None else min(expected, whole_run))
        if decode < (lowest if whole_run is not None else _NEVER * expected):
            yield Problem(
                f"/points/{index}/results/decode_tok_s",
                f"{show(decode)} tok/s, but a static batch of {scenario.batch} at {slowest.name} {show(slowest.value)}"
                f" makes {show(expected)} tok/s",
                "check both figures against the source; say in the remark what the rate is averaged over",
                {"decode_tok_s": decode, "expected_tok_s": expected, "latency_ms": slowest.value},
            )


def _over_the_whole_run(point: OperatingPoint, step_ms: float) -> float | None:
    """Return the decode rate with the time of the prompt counted in, or None when that time is unknown."""
    scenario, results = point.scenario, point.results
    batch, output = scenario.batch or 0, scenario.output_tokens
    if output is None:
        return None
    waits = [reading.value for reading in readings(results, ("ttft_ms",))]
    if results.prefill_tok_s is not None and scenario.input_tokens is not None:
        waits.append(1000 * batch * scenario.input_tokens / results.prefill_tok_s.value)
    whole = [wait + output * step_ms for wait in waits]
    whole += [reading.value for reading in readings(results, ("e2e_ms",))]
    return 1000 * batch * output / max(whole) if whole else None
