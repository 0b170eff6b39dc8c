"""A disputed value is the same as the value.

## What it does
Walks through all numbers of a record and reports those whose `disputed` repeats the value that the record takes,
and those that list the same disputed value twice.

## Why
A dispute shows a reader that sources differ. One that does not differ hides which of them agree.

## Example
```yaml
bandwidth_gb_s:
  value: 3350
  disputed:
    - value: 3350
      evidence: [ev-datasheet]
      why: the data sheet
```
Use instead:
```yaml
bandwidth_gb_s:
  value: 3350
  evidence:
    - ev-datasheet
```

## Mend
Name that source among the `evidence` of the value.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence.facts import facts_of
from kb.records import Record

RULE = Rule("KB418", "dispute-equals-value", "warning", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield each dispute about nothing."""
    for pointer, fact in facts_of(record):
        seen = [fact.value]
        for index, dispute in enumerate(fact.disputed):
            if dispute.value in seen:
                what = "the value itself" if dispute.value == fact.value else "another dispute"
                yield Problem(
                    f"{pointer}/disputed/{index}/value",
                    f"the disputed value {show(dispute.value)} is the same as {what}",
                    "name its source among the evidence of the value it agrees with",
                    {"value": fact.value, "disputed": dispute.value},
                )
            seen.append(dispute.value)
