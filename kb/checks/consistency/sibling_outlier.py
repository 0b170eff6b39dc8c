"""A case contradicts a comparable one.

## What it does
Compares decode rates of points that agree in model, card and number of cards, weight format, engine and
(where both say it) engine version, concurrency or batch, kind of load, speculation, and input and output lengths
within 25 %. It warns when they differ more than threefold, on both sides. Points of one case that state no lengths
are compared with each other; across cases lengths must be known. Day-by-day progress of an engine is no
contradiction, which is why versions must not differ.

## Why
Twice is tuning. Three times on the same stack and load means that one of the two states its load, its cards or
its number wrongly.

## Example
```yaml
scenario:
  concurrency: 64
  input_tokens: 1024
  output_tokens: 256
results:
  decode_tok_s: 6400   # the sibling, same stack and load, has 850
```
Use instead:
```yaml
scenario:
  concurrency: 512
  input_tokens: 1024
  output_tokens: 256
results:
  decode_tok_s: 6400
```

## Mend
Compare the two at their sources; correct the one that is wrong, or record what makes them differ.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kb.checks.consistency.figures import cards, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.corpus import Corpus
from kb.records import Case
from kb.records.case import OperatingPoint

RULE = Rule("KB412", "sibling-outlier", "warning", on="case")

_TIMES = 3.0
_LENGTHS = 1.25


class _Row(NamedTuple):
    case: Case
    point: int
    decode: float
    version: str | None
    lengths: tuple[int | None, int | None]


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each point that a comparable one contradicts, with the one that does so most."""
    rows = _rows(context.corpus)
    for index, point in enumerate(case.points):
        key, row = _key(case, point), _row(case, index, point)
        if key is None or row is None:
            continue
        others = [other for other in rows.get(key, ()) if _comparable(row, other)]
        if not others:
            continue
        far = max(others, key=lambda other: max(other.decode / row.decode, row.decode / other.decode))
        times = max(far.decode / row.decode, row.decode / far.decode)
        if times > _TIMES:
            than = f"{far.case.id} point {far.point}"
            yield Problem(
                f"/points/{index}/results/decode_tok_s",
                f"{show(row.decode)} tok/s, where {than} has {show(far.decode)} on the same stack and load"
                f" ({show(times)} times apart)",
                "compare both at their sources; correct the wrong one, or record what makes them differ",
                {
                    "decode_tok_s": row.decode,
                    "other_tok_s": far.decode,
                    "other": far.case.id,
                    "other_point": far.point,
                    "per_card": row.decode / cards(case),
                    "other_per_card": far.decode / cards(far.case),
                },
            )


@lru_cache(maxsize=2)
def _rows(corpus: Corpus) -> dict[tuple[object, ...], list[_Row]]:
    rows: dict[tuple[object, ...], list[_Row]] = {}
    for case in corpus.cases.values():
        for index, point in enumerate(case.points):
            key, row = _key(case, point), _row(case, index, point)
            if key is not None and row is not None:
                rows.setdefault(key, []).append(row)
    return rows


def _key(case: Case, point: OperatingPoint) -> tuple[object, ...] | None:
    stack, scenario = case.stack, point.scenario
    load = scenario.concurrency or scenario.batch
    if load is None or stack.engine is None or len(stack.pools) != 1 or point.scenario.request_rate_s is not None:
        return None
    pool = stack.pools[0]
    by = "concurrency" if scenario.concurrency is not None else "batch"
    return (
        *(stack.model, stack.engine.id, stack.quantization, stack.activations, stack.speculation),
        *(pool.hardware, pool.count, by, load, scenario.kind),
    )


def _row(case: Case, index: int, point: OperatingPoint) -> _Row | None:
    if point.results.decode_tok_s is None:
        return None
    version = case.stack.engine.version if case.stack.engine else None
    lengths = (point.scenario.input_tokens, point.scenario.output_tokens)
    return _Row(case, index, point.results.decode_tok_s.value, version, lengths)


def _comparable(row: _Row, other: _Row) -> bool:
    if row.case.id == other.case.id and (row.point == other.point or row.lengths == other.lengths == (None, None)):
        return row.point != other.point
    if row.version and other.version and row.version != other.version:
        return False
    pairs = zip(row.lengths, other.lengths, strict=True)
    return all(a is not None and b is not None and max(a, b) <= _LENGTHS * min(a, b) for a, b in pairs)
