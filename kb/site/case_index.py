"""The list of all cases: pages of a hundred rows for every reader, and one file of rows for the filter."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from kb.records import TIERS
from kb.site.figures import exact, plural
from kb.site.library import Here, Library, Row
from kb.site.pages.lists import CASE_COLUMNS, MOST_VERSION, case_table, place, tpot_cell
from kb.site.pages.load_words import load_words, origin
from kb.site.text import blocks, clip, escape, link

ROWS_PER_PAGE = 100
FOLDER = "cases/"
# What can be asked for in the address, with what it is called.
FILTERS = (("model", "Model"), ("card", "Card"), ("engine", "Engine"), ("weights", "Weights"))
# What stands where in a row of the filter's file; assets/cases.js counts on it.
FIELDS = (
    *("id", "load", "origin", "title", "model", "cards", "count", "engine", "version", "weights", "decode", "tpot"),
    *("day", "tier", "claimed", "verdict", "servers", "sources"),
)
WORDS = (("tier", "Tier"), ("verdict", "Verdict"))


def page_address(number: int) -> str:
    """Return the address of a page of the list; they are counted from one."""
    return FOLDER if number == 1 else f"{FOLDER}page-{number}/"


def case_pages(library: Library, title: str, what: str) -> Iterator[tuple[Here, str]]:
    """Yield each page of the list with its place; at least one, whatever there is to list."""
    rows = sorted(library.cases.values(), key=place)
    last = max(1, -(-len(rows) // ROWS_PER_PAGE))
    for number in range(1, last + 1):
        here = Here(page_address(number))
        shown = rows[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
        heading = f"# {title}" if number == 1 else f"# {title}, page {number}"
        if not rows:
            yield here, blocks(heading, f"<p>{what}</p>", "<p>There are no records of this kind yet.</p>")
            return
        order = "The best evidenced come first, of these the newest; the load of a row leads to its case."
        ways = _ways(number, last, here)
        every = "" if number == 1 else f" {link('Filter and sort all of them', here.to(FOLDER))} on the first page."
        yield (
            here,
            blocks(
                heading,
                f"<p>{what} {plural(len(rows), 'record')}. {order}{every}</p>",
                _filter(rows) if number == 1 else "",
                f'<div id="kb-cases-page">\n{ways}\n{case_table(shown, library, here)}\n{ways}\n</div>',
            ),
        )


def case_rows(library: Library) -> str:
    """Return what the filter reads, as JSON: words that repeat are numbers of a list; figures are as they are shown."""
    lists: dict[str, dict[str, int]] = {name: {} for name in ("models", "cards", "engines", "weights")}
    lists |= {name: {} for name in ("servers", "sources", "origins", "tiers", "verdicts")}
    kinds = {"models": "model", "cards": "hardware", "engines": "engine", "weights": "quantization"}

    def number(name: str, ref: str | None) -> int:
        """Return the place of a record or a word in its list; -1 for none."""
        kind = kinds.get(name)
        known = (library.current(kind, ref) or ref) if kind else ref
        return -1 if known is None else lists[name].setdefault(known, len(lists[name]))

    citing: dict[str, list[str]] = {}
    for source, keys in library.citing.items():
        for kind, record in keys:
            if kind == "case" and source:
                citing.setdefault(record, []).append(source)
    # The choice of tiers stands in their order, whatever comes first.
    for word in TIERS:
        number("tiers", word)
    rows = []
    for row in sorted(library.cases.values(), key=place):
        item = library.items["case"][row["id"]]
        servers = {library.current("server", pool.get("server")) for pool in item["stack"]["pools"]} - {None}
        rows.append(
            [
                row["id"],
                load_words(library.points[row["id"]]),
                number("origins", origin(item, library) or None),
                clip(row["title"]),
                number("models", row["model"]),
                [number("cards", card) for card in row["hardware_ids"]],
                exact(row["cards"]),
                number("engines", row["engine"]),
                clip(row["engine_version"] or "", MOST_VERSION),
                number("weights", row["quantization"]),
                exact(row["decode_tok_s"]),
                tpot_cell(row),
                row["day"] or "",
                number("tiers", row["tier"]),
                number("tiers", row["claimed_tier"]),
                number("verdicts", row["verdict"]),
                [number("servers", server) for server in sorted(filter(None, servers))],
                [number("sources", source) for source in sorted(citing.get(row["id"], ()))],
            ]
        )
    named: dict[str, Any] = {
        name: [
            [known, library.title(kinds[name], known) if known in library.items[kinds[name]] else known]
            for known in known_ones
        ]
        if name in kinds
        else list(known_ones)
        for name, known_ones in lists.items()
    }
    return json.dumps({"columns": CASE_COLUMNS, **named, "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def _ways(number: int, last: int, here: Here) -> str:
    if last == 1:
        return ""
    before = link("Previous", here.to(page_address(number - 1))) if number > 1 else ""
    after = link("Next", here.to(page_address(number + 1))) if number < last else ""
    near = [other for other in range(1, last + 1) if other in (1, last) or abs(other - number) <= 2]
    pages = []
    for other, earlier in zip(near, (0, *near), strict=False):
        if other - earlier > 1:
            pages.append("…")
        pages.append(
            f'<strong aria-current="page">{other}</strong>'
            if other == number
            else f'<a href="{here.to(page_address(other))}" aria-label="Page {other}">{other}</a>'
        )
    return f'<nav class="kb-pages" aria-label="Pages of the list">{" ".join((before, *pages, after)).strip()}</nav>'


def _filter(rows: Sequence[Row]) -> str:
    """Return the filter; it is hidden until the script that makes it work is there."""
    boxes = [
        f'<label>{label} <input name="{name}" list="kb-{name}" autocomplete="off"></label>'
        f'<datalist id="kb-{name}"></datalist>'
        for name, label in FILTERS
    ]
    for name, label in WORDS:
        present = dict.fromkeys(row[name] for row in rows if row[name])
        words = [word for word in TIERS if word in present] if name == "tier" else sorted(present)
        options = "".join(f"<option>{escape(word)}</option>" for word in words)
        boxes.append(f'<label>{label} <select name="{name}"><option value="">any</option>{options}</select></label>')
    boxes.append('<label>Words <input name="text" type="search" autocomplete="off"></label>')
    inner = "\n".join(boxes)
    return (
        f'<form id="kb-cases" class="kb-filter" role="search" aria-label="Filter all cases" hidden>\n{inner}\n'
        '<button type="reset">Clear</button>\n</form>\n'
        '<p id="kb-cases-status" role="status"></p>\n<div id="kb-cases-found" hidden></div>'
    )
