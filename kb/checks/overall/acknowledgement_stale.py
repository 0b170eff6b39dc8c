"""An acknowledged finding no longer appears.

## What it does
Reports each entry under `acknowledged` that matches no finding of its record, be it that the fault is mended, that the
place has moved, or that no check has that code or name.

## Why
An allowance that outlives its reason would one day hide a new fault of the same sort.

## Example
```yaml
acknowledged:
  - code: KB301
    reason: The submitter claims more than the page shows.
evidence:
  - id: ev-a
    source: lab-report-17
    locator: table 2
```
Use instead:
```yaml
evidence:
  - id: ev-a
    source: lab-report-17
    locator: table 2
```

## Mend
Delete the entry; or correct its code or pointer, if the finding that it speaks of is still there.
"""

from collections.abc import Iterable, Iterator

from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Record

RULE = Rule("KB601", "acknowledgement-stale", "warning", on="record")


def check(record: Record, unused: Iterable[int]) -> Iterator[Problem]:
    """Yield a problem for each acknowledgement that matched no finding; ``unused`` holds their positions."""
    for index in unused:
        acknowledgement = record.acknowledged[index]
        where = f" at {acknowledgement.pointer}" if acknowledgement.pointer else ""
        yield Problem(
            f"/acknowledged/{index}",
            f"{acknowledgement.code} does not fire{where}",
            "delete the entry, or correct its code or pointer",
            {"code": acknowledgement.code, "pointer": acknowledgement.pointer or ""},
        )
