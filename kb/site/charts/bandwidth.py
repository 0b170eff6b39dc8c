"""The chart of a model: decode throughput against the memory bandwidth of the cards that decode, a mark per case."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.plots.scale import named, scale_of
from kb.plots.svg import Chart, Line, Mark
from kb.records import TIERS
from kb.search.deployed import Deployed, Row
from kb.search.loads import Load, classes, load_of
from kb.search.rates import Flight, flight_in_words, flight_of, throughput
from kb.site.charts.figure import Data, Figure
from kb.site.charts.inline import most_that_fit, spread
from kb.site.figures import about, exact
from kb.site.library import Here, Library
from kb.site.parts import tier, verdict
from kb.site.text import escape
from kb.verdicts import RULED_OUT

_FEWEST = 3
# Ceilings this near to each other are one line: the records round their figures.
_SAME = 1.01
_HEADS = ("Case", "Weights", "Bandwidth GB/s", "Decode tok/s", "How", "Tier", "Verdict")
_COLUMNS = (
    *("case", "point", "hardware", "cards", "quantization", "bandwidth_gb_s", "tok_s", "tok_s_how"),
    *("load", "in_flight", "ceiling_tok_s", "tier", "verdict", "caveat"),
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A point of a case: ``bandwidth`` is GB/s of all cards that decode, ``tok_s`` is over all sequences."""

    case: Row
    point: Row
    load: Load | None
    bandwidth: float
    tok_s: float
    how: str

    @property
    def engine(self) -> str:
        """Return the engine and its version in words."""
        return " ".join(str(self.case[c]) for c in ("engine", "engine_version") if self.case[c]) or "engine not stated"

    @property
    def refused(self) -> bool:
        """Tell whether physics refuses it."""
        return self.point["verdict"] in RULED_OUT


def bandwidth_figure(library: Library, model: str, here: Here) -> Figure | None:
    """Return the chart of a model; None where too few cases, or cards of one bandwidth only, can be placed."""
    every = [placed for one in _deployed(library, model) for placed in _points(library, one)]
    shared = _common(every)
    places = _best(every if shared is None else shared[1])
    if len(places) < _FEWEST or len({place.bandwidth for place in places}) == 1:
        return None
    ordered = spread(_by_speed(places))
    ratio = _common_ratio(places)
    load = "" if shared is None else ", ".join(filter(None, (str(shared[0][0]), flight_in_words(shared[0][1]))))
    chart, most = most_that_fit(lambda count: _chart(library, model, places, ordered[:count], ratio), len(places))
    name = escape(load) if load else "loads differ from case to case, so only the order of size can be compared"
    return Figure(
        "decode",
        "Decode throughput and memory bandwidth",
        "One mark per case, the fastest of its points under this load; bandwidth and throughput are those of all cards "
        "that decode. A shape and a colour stand for a tier.",
        chart,
        (
            f"Load: {name}.",
            "The line is the hard ceiling, which is the same for all." if ratio else "",
            "Crosses are claims that physics refuses." if any(place.refused for place in places) else "",
            "Sources: those of the cases.",
        ),
        "case",
        Data(
            _HEADS,
            tuple(_cells(place, library, here) for place in _by_speed(ordered[:most])),
            _COLUMNS,
            tuple(_values(place) for place in _by_speed(ordered)),
            (2, 3),
        ),
    )


def _deployed(library: Library, model: str) -> list[Deployed]:
    """Return the cases of a model as the searches have them, of what the library holds already."""
    return [
        Deployed(row, tuple(library.points.get(row["id"], ())), library.items["case"][row["id"]])
        for row in library.cases_with("model", model)
    ]


def _points(library: Library, one: Deployed) -> list[Placed]:
    """Return the points of a case that have a throughput, where the bandwidth of its cards is known."""
    card = library.current("hardware", one.case["hardware"])
    fact = library.items["hardware"][card]["memory"].get("bandwidth_gb_s") if card else None
    if fact is None or one.cards is None:
        return []
    bandwidth = float(fact["value"]) * one.case["decode_cards"]
    found = [(point, throughput(point)) for point in one.points]
    return [
        Placed(one.case, point, load_of(point, one.kind_of_load(point["point"])), bandwidth, rate.tok_s, rate.how)
        for point, rate in found
        if rate is not None
    ]


def _common(places: Sequence[Placed]) -> tuple[tuple[Load, Flight], list[Placed]] | None:
    """Return the load that most cases share, with its points; None where fewer than three do."""
    heads = {m: head for head, members in classes(p.load for p in places if p.load).items() for m in members}
    groups: dict[tuple[Load, Flight], list[Placed]] = {}
    for place in places:
        if place.load is not None:
            groups.setdefault((heads[place.load], flight_of(place.point)), []).append(place)
    if not groups:
        return None
    # Of equals the first: loads come in order of their points.
    best = max(groups.items(), key=lambda entry: len({place.case["id"] for place in entry[1]}))
    return best if len({place.case["id"] for place in best[1]}) >= _FEWEST else None


def _best(places: Sequence[Placed]) -> list[Placed]:
    """Return the fastest point of each case."""
    found: dict[str, Placed] = {}
    for place in places:
        known = found.get(place.case["id"])
        if known is None or place.tok_s > known.tok_s:
            found[place.case["id"]] = place
    return [found[name] for name in sorted(found)]


def _by_speed(places: Sequence[Placed]) -> list[Placed]:
    return sorted(places, key=lambda place: (-place.tok_s, place.case["id"]))


def _common_ratio(places: Sequence[Placed]) -> float | None:
    """Return the ceiling in tok/s per GB/s where it is the same for all; None where it is not, or not known."""
    ratios = []
    for place in places:
        if place.point["ceiling_tok_s"] is None or place.point["ceiling_bound_by"] != "bandwidth":
            return None
        ratios.append(place.point["ceiling_tok_s"] / place.bandwidth)
    return sum(ratios) / len(ratios) if max(ratios) <= _SAME * min(ratios) else None


def _chart(
    library: Library, model: str, every: Sequence[Placed], places: Sequence[Placed], ratio: float | None
) -> Chart:
    x, y = scale_of(p.bandwidth for p in every), [p.tok_s for p in every]
    lines: tuple[Line, ...] = ()
    if ratio is not None:
        ends = [min(p.bandwidth for p in every), max(p.bandwidth for p in every)]
        lines = (Line(tuple((end, end * ratio) for end in ends), None),)
        y += [end * ratio for end in ends]
    marks = tuple(
        Mark(
            place.bandwidth,
            place.tok_s,
            TIERS.index(place.case["tier"]),
            "doubted" if place.refused else "strong",
            f"{place.case['pools']}, {place.engine}, "
            f"{place.case['quantization'] or 'format not stated'}; {named(round(place.tok_s, 1))} tok/s, "
            f"{place.case['tier']}",
        )
        for place in places
    )
    slow, fast = (pick(every, key=lambda p: p.tok_s) for pick in (min, max))
    return Chart(
        f"{library.title('model', model)}: decode throughput against memory bandwidth",
        f"{len(every):,} cases, from {named(round(slow.tok_s, 1))} tok/s on {slow.case['pools']} "
        f"to {named(round(fast.tok_s, 1))} tok/s on {fast.case['pools']}.",
        x,
        scale_of(y),
        "memory bandwidth of the cards that decode, GB/s",
        "decode, tok/s",
        TIERS,
        marks,
        lines,
    )


def _cells(place: Placed, library: Library, here: Here) -> tuple[str, ...]:
    return (
        library.link(here, "case", place.case["id"], escape(f"{place.case['pools']}, {place.engine}")),
        library.link(here, "quantization", place.case["quantization"]),
        exact(place.bandwidth),
        about(place.tok_s),
        escape(place.how),
        tier(place.case["tier"]),
        verdict(place.point["verdict"]),
    )


def _values(place: Placed) -> tuple[object, ...]:
    case, point = place.case, place.point
    return (
        *(case["id"], point["point"], case["hardware"], case["decode_cards"], case["quantization"]),
        *(place.bandwidth, place.tok_s, place.how, place.load, flight_in_words(flight_of(point))),
        *(point["ceiling_tok_s"], case["tier"], point["verdict"], point["caveat"]),
    )
