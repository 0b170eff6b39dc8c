"""What physics says of a case, term by term, so that a reader can redo the sum."""

from typing import Any

from kb.site.figures import about, exact, plural
from kb.site.library import Here, Item, Library
from kb.site.parts import ERROR_PAGE, ESTIMATE_PAGE
from kb.site.text import blocks, bullets, definitions, escape, link, table

# A sweep of a thousand points is read as JSON; its page shows what it is like.
MOST_POINTS = 100


def headline_index(item: Item) -> int:
    """Return the number of the point whose decode throughput is the headline; the first where none states one."""
    best = 0
    for index, point in enumerate(item["points"]):
        if _decode(point) > _decode(item["points"][best]):
            best = index
    return best


def _decode(point: Item) -> float:
    fact = point["results"].get("decode_tok_s")
    return float(fact["value"]) if fact else 0.0


def shown_points(item: Item) -> list[int]:
    """Return the numbers of the points that a page has room for: the first ones, and the headline."""
    first = list(range(min(len(item["points"]), MOST_POINTS)))
    index = headline_index(item)
    return first if index < MOST_POINTS else [*first, index]


def estimate_section(item: Item, library: Library, here: Here) -> str:
    """Return the estimate of the headline point in full, and one line for each of the others."""
    index = headline_index(item)
    judged = item["estimate"]["points"][index]
    several = len(item["points"]) > 1
    label = item["points"][index].get("label") or f"point {index + 1}"
    which = f" The sum below is that of the headline ({escape(label)})." if several else ""
    method = link("How the estimate works", here.to(ESTIMATE_PAGE))
    rows = sum_rows(item)
    return blocks(
        "## What physics says { data-search-exclude }",
        f"<p>Computed from the records of this base; an estimate, not a measurement.{which} {method}.</p>",
        _summary(item["points"][index], judged, item["estimate"]["bases"], here),
        table(("Term", "Value", "", "How it follows"), rows, (1,)) if rows else "",
        f"<p>Not computed:</p>\n{bullets(escape(gap) for gap in judged['gaps'])}" if judged["gaps"] else "",
        _others(item) if several else "",
    )


def sum_rows(item: Item) -> list[tuple[str, str, str, str]]:
    """Return the sum of the headline point, a row for each line: what, how much, in which unit, and why."""
    terms = item["estimate"]["sum"]["terms"]
    return [(escape(name), about(value), escape(unit), escape(formula)) for name, value, unit, formula in terms]


def _summary(point: Item, judged: Item, bases: dict[str, dict[str, str]], here: Here) -> str:
    memory, ceiling, expected = judged["memory"], judged["ceiling"], judged["expected"]
    claimed = point["results"].get("decode_tok_s")
    basis = bases[expected["basis"]] if expected else {}
    pairs = [
        ("Claimed decode", f"{exact(claimed['value'])} tok/s" if claimed else ""),
        (
            "Hard ceiling",
            f"{about(ceiling['decode_tok_s'])} tok/s, bound by {escape(ceiling['bound_by'])}" if ceiling else "",
        ),
        ("Expected", f"{_range(expected, ' tok/s')}; {escape(basis['decode'])}" if expected else ""),
        ("First token", _first(judged["first_token"], basis.get("first_token", ""), here)),
    ]
    if memory:
        fits = "fits" if memory["fits"] else "does not fit"
        pairs.append(
            ("Memory", f"{about(memory['needed_gb'])} GB needed, {about(memory['capacity_gb'])} GB there: {fits}")
        )
    return definitions(pairs)


def _range(expected: dict[str, Any], unit: str = "") -> str:
    low, high = about(expected["low"]), about(expected["high"])
    if expected["decode_tok_s"] is None:
        return f"{low} to {high}{unit}"
    return f"{about(expected['decode_tok_s'])}{unit} ({low} to {high})"


def _first(first: dict[str, Any] | None, basis: str, here: Here) -> str:
    """Return the expected time to the first token, which no verdict rests on; without a range, why there is none."""
    if first is None:
        return ""
    if first["low_ms"] is None:
        return f"{about(first['ttft_ms'])} ms expected; {escape(basis)}"
    off = link("how far it is off", here.to(ERROR_PAGE))
    return f"{about(first['ttft_ms'])} ms expected ({about(first['low_ms'])} to {about(first['high_ms'])}); {off}"


def _others(item: Item) -> str:
    rows = []
    for index in shown_points(item):
        point, judged = item["points"][index], item["estimate"]["points"][index]
        claimed = point["results"].get("decode_tok_s")
        rows.append(
            (
                escape(point.get("label") or str(index + 1)),
                exact(claimed["value"]) if claimed else "",
                about(judged["ceiling"]["decode_tok_s"]) if judged["ceiling"] else "",
                _range(judged["expected"]) if judged["expected"] else "",
            )
        )
    all_of_them = len(rows) == len(item["points"])
    which = f"All {plural(len(rows), 'point')}" if all_of_them else f"The same {plural(len(rows), 'point')} as above"
    caption = f"<p>{which}, decode in tokens per second:</p>"
    heads = ("Point", "Claimed", "Hard ceiling", "Expected")
    if not any(claimed for _, claimed, *_ in rows):
        # The source states latencies, which are in the table of the points.
        return blocks(caption, table((heads[0], *heads[2:]), [(row[0], *row[2:]) for row in rows], (1,)))
    return blocks(caption, table(heads, rows, (1, 2)))
