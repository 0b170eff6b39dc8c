"""The case runs a model whose weights nobody outside its lab has.

## What it does
Reports a case of a model whose record says `open_weights: false`. It says nothing where the record leaves that open.

## Why
Who can only call a model over an API cannot deploy it on cards of their own. Such a case has named the wrong
checkpoint, or nobody ran it. A lab or its partners can, so this is a warning.

## Example
```yaml
stack:
  model: qwen3.6-plus         # offered over an API only
```
Use instead:
```yaml
stack:
  model: qwen3-235b-a22b
```

## Mend
Name the checkpoint that ran. If the submitter does hold the weights, say so in the evidence, and let a reviewer
acknowledge the finding.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case

RULE = Rule("KB206", "model-weights-closed", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when the model's weights are recorded as not open."""
    model = context.model(case)
    if model is not None and model.open_weights is False:
        yield Problem(
            "/stack/model",
            f"the weights of {model.name} are not open; only its lab could have deployed it",
            "name the checkpoint that ran; if the weights were at hand, say how in the evidence",
            {"model": model.id},
        )
