"""The page of a source."""

from kb.site.library import Here, Item, Library
from kb.site.pages.lists import by_kind
from kb.site.parts import evidence, findings, foot, head, listing, note, properties, said
from kb.site.text import blocks, outside


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a source: what it is, and which records rest on it."""
    return blocks(
        head(item, item["title"]),
        properties(
            (
                ("Publisher", said(item, "publisher")),
                ("Address", outside(item["url"])),
                ("What it is", said(item, "source_kind")),
                ("Published", said(item, "date")),
                ("Accessed", said(item, "accessed")),
                ("Licence", said(item, "licence")),
                ("Measurements ran by", said(item, "ran_by")),
                ("Sells what it describes", said(item, "vendor")),
            )
        ),
        note(item),
        listing(
            "Records that rest on it",
            by_kind(library.citing.get(item["id"], ()), library, here, "source", item["id"]),
        ),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )
