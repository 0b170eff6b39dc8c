"""A page that changes was last opened long ago.

## What it does
Reports evidence on pages that are rewritten in place (documentation, vendors' pages, encyclopedias, knowledge bases)
that was last opened more than two years before the day of the check. Without such a day it says nothing.

## Why
The page may by now say something else, or be gone; the number can then no longer be looked up.

## Example
```yaml
evidence:
  - id: ev-page
    source:
      title: H100 Tensor Core GPU
      url: https://www.nvidia.com/en-us/data-center/h100/
      kind: vendor-page
    accessed: "2022-05-01"
```
Use instead:
```yaml
evidence:
  - id: ev-page
    source:
      title: H100 Tensor Core GPU
      url: https://www.nvidia.com/en-us/data-center/h100/
      kind: vendor-page
    accessed: "2026-05-01"
```

## Mend
Open the page again. Keep a changed figure as disputed; correct `accessed` when it still says the same.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import publication_of
from kb.records import Record
from kb.records.evidence import SourceKind
from kb.records.scalars import last_day

RULE = Rule("KB603", "evidence-stale", "info", on="record")

_REWRITTEN: frozenset[SourceKind] = frozenset(("documentation", "encyclopedia", "knowledge-base", "vendor-page"))
_DAYS = 730


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence on a changing page that nobody opened for two years."""
    if context.today is None:
        return
    for index, evidence in enumerate(record.evidence):
        publication = publication_of(evidence, context.corpus) if evidence.accessed else None
        if evidence.accessed is None or publication is None or publication.kind not in _REWRITTEN:
            continue
        age = (context.today - last_day(evidence.accessed)).days
        if age > _DAYS:
            yield Problem(
                f"/evidence/{index}/accessed",
                f"{publication.title!r} was last opened on {evidence.accessed}, {age} days ago",
                "open it again; keep a changed figure as disputed",
                {"accessed": evidence.accessed, "days": age},
            )
