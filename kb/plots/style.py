"""The styles of a drawing, for readers of light and of dark pages."""

from collections.abc import Sequence

# Readable on white and on near black each, and for most who see few colours; more series share them with other shapes.
LIGHT = ("#0b63b5", "#b3450f", "#1a7f45", "#9a2f87", "#7a5a00", "#4b4bc8", "#0f7a80", "#b02a37")
DARK = ("#6cb2f7", "#f2995c", "#6ccf92", "#e08fd2", "#d9b44a", "#a9a9ff", "#5fd0d6", "#ff8f98")


def style(own: str) -> str:
    """Return the style sheet of the drawing whose id is ``own``; no rule of it reaches beyond that drawing."""

    def colours(palette: Sequence[str], ink: str, paper: str, grid: str) -> str:
        rules = [
            f"#{own} .paper{{fill:{paper}}}",
            f"#{own} text{{fill:{ink}}}",
            f"#{own} .axis{{stroke:{ink}}}",
            f"#{own} .grid{{stroke:{grid}}}",
            f"#{own} .doubted{{stroke:{ink};fill:none}}",
            *(f"#{own} .s{n}{{stroke:{c};fill:{c}}}" for n, c in enumerate(palette)),
        ]
        return "".join(rules)

    shared = (
        f"#{own}{{font-family:system-ui,sans-serif;font-size:12px;max-width:100%;height:auto}}"
        f"#{own} text{{stroke:none}}#{own} .head{{font-size:15px;font-weight:600}}#{own} .small{{font-size:11px}}"
        f"#{own} .end{{text-anchor:end}}#{own} .mid{{text-anchor:middle}}"
        f"#{own} .axis,#{own} .grid{{stroke-width:1}}#{own} .doubted{{stroke-width:1.2;opacity:.45}}"
    )
    # After the colours: a line and a faint mark take the stroke of their series and no fill.
    last = (
        f"#{own} .line{{fill:none;stroke-width:1.5;opacity:.8}}"
        f"#{own} .faint{{fill:none;stroke-width:1.2;opacity:.65}}#{own} .strong{{stroke-width:1}}"
    )
    light = colours(LIGHT, "#1f2328", "#ffffff", "#d8dee4")
    dark = colours(DARK, "#e6edf3", "#14181d", "#39424c")
    return f"{shared}{light}@media (prefers-color-scheme:dark){{{dark}}}{last}"
