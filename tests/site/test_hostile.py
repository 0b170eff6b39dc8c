"""Text of contributors stays text, in a real browser."""

from pathlib import Path
from typing import Any

import pytest

from kb.records import KINDS
from kb.site.build import Site
from tests.site.browsing import Watched
from tests.site.hostile import PAYLOADS, write_hostile

PAGES = ["", *(f"{kind.plural}/" for kind in KINDS.values())]
PAGES += [f"{kind.plural}/hostile-{kind.name}/" for kind in KINDS.values()]
# Everything that our own pages are made of; what a payload would add is none of it.
_FOREIGN = """() => {
    const wrong = []
    const tags = "A BR CODE DIV EM H1 H2 H3 H4 LI OL P PRE SMALL SPAN STRONG TABLE TBODY TD TH THEAD TR UL".split(" ")
    tags.push("DETAILS", "SUMMARY", ..."svg title desc path line rect circle text".split(" "))
    // Boxes to ask and to filter, headers that sort, and the ways between pages of a list are our own.
    const own = ".kb-ask, .kb-ask *, .kb-filter, .kb-filter *, .kb-sort, .kb-pages, .kb-pages *"
    for (const form of document.querySelectorAll("article form"))
        if (new URL(form.action).origin !== location.origin) wrong.push(form.outerHTML)
    for (const element of document.querySelectorAll("article *")) {
        if (!tags.includes(element.tagName) && !element.matches(own)) wrong.push(element.outerHTML)
        for (const { name } of element.attributes) if (name.startsWith("on")) wrong.push(element.outerHTML)
    }
    for (const link of document.querySelectorAll("a[href]"))
        if (!["http:", "https:"].includes(link.protocol)) wrong.push(link.outerHTML)
    for (const script of document.scripts)
        if (/alert|evil/.test(script.textContent + script.src)) wrong.push(script.outerHTML)
    const elsewhere = "base, meta[http-equiv=refresh i], iframe, object, embed, link[href*=evil]"
    for (const element of document.querySelectorAll(elsewhere))
        wrong.push(element.outerHTML)
    return wrong
}"""


@pytest.mark.parametrize("address", PAGES)
def test_hostile_text_is_inert(address: str, hostile_url: str, desktop: Watched) -> None:
    page = desktop.visit(hostile_url + address)
    assert page.evaluate(_FOREIGN) == []
    for element in page.query_selector_all("article details, article a[href^='#']")[:3]:
        element.hover()
    assert desktop.wrongs == []


def test_hostile_text_can_be_read(hostile_url: str, desktop: Watched) -> None:
    """Escaping shows what was written; a record as full as can be shows every payload somewhere."""
    shown = ""
    for kind in KINDS.values():
        page = desktop.visit(f"{hostile_url}{kind.plural}/hostile-{kind.name}/")
        shown += " ".join(page.inner_text("article").split()) + page.title()
    for payload in PAYLOADS:
        assert " ".join(payload.split()) in shown
    assert desktop.wrongs == []


def test_hostile_title_stays_in_the_head(hostile_site: Site) -> None:
    """The title that a template puts into the head would end it, were it not escaped twice over."""
    for kind in KINDS.values():
        text = (hostile_site.folder / kind.plural / f"hostile-{kind.name}" / "index.html").read_text(encoding="utf-8")
        assert text.count("</title>") == 1
        assert "alert(" not in text.partition("<title>")[0]


@pytest.mark.parametrize("words", ["script alert", "hostile", "javascript", "img onerror"])
def test_hostile_text_is_inert_in_the_search(words: str, hostile_url: str, desktop: Watched) -> None:
    page = desktop.visit(hostile_url)
    assert desktop.search(words)
    results: Any = page.evaluate(
        "() => [...document.querySelectorAll('.md-search-result__list *')].filter(e =>"
        " ['SCRIPT', 'IMG', 'SVG', 'IFRAME', 'STYLE', 'FORM'].includes(e.tagName.toUpperCase())"
        " && !e.closest('.md-search-result__icon')).map(e => e.outerHTML)"
    )
    assert results == []
    assert desktop.wrongs == []


def test_every_kind_of_text_is_tried(tmp_path: Path) -> None:
    assert write_hostile(tmp_path) > len(PAYLOADS)
