"""The operating points of a case as a drawing: what is claimed, what is expected, and what physics allows.

Each point has a place of its own, in the order of its load: a sweep over one thing and a sweep over three read alike,
and points under the same load stand side by side.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from kb.plots.scale import Scale, scale_of
from kb.plots.shapes import short, stamps
from kb.search.rates import throughput
from kb.site.charts.figure import plot
from kb.site.charts.frame import Frame
from kb.site.figures import about, exact, plural
from kb.site.library import Item, Library, Row
from kb.site.pages.case_estimate import shown_points
from kb.site.text import blocks

FRAME = Frame()
# What a load may be told by: the field of a point, and what the axis calls it.
LOADS = (
    ("concurrency", "concurrency"),
    ("batch", "batch"),
    ("request_rate_s", "requests per second"),
    ("input_tokens", "input tokens"),
    ("output_tokens", "output tokens"),
)
_NAMES = 8
# From so many points on, marks are drawn narrower.
_MANY = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One point. ``name`` stands below it, where it is not that of the point before; the rest is in tok/s.

    ``row`` is its place in the tables of the page.
    """

    row: int
    name: str
    claim: float
    stated: bool
    expected: tuple[float, float] | None
    ceiling: float | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """The points of a case in the order of ``by``, the names of what varies among them; in their own where nothing."""

    by: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def levels(self) -> list[float]:
        """Return every throughput that is drawn."""
        return [
            level
            for place in self.places
            for level in (place.claim, *(place.expected or ()), place.ceiling)
            if level is not None
        ]


def sweep(item: Item, library: Library) -> Sweep | None:
    """Return the points that claim a throughput; None where there are not two of them."""
    rows = library.points[item["id"]]
    shown = shown_points(item)
    claimed = [(at, rows[index], rate) for at, index in enumerate(shown) if (rate := throughput(rows[index]))]
    if len(claimed) < 2:
        return None
    varied = [(field, name) for field, name in LOADS if _varies([row[field] for _, row, _ in claimed])]
    claimed.sort(key=lambda one: [one[1][field] for field, _ in varied])
    places = tuple(
        Place(
            at,
            exact(row[varied[0][0]]) if varied else str(shown[at] + 1),
            rate.tok_s,
            rate.stated,
            _expected(row),
            row["ceiling_tok_s"],
        )
        for at, row, rate in claimed
    )
    return Sweep(tuple(name for _, name in varied), places)


def _varies(values: list[float | None]) -> bool:
    return None not in values and len(set(values)) > 1


def _expected(row: Row) -> tuple[float, float] | None:
    low, high = row["expected_low_tok_s"], row["expected_high_tok_s"]
    return (low, high) if low is not None and high is not None else None


def points_chart(item: Item, library: Library) -> str:
    """Return the drawing with its legend; nothing where the case has no two points to draw."""
    found = sweep(item, library)
    if found is None:
        return ""
    derived = "" if all(place.stated for place in found.places) else " or what follows from claimed latencies"
    expected = '<span class="kb-roof-expected">▮</span> expected. ' if any(p.expected for p in found.places) else ""
    ceiling = '<span class="kb-roof-line">━</span> hard ceiling. ' if any(p.ceiling for p in found.places) else ""
    count, of = len(found.places), len(item["points"])
    few = f" {exact(count)} of {plural(of, 'point')} are drawn." if count < of else ""
    even = "" if _scale(found).log else " The axis begins at zero."
    return blocks(
        plot(drawing(found)),
        f'<p class="kb-plot-note">Decode of all sequences in tokens per second: <span class="kb-roof-claim">◆</span> '
        f"claimed{derived}. {expected}{ceiling}The figures are in the tables above and below.{even}{few}</p>",
    )


def drawing(found: Sweep) -> str:
    """Return the points as one ``svg`` element of HTML."""
    y = _scale(found)
    count = len(found.places)
    slot = (FRAME.right - FRAME.left) / count
    middle = [FRAME.left + (index + 0.5) * slot for index in range(count)]
    claims = [(x, FRAME.up(y.place(place.claim))) for x, place in zip(middle, found.places, strict=True)]
    half = min(9.0, slot * 0.4)
    bars, tops = [], []
    for x, place in zip(middle, found.places, strict=True):
        if place.expected:
            low, high = (short(FRAME.up(y.place(level))) for level in place.expected)
            bars.append(f"M{short(x)} {low}V{high}")
        if place.ceiling is not None:
            tops.append(f"M{short(x - half)} {short(FRAME.up(y.place(place.ceiling)))}h{short(2 * half)}")
    thin = " thin" if count > _MANY else ""
    diamonds = stamps("diamond", claims, 3 if thin else 5)
    curve = "L".join(f"{short(x)} {short(level)}" for x, level in claims)
    return "".join(
        (
            FRAME.begin("points", "Decode tok/s of each operating point", _words(found), [p.row for p in found.places]),
            FRAME.grid(None, y),
            _below(found, middle),
            FRAME.titles(", ".join(found.by) or "point, as in the table", "tok/s"),
            f'<path class="expected{thin}" d="{"".join(bars)}"/>' if bars else "",
            f'<path class="ceiling" d="{"".join(tops)}"/>' if tops else "",
            # A curve is one load that grows; anything else would be joined at random.
            f'<path class="curve" d="M{curve}"/>' if len(found.by) == 1 else "",
            f'<path class="claim" d="{diamonds}"/></svg>',
        )
    )


def _scale(found: Sweep) -> Scale:
    return scale_of(found.levels)


def _below(found: Sweep, middle: list[float]) -> str:
    """Return the names below the axis: each where it begins, and no more of them than are read."""
    names = [place.name for place in found.places]
    firsts = [0, *(index for index, (before, after) in enumerate(pairwise(names), 1) if before != after)]
    kept = firsts[:: math.ceil(len(firsts) / _NAMES)]
    return FRAME.below([(short(middle[index]), names[index]) for index in kept])


def _words(found: Sweep) -> str:
    claims = [place.claim for place in found.places]
    by = f" by {found.by[0]}, {found.places[0].name} to {found.places[-1].name}" if found.by else ""
    words = f"{plural(len(claims), 'point')}{by}: claimed are {about(min(claims))} to {about(max(claims))} tok/s"
    spans = [place.expected for place in found.places if place.expected]
    if spans:
        words += f"; expected are {about(min(low for low, _ in spans))} to {about(max(high for _, high in spans))}"
    ceilings = [place.ceiling for place in found.places if place.ceiling is not None]
    if ceilings:
        words += f"; the hard ceilings are {about(min(ceilings))} to {about(max(ceilings))}"
    return words + "."
