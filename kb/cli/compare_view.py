"""``kb compare``: records side by side, in as many tables as the terminal needs, or as CSV or Markdown."""

import json
from collections.abc import Iterator
from typing import Any

from kb.cli.table import number, print_rows, print_table
from kb.cli.terminal import width
from kb.cli.writing import figure, print_folded
from kb.search.compare import Comparison, differs, ratios

# Narrower columns than these are hard to read.
_FIELD, _COLUMN, _GAP = 26, 15, 3
_LETTERS = "ABCDEF"
_MOST_LOADS = 30
_FIGURES = {"tok_s_per_card": "tok/s per card", "per_user_tok_s": "tok/s of one user"}


def print_comparison(comparison: Comparison, output: str) -> None:
    """Print a row per field, those that differ with a star, as ``terminal``, ``csv`` or ``markdown``."""
    if output != "terminal":
        print_rows(("field", "differs", *comparison.ids), list(_plain_rows(comparison)), output)
        return
    if comparison.note:
        print_folded(comparison.note)
    heads = comparison.ids
    room = max(_COLUMN, (width() - _FIELD) // len(heads) - _GAP)
    if any(len(name) > room for name in heads):
        # A long name folded into every head hides which is which.
        for letter, name in zip(_LETTERS, heads, strict=False):
            print(f"{letter}: {name}")
        heads = tuple(_LETTERS[: len(heads)])
    for places in _blocks(len(heads)):
        _print_fields(comparison, heads, places)
        _print_loads(comparison, heads, places)


def _blocks(count: int) -> Iterator[list[int]]:
    """Yield which records stand in one table: as many as fit, the first of all in each, as what the rest is held to."""
    fit = max(2, (width() - _FIELD) // (_COLUMN + _GAP))
    if fit >= count:
        yield list(range(count))
        return
    for start in range(1, count, fit - 1):
        yield [0, *range(start, min(count, start + fit - 1))]


def _print_fields(comparison: Comparison, heads: tuple[str, ...], places: list[int]) -> None:
    rows = []
    # As wide as a column can be for sure; what is wider is folded by the table, and a star must not stand alone then.
    room = (width() - _GAP * len(places)) // (len(places) + 1)
    for field, values in comparison.rows:
        if field == "id":
            continue
        over = ratios(values, field)
        cells = (_shown(values[place]) + _over(over[place]) for place in places)
        rows.append((_named(field, values, room), *cells))
    print_table(("field", *(heads[place] for place in places)), rows)


def _named(field: str, values: tuple[Any, ...], room: int) -> str:
    """Return the name of a field behind its star or space, broken after underscores where it is too long."""
    lines = ["* " if differs(values) else "  "]
    for piece in field.replace("_", "_\n").split("\n"):
        if len(lines[-1] + piece) > room and lines[-1].strip(" *"):
            lines.append("  ")
        lines[-1] += piece
    return "\n".join(lines)


def _over(ratio: float | None) -> str:
    return "" if ratio is None or ratio == 1 else f" ({ratio:.2f}x)" if ratio >= 0.01 else f" ({ratio:.2g}x)"


def _print_loads(comparison: Comparison, heads: tuple[str, ...], places: list[int]) -> None:
    """Print cases under equal load: throughput per card and the speed of one user, and both over the first's."""
    for name, words in _FIGURES.items():
        rows = []
        for load in comparison.loads[:_MOST_LOADS]:
            values = load.values(name)
            if sum(values[place] is not None for place in places) > 1:
                over = ratios(values)
                cells = ("-" if (v := values[p]) is None else figure(v) + _over(over[p]) for p in places)
                rows.append((str(load), *cells))
        if rows:
            print()
            print_table((words, *(heads[place] for place in places)), rows)
    if more := len(comparison.loads[_MOST_LOADS:]):
        print_folded(f"{more:,} more loads in common; --csv has all")


def _plain_rows(comparison: Comparison) -> Iterator[tuple[Any, ...]]:
    for field, values in comparison.rows:
        if field != "id":
            yield (field, "yes" if differs(values) else "no", *(_plain(value) for value in values))
    for load in comparison.loads:
        for name, words in _FIGURES.items():
            values = load.values(name)
            if sum(value is not None for value in values) > 1:
                yield (f"{words}: {load}", "yes" if differs(values) else "no", *values)
    if comparison.note:
        yield ("note", "", comparison.note, *([None] * (len(comparison.ids) - 1)))


def _plain(value: Any) -> Any:
    return _shown(value) if isinstance(value, str | list) else value


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, str) and value.startswith(("[{", "{")):
        parts = [", ".join(f"{k} {_inner(v)}" for k, v in item.items()) for item in json.loads(value)]
        return "\n".join(parts)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int | float) else str(value)


def _inner(value: Any) -> str:
    return str(value["value"]) if isinstance(value, dict) and "value" in value else str(value)
