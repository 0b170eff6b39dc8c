"""The first token comes sooner than the prompt can be read at the stated prefill rate.

## What it does
`prefill_tok_s` is the rate of all cards together, so one prompt takes at least
`input_tokens / prefill_tok_s`. The rule warns when the typical time to first token (the smaller of
mean and median) is below 0.85 of that. Silent where the prefill rate may be an average over a run that
did other things too: outside static batches the rule wants to see a decode rate whose ratio to the
prefill rate is *not* that of output to input tokens, as it would be if both were tokens over wall time.

## Why
A TTFT that the prefill rate cannot explain means a cached prefix, another prompt length, or two runs in one row.

## Example
```yaml
scenario:
  kind: static-batch
  input_tokens: 4096
  batch: 1
results:
  prefill_tok_s: 26385
  ttft_ms:
    p50: 28
```
Use instead:
```yaml
scenario:
  kind: static-batch
  input_tokens: 4096
  batch: 1
results:
  prefill_tok_s: 26385
  ttft_ms:
    p50: 155
```

## Mend
Check the prompt length and both figures; if a prefix cache answered part of the prompt, say so in the remark.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import TYPICAL, readings, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB407", "ttft-below-prefill-time", "warning", on="case")

_MARGIN = 0.85
_ALIKE = 0.15


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each point whose first token comes too soon."""
    for index, point in enumerate(case.points):
        results, prompt = point.results, point.scenario.input_tokens
        first = readings(results, ("ttft_ms",), TYPICAL)
        if results.prefill_tok_s is None or prompt is None or not first or not is_a_rate_of_prefill(point):
            continue
        rate = results.prefill_tok_s.value
        least = 1000 * prompt / rate
        if first[0].value < _MARGIN * least:
            yield Problem(
                f"/points/{index}/results/{first[0].field}",
                f"{first[0].name} is {show(first[0].value)} ms, but {prompt} tokens at {show(rate)} tok/s"
                f" take {show(least)} ms",
                "check prompt length, TTFT and prefill rate; name a prefix cache in the remark",
                {"ttft_ms": first[0].value, "prefill_time_ms": least, "prefill_tok_s": rate, "input_tokens": prompt},
            )


def is_a_rate_of_prefill(point: OperatingPoint) -> bool:
    """Tell whether the prefill rate is surely that of prefill alone, not input tokens over wall time."""
    scenario, results = point.scenario, point.results
    if scenario.kind == "static-batch":
        return True
    if results.decode_tok_s is None or results.prefill_tok_s is None:
        return False
    if scenario.input_tokens is None or scenario.output_tokens is None:
        return False
    over_wall_time = results.decode_tok_s.value * scenario.input_tokens / scenario.output_tokens
    return results.prefill_tok_s.value > over_wall_time * (1 + _ALIKE)
