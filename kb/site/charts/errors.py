"""The charts of how far the estimate was off on what its fit had not seen, by class of deployment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.estimate.left_out_ratios import Timed, left_out_ratios
from kb.site.charts.error_ridges import ridges, ridges_alone
from kb.site.charts.error_spread import PER_DOUBLING, Spread, all_bins, edge, spreads
from kb.site.charts.figure import Data, csv_link, folded, plot
from kb.site.figures import exact, plural
from kb.site.library import Here, Library
from kb.site.text import blocks, escape, link

# The folder of the page that has them, and with it of their files.
FOLDER = "estimator-error"
_HEADS = (
    *(
        "Class",
        "Rows",
        "Median error",
        "Nine in ten within",
        "Measured over estimated: 10 %, median, 90 % of rows",
    ),
    *("Stated", "Holds", "Left out"),
)
_COLUMNS = (
    *("class", "scope", "rows", "cells", "median", "p90", "bias", "fast", "slow", "coverage", "held_out", "point"),
    *("ratio_p10", "ratio_p50", "ratio_p90"),
)
_READ = (
    f"Each bar counts left-out rows by the time that was measured over the one that was estimated: 1 is as estimated, "
    f"left of it the cards were faster, right of it slower, {PER_DOUBLING} bars to a doubling; the number beside the "
    "tallest is its rows. Lines mark the median and the 10 and 90 % of rows. Below the bars lies the range that the "
    "estimate states for eight of ten deployments, hollow where it states no middle. In that range all cells weigh "
    "alike, so a cell of many rows moves the bars and not the range."
)


@dataclass(frozen=True, slots=True)
class Timing:
    """One of the two charts: what was timed, in words and in the names of its files."""

    timed: Timed
    what: str
    name: str


TIMINGS = (Timing("step", "time per token", "errors"), Timing("first_token", "time to first token", "first-token"))


def error_chart(library: Library, here: Here) -> str:
    """Return the drawings, how to read them, and the tables behind them."""
    drawn = [(timing, found) for timing in TIMINGS if (found := spreads(timing.timed))]
    parts = [part for timing, found in drawn for part in _figure(timing, found)]
    return blocks(f"<p>{_READ}</p>", *parts) if parts else "<p>No error is worked out yet.</p>"


def error_files() -> Iterator[tuple[str, str]]:
    """Yield the files beside the page: name and text of each."""
    for timing in TIMINGS:
        found = spreads(timing.timed)
        yield f"{timing.name}.csv", summary(found).csv
        yield f"{timing.name}-bins.csv", bins(found).csv
        yield f"{timing.name}-rows.csv", rows(timing.timed).csv
        if found:
            yield f"{timing.name}.svg", ridges_alone(found, f"kb-{timing.name}", timing.what)


def _figure(timing: Timing, found: Sequence[Spread]) -> tuple[str, ...]:
    total = sum(len(one.ratios) for one in found)
    classes = plural(len(found), "class", "classes")
    counts = bins(found)
    return (
        plot(ridges(found, f"kb-{timing.name}", timing.what)),
        f'<p class="kb-plot-note">Measured over estimated {timing.what} of {plural(total, "left-out row")}. Source: '
        f"the calibration that this package carries. CSV: {csv_link('classes', timing.name)}, "
        f"{csv_link('bars', f'{timing.name}-bins')}, {csv_link('every row', f'{timing.name}-rows')}; "
        f"{link('SVG', f'{timing.name}.svg')}.</p>",
        folded(summary(found), f"Data: {classes}, {timing.what}"),
        folded(counts, f"Data: {plural(len(counts.rows), 'bar')} of {classes}, {timing.what}"),
    )


def summary(found: Sequence[Spread]) -> Data:
    """Return what is said of each class as a whole; ``ratio_...`` are measured over estimated time, rows alike."""
    shown, values = [], []
    for spread in found:
        one = spread.error
        marks = tuple(spread.quantile(share) for share in (0.1, 0.5, 0.9))
        shown.append(
            (
                *(escape(one.scope), exact(one.rows), f"{one.median:.1%}", f"{one.p90:.1%}"),
                ", ".join(f"{mark:.2f}" for mark in marks),
                *(f"{one.fast:.2f} to {one.slow:.2f}", f"{one.coverage:.0%}", escape(one.held_out)),
            )
        )
        values.append(
            (
                *(one.name, one.scope, one.rows, one.cells, one.median, one.p90, one.bias, one.fast, one.slow),
                *(one.coverage, one.held_out, one.point, *(float(f"{mark:.5g}") for mark in marks)),
            )
        )
    return Data(_HEADS, tuple(shown), _COLUMNS, tuple(values), (1, 2, 3, 4, 5, 6))


def bins(found: Sequence[Spread]) -> Data:
    """Return how many rows of each class a bar has: a bar a row, and in the file a bar of a class a row."""
    numbers, counts = all_bins(found), [one.bins for one in found]
    shown = tuple(
        (f"{edge(number):.3f} to {edge(number + 1):.3f}", *(exact(count[number]) for count in counts))
        for number in numbers
    )
    values = tuple(
        (one.error.name, float(f"{edge(number):.5g}"), float(f"{edge(number + 1):.5g}"), count[number])
        for one, count in zip(found, counts, strict=True)
        for number in numbers
    )
    heads = ("Measured / estimated", *(escape(one.error.name) for one in found))
    columns = ("class", "ratio_from", "ratio_below", "rows")
    return Data(heads, shown, columns, values, tuple(range(len(heads))))


def rows(timed: Timed) -> Data:
    """Return measured over estimated time of every left-out row; there is no table of them on the page."""
    columns = ("class", "hardware", "family", "engine", "format", "measured_over_estimated")
    cells = [cell for cell in left_out_ratios().cells if cell.timed == timed]
    values = tuple(
        (cell.class_name, cell.hardware, cell.family, cell.engine, cell.format, ratio)
        for cell in cells
        for ratio in cell.ratios
    )
    return Data((), (), columns, values)
