"""Which cases answer a question, and in which order.

A case answers when every facet that was understood fits. A model of the same family and size as the one
asked for (a re-release, another number format) fits nearly. Cases are ordered by how well they match,
then by tier, then by verdict and recency. Raw throughput never orders them: lengths, batch sizes and
card counts differ, so that a higher number need not mean a faster stack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.search.understand import Filter, Understood

_TIER_WORTH = {"measured": 1.0, "reported": 0.9, "official": 0.7, "derived": 0.5, "estimated": 0.3}
_NEARLY = 0.8
_DOUBTED = ("impossible", "does-not-fit")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}
# A latency filter holds when the statistic that most sources give holds it.
_STATISTICS = ("p50", "mean", "typical", "p90", "p99")


@dataclass(frozen=True)
class Hit:
    """A case, how well it answers (1 is wholly), and which facets fit."""

    case: dict[str, Any]
    match: float
    why: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def score(self) -> float:
        """Return match quality first, tier second, in one number between 0 and 1."""
        return round(0.8 * self.match + 0.2 * _TIER_WORTH.get(self.case["tier"], 0), 4)


def rank(
    asked: Understood,
    cases: list[dict[str, Any]],
    points: dict[str, list[dict[str, Any]]],
    alike: frozenset[str] = frozenset(),
) -> list[Hit]:
    """Return all cases with at least one fitting facet, the best answers first.

    Args:
        asked: the question.
        cases: rows of the table ``cases``.
        points: rows of the table ``points`` by case.
        alike: ids of models of the same family and size as those asked for.
    """
    hits = [_judge(asked, case, points.get(case["id"], []), alike) for case in cases]
    return sorted((h for h in hits if h.match > 0), key=_order)


def _order(hit: Hit) -> tuple[Any, ...]:
    case = hit.case
    newest = case["submitted"] or case["measured_on"] or ""
    return (
        -hit.score,
        case["verdict"] in _DOUBTED,
        tuple(-ord(c) for c in newest),
        -case["points"],
        case["id"],
    )


def _judge(asked: Understood, case: dict[str, Any], points: list[dict[str, Any]], alike: frozenset[str]) -> Hit:
    facets: list[tuple[str, float, float]] = []
    if asked.models:
        near = _NEARLY if case["model"] in alike else 0.0
        # Where no case has both, the model elsewhere says more than other models on the card.
        facets.append(("model " + case["model"], 1.0 if case["model"] in asked.models else near, 4))
    if asked.hardware:
        fitting = [h for h in case["hardware_ids"] if h in asked.hardware]
        facets.append(("hardware " + ", ".join(fitting or case["hardware_ids"]), bool(fitting), 3))
    if asked.vendors:
        lines = [line for vendor, line in asked.lines if vendor == case["vendor"]]
        fits = case["vendor"] in asked.vendors and (not lines or any(line in case["hardware"] for line in lines))
        facets.append((f"vendor {case['vendor']}", fits, 3))
    if asked.engines:
        facets.append((f"engine {case['engine']}", case["engine"] in asked.engines, 2))
    if asked.quantizations:
        facets.append((f"format {case['quantization']}", case["quantization"] in asked.quantizations, 2))
    if asked.servers:
        facets.append((f"server {case['server']}", case["server"] in asked.servers, 2))
    facets.extend((_said(f), _holds(f, case, points), 2) for f in asked.filters)
    facets.extend((f"the word {word!r}", word in case["title"].casefold(), 1) for word in asked.unmatched)
    whole = sum(weight for _, _, weight in facets)
    reached = sum(weight * fits for _, fits, weight in facets)
    return Hit(
        case,
        reached / whole if whole else 0.0,
        tuple(text for text, fits, _ in facets if fits == 1),
        tuple(text for text, fits, _ in facets if fits < 1),
    )


def _said(condition: Filter) -> str:
    return f"{condition.field} {condition.op} {condition.value}"


def _holds(condition: Filter, case: dict[str, Any], points: list[dict[str, Any]]) -> bool:
    compare = _COMPARE[condition.op]
    if condition.field == "speculation":
        return case["speculation"] is not None
    if condition.field in case:
        value = case[condition.field]
        return value is not None and bool(compare(value, condition.value))
    return any(_point_holds(condition, point, compare) for point in points)


def _point_holds(condition: Filter, point: dict[str, Any], compare: Any) -> bool:
    columns = [condition.field] if condition.field in point else [f"{condition.field}_{s}" for s in _STATISTICS]
    value = next((point[c] for c in columns if point.get(c) is not None), None)
    return value is not None and bool(compare(value, condition.value))
