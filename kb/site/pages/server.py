"""The page of a server, a rack or a pod."""

from kb.site.library import Here, Item, Library
from kb.site.pages.lists import cases_section, claims_section
from kb.site.parts import evidence, figures, findings, foot, head, note, properties, said
from kb.site.text import blocks


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a server."""
    own = item["id"]
    cases = [
        library.cases[case["id"]]
        for case in library.items["case"].values()
        if any(library.current("server", pool.get("server")) == own for pool in case["stack"]["pools"])
    ]
    return blocks(
        head(item, item["name"]),
        properties(
            (
                ("Vendor", said(item, "vendor")),
                ("Form", said(item, "form")),
                ("Released", said(item, "released")),
                ("Cards", ", ".join(library.link(here, "hardware", card) for card in item["hardware"])),
                ("Between its cards", library.link(here, "interconnect", item.get("intra_node"))),
                ("To the outside", library.link(here, "interconnect", item.get("inter_node"))),
                ("Cooling", said(item, "cooling")),
            )
        ),
        figures(library.facts.get(("server", own), ()), item),
        note(item),
        cases_section(cases, library, here, "server", own),
        claims_section(library.claims_with("server", own), library, here),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )
