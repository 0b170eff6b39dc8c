"""A scatter plot in letters, as wide as the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.cli.terminal import printable, width
from kb.plots.scale import Scale, named

_WIDEST, _HEIGHT = 110, 20
# x stands for what does not count, and o for whatever no letter is left for.
LETTERS = "abcdefghijklmnpqrstuvwyz"
REST, DOUBTED = "o", "x"


@dataclass(frozen=True, slots=True)
class Dot:
    """A point, in values of the axes, and its letter; of several in one place that with the highest ``rank`` shows."""

    x: float
    y: float
    letter: str
    rank: int


def letter_of(series: int) -> str:
    """Return the letter of a series."""
    return LETTERS[series] if series < len(LETTERS) else REST


def scatter(dots: Sequence[Dot], x: Scale, y: Scale, x_name: str, y_name: str) -> Iterator[str]:
    """Yield the lines of the plot; its frame is drawn in ASCII where the terminal has no other."""
    up, along, corner = ("│", "─", "└") if printable("│─└") == "│─└" else ("|", "-", "+")
    marks = {_row(y, value): named(value) for value in y.ticks(6)}
    margin = max(map(len, marks.values()), default=0)
    wide = max(20, min(width(), _WIDEST) - margin - 2)
    cells: dict[tuple[int, int], Dot] = {}
    for dot in dots:
        place = _row(y, dot.y), round(x.place(dot.x) * (wide - 1))
        if place not in cells or cells[place].rank < dot.rank:
            cells[place] = dot
    yield y_name + (" (logarithmic)" if y.log else "")
    for row in range(_HEIGHT):
        line = "".join(cells[row, column].letter if (row, column) in cells else " " for column in range(wide))
        yield f"{marks.get(row, ''):>{margin}} {up}{line}".rstrip()
    yield f"{'':{margin}} {corner}{along * wide}"
    yield f"{'':{margin + 2}}{_named_along(x, wide)}"
    yield f"{x_name + (' (logarithmic)' if x.log else ''):>{margin + 2 + wide}}"


def _row(y: Scale, value: float) -> int:
    return _HEIGHT - 1 - round(y.place(value) * (_HEIGHT - 1))


def _named_along(x: Scale, wide: int) -> str:
    """Return the names of the ticks below their places; one that would touch the one before is left out."""
    line = ""
    for value in x.ticks(max(2, wide // 12)):
        name = named(value)
        start = max(0, min(round(x.place(value) * (wide - 1)) - len(name) // 2, wide - len(name)))
        if not line or start > len(line):
            line = line.ljust(start) + name
    return line
