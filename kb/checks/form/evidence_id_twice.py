"""Two pieces of evidence of one record have the same id.

## What it does
Reports the second of two entries under `evidence` with one id.

## Why
Numbers name their evidence by id. With two of that name nobody can tell which page a number comes from.

## Example
```yaml
evidence:
  - id: ev-sheet
    source: nvidia-h100-datasheet
  - id: ev-sheet
    source: nvidia-h200-datasheet
```
Use instead:
```yaml
evidence:
  - id: ev-h100-sheet
    source: nvidia-h100-datasheet
  - id: ev-h200-sheet
    source: nvidia-h200-datasheet
```

## Mend
Give one of the two another id, and name it where its numbers stand.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Record

RULE = Rule("KB125", "evidence-id-twice", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence whose id an earlier one has."""
    seen: set[str] = set()
    for index, evidence in enumerate(record.evidence):
        if evidence.id in seen:
            yield Problem(
                f"/evidence/{index}/id",
                f"the evidence id {evidence.id!r} stands twice in this record",
                "give each piece of evidence an id of its own",
                {"id": evidence.id},
            )
        seen.add(evidence.id)
