"""What is done to built pages: shorter, and the same to whoever reads them."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kb.site.aside import put_back, set_aside
from kb.site.build import Site
from kb.site.finish import finish_pages, shortest

PAGE = """<!doctype html>
<html lang="en">
  <head> <title> A &amp; B </title>
    <script type="application/ld+json">
      {"name": "a &lt; \\u003c/script\\u003e"}
    </script>
  </head>
  <body>
    <p class="kb-x">  one
       two   <b>three</b> </p>
    <pre>  kept
      as it is </pre>
    %s
  </body>
</html>
"""


class _Words(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"<{tag} {sorted((name, value or '') for name, value in attrs)}>")


def _settings(base: str) -> str:
    told = f'{{"base": "{base}", "search": "{base}/w.js"}}'
    named = f'<!--kb scripts-->\n<script src="{base}/assets/theme.js"></script>\n<!--/kb scripts-->'
    return f'<script id="__config" type="application/json">{told}</script>\n{named}'


def _assets(folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "assets" / "theme.js").write_text("theme()\n//# sourceMappingURL=theme.js.map\n", encoding="utf-8")


class TestShortest:
    def test_white_space_goes_and_words_stay(self) -> None:
        short = shortest(PAGE % "")
        assert len(short) < len(PAGE) * 0.8
        assert "  kept\n      as it is " in short
        assert "<p class=kb-x>one two <b>three</b><pre>" in short

    def test_data_in_a_script_stays_data(self) -> None:
        short = shortest(PAGE % "")
        inside = short.partition("ld+json>")[2].partition("</script>")[0]
        assert json.loads(inside) == {"name": "a &lt; </script>"}

    # Python's reader of HTML takes spaces of other scripts for the end of a value, which browsers do not.
    @given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=60))
    def test_any_text_reads_the_same(self, text: str) -> None:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        page = f'<!doctype html><html><body><p title="{escaped}">{escaped}</p><p>end</p></body></html>'
        assert _Words(shortest(page)).found == _Words(page).found


class TestAside:
    TEXT = """---
search: {"boost": 2}
---
# Title

<!--html-->
<p>names</p>
<!--/html-->

## Stack

<!--html-->
<p>stack</p>
<!--/html-->

## Evidence { data-search-exclude }

<!--html-->
<ol>
<li>one</li>
</ol>
<!--/html-->

&lt;!--kb 0-->
"""

    def test_what_no_search_reads_waits_aside(self, tmp_path: Path) -> None:
        (tmp_path / "pages").mkdir()
        (tmp_path / "pages" / "a.md").write_text(self.TEXT, encoding="utf-8")
        (tmp_path / "pages" / "index.md").write_text(
            self.TEXT.replace('{"boost": 2}', '{"exclude": true}'), encoding="utf-8"
        )
        aside = set_aside(tmp_path / "pages", tmp_path / "short")
        short = (tmp_path / "short" / "a.md").read_text(encoding="utf-8")
        assert "<p>stack</p>" in short
        assert "<li>one</li>" not in short
        assert put_back(short, aside) == self.TEXT
        index = (tmp_path / "short" / "index.md").read_text(encoding="utf-8")
        assert "<p>" not in index
        assert len(aside) == 1 + 3
        assert (tmp_path / "pages" / "a.md").read_text(encoding="utf-8") == self.TEXT


class TestPages:
    def test_settings_stand_in_one_file_with_the_script_that_reads_them(self, tmp_path: Path) -> None:
        _assets(tmp_path)
        (tmp_path / "a").mkdir()
        (tmp_path / "index.html").write_text(PAGE % _settings("."), encoding="utf-8")
        (tmp_path / "a" / "index.html").write_text(PAGE % _settings(".."), encoding="utf-8")
        finish_pages(tmp_path, [])
        assert "<script src=./assets/site.js></script>" in (tmp_path / "index.html").read_text(encoding="utf-8")
        assert "<script src=../assets/site.js></script>" in (tmp_path / "a" / "index.html").read_text(encoding="utf-8")
        script = (tmp_path / "assets" / "site.js").read_text(encoding="utf-8")
        assert script.startswith('"use strict";\n')
        assert script.index('{"base":".","search":"w.js"}') < script.index("theme()")
        assert [path.name for path in (tmp_path / "assets").iterdir()] == ["site.js"]

    def test_settings_that_differ_stay_in_their_page(self, tmp_path: Path) -> None:
        _assets(tmp_path)
        (tmp_path / "a.html").write_text(PAGE % _settings("."), encoding="utf-8")
        (tmp_path / "b.html").write_text(PAGE % _settings(".").replace("w.js", "other.js"), encoding="utf-8")
        finish_pages(tmp_path, [])
        assert "site.js" in (tmp_path / "a.html").read_text(encoding="utf-8")
        page = (tmp_path / "b.html").read_text(encoding="utf-8")
        assert "other.js" in page
        # And so does the script that it loads.
        assert "<script src=./assets/theme.js></script>" in page
        assert (tmp_path / "assets" / "theme.js").is_file()

    def test_what_scripts_make_is_not_on_a_page(self, site: Site) -> None:
        for path in site.folder.rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            for part in ("data-md-toggle", "md-overlay", "md-dialog", "data-md-component=announce", "data-md-color-"):
                assert part not in page, (path, part)

    def test_what_stands_around_a_record_is_small(self, site: Site) -> None:
        """Every byte of it is on each of some thousand pages."""
        for path in site.folder.glob("cases/case-*/index.html"):
            page = path.read_text(encoding="utf-8")
            title = page.partition("<title>")[2].partition("</title>")[0]
            around = page.partition("<article")[0] + page.partition("</article>")[2]
            assert len(around) - len(title) < 1900, path

    def test_a_page_names_one_style_sheet_and_what_it_alone_needs(self, site: Site) -> None:
        assets = site.folder / "assets"
        for path in site.folder.rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            if "http-equiv=refresh" in page:
                continue
            named = [way.rpartition("assets/")[2] for way in re.findall(r"<link href=([^ >]+) rel=stylesheet>", page)]
            assert named[0] == "site.css"
            assert set(named[1:]) <= {"ask.css", "sql.css"}, path
            scripts = [way.rpartition("assets/")[2] for way in re.findall(r"<script src=([^ >]+)", page)]
            scripts = [name for name in scripts if name != "ask-address.js"]
            assert scripts[:3] == ["early.js", "site.js", "page.js"], path
        assert not [*assets.rglob("*.map")]
        assert "sourceMappingURL" not in (assets / "site.js").read_text("utf-8") + (assets / "site.css").read_text(
            "utf-8"
        )
        # Its copyright stays with the code of the theme.
        assert "Copyright(c)" in (assets / "site.js").read_text("utf-8")

    def test_every_page_has_the_policy_and_no_script_of_its_own(self, site: Site) -> None:
        pages = [path for path in site.folder.rglob("*.html") if "http-equiv=refresh" not in path.read_text("utf-8")]
        assert len(pages) == site.pages + 1
        for path in pages:
            page = path.read_text(encoding="utf-8")
            runs = path.parent in {site.folder / name for name in ("ask", "calculator", "compare", "sql")}
            may = "'self' 'wasm-unsafe-eval'" if runs else "'self'"
            assert f"default-src 'none'; script-src {may}; style-src 'self';" in page, path
            for script in page.split("<script")[1:]:
                head, _, body = script.partition(">")
                inside = body.partition("</script>")[0]
                assert "src=" in head or "application/" in head, (path, head)
                assert not inside or "application/" in head, (path, inside[:80])
            assert " style=" not in page
            assert "<style" not in page
