"""A case contradicts a comparable one.

## What it does
Compares points that agree in model, card and number of cards, weight format, engine and (where both say it) engine
version, concurrency or batch, kind of load, speculation, and input and output lengths within 25 %: their decode rates,
or else their times per token, or the times of whole static batches. It warns when they differ more than threefold, on
both sides. Points of one case that state no lengths are compared with each other; across cases lengths must be known.
For whole batches that is 2 %. Progress of an engine is no contradiction: versions must not differ, and where one is
unknown, nor may the days. A setting that only one of the two states, and two labels of one case, may be what makes them
differ. A point with a caveat is left alone.

## Why
Twice is tuning. Three times on the same stack and load means that one of the two states its load, its cards or
its number wrongly.

## Example
```yaml
scenario:
  concurrency: 64
  input_tokens: 1024
  output_tokens: 256
results:
  decode_tok_s: 6400   # the sibling, same stack and load, has 850
```
Use instead:
```yaml
scenario:
  concurrency: 512
  input_tokens: 1024
  output_tokens: 256
results:
  decode_tok_s: 6400
```

## Mend
Compare the two at their sources; correct the one that is wrong, or record what makes them differ.
"""

import math
from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.checks.siblings import Sibling, may_contradict, siblings_of
from kb.records import Case

RULE = Rule("KB412", "sibling-outlier", "warning", on="case")

_TIMES = 3.0


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each point that a comparable one contradicts, with the one that does so most."""
    for mine, others in siblings_of(case, context.corpus, (_TIMES, math.inf)):
        afar = [other for other in others if may_contradict(mine, other)]
        if afar:
            far = max(afar, key=lambda other: _apart(mine, other))
            times = _apart(mine, far)
            yield Problem(
                mine.pointer,
                f"{_figure(mine)}, where {far.case.id} point {far.point} has {_figure(far)} on the same stack and load"
                f" ({show(times)} times apart)",
                "compare both at their sources; correct the wrong one, or record what makes them differ",
                {
                    "metric": mine.metric,
                    "figure": mine.figure,
                    "other_figure": far.figure,
                    "other": far.case.id,
                    "other_point": far.point,
                    "times": round(times, 3),
                },
            )


def _apart(one: Sibling, other: Sibling) -> float:
    return max(one.rate / other.rate, other.rate / one.rate)


def _figure(sibling: Sibling) -> str:
    unit = "tok/s" if sibling.metric == "decode_tok_s" else "ms " + sibling.metric.removesuffix("_ms").upper()
    return f"{show(sibling.figure)} {unit}"
