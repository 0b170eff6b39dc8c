"""The engine is not known to load this quantization.

## What it does
Compares the quantization of a case with the formats of the engine's record, but only where that record says that its
list is complete (`formats_complete: true`).

## Why
An engine that cannot load a checkpoint did not serve it. Lists are rarely complete, so silence proves nothing, and this
stays a warning.

## Example
```yaml
stack:
  engine:
    id: llama.cpp
  quantization: nvfp4
```
Use instead:
```yaml
stack:
  engine:
    id: llama.cpp
  quantization: gguf-q4-k-m
```

## Mend
Name the quantization or the engine that ran; if the engine does load it, add it to the engine's record with a source.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB205", "quantization-unsupported-by-engine", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when the engine's complete list of formats lacks the quantization of the case."""
    corpus = context.corpus
    use, named = case.stack.engine, case.stack.quantization
    engine = corpus.engines.get(use.id) if use else None
    quantization = corpus.quantizations.get(named) if named else None
    if engine is None or quantization is None or not engine.formats_complete:
        return
    loads = [support.id for support in engine.formats]
    if quantization.id in loads or any(former in loads for former in quantization.former_ids):
        return
    yield Problem(
        "/stack/quantization",
        f"{engine.name} is not known to load {quantization.name}",
        f"known: {', '.join(loads)}; name what ran, or add the format to the engine's record with a source",
        {"engine": engine.id, "quantization": quantization.id, "known": loads},
    )
