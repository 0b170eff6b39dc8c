"""The drawings of growth, as SVG: time, memory, and questions, by number of cases, on logarithmic axes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kb.plots.scale import named, scale_of
from kb.plots.svg import Chart, Line, Mark, svg

PLOTS = "benchmarks"
PHASES = ("open", "check", "build")
Value = Callable[[dict[str, Any]], float]


def write_plots(found: dict[str, Any], folder: Path) -> list[Path]:
    """Write all drawings into ``folder`` and return their paths. The same figures give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, chart in charts(found).items():
        path = folder / f"{name}.svg"
        path.write_text(svg(chart), encoding="utf-8")
        written.append(path)
    return written


def charts(found: dict[str, Any]) -> dict[str, Chart]:
    """Return the charts by name, of the synthetic cases."""
    corpora = found["corpora"][1:]

    def phases(field: str) -> dict[str, Value]:
        return {name: lambda one, name=name: one["phases"][name][field] for name in PHASES}  # type: ignore[misc]

    def warm(field: str) -> Value:
        return lambda one: float(one["answers"]["query"][field])

    return {
        "time": _chart(corpora, "Time by number of cases", "seconds by the clock", phases("seconds"), "s"),
        "memory": _chart(
            corpora,
            "Memory by number of cases",
            "megabytes of the largest process",
            {**phases("peak_mb"), "answering questions": lambda one: one["answers"]["warm_peak_mb"]},
            "MB",
        ),
        "questions": _chart(
            corpora,
            "Questions to an open bundle, by number of cases",
            "milliseconds per question",
            {"median": warm("p50_ms"), "95 of 100": warm("p95_ms"), "median at first": warm("first_p50_ms")},
            "ms",
        ),
    }


def _chart(corpora: list[dict[str, Any]], title: str, y_name: str, series: dict[str, Value], unit: str) -> Chart:
    """Return a chart of a line for each of ``series``, and of one that grows as the cases do."""
    cases = [float(one["cases"]) for one in corpora]
    values = {name: [float(value(one)) for one in corpora] for name, value in series.items()}
    marks = tuple(
        Mark(x, y, number, "strong", f"{name}: {named(x)} cases, {named(round(y, 2))} {unit}")
        for number, (name, found) in enumerate(values.items())
        for x, y in zip(cases, found, strict=True)
    )
    lines = [Line(tuple(zip(cases, found, strict=True)), number) for number, found in enumerate(values.values())]
    top = max((found for found in values.values()), key=lambda found: found[-1], default=[]) if cases else []
    if len(cases) > 1:
        lines.append(Line(((cases[0], top[0]), (cases[-1], top[0] * cases[-1] / cases[0])), None))
    told = "; ".join(
        f"{name}: {named(round(found[0], 2))} to {named(round(found[-1], 2))} {unit}"
        for name, found in values.items()
        if found
    )
    return Chart(
        title,
        f"From {named(cases[0])} to {named(cases[-1])} synthetic cases. {told}." if cases else "Nothing was measured.",
        scale_of(cases),
        scale_of([mark.y for mark in marks] + [y for line in lines for _, y in line.points]),
        "synthetic cases",
        y_name,
        tuple(values),
        marks,
        tuple(lines),
        ("grey line: in proportion to the cases, from where the highest begins",),
    )
