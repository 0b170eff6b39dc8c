"""A page shows the file that its record stands in, and no other file."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from kb import open_bundle
from kb.site.build import Site
from kb.site.library import Here, Library
from kb.site.record_files import copy_record_files, file_of, source_section
from tests.site.browsing import Watched
from tests.site.hostile import PAYLOADS

CASE = "case-dsr1-asc910bx16-mindie-001"


@pytest.fixture
def library(bundle: Path, home: Path) -> Any:
    with open_bundle(bundle) as opened:
        found = Library(opened)
        found.home = home
        yield found


def test_the_copy_is_the_file(site: Site, root: Path) -> None:
    file = f"cases/2026/{CASE}.yaml"
    served = (site.folder / "data" / "records" / f"{file}.gz").read_bytes()
    assert gzip.decompress(served) == (root / "data" / file).read_bytes()


@pytest.mark.parametrize(
    "file",
    [
        "data/../pyproject.toml",
        "data/cases/../../../etc/passwd",
        "/etc/passwd",
        "data/nowhere.yaml",
        "data",
        "kb/calibration/classes.yaml",
        "data/cases",
    ],
)
def test_what_is_no_file_of_a_record_is_not_shown(file: str, library: Library, tmp_path: Path) -> None:
    item = {**library.items["case"][CASE], "file": file}
    assert file_of(item, library) is None
    assert source_section(item, library, Here("cases/x/")) == ""
    library.items = {"case": {CASE: item}}
    copy_record_files(library, tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_without_the_folder_there_is_none(library: Library) -> None:
    library.home = None
    assert source_section(library.items["case"][CASE], library, Here("cases/x/")) == ""


def test_the_file_is_shown_when_it_is_asked_for(site_url: str, desktop: Watched, root: Path) -> None:
    page = desktop.visit(f"{site_url}cases/{CASE}/")
    assert page.query_selector("details.kb-source pre") is None
    page.click("details.kb-source summary")
    page.wait_for_selector("details.kb-source pre")
    assert page.inner_text("details.kb-source pre") == (root / "data" / "cases" / "2026" / f"{CASE}.yaml").read_text(
        encoding="utf-8"
    )
    assert desktop.wrongs == []


def test_hostile_text_in_it_stays_text(site_url: str, desktop: Watched) -> None:
    page = desktop.page
    hostile = "\n".join(PAYLOADS)
    page.route("**/data/records/**", lambda route: route.fulfill(body=hostile, content_type="text/html"))
    desktop.visit(f"{site_url}cases/{CASE}/")
    page.click("details.kb-source summary")
    page.wait_for_selector("details.kb-source pre")
    assert page.text_content("details.kb-source pre") == hostile
    assert page.evaluate("document.querySelector('details.kb-source pre code').children.length") == 0
    assert desktop.wrongs == []
