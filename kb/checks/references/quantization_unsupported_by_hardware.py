"""The card cannot compute in the format that the quantization needs.

## What it does
Takes the arithmetic that the quantization's record asks for, and the formats that the hardware's record marks as
unsupported. A format that the record does not mention is unknown, which is no finding. A quantization whose weights are
widened before use needs no arithmetic of its own and is never reported.

## Why
An FP8 product on a card without FP8 units did not run as described: it was emulated, widened, or never happened.

## Example
```yaml
stack:
  quantization: fp8-e4m3
  pools:
    - hardware: a100-sxm4-80gb
      count: 8
```
Use instead:
```yaml
stack:
  quantization: bf16
  pools:
    - hardware: a100-sxm4-80gb
      count: 8
```

## Mend
Name the quantization that really ran: a kernel that reads 8-bit weights and computes in 16 bits is a weight-only
quantization. If the card does support the format, correct its record with a source.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.estimate.peak import lacks
from kb.records import Case

RULE = Rule("KB204", "quantization-unsupported-by-hardware", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each pool whose cards cannot compute as the case's quantization needs."""
    named = case.stack.quantization
    quantization = context.corpus.quantizations.get(named) if named else None
    needed = quantization.arithmetic if quantization else None
    if quantization is None or needed is None:
        return
    for index, pool in enumerate(case.stack.pools):
        card = context.hardware(pool)
        if card is not None and lacks(card, needed):
            yield Problem(
                f"/stack/pools/{index}/hardware",
                f"{quantization.name} computes in {needed}, which {card.name} does not support",
                "name the quantization that really ran; weights that are widened before use are another one",
                {"quantization": quantization.id, "needs": needed, "hardware": card.id},
            )
