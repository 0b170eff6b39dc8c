"""The submitter claims a measurement and says in the same breath that they did not make it.

## What it does
Reports evidence with `claimed_tier: measured` whose submitter copied or assembled the figures, or whose attestation
says that nothing was run, unless raw output and the one who ran it are named after all.

## Why
"Measured" means that somebody ran it and shows the output. Figures taken from a page are reported at best.

## Example
```yaml
- id: ev-a
  source: some-blog
  claimed_tier: measured
  attestation: Numbers extracted from a public benchmark; not independently re-run.
```
Use instead:
```yaml
- id: ev-a
  source: some-blog
  claimed_tier: reported
  locator: third table, row "H200"
  submitter_role: copied-it
  ran_by: the blog's author
```

## Mend
Claim `reported` and give the locator, or attach the raw output and name who ran it.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import supported_tier
from kb.evidence.words import says_not_run
from kb.records import Evidence, Record

RULE = Rule("KB307", "attestation-contradicts-tier", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence claimed as measured by one who did not measure."""
    for index, evidence in enumerate(record.evidence):
        if evidence.claimed_tier != "measured":
            continue
        field, words = _admission(evidence)
        if words and supported_tier(evidence, record, context.corpus).tier != "measured":
            yield Problem(
                f"/evidence/{index}/{field}",
                f"claimed measured, but its submitter says {words!r}",
                "claim reported and give the locator, or attach the raw output and name who ran it",
                {"claimed": "measured", "says": words, "evidence": evidence.id},
            )


def _admission(evidence: Evidence) -> tuple[str, str | None]:
    """Return the field and the words by which the submitter did not run it."""
    words = says_not_run(evidence.attestation) if evidence.attestation else None
    if words:
        return "attestation", words
    if evidence.submitter_role in ("copied-it", "assembled-it"):
        return "submitter_role", evidence.submitter_role
    return "", None
