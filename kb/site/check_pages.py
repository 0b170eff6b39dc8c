"""The page of a check: its docstring, which is its documentation, and what it finds in the present data."""

from kb.checks import Entry
from kb.site.figures import plural
from kb.site.library import Here, Library
from kb.site.parts import finding_cell, severity
from kb.site.text import blocks, code, escape, table

# A rule that fires on everything shall not make a page of a megabyte.
_SHOWN = 200


def check_page(entry: Entry, library: Library, here: Here) -> str:
    """Return the page of a rule. Its text is the project's own, and stays Markdown."""
    rule = entry.rule
    _, _, rest = entry.page.strip().partition("\n")
    found = [row for row in library.findings if row["code"] == rule.code]
    return blocks(
        f"# {escape(rule.code)} {escape(rule.name)}",
        f'<p class="kb-id">{severity(rule.severity)} family {escape(entry.family)} · '
        f"{code(f'kb explain {rule.code}')}</p>",
        entry.summary,
        rest.strip(),
        "## In the present data { data-search-exclude }",
        _found(found, library, here),
    )


def _found(rows: list[dict[str, str]], library: Library, here: Here) -> str:
    if not rows:
        return "<p>Nothing is found.</p>"
    homes = {item["file"]: (kind, i) for kind, items in library.items.items() for i, item in items.items()}
    cells = []
    for row in rows[:_SHOWN]:
        home = homes.get(row["file"])
        where = library.link(here, *home) if home else code(row["file"])
        cells.append((where, *finding_cell(row, here)[1:]))
    said = f"<p>{plural(len(rows), 'finding')}{f', the first {_SHOWN} of them' if len(rows) > _SHOWN else ''}.</p>"
    return blocks(said, table(("Record", "Severity", "What was found"), cells))
