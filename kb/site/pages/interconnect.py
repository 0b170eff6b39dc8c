"""The page of a link."""

from kb.site.library import Here, Item, Library
from kb.site.parts import evidence, figures, findings, foot, head, listing, note, properties, said
from kb.site.text import blocks


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a link."""
    own = item["id"]
    cards = [
        library.link(here, "hardware", card["id"])
        for card in library.items["hardware"].values()
        if own in (library.current("interconnect", card[end].get("interconnect")) for end in ("scale_up", "host_link"))
    ]
    servers = [
        library.link(here, "server", server["id"])
        for server in library.items["server"].values()
        if own in (library.current("interconnect", server.get(end)) for end in ("intra_node", "inter_node"))
    ]
    return blocks(
        head(item, item["name"]),
        properties(
            (
                ("Vendor", said(item, "vendor")),
                ("Scope", said(item, "scope")),
                ("Released", said(item, "released")),
            )
        ),
        figures(library.facts.get(("interconnect", own), ()), item),
        note(item),
        listing("Cards that have it", cards),
        listing("Servers that have it", servers),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )
