"""The whole site of the project's own records: complete, linked, small, and fit to be read."""

import filecmp
import json
import re
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, expect

from kb import Corpus, open_bundle
from kb.checks import rules
from kb.records import KINDS
from kb.site.build import Site
from kb.site.generate import generate
from kb.site.library import Library
from tests.site.browsing import Watched
from tests.site.links import broken_links

CASE = "cases/case-dsr1-asc910bx16-mindie-001/"


def test_every_record_and_every_check_has_a_page(site: Site, sample: Corpus) -> None:
    for kind in KINDS.values():
        assert (site.folder / kind.plural / "index.html").is_file()
        for record in sample.shelf(kind).values():
            assert (site.folder / kind.plural / record.id / "index.html").is_file()
    for entry in rules():
        assert (site.folder / "checks" / entry.rule.code / "index.html").is_file()
    # What leads on from a former id is no page.
    former = sum(len(record.former_ids) for kind in KINDS.values() for record in sample.shelf(kind).values())
    assert sum(1 for _ in site.folder.rglob("index.html")) == site.pages + former


def test_the_same_bundle_gives_the_same_pages(site: Site, bundle: Path, home: Path, tmp_path: Path) -> None:
    with open_bundle(bundle) as opened:
        assert generate(Library(opened), home, tmp_path / "again") == site.pages
    before = site.folder.parent / "generated"
    names = [path.relative_to(before) for path in before.rglob("*") if path.is_file()]
    _, different, errors = filecmp.cmpfiles(before, tmp_path / "again", names, shallow=False)
    assert (different, errors) == ([], [])


def test_no_link_leads_nowhere(site: Site) -> None:
    broken, count = broken_links(site.folder)
    assert broken == []
    assert count > 10 * site.pages


def test_no_page_asks_anyone_else_for_anything(site: Site) -> None:
    asked = re.compile(r'<(?:script|link|img|iframe)[^>]*\s(?:src|href)="?(?:https?:)?//[^>]*')
    for path in site.folder.rglob("*.html"):
        assert [tag for tag in asked.findall(path.read_text(encoding="utf-8")) if "rel=canonical" not in tag] == []
    assert "googleapis" not in (site.folder / "assets" / "site.css").read_text(encoding="utf-8")


def test_pages_are_small(site: Site) -> None:
    sizes = [path.stat().st_size for path in site.folder.rglob("index.html")]
    assert median(sizes) <= 25_000
    # The engines that run Python and SQL in the browser are fetched by who asks for them.
    files = [path for path in site.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files if "runtime" not in path.parts) < 60_000_000


def test_no_place_of_this_machine_is_in_it(site: Site, root: Path) -> None:
    for path in [*site.folder.rglob("*.html"), *site.folder.rglob("*.json")]:
        assert str(root) not in path.read_text(encoding="utf-8")


def test_its_dates_are_those_of_the_data(site: Site) -> None:
    about = json.loads((site.folder / "kb-site.json").read_text(encoding="utf-8"))
    assert about["pages"] == site.pages
    modified = set(re.findall("<lastmod>(.*?)</lastmod>", (site.folder / "sitemap.xml").read_text(encoding="utf-8")))
    assert modified <= {about["generated"]}


def test_home_says_what_the_base_is_worth(site_url: str, sample: Corpus, desktop: Watched) -> None:
    page = desktop.visit(site_url)
    text = page.inner_text("article")
    assert f"{len(sample.cases)}\ncases" in text.replace(" cases", "\ncases").replace("\n\n", "\n")
    assert page.query_selector_all("article .kb-verdict-does-not-fit")
    assert desktop.wrongs == []


def test_a_case_shows_tier_verdict_and_sum(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    headline = page.inner_text(".kb-headline")
    for words in ("850 tok/s", "estimated", "claims measured", "does-not-fit", "1,342 GB", "1,024 GB"):
        assert words in headline
    text = page.inner_text("article")
    for words in (
        "16 × Ascend 910B",
        "KB501 memory-does-not-fit",
        "least time per step",
        "EP=2 时 expert",
        "data/cases/2026/case-dsr1-asc910bx16-mindie-001.yaml",
        "Cite this",
        "its own words: approximate",
    ):
        assert words in text
    page.click("text=KB501 memory-does-not-fit")
    page.wait_for_url("**/checks/KB501/")
    assert "Mend" in page.inner_text("article")
    assert desktop.wrongs == []


def test_each_section_has_a_link_of_its_own(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + CASE)
    page.wait_for_selector("a.headerlink")
    links = page.eval_on_selector_all(
        "article :is(h1, h2, h3)", "all => all.map((one) => [one.id, one.querySelector('a.headerlink').hash])"
    )
    assert len(links) > 5
    assert links[0][0] == "record"
    assert all(name and way == f"#{name}" for name, way in links)
    page.click("#evidence a.headerlink", force=True)
    page.wait_for_url("**/#evidence")
    # The page is scrolled: its title has taken the place of the site's name.
    topic = page.locator(".md-header__topic").nth(1)
    expect(topic).to_have_text(page.inner_text("h1").removesuffix("¶").strip())
    expect(page.locator(".md-header__title--active")).to_be_visible()
    assert desktop.wrongs == []


def test_a_card_shows_what_others_say(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "hardware/ascend-910b/")
    text = page.inner_text("article")
    for words in ("昇腾910B", "memory bandwidth", "1,600 GB/s", "others say", "800 GB/s", "Evidence"):
        assert words in text
    assert desktop.wrongs == []


@pytest.mark.parametrize("address", ["", CASE, "cases/", "hardware/", "estimate/", "checks/KB501/"])
def test_a_phone_shows_it_without_scrolling_sideways(address: str, site_url: str, phone: Watched) -> None:
    page = phone.visit(site_url + address)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.inner_text("h1")
    assert phone.wrongs == []


def test_dark_colours_are_there(site_url: str, browser: Browser) -> None:
    with browser.new_context(color_scheme="dark") as context:
        watched = Watched(context.new_page())
        page = watched.visit(site_url + CASE)
        assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
        assert watched.wrongs == []


def test_the_search_finds_names_and_nicknames(site_url: str, desktop: Watched) -> None:
    desktop.visit(site_url)
    for words, found in {
        "昇腾": "Ascend 910B (bin not stated)",
        "昇腾910B": "Ascend 910B",
        "摩尔线程": "MTT S4000",
        "寒武纪": "Cambricon MLU590",
        "dsr1": "DeepSeek-R1",
        "h100-sxm5-80gb": "H100 SXM5 80GB",
        "KB501": "KB501 memory-does-not-fit",
    }.items():
        assert any(found in title for title in desktop.search(words)[:5]), words
    assert desktop.wrongs == []


def test_a_way_that_leads_nowhere_is_said_to(site_url: str, desktop: Watched) -> None:
    desktop.visit(site_url + "404.html")
    assert "404" in desktop.page.inner_text("article")
