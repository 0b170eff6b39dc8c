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
    """Return the points with load, results and verdict; figures are as published. What all share is said once."""
    points = item["points"]
    known = [dict(_cells(point)) for point in points]
    columns = list(dict.fromkeys(key for one in known for key in one))
    shared = {tuple(fact["evidence"]) for one in known for fact in one.values() if isinstance(fact, dict)}
    evidence = next(iter(shared)) if len(shared) == 1 else None
    numbers = evidence_numbers(item)

    def cells(index: int, keys: list[str]) -> list[str]:
        return [_show(key, known[index].get(key), None if evidence else numbers) for key in keys]

    place = ("Where in the source",) if any(point.get("locator") for point in points) else ()
    where = f"<p>All figures: evidence {cited(evidence, numbers)}.</p>" if evidence else ""
    remarks = [*_remarks(points, "caveat", "Caveat: "), *_remarks(points, "remark")]
    if len(points) == 1:
        pairs = zip(
            (*map(_heading, columns), *place), (*cells(0, columns), *(_place(points[0]) for _ in place)), strict=True
        )
        return blocks("## Operating point { data-search-exclude }", definitions(pairs), where, *remarks)
    loads = [key for key in columns if key.startswith("scenario/")]
    same = [key for key in loads if all(one.get(key) == known[0].get(key) for one in known)]
    varied = [key for key in columns if key not in same]
    alike = "; ".join(f"{_heading(key)} {cell}" for key, cell in zip(same, cells(0, same), strict=True))
    verdicts = [row["verdict"] for row in library.points[item["id"]]]
    rows = [
        (
            escape(points[index].get("label") or str(index + 1)),
            *cells(index, varied),
            verdict(verdicts[index]) + (" <small>(caveat)</small>" if points[index].get("caveat") else ""),
            *(_place(points[index]) for _ in place),
        )
        for index in shown_points(item)
    ]
    return blocks(
        "## Operating points { data-search-exclude }",
        _left_out(item, len(rows), here),
        f"<p>At every point: {alike}.</p>" if alike else "",
        table(("Point", *map(_heading, varied), "Verdict", *place), rows, range(1, len(varied) + 1)),
        where,
        *remarks,
    )


def _left_out(item: Item, shown: int, here: Here) -> str:
    """Return the sentence on the points that the page has no room for; nothing where all are shown."""
    of = len(item["points"])
    if shown == of:
        return ""
    whole = link("JSON of this case", here.to(exported(f"cases/{item['id']}.json")))
    return (
        f"<p>{exact(shown)} of {exact(of)} points are here: the first {exact(MOST_POINTS)}, and the headline. All of "
        f"them are in the {whole}.</p>"
    )


def _place(point: Item) -> str:
    return escape(point.get("locator") or "")


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
