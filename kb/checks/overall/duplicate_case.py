"""Two cases are the same run.

## What it does
Reports a case whose stack is that of another case and that shares an operating point with it: the same load and the
same figures.

## Why
A run that is counted twice looks like an independent confirmation, and weighs double in every calibration.

## Example
```yaml
# case-a and case-b
stack:
  model: qwen3-8b
  pools:
    - hardware: rtx-5080
      count: 1
points:
  - results:
      decode_tok_s: 118.6
```
Use instead:
```yaml
# case-a alone, with the evidence of both
evidence:
  - id: ev-report
    source: lab-report-17
  - id: ev-copy
    source: blog-that-quotes-it
```

## Mend
Keep one case and move what the other knows into it; keep the id of the one that goes in `former_ids`.
"""

from collections import defaultdict
from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.per_corpus import per_corpus
from kb.checks.rule import Rule
from kb.corpus import Corpus
from kb.evidence.facts import facts_below
from kb.records import Case, OperatingPoint

RULE = Rule("KB602", "duplicate-case", "warning", on="case")

_Figures = tuple[object, ...]


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each other case of the same stack that shares a point with this one."""
    others = [other for other in _by_stack(context.corpus)[_stack(case)] if other.id != case.id]
    for other in others:
        theirs = {figures for point in other.points if (figures := _figures(point))}
        shared = [index for index, point in enumerate(case.points) if _figures(point) in theirs]
        if shared:
            yield Problem(
                f"/points/{shared[0]}",
                f"{other.id} has the same stack, and {len(shared)} of {len(case.points)} points with the same figures",
                "keep one of the two, and move what the other knows into it",
                {"other": other.id, "shared": len(shared), "points": len(case.points)},
            )


@per_corpus
def _by_stack(corpus: Corpus) -> defaultdict[str, list[Case]]:
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in corpus.cases.values():
        found[_stack(case)].append(case)
    return found


def _stack(case: Case) -> str:
    return repr(case.stack)


def _figures(point: OperatingPoint) -> _Figures:
    """Return the load and the figures of a point; nothing when it has no figure."""
    figures = tuple((pointer, fact.value) for pointer, fact in facts_below(point.results))
    return (repr(point.scenario), figures) if figures else ()
