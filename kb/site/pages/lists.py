"""Tables of cases and claims, as they stand on the pages of what they are about and on the indexes."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from urllib.parse import quote

from kb.records import TIERS
from kb.site.figures import about, exact
from kb.site.freshness import newest_case
from kb.site.library import Here, Item, Library, Row
from kb.site.pages.load_words import load_words, origin
from kb.site.parts import tier, verdict
from kb.site.text import blocks, clip, escape, link, table

CASE_COLUMNS = ("Model", "Cards", "Engine", "Weights", "Load", "Decode tok/s", "TPOT ms", "Day", "Tier", "Verdict")
# A model that was run three hundred times would have a page of a quarter of a megabyte.
MOST_CASES = 40
# Some benchmarks name every library as the version.
MOST_VERSION = 40


def stack_cells(row: Row, library: Library, here: Here) -> tuple[str, str, str]:
    """Return model, cards and engine of a case as cells."""
    cards = ", ".join(library.link(here, "hardware", card) for card in row["hardware_ids"])
    engine = library.link(here, "engine", row["engine"])
    version = f" {escape(clip(row['engine_version'], MOST_VERSION))}" if row["engine_version"] else ""
    return library.link(here, "model", row["model"]), f"{exact(row['cards'])} × {cards}", engine + version


def load_cell(row: Row, library: Library, here: Here) -> str:
    """Return what a case was asked to do, as the way to it, and who says how it went."""
    way = library.link(here, "case", row["id"], escape(load_words(library.points[row["id"]])))
    said = origin(library.items["case"][row["id"]], library)
    return f"{way}<br><small>{escape(said)}</small>" if said else way


def place(row: Row) -> tuple[object, ...]:
    """Return where a case stands in a list: the best evidenced first, of these the newest, then by id."""
    tiers = TIERS.index(row["tier"]) if row["tier"] in TIERS else len(TIERS)
    return tiers, -datetime.date.fromisoformat(row["day"]).toordinal() if row["day"] else 0, row["id"]


def tpot_cell(row: Row) -> str:
    """Return the time per output token of a case; the lowest and highest where its points differ."""
    low, high = about(row["tpot_ms_low"]), about(row["tpot_ms_high"])
    return low if low == high else f"{low} to {high}"


def case_table(rows: Sequence[Row], library: Library, here: Here, without: str = "") -> str:
    """Return cases as a table; tier and verdict are on every row, and the load leads to the case.

    ``without`` names a column that says the same in each row.
    """
    cells = []
    for row in rows:
        claimed = row["claimed_tier"]
        doubt = f"<br><small>claimed {escape(claimed)}</small>" if claimed and claimed != row["tier"] else ""
        cells.append(
            (
                *stack_cells(row, library, here),
                library.link(here, "quantization", row["quantization"]),
                load_cell(row, library, here),
                exact(row["decode_tok_s"]),
                tpot_cell(row),
                escape(row["day"] or ""),
                tier(row["tier"]) + doubt,
                verdict(row["verdict"]),
            )
        )
    kept = [index for index, header in enumerate(CASE_COLUMNS) if header != without]
    numeric = [at for at, index in enumerate(kept) if index in (5, 6, 7)]
    return sortable([CASE_COLUMNS[index] for index in kept], [[row[index] for index in kept] for row in cells], numeric)


def sortable(headers: Sequence[str], rows: Iterable[Sequence[str]], numeric: Collection[int] = ()) -> str:
    """Return a table that ``assets/tables.js``, where the page asks for it, lets readers sort and filter."""
    return table(headers, rows, numeric).replace("<table", "<table data-kb-sort", 1)


def cases_section(
    rows: Sequence[Row], library: Library, here: Here, parameter: str, own: str, without: str = ""
) -> str:
    """Return the section that lists the cases of something: the first of them, and the way to all.

    ``parameter`` and ``own`` are the filter of the list of all cases that finds them.
    """
    if not rows:
        return ""
    first = sorted(rows, key=place)[:MOST_CASES]
    said = ""
    if len(rows) > len(first):
        every = link(f"all {exact(len(rows))}", here.to(f"cases/?{parameter}={quote(own)}"))
        said = f"<p>The {len(first)} best evidenced, of these the newest first; {every} are in the list of cases.</p>"
    return blocks(
        "## Cases { data-search-exclude }",
        newest_case(rows, library),
        said,
        case_table(first, library, here, without),
    )


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
    return sortable(("Claim", "Metric", "Value", "Tier"), cells)


def claims_section(items: Sequence[Item], library: Library, here: Here) -> str:
    """Return the section that lists the claims about something."""
    if not items:
        return ""
    return blocks("## Claims { data-search-exclude }", claim_table(items, library, here))


def by_kind(keys: Sequence[tuple[str, str]], library: Library, here: Here, parameter: str, own: str) -> list[str]:
    """Return one line per kind with links to the records of ``keys``; of very many cases the best evidenced.

    ``parameter`` and ``own`` are the filter of the list of all cases that finds them.
    """
    lines = []
    for kind, group in groupby(sorted(keys), key=lambda key: key[0]):
        records = [record for _, record in group]
        more = ""
        if kind == "case":
            records.sort(key=lambda record: place(library.cases[record]))
            if len(records) > MOST_CASES:
                more = " and " + link(f"all {exact(len(records))}", here.to(f"cases/?{parameter}={quote(own)}"))
                records = records[:MOST_CASES]
        links = ", ".join(library.link(here, kind, record) for record in records)
        lines.append(f"{escape(kind)}: {links}{more}")
    return lines
