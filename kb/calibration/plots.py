"""The report's figures as SVG, made when the report is: error curves by class, error by card, the judged report."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# Grey that reads on white and on black; no date, no random ids, text as text.
_INK = "#808080"
_COLOURS = ("#2a78c8", "#d9822b", "#3a9a5b", "#b0489b", "#8a6d3b", "#5b5bd6", "#1f9e9e")
_STYLE: Any = {
    "svg.hashsalt": "kb",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def write_plots(report: dict[str, Any], folder: Path) -> list[Path]:
    """Write all figures into ``folder`` and return their paths. The same report gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {"error-curves": _curves, "error-by-card": _by_card, "judged-report": _judged}
    with mpl.rc_context(_STYLE):
        return [_save(figure(report), folder / f"{name}.svg") for name, figure in made.items()]


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
    return path


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color=_INK, alpha=0.25, linewidth=0.5)
    return figure, axes


def _curves(report: dict[str, Any]) -> Figure:
    figure, axes = _axes(7, 3.6)
    for (name, errors), colour in zip(sorted(report["curves"].items()), _COLOURS * 2, strict=False):
        shares = [step / (len(errors) + 1) * 100 for step in range(1, len(errors) + 1)]
        axes.plot([error * 100 for error in errors], shares, label=name, color=colour, linewidth=1.5)
    axes.set_xlim(0, 60)
    axes.set_xlabel("error of the time per token, percent of the measured one")
    axes.set_ylabel("rows within, percent")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _by_card(report: dict[str, Any]) -> Figure:
    lines = report["hardware"]
    figure, axes = _axes(7, 1.0 + 0.42 * len(lines))
    places = range(len(lines))
    axes.barh(places, [line["p90"] * 100 for line in lines], color=_COLOURS[0], alpha=0.35, label="nine in ten within")
    axes.barh(places, [line["median"] * 100 for line in lines], color=_COLOURS[0], label="median")
    axes.set_yticks(places, [f"{line['scope']} ({line['rows']} rows)" for line in lines])
    axes.invert_yaxis()
    axes.set_xlabel("error when the card is left out of the fit, percent")
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    return figure


def _judged(report: dict[str, Any]) -> Figure:
    figure, axes = _axes(7, 3.2)
    points = report["judged"]["SGLang report, Qwen3-235B on 8 cards"]["points"]
    for card, colour in zip(sorted({point["hardware"] for point in points}), _COLOURS, strict=False):
        mine = [point for point in points if point["hardware"] == card]
        steps = range(1, len(mine) + 1)
        axes.plot(steps, [point["measured"] for point in mine], "o-", color=colour, label=f"{card}, measured")
        axes.plot(steps, [point["estimated"] for point in mine], "x--", color=colour, label=f"{card}, estimated")
    axes.set_yscale("log")
    axes.set_xticks(range(1, 7), ["1", "2", "4", "8", "16", "64"])
    axes.set_xlabel("sequences in the batch")
    axes.set_ylabel("tokens per second, all cards")
    axes.legend(frameon=False)
    return figure
