"""Rows for people and programs: a table that fits the terminal, JSON, CSV, Markdown."""

import csv
import errno
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from kb.cli.json_text import json_text


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], output: str) -> None:
    """Print rows as ``table``, ``json`` (a list of objects), ``csv`` or ``markdown``."""
    if output == "json":
        print(json_text([dict(zip(columns, row, strict=True)) for row in rows]))
    elif output == "csv":
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


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str | None] = ()) -> None:
    """Print a table no wider than the terminal; colours only where a person looks at it."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[index]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for index, row in enumerate(rows):
        style = styles[index] if index < len(styles) else None
        table.add_row(*(Text(_printable(value)) for value in row), style=style)
    console().print(table)


def console() -> Any:
    """Return a console on standard output: as wide as the terminal, 100 columns in a pipe, no colour there."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            # rich would leave with 1; that a reader went away (kb list | head) is for kb.cli.main to judge.
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    width = shutil.get_terminal_size((100, 24)).columns
    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    return Plain(
        file=sys.stdout, width=width, no_color=plain, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


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


def _printable(text: str) -> str:
    """Return ``text`` without what would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
