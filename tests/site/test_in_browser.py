"""The pages that run the same Python as the command: their answers without a browser, and in a real one."""

import filecmp
import http.server
import json
import math
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import Bundle, compare, open_bundle, query
from kb.search.compare import MOST
from kb.search.order import NAMED
from kb.site.build import Site
from kb.site.client import has_runtime
from kb.site.code_archive import PYTHON, lay_in_code, modules, write_archive
from kb.site.in_browser.answer import Desk, answer
from kb.site.in_browser.bundle import BrowserBundle
from kb.site.in_browser.comparing import COMPARED
from kb.site.in_browser.reply import Reply
from kb.site.in_browser.tables import TABLES_FILE, write_tables
from kb.site.packed import copy_bundle
from tests.site.browsing import Watched
from tests.site.hostile import PAYLOADS

# A browser has none of these.
ABSENT = ("duckdb", "yaml", "typer", "click", "mkdocs", "jsonschema", "rich", "numpy")
SENTENCES = (
    "deepseek r1 on 8x h200 fp8",
    "deepsek r1 on h100",
    "dsr1 on ascend",
    "昇腾910B 上的 deepseek r1",
    "qwen3 h100 vs h200",
    "llama 70b ttft under 200 ms",
    "lowest tpot on b200 not vllm",
    "fastest deepseek per card",
    "h100",
    "除了英伟达 吞吐大于1000",
    "寒武纪",
    "qwen 输入4k 并发512",
    "国产卡 能效最高",
    "月之暗面 kimi 部署",
    "llama 3.1 8b awq on 4090",
    "70b int4 dual 3090",
    "newest sglang cases top 5",
    "mi300x vllm tp8 1024 in 128 out",
    "impossible",
    "decode > 5000 tok/s moe since 2026",
    "gpt-oss on a mac",
    "zzqqxx blorp",
)
REQUESTS = [
    {"model": model, "hardware": hardware, "count": count, "batch": batch}
    for model, hardware, count, batch in product(
        ("dsr1", "qwen3-32b", "llama-3.1-8b-instruct"),
        ("h200-sxm-141gb", "mi300x", "昇腾910B2", "rtx-4090"),
        (1, 8),
        (1, 64),
    )
] + [
    {"model": "qwen3-32b", "hardware": "h100-sxm5-80gb", "count": 4, "quantization": "awq-int4-g128", "tp": 2, "dp": 2},
    {"model": "qwen3-32b", "hardware": "h100-sxm5-80gb", "input_tokens": 0, "output_tokens": 1},
    {"model": "dsr1", "hardware": "b200-sxm-180gb", "count": 8, "kv_cache": "fp8", "ep": 8, "speculative": 2},
    {"model": "dsr1", "hardware": "b200-sxm-180gb", "count": 8, "tp": 3},
    {"model": "dsr1", "hardware": "h200", "count": 8},
    {"model": "no such model", "hardware": "mi300x"},
    {"model": "dsr1", "hardware": "mi300x", "count": 0},
    {"model": "qwen3-32b", "hardware": "mi300x", "input_tokens": 100_000_000, "output_tokens": 5},
]
PAIRS = (
    ("h100-sxm5-80gb", "h200-sxm-141gb"),
    ("deepseek-r1", "qwen3-32b"),
    ("vllm", "sglang"),
    ("fp8-e4m3", "awq-int4-g128"),
    ("case-qwen3-235b-fp8-h200x8-sglang-001", "case-qwen3-235b-fp8-b200x8-sglang-001"),
    ("case-dsr1-asc910bx16-mindie-001", "case-qwen3-235b-fp8-b200x8-sglang-001"),
)
TRIPLE = ("h100-sxm5-80gb", "mi300x", "b200-sxm-180gb")
SIX = (
    "case-qwen3-235b-fp8-h200x8-sglang-001",
    "case-qwen3-235b-fp8-b200x8-sglang-001",
    "case-dsr1-asc910bx16-mindie-001",
    "case-dsr1-tianhe100x16-001",
    "case-dsv3-trainium2-x64-001",
    "case-llama4-scout-h100x8-vllm-001",
)
# Two records, three of them and six.
GROUPS = (*PAIRS, TRIPLE, SIX)
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)
CALL = "([name, asked]) => import(new URL('../assets/python.js', location)).then(m => m.call(name, asked))"
# A machine that runs other tests beside these takes its time to start Python.
START = 120_000


@pytest.fixture(scope="module")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


@pytest.fixture(scope="module")
def folder(bundle: Path, opened: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two files that a browser has of the bundle."""
    found = tmp_path_factory.mktemp("browser")
    shutil.copy(bundle / "search.sqlite", found)
    write_tables(opened, found / TABLES_FILE)
    return found


@pytest.fixture(scope="module")
def browsers(folder: Path) -> Iterator[BrowserBundle]:
    with closing(BrowserBundle(folder, {})) as found:
        yield found


def entries_of(records: tuple[str, ...]) -> dict[str, str]:
    """Return the entries of the page that compares records."""
    return dict(zip(COMPARED, records, strict=False))


def asked(bundle: Bundle, name: str, **entries: str) -> Reply:
    return answer(bundle, name, entries, "../")


class _Seen(HTMLParser):
    """What a fragment is made of; whatever a payload would add is wrong."""

    TEXT = frozenset(("h2", "h3", "p", "a", "br", "code", "small", "span", "strong", "div", "button"))
    LISTS = frozenset(("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"))
    ATTRIBUTES = frozenset(
        ("class", "href", "role", "scope", "tabindex", "type", "aria-label", "data-kb-limit", "data-n")
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrongs: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.TEXT | self.LISTS or not {name for name, _ in attrs} <= self.ATTRIBUTES:
            self.wrongs.append(self.get_starttag_text() or tag)
        if not (dict(attrs).get("href") or "../").startswith(("../", "?")):
            self.wrongs.append(self.get_starttag_text() or tag)

    def handle_comment(self, data: str) -> None:
        self.wrongs.append(data)

    def handle_data(self, data: str) -> None:
        self.text += data


class TestAnswers:
    @pytest.mark.parametrize("sentence", SENTENCES)
    def test_a_sentence_is_answered_as_the_command_does(
        self, sentence: str, opened: Bundle, browsers: BrowserBundle
    ) -> None:
        expected = query(opened, sentence).plain()
        found = asked(browsers, "ask", q=sentence)
        assert {**found.data, "took_ms": 0} == {**expected, "took_ms": 0}
        seen = _Seen(found.html)
        assert seen.wrongs == []
        for row in found.data["results"]:
            assert row["title"] in " ".join(seen.text.split())
        assert found.html.count("<li><h3>") == sum(row["kind"] == "case" for row in found.data["results"])

    def test_a_case_shows_load_speed_trust_and_age(self, browsers: BrowserBundle) -> None:
        text = _Seen(asked(browsers, "ask", q="case-dsr1-asc910bx16-mindie-001 dsr1 on ascend").html).text
        for words in ("850 tok/s", "53.12 tok/s on 16 cards", "Load", "does-not-fit", "months old", "claimed measured"):
            assert words in text

    def test_a_slip_is_told_and_what_is_lost_too(self, browsers: BrowserBundle) -> None:
        text = _Seen(asked(browsers, "ask", q="deepsek r1 on h200 blorp").html).text
        assert "Read 'deepsek' as 'deepseek'" in text
        assert "looked for in titles: blorp" in text
        assert "h200 can mean" in text

    def test_nothing_understood_is_said(self, browsers: BrowserBundle) -> None:
        found = asked(browsers, "ask", q="zzqqxx blorp")
        assert "Understood: nothing of it" in found.html
        assert found.said == "Nothing is found"

    def test_more_are_shown_on_demand(self, browsers: BrowserBundle) -> None:
        first = asked(browsers, "ask", q="deepseek")
        assert 'data-kb-limit="20"' in first.html
        assert first.said.startswith("10 of ")
        more = asked(browsers, "ask", q="deepseek", limit="20")
        assert [row["id"] for row in more.data["results"]][:10] == [row["id"] for row in first.data["results"]]
        assert len(more.data["results"]) == 20

    def test_every_order_of_the_page_is_one(self, home: Path, browsers: BrowserBundle) -> None:
        page = (home / "pages" / "ask.md").read_text(encoding="utf-8")
        orders = [part.partition('"')[0] for part in page.split('<option value="')[1:]]
        assert set(orders) - {""} <= NAMED.keys()
        found = asked(browsers, "ask", q="deepseek h200", sort="tpot")
        assert "error" not in found.data
        assert "Under " in found.html

    @pytest.mark.parametrize(
        ("name", "entries", "says"),
        [
            ("ask", {"q": "  "}, "an empty query"),
            ("ask", {"q": "h100", "limit": "many"}, "no number of records"),
            ("ask", {"q": "h100", "sort": "beauty"}, "beauty"),
            ("estimate", {"model": "dsr1"}, "a request names a hardware"),
            ("estimate", {"model": "dsr1", "hardware": "mi300x", "count": "x"}, "count should be a whole number"),
            ("estimate", {"model": "dsr1", "hardware": "mi300x", "count": "9" * 5000}, "should be a whole number"),
            ("estimate", {"model": "dsr1", "hardware": "mi300x", "cost": "1"}, "unknown entry 'cost'"),
            ("compare", {"a": "mi300x"}, "at least two"),
            ("compare", {"a": "mi300x", "b": "vllm"}, "only records of one kind"),
        ],
    )
    def test_what_cannot_be_answered_is_said(
        self, name: str, entries: dict[str, str], says: str, browsers: BrowserBundle
    ) -> None:
        found = asked(browsers, name, **entries)
        assert says in found.said
        assert found.data == {"error": found.said}
        assert _Seen(found.html).text.strip() == " ".join(found.said.split())

    def test_an_unknown_name_is_offered_others(self, browsers: BrowserBundle) -> None:
        found = asked(browsers, "estimate", model="deepseek-r11", hardware="mi300x", batch="4")
        assert '<a class="kb-again" href="?model=deepseek-r1&#38;hardware=mi300x&#38;batch=4">' in found.html

    def test_a_removed_name_says_what_became_of_it(self, folder: Path) -> None:
        gone = {"old-card": ["hardware", "old-card was removed on 2026-01-01: it was never sold", ["mi300x"]]}
        desk = Desk(str(folder), json.dumps(gone))
        reply = json.loads(desk.call("compare", json.dumps({"a": "old-card", "b": "mi300x"}), "../"))
        assert reply["said"] == gone["old-card"][1]

    @pytest.mark.parametrize("records", GROUPS)
    def test_records_are_compared_as_the_command_does(
        self, records: tuple[str, ...], opened: Bundle, browsers: BrowserBundle
    ) -> None:
        found = asked(browsers, "compare", **entries_of(records))
        assert found.data == compare(opened, list(records)).plain()
        assert found.data["ids"] == list(records)
        assert _Seen(found.html).wrongs == []
        for record in records:
            assert f"/{record}/" in found.html
        rows = re.findall("<tr>.*?</tr>", found.html, re.DOTALL)
        assert {len(re.findall("<t[hd]", row)) for row in rows} == {len(records) + 1}

    def test_the_page_takes_as_many_records_as_the_command(self, home: Path, browsers: BrowserBundle) -> None:
        page = (home / "pages" / "compare.md").read_text(encoding="utf-8")
        assert "".join(re.findall(r'<input id="kb-(\w)" name="\1"', page)) == COMPARED
        assert len(COMPARED) == MOST == 6
        found = asked(browsers, "compare", **entries_of(SIX))
        assert [f"<li>{letter}: <a" in found.html for letter in "ABCDEFG"] == [True] * 6 + [False]
        assert found.said.startswith(f"{', '.join(SIX[:5])} and {SIX[5]}: ")

    def test_blank_entries_between_records_are_none(self, browsers: BrowserBundle) -> None:
        spread = asked(browsers, "compare", a=TRIPLE[0], b=" ", c=TRIPLE[1], f=TRIPLE[2])
        assert spread == asked(browsers, "compare", **entries_of(TRIPLE))

    def test_numbers_of_cards_have_their_tier(self, browsers: BrowserBundle) -> None:
        html = asked(browsers, "compare", a="h100-sxm5-80gb", b="h200-sxm-141gb").html
        row = next(line for line in html.splitlines() if "memory bandwidth" in line)
        assert '<th scope="row">* memory bandwidth <small>GB/s</small></th>' in row
        assert "4,800 (1.43×)" in row
        assert row.count("kb-tier-") == 2

    def test_cases_have_equal_loads_and_a_note(self, browsers: BrowserBundle) -> None:
        text = _Seen(asked(browsers, "compare", a=PAIRS[4][0], b=PAIRS[4][1]).html).text
        assert "Like for like but for other cards" in text
        assert "under equal loads" in text

    def test_without_tables_it_is_said(self, bundle: Path, tmp_path: Path) -> None:
        shutil.copy(bundle / "search.sqlite", tmp_path)
        with closing(BrowserBundle(tmp_path, {})) as found:
            assert "tables were not loaded" in asked(found, "compare", a=PAIRS[0][0], b=PAIRS[0][1]).said


def test_every_link_of_an_answer_leads_to_a_page(site: Site, browsers: BrowserBundle) -> None:
    replies = [asked(browsers, "ask", q=sentence) for sentence in SENTENCES]
    replies += [asked(browsers, "compare", **entries_of(records)) for records in GROUPS]
    replies.append(asked(browsers, "estimate", model="dsr1", hardware="h200-sxm-141gb"))
    links = {link for reply in replies for link in re.findall(r'href="\.\./([^"?]*)', reply.html)}
    assert len(links) > 100
    assert [link for link in sorted(links) if not (site.folder / link / "index.html").is_file()] == []


class TestHostile:
    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_what_is_typed_stays_text(self, payload: str, browsers: BrowserBundle) -> None:
        for name, entries in (
            ("ask", {"q": payload}),
            ("ask", {"q": f"h100 {payload}"}),
            ("ask", {"q": "h100", "sort": payload, "limit": payload}),
            ("estimate", {"model": payload, "hardware": "mi300x"}),
            ("estimate", {"model": "dsr1", "hardware": "mi300x", "count": payload, "kv_cache": payload}),
            ("compare", {"a": payload, "b": "mi300x"}),
            ("compare", {"a": "mi300x", "b": "b200-sxm-180gb", "f": payload}),
        ):
            assert _Seen(asked(browsers, name, **entries).html).wrongs == []

    def test_what_records_say_stays_text(self, hostile_bundle: Path, tmp_path: Path) -> None:
        shutil.copy(hostile_bundle / "search.sqlite", tmp_path)
        with closing(BrowserBundle(tmp_path, {})) as found:
            case = asked(found, "ask", q="hostile-model on hostile-hardware")
            assert [row["id"] for row in case.data["results"]][:1] == ["hostile-case"]
            assert _Seen(case.html).wrongs == []
            estimate = asked(found, "estimate", model="hostile-model", hardware="hostile-hardware")
            assert _Seen(estimate.html).wrongs == []


class TestArchive:
    def test_it_holds_what_a_browser_can_run(self) -> None:
        found = modules()
        assert "kb.site.in_browser.answer" in found
        for name in found:
            assert not name.startswith(("kb.cli", "kb.checks", "kb.corpus", "kb.importers", "kb.calibration")), name

    def test_it_answers_alone(self, folder: Path, browsers: BrowserBundle, tmp_path: Path) -> None:
        archive = tmp_path / "kb.zip"
        write_archive(archive)
        questions: list[tuple[str, dict[str, str]]] = [
            ("ask", {"q": "deepsek r1 on 8x h200"}),
            ("estimate", {"model": "dsr1", "hardware": "h200-sxm-141gb", "count": "8"}),
            ("estimate", {"model": "dsr1x", "hardware": "mi300x"}),
            ("compare", dict(zip("ab", PAIRS[4], strict=True))),
        ]
        script = f"""
import json, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ABSENT!r}: raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, {str(archive)!r})
from kb.site.in_browser.answer import Desk
import kb
assert kb.__file__.startswith({str(archive)!r}), kb.__file__
desk = Desk({str(folder)!r}, "{{}}")
ask = lambda name, asked: desk.call(name, json.dumps(asked), "../")
first = ask("ask", {{"q": "deepseek r1"}})
assert "pydantic" not in sys.modules
print(json.dumps([json.loads(ask(*question)) for question in {questions!r}]))
assert not [name for name in {ABSENT!r} if name in sys.modules]
import rapidfuzz
assert rapidfuzz.__file__.startswith({str(archive)!r})
"""
        done = subprocess.run(
            [sys.executable, "-I", "-c", script],
            env={"RAPIDFUZZ_IMPLEMENTATION": "python"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        for (name, entries), told in zip(questions, json.loads(done.stdout), strict=True):
            expected = answer(browsers, name, entries, "../")
            assert told["html"] == expected.html

    def test_the_same_bundle_gives_the_same_bytes(self, opened: Bundle, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name / PYTHON / "wheels").mkdir(parents=True)
            copy_bundle(opened.folder, tmp_path / name / "data")
            before = {path for path in (tmp_path / name).rglob("*") if path.is_file()}
            for part in (
                "pyodide.mjs",
                "pyodide.asm.mjs",
                "pyodide.asm.wasm",
                "python_stdlib.zip",
                "pyodide-lock.json",
            ):
                (tmp_path / name / PYTHON / part).touch()
            lay_in_code(opened, tmp_path / name)
            added = {path for path in (tmp_path / name).rglob("*") if path.is_file()} - before
            assert len(added) == 10
        names = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
        _, different, errors = filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False)
        assert (different, errors) == ([], [])

    def test_a_site_without_the_runtime_gets_none_of_it(self, opened: Bundle, tmp_path: Path) -> None:
        lay_in_code(opened, tmp_path)
        assert [*tmp_path.iterdir()] == []


class _Strict(http.server.SimpleHTTPRequestHandler):
    """A server that forbids whatever the policy of the pages does, to workers too."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing when the browser hangs up in the middle of a file."""


@pytest.fixture(scope="module")
def below(site: Site, home: Path) -> Iterator[str]:
    """The address of the site, which lies in a folder of a server."""
    if not has_runtime(home):
        pytest.fail("these tests need the Python for browsers: make site/client/runtime/LICENSES.txt", pytrace=False)
    server = _Server(("127.0.0.1", 0), partial(_Strict, directory=str(site.folder.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{site.folder.name}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def running(below: str, browser: Browser) -> Iterator[Watched]:
    """One page on which Python runs, for all that is only asked of it."""
    page = browser.new_page()
    watched = Watched(page)
    page.goto(f"{below}ask/?q=deepsek+r1+on+8x+h200")
    page.wait_for_selector("#kb-answer h2", timeout=START)
    yield watched
    page.close()


def alike(found: Any, expected: Any) -> bool:
    """Tell whether two answers are the same; sums of floats may differ in the last digit from Python to Python."""
    if isinstance(expected, Mapping):
        return found.keys() == expected.keys() and all(alike(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(expected, float):
        return isinstance(found, int | float) and math.isclose(found, expected, rel_tol=1e-12)
    return type(found) is type(expected) and found == expected


class TestInABrowser:
    def test_a_permalink_is_answered(self, running: Watched) -> None:
        page = running.page
        assert page.input_value("#kb-q") == "deepsek r1 on 8x h200"
        assert page.url.endswith("/ask/?q=deepsek+r1+on+8x+h200")
        assert "Read 'deepsek' as 'deepseek'" in page.inner_text("#kb-answer")
        # Material's own search, which listens to the same entry of the address, stays closed.
        assert not page.is_checked("#__search")

    def test_it_estimates_as_the_command_does(self, running: Watched, bundle: Path, tmp_path: Path) -> None:
        file = tmp_path / "requests.jsonl"
        file.write_text("\n".join(json.dumps(request) for request in REQUESTS), encoding="utf-8")
        command = [sys.executable, "-m", "kb", "estimate", "--from", str(file)]
        done = subprocess.run(command, env={"KB_BUNDLE": str(bundle)}, capture_output=True, check=False)
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        assert len(lines) == len(REQUESTS) > 40
        for request, expected in zip(REQUESTS, lines, strict=True):
            typed = {name: str(value) for name, value in request.items()}
            found = running.page.evaluate(CALL, ["estimate", typed])["data"]
            if "error" in expected:
                assert f"line {lines.index(expected) + 1}: {found['error']}" == expected["error"]
            else:
                assert found.pop("terms")
                assert alike(found, expected), request

    def test_it_answers_sentences_as_the_command_does(self, running: Watched, opened: Bundle) -> None:
        for sentence in SENTENCES:
            expected = query(opened, sentence).plain()
            found = running.page.evaluate(CALL, ["ask", {"q": sentence}])["data"]
            assert alike({**found, "took_ms": 0}, {**expected, "took_ms": 0}), sentence

    def test_it_compares_as_the_command_does(self, running: Watched, opened: Bundle) -> None:
        for records in GROUPS:
            found = running.page.evaluate(CALL, ["compare", entries_of(records)])["data"]
            assert alike(found, compare(opened, list(records)).plain())

    def test_payloads_stay_text(self, running: Watched) -> None:
        page = running.page
        for payload in PAYLOADS:
            page.fill("#kb-q", f"h100 {payload}")
            page.press("#kb-q", "Enter")
            expect(page.locator("#kb-answer[aria-busy]")).to_have_count(0, timeout=START)
            assert (
                page.query_selector("#kb-answer :is(script, img, svg, iframe, style, form, input, video, base)") is None
            )
        assert running.wrongs == []

    def test_more_and_examples(self, running: Watched) -> None:
        page = running.page
        page.click("[data-kb-example] >> nth=0")
        expect(page.locator("#kb-q")).to_have_value("deepseek r1 on 8x h200 fp8", timeout=START)
        page.fill("#kb-q", "deepseek")
        page.press("#kb-q", "Enter")
        page.click("[data-kb-limit]")
        expect(page.locator(".kb-answers > li")).to_have_count(20, timeout=START)
        assert page.url.endswith("/ask/?q=deepseek&limit=20")
        assert page.inner_text("[role=status]").startswith("20 of ")
        assert running.wrongs == []

    def test_the_calculator_by_keyboard(self, below: str, desktop: Watched) -> None:
        page = desktop.visit(f"{below}calculator/?model=dsr1x&hardware=h200-sxm-141gb&count=8")
        page.wait_for_selector("#kb-answer .kb-refusal", timeout=START)
        again = page.locator("#kb-answer a.kb-again").first
        again.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#kb-answer h2")
        assert "?model=deepseek-r1&hardware=h200-sxm-141gb&count=8" in page.url
        page.focus("#kb-count")
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type("16")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "quantization"
        page.keyboard.press("Tab")
        page.keyboard.type("32")
        page.keyboard.press("Enter")
        expect(page.locator("#kb-answer")).to_contain_text("on 16 × h200-sxm-141gb", timeout=START)
        assert page.url.endswith("?model=deepseek-r1&hardware=h200-sxm-141gb&count=16&batch=32")
        assert "expected" in page.inner_text("[role=status]")
        assert page.locator("#kb-models option").count() == 0
        page.focus("#kb-model")
        page.wait_for_selector("#kb-models option[value=deepseek-r1]", state="attached")
        assert desktop.wrongs == []

    def test_a_comparison_on_a_phone(self, below: str, phone: Watched) -> None:
        pair = "&".join(f"{key}={value}" for key, value in zip("ab", PAIRS[4], strict=True))
        page = phone.visit(f"{below}hardware/")
        page.goto(f"{below}compare/?{pair}")
        page.wait_for_selector("#kb-answer .kb-note", timeout=START)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.fill("#kb-a", "h100-sxm5-80gb")
        page.fill("#kb-b", "h200-sxm-141gb")
        page.click("#kb-compare button")
        expect(page.locator("#kb-answer")).to_contain_text("memory bandwidth", timeout=START)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.go_back()
        assert page.url == f"{below}hardware/"
        assert phone.wrongs == []

    def test_who_names_one_record_is_asked_for_the_other(self, below: str, desktop: Watched) -> None:
        page = desktop.visit(f"{below}compare/?a=h100-sxm5-80gb&b=")
        expect(page.locator("#kb-b")).to_be_focused(timeout=START)
        assert page.input_value("#kb-a") == "h100-sxm5-80gb"
        for record in ("h200-sxm-141gb", "deepseek-r1", PAIRS[4][0]):
            page.wait_for_selector(f"#kb-records option[value='{record}']", state="attached")
        assert desktop.wrongs == []

    def test_a_third_record_by_keyboard(self, below: str, desktop: Watched) -> None:
        page = desktop.visit(f"{below}compare/?a={TRIPLE[0]}&b={TRIPLE[1]}")
        page.wait_for_selector("#kb-answer h2", timeout=START)
        assert page.is_hidden("#kb-c")
        page.focus("#kb-b")
        for key in ("Tab", "Enter", "Tab"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.name") == "c"
        page.keyboard.type(TRIPLE[2])
        page.keyboard.press("Enter")
        expect(page.locator("#kb-status")).to_contain_text(f"{TRIPLE[1]} and {TRIPLE[2]}: ", timeout=START)
        assert page.url.endswith(f"compare/?a={TRIPLE[0]}&b={TRIPLE[1]}&c={TRIPLE[2]}")
        page.reload()
        expect(page.locator("#kb-answer thead th")).to_have_count(4, timeout=START)
        assert page.is_visible("#kb-c")
        assert page.input_value("#kb-c") == TRIPLE[2]
        assert desktop.wrongs == []

    def test_a_link_to_six_on_a_phone(self, below: str, phone: Watched) -> None:
        entries = "&".join(f"{name}={record}" for name, record in entries_of(SIX).items())
        page = phone.visit(f"{below}compare/?{entries}")
        expect(page.locator("#kb-answer > ul li")).to_have_count(6, timeout=START)
        assert [page.input_value(f"#kb-{name}") for name in COMPARED] == list(SIX)
        assert page.is_visible("#kb-f")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert phone.wrongs == []

    @pytest.mark.parametrize("name", ["ask", "calculator", "compare"])
    def test_without_the_runtime_it_is_said(self, name: str, below: str, browser: Browser) -> None:
        page: Page = browser.new_page()
        page.route("**/runtime/python/files.json", lambda route: route.fulfill(status=404))
        page.goto(f"{below}{name}/")
        page.wait_for_selector(".kb-no-runtime", state="visible")
        assert page.is_hidden("form.kb-form")
        page.close()

    @pytest.mark.parametrize("name", ["ask", "calculator", "compare"])
    def test_without_scripts_it_is_said(self, name: str, below: str, browser: Browser) -> None:
        with browser.new_context(java_script_enabled=False) as context:
            page = context.new_page()
            page.goto(f"{below}{name}/")
            assert "This needs JavaScript" in page.inner_text("article")
            assert page.is_hidden("form.kb-form")
