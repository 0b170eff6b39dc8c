"""A number has no evidence, or names evidence that the record does not define.

## What it does
Reports numbers without evidence (once a record, with how many there are), and evidence ids that are named but not
defined (once for each id).

## Why
A number without a source is a rumour. Every number says where it comes from, be it only that it is an estimate.

## Example
```yaml
memory:
  capacity_gb: {value: 80, evidence: [ev-shet]}
evidence:
  - id: ev-sheet
    source: nvidia-h100-datasheet
```
Use instead:
```yaml
memory:
  capacity_gb: {value: 80, evidence: [ev-sheet]}
evidence:
  - id: ev-sheet
    source: nvidia-h100-datasheet
```

## Mend
Name the evidence with the number, or once for all numbers as `default_evidence` of the record or of the operating
point; define it under `evidence` with its source and a locator.
"""

import difflib
from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import evidence_ids_named, evidence_named, facts_of
from kb.records import Case, Record

RULE = Rule("KB306", "evidence-missing", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for the numbers without evidence, and for each id that is not defined."""
    named, some_bare = evidence_ids_named(record)
    if some_bare:
        yield _bare(record)
    defined = {evidence.id for evidence in record.evidence}
    named.update(name for _, name in _defaults(record))
    if not named <= defined:
        yield from _undefined(record, defined)


def _defaults(record: Record) -> Iterator[tuple[str, str]]:
    """Yield where ``record`` names default evidence, and which."""
    if record.default_evidence is not None:
        yield "/default_evidence", record.default_evidence
    for index, point in enumerate(record.points if isinstance(record, Case) else ()):
        if point.default_evidence is not None:
            yield f"/points/{index}/default_evidence", point.default_evidence


def _bare(record: Record) -> Problem:
    bare = [pointer for pointer, fact in facts_of(record) if not fact.evidence]
    others = f" (and {len(bare) - 1} more)" if len(bare) > 1 else ""
    return Problem(
        bare[0],
        f"{bare[0].rpartition('/')[2]} has no evidence{others}",
        "name it with the number, or once as default_evidence of the record or the point",
        {"count": len(bare), "pointers": bare[:20]},
    )


def _undefined(record: Record, defined: set[str]) -> Iterator[Problem]:
    places: dict[str, list[str]] = {}
    for pointer, name in (*_defaults(record), *evidence_named(record)):
        if name not in defined:
            places.setdefault(name, []).append(pointer)
    for name, pointers in places.items():
        near = difflib.get_close_matches(name, sorted(defined), 3)
        yield Problem(
            pointers[0],
            f"the record defines no evidence {name!r}",
            f"did you mean {', '.join(near)}?" if near else "define it under evidence, with its source and a locator",
            {"evidence": name, "pointers": pointers[:20], "near": near},
        )
