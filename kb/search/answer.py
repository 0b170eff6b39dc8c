"""An answer, as data: what was understood, and rows that say what matters of each case."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from kb.search.understood import Understood

# What a row gives of its case, and what of the operating point that is shown.
_OF_CASE = (
    "claimed_tier", "verdict", "verdict_because", "model", "hardware", "vendor", "pools", "cards", "decode_cards",
    "engine", "engine_version", "quantization", "kv_cache", "server", "speculation", "disaggregated", "tp", "pp",
    "ep", "dp", "tpot_ms_low", "tpot_ms_high", "points", "independently_reproduced", "submitted", "measured_on",
    "day", "dated_by", "errors", "open_errors",
)  # fmt: skip
_OF_POINT = (
    "point", "label", "input_tokens", "output_tokens", "batch", "concurrency", "request_rate_s", "decode_tok_s",
    "decode_tok_s_per_card", "per_user_tok_s", "per_user_is", "prefill_tok_s", "total_tok_s", "ttft_ms", "ttft_is",
    "tpot_ms", "tpot_is", "itl_ms", "itl_is", "e2e_ms", "e2e_is", "memory_per_card_gb", "power_per_card_w",
    "tokens_per_joule", "caveat",
)  # fmt: skip


@dataclass
class Answer:
    """What ``kb query`` says.

    ``nearest`` is true when no case answers wholly and the results are the closest ones. ``total`` counts the records
    that answer, of which ``results`` are the first. ``basis`` says what the rows are ordered by, in a sentence.
    """

    query: str
    understood: Understood
    results: list[dict[str, Any]] = field(default_factory=list)
    nearest: bool = False
    basis: str = ""
    estimate: dict[str, Any] | None = None
    total: int = 0
    took_ms: float = 0.0

    def plain(self) -> dict[str, Any]:
        """Return the JSON form of the contract."""
        return {
            "query": self.query,
            "understood": self.understood.plain(),
            "results": self.results,
            "nearest": self.nearest,
            "basis": self.basis,
            "total": self.total,
            "estimate": self.estimate,
            "took_ms": self.took_ms,
        }


def case_row(
    case: dict[str, Any],
    point: dict[str, Any],
    score: float,
    matched: tuple[str, ...],
    missed: tuple[str, ...],
    today: str,
) -> dict[str, Any]:
    """Return the row of a case: its identity, trust and stack, and the figures of one operating point of it.

    What is not known is null. ``age_days`` counts from the day of the case to the date of the data.
    """
    row: dict[str, Any] = {
        "id": case["id"],
        "kind": "case",
        "title": case["title"],
        "score": score,
        "tier": case["tier"],
        **{name: case.get(name) for name in _OF_CASE},
        **{name: point.get(name) for name in _OF_POINT},
        "matched": list(matched),
        "missed": list(missed),
    }
    row["age_days"] = _days(case.get("day"), today)
    return row


def shown_point(case: dict[str, Any], fitting: list[int] | None) -> dict[str, Any]:
    """Return the operating point that stands for a case: of those that fit, the one with the most throughput."""
    points: list[dict[str, Any]] = case["operating_points"]
    chosen = [points[i] for i in fitting] if fitting else points
    for measure in ("decode_tok_s", "total_tok_s", "prefill_tok_s"):
        having = [point for point in chosen if measure in point]
        if having:
            return max(having, key=lambda point: float(point[measure]))
    having = [point for point in chosen if "tpot_ms" in point]
    return min(having, key=lambda point: float(point["tpot_ms"])) if having else chosen[0]


def _days(day: str | None, today: str) -> int | None:
    if day is None:
        return None
    return (datetime.date.fromisoformat(today) - datetime.date.fromisoformat(day)).days
