"""What the rules of this family share: the points of a case with their judgements, and sums as text."""

from collections.abc import Iterable, Iterator

from kb.checks.context import Context
from kb.estimate import Deployment, Judgement, Term
from kb.records import Case, OperatingPoint
from kb.records.case import Latency, Results

# From this share of a ceiling on, a figure is worth a second look. Measured rows end well below.
NEAR = 0.9


def judged_points(case: Case, context: Context) -> Iterator[tuple[str, OperatingPoint, Judgement, Deployment]]:
    """Yield the pointer, the point, its judgement and the deployment, for each point that can be judged."""
    deployment = context.deployment(case)
    if deployment is None:
        return
    for index, (point, judgement) in enumerate(zip(case.points, context.judgements(case), strict=True)):
        yield f"/points/{index}", point, judgement, deployment


def shown(terms: Iterable[Term]) -> str:
    """Return a sum as text: each line with its figure and how it follows."""
    return "; ".join(f"{t.name} {t.value:,.4g} {t.unit}".rstrip() + f" ({t.formula})" for t in terms)


def tpot_pointer(results: Results) -> str:
    """Return the pointer, below a point, of the figure that :func:`kb.estimate.tpot_ms` takes."""
    for field in ("tpot_ms", "itl_ms"):
        latency: Latency | None = getattr(results, field)
        for statistic in ("mean", "p50", "typical"):
            fact = getattr(latency, statistic) if latency is not None else None
            if fact is not None and fact.value > 0:
                return f"/results/{field}/{statistic}"
    return "/results"
