"""A sentence -> an answer: what was understood, the cases, and an estimate where nobody measured."""

import time
from dataclasses import dataclass, field
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest, KbError
from kb.search.lookup import KIND_OF, PLURALS
from kb.search.rank import Hit, rank
from kb.search.understand import Understood, understand
from kb.search.vocabulary import Vocabulary, vocabulary

_KIND_NAMES = {name: plural for plural, kind in KIND_OF.items() for name in (kind, plural)}


@dataclass
class Answer:
    """What ``kb query`` says. ``nearest`` is true when no case answers wholly and the results are the closest ones."""

    query: str
    understood: Understood
    results: list[dict[str, Any]] = field(default_factory=list)
    nearest: bool = False
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
            "total": self.total,
            "estimate": self.estimate,
            "took_ms": self.took_ms,
        }


def query(bundle: Bundle, sentence: str, *, kind: str | None = None, limit: int = 10) -> Answer:
    """Answer ``sentence`` from ``bundle``.

    Args:
        bundle: an open bundle.
        sentence: what somebody typed.
        kind: only records of this kind (name or plural); without it, cases, then claims.
        limit: at most this many results.

    Raises:
        BadRequest: the sentence is empty, or the kind is unknown.
    """
    started = time.perf_counter()
    if not any(c.isalnum() for c in sentence):
        raise BadRequest('an empty query; try: kb query "deepseek r1 on h200"')
    if limit < 1:
        raise BadRequest(f"--limit is {limit}; it is at least 1")
    if kind is not None and kind not in _KIND_NAMES:
        raise BadRequest(f"unknown kind {kind!r}; one of {', '.join(PLURALS)}")
    asked = understand(sentence, _vocabulary(bundle))
    answer = Answer(sentence, asked)
    plural = _KIND_NAMES[kind] if kind else None
    if plural in (None, "cases"):
        _add_cases(bundle, asked, answer)
    if plural != "cases":
        answer.results.extend(_other_records(bundle, asked, plural))
    answer.total = len(answer.results)
    answer.results = answer.results[:limit]
    if plural in (None, "cases") and (answer.nearest or not any(r["kind"] == "case" for r in answer.results)):
        answer.estimate = _estimate(bundle, asked)
    answer.took_ms = round((time.perf_counter() - started) * 1000, 2)
    return answer


def _vocabulary(bundle: Bundle) -> Vocabulary:
    rows = bundle.rows("SELECT name, kind, id FROM aliases")
    return vocabulary((row["name"], row["kind"], row["id"]) for row in rows)


def _add_cases(bundle: Bundle, asked: Understood, answer: Answer) -> None:
    cases = bundle.rows("SELECT * FROM cases")
    points: dict[str, list[dict[str, Any]]] = {}
    if asked.filters:
        for row in bundle.rows("SELECT * FROM points"):
            points.setdefault(row["case_id"], []).append(row)
    hits = rank(asked, cases, points, _alike(bundle, asked.models))
    whole = [hit for hit in hits if hit.match == 1]
    answer.nearest = not whole
    answer.results.extend(_result(hit) for hit in whole or hits[:5])


def _alike(bundle: Bundle, models: list[str]) -> frozenset[str]:
    """Return the models of the same family and size as ``models``: other releases and number formats of them."""
    if not models:
        return frozenset()
    rows = bundle.rows(
        "SELECT DISTINCT other.id FROM models AS named JOIN models AS other ON other.family = named.family"
        " AND abs(other.parameters_total - named.parameters_total) <= 0.02 * named.parameters_total"
        " WHERE named.id IN (SELECT unnest(?))",
        (models,),
    )
    return frozenset(row["id"] for row in rows) - set(models)


def _result(hit: Hit) -> dict[str, Any]:
    case = hit.case
    return {
        "id": case["id"],
        "kind": "case",
        "title": case["title"],
        "score": hit.score,
        "tier": case["tier"],
        "claimed_tier": case["claimed_tier"],
        "verdict": case["verdict"],
        "verdict_because": case["verdict_because"],
        **{
            key: case[key]
            for key in ("model", "hardware", "pools", "cards", "engine", "engine_version", "quantization")
        },
        "decode_tok_s": case["decode_tok_s"],
        "decode_tok_s_per_card": case["decode_tok_s_per_card"],
        "tpot_ms_low": case["tpot_ms_low"],
        "tpot_ms_high": case["tpot_ms_high"],
        "total_tok_s": case["total_tok_s"],
        "points": case["points"],
        "submitted": case["submitted"],
        "errors": case["errors"],
        "matched": list(hit.why),
        "missed": list(hit.misses),
    }


_COLUMNS = {
    "claims": ("subject_model", "subject_hardware", "subject_engine", "subject_quantization"),
    "hardware": (None, "id", None, None),
    "models": ("id", None, None, None),
    "engines": (None, None, "id", None),
    "quantizations": (None, None, None, "id"),
}


def _other_records(bundle: Bundle, asked: Understood, plural: str | None) -> list[dict[str, Any]]:
    """Return the records other than cases that the question names, claims first."""
    found: list[dict[str, Any]] = []
    for name, columns in _COLUMNS.items():
        if plural not in (None, name) or (plural is None and name != "claims"):
            continue
        found.extend(_named(bundle, asked, name, columns))
    if plural in ("servers", "sources", "interconnects"):
        wanted = set(asked.servers)
        for row in bundle.rows(f"SELECT * FROM {plural}"):
            text = f"{row['id']} {row.get('name') or row.get('title')}".casefold()
            if row["id"] in wanted or (asked.unmatched and all(word in text for word in asked.unmatched)):
                found.append(_record(row, plural, 1.0))
    return found


def _named(bundle: Bundle, asked: Understood, plural: str, columns: tuple[str | None, ...]) -> list[dict[str, Any]]:
    facets = (asked.models, asked.hardware, asked.engines, asked.quantizations)
    needed = [(column, ids) for column, ids in zip(columns, facets, strict=True) if ids]
    by_vendor = asked.vendors if plural in ("hardware", "claims") else []
    if not needed and not by_vendor:
        return []
    vendors = {row["id"]: row["vendor"] for row in bundle.rows("SELECT id, vendor FROM hardware")}
    found = []
    for row in bundle.rows(f"SELECT * FROM {plural}"):
        if not all(column is not None and row[column] in ids for column, ids in needed):
            continue
        hardware = row["id"] if plural == "hardware" else row.get("subject_hardware")
        if by_vendor and vendors.get(hardware) not in by_vendor:
            continue
        lines = [line for vendor, line in asked.lines if vendor == vendors.get(hardware)]
        if lines and not any(line in str(hardware) for line in lines):
            continue
        found.append(_record(row, plural, 1.0))
    return found


def _record(row: dict[str, Any], plural: str, score: float) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": KIND_OF[plural],
        "title": row.get("title") or row.get("name"),
        "score": score,
        "tier": row["tier"],
        "verdict": None,
    }


def _estimate(bundle: Bundle, asked: Understood) -> dict[str, Any] | None:
    """Return an estimate when the question names one model and one card, else None."""
    if len(asked.models) != 1 or len(asked.hardware) != 1:
        return None
    from kb.search.estimates import estimate_for

    cards = next((int(f.value) for f in asked.filters if f.field == "cards"), None)
    quantization = asked.quantizations[0] if len(asked.quantizations) == 1 else None
    try:
        return estimate_for(bundle, asked.models[0], asked.hardware[0], cards, quantization)
    except KbError as error:
        return {"error": str(error)}
