"""The decode throughput is above what any software could reach on these cards.

## What it does

A step reads the weights that it needs and the context of every sequence; it computes two operations per parameter and
token. Over the nominal bandwidth and the dense peak of all cards that decode this gives the least time per step, and
with the sequences in flight the highest throughput. All that is unknown is resolved for the claim: the best batching
up to the stated concurrency, perfect overlap, no communication, the highest disputed bandwidth, 8-bit context unless
stated, routing that touches only 0.6 of the experts expected, every drafted token accepted. A claim is called
impossible only 15 % beyond this ceiling.

The finding prints a second bound as well, which reads the experts of a single token and no context. No measurement is
known that beat it. What lies between the two has room for doubt.

## Why

Bandwidth is bought, not programmed. A figure beyond it counts something else: input tokens, several machines, another
weight format.

## Example

```yaml
stack:
  model: llama-3.3-70b-instruct
  quantization: bf16
  pools:
    - hardware: h100-sxm5-80gb
      count: 4
points:
  - scenario:
      input_tokens: 1024
      output_tokens: 256
      concurrency: 4
    results:
      decode_tok_s: 900     # 141 GB per step at 13.4 TB/s allow about 380
```

Use instead:

```yaml
    results:
      decode_tok_s: 190
```

## Mend

Check the unit, the number of cards and replicas, whether input tokens were counted, and whether speculative decoding
was on; name it under `speculation` if it was.
"""

import math
from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.figures import judged_points, shown
from kb.checks.rule import Rule
from kb.estimate import MARGIN, Ceiling
from kb.records import Case

RULE = Rule("KB504", "decode-above-ceiling", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per point whose decode throughput no software could reach."""
    for pointer, point, judgement, _ in judged_points(case, context):
        decode, ceiling = point.results.decode_tok_s, judgement.ceiling
        if decode is not None and ceiling is not None and decode.value > MARGIN * ceiling.tok_s:
            yield Problem(
                f"{pointer}/results/decode_tok_s",
                f"{decode.value:,} tok/s is {decode.value / ceiling.tok_s:.2f} times the hard ceiling of "
                f"{ceiling.tok_s:,.0f} tok/s, set by {ceiling.bound_by}{doubt(decode.value, ceiling)}{proof(ceiling)}",
                "check unit, cards, replicas and weight format; name speculative decoding if it was on",
                {"decode_tok_s": decode.value, **bounds(ceiling)},
            )


def doubt(value: float, ceiling: Ceiling) -> str:
    """Say how a figure stands to the bound that no measurement is known to have beaten."""
    if math.isinf(ceiling.absolute_tok_s):
        return ""
    side = "above" if value > ceiling.absolute_tok_s else "below"
    return f"; it is {side} {ceiling.absolute_tok_s:,.0f} tok/s, the bound with one token's experts and no context read"


def bounds(ceiling: Ceiling) -> dict[str, float | str]:
    """Return both bounds as data."""
    data: dict[str, float | str] = {"ceiling_tok_s": round(ceiling.tok_s, 2), "bound_by": ceiling.bound_by}
    if not math.isinf(ceiling.absolute_tok_s):
        data["absolute_tok_s"] = round(ceiling.absolute_tok_s, 2)
    if ceiling.floor is not None:
        data["sequences"] = ceiling.floor.sequences
        data["step_ms"] = round(ceiling.floor.seconds * 1e3, 4)
    return data


def proof(ceiling: Ceiling) -> str:
    """Return the sum that the ceiling is, as text."""
    return "" if ceiling.floor is None else f". The sum: {shown(ceiling.floor.terms)}"
