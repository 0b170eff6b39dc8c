"""Records other than cases that a sentence names: claims beside the cases, or any kind that is asked for."""

import json
from typing import Any

from kb.bundle.index import Index
from kb.search.lookup import KIND_OF
from kb.search.understood import Understood
from kb.search.vocabulary import Vocabulary

# The list of ``Understood`` that names records of a kind.
_NAMED = {
    "hardware": "hardware",
    "models": "models",
    "engines": "engines",
    "quantizations": "quantizations",
    "servers": "servers",
}


def named_records(index: Index, asked: Understood, known: Vocabulary, plural: str | None) -> list[dict[str, Any]]:
    """Return the records of the kind ``plural`` that the question names; without a kind, claims."""
    if plural in (None, "claims"):
        return _claims(index, asked)
    ids: list[str] = list(getattr(asked, _NAMED[plural])) if plural in _NAMED else []
    if plural == "hardware" and not ids and not (asked.models or asked.engines or asked.quantizations):
        ids = [card for card, traits in known.hardware.items() if _made_by(card, traits["vendor"], asked)]
    if not ids and asked.unmatched:
        ids = _by_title(index, KIND_OF[plural], asked.unmatched)
    kind = KIND_OF[plural]
    rows = (index.rows("SELECT id, title, tier FROM record WHERE kind = ? AND id = ?", (kind, i)) for i in ids)
    return [_record(i, title, tier, kind) for found in rows for i, title, tier in found]


def _claims(index: Index, asked: Understood) -> list[dict[str, Any]]:
    wanted = [
        (field, ids)
        for field, ids in (
            ("model", asked.models),
            ("hardware", asked.hardware),
            ("engine", asked.engines),
            ("quantization", asked.quantizations),
        )
        if ids
    ]
    if not wanted and not asked.vendors:
        return []
    return [
        _record(claim["id"], claim["title"], claim["tier"], "claim")
        for claim in json.loads(index.meta("claims"))
        if all(claim[field] in ids for field, ids in wanted)
        and (not asked.vendors or (claim["hardware"] and _made_by(claim["hardware"], claim["vendor"], asked)))
    ]


def _made_by(card: str, vendor: str | None, asked: Understood) -> bool:
    lines = [line for of, line in asked.lines if of == vendor]
    return vendor in asked.vendors and (not lines or any(line in card for line in lines))


def _by_title(index: Index, kind: str, words: list[str]) -> list[str]:
    rows = index.rows("SELECT id, title FROM record WHERE kind = ?", (kind,))
    return [i for i, title in rows if all(word in f"{i} {title}".casefold() for word in words)]


def _record(record: str, title: str, tier: str | None, kind: str) -> dict[str, Any]:
    return {"id": record, "kind": kind, "title": title, "score": 1.0, "tier": tier, "verdict": None}
