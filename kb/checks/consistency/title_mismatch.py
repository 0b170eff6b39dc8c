"""Title, command or driver name another model, engine or card than the stack.

## What it does
Looks for names of the corpus in the title and the command, for launchers of engines in the command, for
`--device`, and for software stacks that belong to one vendor (CUDA, ROCm, CANN, ...) in `driver`.
It warns when things of a kind are named and none of them can be what the stack holds. A less exact name
is fine (`H100` for the SXM card, `Gemma 4` for the 26B checkpoint), and so is a second name beside the
right one (a draft model, a comparison), an engine's name in its back end, and CUDA on cards that emulate it.

## Why
A title is what people read and quote; when it names another model than the one that ran, the number is
quoted for the wrong thing.

## Example
```yaml
title: DeepSeek V3 on AWS Trainium 2
stack:
  model: deepseek-r1
```
Use instead:
```yaml
title: DeepSeek R1 on AWS Trainium 2
stack:
  model: deepseek-r1
```

## Mend
Find out at the source what really ran, and make title, command and stack agree.
"""

from collections.abc import Iterator

from kb.checks.consistency.launch import device_vendors, driver_vendors, engine_family, launched
from kb.checks.consistency.mentions import Mention, may_mean, mentions
from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case, Record

RULE = Rule("KB403", "title-mismatch", "warning", on="case")

_HINT = "find out what really ran, and make title, command and stack agree"


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield each thing that a text names and the stack does not hold."""
    in_title = mentions(case.title, context.corpus)
    for kind, held in _held(case, context).items():
        yield from _named("/title", in_title, kind, held, case)
        if kind == "model" and case.stack.command:
            yield from _named("/stack/command", mentions(case.stack.command, context.corpus), kind, held, case)
    yield from _launcher(case)
    yield from _vendors(case, context)


def _held(case: Case, context: Context) -> dict[str, list[Record]]:
    """Return what the stack holds, by kind; a kind with an unknown reference is left out."""
    corpus, stack = context.corpus, case.stack
    wanted: dict[str, list[Record | None]] = {
        "model": [corpus.models.get(stack.model)],
        "engine": [corpus.engines.get(stack.engine.id)] if stack.engine else [],
        "hardware": [*map(context.hardware, stack.pools)],
    }
    held = {kind: [record for record in records if record] for kind, records in wanted.items()}
    return {kind: records for kind, records in held.items() if records and len(records) == len(wanted[kind])}


def _named(pointer: str, named: list[Mention], kind: str, held: list[Record], case: Case) -> Iterator[Problem]:
    of_kind = [mention for mention in named if mention.of(kind)]
    if not of_kind or any(may_mean(mention, record) for mention in of_kind for record in held):
        return
    if kind == "engine" and any(_is_back_end(mention.text, case) for mention in of_kind):
        return
    said, ids = of_kind[0], ", ".join(record.id for record in held)
    where = pointer.rpartition("/")[2]
    yield Problem(
        pointer,
        f"the {where} names the {kind} {said.text!r} ({', '.join(said.of(kind))}), the stack holds {ids}",
        _HINT,
        {"kind": kind, "named": said.of(kind), "stack": [record.id for record in held]},
    )


def _is_back_end(said: str, case: Case) -> bool:
    use = case.stack.engine
    texts = (use.version, use.image, use.backend) if use else ()
    return any(said in text.casefold() for text in texts if text)


def _launcher(case: Case) -> Iterator[Problem]:
    use = case.stack.engine
    families = launched(case.stack.command or "")
    family = engine_family(use.id) if use else None
    if use is None or family is None or not families or family in families:
        return
    if any(_is_back_end(name, case) for name in families):
        return
    yield Problem(
        "/stack/command",
        f"the command starts {' and '.join(sorted(families))}, the stack's engine is {use.id}",
        _HINT,
        {"kind": "engine", "named": sorted(families), "stack": [use.id]},
    )


def _vendors(case: Case, context: Context) -> Iterator[Problem]:
    known = [context.hardware(pool) for pool in case.stack.pools]
    held = {hardware.vendor for hardware in known if hardware}
    if None in known:
        return
    for pointer, where, words in (
        ("/stack/driver", "the driver", driver_vendors(case.stack.driver or "")),
        ("/stack/command", "the command's device", device_vendors(case.stack.command or "")),
    ):
        if words and not any(held & vendors for vendors in words.values()):
            named = sorted(words)
            yield Problem(
                pointer,
                f"{where} {', '.join(named)} does not belong to {', '.join(sorted(held))} cards",
                _HINT,
                {"kind": "vendor", "named": named, "stack": sorted(held)},
            )
