"""A piece of evidence stands behind no number.

## What it does
Reports evidence that no number, dispute, release or default of its record names.

## Why
Evidence that nothing refers to makes a record look better founded than it is, or shows that a number lost its source.

## Example
```yaml
memory:
  capacity_gb: {value: 80, evidence: [ev-sheet]}
evidence:
  - id: ev-sheet
    source: nvidia-h100-datasheet
  - id: ev-blog
    source: some-blog
```
Use instead:
```yaml
memory:
  capacity_gb: {value: 80, evidence: [ev-sheet, ev-blog]}
```

## Mend
Name it where it says something, or delete it. A source that is worth reading but gives no figure belongs into `note`.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import evidence_ids_named
from kb.records import Case, Record

RULE = Rule("KB305", "evidence-unused", "warning", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence that nothing names."""
    if not record.evidence:
        return
    named: set[str | None] = {*evidence_ids_named(record)[0], record.default_evidence}
    if isinstance(record, Case):
        named.update(point.default_evidence for point in record.points)
    for index, evidence in enumerate(record.evidence):
        if evidence.id not in named:
            yield Problem(
                f"/evidence/{index}",
                f"no number of this record names {evidence.id}",
                "name it where it says something, or delete it",
                {"evidence": evidence.id},
            )
