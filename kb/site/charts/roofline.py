"""The roofline of a case: where its decode step stands between memory bandwidth and compute.

Everything is taken from the sum on the page. A step of the ceiling yields ``ceiling x least time per step`` tokens;
over the time to read that is what bandwidth allows at its intensity, over the time to compute what the peak allows.
"""

from dataclasses import dataclass

from kb.plots.scale import Scale
from kb.plots.shapes import short, stamps
from kb.search.rates import throughput
from kb.site.charts.figure import plot
from kb.site.charts.frame import Frame
from kb.site.figures import about
from kb.site.library import Here, Item, Library
from kb.site.text import blocks, escape

FRAME = Frame()
# Where physics says no, or has no say, a drawing would only repeat it.
_NO_CHART = ("does-not-fit", "not-checkable")


@dataclass(frozen=True, slots=True)
class Roofline:
    """Intensity in FLOP per byte, everything else in tok/s over all sequences.

    ``slope`` is what reading allows at ``intensity``, ``roof`` what computing allows. ``claim`` is None where the case
    states no throughput and none follows; ``how`` says what it follows from.
    """

    intensity: float
    slope: float
    roof: float
    ceiling: float
    expected: tuple[float, float] | None
    claim: float | None
    how: str

    @property
    def ridge(self) -> float:
        """Return the intensity from which on computing takes longer than reading."""
        return self.intensity * self.roof / self.slope


class Plane:
    """The two logarithmic axes of a roofline, each from a low to a high value."""

    def __init__(self, line: Roofline) -> None:
        ends = (line.intensity, line.ridge)
        self.x = Scale(min(ends) / 4, max(ends) * 4, log=True)
        levels = [line.slope, line.roof, line.ceiling, *(line.expected or ()), *([line.claim] if line.claim else ())]
        self.y = Scale(min(levels) / 2, max(levels) * 2, log=True)

    def across(self, value: float) -> float:
        """Return where an intensity stands, in units of the drawing."""
        return FRAME.across(self.x.place(value))

    def up(self, value: float) -> float:
        """Return where a throughput stands."""
        return FRAME.up(self.y.place(value))


def roofline(item: Item, library: Library) -> Roofline | None:
    """Return the roofline of the headline point; None where a term of it is missing, or bandwidth bounds nothing."""
    index = item["estimate"]["sum"]["point"]
    judged = item["estimate"]["points"][index]
    terms = {name: value for name, value, _, _ in item["estimate"]["sum"]["terms"]}
    names = ("time to read", "time to compute", "least time per step", "operations", "bandwidth")
    read, compute, least, operations, bandwidth = (terms.get(name, 0.0) for name in names)
    if not (read and compute and least and operations and bandwidth and judged["ceiling"]):
        return None
    ceiling, expected = judged["ceiling"]["decode_tok_s"], judged["expected"]
    # TFLOP over GB, which are ms x GB/s / 1,000.
    intensity = operations * 1e6 / (read * bandwidth)
    rate = throughput(library.points[item["id"]][index])
    return Roofline(
        intensity,
        ceiling * least / read,
        ceiling * least / compute,
        ceiling,
        (expected["low"], expected["high"]) if expected else None,
        rate.tok_s if rate else None,
        rate.how if rate else "",
    )


def roofline_section(item: Item, library: Library, here: Here) -> str:
    """Return the drawing with its legend; nothing where the sum does not hold its terms."""
    line = None if item["verdict"] in _NO_CHART else roofline(item, library)
    if line is None:
        return ""
    claim = ""
    if line.claim is not None:
        stated = "" if line.how == "stated" else f", which is {escape(line.how)}"
        claim = f'<span class="kb-roof-claim">◆</span> claimed: {about(line.claim)} tok/s{stated}. '
    expected = ""
    if line.expected is not None:
        low, high = map(about, line.expected)
        expected = f'<span class="kb-roof-expected">▮</span> expected: {low} to {high}. '
    return blocks(
        plot(drawing(line)),
        f'<p class="kb-plot-note">Roofline of the decode step: {claim}{expected}'
        f'<span class="kb-roof-line">━</span> hard ceiling: {about(line.ceiling)} at {about(line.intensity)} FLOP per '
        "byte. All of it follows from the sum above; both axes are logarithmic.</p>",
    )


def drawing(line: Roofline) -> str:
    """Return the roofline as one ``svg`` element of HTML, at most 2,000 bytes."""
    plane = Plane(line)
    # The slope starts where it leaves the plane, at the left or below.
    start = max(plane.x.low, line.intensity * plane.y.low / line.slope)
    points = ((start, line.slope * start / line.intensity), (line.ridge, line.roof), (plane.x.high, line.roof))
    roof = "L".join(f"{short(plane.across(x))} {short(plane.up(y))}" for x, y in points)
    at = short(plane.across(line.intensity))
    bound = "bandwidth" if line.slope <= line.roof else "compute"
    parts = [
        FRAME.begin("roof", "Roofline: decode tok/s by FLOP per byte read", _words(line, bound)),
        FRAME.grid(plane.x, plane.y),
        FRAME.titles("FLOP per byte read", "tok/s"),
        f'<path class="roof" d="M{roof}"/>',
    ]
    if line.expected is not None:
        low, high = line.expected
        parts.append(
            f'<path class="expected" d="M{at} {short(plane.up(low))}V{short(plane.up(high))}">'
            f"<title>expected: {about(low)} to {about(high)} tok/s</title></path>"
        )
    y = plane.up(line.ceiling)
    parts.append(
        f'<path class="ceiling" d="M{short(float(at) - 9)} {short(y)}h18">'
        f"<title>hard ceiling: {about(line.ceiling)} tok/s</title></path>"
    )
    if line.claim is not None:
        claim = stamps("diamond", [(plane.across(line.intensity), plane.up(line.claim))], 5)
        parts.append(f'<path class="claim" d="{claim}"><title>claimed: {about(line.claim)} tok/s</title></path>')
    return "".join(parts) + "</svg>"


def _words(line: Roofline, bound: str) -> str:
    claim = "" if line.claim is None else f"; claimed are {about(line.claim)}"
    span = "" if line.expected is None else f"; expected are {about(line.expected[0])} to {about(line.expected[1])}"
    return f"At {about(line.intensity)} FLOP per byte {bound} allows {about(line.ceiling)} tok/s{span}{claim}."
