"""Lines of prose and drawings: folded at the terminal's width, and files written whole or not at all."""

from pathlib import Path

from kb.atomic import replace
from kb.cli.cells import folded
from kb.cli.places import progress
from kb.cli.terminal import printable, width
from kb.errors import BadRequest
from kb.plots.svg import Chart, svg

_NARROWEST = 20


def print_folded(text: str, hanging: int = 4) -> None:
    """Print a text, broken between words at the terminal's width; what is broken off is set in."""
    clean = printable(text)
    indent = len(clean) - len(clean.lstrip())
    room = max(width() - indent, _NARROWEST)
    first, *rest = folded(clean.strip(), room)
    print(" " * indent + first)
    for line in folded(" ".join(rest), max(room - hanging, _NARROWEST)) if rest else ():
        print(" " * (indent + hanging) + line)


def figure(value: float) -> str:
    """Return a rate or a cost as people read it, about four figures: one that was worked out has no more."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.3g}"


def write_svg(path: Path, chart: Chart) -> None:
    """Draw ``chart`` into a file; on any failure what was there stays.

    Raises:
        BadRequest: there is no such folder, or the path is one.
    """
    if path.is_dir():
        raise BadRequest(f"{path} is a folder; name a file for the drawing")
    if not path.absolute().parent.is_dir():
        raise BadRequest(f"{path}: there is no folder {path.parent}; make it first")
    replace(path.absolute(), svg(chart).encode())
    progress(f"drawn into {path}")
