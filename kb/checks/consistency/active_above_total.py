"""A model has more active parameters than parameters, or more experts at work than experts.

## What it does
Compares `parameters.active` with `parameters.total` (a hundredth is left for counting embeddings
differently) and `moe.top_k` with `moe.experts`; in a mixture of experts that uses a
quarter of its experts or fewer, active must also be clearly below total.

## Why
Swapped or copied figures here make a sparse model look dense, and every bound on its speed wrong.

## Example
```yaml
parameters:
  total: 37552297472
  active: 671026419200
```
Use instead:
```yaml
parameters:
  total: 671026419200
  active: 37552297472
```

## Mend
Take both from the configuration of the checkpoint.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Model

RULE = Rule("KB417", "active-above-total", "error", on="model")

_COUNTING = 1.01
_SPARSE = 0.25


def check(model: Model, context: Context) -> Iterator[Problem]:
    """Yield what of a model is more active than there is."""
    total, active, moe = model.parameters.total, model.parameters.active, model.moe
    if total is not None and active is not None:
        sparse = moe is not None and moe.top_k.value <= _SPARSE * moe.experts.value
        if active.value > total.value * _COUNTING or (sparse and active.value >= total.value):
            yield Problem(
                "/parameters/active",
                f"{show(active.value / 1e9)} billion parameters are active, of {show(total.value / 1e9)} billion",
                "take both from the configuration of the checkpoint",
                {"active": active.value, "total": total.value},
            )
    if moe is not None and moe.top_k.value > moe.experts.value:
        yield Problem(
            "/moe/top_k",
            f"top_k is {moe.top_k.value}, but there are {moe.experts.value} experts",
            "take both from the configuration of the checkpoint",
            {"top_k": moe.top_k.value, "experts": moe.experts.value},
        )
