"""The page of a quantization."""

from kb.site.library import Here, Item, Library
from kb.site.pages.lists import cases_section, claims_section
from kb.site.parts import evidence, figures, findings, foot, head, listing, note, properties, said
from kb.site.text import blocks, escape


def page(item: Item, library: Library, here: Here) -> str:
    """Return the page of a way to store weights."""
    own = item["id"]
    models = [
        library.link(here, "model", model["id"])
        for model in library.items["model"].values()
        if library.current("quantization", model.get("native_quantization")) == own
    ]
    stored = [
        (
            f"Stored, part {number}" if len(item["stored"]) > 1 else "Stored",
            f"{escape(', '.join(part['covers']).replace('_', ' '))}: {escape(part['format'])}"
            + (f", scales shared by {escape(part['group_size'])}" if part.get("group_size") else ""),
        )
        for number, part in enumerate(item["stored"], 1)
    ]
    return blocks(
        head(item, item["name"]),
        properties(
            (
                ("Family", said(item, "family")),
                *stored,
                ("Activations", said(item, "activations")),
                ("Arithmetic", said(item, "arithmetic")),
                ("KV cache", said(item, "kv_cache")),
                ("Lossless", said(item, "lossless")),
            )
        ),
        figures(library.facts.get(("quantization", own), ()), item),
        note(item),
        cases_section(library.cases_with("quantization", own), library, here, "weights", own, "Weights"),
        claims_section(library.claims_with("quantization", own), library, here),
        listing("Models published in it", models),
        findings(item, here),
        evidence(item, library, here),
        foot(item, library, here),
    )
