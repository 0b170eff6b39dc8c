"""A range runs from high to low.

## What it does
Compares `low` with `high` of each value of a claim, and of the speeds per user under which it holds.

## Why
A reversed range is an empty one; whoever filters by it finds nothing.

## Example
```yaml
values:
  - low: 2.95
    high: 2.71
```
Use instead:
```yaml
values:
  - low: 2.71
    high: 2.95
```

## Mend
Swap the two, after a look at the source.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Claim

RULE = Rule("KB420", "range-reversed", "error", on="claim")


def check(claim: Claim, context: Context) -> Iterator[Problem]:
    """Yield each range whose low end is above its high end."""
    ranges: list[tuple[str, float | None, float | None]] = []
    spans = [("/conditions", claim.conditions.per_user_tok_s)]
    for index, value in enumerate(claim.values):
        ends = (value.low.value if value.low else None, value.high.value if value.high else None)
        ranges.append((f"/values/{index}", *ends))
        spans.append((f"/values/{index}/conditions", value.conditions.per_user_tok_s))
    ranges += [(f"{at}/per_user_tok_s", span.low, span.high) for at, span in spans if span is not None]
    for pointer, low, high in ranges:
        if low is not None and high is not None and low > high:
            yield Problem(
                f"{pointer}/low",
                f"the range runs from {show(low)} down to {show(high)}",
                "swap the two, after a look at the source",
                {"low": low, "high": high},
            )
