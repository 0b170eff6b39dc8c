"""What stands around every page: made by a script where only scripts use it, and of use without them."""

import re

import pytest
from playwright.sync_api import Browser, Route

from kb.site.build import Site
from tests.site.browsing import Watched

CASE = "cases/case-dsr1-asc910bx16-mindie-001/"
# The style sheet knows so many columns.
COLUMNS = 24


def test_the_headings_of_a_page_are_listed_beside_it(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    listed = page.eval_on_selector_all(
        ".md-sidebar--secondary a", "all => all.map((one) => [one.hash, one.textContent])"
    )
    headings = page.eval_on_selector_all(
        "article :is(h2, h3)", "all => all.map((one) => ['#' + one.id, one.firstChild.textContent])"
    )
    assert listed == headings
    assert len(listed) > 5
    page.click(".md-sidebar--secondary a[href='#evidence']")
    page.wait_for_url("**/#evidence")
    # The theme's own script follows the reader.
    page.wait_for_selector(".md-sidebar--secondary a.md-nav__link--active")
    assert desktop.wrongs == []


def test_a_heading_stays_text_in_the_list(site_url: str, desktop: Watched) -> None:
    page = desktop.page
    hostile = "<img src=x onerror=alert(1)>&lt;b>"

    def answer(route: Route) -> None:
        body = (
            route.fetch().text().replace(">Stack</h2>", f">{hostile.replace('&', '&amp;').replace('<', '&lt;')}</h2>")
        )
        route.fulfill(body=body, content_type="text/html")

    page.route(f"**/{CASE}", answer)
    desktop.visit(site_url + CASE)
    assert page.inner_text(".md-sidebar--secondary a[href='#stack']") == hostile
    assert page.query_selector(".md-sidebar--secondary img") is None
    assert desktop.wrongs == []


@pytest.mark.parametrize("address", [CASE, "", "tiers/", "404.html"])
def test_without_scripts_there_is_a_name_a_way_and_no_empty_column(
    address: str, site_url: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site_url + address)
    assert page.inner_text(".kb-home") == "Inference knowledge base"
    assert page.is_visible("nav a:text-is('Cases')")
    assert page.is_visible("article h1")
    for part in (".md-sidebar:empty", "label[for=__drawer]", "[data-md-component=search]"):
        assert not page.is_visible(part), part
    page.click("nav a:text-is('Cases')")
    assert page.inner_text("h1") == "Cases"
    context.close()


def test_the_menu_of_a_phone_opens_and_closes(site_url: str, phone: Watched) -> None:
    page = phone.visit(f"{site_url}tiers/")
    page.click("label[for=__drawer]:visible")
    page.wait_for_selector(".md-sidebar--primary a:visible")
    page.wait_for_timeout(400)
    page.mouse.click(380, 500)
    page.wait_for_selector("#__drawer:not(:checked)", state="attached")
    assert phone.wrongs == []


def test_the_style_sheet_knows_every_column_of_numbers(site: Site) -> None:
    style = (site.folder / "assets" / "site.css").read_text(encoding="utf-8")
    known = {*re.findall(r'\[data-n~="(\d+)"\] > \* > tr > :nth-child\(\1\)', style)}
    assert known == {str(column) for column in range(1, COLUMNS + 1)}
    used: set[str] = set()
    for path in site.folder.rglob("*.html"):
        for columns in re.findall(r"<table[^>]* data-n=(\"[\d ]+\"|\d+)", path.read_text(encoding="utf-8")):
            used.update(columns.strip('"').split())
    assert used
    assert used <= known


def test_numbers_stand_to_the_right(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(f"{site_url}hardware/ascend-910b/")
    found = page.eval_on_selector_all(
        "article table[data-n]",
        """tables => tables.flatMap(table => [...table.rows].flatMap(row => [...row.cells].map((cell, at) =>
            [table.dataset.n.split(" ").includes(String(at + 1)), getComputedStyle(cell).textAlign === "right"])))""",
    )
    assert len(found) > 20
    assert {numeric for numeric, _ in found} == {True, False}
    assert all(numeric == right for numeric, right in found)
    assert desktop.wrongs == []


def test_a_citation_is_made_when_it_is_asked_for(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    record = CASE.split("/")[1]
    day = page.get_attribute("details.kb-cited", "data-day") or ""
    title = r"50 % of $x_1 & {y} \ #2 ~^ <b>"
    page.evaluate("title => { document.querySelector('h1').firstChild.textContent = title }", title)
    page.click("details.kb-cited summary")
    page.wait_for_selector("details.kb-cited pre")
    assert page.inner_text("details.kb-cited p") == (
        f"Inference knowledge base, case {record}, “{title}”, data of {day}, CC-BY-SA-4.0."
        " Cite the sources above with it."
    )
    escaped = r"50 \% of \$x\_1 \& \{y\} \textbackslash  \#2 \textasciitilde \textasciicircum  <b>"
    assert page.inner_text("details.kb-cited pre") == (
        f"@misc{{{record},\n  title = {{{{{escaped}}}}},\n  howpublished = {{Inference knowledge base}},\n"
        f"  year = {{{day[:4]}}},\n  note = {{Data of {day}, CC-BY-SA-4.0}}\n}}"
    )
    assert desktop.wrongs == []


def test_a_citation_is_whole_for_who_comes_from_the_search(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(f"{site_url}{CASE}?h=deepseek+mindie")
    page.wait_for_selector("h1 mark")
    title = page.inner_text("h1").removesuffix("¶").strip()
    page.click("details.kb-cited summary")
    page.wait_for_selector("details.kb-cited pre")
    assert f"“{title}”" in page.inner_text("details.kb-cited p")
    assert f"title = {{{{{title}}}}}" in page.inner_text("details.kb-cited pre")
    assert desktop.wrongs == []


def test_the_page_keeps_its_width_while_it_loads(site_url: str, desktop: Watched) -> None:
    """The column of headings is there before the theme's script, which may take its time."""
    page = desktop.page
    page.route("**/assets/site.js", lambda route: route.abort())
    page.goto(site_url + CASE)
    page.wait_for_selector(".md-sidebar--secondary a")
    early = page.evaluate("document.querySelector('.md-content').clientWidth")
    page.unroute("**/assets/site.js")
    desktop.wrongs.clear()
    desktop.visit(site_url + CASE)
    assert page.evaluate("document.querySelector('.md-content').clientWidth") == early
    assert desktop.wrongs == []


def test_a_chart_that_scrolls_can_be_reached_by_keys(site_url: str, phone: Watched) -> None:
    page = phone.visit(f"{site_url}models/deepseek-r1/")
    page.wait_for_selector(".kb-plot[tabindex='0'][role=region]")
    names = page.eval_on_selector_all(".kb-plot[tabindex]", "all => all.map((box) => box.ariaLabel)")
    assert all(name.endswith(": chart, scrolls sideways") for name in names)
    page.set_viewport_size({"width": 1600, "height": 900})
    page.wait_for_selector(".kb-plot[tabindex]", state="detached")
    assert phone.wrongs == []
