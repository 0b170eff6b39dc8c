"""A total is smaller than what it is made of.

## What it does
Warns when `total_tok_s` (input and output tokens together) is below `decode_tok_s`; when a weight or
cache share of the memory in use (`weights_per_card_gb`, `kv_cache_per_card_gb`, alone or together) exceeds
`memory_per_card_gb`; when the parts of `memory_use` sum to more than its `total_gb`; and when a step of
`start_up` takes longer than all of it. 5 % are left for rounding and for GB against GiB, 8 % for memory.

## Why
Parts of a whole can be checked without knowing anything else; when they do not fit, one belongs elsewhere.

## Example
```yaml
memory_use:
  weights_gb: 27.87
  kv_cache_gb: 120.86
  free_gb: 17
  total_gb: 141
```
Use instead:
```yaml
memory_use:
  weights_gb: 27.87
  kv_cache_gb: 120.86
  free_gb: 17
  total_gb: 175
```

## Mend
Look up at the source what each figure includes.
"""

from collections.abc import Iterable, Iterator

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.case import Results
from kb.records.evidence import Fact
from kb.records.strict import Strict

RULE = Rule("KB414", "total-below-parts", "warning", on="case")

_ROUNDING = 1.05
_BINARY = 1.08


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each total that its parts exceed."""
    for index, point in enumerate(case.points):
        yield from _results(f"/points/{index}/results", point.results)
    if case.memory_use is not None:
        parts = ("weights_gb", "kv_cache_gb", "graphs_gb", "free_gb")
        yield from _compare("/memory_use", case.memory_use, "total_gb", parts, _BINARY)
    if case.start_up is not None:
        for part in ("weights_load_s", "autotune_s", "graph_capture_s"):
            yield from _compare("/start_up", case.start_up, "total_s", (part,), _ROUNDING)


def _results(at: str, results: Results) -> Iterator[Problem]:
    yield from _compare(at, results, "total_tok_s", ("decode_tok_s",), _ROUNDING)
    shares = ("weights_per_card_gb", "kv_cache_per_card_gb")
    yield from _compare(at, results, "memory_per_card_gb", shares, _BINARY)


def _compare(at: str, group: Strict, whole: str, parts: Iterable[str], margin: float) -> Iterator[Problem]:
    total: Fact | None = getattr(group, whole)
    given = {part: fact.value for part in parts if (fact := getattr(group, part)) is not None}
    if total is None or sum(given.values()) <= total.value * margin:
        return
    listed = " and ".join(given)
    yield Problem(
        f"{at}/{whole}",
        f"{whole} is {show(total.value)}, but {listed} make {show(sum(given.values()))}",
        "look up at the source what each figure includes",
        {whole: total.value, **given},
    )
