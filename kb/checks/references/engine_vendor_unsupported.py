"""The engine is not known to run on cards of this vendor.

## What it does
Compares the vendor of each card with the vendors that the engine's record lists. It says nothing where the record lists
none. A vendor that is supported only since a later version is reported too.

## Why
Ports exist before anybody writes them down, so this is a warning. But a case that runs an engine where it does not run
has mixed up two machines, or leaves out the fork that really ran.

## Example
```yaml
stack:
  engine:
    id: tensorrt-llm
  pools:
    - hardware: mi300x
      count: 8
```
Use instead:
```yaml
stack:
  engine:
    id: vllm
  pools:
    - hardware: mi300x
      count: 8
```

## Mend
Name the engine or the port that ran. If the engine does support the vendor, add it to the record of the engine, with a
source.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.checks.versions import is_older
from kb.records import Case, Engine
from kb.records.engine import Support

RULE = Rule("KB203", "engine-vendor-unsupported", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each pool whose vendor the engine's record does not list."""
    use = case.stack.engine
    engine = context.corpus.engines.get(use.id) if use else None
    if use is None or engine is None or not engine.vendors:
        return
    for index, pool in enumerate(case.stack.pools):
        card = context.hardware(pool)
        if card is None:
            continue
        pointer = f"/stack/pools/{index}/hardware"
        support = _support(engine, card.vendor)
        if support is None:
            listed = [s.id for s in engine.vendors]
            yield Problem(
                pointer,
                f"{engine.name} is not known to run on {card.vendor} cards; known: {', '.join(listed)}",
                "name the port or fork that ran, or add the vendor to the engine's record with a source",
                {"engine": engine.id, "vendor": card.vendor, "known": listed},
            )
        elif support.since and not support.through and use.version and is_older(use.version, support.since):
            yield Problem(
                pointer,
                f"{engine.name} runs on {card.vendor} cards since {support.since}; the case says {use.version}",
                "check the version, or name the port or fork that ran",
                {"engine": engine.id, "vendor": card.vendor, "since": support.since, "version": use.version},
            )


def _support(engine: Engine, vendor: str) -> Support | None:
    return next((support for support in engine.vendors if support.id == vendor), None)
