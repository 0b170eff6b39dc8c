"""The stated memory per card, over all cards, is less than the weights.

## What it does

The memory that a result states per card, times the cards, is held against one copy of the weights in the stated
format. The figure is granted binary gigabytes and 5 %.

## Why

What runs lies in memory. A figure below the weights belongs to another weight format, or to no run at all.

## Example

```yaml
stack:
  model: deepseek-r1          # 671 billion parameters
  quantization: bf16          # 1,342 GB
  pools:
    - hardware: ascend-910b
      count: 16
points:
  - results:
      memory_per_card_gb: 58  # 928 GB in all
```

Use instead:

```yaml
stack:
  model: deepseek-r1
  quantization: int8          # 671 GB
points:
  - results:
      memory_per_card_gb: 58
```

## Mend

Read the figure from the device while the model is loaded, or correct the weight format.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.estimate import BINARY, Deployment, NotCheckable, weigh
from kb.records import Case
from kb.records.evidence import Fact

RULE = Rule("KB502", "claimed-memory-below-weights", "error", on="case")
ROUNDING = 1.05


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per figure that is too small."""
    deployment = context.deployment(case)
    # With several pools nobody says whose cards a figure is about.
    if deployment is None or len(deployment.pools) != 1 or deployment.may_offload:
        return
    try:
        weights_gb = weigh(deployment.model, deployment.weights).total / 1e9
    except NotCheckable:
        return
    for pointer, fact in _claims(case):
        claimed = float(max(fact.values)) * deployment.pools[0].count
        if claimed * BINARY * ROUNDING < weights_gb:
            yield _problem(pointer, fact, claimed, weights_gb, deployment)


def _claims(case: Case) -> Iterator[tuple[str, Fact]]:
    for index, point in enumerate(case.points):
        for field in ("memory_per_card_gb", "weights_per_card_gb"):
            fact = getattr(point.results, field)
            if fact is not None:
                yield f"/points/{index}/results/{field}", fact
    if case.memory_use is not None and case.memory_use.weights_gb is not None:
        yield "/memory_use/weights_gb", case.memory_use.weights_gb


def _problem(pointer: str, fact: Fact, claimed: float, weights_gb: float, deployment: Deployment) -> Problem:
    count = deployment.pools[0].count
    return Problem(
        pointer,
        f"{fact.value:g} GB per card are {claimed:,.0f} GB over {count} cards; the weights of {deployment.model.id} in "
        f"{deployment.weights.id} are {weights_gb:,.0f} GB",
        "read the figure from the device, or state the weight format that ran",
        {
            "claimed_per_card_gb": fact.value,
            "cards": count,
            "claimed_gb": round(claimed, 3),
            "weights_gb": round(weights_gb, 3),
        },
    )
