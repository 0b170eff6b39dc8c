"""Tables of cases and claims, as they stand on the pages of what they are about and on the indexes."""

from collections.abc import Sequence
from itertools import groupby

from kb.site.figures import exact
from kb.site.library import Here, Item, Library, Row
from kb.site.parts import tier, verdict
from kb.site.text import blocks, escape, table


def stack_cells(row: Row, library: Library, here: Here) -> tuple[str, str, str]:
    """Return model, cards and engine of a case as cells."""
    cards = ", ".join(library.link(here, "hardware", card) for card in row["hardware_ids"])
    engine = library.link(here, "engine", row["engine"])
    version = f" {escape(row['engine_version'])}" if row["engine_version"] else ""
    return library.link(here, "model", row["model"]), f"{exact(row['cards'])} × {cards}", engine + version


def case_table(rows: Sequence[Row], library: Library, here: Here) -> str:
    """Return cases as a table; tier and verdict are on every row."""
    cells = []
    for row in rows:
        claimed = row["claimed_tier"]
        doubt = f"<br><small>claimed {escape(claimed)}</small>" if claimed and claimed != row["tier"] else ""
        cells.append(
            (
                library.link(here, "case", row["id"]),
                *stack_cells(row, library, here),
                library.link(here, "quantization", row["quantization"]),
                exact(row["decode_tok_s"]),
                tier(row["tier"]) + doubt,
                verdict(row["verdict"]),
            )
        )
    headers = ("Case", "Model", "Cards", "Engine", "Weights", "Decode tok/s", "Tier", "Verdict")
    return table(headers, cells, (5,))


def cases_section(rows: Sequence[Row], library: Library, here: Here) -> str:
    """Return the section that lists the cases of something."""
    if not rows:
        return ""
    return blocks("## Cases { data-search-exclude }", case_table(rows, library, here))


def claim_values(item: Item) -> str:
    """Return the values of a claim as they are published, ranges with a dash."""
    return "; ".join(_value(entry) for entry in item["values"]) + (
        f" {escape(item['unit'])}" if item.get("unit") else ""
    )


def _value(entry: Item) -> str:
    sign = "about " if entry["approximate"] else ""
    if "value" in entry:
        return sign + exact(entry["value"]["value"])
    low, high = (exact(entry[end]["value"]) if end in entry else "" for end in ("low", "high"))
    if low and high:
        return f"{sign}{low} to {high}"
    return f"{sign}{low} or more" if low else f"{sign}{high} or less"


def claim_table(items: Sequence[Item], library: Library, here: Here) -> str:
    """Return claims as a table."""
    cells = [
        (library.link(here, "claim", item["id"]), escape(item["metric"]), claim_values(item), tier(item["tier"]))
        for item in items
    ]
    return table(("Claim", "Metric", "Value", "Tier"), cells)


def claims_section(items: Sequence[Item], library: Library, here: Here) -> str:
    """Return the section that lists the claims about something."""
    if not items:
        return ""
    return blocks("## Claims { data-search-exclude }", claim_table(items, library, here))


def by_kind(keys: Sequence[tuple[str, str]], library: Library, here: Here) -> list[str]:
    """Return one line per kind with links to the records of ``keys``."""
    lines = []
    for kind, group in groupby(sorted(keys), key=lambda key: key[0]):
        links = ", ".join(library.link(here, kind, record) for _, record in group)
        lines.append(f"{escape(kind)}: {links}")
    return lines
