"""Cases of a model with their points and what only their records say, for those that compare points."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from kb.bundle.reader import Bundle

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Deployed:
    """One case: its row of ``cases``, its rows of ``points``, and its record as JSON."""

    case: Row
    points: tuple[Row, ...]
    record: Row

    @property
    def cards(self) -> int | None:
        """Return how many cards there are in all; None where the source counts those of one worker of many."""
        if any(pool.get("count_of") == "worker" for pool in self.record["stack"]["pools"]):
            return None
        return int(self.case["cards"])

    def kind_of_load(self, point: int) -> str | None:
        """Return what kind of run a point is, where it is stated."""
        kind: str | None = self.record["points"][point].get("scenario", {}).get("kind")
        return kind

    @property
    def stack(self) -> str:
        """Return the stack in one line: cards, engine, formats, ranks, drafting."""
        case = self.case
        speculation = self.record["stack"].get("speculation") or {}
        drafted = speculation.get("draft_tokens")
        parts = [
            case["pools"],
            " ".join(str(case[c]) for c in ("engine", "engine_version") if case[c]),
            case["quantization"],
            *(f"{name} {case[name]}" for name in ("tp", "pp", "ep", "dp") if (case[name] or 1) > 1),
            f"drafts with {case['speculation']}" + (f", {drafted} tokens" if drafted else "")
            if case["speculation"]
            else "",
        ]
        return ", ".join(part for part in parts if part)


_kept: WeakKeyDictionary[Bundle, list[Deployed]] = WeakKeyDictionary()


def deployed(
    bundle: Bundle, models: Sequence[str] = (), hardware: str | None = None, cases: Sequence[str] = ()
) -> list[Deployed]:
    """Return the cases of these models, or with these ids, in order of id; ``hardware`` is that which decodes."""
    if (kept := _kept.get(bundle)) is not None:
        return [
            one
            for one in kept
            if (one.case["model"] in models or one.case["id"] in cases)
            and (hardware is None or one.case["hardware"] == hardware)
        ]
    wanted = "SELECT * FROM cases WHERE (model IN (SELECT unnest(?)) OR id IN (SELECT unnest(?)))"
    parameters: list[Any] = [list(models), list(cases)]
    if hardware is not None:
        wanted += " AND hardware = ?"
        parameters.append(hardware)
    return _read(bundle, bundle.rows(f"{wanted} ORDER BY id", parameters))


def keep_deployed(bundle: Bundle) -> None:
    """Read the cases of all models at once, for who is going to ask for most of them; kept as long as the bundle."""
    _kept[bundle] = _read(bundle, bundle.rows("SELECT * FROM cases ORDER BY id"))


def _read(bundle: Bundle, rows: list[Row]) -> list[Deployed]:
    ids = [row["id"] for row in rows]
    points: dict[str, list[Row]] = {name: [] for name in ids}
    select = "SELECT * FROM points WHERE case_id IN (SELECT unnest(?)) ORDER BY case_id, point"
    for point in bundle.rows(select, (ids,)):
        points[point["case_id"]].append(point)
    select = "SELECT id, json FROM records WHERE kind = 'case' AND id IN (SELECT unnest(?))"
    records = {row["id"]: json.loads(row["json"]) for row in bundle.rows(select, (ids,))}
    return [Deployed(row, tuple(points[row["id"]]), records[row["id"]]) for row in rows]


def re_releases(bundle: Bundle, model: str) -> dict[str, int]:
    """Return the other models of the same family and size (within 2 %) with a case, and how many points each has.

    They are re-releases and number formats of it; the one with most points comes first.
    """
    rows = bundle.rows(
        "SELECT other.id, (SELECT count(*) FROM points WHERE points.model = other.id) AS points"
        " FROM models AS named JOIN models AS other ON other.family = named.family"
        " AND abs(other.parameters_total - named.parameters_total) <= 0.02 * named.parameters_total"
        " WHERE named.id = ? AND other.id <> named.id ORDER BY points DESC, other.id",
        (model,),
    )
    return {row["id"]: row["points"] for row in rows if row["points"]}
