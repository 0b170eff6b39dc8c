"""A site of the project's own bundle, one of hostile records only, and a real browser."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from kb import build, open_bundle, open_corpus
from kb.site.build import GENERATED, MARKER, Site, build_site
from kb.site.library import Library
from tests.conftest import made_once
from tests.site.browsing import Watched
from tests.site.hostile import write_hostile

# Debian's Chromium; the one that has no window to show takes two thirds of the time.
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def quiet(_: str) -> None:
    """Take a progress line and say nothing."""


@pytest.fixture(scope="session")
def home(root: Path) -> Path:
    """The folder with mkdocs.yml, pages, theme and assets."""
    return root / "site"


@pytest.fixture(scope="session")
def site(bundle: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the project's own records; read it, do not change it."""

    def make(folder: Path) -> None:
        with open_bundle(bundle) as opened:
            build_site(opened, home, folder / "build", quiet, url="https://kb.example.org")
        # For scripts/try_zensical.sh, which CI runs after the tests.
        kept = home.parent / ".artifacts" / GENERATED
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder / GENERATED, kept, dirs_exist_ok=True)

    return _built(made_once(tmp_path_factory, "site", make) / "build")


def _built(folder: Path) -> Site:
    return Site(folder, json.loads((folder / MARKER).read_text(encoding="utf-8"))["pages"])


@pytest.fixture(scope="session")
def hostile_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of one record of each kind, each text of which tries to break out of its page."""

    def make(root: Path) -> None:
        write_hostile(root / "data")
        corpus = open_corpus(root)
        assert not corpus.faults
        build(corpus, root / "dist")

    return made_once(tmp_path_factory, "hostile", make) / "dist"


@pytest.fixture(scope="session")
def hostile_site(hostile_bundle: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the hostile records."""

    def make(folder: Path) -> None:
        with open_bundle(hostile_bundle) as opened:
            build_site(opened, home, folder / "build", quiet)

    return _built(made_once(tmp_path_factory, "hostile-site", make) / "build")


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing when the browser hangs up in the middle of a file."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Any]:
    """A function from a folder to the address that it is served at."""
    running: list[_Server] = []

    def start(folder: Path) -> str:
        def handler(*arguments: Any) -> _Handler:
            return _Handler(*arguments, directory=str(folder))

        server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site_url(site: Site, serve: Any) -> str:
    """The address of the site of the project's own records."""
    return str(serve(site.folder))


@pytest.fixture(scope="session")
def hostile_url(hostile_site: Site, serve: Any) -> str:
    """The address of the site of the hostile records."""
    return str(serve(hostile_site.folder))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = next((path for path in CHROMIUM if Path(path).is_file()), None)
    if path is None:
        pytest.fail(
            f"these tests need Chromium at {' or '.join(CHROMIUM)}: run scripts/ensure-browser.sh", pytrace=False
        )
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        except Error as error:
            pytest.fail(f"{path} does not start: {str(error).splitlines()[0]}", pytrace=False)
        yield started
        started.close()


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor whose browser keeps what it has loaded."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def desktop(visitor: BrowserContext) -> Iterator[Watched]:
    """A page of a desktop's width that keeps a record of everything that should not happen."""
    page = visitor.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    yield Watched(page)
    page.close()


@pytest.fixture
def phone(visitor: BrowserContext) -> Iterator[Watched]:
    """The same at a phone's width."""
    page = visitor.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    yield Watched(page)
    page.close()


@pytest.fixture(scope="module")
def library(bundle: Path) -> Iterator[Library]:
    """What the pages of the project's own records are made from."""
    with open_bundle(bundle) as opened:
        yield Library(opened)


@pytest.fixture(scope="module")
def hostile(hostile_bundle: Path) -> Iterator[Library]:
    """The same of the hostile records."""
    with open_bundle(hostile_bundle) as opened:
        yield Library(opened)
