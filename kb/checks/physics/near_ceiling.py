"""A figure comes closer to its ceiling than measurements do.

## What it does

Decode throughput, time per token and prefill throughput are held against the same bounds as in `decode-above-ceiling`,
`tpot-below-floor` and `prefill-above-compute`. Between 0.9 of a bound and 15 % beyond it, a figure is neither called
impossible nor passed over.

## Why

The bounds grant what no software reaches: perfect overlap, no communication, no launch cost, full nominal bandwidth.
Well tuned runs end at about three quarters of nominal bandwidth or peak. What comes closer is mislabelled more often
than it is excellent.

## Example

```yaml
stack:
  model: llama-3.3-70b-instruct
  quantization: bf16
  pools:
    - hardware: a100-sxm4-80gb
      count: 8
points:
  - results:
      prefill_tok_s: 18200  # 103 % of the dense peak
```

Use instead:

```yaml
points:
  - results:
      prefill_tok_s: 9400
```

## Mend

Check the figure against its source, and say in a remark why it is right if it is.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.physics.decode_above_ceiling import bounds, doubt, proof
from kb.checks.physics.figures import NEAR, judged_points, shown, tpot_pointer
from kb.checks.rule import Rule
from kb.estimate import MARGIN, Judgement, least_tpot_ms, tpot_ms
from kb.records import Case, OperatingPoint

RULE = Rule("KB506", "near-ceiling", "warning", on="case")
_HINT = "check the figure against its source; a remark may say why it is right"


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield one problem per figure near its bound."""
    for pointer, point, judgement, _ in judged_points(case, context):
        yield from _decode(pointer, point, judgement)
        yield from _tpot(pointer, point, judgement)
        yield from _prefill(pointer, point, judgement)


def _decode(pointer: str, point: OperatingPoint, judgement: Judgement) -> Iterator[Problem]:
    decode, ceiling = point.results.decode_tok_s, judgement.ceiling
    if decode is not None and ceiling is not None and NEAR <= decode.value / ceiling.tok_s <= MARGIN:
        yield Problem(
            f"{pointer}/results/decode_tok_s",
            f"{decode.value:,} tok/s is {decode.value / ceiling.tok_s:.0%} of the hard ceiling of "
            f"{ceiling.tok_s:,.0f} tok/s, set by {ceiling.bound_by}{doubt(decode.value, ceiling)}{proof(ceiling)}",
            _HINT,
            {"decode_tok_s": decode.value, **bounds(ceiling)},
        )


def _tpot(pointer: str, point: OperatingPoint, judgement: Judgement) -> Iterator[Problem]:
    claimed, floor = tpot_ms(point.results), judgement.floor
    if claimed is not None and floor is not None and NEAR <= least_tpot_ms(floor) / claimed <= MARGIN:
        yield Problem(
            pointer + tpot_pointer(point.results),
            f"{claimed:g} ms per token; the least that a step with {floor.sequences:,.4g} sequences can take is "
            f"{least_tpot_ms(floor):.4g} ms. The sum: {shown(floor.terms)}",
            _HINT,
            {"tpot_ms": claimed, "least_ms": round(least_tpot_ms(floor), 4), "sequences": round(floor.sequences, 3)},
        )


def _prefill(pointer: str, point: OperatingPoint, judgement: Judgement) -> Iterator[Problem]:
    prefill, ceiling = point.results.prefill_tok_s, judgement.prefill
    if prefill is not None and ceiling is not None and NEAR <= prefill.value / ceiling.tok_s <= MARGIN:
        yield Problem(
            f"{pointer}/results/prefill_tok_s",
            f"{prefill.value:,} tok/s is {prefill.value / ceiling.tok_s:.0%} of what the cards allow, set by "
            f"{ceiling.bound_by}. The sum: {shown(ceiling.terms)}",
            _HINT,
            {
                "prefill_tok_s": prefill.value,
                "ceiling_tok_s": round(ceiling.tok_s, 2),
                "peak_tflops": round(ceiling.peak / 1e12, 3),
            },
        )
