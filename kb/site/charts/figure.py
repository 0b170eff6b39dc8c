"""A chart with everything that stands around it on a page, and the files beside the page."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.plots.dots import DotPlot
from kb.plots.svg import Chart
from kb.site.charts.inline import inline
from kb.site.figures import exact, plural
from kb.site.packed import SUFFIX
from kb.site.text import blocks, escape, link, table

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """The numbers behind a chart.

    ``rows`` are safe cells below ``heads``, those in ``numeric`` flush right: what the chart shows. ``values`` are all
    there are, below ``columns``, for the CSV file.
    """

    heads: Cells
    rows: tuple[Cells, ...]
    columns: Cells
    values: tuple[tuple[Any, ...], ...]
    numeric: tuple[int, ...] = ()

    @property
    def csv(self) -> str:
        """Return the CSV file; what is unknown is empty."""
        return as_csv(self.columns, self.values)


@dataclass(frozen=True)
class Figure:
    """A chart of a page. ``name`` is that of its files, ``intro`` and ``notes`` are safe text, a sentence each.

    ``counted`` is what its marks are, such as ``operating point``. ``listed`` is what the rows of the table are, where
    they are not its marks.
    """

    name: str
    heading: str
    intro: str
    chart: Chart | DotPlot
    notes: tuple[str, ...]
    counted: str
    data: Data
    listed: str = ""


def csv_link(label: str, name: str) -> str:
    """Return a link to the numbers behind the chart ``name``, in a file beside the page."""
    return link(label, f"{name}.csv{SUFFIX}")


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def section(figure: Figure | None) -> str:
    """Return the section of a page that shows a chart; nothing where there is none."""
    if figure is None:
        return ""
    shown, of = len(figure.chart.marks), len(figure.data.values)
    alone = link("SVG", f"{figure.name}.svg")
    files = f"{csv_link('CSV', figure.name)} with all {plural(of, figure.counted)}, {alone}"
    return blocks(
        f"## {figure.heading} {{ data-search-exclude }}",
        f"<p>{figure.intro}</p>",
        plot(inline(figure.chart)),
        f'<p class="kb-plot-note">{" ".join((*figure.notes, not_drawn(shown, of, figure.counted)))} {files}.</p>',
        folded(figure.data, f"Data: {_summary(figure, shown, of)}"),
    )


def _summary(figure: Figure, shown: int, of: int) -> str:
    if figure.listed:
        return plural(len(figure.data.rows), figure.listed)
    return plural(shown, figure.counted) + (f" of {exact(of)}" if of > shown else "")


def plot(drawn: str) -> str:
    """Return a drawing in a box that scrolls by itself where the page is narrower, as ``scrolling.js`` tells."""
    return f'<div class="kb-plot">{drawn}</div>'


def folded(data: Data, summary: str) -> str:
    """Return the table behind a chart, folded away."""
    shown = table(data.heads, data.rows, data.numeric)
    return f'<details class="kb-data"><summary>{summary}</summary>\n{shown}\n</details>'


def not_drawn(shown: int, of: int, what: str) -> str:
    """Return the sentence on what a chart leaves out."""
    return "" if shown >= of else f"{exact(of - shown)} of {plural(of, escape(what))} are not drawn."
