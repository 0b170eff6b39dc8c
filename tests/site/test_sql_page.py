"""The page for SQL in a real browser: the same answers as the command, nothing by itself, nothing from elsewhere."""

import contextlib
import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from kb import Bundle, open_bundle
from kb.cli.table import print_rows
from kb.errors import BuildFailed
from kb.site.build import Site
from kb.site.cookbook import PAGE, Question, questions, write_questions
from kb.site.packed import compress
from tests.conftest import ROOT
from tests.site.axe import grave
from tests.site.browsing import Watched

COOKBOOK = list(questions((ROOT / "site" / "pages" / PAGE).read_text(encoding="utf-8")))
LONGEST = 120_000
# A value of each type that a query of the tables can yield, each column with a name of its own.
KINDS = (
    "SELECT 1::UTINYINT a, 18446744073709551615::UBIGINT b, 170141183460469231731687303715884105727::HUGEINT c, "
    "sum(-5::BIGINT) d, 1.50::DECIMAL(18,3) e, -0.005::DECIMAL(9,3) f",
    "SELECT 1600.0::DOUBLE a, 1e16 b, 12345678901234567890.0::DOUBLE c, 1e-5 d, 0.0001::DOUBLE e, 'nan'::DOUBLE f, "
    "'-inf'::DOUBLE g, -0.0::DOUBLE h, 0.1::FLOAT i, 1e22 j, 5e-324 k",
    "SELECT DATE '2024-01-02' a, TIMESTAMP '2024-01-02 03:04:05' b, TIMESTAMP '1969-12-31 23:59:59.123456' c, "
    "TIME '01:02:03.5' d, TIME '23:00:00' e, DATE '0987-12-01' f",
    "SELECT true a, false b, NULL c, '' d, 'x' e, '-' f, 'two\nlines, \"quoted\"' g, '中文' h, "
    "'00000000-0000-0000-0000-000000000001'::UUID i",
    "SELECT [1, 2, NULL] a, [1.5::DOUBLE] b, ['a', 'it''s'] c, [[1], [2]] d, {'a': 1, 'b': 'x', 'c': NULL} e, "
    "[{'a': 1.5::DOUBLE}] f, []::INT[] g, [['a', 'it''s']] h, [true] i",
    "SELECT '' AS only UNION ALL SELECT NULL ORDER BY ALL",
    "SELECT a.id, b.id, 1 AS id FROM cases a JOIN cases b USING (id) ORDER BY a.id LIMIT 2",
    "SELECT reproduced_by, hardware_ids FROM cases ORDER BY id LIMIT 50",
    "SELECT * FROM points ORDER BY case_id, point LIMIT 300",
    "SELECT * FROM cases WHERE false",
)


def ask(page: Page, statement: str) -> None:
    """Type a query, run it by keyboard, and wait for what comes of it."""
    page.fill("#kb-sql-text", statement)
    page.press("#kb-sql-text", "Control+Enter")
    page.wait_for_selector("#kb-sql-answer[aria-busy=false]", state="attached", timeout=LONGEST)


def status(page: Page) -> str:
    return page.inner_text("#kb-sql-status")


def shown(page: Page) -> list[list[str]]:
    """Return the cells of the table on the page, the head first."""
    cells = (
        "[...document.querySelectorAll('#kb-sql-answer tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return list(page.evaluate(cells))


def downloaded(page: Page) -> str:
    with page.expect_download() as caught:
        page.click("#kb-sql-csv")
    assert caught.value.suggested_filename == "answer.csv"
    # As it is: no line ending is changed.
    return Path(caught.value.path()).read_bytes().decode("utf-8")


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def printed(opened: Bundle, statement: str) -> str:
    """Return what ``kb sql --format csv`` prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print_rows(*opened.sql(statement), "csv")
    return out.getvalue()


@pytest.fixture(scope="module")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


@pytest.fixture(scope="module")
def started(site_url: str, browser: Browser) -> Iterator[Watched]:
    """The page with its engine started, and then cut off from any network; nothing on it moves."""
    with browser.new_context(reduced_motion="reduce") as context:
        watched = Watched(context.new_page())
        page = watched.visit(f"{site_url}sql/")
        page.click("#kb-sql-start")
        page.wait_for_selector("#kb-sql-status:has-text('ready')", timeout=LONGEST)
        context.set_offline(True)
        yield watched


def wrongs(watched: Watched) -> list[str]:
    """Return what went wrong; a browser without a network looks in vain for the icon of each new address."""
    return [words for words in watched.wrongs if "ERR_INTERNET_DISCONNECTED" not in words]


def test_nothing_is_loaded_before_the_reader_asks_for_it(site_url: str, desktop: Watched) -> None:
    asked: list[str] = []
    desktop.page.on("request", lambda request: asked.append(request.url))
    page = desktop.visit(f"{site_url}sql/?sql={quote('SELECT 42 AS answer')}")
    page.wait_for_selector("#kb-sql-questions button")
    assert page.input_value("#kb-sql-text") == "SELECT 42 AS answer"
    assert status(page) == "The engine is not loaded."
    assert not [url for url in asked if "/runtime/" in url or "/data/" in url]
    page.click("#kb-sql-run")
    page.wait_for_selector("#kb-sql-answer td", timeout=LONGEST)
    assert shown(page) == [["answer"], ["42"]]
    assert {url.rsplit("/", 1)[-1] for url in asked if "/data/" in url} == {"kb.duckdb.gz"}
    assert desktop.wrongs == []


def test_a_link_cannot_put_markup_into_the_page(site_url: str, desktop: Watched) -> None:
    hostile = "</textarea><img src=x onerror=alert(1)>\"'"
    page = desktop.visit(f"{site_url}sql/?sql={quote(hostile)}")
    assert page.input_value("#kb-sql-text") == hostile
    link = urlsplit(page.get_attribute("#kb-sql-link", "href") or "")
    assert parse_qs(link.query) == {"sql": [hostile]}
    assert not page.query_selector_all("article img")
    assert desktop.wrongs == []


@pytest.mark.parametrize("entry", COOKBOOK, ids=lambda entry: entry.question)
def test_a_question_of_the_cookbook_has_the_answer_that_the_command_gives(
    entry: Question, started: Watched, opened: Bundle
) -> None:
    page = started.page
    statement = entry.sql
    page.click(f"#kb-sql-questions button:text-is({json.dumps(entry.question)})")
    assert page.input_value("#kb-sql-text") == statement
    ask(page, statement)
    got, expected = downloaded(page), printed(opened, statement)
    assert got == expected
    assert [["" if cell == "NULL" else cell for cell in row] for row in shown(page)] == parsed(got)
    assert status(page).startswith(f"{len(parsed(expected)) - 1} row")
    assert wrongs(started) == []


@pytest.mark.parametrize("statement", KINDS)
def test_values_read_as_the_command_prints_them(statement: str, started: Watched, opened: Bundle) -> None:
    ask(started.page, statement)
    assert started.page.text_content("#kb-sql-error") == ""
    assert downloaded(started.page) == printed(opened, statement)


def test_numbers_stand_to_the_right_and_null_is_seen(started: Watched) -> None:
    page = started.page
    ask(page, "SELECT 'a' AS word, 1 AS whole, NULL::DOUBLE AS unknown")
    assert shown(page) == [["word", "whole", "unknown"], ["a", "1", "NULL"]]
    right = page.evaluate("[...document.querySelectorAll('#kb-sql-answer td')].map(c => getComputedStyle(c).textAlign)")
    assert right == ["left", "right", "right"]
    assert page.query_selector_all("#kb-sql-answer td.kb-sql-null")
    assert all(head.get_attribute("scope") == "col" for head in page.query_selector_all("#kb-sql-answer th"))


def test_a_hostile_value_is_shown_as_it_is(started: Watched) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    ask(started.page, f"SELECT '{hostile}' AS \"<b>bold</b>\"")
    assert shown(started.page) == [["<b>bold</b>"], [hostile]]
    assert not started.page.query_selector_all("#kb-sql-answer :is(img, script, b)")
    assert wrongs(started) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT nothing FROM cases", 'Binder Error: Referenced column "nothing" not found'),
        ("SELECT", "Parser Error: SELECT clause without selection list"),
        ("INSERT INTO meta VALUES ('a', 'b')", "attached in read-only mode"),
        ("SELECT * FROM read_csv('/etc/passwd')", "file system operations are disabled"),
        ("SELECT * FROM 'https://example.org/a.parquet'", "Catalog Error: Table with name https://example.org"),
        ("SELECT ['a'::ENUM('a', 'b')] AS kind", "cast column kind to VARCHAR: an ENUM cannot be shown"),
        ("SELECT 1 AS a, INTERVAL 36 HOUR AS age", "cast column age to VARCHAR: an INTERVAL cannot be shown"),
        ("SELECT {'a': [INTERVAL 1 DAY]} AS ages", "cast column ages to VARCHAR: an INTERVAL cannot be shown"),
        ("SELECT 1 AS a; SELECT nothing FROM cases", 'Binder Error: Referenced column "nothing" not found'),
        ("ATTACH 'other.duckdb'", "file system operations are disabled"),
        ("COPY cases TO 'cases.csv'", "file system operations are disabled"),
        ("LOAD json", "Loading external extensions is disabled"),
        ("SET enable_external_access = true", "the configuration has been locked"),
        ("SET autoload_known_extensions = true", "the configuration has been locked"),
    ],
)
def test_what_cannot_be_is_said_in_the_words_of_the_engine(statement: str, words: str, started: Watched) -> None:
    page = started.page
    ask(page, statement)
    assert words in page.inner_text("#kb-sql-error")
    assert "INSTALL" not in page.inner_text("#kb-sql-error")
    assert status(page) == "The query was not answered."
    assert page.is_hidden("#kb-sql-answer")
    assert page.is_disabled("#kb-sql-csv")
    assert wrongs(started) == []


def test_of_several_statements_the_last_one_answers(started: Watched) -> None:
    ask(started.page, "SELECT 1 AS a; SELECT 'x'::ENUM('x')::VARCHAR AS b, (INTERVAL 36 HOUR)::VARCHAR AS c;")
    assert shown(started.page) == [["b", "c"], ["x", "36:00:00"]]


def test_a_long_answer_is_cut_and_says_so(started: Watched) -> None:
    page = started.page
    ask(page, "SELECT range AS n FROM range(1001)")
    assert len(shown(page)) == 1 + 1000
    assert "1,001 rows in" in status(page)
    assert "The first 1,000 are shown" in status(page)
    assert downloaded(page).count("\n") == 1 + 1001
    ask(page, "SELECT range AS n FROM range(10000000)")
    assert "100,000 rows in" in status(page)
    assert "There are more; add a LIMIT" in status(page)
    assert downloaded(page).count("\n") == 1 + 100_000
    ask(page, "SELECT 1 AS n")
    assert shown(page) == [["n"], ["1"]]


def test_all_of_it_works_by_keyboard(started: Watched) -> None:
    page = started.page
    page.focus("#kb-sql-text")
    ask(page, "SELECT 7 AS n")
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ["kb-sql-run", "kb-sql-csv", "kb-sql-link", "kb-sql-answer"]
    page.focus("#kb-sql-questions li:last-child button")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kb-sql-text"
    assert page.input_value("#kb-sql-text") == COOKBOOK[-1].sql
    page.focus("#kb-sql-run")
    page.keyboard.press("Enter")
    page.wait_for_selector("#kb-sql-answer td", timeout=LONGEST)
    assert page.evaluate("document.activeElement.id") == "kb-sql-run"


def test_a_query_that_takes_too_long_can_be_stopped(site_url: str, desktop: Watched) -> None:
    page = desktop.visit(f"{site_url}sql/")
    page.fill("#kb-sql-text", "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3")
    page.press("#kb-sql-text", "Control+Enter")
    page.wait_for_selector("#kb-sql-stop", timeout=LONGEST)
    page.focus("#kb-sql-stop")
    page.keyboard.press("Enter")
    page.wait_for_selector("#kb-sql-status:has-text('Stopped')")
    assert page.evaluate("document.activeElement.id") == "kb-sql-run"
    ask(page, "SELECT 8 AS n")
    assert shown(page) == [["n"], ["8"]]
    assert desktop.wrongs == []


def test_without_its_engine_the_page_says_what_else_there_is(site_url: str, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/runtime/**", lambda route: route.fulfill(status=404))
        page.goto(f"{site_url}sql/")
        ask(page, "SELECT 1")
        assert status(page) == "The engine could not be loaded."
        assert "kb sql" in page.inner_text("#kb-sql-error")
        page.unroute("**/runtime/**")


def test_without_scripts_the_page_says_so(site_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site_url}sql/")
        assert "needs JavaScript" in page.inner_text("#kb-sql-missing")
        assert page.is_hidden("#kb-sql")


def test_the_size_that_the_page_names_is_the_size(site: Site) -> None:
    runtime = site.folder / "runtime" / "duckdb"
    megabytes = (runtime / "duckdb-eh.wasm").stat().st_size / 1e6
    assert f"of which {megabytes:.0f} MB are the engine" in (ROOT / "site" / "pages" / "sql.md").read_text("utf-8")


def test_the_database_is_served_compressed_and_alike_each_time(site: Site, bundle: Path, tmp_path: Path) -> None:
    served = site.folder / "data" / "kb.duckdb.gz"
    assert gzip.decompress(served.read_bytes()) == (bundle / "kb.duckdb").read_bytes()
    compress(bundle / "kb.duckdb", tmp_path / "other-name")
    assert (tmp_path / "other-name").read_bytes() == served.read_bytes()
    assert served.stat().st_size * 5 < (bundle / "kb.duckdb").stat().st_size


def test_a_cookbook_without_queries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / PAGE).write_text("# Nothing\n", encoding="utf-8")
    with pytest.raises(BuildFailed, match="shows no query"):
        write_questions(tmp_path, tmp_path)


def test_nobody_is_kept_from_an_answer_or_an_error(started: Watched) -> None:
    page = started.page
    for statement in ("SELECT * FROM points LIMIT 50", "SELECT nothing FROM cases"):
        ask(page, statement)
        assert grave(page) == []
        page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        assert grave(page, "color-contrast") == []
        page.evaluate("document.body.dataset.mdColorScheme = 'default'")
