"""What programs read of the site: addresses, the map, the feed, the dataset, redirects."""

import json
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from kb import open_bundle
from kb.errors import BadRequest
from kb.site.build import Site, build_site
from kb.site.faces import FEED, write_faces
from kb.site.library import Library
from kb.site.redirects import write_redirects
from tests.site.conftest import quiet

URL = "https://kb.example.org/base/"


@pytest.fixture(scope="module")
def public(hostile_bundle: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site, built for a public address."""
    with open_bundle(hostile_bundle) as opened:
        return build_site(opened, home, tmp_path_factory.mktemp("public") / "build", quiet, url=URL[:-1]).folder


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class TestAddress:
    def test_every_page_says_its_own(self, public: Path) -> None:
        for page in public.rglob("index.html"):
            own = URL + str(page.parent.relative_to(public)).replace(".", "", 1) + "/"
            own = own.replace(f"{URL}/", URL)
            assert re.findall(r"<link href=(\S+) rel=canonical>", _text(page)) in ([own], [own.rstrip("/")]), page

    def test_the_map_has_every_page(self, public: Path) -> None:
        found = {entry.text for entry in ElementTree.parse(public / "sitemap.xml").iter() if entry.tag.endswith("}loc")}
        pages = {URL + str(page.parent.relative_to(public)) + "/" for page in public.rglob("index.html")}
        assert found == {page.replace("/./", "/") for page in pages}
        assert f"Sitemap: {URL}sitemap.xml" in _text(public / "robots.txt")

    def test_without_one_nothing_is_claimed(self, hostile_site: Site) -> None:
        assert not (hostile_site.folder / "sitemap.xml").exists()
        assert "Sitemap" not in _text(hostile_site.folder / "robots.txt")
        assert "rel=canonical" not in _text(hostile_site.folder / "index.html")

    @pytest.mark.parametrize(
        "bad", ["kb", "ftp://x/", "https://", "javascript:alert(1)", "https://x/?a=b", "https://x/#a"]
    )
    def test_what_is_none_is_refused(self, bad: str, hostile_bundle: Path, home: Path, tmp_path: Path) -> None:
        with open_bundle(hostile_bundle) as opened, pytest.raises(BadRequest, match="is no address of a site"):
            build_site(opened, home, tmp_path / "build", quiet, url=bad)
        assert not (tmp_path / "build").exists()


class TestForPrograms:
    def test_every_address_in_llms_txt_is_there(self, site: Site) -> None:
        text = _text(site.folder / "llms.txt")
        addresses = re.findall(r"\]\((.*?)\)", text)
        assert len(addresses) > 20
        for address in addresses:
            path = site.folder / address.removeprefix("https://kb.example.org/")
            assert (path / "index.html" if address.endswith("/") else path).is_file(), address

    def test_the_dataset_describes_files_that_are_there(self, site: Site) -> None:
        found = re.findall(
            r"<script type=application/ld\+json>(.*?)</script>", _text(site.folder / "data" / "index.html")
        )
        described = json.loads(found[0])
        assert described["@type"] == "Dataset"
        assert described["license"].endswith("/by-sa/4.0/")
        assert described["dateModified"] == json.loads(_text(site.folder / "kb-site.json"))["generated"]
        for file in described["distribution"]:
            path = urlsplit(urljoin("http://x/data/", file["contentUrl"])).path
            assert (site.folder / path[1:]).is_file()

    def test_the_feed_is_announced_and_there(self, site: Site) -> None:
        assert "type=application/atom+xml" in _text(site.folder / "index.html")
        (way,) = re.findall(r"<link [^>]*href=(\S+) type=application/atom\+xml>", _text(site.folder / "index.html"))
        feed = ElementTree.parse(site.folder / way).getroot()
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
        assert f"href=../{way}>" in _text(site.folder / "data" / "index.html")

    def test_the_feed_leads_to_pages(self, bundle: Path, site: Site, tmp_path: Path) -> None:
        copy = Path(shutil.copytree(bundle, tmp_path / "dist"))
        feed = copy / "json" / "v1" / FEED
        # As the bundle of a base with a history writes it.
        line = (
            '&lt;li&gt;changed: hardware &lt;a href="hardware/ascend-910b.json"&gt;Ascend 910B&lt;/a&gt; (aliases)'
            '&lt;/li&gt;&lt;li&gt;added: case &lt;a href="cases/case-dsr1-asc910bx16-mindie-001.json"&gt;x&lt;/a&gt;'
            "&lt;/li&gt;&lt;li&gt;removed: case case-gone.json&lt;/li&gt;"
        )
        text = feed.read_text(encoding="utf-8").replace("</feed>", f"<entry><content>{line}</content></entry></feed>")
        feed.write_text(text, encoding="utf-8")
        with open_bundle(copy) as opened:
            write_faces(Library(opened), tmp_path, None)
        made = (tmp_path / FEED).read_text(encoding="utf-8")
        ElementTree.fromstring(made)
        ways = re.findall(r'href="(?!https:)([^"]+)"', made)
        assert ways == [
            "changes.atom",
            "data/json/v1/changes.csv.gz",
            "hardware/ascend-910b/",
            "cases/case-dsr1-asc910bx16-mindie-001/",
        ]
        for way in ways:
            assert (site.folder / way).exists(), way
        assert "removed: case case-gone.json" in made


class TestRedirects:
    def test_a_former_id_leads_on(self, site: Site, bundle: Path) -> None:
        with open_bundle(bundle) as opened:
            cards = Library(opened).items["hardware"]
        former = [(old, item["id"]) for item in cards.values() for old in item["former_ids"]]
        assert former
        for old, now in former:
            page = _text(site.folder / "hardware" / old / "index.html")
            assert f'content="0; url=../{now}/"' in page
            assert (site.folder / "hardware" / now / "index.html").is_file()

    def test_an_id_in_use_is_left_to_its_record(self, bundle: Path, tmp_path: Path) -> None:
        with open_bundle(bundle) as opened:
            library = Library(opened)
        old = next(item["former_ids"][0] for item in library.items["hardware"].values() if item["former_ids"])
        taken = tmp_path / "hardware" / old / "index.html"
        taken.parent.mkdir(parents=True)
        taken.write_text("the record", encoding="utf-8")
        assert write_redirects(library, tmp_path, URL) > 0
        assert taken.read_text(encoding="utf-8") == "the record"
        others = [path for path in tmp_path.rglob("index.html") if path != taken]
        assert all(f'<link rel=canonical href="{URL}' in path.read_text(encoding="utf-8") for path in others)
