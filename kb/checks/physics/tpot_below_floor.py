"""The time per output token is shorter than reading the weights takes.

## What it does

The least time of a step (see `decode-above-ceiling`) is computed at the number of sequences that the claim itself
implies: decode throughput x time per token where both are given, the batch of a static run, else a single sequence.
It is never computed at the stated concurrency, since fewer requests may have been running. Only a mean or a median is
judged. The claim is called impossible when it is more than 15 % faster.

## Why

Each token of a sequence waits for a whole step. Nothing that is read in a step can be left out.

## Example

```yaml
stack:
  model: glm-5.1
  quantization: fp8-e4m3
  pools:
    - hardware: h200-sxm-141gb
      count: 8
points:
  - results:
      decode_tok_s: 8000
      tpot_ms:
        p50: 4              # 32 sequences in flight read more than 300 GB per step
```

Use instead:

```yaml
points:
  - results:
      decode_tok_s: 1600
      tpot_ms:
        p50: 20
```

## Mend

Check that the time is per token and sequence, in milliseconds, and not divided by the batch; name speculative
decoding if it was on.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.figures import judged_points, shown, tpot_pointer
from kb.checks.rule import Rule
from kb.estimate import MARGIN, least_tpot_ms, tpot_ms
from kb.records import Case

RULE = Rule("KB505", "tpot-below-floor", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per point whose time per token is too short."""
    for pointer, point, judgement, _ in judged_points(case, context):
        claimed, floor = tpot_ms(point.results), judgement.floor
        if claimed is None or floor is None or claimed * MARGIN >= least_tpot_ms(floor):
            continue
        least = least_tpot_ms(floor)
        yield Problem(
            pointer + tpot_pointer(point.results),
            f"{claimed:g} ms per token is below {least:.4g} ms, the least that a step with {floor.sequences:,.4g} "
            f"sequences can take; {floor.absolute_s * 1e3:.4g} ms is the bound with one token's experts and no context "
            f"read. The sum: {shown(floor.terms)}",
            "check that the time is per token and sequence, in milliseconds; name speculative decoding if it was on",
            {
                "tpot_ms": claimed,
                "least_ms": round(least, 4),
                "absolute_ms": round(floor.absolute_s * 1e3, 4),
                "sequences": round(floor.sequences, 3),
            },
        )
