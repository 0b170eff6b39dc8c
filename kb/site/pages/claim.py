"""The page of a claim."""

from kb.site.figures import exact, label_of
from kb.site.library import Here, Item, Library
from kb.site.pages.lists import claim_values
from kb.site.parts import evidence, figures, findings, foot, head, note, properties, said, tier
from kb.site.text import blocks, escape, table

_NAMED = ("hardware", "server", "model", "engine", "quantization")


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a claim: the statement, its values, of what and against what."""
    return blocks(
        head(
            item,
            item["title"],
            f'<div class="kb-headline"><p class="kb-figure">{claim_values(item)}</p>'
            f"<p>{escape(item['statement'])}</p><p>Tier: {tier(item['tier'])}</p></div>",
        ),
        properties(
            (
                ("Metric", escape(item["metric"])),
                ("Form", escape(item["form"])),
                ("Stated", said(item, "stated")),
                ("Conditions", conditions(item["conditions"])),
            )
        ),
        _subject("Subject", item["subject"], library, here),
        _subject("Baseline", item.get("baseline", {}), library, here),
        _values(item),
        figures(library.facts.get(("claim", item["id"]), ()), item),
        note(item),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )


def _subject(heading: str, subject: Item, library: Library, here: Here) -> str:
    pairs = [(escape(kind.capitalize()), library.link(here, kind, subject.get(kind))) for kind in _NAMED]
    pairs += [
        ("Engine version", said(subject, "engine_version")),
        ("Cards", exact(subject.get("count"))),
        ("In words", said(subject, "what")),
    ]
    shown = properties(pairs)
    return blocks(f"## {heading}", shown) if shown else ""


def _values(item: Item) -> str:
    if len(item["values"]) < 2:
        return ""
    rows = [(claim_values({"values": [value]}), conditions(value["conditions"])) for value in item["values"]]
    return blocks("## Values", table(("Value", "Conditions"), rows))


def conditions(said_of: Item) -> str:
    """Return the conditions of a claim in one line."""
    parts = []
    for key, value in said_of.items():
        if isinstance(value, dict):
            ends = " to ".join(exact(value[end]) if end in value else "…" for end in ("low", "high"))
            parts.append(f"{escape(label_of(key))}: {ends} tok/s")
        elif isinstance(value, str):
            parts.append(escape(value))
        else:
            parts.append(f"{escape(label_of(key))}: {exact(value)}")
    return "; ".join(parts)
