"""The chart of a Pareto answer."""

from kb.plots.scale import named, scale_of
from kb.plots.shapes import Weight
from kb.plots.svg import Chart, Line, Mark
from kb.search.pareto import Pareto
from kb.search.spots import Spot


def pareto_chart(found: Pareto) -> Chart:
    """Return the chart: a mark per point, a shape per kind of card (or what the frontiers are by), stairs per frontier.

    The stairs join what was reached; between two points of it nothing was measured.
    """
    column = "hardware" if found.by == "all" else found.by
    names = tuple(sorted({str(spot.case[column] or "not stated") for spot in found.spots}))
    series = {name: number for number, name in enumerate(names)}

    def of(spot: Spot) -> int:
        return series[str(spot.case[column] or "not stated")]

    marks = tuple(Mark(spot.speed.tok_s, spot.per_card, of(spot), _weight(spot), words(spot)) for spot in found.spots)
    lines = []
    for name in names if found.by != "all" else ("",):
        mine = [spot for spot in found.frontier if found.by == "all" or of(spot) == series[name]]
        if len(mine) > 1:
            own = None if found.by == "all" else series[name]
            lines.append(Line(tuple((s.speed.tok_s, s.per_card) for s in mine), own, stairs=True))
    load = "all loads" if found.load is None else str(found.load)
    return Chart(
        f"{found.models[0]}: throughput per card against the speed of one user",
        _described(found, load),
        scale_of(spot.speed.tok_s for spot in found.spots),
        scale_of(spot.per_card for spot in found.spots),
        "output tokens per second of one user",
        "output tokens per second and card",
        names,
        marks,
        tuple(lines),
        (load, *_notes(found)),
    )


def words(spot: Spot) -> str:
    """Return a point in words."""
    doubt = f", never on the frontier: {spot.doubt}" if spot.doubt else ""
    load = spot.in_flight or "load not stated"
    return (
        f"{spot.case['id']}, point {spot.point['point']}: {spot.deployed.stack}, {load}; "
        f"{named(round(spot.speed.tok_s, 1))} tok/s of one user, {named(round(spot.per_card, 1))} tok/s per card, "
        f"tier {spot.case['tier']}{doubt}"
    )


def _weight(spot: Spot) -> Weight:
    if spot.doubt is not None:
        return "doubted"
    return "strong" if spot.on_frontier else "faint"


def _described(found: Pareto, load: str) -> str:
    best = found.frontier
    said = f"{len(found.spots):,} operating points, {load}. "
    if not best:
        return said + "None of them counts for a frontier."
    ends = " to ".join(
        f"{named(round(s.per_card, 1))} tok/s per card at {named(round(s.speed.tok_s, 1))} tok/s of one user "
        f"({s.case['hardware']}, {s.case['engine']})"
        for s in (best[0], best[-1])[: len(best)]
    )
    return f"{said}The frontier has {len(best):,} of them: {ends}."


def _notes(found: Pareto) -> tuple[str, ...]:
    doubted = sum(spot.doubt is not None for spot in found.spots)
    crosses = (
        (f"crosses: {doubted:,} points that never count, for a caveat, an estimate or physics",) if doubted else ()
    )
    return ("filled: on the frontier", *crosses, *found.warnings)
