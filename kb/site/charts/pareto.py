"""The chart of a model: throughput per card against the speed of one user, under the load that most points share."""

from dataclasses import replace

from kb.plots.pareto_chart import pareto_chart
from kb.plots.svg import Chart
from kb.search.pareto import Pareto, ParetoQuestion, pareto
from kb.search.spots import Spot
from kb.site.charts.figure import Data, Figure
from kb.site.charts.inline import most_that_fit
from kb.site.figures import about, plural
from kb.site.library import Here, Library
from kb.site.parts import tier, verdict
from kb.site.text import escape

# Two points are a table.
_FEWEST = 3
_COLUMNS = (
    *("case", "point", "hardware", "stack", "cards", "load", "in_flight", "per_user_tok_s", "per_user_how"),
    *("tok_s_per_card", "tok_s_how", "tier", "verdict", "on_frontier", "never_on_frontier_because"),
)
_HEADS = ("Case", "Point", "In flight", "tok/s of one user", "tok/s per card", "Frontier", "Tier", "Verdict")


def pareto_figure(library: Library, model: str, here: Here) -> Figure | None:
    """Return the chart of a model; None where fewer than three points share a load."""
    found = pareto(library.bundle, ParetoQuestion(model))
    if len(found.spots) < _FEWEST:
        return None
    ordered = sorted(found.spots, key=_rank)
    chart, most = most_that_fit(lambda count: _chart(found, ordered[:count]), len(ordered))
    drawn = set(map(_key, ordered[:most]))
    load = "all loads" if found.load is None else escape(str(found.load))
    others = f"; {plural(len(found.others), 'other load')} not shown" if found.others else ""
    doubted = sum(spot.doubt is not None for spot in found.spots)
    return Figure(
        "pareto",
        "Throughput per card and speed of one user",
        "No point on the frontier is beaten in both. Filled marks are on it; a shape and a colour stand for a kind of "
        "card. The stairs join what was reached; between two points nothing was measured.",
        chart,
        (
            f"Load: {load}{others}.",
            f"Crosses never count: {plural(doubted, 'point')} with a caveat, an estimate or against physics."
            if doubted
            else "",
            *(f"{escape(warning[0].upper() + warning[1:])}." for warning in found.warnings),
            "Sources: those of the cases.",
        ),
        "operating point",
        Data(
            _HEADS,
            tuple(_cells(spot, library, here) for spot in found.spots if _key(spot) in drawn),
            _COLUMNS,
            tuple(_values(spot) for spot in found.spots),
            (1, 3, 4),
        ),
    )


def _key(spot: Spot) -> tuple[str, int]:
    return spot.case["id"], spot.point["point"]


def _rank(spot: Spot) -> tuple[bool, bool, float, str, int]:
    """Return what puts the frontier first, then what comes near to it, and last what never counts."""
    return (
        not spot.on_frontier,
        spot.doubt is not None,
        -spot.speed.tok_s * spot.per_card,
        *_key(spot),
    )


def _chart(found: Pareto, spots: list[Spot]) -> Chart:
    drawn = set(map(_key, spots))
    kept = replace(found, spots=tuple(spot for spot in found.spots if _key(spot) in drawn))
    chart = pareto_chart(kept)
    # The table names the case of each; what the drawing tells in words is told of all points.
    marks = tuple(replace(mark, words=mark.words.partition(": ")[2]) for mark in chart.marks)
    return replace(chart, marks=marks, desc=pareto_chart(found).desc)


def _cells(spot: Spot, library: Library, here: Here) -> tuple[str, ...]:
    return (
        library.link(here, "case", spot.case["id"], escape(spot.deployed.stack)),
        str(spot.point["point"] + 1),
        escape(spot.in_flight or ""),
        about(spot.speed.tok_s) + (" or more" if spot.speed.floor else ""),
        about(spot.per_card),
        "yes" if spot.on_frontier else "",
        tier(spot.case["tier"]),
        verdict(spot.point["verdict"]),
    )


def _values(spot: Spot) -> tuple[object, ...]:
    plain = spot.plain()
    plain |= {"load": None if spot.load is None else str(spot.load), "in_flight": spot.in_flight}
    return tuple(plain[column] for column in _COLUMNS)
