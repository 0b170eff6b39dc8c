"""The context of the stated concurrency does not fit beside the weights.

## What it does

What the cards hold beyond one copy of the weights is divided by the context of one sequence at its mean length (input
and half of the output). The cards are granted the highest capacity of any source in binary gigabytes, no workspace,
and 8 bits per value of context unless the case states a format.

## Why

An engine then queues requests, and fewer are in flight than the concurrency says. Figures that are read as "at
concurrency 512" belong to a smaller one.

## Example

```yaml
stack:
  model: llama-3.3-70b-instruct
  quantization: bf16
  pools:
    - hardware: a100-sxm4-80gb
      count: 2
points:
  - scenario:
      input_tokens: 8192
      output_tokens: 1024
      concurrency: 256      # there is room for about 20
```

Use instead:

```yaml
points:
  - scenario:
      input_tokens: 8192
      output_tokens: 1024
      concurrency: 16
```

## Mend

State the requests that were running, not those that were offered; add the format of the context where it is narrower.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.figures import judged_points, shown
from kb.checks.rule import Rule
from kb.estimate import NotCheckable, granted_room
from kb.records import Case

RULE = Rule("KB503", "kv-does-not-fit-at-concurrency", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per point that asks for more sequences than there is room for."""
    for pointer, point, judgement, deployment in judged_points(case, context):
        load = context.load(point)
        pools = deployment.decode_pools
        wanted = load.most_in_flight
        if wanted is None or len(pools) != 1 or deployment.may_offload or judgement.shortfall is not None:
            continue
        try:
            room = granted_room(deployment, pools[0], load)
        except NotCheckable:
            continue
        if room is None or wanted <= room.sequences:
            continue
        field = "batch" if wanted == point.scenario.batch else "concurrency"
        yield Problem(
            f"{pointer}/scenario/{field}",
            f"{wanted:,} sequences of {load.mean_context:,.0f} tokens do not fit beside the weights of "
            f"{deployment.model.id}: {pools[0].count} x {pools[0].hardware.id} have room for "
            f"{room.sequences:,.0f} at most. The sum: {shown(room.terms)}",
            "state how many requests were running at a time, or the format of the context if it is narrower",
            {
                "sequences": wanted,
                "context_tokens": load.mean_context,
                "room_for": round(room.sequences, 1),
                "cards": pools[0].count,
            },
        )
