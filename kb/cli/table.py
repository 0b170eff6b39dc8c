"""Rows for people and programs: a table that fits the terminal, JSON, CSV, Markdown."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from kb.cli.cells import columns as columns_of
from kb.cli.cells import folded, shared
from kb.cli.terminal import printable, rule, styled, width

_GAP = 3
_DENSE_GAP = 2
# The numbers of the lines above the first row.
_HEAD, _RULE = -1, -2
# A column that is folded more narrowly than this is hard to read; the rows are printed one field a line then.
_NARROWEST = 6

Cells = Sequence[str]


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], output: str) -> None:
    """Print rows as ``table``, ``json`` (a list of objects), ``csv`` or ``markdown``."""
    if output == "json":
        from kb.cli.json_text import json_text

        print(json_text([dict(zip(columns, row, strict=True)) for row in rows]))
    elif output == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[_cell(v, "") for v in row] for row in rows])
    elif output == "markdown":
        print("| " + " | ".join(columns) + " |")
        print("|" + " --- |" * len(columns))
        for row in rows:
            print("| " + " | ".join(_cell(v, "").replace("|", "\\|").replace("\n", " ") for v in row) + " |")
    else:
        print_table(columns, [[_cell(v, "-") for v in row] for row in rows])


def print_table(
    columns: Cells, rows: Sequence[Cells], styles: Sequence[str | None] = (), *, dense: bool = False
) -> None:
    """Print a table no wider than the terminal, numbers to the right; colours only where a person looks at it.

    What is too long is folded. Where there are too few columns for that, each row becomes a list of its fields.
    A ``dense`` table is for many narrow columns: closer together, all to the left, without a line below the head.
    """
    heads = [printable(column) for column in columns]
    cells = [[printable(value) for value in row] for row in rows]
    widths = _widths([heads, *cells], _DENSE_GAP if dense else _GAP)
    lines = _as_list(heads, cells) if widths is None else _as_table(heads, cells, widths, dense=dense)
    out = []
    for row, line in lines:
        style = "bold" if row == _HEAD else styles[row] if 0 <= row < len(styles) else None
        out.append(styled(line.rstrip(), style) + "\n")
    sys.stdout.write("".join(out))


def _widths(rows: Sequence[Cells], gap: int) -> list[int] | None:
    """Return how wide each column is, or None where the terminal is too narrow for a table of them."""
    wanted = [max(columns_of(line) for cell in cells for line in cell.split("\n")) for cells in zip(*rows, strict=True)]
    # A gap belongs half to each side, so that a column in the middle gives way no more than one at an end.
    margins = [(index > 0) + (index < len(wanted) - 1) for index in range(len(wanted))]
    room = width() - (len(wanted) - 1) * (gap - 2)
    given = shared([min(own + margin, room) for own, margin in zip(wanted, margins, strict=True)], room)
    widths = [own - margin for own, margin in zip(given, margins, strict=True)]
    fits = all(own >= min(asked, _NARROWEST) for own, asked in zip(widths, wanted, strict=True))
    return widths if fits else None


def _as_table(heads: Cells, rows: Sequence[Cells], widths: Sequence[int], *, dense: bool) -> Iterator[tuple[int, str]]:
    """Yield the lines of a table, each with the number of its row."""
    right = [not dense and bool(rows) and all(_is_number(row[index]) for row in rows) for index in range(len(heads))]
    gap = _DENSE_GAP if dense else _GAP
    for at, row in enumerate([heads, *rows], _HEAD):
        cells = [folded(cell, own) for cell, own in zip(row, widths, strict=True)]
        tallest = max(map(len, cells))
        for cell in cells:
            # What is shorter than its neighbours stands at the top of its row; a heading, right above its column.
            blank = [""] * (tallest - len(cell))
            cell[:] = blank + cell if at == _HEAD else cell + blank
        for texts in zip(*cells, strict=True):
            padded = [_set(text, own, to_right) for text, own, to_right in zip(texts, widths, right, strict=True)]
            yield at, (" " * gap).join(padded)
        if at == _HEAD and not dense:
            yield _RULE, rule(sum(widths) + gap * (len(widths) - 1))


def _set(text: str, room: int, to_right: bool) -> str:
    space = " " * (room - columns_of(text))
    return space + text if to_right else text + space


def _as_list(heads: Cells, rows: Sequence[Cells]) -> Iterator[tuple[int, str]]:
    """Yield each row as its fields, one a line, and a blank line between rows."""
    room = max(width(), 2)
    for at, row in enumerate(rows):
        if at:
            yield at, ""
        for head, cell in zip(heads, row, strict=True):
            yield from ((at, line) for line in folded(f"{head}: {cell}" if head else cell, room))


def number(value: Any) -> str:
    """Return a number as people read it: ``4,158`` and ``81.99``, and a dash for what is unknown."""
    if value is None:
        return "-"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}" if abs(value) >= 0.01 else f"{value:.3g}"
    return f"{int(value):,}"


def _cell(value: Any, unknown: str) -> str:
    if value is None:
        return unknown
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
