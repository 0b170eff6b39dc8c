"""The driver or platform is older than the card.

## What it does
Reads the platform and its version from `driver` ("CUDA 12.5"), and looks the date up where the knowledge base has an
engine record of that name with releases. It may be 180 days older than the card, and older still when the vendor had a
card of the same architecture by then. Where the platform has no such record, the rule says nothing.

## Why
A card needs a platform that knows its architecture; a version from before it cannot drive it.

## Example
```yaml
stack:
  driver: CUDA 11.8              # 2022
  pools:
    - hardware: b200-sxm-180gb   # 2024
      count: 8
```
Use instead:
```yaml
stack:
  driver: CUDA 12.8
  pools:
    - hardware: b200-sxm-180gb
      count: 8
```

## Mend
Write the version that was installed; leave it out where the source does not give it.
"""

import re
from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.dates.late import HARDWARE_LEAD, UNLISTED, any_by, dates_of_architecture
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.checks.versions import latest_day
from kb.records import Case
from kb.records.scalars import first_day

RULE = Rule("KB453", "driver-predates-hardware", "warning", on="case")

_PLATFORM = re.compile(r"([A-Za-z][A-Za-z /-]*?)[ -]v?([0-9]+(\.[0-9]+)+)")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each pool whose cards' architecture came after the platform."""
    found = _PLATFORM.fullmatch(case.stack.driver or "")
    if not found:
        return
    name, version = found[1], found[2]
    named = context.corpus.names.find(name, "engine")
    dated = latest_day(context.corpus.engines[named[0].id], version) if len(named) == 1 else None
    if dated is None:
        return
    latest = dated.day + HARDWARE_LEAD + (UNLISTED if not dated.exact else UNLISTED * 0)
    for pool in case.stack.pools:
        card = context.hardware(pool)
        if card is None or card.released is None or card.architecture is None or first_day(card.released) <= latest:
            continue
        if any_by(latest, dates_of_architecture(card, context)):
            continue
        yield Problem(
            "/stack/driver",
            f"{name} {version} (not later than {dated.day}) is older than {card.id} (released {card.released})",
            "write the version that was installed, or leave it out",
            {
                "driver": case.stack.driver,
                "driver_date": dated.day.isoformat(),
                "hardware": card.id,
                "hardware_released": card.released,
            },
        )
