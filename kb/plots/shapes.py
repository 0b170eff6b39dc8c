"""The shapes of marks, as paths of SVG."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

Weight = Literal["strong", "faint", "doubted"]
SHAPES = ("circle", "square", "triangle", "diamond", "down", "plus")

_CORNERS = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "down": ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "plus": (
        *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
        *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
    ),
}


def path_of(name: str, x: float, y: float, r: float) -> str:
    """Return the path of a shape (one of ``SHAPES``, or ``cross``) around a place, about ``2 r`` wide."""
    x0, x1, y0, y1, size = map(short, (x - r, x + r, y - r, y + r, r))
    if name == "cross":
        return f"M{x0} {y0}L{x1} {y1}M{x0} {y1}L{x1} {y0}"
    if name == "circle":
        return f"M{x0} {short(y)}a{size} {size} 0 1 0 {short(2 * r)} 0a{size} {size} 0 1 0 {short(-2 * r)} 0z"
    return "M" + "L".join(f"{short(x + r * dx)} {short(y + r * dy)}" for dx, dy in _CORNERS[name]) + "z"


def stamps(name: str, places: Iterable[tuple[float, float]], r: float) -> str:
    """Return the path of the same shape around several places: that of :func:`path_of`, in fewer letters."""
    d, two = short(r), short(2 * r)
    if name == "cross":
        shape = f"m-{d}-{d}l{two} {two}m-{two} 0l{two}-{two}"
    elif name == "circle":
        shape = f"m-{d} 0a{d} {d} 0 1 0 {two} 0a{d} {d} 0 1 0-{two} 0z"
    else:
        corners = [(round(r * dx, 1), round(r * dy, 1)) for dx, dy in _CORNERS[name]]
        steps = [(x - before, down - above) for (before, above), (x, down) in pairwise(((0.0, 0.0), *corners))]
        first, *others = (f"{short(dx)} {short(dy)}".replace(" -", "-") for dx, dy in steps)
        shape = f"m{first}l{'l'.join(others)}z"
    return "".join(f"M{short(x)} {short(y)}{shape}" for x, y in places)


def short(value: float) -> str:
    """Return a length in pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
