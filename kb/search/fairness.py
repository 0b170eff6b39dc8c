"""What makes a comparison of cases unfair."""

import datetime
from collections.abc import Sequence
from typing import Any

from kb.search.equal_loads import AtLoad
from kb.verdicts import RULED_OUT

# Engines get faster by the month; cases that are closer than that may well be of one build.
_MONTH = 31
_FACETS = (
    ("models", "model"),
    ("formats", "quantization"),
    ("numbers of cards", "cards"),
    ("cards", "hardware"),
    ("ways to cut the model", None),
    ("engines", "engine"),
    ("engine versions", "engine_version"),
    ("KV cache formats", "kv_cache"),
    ("ways of drafting", "speculation"),
    ("tiers", "tier"),
)


def fairness(cases: Sequence[dict[str, Any]], loads: Sequence[AtLoad]) -> str:
    """Return in one sentence what differs between cases, or that nothing does.

    One thing that differs is what is compared; of several none explains the difference.

    Args:
        cases: rows of the table ``cases``, at least two.
        loads: the loads that they share.
    """
    unequal = []
    for what, column in _FACETS:
        values = list(dict.fromkeys(_cut(case) if column is None else case[column] for case in cases))
        if len(values) > 1:
            unequal.append(f"other {what} ({', '.join('not stated' if v is None else str(v) for v in values)})")
    # Another version is a matter of course with another engine, and is told by the days then.
    if any(text.startswith("other engines") for text in unequal):
        unequal = [text for text in unequal if not text.startswith("other engine versions")]
    warnings = [text for text in (_apart(cases), _cards(cases), _doubted(cases), _shared(loads)) if text]
    if not unequal:
        said = "like for like: the same model, format, cards and engine"
    elif len(unequal) == 1 and not unequal[0].startswith("other models"):
        said = f"like for like but for {unequal[0]}"
    else:
        said = f"not like for like: {', '.join(unequal)}"
    return "; ".join((said, *warnings))


def _cut(case: dict[str, Any]) -> str | None:
    return " ".join(f"{name} {case[name]}" for name in ("tp", "pp", "ep", "dp") if case[name]) or None


def _apart(cases: Sequence[dict[str, Any]]) -> str | None:
    days = sorted(datetime.date.fromisoformat(case["day"]) for case in cases if case["day"])
    if len(days) < len(cases):
        return "how old they are is not known of each" if days else None
    apart = (days[-1] - days[0]).days
    if apart <= _MONTH:
        return None
    return f"{apart:,} days apart ({days[0].isoformat()} to {days[-1].isoformat()}), and engines get faster"


def _cards(cases: Sequence[dict[str, Any]]) -> str | None:
    if len({case["cards"] for case in cases}) > 1:
        return "throughputs are totals over all cards, so compare them per card"
    return None


def _doubted(cases: Sequence[dict[str, Any]]) -> str | None:
    found = [f"{case['id']} is {case['verdict']}" for case in cases if case["verdict"] in RULED_OUT]
    return f"physics refuses what is claimed: {', '.join(found)}" if found else None


def _shared(loads: Sequence[AtLoad]) -> str:
    if not loads:
        return "they have no load in common, so no figure of one stands beside that of another"
    return (
        f"compare points of equal lengths and load: they share {len(loads):,} {'load' if len(loads) == 1 else 'loads'}"
    )
