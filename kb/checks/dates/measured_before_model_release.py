"""The measurement is older than the model.

## What it does
Compares `measured` with the release date of the model's record. Partners get a model early, so 60 days are allowed.

## Why
A run from before that cannot have used this model. One of the two dates, or the model, is wrong.

## Example
```yaml
measured: "2024-06"
stack:
  model: deepseek-r1   # released 2025-01-20
```
Use instead:
```yaml
measured: "2025-06"
stack:
  model: deepseek-r1
```

## Mend
Correct the date or the model; leave `measured` out if the source does not say when it ran.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.dates.late import MODEL_LEAD
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.records import Case
from kb.records.scalars import first_day, last_day

RULE = Rule("KB458", "measured-before-model-release", "warning", on="case")


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem when the run is older than its model."""
    model = context.model(case)
    if case.measured is None or model is None or model.released is None:
        return
    early = first_day(model.released) - last_day(case.measured)
    if early > MODEL_LEAD:
        yield Problem(
            "/measured",
            f"measured {case.measured}, {early.days} days before {model.id} was released ({model.released})",
            "correct the date, or name the model that ran",
            {"measured": case.measured, "model": model.id, "model_released": model.released, "days": early.days},
        )
