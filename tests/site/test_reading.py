"""The pages that people read, in a real browser: lists that sort and filter, the home page, Chinese, what changed."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import Corpus, build, open_bundle, open_corpus
from kb.bundle.export.version import FOLDER
from kb.records import KINDS
from kb.site.case_index import FIELDS, ROWS_PER_PAGE, case_rows
from kb.site.changelog import changelog, data_changes
from kb.site.figures import label_of
from kb.site.fragments import fill
from kb.site.library import Here, Library
from kb.site.pages.case import page as case_page
from kb.site.pages.case_estimate import MOST_POINTS, estimate_section
from kb.site.pages.case_points import points_section
from kb.site.repository import Repository, repository_of
from kb.site.siblings import MOST, siblings, siblings_section
from kb.verdicts import RULED_OUT
from tests.site.browsing import Watched
from tests.site.hostile import PAYLOADS

CASE = "case-dsr1-asc910bx16-mindie-001"


def _column(page: Page, label: str, table: str = "table") -> list[str]:
    """Return the texts of a column of the first table that is shown, in the order that they are shown."""
    script = """([selector, label]) => {
        const table = document.querySelector(selector)
        const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.trim() === label)
        const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden)
        return rows.map((row) => row.cells[at].textContent.trim())
    }"""
    return [str(text) for text in page.evaluate(script, [f"article {table}", label])]


def _numbers(texts: list[str]) -> list[float]:
    return [float(re.split(r"[ *]", text)[0].replace(",", "")) for text in texts if text]


def _answer_nothing(page: Page) -> None:
    """Let the page that answers be empty: what it does is no matter here, and it would load the whole of Python."""
    page.route("**/ask/?**", lambda route: route.fulfill(body="<p>asked", content_type="text/html"))


def _answered(page: Page) -> None:
    """Wait for that page; a context that closes while it is on its way may wait for it for ever."""
    page.get_by_text("asked").wait_for()
    page.unroute_all(behavior="wait")


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_table_sorts_by_number_with_the_empty_last(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "hardware/")
    head = page.locator("article th", has_text="Bandwidth GB/s")
    for state, falls in (("descending", True), ("ascending", False)):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == state
        texts = _column(page, "Bandwidth GB/s")
        assert _numbers(texts) == sorted(_numbers(texts), reverse=falls)
        assert any("," in text for text in texts)
        assert any("*" in text for text in texts)
        empty = [not text for text in texts]
        assert empty == sorted(empty)
        assert page.locator("article .kb-status").inner_text() == f"Sorted by Bandwidth GB/s, {state}"
    assert page.locator("article th[aria-sort]").count() == 1
    assert desktop.wrongs == []


def test_a_table_sorts_by_key_and_tiers_by_what_they_are_worth(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "claims/")
    page.locator("article th button", has_text="Tier").focus()
    page.keyboard.press("Enter")
    order = ["measured", "reported", "official", "derived", "estimated"]
    ranks = [order.index(text.split()[0]) for text in _column(page, "Tier") if text]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
    page.keyboard.press("Space")
    assert page.locator("article th", has_text="Tier").get_attribute("aria-sort") == "descending"
    assert desktop.wrongs == []


def test_a_table_filters_and_the_address_keeps_it(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "hardware/")
    every = page.locator("article tbody tr").count()
    page.get_by_label("Filter these rows").press_sequentially("huawei 910b")
    shown = _column(page, "Accelerator")
    assert 0 < len(shown) < every
    assert all("910B" in name for name in shown)
    assert page.locator("article .kb-status").inner_text() == f"{len(shown)} of {every} rows"
    assert _query(page) == {"filter": ["huawei 910b"]}
    page.reload()
    assert _column(page, "Accelerator") == shown
    assert desktop.wrongs == []


@pytest.fixture(scope="module")
def rows(bundle: Path) -> dict[str, Any]:
    """What the filter of all cases reads."""
    with open_bundle(bundle) as opened:
        return dict(json.loads(case_rows(Library(opened))))


def test_the_filter_of_cases_finds_one_of_another_page(site_url: str, rows: dict[str, Any], desktop: Watched) -> None:
    far = rows["rows"][ROWS_PER_PAGE + 3]
    page = desktop.visit(site_url + "cases/")
    assert page.locator(f"article a[href='{far[0]}/']").count() == 0
    page.get_by_label("Words").fill(far[0])
    page.wait_for_selector(f"#kb-cases-found a[href='{far[0]}/']")
    assert page.locator("#kb-cases-page").is_hidden()
    assert page.locator("#kb-cases-status").inner_text() == f"1 of {len(rows['rows'])} cases"
    page.click(f"#kb-cases-found a[href='{far[0]}/']")
    assert page.locator("h1").inner_text().startswith(far[FIELDS.index("title")][:40])
    page.go_back()
    page.wait_for_selector("#kb-cases-found tbody tr")
    assert page.get_by_label("Words").input_value() == far[0]
    assert desktop.wrongs == []


def test_the_filter_of_cases_reads_and_writes_the_address(
    site_url: str, rows: dict[str, Any], desktop: Watched
) -> None:
    model = next(number for number, entry in enumerate(rows["models"]) if entry[0] == "deepseek-r1")
    reported = rows["tiers"].index("estimated")
    at = FIELDS.index
    expected = {row[0] for row in rows["rows"] if row[at("model")] == model and row[at("tier")] == reported}
    assert CASE in expected
    page = desktop.visit(site_url + "cases/?model=deepseek-r1&tier=estimated")
    page.wait_for_selector("#kb-cases-found tbody tr")
    assert _found(page) == expected
    page.get_by_label("Tier").select_option("")
    page.get_by_label("Card").fill("ascend")
    expect(page.locator("#kb-cases-status")).to_contain_text(" of ")
    assert _query(page) == {"model": ["deepseek-r1"], "card": ["ascend"]}
    page.locator("#kb-cases button[type=reset]").click()
    page.wait_for_selector("#kb-cases-page:not([hidden])")
    assert _query(page) == {}
    assert page.locator("#kb-cases-found").is_hidden()
    assert desktop.wrongs == []


def _found(page: Page) -> set[str]:
    """Return the ids of the cases that the filter shows."""
    links = page.locator("#kb-cases-found tbody a[href^='case-']")
    return {str(link.get_attribute("href")).strip("/") for link in links.all()}


def test_the_filter_of_cases_takes_several_values(site_url: str, bundle: Path, desktop: Watched) -> None:
    with open_bundle(bundle) as opened:
        cases = opened.rows("SELECT id, model, verdict FROM cases")
    ruled_out = {case["id"] for case in cases if case["verdict"] in RULED_OUT}
    page = desktop.visit(site_url)
    tile = page.locator(".kb-tiles a").last
    assert tile.inner_text().split()[0] == str(len(ruled_out))
    tile.click()
    page.wait_for_selector("#kb-cases-found tbody tr")
    assert _found(page) == ruled_out
    assert page.locator("#kb-cases-status").inner_text().startswith(f"{len(ruled_out)} of ")
    assert page.locator("[name=verdict] option:checked").inner_text() == "does-not-fit or impossible"
    assert _query(page) == {"verdict": ["does-not-fit,impossible"]}
    pair = ("qwen3-0.6b", "smollm2-135m-instruct")
    page.get_by_label("Verdict").select_option("")
    page.get_by_label("Model").fill(", ".join(pair))
    expected = {case["id"] for case in cases if case["model"] in pair}
    expect(page.locator("#kb-cases-status")).to_contain_text(f"{len(expected)} of ")
    assert {case["model"] for case in cases if case["id"] in expected} == set(pair)
    assert _found(page) == expected
    assert desktop.wrongs == []


def test_a_word_that_no_case_has_finds_none(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(f"{site_url}cases/?verdict=unheard-of")
    expect(page.locator("#kb-cases-status")).to_contain_text("0 of ")
    assert page.get_by_label("Verdict").input_value() == "unheard-of"
    assert desktop.wrongs == []


def test_the_filter_of_cases_sorts_all_of_them(site_url: str, rows: dict[str, Any], desktop: Watched) -> None:
    page = desktop.visit(site_url + "cases/")
    page.locator("#kb-cases-page th button", has_text="Decode tok/s").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#kb-cases-found tbody tr")
    found = _numbers(_column(page, "Decode tok/s", "#kb-cases-found table"))
    decode = [row[FIELDS.index("decode")] for row in rows["rows"]]
    assert found[0] == max(float(text.replace(",", "")) for text in decode if text)
    assert found == sorted(found, reverse=True)
    head = page.locator("#kb-cases-found th", has_text="Decode tok/s")
    assert head.get_attribute("aria-sort") == "descending"
    expect(head.locator("button")).to_be_focused()
    assert _query(page) == {"sort": ["Decode tok/s"], "order": ["descending"]}
    page.get_by_role("button", name="Next").click()
    after = _numbers(_column(page, "Decode tok/s", "#kb-cases-found table"))
    assert not after or after[0] <= found[-1]
    assert _query(page)["from"] == ["51"]
    assert "51 to 100 shown" in page.locator("#kb-cases-status").inner_text()
    page.locator("#kb-cases-found th button", has_text="Day").click()
    days = [day for day in _column(page, "Day", "#kb-cases-found table") if day]
    assert days == sorted(days, reverse=True)
    assert desktop.wrongs == []


@pytest.mark.parametrize(
    "address", ["?sort=nothing", "?from=99999&tier=official", "?model=%3Cimg%20src=x%3E", "?from=-5&verdict=match"]
)
def test_an_odd_address_does_no_harm(address: str, site_url: str, desktop: Watched) -> None:
    page = desktop.visit(f"{site_url}cases/{address}")
    expect(page.locator("#kb-cases-status")).to_contain_text(" cases")
    assert page.locator("article img").count() == 0
    assert desktop.wrongs == []


def test_the_list_is_whole_without_scripts(site_url: str, browser: Browser, sample: Corpus) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site_url + "cases/")
        assert page.locator("#kb-cases").is_hidden()
        seen = 0
        while True:
            seen += page.locator("article tbody tr").count()
            following = page.get_by_role("link", name="Next").first
            if not following.count():
                break
            following.click()
        assert seen == len(sample.cases)


def test_a_list_fits_a_phone(site_url: str, phone: Watched) -> None:
    page = phone.visit(site_url + "cases/?model=llama")
    page.wait_for_selector("#kb-cases-found tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert phone.wrongs == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_box_of_the_home_page_leads_to_the_answer(scripts: bool, site_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        _answer_nothing(page)
        page.goto(site_url)
        page.get_by_label("Ask in a sentence").fill("昇腾 fp8 & more")
        page.keyboard.press("Enter")
        _answered(page)
        assert _query(page) == {"q": ["昇腾 fp8 & more"]}


def test_home_names_what_is_impossible_disputed_and_new(site_url: str, sample: Corpus, desktop: Watched) -> None:
    page = desktop.visit(site_url)
    text = page.inner_text("article")
    for words in ("DeepSeek R1 on 16× Ascend 910B", "1,342 GB", "Where sources differ", "Freshest cases"):
        assert words in text
    assert page.locator(f"article a[href='cases/{CASE}/']").count() == 1
    tiles = page.locator(".kb-tiles a").all_inner_texts()
    assert any(tile.split() == [str(len(sample.cases)), "cases"] for tile in tiles)
    assert page.locator(".kb-ways > div").count() == 4
    assert desktop.wrongs == []


def _headings(home: Path, name: str) -> list[tuple[str, str]]:
    """Return level and anchor of each heading of a hand-written page."""
    text = (home / "pages" / name).read_text(encoding="utf-8")
    return re.findall(r"^(#+) .*\{ #([a-z-]+) \}$", text, re.MULTILINE)


def test_chinese_has_the_headings_of_english(home: Path) -> None:
    english = _headings(home, "index.md")
    assert _headings(home, "zh/index.md") == english
    assert len(english) > 5
    for name in ("index.md", "zh/index.md"):
        text = (home / "pages" / name).read_text(encoding="utf-8")
        assert len(re.findall("^#+ ", text, re.MULTILINE)) == len(english)


def test_chinese_is_said_to_be_and_linked_both_ways(site_url: str, home: Path, desktop: Watched) -> None:
    page = desktop.visit(site_url)
    page.click("article a[lang='zh-Hans']")
    page.wait_for_url("**/zh/")
    assert page.locator("article [lang='zh-Hans'] h1").count() == 1
    text = page.inner_text("article")
    for words in ("解码吞吐", "首字延迟", "量化", "昇腾", "1,342 GB", "1,024 GB"):
        assert words in text
    page.get_by_label("用一句话提问").fill("昇腾 dsr1")
    assert page.locator("form.kb-ask").get_attribute("action") == "../ask/"
    page.click("article a[lang='en']")
    page.wait_for_url(site_url)
    assert desktop.wrongs == []


def test_no_line_of_chinese_breaks_where_a_gap_would_show(home: Path) -> None:
    text = (home / "pages" / "zh" / "index.md").read_text(encoding="utf-8")
    assert not re.search(r"[\u3001-\u9fff\uff00-\uffef][ \n][\u3001-\u9fff\uff00-\uffef]", text)


def test_the_figures_of_the_chinese_page_are_those_of_the_record(home: Path, bundle: Path) -> None:
    with open_bundle(bundle) as opened:
        because = opened.rows("SELECT verdict_because AS b FROM cases WHERE id = ?", [CASE])[0]["b"]
    text = (home / "pages" / "zh" / "index.md").read_text(encoding="utf-8")
    for figure in re.findall(r"[\d,]+ GB", because):
        assert figure in text


def test_the_changelog_is_that_of_the_repository(root: Path, home: Path, site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "changelog/")
    text = " ".join(page.inner_text("article").split())
    written = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    for line in re.findall(r"^- (.*)$", written, re.MULTILINE):
        assert line.replace("`", "") in text
    assert page.locator("article h2", has_text="0.1.0").count() == 1
    assert desktop.wrongs == []


def test_what_became_of_records_is_listed_newest_first(bundle: Path, tmp_path: Path) -> None:
    with open_bundle(bundle) as opened:
        library = Library(opened)
        assert "No history" in data_changes(library, Here("changelog/")) or "The newest" in data_changes(
            library, Here("changelog/")
        )
        folder = tmp_path / "json" / FOLDER
        folder.mkdir(parents=True)
        lines = [f"2026-01-{60 - n:02}T00:00:00Z,model,deepseek-r1,changed,,note,abc,<b>x{n}</b>" for n in range(1, 60)]
        lines[0] = "2026-02-01T00:00:00Z,model,gone,removed,old,,abc,y"
        text = "date,kind,id,change,former_id,fields,commit,summary\n" + "\n".join(lines) + "\n"
        (folder / "changes.csv").write_text(text, encoding="utf-8")
        library.bundle.folder, before = tmp_path, library.bundle.folder
        try:
            shown = data_changes(library, Here("changelog/"))
        finally:
            library.bundle.folder = before
    assert "The newest 50." in shown
    assert "All 59 changes as CSV" in shown
    assert shown.index("gone") < shown.index("models/deepseek-r1/")
    assert "<b>" not in shown


def test_a_changelog_is_text(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "CHANGELOG.md").write_text("# C\n\n" + "\n\n".join(PAYLOADS), encoding="utf-8")
    with open_bundle(bundle) as opened:
        library = Library(opened)
        library.home = tmp_path / "site"
        shown = changelog(library, Here("changelog/"))
    assert not re.search(r"<(?!/?(?:p|ul|li|code)>|!--/?html-->)", shown)
    assert "<a " not in shown


def test_what_is_not_there_leads_on(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "404.html")
    assert page.locator("h1").inner_text().startswith("404")
    assert page.locator("form.kb-ask").get_attribute("action") == "/ask/"
    for kind in ("cases", "hardware", "models"):
        assert page.locator(f"article a[href='/{kind}/']").count() == 1
    _answer_nothing(page)
    page.get_by_label("Ask in a sentence").fill("dsr1")
    page.keyboard.press("Enter")
    _answered(page)
    assert _query(page) == {"q": ["dsr1"]}
    assert desktop.wrongs == []


def test_a_case_says_how_old_it_is_who_is_beside_it_and_how_to_cite_it(bundle: Path) -> None:
    with open_bundle(bundle) as opened:
        library = Library(opened)
        here = Here(f"cases/{CASE}/")
        shown = case_page(library.items["case"][CASE], library, here)
        assert "Submitted 2026-04-28; 6 months before the newest day in this data" in shown
        assert f"compare/?a={CASE}&#38;b=" in shown
        assert f'data-day="{library.generated}"><summary>Cite this' in shown
        groups = [[row["id"] for row in library.beside(row)] for row in library.cases.values()]
        one = max(groups, key=len)[0]
        found = siblings(one, library)
        assert found
        for other in found:
            same = library.cases[other.row["id"]]
            assert same["id"] != one
            assert (same["model"], same["hardware_ids"]) == (
                library.cases[one]["model"],
                library.cases[one]["hardware_ids"],
            )
        section = siblings_section(one, library, Here(f"cases/{one}/"))
        assert section.count("<li>") == min(MOST, len(found))
        alone = next(group[0] for group in groups if len(group) == 1)
        assert siblings_section(alone, library, here) == ""


def test_a_record_leads_to_its_file_once_that_has_an_address(bundle: Path, home: Path) -> None:
    assert repository_of(home) is None
    with open_bundle(bundle) as opened:
        library = Library(opened)
        library.__dict__["repository"] = Repository("https://example.org/kb", "main")
        item = library.items["case"][CASE]
        shown = case_page(item, library, Here(f"cases/{CASE}/"))
    assert f'<a href="https://example.org/kb/edit/main/{item["file"]}"' in shown
    assert f'<a href="https://example.org/kb/blob/main/{item["file"]}"' in shown


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('repository: "https://example.org/kb/"', Repository("https://example.org/kb", "main")),
        ("repository: https://example.org/kb\n  branch: trunk", Repository("https://example.org/kb", "trunk")),
        ("repository: javascript:alert(1)", None),
        ('repository: ""', None),
    ],
)
def test_the_address_of_the_repository_is_a_setting(written: str, found: Repository | None, tmp_path: Path) -> None:
    text = f"docs_dir: !ENV [A, b]\nextra:\n  {written}\n"
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert repository_of(tmp_path) == found


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory, sample_root: Path) -> Path:
    """A bundle with one case more: of the longest title, without a gap, 640 points, and no optional fact."""
    root = tmp_path_factory.mktemp("edge")
    points = "\n".join(
        # One point that the page has no room for is under another load.
        f"  - label: p{number}\n    scenario:\n      concurrency: {number}\n      input_tokens: 512\n"
        f"      output_tokens: {256 if number == 300 else 128}\n    results: {{decode_tok_s: {100 + number}}}"
        for number in range(1, 641)
    )
    text = (
        f"kind: case\nid: case-edge\ntitle: {'W' * 200}\n"
        "evidence:\n- id: ev-x\n  source: {title: A, url: 'https://a.example/b', kind: vendor-page}\n"
        f"default_evidence: ev-x\nstack:\n  model: qwen3-8b\n"
        f"  pools:\n  - hardware: h100-sxm5-80gb\n    count: 1\npoints:\n{points}\n"
    )
    for file in (sample_root / "data").rglob("*.yaml"):
        if "cases" not in file.parts and "claims" not in file.parts:
            target = root / file.relative_to(sample_root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    (root / "data" / "cases" / "2026").mkdir(parents=True)
    (root / "data" / "cases" / "2026" / "case-edge.yaml").write_text(text, encoding="utf-8")
    corpus = open_corpus(root)
    assert not corpus.faults, corpus.faults[:3]
    build(corpus, root / "dist")
    return root / "dist"


def test_a_case_of_many_points_and_the_longest_title_reads_well(edge: Path) -> None:
    with open_bundle(edge) as opened:
        library = Library(opened)
        item = library.items["case"]["case-edge"]
        shown = case_page(item, library, Here("cases/case-edge/"))
        assert f"{MOST_POINTS + 1} of 640 points are here" in shown
        assert "data/json/v1/cases/case-edge.json.gz" in shown
        # The headline is the last point, and is there.
        assert "740 tok/s" in shown
        assert "p640" in shown
        assert "p639" not in shown
        assert "<p>At every point: input tokens 512.</p>" in shown
        assert "<th>output tokens</th>" in shown
        assert len(item["points"]) == 640
        assert "Siblings" not in shown
        rows = json.loads(case_rows(library))["rows"]
        assert len(rows[0][1]) <= 160
        assert "None" not in re.sub(r"<[^>]*>", "", shown)


def test_every_page_of_the_navigation_fills(home: Path, edge: Path) -> None:
    """With one case and no claim no fragment of the first pages breaks."""
    with open_bundle(edge) as opened:
        library = Library(opened)
        library.home = home
        for name in ("index.md", "zh/index.md", "changelog.md"):
            assert "<!-- kb:" not in fill((home / "pages" / name).read_text(encoding="utf-8"), library, Here(""))
        assert set(library.items) == set(KINDS)


def test_what_all_points_share_is_said_once(library: Library) -> None:
    shared = 0
    for item in library.items["case"].values():
        if len(item["points"]) < 2:
            continue
        shown = points_section(item, library, Here(f"cases/{item['id']}/"))
        heads = re.findall(r"<th>(.*?)</th>", shown)
        said = re.search(r"<p>At every point: (.*?)\.</p>", shown)
        for key in dict.fromkeys(key for point in item["points"] for key in point["scenario"]):
            alike = len({json.dumps(point["scenario"].get(key)) for point in item["points"]}) == 1
            name = label_of(key)
            assert (name not in heads) == alike, (item["id"], key)
            assert bool(said and f"{name} " in said[1]) == alike, (item["id"], key)
            shared += alike
    assert shared > 5


def test_no_column_of_claims_stands_empty(library: Library) -> None:
    columns = set()
    for item in library.items["case"].values():
        if len(item["points"]) > 1:
            stated = any("decode_tok_s" in point["results"] for point in item["points"])
            shown = estimate_section(item, library, Here(f"cases/{item['id']}/"))
            assert ("<th>Claimed</th>" in shown) == stated, item["id"]
            columns.add(stated)
    assert columns == {True, False}


def test_a_row_looks_alike_whoever_made_it(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(site_url + "cases/")
    told = """row => [...row.cells].map((cell) => [
        cell.innerText.trim(), getComputedStyle(cell).textAlign, getComputedStyle(cell).whiteSpace,
        [...cell.querySelectorAll('span')].map((one) => [one.className, getComputedStyle(one).borderTopWidth]),
        [...cell.querySelectorAll('a')].map((one) => one.href)])"""
    static = page.locator("#kb-cases-page tbody tr").first
    expected = static.evaluate(told)
    record = static.locator("a[href^='case-']").get_attribute("href")
    assert record
    page.get_by_label("Words").fill(record.strip("/"))
    page.wait_for_selector("#kb-cases-found tbody tr")
    made = page.locator("#kb-cases-found tbody tr")
    assert made.count() == 1
    assert made.evaluate(told) == expected
    assert [badge for cell in expected for badge in cell[3]]
    assert all(width == "1px" for cell in expected for _, width in cell[3])
    assert desktop.wrongs == []
