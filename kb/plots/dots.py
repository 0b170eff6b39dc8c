"""A plot of dots: a named row for each thing, the dots of a row along one axis that all rows share.

It is drawn in the way of :mod:`kb.plots.svg`. Of its dots many lie on each other, and most say nothing by themselves:
those of a row, a series and a weight are one path, and a row is told in words as a whole.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.plots.elements import LINE, frame, legend, legend_rows, say, write
from kb.plots.scale import Scale, named
from kb.plots.shapes import SHAPES, Weight, stamps
from kb.plots.style import LIGHT

# Narrow, so that a phone has some of the dots beside the names.
WIDTH, LEFT, RIGHT, TOP, STEP, BOTTOM = 600, 200, 24, 46, 22, 54
_SIZES: dict[Weight, float] = {"strong": 4.0, "faint": 4.0, "doubted": 3.4}
# Two dots that are nearer than this, in pixels, are one.
_NEAR = 2
_ABOVE = 4
# Of a name, so that it finds room beside its row in a wide face; and of numbers below the axis.
_LETTERS, _TICKS = 26, 8


@dataclass(frozen=True, slots=True)
class Dot:
    """One dot: its place on the axis, its row and its series, both by number."""

    x: float
    row: int
    series: int
    weight: Weight


@dataclass(frozen=True, slots=True)
class DotRow:
    """A row, by what stands beside it, cut where it is long, and by what is said of it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class DotPlot:
    """All that a drawing shows. ``desc`` tells in words what a reader sees in it; rows come from top to bottom.

    The legend has the series that some dot belongs to.
    """

    title: str
    desc: str
    x: Scale
    x_name: str
    rows: tuple[DotRow, ...]
    series: tuple[str, ...]
    marks: tuple[Dot, ...]
    notes: tuple[str, ...] = ()


def dots(plot: DotPlot) -> ET.Element:
    """Return the plot as the tree of an SVG document."""
    shown = {mark.series for mark in plot.marks if mark.weight != "doubted"}
    entries = legend_rows([(n, name) for n, name in enumerate(plot.series) if n in shown], LEFT, WIDTH - RIGHT)
    end = TOP + STEP * len(plot.rows) + BOTTOM
    root = frame(plot.title, plot.desc, (WIDTH, end + LINE * (len(entries) + len(plot.notes))), LEFT)
    _grid(root, plot)
    ordered = sorted(plot.marks, key=_group)
    found = {row: list(marks) for row, marks in groupby(ordered, key=lambda mark: mark.row)}
    for number, row in enumerate(plot.rows):
        _row(root, plot, number, row, found.get(number, ()))
    legend(root, entries, end + _ABOVE)
    for number, note in enumerate(plot.notes):
        write(root, LEFT, end + _ABOVE + LINE * (len(entries) + number), note, "small")
    return root


def across(plot: DotPlot, value: float) -> int:
    """Return where a value stands, in whole pixels."""
    return round((LEFT + plot.x.place(value) * (WIDTH - LEFT - RIGHT)) / _NEAR) * _NEAR


def up(row: int) -> int:
    """Return where the middle of a row stands."""
    return TOP + STEP * row + STEP // 2


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1].rstrip() + "…"


def _group(mark: Dot) -> tuple[int, int, int]:
    """Return what orders dots by row and, as what matters most lies on top, by weight."""
    return mark.row, ("doubted", "faint", "strong").index(mark.weight), mark.series


def _grid(root: ET.Element, plot: DotPlot) -> None:
    right, bottom = WIDTH - RIGHT, TOP + STEP * len(plot.rows)
    ticks = [(across(plot, value), named(value)) for value in plot.x.ticks(_TICKS)]
    lines = [f"M{x} {TOP}V{bottom}" for x, _ in ticks]
    lines += [f"M{LEFT} {up(row)}H{right}" for row in range(len(plot.rows))]
    ET.SubElement(root, "path", {"class": "grid", "d": "".join(lines)})
    ET.SubElement(root, "path", {"class": "axis", "d": f"M{LEFT} {TOP}V{bottom}H{right}", "fill": "none"})
    for x, name in ticks:
        write(root, x, bottom + 17, name, "mid")
    kind = " (logarithmic)" if plot.x.log else ""
    write(root, (LEFT + right) / 2, bottom + 37, plot.x_name + kind, "mid")


def _row(root: ET.Element, plot: DotPlot, number: int, row: DotRow, marks: Sequence[Dot]) -> None:
    group = ET.SubElement(root, "g")
    say(ET.SubElement(group, "title"), row.words)
    write(group, LEFT - 9, up(number) + 4, _short(row.name), "end")
    for (_, _, series), same in groupby(marks, key=_group):
        kinds = list(same)
        weight = kinds[0].weight
        shape = "cross" if weight == "doubted" else SHAPES[series % len(SHAPES)]
        kind = "doubted" if weight == "doubted" else f"s{series % len(LIGHT)} {weight}"
        places = [(x, up(number)) for x in sorted({across(plot, mark.x) for mark in kinds})]
        drawn = stamps(shape, places, _SIZES[weight])
        ET.SubElement(group, "path", {"class": kind, "d": drawn})
