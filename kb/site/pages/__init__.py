"""One module per kind of record: a record of the bundle in, the Markdown of its page out."""

from collections.abc import Callable

from kb.site.library import Here, Item, Library
from kb.site.pages import case, claim, engine, hardware, interconnect, model, quantization, server, source

Page = Callable[[Item, Library, Here], str]

PAGES: dict[str, Page] = {
    "hardware": hardware.page,
    "server": server.page,
    "interconnect": interconnect.page,
    "model": model.page,
    "engine": engine.page,
    "quantization": quantization.page,
    "case": case.page,
    "claim": claim.page,
    "source": source.page,
}
