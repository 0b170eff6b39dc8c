"""The claimed tier is stronger than what the evidence can show.

## What it does
Derives the tier of each piece of evidence from what it shows (raw output with checksum, command, version, who ran it,
exactness, locator, publisher) and compares it with `claimed_tier`, where one is given. For a specification the maker's
own figure and a third party's count alike.

## Why
A tier tells a reader how far to trust a number. It is earned by what others can look up, not by what its author says.

## Example
```yaml
evidence:
  - id: ev-run
    source:
      title: Benchmark notes; figures approximate
      url: https://lab.org/
      kind: press
    claimed_tier: measured
```
Use instead:
```yaml
evidence:
  - id: ev-run
    source: lab-report-17
    locator: table 2, row "8x H200"
    ran_by: Some Lab
    claimed_tier: measured
    artifact:
      url: https://lab.org/raw/run-17.json
      sha256: 5f2b...
      command: bench --config run-17.yaml
```

## Mend
Attach what the finding says is missing. Where it does not exist, leave `claimed_tier` as it is: the record keeps the
claim, all outputs show the tier that is supported, and a reviewer acknowledges this finding with the reason.
"""

from collections.abc import Iterator

from kb.checks.context import Context
from kb.checks.finding import Problem
from kb.checks.rule import Rule
from kb.evidence import supported_tier
from kb.records import TIERS, Case, Claim, Record, Tier

RULE = Rule("KB301", "tier-overclaimed", "error", on="record")


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each evidence that claims more than it supports."""
    performance = isinstance(record, Case | Claim)
    for index, evidence in enumerate(record.evidence):
        claimed = evidence.claimed_tier
        if claimed is None:
            continue
        support = supported_tier(evidence, record, context.corpus)
        if _rank(claimed, performance) < _rank(support.tier, performance):
            yield Problem(
                f"/evidence/{index}/claimed_tier",
                f"claimed {claimed}, supported {support.tier}: {support.reason}",
                "attach what is missing; the number is shown with the tier that is supported",
                {"claimed": claimed, "supported": support.tier, "reason": support.reason, "evidence": evidence.id},
            )


def _rank(tier: Tier, performance: bool) -> int:
    if tier == "official" and not performance:
        return TIERS.index("reported")
    return TIERS.index(tier)
