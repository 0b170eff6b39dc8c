"""What was measured on what, what is missing and what is stale, as tables of the site."""

from kb.search.coverage import Summary, coverage
from kb.search.gaps import Gap, gaps
from kb.search.staleness import staleness
from kb.site.figures import about, exact, plural
from kb.site.library import Here, Library
from kb.site.parts import tier
from kb.site.text import blocks, escape, table

# More columns would not fit on a screen; the others are counted below.
_MOST_COLUMNS = 10
_MOST_GAPS = 30
_MOST_STALE = 50


def coverage_matrix(library: Library, here: Here) -> str:
    """Return the cards against the models with most cases: cases, points, best tier and the newest day of each pair."""
    found = coverage(library.bundle)
    if found.total is None:
        return blocks("<p>There are no cases yet.</p>")
    columns = list(found.columns)[:_MOST_COLUMNS]
    rows = [
        (
            library.link(here, "hardware", card),
            _cell(summary),
            *(_cell(found.cells.get((card, column))) for column in columns),
        )
        for card, summary in found.hardware.items()
    ]
    hidden = len(found.columns) - len(columns)
    more = f" {plural(hidden, 'more model')} are on the pages of their cards." if hidden else ""
    return blocks(
        table(("Accelerator", "All", *(library.link(here, "model", column) for column in columns)), rows),
        f"<p>A cell says cases, operating points in brackets, the best tier, and the day of the newest case.{more}</p>",
    )


def gap_table(library: Library, here: Here) -> str:
    """Return the pairs of which most cases are missing, each with an estimate."""
    found = gaps(library.bundle, limit=_MOST_GAPS)
    rows = [
        (
            library.link(here, "model", row.model),
            library.link(here, "hardware", row.hardware),
            exact(row.cases),
            tier(row.tier),
            f"{row.expected:,.1f}",
            f"{row.missing:,.1f}",
            _estimate(row),
        )
        for row in found.rows
    ]
    if not rows:
        return blocks("<p>No pair is missing by this measure.</p>")
    headers = ("Model", "Accelerator", "Cases", "Best tier", "Expected", "Missing", "Estimate")
    return blocks(table(headers, rows, (2, 4, 5)), f"<p>{escape(found.basis)}.</p>")


def stale_table(library: Library, here: Here) -> str:
    """Return the pairs whose newest case is oldest."""
    found = staleness(library.bundle)
    rows = [
        (
            library.link(here, "model", row.column),
            library.link(here, "hardware", row.hardware),
            exact(len(row.ages)),
            tier(row.tier),
            escape(str(row.newest.day)),
            escape(row.newest.by or ""),
            library.link(here, "engine", row.newest.engine) + f" {escape(row.newest.engine_version or '')}",
            exact(row.newest.engine_days_behind),
        )
        for row in found.rows[:_MOST_STALE]
    ]
    headers = ("Model", "Accelerator", "Cases", "Best tier", "Newest", "Dated by", "Engine", "Days behind")
    shown = table(headers, rows, (2, 7)) if rows else "<p>No pair is that old.</p>"
    oldest = f", the {_MOST_STALE} oldest here" if len(found.rows) > _MOST_STALE else ""
    return blocks(shown, f"<p>{plural(len(found.rows), 'stale pair')}{oldest}; {escape(found.basis)}.</p>")


def _cell(summary: Summary | None) -> str:
    if summary is None:
        return ""
    day = escape(str(summary.newest)) if summary.newest else "no day"
    return f"{exact(summary.cases)} ({exact(summary.points)}) {tier(summary.tier)}<br><small>{day}</small>"


def _estimate(row: Gap) -> str:
    expected, stored = row.fit.expected, row.fit.quantization
    kept = f"{plural(row.fit.count or 0, 'card')}, {escape('format not known' if stored is None else stored.id)}"
    if expected is None:
        return f"{kept}; speed not known"
    span = f"{about(expected.low)} to {about(expected.high)} tok/s"
    # Where records support a range only, there is no middle to give.
    return f"{kept}; {about(expected.tok_s)} ({span})" if expected.error.point else f"{kept}; {span}"
