"""Two records state one fact with two values.

## What it does
- A checkpoint that is another one in a narrower format (`qwen3-8b-fp8` beside `qwen3-8b`) has the same layers, heads,
  experts and parameters: the rule warns where a number differs by more than 1 %.
- A card cannot send more over its link than the record of that link says one can; less is possible, since some
  cards are sold with fewer lanes.

Where one of the records keeps the other's value under `disputed`, nothing is said: both are visible already.

## Why
Estimates take the number from the one record or the other, and differ for no reason that a reader could see.

## Example
```yaml
id: h800-sxm5-80gb
scale_up:
  interconnect: nvlink-4     # its record says 450
  per_direction_gb_s: 900
```
Use instead:
```yaml
id: h800-sxm5-80gb
scale_up:
  interconnect: nvlink-4
  per_direction_gb_s: 200
```

## Mend
Look both up at their sources. Correct the wrong one, or, where sources differ, keep the other value under `disputed`.
"""

import re
from collections.abc import Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence.facts import facts_of
from kb.records import Fact, Hardware, Model, Record

RULE = Rule("KB423", "fact-differs-between-records", "warning", on="record")

_TOLERANCE = 0.01
_IN_ANOTHER_FORMAT = re.compile(r"(.+)-(?:fp8|nvfp4|mxfp4|int4|int8|awq|gptq|w4a16|w8a8)(?:-[a-z0-9-]+)?")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield each number that another record states otherwise."""
    if isinstance(record, Hardware):
        yield from _link(record, context)
    elif isinstance(record, Model):
        yield from _checkpoint(record, context)


def _link(card: Hardware, context: Context) -> Iterator[Problem]:
    link = context.corpus.interconnects.get(card.scale_up.interconnect) if card.scale_up.interconnect else None
    stated = card.scale_up.per_direction_gb_s
    if link is None or link.per_direction_gb_s is None or stated is None:
        return
    if min(stated.values) > (1 + _TOLERANCE) * max(link.per_direction_gb_s.values):
        yield _problem("/scale_up/per_direction_gb_s", stated, link.id, link.per_direction_gb_s)


def _checkpoint(model: Model, context: Context) -> Iterator[Problem]:
    found = _IN_ANOTHER_FORMAT.fullmatch(model.id)
    models = context.corpus.models
    base = (models.get(found[1]) or models.get(f"{found[1]}-bf16")) if found else None
    if base is None or base.id == model.id:
        return
    theirs = dict(facts_of(base))
    for pointer, fact in facts_of(model):
        other = theirs.get(pointer)
        if other is not None and not _meet(fact, other):
            yield _problem(pointer, fact, base.id, other)


def _meet(one: Fact, other: Fact) -> bool:
    return any(abs(a - b) <= _TOLERANCE * max(abs(a), abs(b)) for a in one.values for b in other.values)


def _problem(pointer: str, fact: Fact, other_id: str, other: Fact) -> Problem:
    field = pointer.lstrip("/").replace("/", " ")
    return Problem(
        pointer,
        f"{field} is {show(fact.value)}, and {show(other.value)} in {other_id}",
        "correct the wrong one, or keep the other value under disputed",
        {"value": fact.value, "other": other_id, "other_value": other.value},
    )
