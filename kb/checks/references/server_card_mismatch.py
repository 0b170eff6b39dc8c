"""The server that a case names does not hold the card that it names.

## What it does
Compares the card of each pool with the cards that the server's record lists. A card whose exact bin is not stated
(`ascend-910b`) fits a server with any bin of it (`ascend-910b3`).

## Why
Memory, bandwidth and links follow from the card. If card and server contradict each other, one of them is wrong, and
with it every figure worked out from it.

## Example
```yaml
pools:
  - hardware: h100-sxm5-80gb
    count: 8
    server: nvidia-hgx-h200
```
Use instead:
```yaml
pools:
  - hardware: h200-sxm-141gb
    count: 8
    server: nvidia-hgx-h200
```

## Mend
Look up which of the two the source gives, and leave out the one that it does not.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB202", "server-card-mismatch", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each pool whose server has other cards."""
    for index, pool in enumerate(case.stack.pools):
        server = context.corpus.servers.get(pool.server) if pool.server else None
        card = context.hardware(pool)
        if server is None or card is None:
            continue
        cards = [context.corpus.hardware.get(ref) for ref in server.hardware]
        if any(known is None or _may_be_same(known.id, card.id) for known in cards):
            continue
        listed = ", ".join(server.hardware)
        yield Problem(
            f"/stack/pools/{index}/server",
            f"{server.id} holds {listed}, not {card.id}",
            "name the server that holds this card, or the card that this server holds; leave out what is not stated",
            {"server": server.id, "found": card.id, "expected": list(server.hardware)},
        )


def _may_be_same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
