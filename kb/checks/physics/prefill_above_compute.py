"""The prefill throughput is more than the cards can compute, or pass on to each other.

## What it does

Each prompt token costs two operations per active parameter, both embedding tables left out; the output head runs once
per prompt. Attention over the prompt is left out too. This is held against the dense peak of all cards that prefill,
in the best format that is no narrower than the narrowest operands of the case. Where nobody published the peak of a
width, twice that of the next wider one is granted. Where the case states tensor parallel ranks, and no data or expert
parallel ones, each card must also pass on a sum per layer; it is granted 8-bit values, sent once, at the highest
disputed rate of the link. A claim is called impossible only 15 % beyond the lower of the two.

## Why

Peaks are never reached, let alone passed. Such figures count tokens from a prefix cache, or several machines, or hold
a peak with sparsity.

## Example

```yaml
stack:
  model: llama-3.3-70b-instruct
  quantization: bf16
  pools:
    - hardware: a100-sxm4-80gb  # 312 TFLOPS
      count: 8
points:
  - results:
      prefill_tok_s: 40000      # 5,500 TFLOPS
```

Use instead:

```yaml
points:
  - results:
      prefill_tok_s: 9400
```

## Mend

Leave out tokens that a cache held, and count the cards that took part.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.figures import judged_points, shown
from kb.checks.rule import Rule
from kb.estimate import MARGIN
from kb.records import Case

RULE = Rule("KB508", "prefill-above-compute", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per point whose prompts no card could have computed."""
    for pointer, point, judgement, _ in judged_points(case, context):
        prefill, ceiling = point.results.prefill_tok_s, judgement.prefill
        if prefill is None or ceiling is None or prefill.value <= MARGIN * ceiling.tok_s:
            continue
        yield Problem(
            f"{pointer}/results/prefill_tok_s",
            f"{prefill.value:,} tok/s is {prefill.value / ceiling.tok_s:.2f} times what the cards allow, set by "
            f"{ceiling.bound_by}. The sum: {shown(ceiling.terms)}",
            "leave out tokens that came from a cache, and count all cards that took part",
            {
                "prefill_tok_s": prefill.value,
                "ceiling_tok_s": round(ceiling.tok_s, 2),
                "gflop_per_token": round(ceiling.flops_per_token / 1e9, 4),
                "peak_tflops": round(ceiling.peak / 1e12, 3),
            },
        )
