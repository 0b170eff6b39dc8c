"""``kb coverage``: print the matrix of what was measured, as much of it as a terminal holds."""

from collections.abc import Sequence
from typing import Literal

from kb.cli.json_text import json_text
from kb.cli.opening import bundle
from kb.cli.table import print_rows, print_table
from kb.cli.terminal import width as columns_there_are
from kb.search.ages import full_months
from kb.search.coverage import Coverage, Scope, Summary, coverage

Output = Literal["terminal", "json", "csv"]
_MOST_ROWS = 15
_GAP = 2
_LEGEND = "cell: cases/points, best tier by its first letter, months since the newest case"


def run_coverage(scope: Scope, output: Output) -> None:
    """Print the matrix: as much of it as a terminal holds, or all of it as JSON or CSV."""
    with bundle() as opened:
        found = coverage(opened, scope)
    if output == "json":
        print(json_text(found.plain()))
    elif output == "csv":
        columns = ("hardware", found.by, "cases", "points", "best_tier", "newest", "newest_dated_by")
        rows = [(card, column, *cell.plain().values()) for (card, column), cell in found.cells.items()]
        print_rows(columns, rows, "csv")
    else:
        _print_matrix(found)


def _print_matrix(found: Coverage) -> None:
    if found.total is None:
        print("no case in this scope")
        return
    cards, columns, rows = _shown(found, columns_there_are())
    _print_narrow(("hardware", "all", *columns), rows)
    totals = f"{counted(found.total.cases, 'case')}, {counted(found.total.points, 'point')}"
    print(f"in all: {totals}; data of {found.today.isoformat()}")
    hidden = []
    if more := len(found.hardware) - len(cards):
        hidden.append(counted(more, "more card"))
    if more := len(found.columns) - len(columns):
        hidden.append(counted(more, f"more {found.by}", "more families" if found.by == "family" else None))
    if hidden:
        print(f"... and {' and '.join(hidden)}; --csv has all")
    print(_LEGEND)


def _shown(found: Coverage, width: int) -> tuple[list[str], list[str], list[list[str]]]:
    """Return the cards and columns with most cases, as many as fit in ``width``, and the rows of their table."""
    cards = list(found.hardware)[:_MOST_ROWS]
    rows = [[card, _cell(found, found.hardware[card])] for card in cards]
    left = width - sum(max(map(len, cells)) + _GAP for cells in zip(*rows, strict=True))
    columns: list[str] = []
    for column in found.columns:
        cells = [_cell(found, found.cells.get((card, column))) for card in cards]
        needed = max(*map(len, cells), _longest_word(column)) + _GAP
        if needed > left and columns:
            break
        left -= needed
        columns.append(column)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)
    return cards, columns, rows


def _longest_word(name: str) -> int:
    """Return how wide a heading is at least: names break after hyphens, and long pieces anywhere."""
    return min(12, max(len(part) + 1 for part in name.split("-")))


def _cell(found: Coverage, summary: Summary | None) -> str:
    if summary is None:
        return "-"
    age = "?" if summary.newest is None else f"{full_months(summary.newest, found.today)}"
    return f"{summary.cases}/{summary.points} {summary.tier[0].upper()} {age}"


def _print_narrow(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose columns are as narrow as their cells, with long headings folded."""
    # A heading that is folded after its hyphens can be read; one that is cut in the middle of a number cannot.
    widths = [max(*map(len, cells), _longest_word(column)) for column, *cells in zip(columns, *rows, strict=True)]
    print_table([_folded(column, width) for column, width in zip(columns, widths, strict=True)], rows, dense=True)


def _folded(name: str, width: int) -> str:
    lines = [""]
    for index, part in enumerate(name.split("-")):
        piece = f"-{part}" if index else part
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 case`` or ``3 cases``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
