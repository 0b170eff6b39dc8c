"""Two cases are the same run.

## What it does
Reports two cases that share an operating point:
- the same stack, load and figures;
- a comparable stack and load, and every figure that both give is the other's, or the other's with fewer digits (six
  digits in all at the least): a table that was rounded when it was copied;
- the same model, card and concurrency or batch, and a speed that is the same to nine digits and more, however the two
  describe the rest: chance does not do that.

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

from pydantic import BaseModel

from kb.checks.context import Context
from kb.checks.digits import digits_shared
from kb.checks.finding import Problem
from kb.checks.per_corpus import per_corpus
from kb.checks.rule import Rule
from kb.checks.siblings import is_same_figure, siblings_of
from kb.corpus import Corpus
from kb.estimate.judge import middle
from kb.evidence.facts import facts_below
from kb.records import Case, OperatingPoint

RULE = Rule("KB602", "duplicate-case", "warning", on="case")

_Figures = tuple[object, ...]
_Stack = tuple[object, ...]


_FEWEST_DIGITS = 6
# As far as rounding to three digits can move a figure.
_ROUNDED = (1.0, 1.006)
# Of one figure: more than any source prints, and than chance repeats.
_CERTAIN = 9


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each other case that shares a point with this one."""
    shared: defaultdict[str, set[int]] = defaultdict(set)
    for pairs in (_exact(case, context.corpus), _rounded(case, context.corpus), _certain(case, context.corpus)):
        for other, index in pairs:
            shared[other].add(index)
    for other, points in sorted(shared.items()):
        yield Problem(
            f"/points/{min(points)}",
            f"{other} has {len(points)} of {len(case.points)} points with the same figures under the same load",
            "keep one of the two, and move what the other knows into it",
            {"other": other, "shared": len(points), "points": len(case.points)},
        )


def _exact(case: Case, corpus: Corpus) -> Iterator[tuple[str, int]]:
    """Yield each case of the same stack with a point that has the same load and figures."""
    mine = _by_stack(corpus).get(_stack(case), {})
    for other, theirs in mine.items():
        if other != case.id:
            yield from ((other, index) for index, point in enumerate(mine[case.id]) if point and point in theirs)


def _rounded(case: Case, corpus: Corpus) -> Iterator[tuple[str, int]]:
    """Yield each case with a comparable point that has the same figures, or fewer digits of them."""
    for mine, others in siblings_of(case, corpus, _ROUNDED):
        for other in others:
            if other.case.id != case.id and is_same_figure(mine, other):
                theirs = dict(facts_below(other.case.points[other.point].results))
                both = [
                    digits_shared(fact.value, theirs[pointer].value)
                    for pointer, fact in facts_below(case.points[mine.point].results)
                    if pointer in theirs
                ]
                if all(both) and sum(both) >= _FEWEST_DIGITS:
                    yield other.case.id, mine.point


def _certain(case: Case, corpus: Corpus) -> Iterator[tuple[str, int]]:
    """Yield each case that gives a speed of this one with as many digits as chance does not repeat."""
    by_speed = _by_speed(corpus)
    for index, point in enumerate(case.points):
        key = _speed(case, point)
        if key is not None:
            yield from ((other, index) for other in by_speed[key] if other != case.id)


@per_corpus
def _by_speed(corpus: Corpus) -> dict[_Figures, list[str]]:
    found: defaultdict[_Figures, list[str]] = defaultdict(list)
    for case in corpus.cases.values():
        for point in case.points:
            key = _speed(case, point)
            if key is not None:
                found[key].append(case.id)
    return found


def _speed(case: Case, point: OperatingPoint) -> _Figures | None:
    """Return what one run cannot share with another: model, card, load, and a figure to nine digits."""
    results, scenario = point.results, point.scenario
    figure = results.decode_tok_s.value if results.decode_tok_s else middle(results.tpot_ms) or middle(results.e2e_ms)
    if figure is None or len(repr(figure)) <= _CERTAIN:
        return None
    card = case.stack.pools[-1].hardware
    return (case.stack.model, card, scenario.concurrency, scenario.batch, f"{figure:.{_CERTAIN - 1}e}")


@per_corpus
def _by_stack(corpus: Corpus) -> dict[_Stack, dict[str, list[_Figures]]]:
    """Return the figures of each point of each case whose stack is that of another, by stack and case."""
    found: defaultdict[_Stack, list[Case]] = defaultdict(list)
    for case in corpus.cases.values():
        found[_stack(case)].append(case)
    return {
        stack: {case.id: [_figures(point) for point in case.points] for case in cases}
        for stack, cases in found.items()
        if len(cases) > 1
    }


def _stack(case: Case) -> _Stack:
    stack = case.stack
    engine, speculation = stack.engine, stack.speculation
    return (
        *(stack.model, stack.quantization, stack.activations, stack.kv_cache, stack.command, stack.driver),
        (engine.id, engine.version, engine.image, engine.commit, engine.backend) if engine else None,
        (speculation.method, speculation.draft_tokens) if speculation else None,
        *((pool.role, pool.hardware, pool.count, *_values(pool.parallelism)) for pool in stack.pools),
    )


def _figures(point: OperatingPoint) -> _Figures:
    """Return the load and the figures of a point; nothing when it has no figure."""
    figures = tuple((pointer, fact.value) for pointer, fact in facts_below(point.results))
    return (*_values(point.scenario), *figures) if figures else ()


def _values(part: BaseModel) -> tuple[object, ...]:
    return tuple(part.__dict__.values())
