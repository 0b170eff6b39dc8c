"""A quality score lies well below what the model is known to reach.

## What it does
Compares each score with its `baseline`, both as the source gives them, and warns when it is more than 5 %
(of the baseline) lower, or when one is plainly a fraction and the other a percentage.
Scores where less is better (perplexity, error rates, loss) are left alone.

## Why
A deployment that answers wrongly fast is not a fast deployment: a broken chat template, a bad kernel or an
over-eager quantization shows here first, and its speed should be read with that in mind.

## Example
```yaml
quality:
  - benchmark: AIME25
    score: 0.067
    baseline: 0.703
```
Use instead:
```yaml
quality:
  - benchmark: AIME25
    score: 0.691
    baseline: 0.703
```

## Mend
Nothing, if the score is what was measured: say in an observation why, or acknowledge the finding.
If it is a slip, correct it.
"""

import re
from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB409", "quality-below-baseline", "warning", on="case")

_LOWEST = 0.95
_LESS_IS_BETTER = frozenset(
    ("perplexity", "ppl", "loss", "error", "errors", "wer", "cer", "latency", "divergence", "kld", "toxicity")
)


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each score that falls short."""
    for index, quality in enumerate(case.quality):
        words = re.findall(r"[a-z]+", f"{quality.benchmark} {quality.unit or ''}".casefold())
        if quality.baseline is None or not _LESS_IS_BETTER.isdisjoint(words):
            continue
        score, baseline = quality.score.value, quality.baseline.value
        data = {"benchmark": quality.benchmark, "score": score, "baseline": baseline}
        if baseline > 0 and (baseline <= 1 < score or score < 1 < baseline / 10):
            yield Problem(
                f"/quality/{index}/score",
                f"{quality.benchmark}: score {show(score)} and baseline {show(baseline)} are not on one scale",
                "give both as a fraction, or both in percent",
                data,
            )
        elif baseline > 0 and score < baseline * _LOWEST:
            yield Problem(
                f"/quality/{index}/score",
                f"{quality.benchmark}: {show(score)}, {show(100 * (1 - score / baseline))} % below the baseline of"
                f" {show(baseline)}",
                "say in an observation what lowers it, or correct the figure",
                {**data, "below_pct": 100 * (1 - score / baseline)},
            )
