"""The stated bottleneck is hardly used at the stated rates.

## What it does

For a case that names memory bandwidth or compute as its bottleneck, the share that the stated rates use is computed,
this time with every unknown resolved upwards: uniform routing, 16-bit context with all copies unless a format is
stated, no on-chip memory. For bandwidth, the bytes of a step at the sequences that the claim implies are divided by
its time per token. For compute, the operations of decode and prefill together are divided by the peak of the widest
format. If no point reaches a fifth of the bandwidth, or a tenth of the compute, something else limits it.

## Why

A wrong diagnosis sends readers after the wrong card or the wrong optimisation.

## Example

```yaml
stack:
  model: gemma-4-26b-a4b
  quantization: int8
  pools:
    - hardware: metax-c500
      count: 4
points:
  - results:
      decode_tok_s: 580
      tpot_ms:
        p50: 58             # 18 GB per step need 3 ms
bottleneck:
  kind: memory-bandwidth
```

Use instead:

```yaml
bottleneck:
  kind: software
```

## Mend

Look at a profile of one step. Launch cost, communication and scheduling are the usual answers.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.estimate import Deployment, Load, NotCheckable, prefill_ceiling, step_traffic, tpot_ms
from kb.estimate.ceiling import in_flight
from kb.records import Case
from kb.records.case import Results

RULE = Rule("KB509", "bottleneck-contradicts-roofline", "warning", on="case")
LEAST_SHARE = {"memory-bandwidth": 0.2, "compute": 0.1}


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when no point comes near the limit that the case names."""
    deployment = context.deployment(case)
    kind = case.bottleneck.kind if case.bottleneck is not None else None
    if deployment is None or kind not in LEAST_SHARE or len(deployment.pools) != 1:
        return
    share_of = _bandwidth_share if kind == "memory-bandwidth" else _compute_share
    shares = []
    for point in case.points:
        try:
            share = share_of(deployment, context.load(point), point.results)
        except NotCheckable:
            return
        if share is None:
            return
        shares.append(share)
    most = max(shares)
    if most < LEAST_SHARE[kind]:
        yield Problem(
            "/bottleneck/kind",
            f"the stated rates use {most:.1%} of the cards' {kind.replace('-', ' ')} at most, counted generously; "
            f"a bottleneck uses a good part of it",
            "look at a profile of one step; launch cost, communication and scheduling are the usual answers",
            {"bottleneck": kind, "share": round(most, 4), "least_share": LEAST_SHARE[kind]},
        )


def _bandwidth_share(deployment: Deployment, load: Load, results: Results) -> float | None:
    """Return the share of nominal bandwidth that decode uses; None when the point does not say enough."""
    decode, time_ms, pool = results.decode_tok_s, tpot_ms(results), deployment.pools[0]
    bandwidth = pool.hardware.memory.bandwidth_gb_s
    if decode is None or time_ms is None or bandwidth is None or deployment.speculates or load.full_context is None:
        return None
    sequences = in_flight(load, float(decode.value), time_ms / 1e3)
    moved = step_traffic(deployment, pool, sequences, float(load.full_context))
    lowest = float(min(bandwidth.values)) * 1e9 * pool.count
    return moved.bytes / (time_ms / 1e3) / lowest


def _compute_share(deployment: Deployment, load: Load, results: Results) -> float | None:
    """Return the share of the compute peak that decode and prefill use; None when the point does not say enough."""
    if results.decode_tok_s is None or results.prefill_tok_s is None:
        return None
    pool = deployment.pools[0]
    peak = pool.hardware.peak
    widest = peak.bf16_tflops or peak.fp16_tflops
    if widest is None:
        return None
    per_prompt_token = prefill_ceiling(deployment, load).flops_per_token
    per_token = step_traffic(deployment, pool, 1.0, 0.0).flops
    used = float(results.decode_tok_s.value) * per_token + float(results.prefill_tok_s.value) * per_prompt_token
    return used / (float(min(widest.values)) * 1e12 * pool.count)
