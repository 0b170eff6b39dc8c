"""The peaks of a card do not step up as formats get narrower.

## What it does
Halving the width of the operands never makes matrix units slower, and seldom more than twice as fast.
The rule warns when FP8 is below BF16 or FP16, or FP4 below FP8, and when FP8 is four times BF16 (within 2 %),
which is what a figure with 2:4 sparsity looks like beside a dense one. A card whose FP16 is twice its BF16
(the rates with narrow accumulation), and one whose FP8 carries a dispute, are left alone.

## Why
Peaks with sparsity are printed twice as large as dense ones on most data sheets; fields here hold dense ones.

## Example
```yaml
peak:
  bf16_tflops: 989
  fp8_tflops: 3958
```
Use instead:
```yaml
peak:
  bf16_tflops: 989
  fp8_tflops: 1979
```

## Mend
Look for "with sparsity" on the data sheet and halve what is marked so; keep the printed figure as `disputed`.
"""

from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Hardware

RULE = Rule("KB419", "hardware-rate-ladder", "warning", on="hardware")

_ROUNDING = 0.98
_STEPS = (("bf16_tflops", "fp8_tflops"), ("fp16_tflops", "fp8_tflops"), ("fp8_tflops", "fp4_tflops"))


def check(hardware: Hardware, context: Context) -> Iterator[Problem]:
    """Yield each step down, and each fourfold step that looks like sparsity."""
    peak = hardware.peak
    for wide, narrow in _STEPS:
        wider, narrower = getattr(peak, wide), getattr(peak, narrow)
        if wider is None or narrower is None or narrower.value >= wider.value * _ROUNDING:
            continue
        yield Problem(
            f"/peak/{narrow}",
            f"{narrow} is {show(narrower.value)}, below {wide} of {show(wider.value)}",
            "check both on the data sheet; they may be swapped, or one is with sparsity",
            {narrow: narrower.value, wide: wider.value},
        )
    fp8, bf16 = peak.fp8_tflops, peak.bf16_tflops
    if fp8 is None or bf16 is None or fp8.disputed or not 3.92 <= fp8.value / bf16.value <= 4.08:
        return
    if peak.fp16_tflops is not None and peak.fp16_tflops.value > 1.9 * bf16.value:
        return
    yield Problem(
        "/peak/fp8_tflops",
        f"fp8_tflops of {show(fp8.value)} is four times bf16_tflops of {show(bf16.value)}, as with 2:4 sparsity",
        "look for 'with sparsity' on the data sheet, and give the dense rate",
        {"fp8_tflops": fp8.value, "bf16_tflops": bf16.value},
    )
