"""The chart of how far the estimate was off on what its fit had not seen, by class of deployment."""

from collections.abc import Sequence

from kb.estimate.calibrated import ClassError, calibration
from kb.plots.scale import named, scale_of
from kb.plots.shapes import short
from kb.site.charts.figure import Data, folded, plot
from kb.site.figures import plural
from kb.site.library import Here, Library
from kb.site.text import blocks, escape, link

WIDTH, LEFT, RIGHT, TOP, STEP, BOTTOM = 560, 215, 20, 12, 30, 52
_HEADS = ("Class", "Rows", "Median", "Nine in ten within", "Measured over estimated time", "Holds", "Left out")
_COLUMNS = ("class", "scope", "rows", "cells", "median", "p90", "bias", "fast", "slow", "coverage", "held_out", "point")


def error_chart(library: Library, here: Here) -> str:
    """Return the drawing, its legend and the table behind it."""
    found = list(calibration().classes.values())
    total = sum(one.rows for one in found)
    return blocks(
        plot(drawing(found), "error of the estimate by class"),
        '<p class="kb-plot-note">A bar holds the measured time per token over the estimated one for eight of ten left-'
        "out deployments; the dot is their bias in the median, and a hollow bar means that a range is stated and no "
        "middle. Left of 1 the cards were faster than estimated. Source: the calibration that this package carries, "
        f"{plural(total, 'row')}; {link('CSV', 'errors.csv')}.</p>",
        folded(data(found), f"Data: {plural(len(found), 'class', 'classes')}"),
    )


def data(found: Sequence[ClassError]) -> Data:
    """Return the numbers behind the chart."""
    rows = tuple(
        (
            escape(one.scope),
            f"{one.rows:,}",
            f"{one.median:.1%}",
            f"{one.p90:.1%}",
            f"{one.fast:.2f} to {one.slow:.2f}",
            f"{one.coverage:.0%}",
            escape(one.held_out),
        )
        for one in found
    )
    values = tuple(
        (
            *(one.name, one.scope, one.rows, one.cells, one.median, one.p90, one.bias, one.fast, one.slow),
            *(one.coverage, one.held_out, one.point),
        )
        for one in found
    )
    return Data(_HEADS, rows, _COLUMNS, values, (1, 2, 3, 4, 5))


def middle(one: ClassError) -> float:
    """Return measured over estimated time in the median; the bias is of the estimate, as a share of the measured."""
    return 1 / (1 + one.bias)


def drawing(found: Sequence[ClassError]) -> str:
    """Return a bar per class as one ``svg`` element of HTML."""
    height = TOP + STEP * len(found) + BOTTOM
    bottom, right = TOP + STEP * len(found), WIDTH - RIGHT
    scale = scale_of([1.0, *(end for one in found for end in (one.fast, one.slow))], zero=False)

    def across(value: float) -> str:
        return short(LEFT + scale.place(value) * (right - LEFT))

    spread = f"{min(one.fast for one in found):.2f} to {max(one.slow for one in found):.2f}" if found else "nothing"
    parts = [
        f'<svg class="kb-chart kb-bars" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="err-t err-d">'
        '<title id="err-t">Measured over estimated time per token, by class</title>'
        f'<desc id="err-d">{plural(len(found), "class", "classes")}; their ranges span {spread}.</desc>'
    ]
    for value in scale.ticks(9):
        x = across(value)
        parts.append(
            f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
            f'<text class="mid" x="{x}" y="{bottom + 17}">{named(round(value, 6))}</text>'
        )
    parts.append(f'<line class="axis" x1="{across(1)}" y1="{TOP}" x2="{across(1)}" y2="{bottom}"/>')
    for row, one in enumerate(found):
        y = TOP + STEP * row + STEP // 2
        start, end = across(one.fast), across(one.slow)
        wide = short(float(end) - float(start))
        words = f"{one.scope}: {one.fast:.2f} to {one.slow:.2f}, median error {one.median:.1%}, {one.rows:,} rows"
        parts.append(
            f'<text class="end" x="{LEFT - 10}" y="{y + 4}">{escape(_short(one))}</text>'
            f'<rect class="bar{"" if one.point else " hollow"}" x="{start}" y="{y - 7}" width="{wide}" height="14">'
            f"<title>{escape(words)}</title></rect>"
        )
        if one.point:
            parts.append(f'<circle class="dot" cx="{across(middle(one))}" cy="{y}" r="4"/>')
    parts.append(
        f'<text class="mid" x="{(LEFT + right) // 2}" y="{bottom + 40}">measured / estimated time per token'
        f"{' (logarithmic)' if scale.log else ''}</text></svg>"
    )
    return "".join(parts)


def _short(one: ClassError) -> str:
    """Return a name that has room beside the axis."""
    return f"{one.name.replace('-', ' ')} ({one.rows:,} rows)"
