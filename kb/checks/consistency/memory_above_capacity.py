"""More memory is in use on a card than it has.

## What it does
Compares `memory_per_card_gb`, `weights_per_card_gb`, `kv_cache_per_card_gb` of each point, and the parts of
`memory_use`, with the capacity of the card: the largest card where there are several pools, and the
highest value where sources differ. 10 % are left, since drivers and tools count in GiB. A `total_gb` is
left alone: it may be what the source says the card has.

## Why
What does not exist cannot be in use: the figure is of another card, of a whole server, or in MiB.

## Example
```yaml
pools:
  - hardware: h100-sxm5-80gb
    count: 8
results:
  memory_per_card_gb: 141
```
Use instead:
```yaml
pools:
  - hardware: h200-sxm-141gb
    count: 8
results:
  memory_per_card_gb: 141
```

## Mend
Check SKU and figure; divide the memory of a server by its cards only if the source does so.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.evidence import Fact

RULE = Rule("KB422", "memory-above-capacity", "error", on="case")

_BINARY = 1.1
_IN_USE = ("memory_per_card_gb", "weights_per_card_gb", "kv_cache_per_card_gb")


def largest_capacity(case: Case, context: Context) -> float | None:
    """Return the capacity of the largest card in decimal gigabytes, or None when one is unknown."""
    known = [context.hardware(pool) for pool in case.stack.pools]
    rooms = [max(card.memory.capacity_gb.values) for card in known if card and card.memory.capacity_gb]
    return max(rooms) if len(rooms) == len(known) else None


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each amount of memory that no card of the case has."""
    capacity = largest_capacity(case, context)
    if capacity is None:
        return
    for pointer, fact in _amounts(case):
        if fact.value > capacity * _BINARY:
            yield Problem(
                pointer,
                f"{show(fact.value)} GB in use on one card, which has {show(capacity)} GB",
                "check SKU and figure; it may be of a whole server, or in MiB",
                {"in_use_gb": fact.value, "capacity_gb": capacity},
            )


def _amounts(case: Case) -> Iterator[tuple[str, Fact]]:
    groups: list[tuple[str, object, tuple[str, ...]]] = [
        (
            f"/points/{index}/results",
            point.results,
            ("memory_per_card_gb", "weights_per_card_gb", "kv_cache_per_card_gb"),
        )
        for index, point in enumerate(case.points)
    ]
    groups.append(("/memory_use", case.memory_use, ("weights_gb", "kv_cache_gb", "graphs_gb", "free_gb")))
    for at, group, names in groups:
        for name in names:
            fact: Fact | None = getattr(group, name, None)
            if fact is not None:
                yield f"{at}/{name}", fact
