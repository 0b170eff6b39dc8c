"""The page of an engine."""

from collections.abc import Sequence

from kb.site.charts.record import charts_section
from kb.site.library import Here, Item, Library
from kb.site.pages.lists import cases_section, claims_section
from kb.site.parts import cited, evidence, evidence_numbers, figures, findings, foot, head, note, properties, said
from kb.site.text import blocks, escape, outside, table


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of an engine: where it runs, what it loads, its releases."""
    own, numbers = item["id"], evidence_numbers(item)
    vendors = [
        (escape(entry["id"]), said(entry, "since"), said(entry, "through"), cited(entry["evidence"], numbers))
        for entry in item["vendors"]
    ]
    formats = [
        (
            library.link(here, "quantization", entry["id"]),
            said(entry, "since"),
            said(entry, "through"),
            cited(entry["evidence"], numbers),
        )
        for entry in item["formats"]
    ]
    releases = [
        (
            escape(entry["version"]),
            ("by " if entry["upper_bound"] else "") + escape(entry["date"]),
            cited(entry["evidence"], numbers),
        )
        for entry in sorted(item["releases"], key=lambda entry: entry["date"], reverse=True)
    ]
    return blocks(
        head(item, item["name"]),
        properties(
            (
                ("Maintainer", said(item, "maintainer")),
                ("Home", outside(item["url"]) if item.get("url") else ""),
                ("Licence", said(item, "licence")),
                ("Kernels issued by", said(item, "language")),
                ("List of formats is complete", said(item, "formats_complete")),
            )
        ),
        _section("Runs on cards of", ("Vendor", "Since", "Through", "Evidence"), vendors),
        _section("Loads", ("Format", "Since", "Through", "Evidence"), formats),
        figures(library.facts.get(("engine", own), ()), item),
        note(item),
        charts_section("engine", own, library),
        cases_section(library.cases_with("engine", own), library, here, "engine", own),
        claims_section(library.claims_with("engine", own), library, here),
        _section("Releases", ("Version", "Date", "Evidence"), releases),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )


def _section(heading: str, headers: tuple[str, ...], rows: Sequence[Sequence[str]]) -> str:
    return blocks(f"## {heading} {{ data-search-exclude }}", table(headers, rows)) if rows else ""
