"""How a model got faster on a card: the same stack under the same load, over builds of its engine and days.

What is compared is what :mod:`kb.checks.siblings` calls comparable, but for the build and the day: model, engine and
its back end, formats of weights, activations and context, drafting, cards and their number, division of an audited
benchmark, kind of run, lengths within a quarter of each other, and the same batch, concurrency or request rate. How
the model is cut over the cards may differ where no cut has two builds, and is told then.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.deployed import Deployed, Row, deployed
from kb.search.loads import Load, classes, load_of
from kb.search.lookup import name_index
from kb.search.rates import Flight, flight_of
from kb.search.timeline import Run, Series, Step, series_of
from kb.verdicts import RULED_OUT

Key = tuple[object, ...]


@dataclass(frozen=True)
class Stack:
    """What stays the same over all its series, in words, and the series: most steps first, then by load."""

    name: str
    hardware: str
    series: tuple[Series, ...]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"stack": self.name, "hardware": self.hardware, "series": [one.plain() for one in self.series]}


@dataclass(frozen=True)
class History:
    """The answer. ``released`` is the day of the model's release as recorded: a day, a month, a year, or None.

    ``undated`` are cases without any day. ``left_out`` says how many points have no history, and why.
    """

    model: str
    hardware: str | None
    released: str | None
    stacks: tuple[Stack, ...]
    undated: tuple[str, ...]
    left_out: dict[str, int]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "model": self.model,
            "hardware": self.hardware,
            "released": self.released,
            "stacks": [stack.plain() for stack in self.stacks],
            "undated": list(self.undated),
            "left_out": self.left_out,
        }


def history(bundle: Bundle, model: str, hardware: str | None = None, engine: str | None = None) -> History:
    """Return the history of a model on a card, or on all cards, by any of their names.

    Raises:
        UnknownName: a name means no record, or several.
    """
    index = name_index(bundle)
    named = index.resolve(model, "model").id
    card = None if hardware is None else index.resolve(hardware, "hardware").id
    wanted = None if engine is None else index.resolve(engine, "engine").id
    released: str | None = bundle.rows("SELECT released FROM models WHERE id = ?", (named,))[0]["released"]
    left_out: Counter[str] = Counter()
    undated: list[str] = []
    groups: dict[Key, list[Run]] = {}
    for one in deployed(bundle, (named,), card):
        if wanted not in (None, one.case["engine"]):
            continue
        step = _step(one, released)
        reason = _unfit(one)
        if reason is None and step is None:
            undated.append(one.case["id"])
        if reason is not None or step is None:
            left_out[reason or "no day is known"] += len(one.points)
            continue
        for point in one.points:
            load = load_of(point, one.kind_of_load(point["point"]))
            if reason := _doubt(point, load):
                left_out[reason] += 1
            elif load is not None:
                groups.setdefault(_key(one), []).append(Run(step, one, point, load))
    stacks = [stack for runs in groups.values() if (stack := _stack(runs)) is not None]
    stacks.sort(key=lambda stack: (stack.hardware, -max(len(one.runs) for one in stack.series), stack.name))
    shown = sum(run.of for stack in stacks for one in stack.series for run in one.runs)
    if alone := sum(map(len, groups.values())) - shown:
        left_out["nothing else is comparable on another day or build"] += alone
    return History(named, card, released, tuple(stacks), tuple(undated), dict(sorted(left_out.items())))


def summary(found: History) -> str | None:
    """Return a history in one sentence; None where it has no series."""
    series = [one for stack in found.stacks for one in stack.series]
    if not series:
        return None
    days = [run.step.since_release for one in series for run in one.runs if run.step.since_release is not None]
    about = "about " if found.released and len(found.released) < len("2025-05-28") else ""
    dates = sorted(run.step.day for one in series for run in one.runs)
    span = f"{about}day {min(days):,} to day {max(days):,}" if days else f"{dates[0]} to {dates[-1]}"
    last = [one.changes[-1] for one in series]
    counted = f"{len(series):,} {'stack and load' if len(series) == 1 else 'stacks and loads'}"
    if len(last) == 1:
        return f"{span}: {counted}, {last[0]:.2f}x of the first step's speed"
    reached = f"{min(last):.2f}x to {max(last):.2f}x of the first step's speed, {median(last):.2f}x in the median"
    return f"{span}: {counted}, {reached}"


def first_day(released: str) -> datetime.date:
    """Return the first day that a partial date (``2025``, ``2025-05``) may mean."""
    return datetime.date.fromisoformat(released + "-01-01"[len(released) - 4 :])


def _step(one: Deployed, released: str | None) -> Step | None:
    if one.case["day"] is None:
        return None
    used = one.record["stack"].get("engine") or {}
    build = used.get("version") or used.get("image") or used.get("commit")
    day = datetime.date.fromisoformat(one.case["day"])
    since = None if released is None else (day - first_day(released)).days
    return Step(day, build, one.case["dated_by"], since)


def _unfit(one: Deployed) -> str | None:
    if one.cards is None:
        return "the number of cards is not stated"
    if one.case["engine"] is None:
        return "the engine is not stated"
    return "the evidence supports an estimate only" if one.case["tier"] == "estimated" else None


def _doubt(point: Row, load: Load | None) -> str | None:
    if point["verdict"] in RULED_OUT:
        return "physics refuses what is claimed"
    if point["caveat"] is not None:
        return "the point carries a caveat"
    return "lengths are not stated" if load is None else None


def _key(one: Deployed) -> Key:
    stack = one.record["stack"]
    speculation = stack.get("speculation") or {}
    pools = tuple((pool["role"], pool["hardware"], pool["count"]) for pool in stack["pools"])
    drafting = (speculation.get("method"), speculation.get("draft_tokens"))
    formats = (stack.get("quantization"), stack.get("activations"), stack.get("kv_cache"))
    backend = stack["engine"].get("backend")
    return (one.case["engine"], backend, formats, drafting, pools, one.record.get("division"))


def _stack(runs: list[Run]) -> Stack | None:
    heads = {member: head for head, members in classes(run.load for run in runs).items() for member in members}
    loads: dict[tuple[Load, Flight], list[Run]] = {}
    for run in runs:
        loads.setdefault((heads[run.load], flight_of(run.point)), []).append(run)
    found = [one for (load, flight), mine in loads.items() for one in _series(load, flight, mine)]
    if not found:
        return None
    found.sort(key=lambda one: (-len(one.runs), str(one.load), one.flight or ("", 0)))
    case, engine = runs[0].deployed.case, runs[0].deployed.record["stack"]["engine"]
    backend = f" ({engine['backend']})" if engine.get("backend") else ""
    speculation = f", drafts with {case['speculation']}" if case["speculation"] else ""
    return Stack(
        f"{case['pools']}, {case['engine']}{backend}, {case['quantization']}{speculation}",
        case["hardware"],
        tuple(found),
    )


def _series(load: Load, flight: Flight, runs: list[Run]) -> Iterable[Series]:
    """Yield a series for each way to cut the model that has several steps; of the rest one, cuts mixed, if it has."""
    cuts: dict[str | None, list[Run]] = {}
    for run in runs:
        cuts.setdefault(run.settings.get("parallelism"), []).append(run)
    rest: list[Run] = []
    for mine in cuts.values():
        one = series_of(load, flight, mine)
        if one is None:
            rest.extend(mine)
        else:
            yield one
    mixed = series_of(load, flight, rest)
    if mixed is not None:
        yield mixed
