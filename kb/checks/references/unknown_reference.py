"""A record names another one that does not exist.

## What it does
Reports every id of a model, engine, quantization, card, server, interconnect or source that leads to no record of that
kind, and suggests the nearest ones. Former ids lead to their record and are fine. Vendors and labs need no record.

## Why
What is said of an unknown card or model cannot be compared with anything, nor held against physics.

## Example
```yaml
stack:
  model: deepseek-r1x
```
Use instead:
```yaml
stack:
  model: deepseek-r1
```

## Mend
Correct the id. If the thing has no record yet, add one: a name, a vendor or lab and one source are enough to start.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.references.named_records import references_of
from kb.checks.rule import Rule
from kb.records import KINDS, Record

RULE = Rule("KB201", "unknown-reference", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each reference that leads nowhere."""
    corpus = context.corpus
    for pointer, kind, ref in references_of(record):
        if ref in corpus.shelf(kind):
            continue
        meant = [name.id for name in corpus.names.find(ref, kind)]
        near = meant or corpus.names.near(ref, kind)
        gone = corpus.removed.entries.get(ref)
        if gone is not None and gone.kind == kind:
            hint = gone.sentence
        elif meant:
            hint = f"records name each other by id: write {' or '.join(meant)}"
        elif near:
            hint = f"did you mean {', '.join(near)}?"
        else:
            hint = f"kb list {KINDS[kind].plural} shows what there is; a new {kind} needs a record of its own"
        yield Problem(pointer, f"unknown {kind} {ref!r}", hint, {"kind": kind, "found": ref, "near": near})
