"""The JSON export: one collection per kind, one file per record, and an index."""

import json
import math
from pathlib import Path
from typing import Any

from kb.bundle.case_tables import decode_pool
from kb.bundle.content import Content
from kb.bundle.reader import SCHEMA_VERSION
from kb.estimate import Judgement
from kb.records import KINDS, Case, Record
from kb.records.case import EngineUse

LICENSE = "CC-BY-SA-4.0"


def write_json(content: Content, folder: Path) -> None:
    """Write the whole export below ``folder``."""
    index: dict[str, Any] = {}
    for kind in KINDS.values():
        items = [item(record, content) for record in content.records(kind)]
        _write(folder / f"{kind.plural}.json", {**_envelope(content), "count": len(items), "items": items})
        for entry in items:
            _write(folder / kind.plural / f"{entry['id']}.json", {"schema_version": SCHEMA_VERSION, **entry})
        index[kind.plural] = {"count": len(items), "file": f"{kind.plural}.json", "ids": [i["id"] for i in items]}
    findings = [finding.plain() for finding in content.findings]
    _write(folder / "findings.json", {**_envelope(content), "count": len(findings), "items": findings})
    former = {old: record.id for record in content.corpus.records() for old in record.former_ids}
    _write(
        folder / "index.json", {**_envelope(content), "collections": index, "former_ids": dict(sorted(former.items()))}
    )


def item(record: Record, content: Content) -> dict[str, Any]:
    """Return a record as the export gives it; a case carries ``resolved``, ``findings`` and ``estimate``."""
    entry = dict(content.plain(record))
    entry["tier"] = content.tier(record)
    entry["file"] = content.corpus.origin(record).file
    entry["findings"] = [finding.plain() for finding in content.findings_of.get(record.id, ())]
    if isinstance(record, Case):
        said = content.measured(record)
        entry["claimed_tier"] = said.claimed_tier
        entry["verdict"] = said.verdict
        entry["verdict_because"] = said.because
        others = content.reproduced_by(record)
        entry["independently_reproduced"] = 1 + len({other["party"] for other in others})
        entry["reproduced_by"] = others
        entry["resolved"] = _resolved(record, content)
        entry["estimate"] = {"points": [judged(judgement) for judgement in content.context.judgements(record)]}
    return entry


def judged(judgement: Judgement) -> dict[str, Any]:
    """Return what physics says of one point; a part that could not be computed is null."""
    memory, ceiling, expected = judgement.memory, judgement.ceiling, judgement.expected
    first = judgement.first_token
    return {
        "verdict": judgement.verdict,
        "because": judgement.reason,
        "memory": {
            "weights_gb": memory.weights_gb,
            "kv_cache_gb": memory.kv_gb,
            "needed_gb": memory.needed_gb,
            "capacity_gb": memory.capacity_gb,
            "fits": memory.fits,
        }
        if memory
        else None,
        "ceiling": {
            "decode_tok_s": ceiling.tok_s,
            "absolute_decode_tok_s": ceiling.absolute_tok_s if math.isfinite(ceiling.absolute_tok_s) else None,
            "bound_by": ceiling.bound_by,
        }
        if ceiling
        else None,
        "expected": {
            # Where records support a range only, there is no middle to give.
            "decode_tok_s": expected.tok_s if expected.error.point else None,
            "low": expected.low,
            "high": expected.high,
            "basis": expected.basis,
            "class": expected.error.name,
        }
        if expected
        else None,
        "first_token": {
            "ttft_ms": first.seconds * 1e3,
            "low_ms": None if first.fast is None else first.fast * 1e3,
            "high_ms": None if first.slow is None else first.slow * 1e3,
            "basis": first.basis,
        }
        if first
        else None,
        "terms": [term.plain() for term in judgement.terms],
        "gaps": list(judgement.gaps),
    }


def _resolved(case: Case, content: Content) -> dict[str, Any]:
    """Return the records that a case names, joined; what the corpus does not have is absent."""
    stack = case.stack
    pool = decode_pool(case)
    named = {
        "hardware": ("hardware", pool.hardware),
        "server": ("server", pool.server),
        "model": ("model", stack.model),
        "engine": ("engine", stack.engine.id if stack.engine else None),
        "quantization": ("quantization", stack.quantization),
    }
    joined = {key: _joined(content, *ref) for key, ref in named.items()}
    if stack.engine and joined["engine"] is not None:
        joined["engine"] = _that_ran(joined["engine"], content, stack.engine)
    pools = [
        {"role": p.role, "count": p.count, "hardware": _joined(content, "hardware", p.hardware)} for p in stack.pools
    ]
    return {**{key: value for key, value in joined.items() if value is not None}, "pools": pools}


def _that_ran(engine: dict[str, Any], content: Content, use: EngineUse) -> dict[str, Any]:
    """Return the engine with no other release than the one that ran: hundreds of them are one look-up away."""
    record = content.corpus.engines[use.id]
    release = record.release_of(use.version)
    kept = [one for one in engine.get("releases", ()) if release is not None and one["version"] == release.version]
    rest = {name: value for name, value in engine.items() if name != "releases"}
    return rest | ({"releases": kept} if kept else {})


def _joined(content: Content, kind: str, ref: str | None) -> dict[str, Any] | None:
    record = content.corpus.get(kind, ref) if ref else None
    return content.plain(record) if record else None


def _envelope(content: Content) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "license": LICENSE, "generated": content.generated}


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Compact: indented, the cases alone would be half as large again.
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
