"""A small SVG writer: a page with axes, marks of several series, lines and a legend.

It has no script and loads nothing. It tells its content in words (``title`` and ``desc``, and a ``title`` on each
mark), follows the reader's choice of dark or light, and tells series apart by shape as well as by colour. Its styles
name the page's own id, so that several can stand in one HTML page.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from kb.plots.dots import DotPlot, dots
from kb.plots.elements import LINE, frame, legend, legend_rows, rule, say, write
from kb.plots.scale import Scale, named
from kb.plots.shapes import SHAPES, Weight, path_of, short
from kb.plots.style import LIGHT

WIDTH, HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 20, 46, 54


@dataclass(frozen=True, slots=True)
class Mark:
    """One point, in values of the axes; ``series`` is a place in the list of series."""

    x: float
    y: float
    series: int
    weight: Weight
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, in values of the axes; ``stairs`` goes level first and then up or down.

    Where it belongs to no series it has the colour of the text.
    """

    points: tuple[tuple[float, float], ...]
    series: int | None
    stairs: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a drawing shows. ``desc`` tells in words what a reader sees in it."""

    title: str
    desc: str
    x: Scale
    y: Scale
    x_name: str
    y_name: str
    series: tuple[str, ...]
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


def svg(chart: Chart | DotPlot) -> str:
    """Return the chart as an SVG document; the same chart gives the same text."""
    root = drawing(chart)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def drawing(chart: Chart | DotPlot) -> ET.Element:
    """Return the chart as the tree of an SVG document."""
    if isinstance(chart, DotPlot):
        return dots(chart)
    entries = legend_rows(list(enumerate(chart.series)), _LEFT, WIDTH - _RIGHT)
    root = frame(chart.title, chart.desc, (WIDTH, HEIGHT + LINE * (len(entries) + len(chart.notes))), _LEFT)
    _axes(root, chart)
    for line in chart.lines:
        kind = "axis" if line.series is None else f"s{line.series % len(LIGHT)}"
        ET.SubElement(root, "path", {"class": f"line {kind}", "d": _path(chart, line)})
    # What matters most is drawn last, and so lies on top.
    for weight in ("doubted", "faint", "strong"):
        for mark in chart.marks:
            if mark.weight == weight:
                _mark(root, chart, mark)
    legend(root, entries, HEIGHT + 4)
    for row, note in enumerate(chart.notes):
        write(root, _LEFT, HEIGHT + 4 + LINE * (len(entries) + row), note, "small")
    return root


def _axes(root: ET.Element, chart: Chart) -> None:
    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM
    for value in chart.x.ticks(9):
        x = _x(chart, value)
        rule(root, "grid", x, top, x, bottom)
        write(root, x, bottom + 17, named(value), "mid")
    for value in chart.y.ticks(8):
        y = _y(chart, value)
        rule(root, "grid", left, y, right, y)
        write(root, left - 7, y + 4, named(value), "end")
    rule(root, "axis", left, bottom, right, bottom)
    rule(root, "axis", left, top, left, bottom)
    write(root, (left + right) / 2, bottom + 37, chart.x_name + _kind(chart.x), "mid")
    turned = write(root, 0, 0, chart.y_name + _kind(chart.y), "mid")
    turned.set("transform", f"translate(16 {short((top + bottom) / 2)}) rotate(-90)")


def _kind(scale: Scale) -> str:
    return " (logarithmic)" if scale.log else ""


def _mark(root: ET.Element, chart: Chart, mark: Mark) -> None:
    size = {"strong": 5.0, "faint": 3.6, "doubted": 3.4}[mark.weight]
    shape = "cross" if mark.weight == "doubted" else SHAPES[mark.series % len(SHAPES)]
    kind = "doubted" if mark.weight == "doubted" else f"s{mark.series % len(LIGHT)} {mark.weight}"
    drawn = ET.SubElement(
        root, "path", {"class": kind, "d": path_of(shape, _x(chart, mark.x), _y(chart, mark.y), size)}
    )
    say(ET.SubElement(drawn, "title"), mark.words)


def _path(chart: Chart, line: Line) -> str:
    places = [(_x(chart, x), _y(chart, y)) for x, y in line.points]
    drawn = [f"M{short(places[0][0])} {short(places[0][1])}"]
    for x, y in places[1:]:
        drawn.append(f"H{short(x)}V{short(y)}" if line.stairs else f"L{short(x)} {short(y)}")
    return "".join(drawn)


def _x(chart: Chart, value: float) -> float:
    return _LEFT + chart.x.place(value) * (WIDTH - _LEFT - _RIGHT)


def _y(chart: Chart, value: float) -> float:
    return HEIGHT - _BOTTOM - chart.y.place(value) * (HEIGHT - _BOTTOM - _TOP)
