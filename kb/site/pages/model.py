"""The page of a model."""

from kb.site.charts.record import charts_section
from kb.site.library import Here, Item, Library
from kb.site.pages.lists import cases_section, claims_section
from kb.site.parts import evidence, figures, findings, foot, head, note, properties, said
from kb.site.text import blocks, escape, outside


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a model: its shape, its names, where it was run."""
    own = item["id"]
    repositories = ", ".join(outside(f"https://huggingface.co/{name}", escape(name)) for name in item["hugging_face"])
    return blocks(
        head(item, item["name"]),
        properties(
            (
                ("Lab", said(item, "lab")),
                ("Family", said(item, "family")),
                ("Released", said(item, "released")),
                ("Hugging Face", repositories),
                ("Open weights", said(item, "open_weights")),
                ("Licence", said(item, "licence")),
                ("Purpose", said(item, "purpose")),
                ("Architecture", said(item, "architecture")),
                ("Size as published", _size(item)),
                ("Attention", ", ".join(_attention(layer) for layer in item["attention"])),
                ("Stored as", library.link(here, "quantization", item.get("native_quantization"))),
                ("Embeddings tied", said(item, "tied_embeddings")),
            )
        ),
        figures(library.facts.get(("model", own), ()), item),
        note(item),
        charts_section("model", own, library),
        cases_section(library.cases_with("model", own), library, here, "model", own, "Model"),
        claims_section(library.claims_with("model", own), library, here),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )


def _size(item: Item) -> str:
    total, active = said(item, "parameters", "published_total"), said(item, "parameters", "published_active")
    return f"{total} total, {active} active" if total and active else total


def _attention(layer: Item) -> str:
    count = layer["layers"]["value"]
    return f"{count} {'layer' if count == 1 else 'layers'} of {escape(layer['kind'])}"
