"""The case was submitted before its model was released.

## What it does
Compares `submitted` with the release date of the model's record; a day of difference is allowed for time zones.

## Why
Nobody submits a deployment of a model that does not exist. One of the two dates, or the model, is wrong.

## Example
```yaml
submitted: "2024-11-02"
stack:
  model: deepseek-r1   # released 2025-01-20
```
Use instead:
```yaml
submitted: "2025-02-11"
stack:
  model: deepseek-r1
```

## Mend
Correct the date or the model; leave `submitted` out if it is not known.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.scalars import first_day, last_day

RULE = Rule("KB455", "submitted-before-model-release", "error", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when the case is older than its model."""
    model = context.model(case)
    if case.submitted is None or model is None or model.released is None:
        return
    early = (first_day(model.released) - last_day(case.submitted)).days
    if early > 1:
        yield Problem(
            "/submitted",
            f"submitted on {case.submitted}, {early} days before {model.id} was released ({model.released})",
            "correct the date, or name the model that ran",
            {"submitted": case.submitted, "model": model.id, "model_released": model.released, "days": early},
        )
