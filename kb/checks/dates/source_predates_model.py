"""The source was published before the model that it is said to measure.

## What it does
Compares the date of the sources under the results of a case with the release date of its model, for sources that are
published once: papers, press articles, announcements, datasheets, audited rounds. Repositories, documentation and
threads grow after their first day and are left alone. A week of difference is allowed.

## Why
A page from before a model's release cannot hold its measurements. The figures come from elsewhere, or from nowhere.

## Example
```yaml
stack:
  model: deepseek-v4-flash     # released 2026-04-24
evidence:
  - id: ev-a
    source:
      title: Mooncake
      url: https://arxiv.org/abs/2407.00079
      kind: paper
      date: "2024-06-24"
```
Use instead:
```yaml
stack:
  model: deepseek-v4-flash
evidence:
  - id: ev-a
    source:
      title: Serving DeepSeek-V4
      url: https://lab.org/blog/serving-deepseek-v4
      kind: press
      date: "2026-05-12"
```

## Mend
Name the source that really holds the figures, or the model that it measured; correct the date if it is the wrong one.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import facts_of, publication_of
from kb.records import Case
from kb.records.evidence import SourceKind
from kb.records.scalars import first_day, last_day

RULE = Rule("KB456", "source-predates-model", "error", on="case")

_PUBLISHED_ONCE: frozenset[SourceKind] = frozenset(
    ("audited-benchmark", "datasheet", "paper", "press", "vendor-announcement")
)
_ALLOWED_DAYS = 7


def check(case: Case, context: Context) -> Iterator[Problem]:
    """Yield a problem for each source of a result that is older than the model."""
    model = context.model(case)
    if model is None or model.released is None:
        return
    behind_results = {name for pointer, fact in facts_of(case) if "/results/" in pointer for name in fact.evidence}
    for index, evidence in enumerate(case.evidence):
        publication = publication_of(evidence, context.corpus)
        if evidence.id not in behind_results or publication is None or publication.date is None:
            continue
        early = (first_day(model.released) - last_day(publication.date)).days
        if publication.kind in _PUBLISHED_ONCE and early > _ALLOWED_DAYS:
            inline = "" if isinstance(evidence.source, str) else "/date"
            yield Problem(
                f"/evidence/{index}/source{inline}",
                f"{publication.title!r} is of {publication.date}, before {model.id} was released ({model.released})",
                "name the source that holds the figures, or the model that it measured",
                {"date": publication.date, "model": model.id, "model_released": model.released, "days": early},
            )
