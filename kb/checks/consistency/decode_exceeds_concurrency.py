"""Decode rate times time per token needs more sequences in flight than the case lets in.

## What it does
Multiplies `decode_tok_s` with the quickest time per token that the point gives (any statistic of
`tpot_ms` or `itl_ms`). The product is how many sequences decode at once; it must not exceed the
larger of `concurrency` and `batch` by more than 15 %. With speculative decoding a step may give
as many tokens as are accepted (or drafted, plus one), and where the ranks leave room for several copies of the
model the stated load may be that of one copy. Silent when that number is unknown, when a
serving case states no concurrency, and from a hundredfold on, which is a matter for `unit-slip`.

## Why
A sequence that waits 38 ms for each token makes 26 tokens a second. 64 of them make 1,684; a case
that claims 5,000 at that pace has mixed two operating points, or counts something else.
Decode above batch / TPOT alone proves nothing: batch and concurrency are different things.

## Example
```yaml
scenario:
  concurrency: 64
results:
  decode_tok_s: 5000
  tpot_ms:
    p50: 38
```
Use instead:
```yaml
scenario:
  concurrency: 64
results:
  decode_tok_s: 850
  tpot_ms:
    p50: 38
```

## Mend
Record each operating point by itself, with the concurrency, the decode rate and the latencies of the same run.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import instances, readings, show, tokens_per_step
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import Scenario

RULE = Rule("KB405", "decode-exceeds-concurrency", "error", on="case")

_MARGIN = 1.15
# A median may lie well above the mean that the rate goes by, where steps get faster or slower along the output.
_MARGIN_OF_A_MEDIAN = 1.3
_A_SLIP = 100.0


def most_in_flight(case: Case, scenario: Scenario) -> int | None:
    """Return the most sequences that a scenario lets decode at once, or None when it does not say.

    Where the cards hold several copies of the model, the stated number may be that of one.
    """
    if scenario.concurrency is None and scenario.kind != "static-batch":
        return None
    given = [number for number in (scenario.concurrency, scenario.batch) if number is not None]
    return max(given) * instances(case) if given else None


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each point whose decode rate and latency imply too many sequences."""
    for index, point in enumerate(case.points):
        results = point.results
        quickest = readings(results, ("tpot_ms", "itl_ms"))
        most = most_in_flight(case, point.scenario)
        per_step = tokens_per_step(case, results)
        if results.decode_tok_s is None or not quickest or most is None or per_step is None:
            continue
        decode = results.decode_tok_s.value
        implied = decode * quickest[0].value / 1000 / per_step
        margin = _MARGIN if quickest[0].field.endswith(("mean", "min")) else _MARGIN_OF_A_MEDIAN
        if most * margin < implied <= most * _A_SLIP:
            yield Problem(
                f"/points/{index}/results/decode_tok_s",
                f"{show(decode)} tok/s at {quickest[0].name} {show(quickest[0].value)} takes {show(implied)} sequences"
                f" in flight; the scenario allows {most}",
                "give the decode rate, the latency and the concurrency of one and the same run",
                {
                    "decode_tok_s": decode,
                    "latency_ms": quickest[0].value,
                    "implied_in_flight": implied,
                    "allowed_in_flight": most,
                    "tokens_per_step": per_step,
                },
            )
