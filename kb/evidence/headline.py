"""The number that a case is known by, and the tier of a case or a claim."""

from collections.abc import Iterator
from dataclasses import dataclass

from kb.corpus import Corpus
from kb.evidence.facts import facts_of
from kb.evidence.tier import fact_tier
from kb.records import Case, Claim, Fact, OperatingPoint, Tier, weakest
from kb.records.case import Latency, Results

# In this order; the first that any point gives is the headline.
_THROUGHPUTS = ("decode_tok_s", "total_tok_s", "prefill_tok_s", "per_user_tok_s", "requests_s")
_LATENCIES = ("tpot_ms", "itl_ms", "ttft_ms", "e2e_ms")
_STATISTICS = ("p50", "mean", "typical", "p90", "p95", "p99", "min", "max")


@dataclass(frozen=True)
class Headline:
    """The result a case is known by: its point (counted from 0), its name (``tpot_ms.p50``), and the number."""

    point: int
    name: str
    fact: Fact

    @property
    def pointer(self) -> str:
        """Return the JSON pointer of the number."""
        return f"/points/{self.point}/results/{self.name.replace('.', '/')}"


def headline(case: Case) -> Headline | None:
    """Return the headline of a case, or None when no point gives a speed.

    Decode throughput of the fastest point; where no point gives one, total, prefill, per-user
    throughput or requests per second; then the lowest time per token, between tokens, to the first
    token, end to end (each by median, then mean).
    """
    for name in _THROUGHPUTS:
        found = list(_throughputs(case.points, name))
        if found:
            return max(found, key=lambda h: h.fact.value)
    for name in _LATENCIES:
        for statistic in _STATISTICS:
            found = list(_latencies(case.points, name, statistic))
            if found:
                return min(found, key=lambda h: h.fact.value)
    return None


def case_tier(case: Case, corpus: Corpus) -> Tier:
    """Return the tier of the evidence under the headline of ``case``; without one, of its weakest number."""
    top = headline(case)
    if top is not None:
        return fact_tier(top.fact, case, corpus)
    return _weakest_number(case, corpus)


def claim_tier(claim: Claim, corpus: Corpus) -> Tier:
    """Return the weakest tier among the numbers of ``claim``: it stands or falls as a whole."""
    return _weakest_number(claim, corpus)


def _weakest_number(record: Case | Claim, corpus: Corpus) -> Tier:
    tiers = [fact_tier(fact, record, corpus) for _, fact in facts_of(record)]
    return weakest(tiers) if tiers else "estimated"


def _throughputs(points: tuple[OperatingPoint, ...], name: str) -> Iterator[Headline]:
    for index, point in enumerate(points):
        fact = _get(point.results, name)
        if isinstance(fact, Fact):
            yield Headline(index, name, fact)


def _latencies(points: tuple[OperatingPoint, ...], name: str, statistic: str) -> Iterator[Headline]:
    for index, point in enumerate(points):
        latency = _get(point.results, name)
        fact = getattr(latency, statistic) if isinstance(latency, Latency) else None
        if isinstance(fact, Fact):
            yield Headline(index, f"{name}.{statistic}", fact)


def _get(results: Results, name: str) -> object:
    return getattr(results, name)
