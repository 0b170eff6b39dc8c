"""The parallel ranks do not make up the cards, or the command says other ranks.

## What it does
`tp` times `pp` is one instance of the model; `count` must be a multiple of it, or, where `dp` says how many
instances there are, exactly that many. `dp` inside `tp` (data-parallel attention; of one instance or of all),
`ep` or `sp` as a factor of its own, and cards that show as several devices are all allowed for: the rule warns
when none of these readings fits. It also warns when the command gives a tensor or pipeline size that no pool has.
More ranks than devices is `card-count-mismatch`.

## Why
Idle cards, or ranks that are not there, make throughput per card meaningless.

## Example
```yaml
count: 12
parallelism:
  tp: 8
  pp: 1
```
Use instead:
```yaml
count: 16
parallelism:
  tp: 8
  pp: 2
```

## Mend
Give `count` and `parallelism` as the launch command has them; leave out what the source does not say.
"""

import re
from collections.abc import Iterator

from kb.checks.consistency.devices import most_devices
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case, Pool

RULE = Rule("KB402", "parallel-product-mismatch", "warning", on="case")

_OPTIONS = {
    "tp": re.compile(r"(?<!\S)(?:--tensor[-_]parallel[-_]size|--tp(?:[-_]size)?|-tp)(?:\s+|=)(\d{1,5})(?!\S)"),
    "pp": re.compile(r"(?<!\S)(?:--pipeline[-_]parallel[-_]size|--pp(?:[-_]size)?|-pp)(?:\s+|=)(\d{1,5})(?!\S)"),
}


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each pool whose ranks do not fit, and each option of the command that no pool has."""
    for index, pool in enumerate(case.stack.pools):
        spread = pool.parallelism
        tp, pp, dp = spread.tp or 1, spread.pp or 1, spread.dp or 1
        if (spread.tp is None and spread.pp is None) or _fits(pool):
            continue
        parts = " x ".join(f"{name} {value}" for name, value in _given(pool))
        yield Problem(
            f"/stack/pools/{index}/parallelism",
            f"{parts} does not make up {pool.count} cards",
            "give count as cards in all, and the ranks as the launch command has them",
            {"tp": tp, "pp": pp, "dp": dp, "count": pool.count},
        )
    yield from _command(case)


def _given(pool: Pool) -> Iterator[tuple[str, int]]:
    for name in ("tp", "pp", "dp"):
        value = getattr(pool.parallelism, name)
        if value is not None:
            yield name, value


def _fits(pool: Pool) -> bool:
    spread = pool.parallelism
    tp, pp, ep, dp, sp = (getattr(spread, name) or 1 for name in ("tp", "pp", "ep", "dp", "sp"))
    each = most_devices(pool.hardware)
    devices = [pool.count * times for times in range(1, each + 1) if each % times == 0]
    instance = tp * pp
    if instance > pool.count * each:
        return True  # too many ranks is another rule's finding
    exact = {instance * dp, instance * dp * sp, instance * dp * ep, ep * pp}
    if dp > 1 and tp % dp == 0:
        exact |= {instance, instance * sp}
    multiples = {instance, instance * ep, instance * sp} if dp == 1 else set()
    return any(
        n in exact or any(n % size == 0 for size in multiples) or _overlaps(n, instance, tp, dp) for n in devices
    )


def _overlaps(devices: int, instance: int, tp: int, dp: int) -> bool:
    """Tell whether ``dp`` counts the ranks of attention inside the instances, over all of them."""
    instances, rest = divmod(devices, instance)
    return rest == 0 and dp % instances == 0 and tp % (dp // instances) == 0


def _command(case: Case) -> Iterator[Problem]:
    for name, option in _OPTIONS.items():
        said = {int(number) for number in option.findall(case.stack.command or "")}
        held = {value for pool in case.stack.pools if (value := getattr(pool.parallelism, name)) is not None}
        if said and held and said.isdisjoint(held):
            yield Problem(
                "/stack/command",
                f"the command sets {name} to {_listed(said)}, parallelism says {_listed(held)}",
                "make parallelism agree with the command that ran",
                {"option": name, "command": sorted(said), "parallelism": sorted(held)},
            )


def _listed(numbers: set[int]) -> str:
    return " or ".join(str(number) for number in sorted(numbers))
