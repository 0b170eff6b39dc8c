"""The shapes of marks, as paths of SVG."""

SHAPES = ("circle", "square", "triangle", "diamond", "down", "plus")


def path_of(name: str, x: float, y: float, r: float) -> str:
    """Return the path of a shape (one of ``SHAPES``, or ``cross``) around a place, about ``2 r`` wide."""
    corners = {
        "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
        "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
        "down": ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "plus": (
            *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
            *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
        ),
    }
    x0, x1, y0, y1, size = map(short, (x - r, x + r, y - r, y + r, r))
    if name == "cross":
        return f"M{x0} {y0}L{x1} {y1}M{x0} {y1}L{x1} {y0}"
    if name == "circle":
        return f"M{x0} {short(y)}a{size} {size} 0 1 0 {short(2 * r)} 0a{size} {size} 0 1 0 {short(-2 * r)} 0z"
    return "M" + "L".join(f"{short(x + r * dx)} {short(y + r * dy)}" for dx, dy in corners[name]) + "z"


def short(value: float) -> str:
    """Return a length in pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
