"""A drawing of :mod:`kb.plots` within a page: the same marks, with the colours of the page's style sheet."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from kb.plots.dots import DotPlot
from kb.plots.svg import Chart, drawing

T = TypeVar("T")
# A page holds a few charts at most, and none shall weigh more than its table.
MOST_BYTES = 12_000
_STEPS = (72, 64, 56, 48, 40, 32, 24, 16, 12, 8, 4, 2, 1)
# Of a name in the legend, and of what a mark or a row tells.
_LETTERS, _WORDS = 40, 160
# The head of the drawing stands above it as a heading of the page.
_CUT = 30


def inline(chart: Chart | DotPlot) -> str:
    """Return the chart as one ``svg`` element of HTML, without styles of its own; see ``site/assets/charts.css``.

    Its notes are left to the page, which can break their lines. Long names of series and long words of marks and
    rows are cut.
    """
    root = drawing(_cut_short(chart))
    for element in list(root):
        if element.tag in ("style", "rect") or element.get("class") == "head":
            root.remove(element)
    wide, high = int(root.attrib.pop("width")), int(root.attrib.pop("height"))
    del root.attrib["xmlns"]
    root.set("class", "kb-chart kb-dots" if isinstance(chart, DotPlot) else "kb-chart")
    root.set("viewBox", f"0 {_CUT} {wide} {high - _CUT}")
    return ET.tostring(root, encoding="unicode")


def _cut_short(chart: Chart | DotPlot) -> Chart | DotPlot:
    series = tuple(clipped(name, _LETTERS) for name in chart.series)
    if isinstance(chart, DotPlot):
        rows = tuple(replace(row, words=clipped(row.words, _WORDS)) for row in chart.rows)
        return replace(chart, notes=(), series=series, rows=rows)
    marks = tuple(replace(mark, words=clipped(mark.words, _WORDS)) for mark in chart.marks)
    return replace(chart, notes=(), series=series, marks=marks)


def spread(items: Sequence[T]) -> list[T]:
    """Return items so ordered that the first few of them stand for all: both ends, the middle, the quarters, ..."""
    last = len(items) - 1
    order = [0, last] if last > 0 else list(range(len(items)))
    step = len(items)
    while step > 1:
        step = -(-step // 2)
        order += range(0, last, step)
    return [items[place] for place in dict.fromkeys(order)]


def clipped(text: str, most: int) -> str:
    """Return ``text`` with at most so many letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def most_that_fit(make: Callable[[int], Chart], count: int) -> tuple[Chart, int]:
    """Return the chart with most of ``count`` marks that is no larger than ``MOST_BYTES``, and how many it has.

    ``make`` returns the chart of the first so many.
    """
    for most in sorted({count, *_STEPS}, reverse=True):
        if most <= min(count, _STEPS[0]):
            chart = make(most)
            if most == 1 or len(inline(chart).encode()) <= MOST_BYTES:
                return chart, most
    return make(0), 0
