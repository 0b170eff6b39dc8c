"""What the site serves compressed is the bundle, and a reader who clicks on it gets it plain."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest

from kb.site.build import Site
from kb.site.packed import SUFFIX, exported, served
from tests.site.browsing import Watched

CASE = "case-dsr1-asc910bx16-mindie-001"
ROW = f"json/v1/cases/{CASE}.json"


@pytest.mark.parametrize(
    "name", [ROW, "json/v1/cases.json", "json/v1/changes.csv", "json/v1/changes.atom", "kb.duckdb", "search.sqlite"]
)
def test_these_are_compressed(name: str) -> None:
    assert served(name) == name + SUFFIX


@pytest.mark.parametrize(
    "name",
    [
        "json/index.json",
        "json/v1/index.json",
        "datapackage.json",
        "schema/output/v1/record/case.json",
        "parquet/cases.parquet",
        "LICENSE",
    ],
)
def test_these_are_plain(name: str) -> None:
    assert served(name) == name


def test_a_record_whose_id_is_index_is_no_index() -> None:
    assert exported("models/index.json") == "data/json/v1/models/index.json.gz"


def test_unpacked_it_is_the_bundle(site: Site, bundle: Path) -> None:
    """As the page on data says: ``gunzip -r``, then ``sha256sum -c``."""
    names = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert len(names) > 100
    for name in names:
        found = (site.folder / "data" / served(name)).read_bytes()
        plain = gzip.decompress(found) if served(name) != name else found
        assert plain == (bundle / name).read_bytes(), name
    lines = (site.folder / "data" / "SHA256SUMS").read_text("utf-8").splitlines()
    plain = gzip.decompress((site.folder / "data" / f"{ROW}{SUFFIX}").read_bytes())
    assert f"{hashlib.sha256(plain).hexdigest()}  {ROW}" in lines


def test_every_collection_of_the_index_is_where_the_rule_says(site: Site) -> None:
    data = site.folder / "data"
    index = json.loads((data / "json/v1/index.json").read_text("utf-8"))
    for told in index["collections"].values():
        packed = data / f"json/v1/{told['file']}{SUFFIX}"
        assert json.loads(gzip.decompress(packed.read_bytes()))["count"] == told["count"]


def test_duckdb_reads_a_collection_as_it_is_served(site: Site) -> None:
    path = site.folder / "data/json/v1/claims.json.gz"
    rows = duckdb.execute("SELECT count, len(items) FROM read_json(?)", [str(path)]).fetchall()
    assert rows == [(rows[0][0], rows[0][0])]
    assert rows[0][0] > 0


@pytest.mark.parametrize(
    ("way", "name", "file"),
    [
        (f"cases/{CASE}/", f"{CASE}.json", f"data/{ROW}.gz"),
        (f"cases/{CASE}/", f"{CASE}.yaml", f"data/records/cases/2026/{CASE}.yaml.gz"),
    ],
)
def test_a_click_gives_the_plain_file(
    way: str, name: str, file: str, site_url: str, site: Site, desktop: Watched
) -> None:
    page = desktop.visit(site_url + way)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    with page.expect_download() as waiting:
        page.click(f'a[href$="{name}.gz"]')
    got = waiting.value
    assert got.suggested_filename == name
    assert Path(got.path()).read_bytes() == gzip.decompress((site.folder / file).read_bytes())
    assert page.url == site_url + way
    assert desktop.wrongs == []


def test_a_server_that_inflates_by_itself_is_no_trouble(site_url: str, site: Site, desktop: Watched) -> None:
    page = desktop.page
    plain = gzip.decompress((site.folder / f"data/{ROW}.gz").read_bytes())
    page.route("**/data/json/**", lambda route: route.fulfill(body=plain, content_type="application/json"))
    desktop.visit(f"{site_url}cases/{CASE}/")
    with page.expect_download() as waiting:
        page.click('a[href$=".json.gz"]')
    assert Path(waiting.value.path()).read_bytes() == plain
    assert desktop.wrongs == []


def test_without_scripts_the_packed_file_is_linked(site: Site) -> None:
    text = (site.folder / "cases" / CASE / "index.html").read_text("utf-8")
    ways = re.findall(r"href=([^ >]+\.gz)", text)
    assert len(ways) == 2
    for way in ways:
        assert (site.folder / "cases" / CASE / way).resolve().is_file()
