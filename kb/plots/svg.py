"""A small SVG writer: a page with axes, marks of several series, lines and a legend.

It has no script and loads nothing. It tells its content in words (``title`` and ``desc``, and a ``title`` on each
mark), follows the reader's choice of dark or light, and tells series apart by shape as well as by colour. Its styles
name the page's own id, so that several can stand in one HTML page.
"""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.plots.scale import Scale, named
from kb.plots.shapes import SHAPES, path_of, short
from kb.plots.style import LIGHT, style

WIDTH, HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 20, 46, 54
_LINE = 18
Weight = Literal["strong", "faint", "doubted"]


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


def svg(chart: Chart) -> str:
    """Return the chart as an SVG document; the same chart gives the same text."""
    root = drawing(chart)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def drawing(chart: Chart) -> ET.Element:
    """Return the chart as the tree of an SVG document."""
    legend = _legend_rows(chart.series)
    height = HEIGHT + _LINE * (len(legend) + len(chart.notes))
    own = "kb-" + hashlib.sha256((chart.title + chart.desc).encode()).hexdigest()[:10]
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "id": own,
            "role": "img",
            "aria-labelledby": f"{own}-title {own}-desc",
        },
    )
    _text_of(ET.SubElement(root, "title", {"id": f"{own}-title"}), chart.title)
    _text_of(ET.SubElement(root, "desc", {"id": f"{own}-desc"}), chart.desc)
    ET.SubElement(root, "style").text = style(own)
    ET.SubElement(root, "rect", {"class": "paper", "width": str(WIDTH), "height": str(height)})
    _write(root, _LEFT, 24, chart.title, "head")
    _axes(root, chart)
    for line in chart.lines:
        kind = "axis" if line.series is None else f"s{line.series % len(LIGHT)}"
        ET.SubElement(root, "path", {"class": f"line {kind}", "d": _path(chart, line)})
    # What matters most is drawn last, and so lies on top.
    for weight in ("doubted", "faint", "strong"):
        for mark in chart.marks:
            if mark.weight == weight:
                _mark(root, chart, mark)
    _legend(root, legend, HEIGHT + 4)
    for row, note in enumerate(chart.notes):
        _write(root, _LEFT, HEIGHT + 4 + _LINE * (len(legend) + row), note, "small")
    return root


def _axes(root: ET.Element, chart: Chart) -> None:
    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM
    for value in chart.x.ticks(9):
        x = _x(chart, value)
        _line(root, "grid", x, top, x, bottom)
        _write(root, x, bottom + 17, named(value), "mid")
    for value in chart.y.ticks(8):
        y = _y(chart, value)
        _line(root, "grid", left, y, right, y)
        _write(root, left - 7, y + 4, named(value), "end")
    _line(root, "axis", left, bottom, right, bottom)
    _line(root, "axis", left, top, left, bottom)
    _write(root, (left + right) / 2, bottom + 37, chart.x_name + _kind(chart.x), "mid")
    turned = _write(root, 0, 0, chart.y_name + _kind(chart.y), "mid")
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
    _text_of(ET.SubElement(drawn, "title"), mark.words)


def _legend_rows(names: Sequence[str]) -> list[list[tuple[float, int, str]]]:
    """Return rows of entries ``(x, number, name)``; letters are reckoned at seven pixels."""
    rows: list[list[tuple[float, int, str]]] = []
    x = float(WIDTH)
    for number, name in enumerate(names):
        wide = 7 * len(name) + 34
        if x + wide > WIDTH - _RIGHT:
            rows.append([])
            x = _LEFT
        rows[-1].append((x, number, name))
        x += wide
    return rows


def _legend(root: ET.Element, rows: list[list[tuple[float, int, str]]], top: float) -> None:
    for row, entries in enumerate(rows):
        for x, number, name in entries:
            y = top + _LINE * row
            kind = f"s{number % len(LIGHT)} strong"
            shape = path_of(SHAPES[number % len(SHAPES)], x + 5, y - 4, 5)
            ET.SubElement(root, "path", {"class": kind, "d": shape})
            _write(root, x + 16, y, name, "")


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


def _line(root: ET.Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
    ends = {"x1": short(x1), "y1": short(y1), "x2": short(x2), "y2": short(y2)}
    ET.SubElement(root, "line", {"class": kind, **ends})


def _write(root: ET.Element, x: float, y: float, words: str, kind: str) -> ET.Element:
    found = ET.SubElement(root, "text", {"x": short(x), "y": short(y), **({"class": kind} if kind else {})})
    _text_of(found, words)
    return found


def _text_of(element: ET.Element, words: str) -> None:
    """Set the text, without letters that XML cannot hold or that turn the direction of others."""
    element.text = "".join(c if c.isprintable() else " " for c in words)
