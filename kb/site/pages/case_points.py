"""The operating points of a case: upright where there is one, across where there are more."""

from collections.abc import Iterator
from typing import Any

from kb.site.figures import exact, label_of, latency_unit
from kb.site.library import Item, Library
from kb.site.parts import cited, evidence_numbers, verdict
from kb.site.text import blocks, definitions, escape, table


def points_section(item: Item, library: Library) -> str:
    """Return the points with load, results and verdict; figures are as published."""
    points = item["points"]
    columns = list(dict.fromkeys(key for point in points for key, _ in _cells(point)))
    verdicts = [row["verdict"] for row in library.points[item["id"]]]
    numbers = evidence_numbers(item)
    shared = {tuple(fact["evidence"]) for point in points for _, fact in _cells(point) if isinstance(fact, dict)}
    one = next(iter(shared)) if len(shared) == 1 else None
    rows = []
    for index, point in enumerate(points):
        known = dict(_cells(point))
        cells = [_show(key, known.get(key), None if one else numbers) for key in columns]
        rows.append((escape(point.get("label") or str(index + 1)), *cells, verdict(verdicts[index])))
    where = f"<p>All figures: evidence {cited(one, numbers)}.</p>" if one else ""
    remarks = _remarks(points)
    names = [_heading(key) for key in columns]
    if len(rows) == 1:
        return blocks("## Operating point", definitions(zip(names, rows[0][1:-1], strict=True)), where, *remarks)
    numeric = range(1, len(columns) + 1)
    return blocks("## Operating points", table(("Point", *names, "Verdict"), rows, numeric), where, *remarks)


def _remarks(points: list[Item]) -> list[str]:
    """Return the remarks, each once, with the points that it is made on."""
    found: dict[str, list[str]] = {}
    for index, point in enumerate(points, 1):
        if point.get("remark"):
            found.setdefault(point["remark"], []).append(point.get("label") or f"point {index}")
    if len(points) == 1:
        return [f"<p>{escape(remark)}</p>" for remark in found]
    return [f"<p>{escape(', '.join(labels))}: {escape(remark)}</p>" for remark, labels in found.items()]


def _cells(point: Item) -> Iterator[tuple[str, Any]]:
    """Yield load and results of a point by column; a result is a number with its evidence."""
    for key, value in point["scenario"].items():
        yield f"scenario/{key}", value
    for key, value in point["results"].items():
        if "value" in value:
            yield f"results/{key}", value
        else:
            for statistic, fact in value.items():
                yield f"results/{key}/{statistic}", fact


def _heading(key: str) -> str:
    _, _, field = key.partition("/")
    unit = latency_unit(field) if key.startswith("results/") else ""
    first, _, statistic = field.partition("/")
    words = " ".join(part for part in (label_of(first), statistic) if part)
    return escape(words) + (f" <small>{escape(unit)}</small>" if unit else "")


def _show(key: str, value: Any, numbers: dict[str, int] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        where = f" {cited(value['evidence'], numbers)}" if numbers else ""
        return exact(value["value"]) + (" <small>(disputed)</small>" if value["disputed"] else "") + where
    return escape(value) if isinstance(value, str) else exact(value)
