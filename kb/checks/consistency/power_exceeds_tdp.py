"""A card draws more power than it is built for.

## What it does
Compares `power_per_card_w` with the thermal design power of the card; where sources differ about that
(`disputed`), with the highest of them, and where a case has several pools, with the hungriest card.
5 % are left for the meter. Silent when any of the cards has no known limit.

## Why
Cards throttle at their limit. A higher average is another card, another bin, or a number made up.

## Example
```yaml
pools:
  - hardware: iluvatar-bi-v100   # 250 W
    count: 16
results:
  power_per_card_w: 290
```
Use instead:
```yaml
pools:
  - hardware: iluvatar-bi-v100
    count: 16
results:
  power_per_card_w: 235
```

## Mend
Check the figure and the SKU; if the server's share is counted in, leave the figure out and say so in the remark.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB408", "power-exceeds-tdp", "warning", on="case")

_MARGIN = 1.05


def highest_power(case: Case, context: Context) -> tuple[str, float] | None:
    """Return the card with the highest limit and that limit, or None when one of the limits is unknown."""
    limits = []
    for pool in case.stack.pools:
        hardware = context.hardware(pool)
        if hardware is None or hardware.tdp_w is None or max(hardware.tdp_w.values) <= 0:
            return None
        limits.append((max(hardware.tdp_w.values), hardware.id))
    limit, card = max(limits)
    return card, limit


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each point that draws too much."""
    highest = highest_power(case, context)
    if highest is None:
        return
    card, limit = highest
    for index, point in enumerate(case.points):
        power = point.results.power_per_card_w
        if power is not None and power.value > limit * _MARGIN:
            yield Problem(
                f"/points/{index}/results/power_per_card_w",
                f"{show(power.value)} W per card, but {card} is built for {show(limit)} W at most",
                "check the figure and the SKU; power of a whole server does not belong here",
                {"power_per_card_w": power.value, "tdp_w": limit, "hardware": card},
            )
