"""The weights alone are larger than the memory of the cards that hold them.

## What it does

Parameters by group of tensors, times the bits that the stated quantization stores each in, give the bytes of one
copy of the weights. They are held against the memory of each pool. The pool is granted the highest capacity that any
source gives for its card, read as binary gigabytes (a card sold as 80 GB may hold 80 x 2^30 bytes). Context, workspace
and further replicas are left out. Not judged are runs that may keep weights in host memory (a command that says so, a
GGUF file, an engine that spills by itself), and models whose parts do not add up to their stated size.

## Why

No software runs a model that is not there. Usually another weight format was run than the one written down.

## Example

```yaml
stack:
  model: deepseek-r1        # 671 billion parameters
  quantization: bf16        # 1,342 GB
  pools:
    - hardware: ascend-910b # 64 GB
      count: 16             # 1,024 GB
```

Use instead:

```yaml
stack:
  model: deepseek-r1
  quantization: int8        # 671 GB
  pools:
    - hardware: ascend-910b
      count: 16
```

## Mend

Ask the source for the weight format and the number of cards. Where the claim stands as published, keep it and let a
reviewer acknowledge the finding; do not repair it silently.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.estimate import NotCheckable, shortfalls, weigh
from kb.records import Case

RULE = Rule("KB501", "memory-does-not-fit", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per pool that cannot hold the weights."""
    deployment = context.deployment(case)
    if deployment is None:
        return
    try:
        found = shortfalls(deployment)
    except NotCheckable:
        return
    for shortfall in found:
        index = deployment.pools.index(shortfall.pool)
        pool = shortfall.pool
        billions = weigh(deployment.model, deployment.weights).parameters.total / 1e9
        bits = shortfall.weights_gb * 8 / billions
        yield Problem(
            f"/stack/pools/{index}",
            f"{deployment.model.id} in {deployment.weights.id} weighs {shortfall.weights_gb:,.0f} GB "
            f"({billions:,.2f} billion parameters x {bits:.4g} bits / 8); {pool.count} x {pool.hardware.id} hold "
            f"{shortfall.marketed_gb:,.0f} GB, at the very most {shortfall.granted_gb:,.0f} GB",
            "state the weight format and the number of cards that really ran; a claim is kept as published",
            {
                "weights_gb": round(shortfall.weights_gb, 3),
                "parameters_billion": round(billions, 4),
                "bits_per_weight": round(bits, 4),
                "cards": pool.count,
                "capacity_gb": round(shortfall.marketed_gb, 3),
                "granted_capacity_gb": round(shortfall.granted_gb, 3),
            },
        )
