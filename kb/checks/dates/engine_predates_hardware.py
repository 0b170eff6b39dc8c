"""The engine is older than the card that it is said to run on.

## What it does
Takes the release date of the engine's version and of each card. An engine may be 180 days older than a card, since
makers hand out samples early. It may be older still when the same vendor had a card of the same architecture by then.
The rule says nothing where a date or the architecture is unknown, or where the engine was built from a commit.

## Why
Kernels are written for an architecture; an engine from before it has none for it.

## Example
```yaml
stack:
  engine:
    id: vllm
    version: "0.4.3"             # June 2024
  pools:
    - hardware: mi355x           # June 2025
      count: 8
```
Use instead:
```yaml
stack:
  engine:
    id: vllm
    version: "0.10.0"
  pools:
    - hardware: mi355x
      count: 8
```

## Mend
Write the version, or the fork, that ran. If the source itself gives the impossible version, keep it, and let a reviewer
acknowledge the finding.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.dates.late import HARDWARE_LEAD, any_by, dates_of_architecture, engine_day, text_of
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.scalars import first_day

RULE = Rule("KB452", "engine-predates-hardware", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each pool whose cards' architecture came after the engine."""
    built = engine_day(case, context)
    use = case.stack.engine
    if built is None or use is None:
        return
    latest = built.day + HARDWARE_LEAD
    for pool in case.stack.pools:
        card = context.hardware(pool)
        if card is None or card.released is None or card.architecture is None or first_day(card.released) <= latest:
            continue
        if any_by(latest, dates_of_architecture(card, context)):
            continue
        yield Problem(
            "/stack/engine/version",
            f"{use.id} {use.version} ({text_of(built)}) is older than {card.id} (released {card.released}), "
            f"and {card.vendor} had no earlier card of the architecture {card.architecture}",
            "write the version or fork that ran, and its commit if it was built from source",
            {
                "engine": use.id,
                "version": use.version,
                "engine_date": built.day.isoformat(),
                "hardware": card.id,
                "hardware_released": card.released,
            },
        )
