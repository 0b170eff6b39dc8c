"""Pages of every type are fit for everyone: by the rules of axe, by keyboard, on a phone, on paper, in both colours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kb import Corpus
from kb.records import KINDS
from tests.conftest import ROOT
from tests.site.axe import grave
from tests.site.browsing import Watched

CASE = "cases/case-dsr1-asc910bx16-mindie-001/"
# A card that sources dispute has every part that a page of a card can have.
CARD = "hardware/ascend-910b/"
INDEXES = [f"{kind.plural}/" for kind in KINDS.values()]
PAGES = [
    *("", "404.html", "zh/", "ask/", "calculator/", "compare/", "sql/", "sql-cookbook/", "tiers/", "estimate/"),
    *("estimator-error/", "checks/", "checks/KB501/", "coverage/", "disputes/", "changelog/"),
]
SCREENSHOTS = ROOT / ".artifacts" / "screenshots"
DESK = (1280, 900)
PHONE = (390, 844)
# What an A4 sheet has between margins of a centimetre, in CSS pixels.
SHEET = (718, 1047)
# An empty page of a desk's size takes a fifth of this as PNG.
NOT_BLANK = 25_000


@pytest.fixture(scope="module")
def still(browser: Browser) -> Iterator[Page]:
    """A page on which nothing moves, so that no colour is measured half-way."""
    with browser.new_context(reduced_motion="reduce") as context:
        yield context.new_page()


def visit(page: Page, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_timeout(100)


def check(page: Page, address: str) -> list[str]:
    """Return all that is wrong with a page: light and dark at a desk, then on a phone."""
    visit(page, address, DESK)
    wrongs = grave(page)
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    wrongs += [f"dark: {wrong}" for wrong in grave(page, "color-contrast", "link-in-text-block")]
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(100)
    wrongs += [f"phone: {wrong}" for wrong in grave(page, "scrollable-region-focusable", "target-size")]
    width, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width > seen:
        wrongs.append(f"phone: {width} pixels wide where {seen} are seen")
    return wrongs


@pytest.mark.parametrize("address", [*PAGES, *INDEXES])
def test_nobody_is_kept_from_a_page(address: str, site_url: str, still: Page) -> None:
    assert check(still, site_url + address) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_kept_from_a_record(kind: str, site_url: str, sample: Corpus, still: Page) -> None:
    known = {"case": CASE, "hardware": CARD}
    address = known.get(kind) or f"{KINDS[kind].plural}/{min(sample.shelf(KINDS[kind]))}/"
    assert check(still, site_url + address) == []


def test_the_first_key_leads_past_the_navigation(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")
    assert desktop.wrongs == []


def test_a_table_that_scrolls_can_be_reached_and_scrolled_by_keys(site_url: str, phone: Watched) -> None:
    page = phone.visit(f"{site_url}estimator-error/")
    page.wait_for_selector(".md-typeset__scrollwrap[tabindex='0'][role=region]")
    boxes = page.query_selector_all(".md-typeset__scrollwrap")
    boxes = [box for box in boxes if box.evaluate("box => box.checkVisibility()")]
    for box in boxes:
        scrolls = box.evaluate("box => box.scrollWidth > box.clientWidth")
        assert (box.get_attribute("tabindex") == "0") == scrolls
        assert (box.get_attribute("aria-label") or "").endswith("table, scrolls sideways") == scrolls
    wide = next(box for box in boxes if box.get_attribute("tabindex"))
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert wide.evaluate("box => box.scrollLeft") > 0
    page.click("article details:has(.md-typeset__scrollwrap) summary")
    page.wait_for_selector("details .md-typeset__scrollwrap[tabindex='0']")
    # At a desk the same table has room, and is no stop of the Tab key.
    page.set_viewport_size({"width": 2000, "height": 900})
    page.wait_for_selector(".md-typeset__scrollwrap[tabindex]", state="detached")
    assert phone.wrongs == []


def test_what_is_folded_opens_by_keyboard(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    folded = page.query_selector("article details:not([open])")
    assert folded is not None
    summary = folded.query_selector("summary")
    assert summary is not None
    summary.focus()
    page.keyboard.press("Enter")
    assert folded.get_attribute("open") is not None
    assert desktop.wrongs == []


@pytest.mark.parametrize(
    "address", ["", CASE, CARD, "cases/", "hardware/", "coverage/", "estimator-error/", "sql-cookbook/", "sql/"]
)
def test_nothing_is_cut_on_paper(address: str, site_url: str, desktop: Watched) -> None:
    page = desktop.page
    page.emulate_media(media="print")
    visit(page, site_url + address, SHEET)
    for part in (".md-header", ".md-tabs", ".md-sidebar--primary", ".md-sidebar--secondary"):
        assert not page.is_visible(part), part
    cut = page.evaluate(
        """() => [...document.querySelectorAll("article :is(table, pre, svg, p, li)")]
        .filter(part => part.checkVisibility() && part.getBoundingClientRect().right > innerWidth + 1)
        .map(part => part.outerHTML.slice(0, 120))"""
    )
    assert cut == []
    assert len(page.inner_text("article")) > 200
    sheet = page.pdf(format="A4")
    assert sheet.startswith(b"%PDF")
    assert b"/Font" in sheet
    assert desktop.wrongs == []


@pytest.mark.parametrize(
    ("name", "address", "size", "colours"),
    [
        ("home", "", DESK, "light"),
        ("home-dark", "", DESK, "dark"),
        ("home-phone", "", PHONE, "light"),
        ("case", CASE, DESK, "light"),
        ("case-dark", CASE, DESK, "dark"),
        ("case-phone", CASE, PHONE, "light"),
        ("hardware", CARD, DESK, "light"),
        ("compare", "compare/", DESK, "light"),
        ("calculator", "calculator/", DESK, "light"),
        ("sql", "sql/", DESK, "light"),
        ("sql-dark-phone", "sql/", PHONE, "dark"),
    ],
)
def test_pictures_of_the_site_are_taken(
    name: str, address: str, size: tuple[int, int], colours: str, site_url: str, browser: Browser
) -> None:
    with browser.new_context(color_scheme="dark" if colours == "dark" else "light") as context:
        watched = Watched(context.new_page())
        visit(watched.page, site_url + address, size)
        scheme = watched.page.evaluate("document.body.dataset.mdColorScheme")
        assert scheme == ("slate" if colours == "dark" else "default")
        picture = Path(SCREENSHOTS / f"{name}.png")
        assert len(watched.page.screenshot(path=picture)) > NOT_BLANK
        assert watched.wrongs == []
