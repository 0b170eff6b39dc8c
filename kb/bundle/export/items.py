"""A record as the export gives it: what it says, and what the knowledge base says of it."""

from typing import Any

from kb.bundle.content import Content
from kb.bundle.export.estimates import estimate, in_brief
from kb.bundle.export.joined import resolved
from kb.records import Case, Record


def item(record: Record, content: Content) -> dict[str, Any]:
    """Return a record with tier, file and findings; a case with its verdict, ``resolved`` and ``estimate`` too."""
    entry: dict[str, Any] = _without_empty_disputes(content.plain(record))
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
        entry["resolved"] = resolved(record, content)
        entry["estimate"] = estimate(record, content)
    return entry


def of_collection(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an item as its collection holds it: the estimate of a case in brief, all else the same."""
    return entry | {"estimate": in_brief(entry["estimate"])} if "estimate" in entry else entry


def _without_empty_disputes(value: Any) -> Any:
    """Return a part of a record without the empty lists that most of its numbers carry."""
    if isinstance(value, dict):
        return {k: _without_empty_disputes(v) for k, v in value.items() if v or k != "disputed"}
    return [_without_empty_disputes(inner) for inner in value] if isinstance(value, list) else value
