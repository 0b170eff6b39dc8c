"""``kb coverage --gaps`` and ``--stale``: print the pairs of card and model that nobody measured well, or lately."""

from collections.abc import Sequence
from typing import Any

from kb.cli.coverage_view import Output, counted
from kb.cli.json_text import json_text
from kb.cli.opening import bundle
from kb.cli.table import print_rows
from kb.search.coverage import Pair, Scope
from kb.search.gaps import Gap, Gaps, gaps
from kb.search.staleness import Stale, Staleness, staleness

_MOST_NAMED = 3
_AGE = (
    "newest_case",
    "newest",
    "dated_by",
    "engine",
    "engine_version",
    "engine_released",
    "newest_release",
    "newest_released",
    "engine_days_behind",
)
_LEGEND = "cell: cases/points, best tier by its first letter, months since the newest case"


def run_gaps(scope: Scope, limit: int, output: Output) -> None:
    """Print the pairs of which most cases are missing."""
    with bundle() as opened:
        found = gaps(opened, scope, limit)
    if output == "json":
        print(json_text(found.plain()))
    elif output == "csv":
        columns = ("hardware", "model", "cases", "best_tier", "expected_cases", "missing_cases")
        estimate = ("cards", "format", "low_tok_s", "decode_tok_s", "high_tok_s")
        print_rows((*columns, *estimate), [_gap_cells(row) for row in found.rows], "csv")
    else:
        _print_gaps(found)


def run_stale(scope: Scope, months: int, output: Output) -> None:
    """Print the pairs whose newest case is old, the oldest first."""
    with bundle() as opened:
        found = staleness(opened, scope, months)
    if output == "json":
        print(json_text(found.plain()))
    elif output == "csv":
        columns = ("hardware", found.by, "cases", "best_tier")
        rows = [(row.hardware, row.column, len(row.ages), row.tier, *row.newest.plain().values()) for row in found.rows]
        # The newest case says the day and its engine.
        print_rows((*columns, *_AGE), rows, "csv")
    else:
        _print_stale(found)


def _gap_cells(row: Gap) -> tuple[Any, ...]:
    expected, stored = row.fit.expected, row.fit.quantization
    # Where records support a range only, there is no middle to give.
    middle = expected.tok_s if expected is not None and expected.error.point else None
    rates = (None, None, None) if expected is None else (expected.low, middle, expected.high)
    kept = (row.fit.count, None if stored is None else stored.id)
    return (row.hardware, row.model, row.cases, row.tier, row.expected, row.missing, *kept, *rates)


def _print_gaps(found: Gaps) -> None:
    rows = [
        (
            f"{row.missing:,.1f}",
            f"{row.expected:,.1f}",
            row.cases,
            row.tier,
            f"{row.model} on {row.hardware}\n{_estimate(row)}",
        )
        for row in found.rows
    ]
    if rows:
        print_rows(("missing", "expected", "cases", "best tier", "pair, and its estimate"), rows, "table")
    else:
        print("no gap in this scope")
    print(found.basis)
    for pairs, words in (
        (found.unfit, "not fitting"),
        (found.not_checkable, "lacking a fact to tell whether they fit"),
    ):
        if pairs:
            print(f"left out before the last of these, as {words}: {_some(pairs)}")
    if found.idle_hardware or found.idle_models:
        print(
            f"{len(found.idle_hardware):,} cards and {len(found.idle_models):,} models have no case at all, so that"
            " nothing tells their demand; --json names them"
        )


def _estimate(row: Gap) -> str:
    expected, stored = row.fit.expected, row.fit.quantization
    count = row.fit.count or 0
    kept = f"{count} {'card' if count == 1 else 'cards'}, {'format not known' if stored is None else stored.id}"
    if expected is None:
        return f"{kept}: speed not known: {row.fit.because}"
    span = f"{_short(expected.low)} to {_short(expected.high)}"
    return f"{kept}: {_short(expected.tok_s)} tok/s ({span})" if expected.error.point else f"{kept}: {span} tok/s"


def _short(value: float) -> str:
    """Return three figures: an estimate has no more."""
    return f"{float(f'{value:.3g}'):,g}"


def _print_stale(found: Staleness) -> None:
    rows = [
        (row.newest.day, row.tier, f"{row.column} on {row.hardware}\n{counted(len(row.ages), 'case')}; {_engine(row)}")
        for row in found.rows
    ]
    if rows:
        print_rows(("newest", "best tier", "pair, and the engine of its newest case"), rows, "table")
    print(counted(len(rows), "stale pair"))
    print(found.basis)
    if found.undated:
        print(f"no case has a day: {_some(found.undated)}")


def _engine(row: Stale) -> str:
    """Return how the newest case is dated, and how far its engine is behind."""
    age = row.newest
    if age.engine is None:
        return f"{age.by}; engine not stated"
    name = f"{age.by}; {age.engine} {age.engine_version or '(version not stated)'}"
    if age.released is None:
        return f"{name}, its day not known"
    behind = age.engine_days_behind
    return f"{name} of {age.released}" + (f", {counted(behind, 'day')} behind {age.newest_release}" if behind else "")


def _some(pairs: Sequence[Pair]) -> str:
    """Return how many pairs, and the first of them."""
    named = ", ".join(f"{column} on {card}" for card, column in pairs[:_MOST_NAMED])
    more = f" and {len(pairs) - _MOST_NAMED:,} more" if len(pairs) > _MOST_NAMED else ""
    return f"{counted(len(pairs), 'pair')}: {named}{more}"
