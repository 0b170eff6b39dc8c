"""The decode throughput uses a very small part of what the cards could do.

## What it does

Decode throughput is held against the hard ceiling (see `decode-above-ceiling`) at the stated concurrency. Below 2 % of
it, the point is noted. Models so small that on-chip memory may hold a good part of them are left out, and so are
points that do not say how many requests were in flight.

## Why

It is no fault: a small batch on many cards, young software or a long queue all lead there. But a factor of fifty also
comes from a rate per card or per user written down as a total.

## Example

```yaml
stack:
  model: deepseek-v4-pro
  quantization: bf16
  pools:
    - hardware: ascend-910c
      count: 384
points:
  - results:
      decode_tok_s: 2400    # 6 tok/s for each of 384 cards
```

Use instead:

```yaml
points:
  - results:
      decode_tok_s: 153600
      per_user_tok_s: 37.5
```

## Mend

Check whether the figure is a total over all sequences and cards. If it is, nothing is to be done.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.decode_above_ceiling import bounds, proof
from kb.checks.physics.figures import judged_points
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB507", "far-below-ceiling", "info", on="case")
FAR = 0.02


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per point that is far below its ceiling."""
    for pointer, point, judgement, _ in judged_points(case, context):
        decode, ceiling = point.results.decode_tok_s, judgement.ceiling
        if decode is None or ceiling is None or ceiling.floor is None or judgement.shortfall is not None:
            continue
        floor = ceiling.floor
        if decode.value >= FAR * ceiling.tok_s or floor.cached_bytes > floor.weight_bytes / 4:
            continue
        yield Problem(
            f"{pointer}/results/decode_tok_s",
            f"{decode.value:,} tok/s is {decode.value / ceiling.tok_s:.1%} of the hard ceiling of "
            f"{ceiling.tok_s:,.0f} tok/s with {floor.sequences:,.0f} sequences in flight{proof(ceiling)}",
            "check that it is a total over all sequences and cards, not a rate per card or per user",
            {"decode_tok_s": decode.value, **bounds(ceiling)},
        )
