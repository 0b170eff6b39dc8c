"""All that a bundle says, worked out once: records, tiers, findings, verdicts, estimates."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kb.checks import Context, Finding, check_corpus
from kb.checks.siblings import reproduced_by
from kb.corpus import Corpus
from kb.evidence import Support, case_tier, claim_tier, fact_tier, facts_of, supported_tier
from kb.records import KINDS, TIERS, Case, Claim, Evidence, Kind, Record, Tier, weakest


@dataclass(frozen=True)
class Measured:
    """What is said of a case as a whole."""

    tier: Tier
    claimed_tier: Tier | None
    verdict: str
    because: str


class Content:
    """A corpus with everything that is derived from it. Nothing here depends on the clock."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.context = Context(corpus)
        self._reproduced: dict[str, list[dict[str, str]]] = {}
        self._plain: dict[tuple[str, str], dict[str, Any]] = {}

    @cached_property
    def findings(self) -> list[Finding]:
        """Return all findings on the corpus."""
        return check_corpus(self.corpus, context=self.context)

    @cached_property
    def findings_of(self) -> dict[str, list[Finding]]:
        """Return the findings on each record, by id."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.record is not None:
                found.setdefault(finding.record, []).append(finding)
        return found

    @cached_property
    def generated(self) -> str:
        """Return the latest day that any record states: the date of the data, not of the build."""
        days = [
            day
            for record in self.corpus.records()
            for day in (
                getattr(record, "submitted", None),
                getattr(record, "accessed", None),
                *(evidence.accessed for evidence in record.evidence),
            )
            if isinstance(day, str)
        ]
        return max(days, default="1970-01-01")

    def support(self, evidence: Evidence, record: Record) -> Support:
        """Return the tier that a piece of evidence supports, and why."""
        return supported_tier(evidence, record, self.corpus)

    def measured(self, case: Case) -> Measured:
        """Return tier, claimed tier and verdict of a case."""
        judgement = self.context.verdict(case)
        claimed = [evidence.claimed_tier for evidence in case.evidence if evidence.claimed_tier]
        return Measured(
            case_tier(case, self.corpus),
            min(claimed, key=TIERS.index, default=None),
            judgement.verdict,
            judgement.reason,
        )

    def reproduced_by(self, case: Case) -> list[dict[str, str]]:
        """Return which cases of other parties agree with a case within ten per cent, with the party of each."""
        if case.id not in self._reproduced:
            others = reproduced_by(case, self.corpus)
            self._reproduced[case.id] = [{"case": other, "party": others[other]} for other in sorted(others)]
        return self._reproduced[case.id]

    def tier(self, record: Record) -> Tier | None:
        """Return the tier of a record: a case's headline, a claim's figures, else the weakest of its numbers."""
        if isinstance(record, Case):
            return case_tier(record, self.corpus)
        if isinstance(record, Claim):
            return claim_tier(record, self.corpus)
        tiers = [fact_tier(fact, record, self.corpus) for _, fact in facts_of(record)]
        return weakest(tiers) if tiers else None

    def title(self, record: Record) -> str:
        """Return the title of a record, else its name, else its id."""
        return str(getattr(record, "title", None) or getattr(record, "name", record.id))

    def plain(self, record: Record) -> dict[str, Any]:
        """Return the JSON form of a record, with the supported tier beside each claimed one; not to be changed."""
        key = (record.kind, record.id)
        if key not in self._plain:
            self._plain[key] = self._to_plain(record)
        return self._plain[key]

    def _to_plain(self, record: Record) -> dict[str, Any]:
        data = record.plain()
        for entry, evidence in zip(data["evidence"], record.evidence, strict=True):
            support = self.support(evidence, record)
            entry["supported_tier"] = support.tier
            entry["supported_because"] = support.reason
        return data

    def records(self, kind: Kind | str) -> list[Record]:
        """Return the records of a kind, in order of id."""
        return list(self.corpus.shelf(kind).values())

    def kinds(self) -> list[Kind]:
        """Return the kinds, in their order."""
        return list(KINDS.values())
