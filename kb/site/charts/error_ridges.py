"""The drawing of left-out errors: a histogram for each class, one below the other on the same axis."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from kb.plots.elements import write
from kb.plots.scale import Scale, named
from kb.plots.shapes import short
from kb.plots.style import style
from kb.site.charts.error_spread import PER_DOUBLING, Spread, edge
from kb.site.figures import exact, plural

WIDTH, LEFT, RIGHT = 600, 40, 14
TOP, HEAD, BARS, FOOT, BOTTOM = 58, 22, 46, 16, 90
PANEL = HEAD + BARS + FOOT
_NAMED = {0.5: "half", 1.0: "as estimated", 2.0: "double"}
_MARKS = {"10 %": 0.1, "median": 0.5, "90 %": 0.9}
# Beside the colours of the series, as in charts.css: lines are to be seen before the bars.
_STYLE = (
    ".bars{fill-opacity:.3;stroke-width:1}",
    ".median{stroke-width:2.5}",
    ".tenth{stroke-width:1.5;stroke-dasharray:3 2}",
    ".stated{stroke-width:1.2}",
    ".hollow{fill:none}",
    ".half{stroke-dasharray:5 4}",
    ".name{font-weight:600}",
)


class Ridges:
    """The place of everything in a drawing of several classes; the axis is in whole doublings and holds all rows."""

    def __init__(self, found: Sequence[Spread]) -> None:
        values = [value for one in found for value in (*one.ratios, one.error.fast, one.error.slow, 0.5, 2.0)]
        low, high = math.floor(math.log2(min(values))), math.ceil(math.log2(max(values)))
        self.found = found
        self.doublings = range(low, high + 1)
        self.scale = Scale(2.0**low, 2.0**high, log=True)
        self.bottom = TOP + PANEL * len(found)
        self.height = self.bottom + BOTTOM

    def across(self, ratio: float) -> float:
        """Return where a ratio stands, in units of the drawing."""
        return LEFT + self.scale.place(ratio) * (WIDTH - LEFT - RIGHT)

    def base(self, row: int) -> int:
        """Return where the bars of the class in this row stand."""
        return TOP + PANEL * row + HEAD + BARS


def ridges(found: Sequence[Spread], own: str, what: str) -> str:
    """Return the drawing as one ``svg`` element of HTML, in the colours of the page's style sheet.

    ``own`` is its id, ``what`` the time that was measured. There is at least one class.
    """
    root = _tree(Ridges(found), own, what)
    root.set("class", "kb-chart kb-ridges")
    return ET.tostring(root, encoding="unicode")


def ridges_alone(found: Sequence[Spread], own: str, what: str) -> str:
    """Return the drawing as an SVG document with colours of its own; the same classes give the same text."""
    plan = Ridges(found)
    root = _tree(plan, own, what)
    root.attrib |= {"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "height": str(plan.height), "id": own}
    sheet, paper = ET.Element("style"), ET.Element("rect", {"class": "paper", "width": "100%", "height": "100%"})
    sheet.text = style(own) + "".join(f"#{own} {rule}" for rule in _STYLE)
    # Title and description come first.
    root[2:2] = [sheet, paper]
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def _tree(plan: Ridges, own: str, what: str) -> ET.Element:
    box = {"viewBox": f"0 0 {WIDTH} {plan.height}", "role": "img", "aria-labelledby": f"{own}-t {own}-d"}
    root = ET.Element("svg", box)
    ET.SubElement(root, "title", {"id": f"{own}-t"}).text = f"Measured over estimated {what} of left-out rows, by class"
    ET.SubElement(root, "desc", {"id": f"{own}-d"}).text = " ".join(map(_words, plan.found))
    write(root, LEFT, 16, what[0].upper() + what[1:], "name")
    _axis(root, plan)
    for row, one in enumerate(plan.found):
        _panel(root, plan, one, plan.base(row))
    _legend(root, plan, what)
    return root


def _words(one: Spread) -> str:
    stated = f"{one.error.fast:.2f} to {one.error.slow:.2f}"
    return (
        f"{_name(one)}: {plural(len(one.ratios), 'row')}, median {one.quantile(0.5):.2f}, "
        f"eight of ten between {one.quantile(0.1):.2f} and {one.quantile(0.9):.2f}; "
        f"the estimate states {stated}{'' if one.error.point else ' and no middle'}."
    )


def _name(one: Spread) -> str:
    return one.error.name.replace("-", " ")


def _axis(root: ET.Element, plan: Ridges) -> None:
    # Not through the words above the bars.
    panels = [(plan.base(row) - BARS, plan.base(row) + FOOT) for row in range(len(plan.found))]
    for doubling in plan.doublings:
        ratio = 2.0**doubling
        place = plan.across(ratio)
        kind = "axis" if ratio == 1 else "axis half" if ratio in _NAMED else "grid"
        _path(root, kind, "".join(f"M{short(place)} {top}V{bottom}" for top, bottom in panels))
        for y in (TOP - 4, plan.bottom + 14):
            write(root, place, y, named(ratio), "mid")
        if ratio in _NAMED:
            write(root, place, TOP - 20, _NAMED[ratio], "mid")


def _panel(root: ET.Element, plan: Ridges, one: Spread, base: int) -> None:
    most, top = max(one.bins.values()), base - BARS
    write(root, LEFT, top - 7, f"{_name(one)}, {plural(len(one.ratios), 'row')}", "name")
    told = ", ".join(f"{name} {one.quantile(share):.2f}" for name, share in _MARKS.items())
    write(root, WIDTH - RIGHT, top - 7, told, "end")
    _path(root, "grid", f"M{LEFT} {base}H{WIDTH - RIGHT}")
    _path(root, "s0 bars", _skyline(plan, one, base), _words(one))
    write(root, LEFT - 5, top + 9, exact(most), "end")
    write(root, LEFT - 5, base + 1, "0", "end")
    for name, share in _MARKS.items():
        kind, high = ("median", top - 2) if share == 0.5 else ("tenth", top + 6)
        mark = one.quantile(share)
        _path(root, f"line s1 {kind}", f"M{short(plan.across(mark))} {base}V{high}", f"{name} of rows: {mark:.2f}")
    fast, slow = short(plan.across(one.error.fast)), short(plan.across(one.error.slow))
    stated = f"stated range: {one.error.fast:.2f} to {one.error.slow:.2f}"
    _path(root, f"s2 stated{'' if one.error.point else ' hollow'}", f"M{fast} {base + 4}H{slow}v6H{fast}z", stated)


def _skyline(plan: Ridges, one: Spread, base: int) -> str:
    """Return the outline of the bars; those beside each other share one."""
    most, drawn = max(one.bins.values()), []
    for number, count in sorted(one.bins.items()):
        top, right = base - BARS * count / most, plan.across(edge(number + 1))
        if number - 1 not in one.bins:
            drawn.append(f"M{short(plan.across(edge(number)))} {base}")
        drawn.append(f"V{short(top)}H{short(right)}")
        if number + 1 not in one.bins:
            drawn.append(f"V{base}z")
    return "".join(drawn)


def _legend(root: ET.Element, plan: Ridges, what: str) -> None:
    y = plan.bottom + 32
    write(root, (LEFT + WIDTH - RIGHT) / 2, y, f"measured / estimated {what} (logarithmic)", "mid")
    entries = [
        (0, 24, "s0 bars", "h12v-10h-12z", f"rows, {PER_DOUBLING} bars to a doubling"),
        (190, 24, "line s1 median", "m6 1v-12", "median of rows"),
        (320, 24, "line s1 tenth", "m6 1v-12", "10 and 90 % of rows"),
        (0, 46, "s2 stated", "m0 -2h12v-6h-12z", "range that the estimate states"),
    ]
    if not all(one.error.point for one in plan.found):
        entries.append((220, 46, "s2 stated hollow", "m0 -2h12v-6h-12z", "the same, where it states no middle"))
    for right, down, kind, path, words in entries:
        _path(root, kind, f"M{LEFT + right} {y + down}{path}")
        write(root, LEFT + right + 18, y + down, words, "")


def _path(root: ET.Element, kind: str, drawn: str, words: str = "") -> None:
    path = ET.SubElement(root, "path", {"class": kind, "d": drawn})
    if words:
        ET.SubElement(path, "title").text = words
