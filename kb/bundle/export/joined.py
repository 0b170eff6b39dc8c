"""The records that a case names, joined in brief."""

from typing import Any

from kb.bundle.case_tables import decode_pool
from kb.bundle.content import Content
from kb.records import KINDS, Case, Record
from kb.records.case import EngineUse, Pool

# What is asked of a case's card, model, format; the rest stands in the record's own file, where ``href`` leads.
_KEPT: dict[str, tuple[str, ...]] = {
    "hardware": ("vendor", "architecture", "released", "status", "memory", "peak", "tdp_w"),
    "server": ("vendor", "form", "hardware", "count"),
    "model": (
        "lab",
        "family",
        "released",
        "purpose",
        "parameters",
        "context_tokens",
        "native_quantization",
    ),
    "engine": ("maintainer",),
    "quantization": ("family", "stored", "activations", "arithmetic", "kv_cache"),
}
_PARAMETERS = ("total", "active", "published_total", "published_active")


def resolved(case: Case, content: Content) -> dict[str, Any]:
    """Return the records that a case names, in brief; what the corpus does not have is absent."""
    stack = case.stack
    pool = decode_pool(case)
    named = {
        "hardware": pool.hardware,
        "server": pool.server,
        "model": stack.model,
        "engine": stack.engine.id if stack.engine else None,
        "quantization": stack.quantization,
    }
    found: dict[str, Any] = {}
    for kind, ref in named.items():
        record = content.corpus.get(kind, ref) if ref else None
        if record is not None:
            found[kind] = _brief(record, content)
    if stack.engine and "engine" in found:
        found["engine"]["releases"] = _that_ran(stack.engine, content)
    return {**found, "pools": [_pool(one, content) for one in stack.pools]}


def href(record: Record) -> str:
    """Return where the whole record stands, below the folder of the index."""
    return f"{KINDS[record.kind].plural}/{record.id}.json"


def _name(record: Record, content: Content) -> dict[str, Any]:
    return {"id": record.id, "name": content.title(record), "href": href(record)}


def _brief(record: Record, content: Content) -> dict[str, Any]:
    whole = content.plain(record)
    kept = {field: _bare(whole[field]) for field in _KEPT[record.kind] if field in whole}
    if record.kind == "model":
        kept["parameters"] = {name: kept["parameters"][name] for name in _PARAMETERS if name in kept["parameters"]}
    return _name(record, content) | kept


def _bare(value: Any) -> Any:
    """Return a part of a record with its numbers and the ids of their evidence, without what is said about them."""
    if isinstance(value, dict):
        if "value" in value:
            return {"value": value["value"], "evidence": value["evidence"]}
        return {key: _bare(inner) for key, inner in value.items()}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _that_ran(use: EngineUse, content: Content) -> list[dict[str, Any]]:
    """Return the release that ran, if it is known: hundreds of others are one look-up away."""
    release = content.corpus.engines[use.id].release_of(use.version)
    return [] if release is None else [release.plain()]


def _pool(pool: Pool, content: Content) -> dict[str, Any]:
    card = content.corpus.get("hardware", pool.hardware)
    entry: dict[str, Any] = {"role": pool.role, "count": pool.count}
    return entry if card is None else entry | {"hardware": _name(card, content)}
