"""The architecture of a model does not make the parameters that are stated.

## What it does

The parameters of each group of tensors are taken as stated, or counted from the architecture in closed form. Their sum
is held against the stated total (within 2 %), and the parameters that one token passes through against the stated
active ones (within 10 %, with or without the embedding tables, since labs count differently). Groups that cannot be
counted keep the model from being judged.

## Why

Every estimate counts bytes by group. A model whose parts do not make the whole cannot be estimated, and no claim about
it can be checked: the fault is in the model's record, not in the claims.

## Example

```yaml
kind: model
parameters:
  total: 1600000000000
layers: 64
hidden: 8192
moe:
  layers: 64
  experts: 256
  top_k: 8
  width: 2048               # 64 x 256 x 3 x 8192 x 2048 are 825 billion
```

Use instead:

```yaml
kind: model
parameters:
  total: 1572997201763
layers: 61
hidden: 7168
moe:
  layers: 61
  experts: 384
  top_k: 6
  width: 3072
```

## Mend

Take layers, widths and experts from the configuration file that the model is published with.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.estimate import NotCheckable, ParameterCount, count_parameters
from kb.records import Model

RULE = Rule("KB510", "model-does-not-add-up", "warning", on="model")


def check(model: Model, context: Context) -> Iterator[Problem]:
    """Yield a problem for a total, and one for active parameters, that the architecture does not make."""
    try:
        count = count_parameters(model)
    except NotCheckable:
        return
    if not count.groups:
        return
    if not count.total_adds_up:
        yield _problem("/parameters/total", "total", sum(count.groups.values()), count.stated_total, count)
    elif not count.active_adds_up:
        yield _problem("/parameters/active", "active", count.active, count.stated_active, count)


def _problem(pointer: str, which: str, found: float | None, stated: float | None, count: ParameterCount) -> Problem:
    found, stated = found or 0.0, stated or 0.0
    parts = ", ".join(f"{group} {number / 1e9:,.4g}" for group, number in count.groups.items() if number)
    return Problem(
        pointer,
        f"{stated / 1e9:,.4g} billion {which} parameters are stated, the architecture makes {found / 1e9:,.4g} billion "
        f"(in billions: {parts})",
        "take layers, widths and experts from the configuration file that the model is published with",
        {
            "stated": stated,
            "counted": found,
            "groups": {group: number for group, number in count.groups.items() if number},
        },
    )
