"""The number of cards is not the one that the title, the topology or the parallelism speaks of.

## What it does
Compares `count` of the pools with

- a title that counts cards (`16× Ascend 910B`, `8 GPUs`): the number must be that of a pool, of the pools
  with one card, or of all pools;
- a topology of the form `2 nodes × 8 cards`, and a single node whose server holds fewer cards;
- `tp` times `pp`, and `ep`: they cannot need more devices than the cards offer. Some cards are several
  devices (two dies, eight cores); the most that the vendor offers is allowed for.

A case on part of a server is fine, and so is a count that is no multiple of a server.

## Why
Every per-card figure, and every estimate, divides by this number.

## Example
```yaml
title: DeepSeek R1 on 16× Ascend 910B with MindIE
pools:
  - hardware: ascend-910b
    count: 8
```
Use instead:
```yaml
title: DeepSeek R1 on 16× Ascend 910B with MindIE
pools:
  - hardware: ascend-910b
    count: 16
```

## Mend
Give `count` as cards in all, over all nodes and replicas of the pool, and make the texts agree with it.
"""

import re
from collections.abc import Iterator

from kb.checks.consistency.counted import counted_cards
from kb.checks.consistency.devices import most_devices
from kb.checks.consistency.figures import cards, show
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case, Pool

RULE = Rule("KB401", "card-count-mismatch", "error", on="case")

_NODES = re.compile(r"(\d+)\s*nodes?\s*[×xX*]\s*(\d+)\s*(?:cards?|gpus?|npus?|chips?|accelerators?)\b", re.IGNORECASE)
_ONE_NODE = re.compile(r"\s*(?:single|one|1)[\s-]*node\b", re.IGNORECASE)


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each disagreement about the number of cards."""
    allowed = _numbers(case)
    for said in counted_cards(case.title, context.corpus):
        if said not in allowed:
            yield Problem(
                "/title",
                f"the title counts {said} cards, the pools hold {cards(case)}",
                "make title and count agree",
                {"title": said, "count": cards(case)},
            )
    for index, pool in enumerate(case.stack.pools):
        yield from _topology(index, pool, context)
        yield from _ranks(index, pool)


def _numbers(case: Case) -> set[int]:
    pools = case.stack.pools
    by_card: dict[str, int] = {}
    for pool in pools:
        by_card[pool.hardware] = by_card.get(pool.hardware, 0) + pool.count
    return {cards(case), *(pool.count for pool in pools), *by_card.values()}


def _topology(index: int, pool: Pool, context: Context) -> Iterator[Problem]:
    text = pool.topology or ""
    pointer = f"/stack/pools/{index}/count"
    products = _NODES.findall(text)
    if len(products) == 1:
        nodes, each = int(products[0][0]), int(products[0][1])
        if nodes * each != pool.count:
            yield Problem(
                pointer,
                f"{nodes} nodes of {each} cards are {nodes * each}, but count is {pool.count}",
                "make topology and count agree",
                {"nodes": nodes, "cards_per_node": each, "count": pool.count},
            )
    server = context.corpus.servers.get(pool.server) if pool.server else None
    if server is None or server.form != "server" or not _ONE_NODE.match(text) or products:
        return
    most = max(server.count.values)
    if pool.count > most:
        yield Problem(
            pointer,
            f"{pool.count} cards in a single node, but {server.id} holds {show(most)}",
            "name the server that holds them, or all the nodes",
            {"count": pool.count, "server_count": most},
        )


def _ranks(index: int, pool: Pool) -> Iterator[Problem]:
    spread = pool.parallelism
    each = most_devices(pool.hardware)
    for field, needed in (("tp", (spread.tp or 1) * (spread.pp or 1)), ("ep", spread.ep or 1)):
        if needed > pool.count * each:
            what = f"tp {spread.tp or 1} x pp {spread.pp or 1}" if field == "tp" else f"ep {spread.ep}"
            as_devices = f" ({each} devices each at most)" if each > 1 else ""
            yield Problem(
                f"/stack/pools/{index}/count",
                f"{what} needs {needed} devices, but count is {pool.count}{as_devices}",
                "give count as cards in all, and tp, pp and ep as one instance of the model has them",
                {"needed": needed, "count": pool.count, "devices_per_card": each},
            )
