"""The totals of a server are not those of its cards.

## What it does
Compares `total_memory_gb` with `count` times the capacity of the card, and `total_bf16_pflops` with `count`
times its dense BF16 peak (FP16 where that is all there is). Every value that a source gives counts, disputed ones
too, and every card where a server comes with several. It warns beyond 12 %, which leaves room
for GB against GiB and for clock bins. A scale-up domain that is neither part nor multiple of the server is left alone.

## Why
A total with sparsity counted in, or of another card, goes straight into comparisons of racks.

## Example
```yaml
hardware:
  - h100-sxm5-80gb
count: 8
total_memory_gb: 1128
```
Use instead:
```yaml
hardware:
  - h100-sxm5-80gb
count: 8
total_memory_gb: 640
```

## Mend
Check card, count and total against the data sheet; keep a figure that differs as `disputed`.
"""

from collections.abc import Iterator, Sequence

from kb.checks.consistency.figures import show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Server
from kb.records.evidence import Fact

RULE = Rule("KB416", "server-total-mismatch", "warning", on="server")

_MARGIN = 1.12


def check(server: Server, context: Context) -> Iterator[Problem]:
    """Yield each total that the cards do not make."""
    cards = [card for ref in server.hardware if (card := context.corpus.hardware.get(ref))]
    if len(cards) < len(server.hardware):
        return
    memory = [card.memory.capacity_gb for card in cards]
    compute = [card.peak.bf16_tflops or card.peak.fp16_tflops for card in cards]
    yield from _compare("total_memory_gb", server.total_memory_gb, server, memory, 1)
    yield from _compare("total_bf16_pflops", server.total_bf16_pflops, server, compute, 1000)


def _compare(
    name: str, total: Fact | None, server: Server, each: Sequence[Fact | None], unit: int
) -> Iterator[Problem]:
    values = [value for fact in each if fact is not None for value in fact.values]
    if total is None or None in each:
        return
    low = min(server.count.values) * min(values) / unit
    high = max(server.count.values) * max(values) / unit
    if not low / _MARGIN <= total.value <= high * _MARGIN:
        expected = show(low) if low == high else f"{show(low)} to {show(high)}"
        yield Problem(
            f"/{name}",
            f"{name} is {show(total.value)}, but {server.count.value} x {' or '.join(server.hardware)} make {expected}",
            "check card, count and total against the data sheet",
            {name: total.value, "count": server.count.value, "low": low, "high": high},
        )
