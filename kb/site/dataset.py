"""The dataset as search engines for data read it: schema.org's ``Dataset``, in the page on data."""

import json
from typing import Any

from kb.site.library import Here, Library
from kb.site.text import blocks

_LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


def dataset_script(library: Library, here: Here) -> str:
    """Return the description as a script of data, which no browser runs; addresses are relative to the page."""
    croissant: dict[str, Any] = library.read_bundle("croissant.json")
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": croissant["name"],
        "description": croissant["description"],
        "license": _LICENCE,
        "isAccessibleForFree": True,
        "dateModified": library.generated,
        "keywords": ["large language models", "inference", "accelerators", "throughput", "latency"],
        "measurementTechnique": "Figures as their sources published them, each with the tier its evidence supports",
        "variableMeasured": ["decode throughput", "time to first token", "time per output token", "KV cache", "memory"],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": form, "contentUrl": here.to(f"data/{name}"), "name": name}
            for name, form in (
                ("json/v1/index.json", "application/json"),
                ("datapackage.json", "application/json"),
                ("croissant.json", "application/ld+json"),
            )
        ],
    }
    text = json.dumps(described, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return blocks(f'<script type="application/ld+json">{text}</script>')
