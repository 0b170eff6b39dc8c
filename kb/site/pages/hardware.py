"""The page of an accelerator."""

from kb.site.charts.record import charts_section
from kb.site.library import Here, Item, Library
from kb.site.pages.lists import cases_section, claims_section
from kb.site.parts import compare_link, evidence, figures, findings, foot, head, listing, note, properties, said, tier
from kb.site.text import blocks, escape


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a card: what it is, every figure, where it is used."""
    own = item["id"]
    servers = [
        library.link(here, "server", server["id"])
        for server in library.items["server"].values()
        if any(library.current("hardware", card) == own for card in server["hardware"])
    ]
    formats = item.get("formats", {})
    support = ", ".join(f"{name.upper()} {escape(state)}" for name, state in formats.items())
    return blocks(
        head(item, item["name"], _worth(item, here)),
        properties(
            (
                ("Vendor", said(item, "vendor")),
                ("Architecture", said(item, "architecture")),
                ("Form factor", said(item, "form_factor")),
                ("Released", said(item, "released")),
                ("Status", said(item, "status")),
                ("Memory type", said(item, "memory", "type")),
                ("Matrix formats", support),
                ("Scale-up link", library.link(here, "interconnect", item["scale_up"].get("interconnect"))),
                ("Host link", library.link(here, "interconnect", item["host_link"].get("interconnect"))),
            )
        ),
        figures(library.facts.get(("hardware", own), ()), item),
        note(item),
        charts_section("hardware", own, library),
        cases_section(library.cases_with("hardware_ids", own), library, here, "card", own),
        claims_section(library.claims_with("hardware", own), library, here),
        listing("Servers that hold it", servers),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )


def _worth(item: Item, here: Here) -> str:
    weakest = f"Tier of its weakest figure: {tier(item['tier'])} · " if item["tier"] else ""
    return f"<p>{weakest}{compare_link(item, here)}</p>"
