"""Numbers on which sources differ: the value that a record takes, and what the others say instead."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.search.lookup import KIND_OF, PLURALS, name_index

_KINDS = {name: kind for plural, kind in KIND_OF.items() for name in (kind, plural)}


@dataclass(frozen=True, slots=True)
class Cited:
    """One piece of evidence under a value: its source, where in it, and the tier that it supports."""

    evidence: str
    source: str | None
    publisher: str | None
    title: str | None
    url: str | None
    locator: str | None
    tier: str | None

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "evidence": self.evidence,
            "source": self.source,
            "publisher": self.publisher,
            "title": self.title,
            "url": self.url,
            "locator": self.locator,
            "tier": self.tier,
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One value, in the unit of its field, with the best tier of its evidence; ``why`` is for one that is not taken."""

    value: float
    tier: str
    why: str | None
    note: str | None
    cited: tuple[Cited, ...]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "value": plain_number(self.value),
            "tier": self.tier,
            "why": self.why,
            "note": self.note,
            "sources": [cited.plain() for cited in self.cited],
        }


@dataclass(frozen=True, slots=True)
class Dispute:
    """A number of a record on which sources differ; ``others`` holds at least one."""

    kind: str
    record: str
    pointer: str
    field: str
    taken: Side
    others: tuple[Side, ...]

    @property
    def spread_pct(self) -> float | None:
        """Return by how many percent the largest value is above the smallest; see :func:`spread_pct`."""
        return spread_pct([self.taken.value, *(side.value for side in self.others)])

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "record": self.record,
            "pointer": self.pointer,
            "field": self.field,
            "spread_pct": self.spread_pct,
            "taken": self.taken.plain(),
            "others": [side.plain() for side in self.others],
        }


def plain_disputes(found: Iterable[Dispute]) -> dict[str, Any]:
    """Return the JSON form of many: ``{"count", "disputes"}``.

    A dispute is ``{"kind", "record", "pointer", "field", "spread_pct", "taken", "others"}``; ``spread_pct`` is null
    where a ratio says nothing. ``taken`` and each of ``others`` are ``{"value", "tier", "why", "note", "sources"}``,
    and a source is ``{"evidence", "source", "publisher", "title", "url", "locator", "tier"}``: ``source`` is the id of
    its record, null where it is given in place.
    """
    rows = [dispute.plain() for dispute in found]
    return {"count": len(rows), "disputes": rows}


def spread_pct(values: Iterable[float]) -> float | None:
    """Return ``100 x (largest / smallest - 1)``, by magnitude where all are negative.

    Values that are all the same spread by 0, zero included. Where one is zero and another is not, or signs differ, no
    ratio says how far they are apart: None.
    """
    values = tuple(values)
    low, high = min(values), max(values)
    if low == high:
        return 0.0
    if low <= 0 <= high:
        return None
    # The difference first: the ratio of 120 and 100 is a hair less than a fifth above one.
    return 100 * (high - low) / min(abs(low), abs(high))


def disputes(
    bundle: Bundle, kind: str | None = None, record: str | None = None, min_spread: float = 0.0
) -> tuple[Dispute, ...]:
    """Return the disputed numbers of a bundle, those that differ most first.

    Args:
        bundle: an open bundle.
        kind: only of records of this kind (name or plural).
        record: only of this record, by any of its names.
        min_spread: only those that spread by so many percent or more. One without a ratio is always more, and first.

    Raises:
        UnknownName: no record, or more than one, goes by that name.
        BadRequest: there is no such kind, or the spread is below zero or no number.
    """
    if kind is not None and kind not in _KINDS:
        raise BadRequest(f"unknown kind {kind[:60]!r}; one of {', '.join(PLURALS)}")
    if not (min_spread >= 0 and math.isfinite(min_spread)):
        raise BadRequest(f"--min-spread is {min_spread:g}; it should be zero or more percent")
    of_kind = _KINDS[kind] if kind else None
    name = name_index(bundle).resolve(record, of_kind) if record is not None else None
    found = [
        dispute
        for dispute in _all(bundle)
        if of_kind in (None, dispute.kind)
        and (name is None or (name.kind, name.id) == (dispute.kind, dispute.record))
        and _at_least(dispute.spread_pct, min_spread)
    ]
    return tuple(sorted(found, key=_place))


def _all(bundle: Bundle) -> Iterable[Dispute]:
    """Yield every dispute, in the order of the records."""
    rows = bundle.rows(
        "SELECT facts.* FROM facts SEMI JOIN (SELECT kind, record, pointer FROM facts WHERE disputed) AS d"
        " USING (kind, record, pointer) ORDER BY facts.rowid"
    )
    cited = {
        (row["kind"], row["record"], row["id"]): Cited(
            row["id"],
            row["source"],
            row["publisher"],
            row["title"],
            row["url"],
            row["locator"],
            row["supported_tier"],
        )
        for row in bundle.rows(
            "SELECT evidence.* FROM evidence SEMI JOIN (SELECT kind, record FROM facts WHERE disputed) AS d"
            " USING (kind, record)"
        )
    }
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["record"], row["pointer"]].append(row)
    for (kind, record, pointer), group in groups.items():
        taken, *others = sorted(group, key=lambda row: bool(row["disputed"]))
        sides = [
            Side(
                row["value"],
                row["tier"],
                row["why"],
                row["note"],
                # Evidence that the record lacks is a finding of the checks; here it cites nothing.
                tuple(cited[kind, record, i] for i in row["evidence"] if (kind, record, i) in cited),
            )
            for row in (taken, *others)
        ]
        yield Dispute(kind, record, pointer, taken["field"], sides[0], tuple(sides[1:]))


def _at_least(spread: float | None, least: float) -> bool:
    return spread is None or spread >= least


def _place(dispute: Dispute) -> tuple[object, ...]:
    spread = dispute.spread_pct
    return (spread is not None, -(spread or 0.0), dispute.kind, dispute.record, dispute.pointer)


def plain_number(value: float) -> int | float:
    """Return a number as it was written: whole ones without a point."""
    return int(value) if float(value).is_integer() else value
