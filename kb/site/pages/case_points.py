"""The operating points of a case: upright where there is one, across where there are more."""

from collections.abc import Iterator
from typing import Any

from kb.site.figures import exact, label_of, latency_unit
from kb.site.library import Here, Item, Library
from kb.site.packed import exported
from kb.site.pages.case_estimate import MOST_POINTS, shown_points
from kb.site.parts import cited, evidence_numbers, verdict
from kb.site.text import blocks, definitions, escape, link, table


def points_section(item: Item, library: Library, here: Here) -> str:
    """Return the points with load, results and verdict; figures are as published."""
    points = item["points"]
    columns = list(dict.fromkeys(key for point in points for key, _ in _cells(point)))
    verdicts = [row["verdict"] for row in library.points[item["id"]]]
    numbers = evidence_numbers(item)
    shared = {tuple(fact["evidence"]) for point in points for _, fact in _cells(point) if isinstance(fact, dict)}
    one = next(iter(shared)) if len(shared) == 1 else None
    rows = []
    for index in shown_points(item):
        point = points[index]
        known = dict(_cells(point))
        cells = [_show(key, known.get(key), None if one else numbers) for key in columns]
        doubt = " <small>(caveat)</small>" if point.get("caveat") else ""
        place = escape(point.get("locator") or "")
        rows.append((escape(point.get("label") or str(index + 1)), *cells, verdict(verdicts[index]) + doubt, place))
    located = any(point.get("locator") for point in points)
    where = f"<p>All figures: evidence {cited(one, numbers)}.</p>" if one else ""
    remarks = [*_remarks(points, "caveat", "Caveat: "), *_remarks(points, "remark")]
    names = [_heading(key) for key in columns]
    if len(rows) == 1:
        shown = [*zip(names, rows[0][1:-2], strict=True), *([("Where in the source", rows[0][-1])] if located else [])]
        return blocks("## Operating point { data-search-exclude }", definitions(shown), where, *remarks)
    same = [
        at for at, key in enumerate(columns) if key.startswith("scenario/") and len({row[at + 1] for row in rows}) == 1
    ]
    alike = "; ".join(f"{names[at]} {rows[0][at + 1]}" for at in same)
    every = f"<p>At every point: {alike}.</p>" if same else ""
    varied = [at for at in range(len(columns)) if at not in same]
    heads = ("Point", *(names[at] for at in varied), "Verdict", *(["Where in the source"] if located else []))
    kept = [(row[0], *(row[at + 1] for at in varied), row[-2], *([row[-1]] if located else [])) for row in rows]
    numeric = range(1, len(varied) + 1)
    rest = ""
    if len(rows) < len(points):
        whole = link("JSON of this case", here.to(exported(f"cases/{item['id']}.json")))
        rest = (
            f"<p>{exact(len(rows))} of {exact(len(points))} points are here: the first {exact(MOST_POINTS)}, and the "
            f"headline. All of them are in the {whole}.</p>"
        )
    return blocks(
        "## Operating points { data-search-exclude }", rest, every, table(heads, kept, numeric), where, *remarks
    )


def _remarks(points: list[Item], field: str, before: str = "") -> list[str]:
    """Return the remarks in ``field``, each once, with the points that it is made on."""
    found: dict[str, list[str]] = {}
    for index, point in enumerate(points, 1):
        if point.get(field):
            found.setdefault(before + point[field], []).append(point.get("label") or f"point {index}")
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
        return exact(value["value"]) + (" <small>(disputed)</small>" if value.get("disputed") else "") + where
    return escape(value) if isinstance(value, str) else exact(value)
