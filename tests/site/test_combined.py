"""What every page loads is one file of each sort, and nothing of it is lost on the way."""

from pathlib import Path

import pytest

from kb.errors import BuildFailed
from kb.site.combined import Combined

STYLES = """<!--kb styles-->
  <link rel="stylesheet" href="{0}assets/theme/main.css">
  <link rel="stylesheet" href="{0}assets/own.css">
<!--/kb styles-->"""


@pytest.fixture
def html(tmp_path: Path) -> Path:
    (tmp_path / "assets" / "theme").mkdir(parents=True)
    main = '@charset "UTF-8";a{b:url("data:x")}c{d:url(#e)}\n/*# sourceMappingURL=main.css.map */'
    (tmp_path / "assets" / "theme" / "main.css").write_text(main, encoding="utf-8")
    (tmp_path / "assets" / "own.css").write_text("f { g: 1 }\n", encoding="utf-8")
    return tmp_path


def test_a_page_at_any_depth_loads_the_one_file(html: Path) -> None:
    combined = Combined(html)
    for way in ("", "../../", "/kb/"):
        assert combined.page(STYLES.format(way)) == f'<link rel="stylesheet" href="{way}assets/site.css">'
    combined.write()
    made = (html / "assets" / "site.css").read_text(encoding="utf-8")
    assert made == '@charset "UTF-8";a{b:url("data:x")}c{d:url(#e)}\nf { g: 1 }\n'
    assert sorted(path.name for path in html.rglob("*.css")) == ["site.css"]


def test_a_page_with_other_files_keeps_them(html: Path) -> None:
    combined = Combined(html)
    combined.page(STYLES.format(""))
    other = '<!--kb styles--><link rel="stylesheet" href="assets/own.css"><!--/kb styles-->'
    assert combined.page(other) == '<link rel="stylesheet" href="assets/own.css">'
    combined.write()
    assert (html / "assets" / "own.css").is_file()
    assert not (html / "assets" / "theme" / "main.css").exists()


@pytest.mark.parametrize("inside", ["", "<style>a{}</style>", '<link rel="stylesheet" href="assets/own.css"> words'])
def test_what_is_more_than_names_of_files_stays(inside: str, html: Path) -> None:
    combined = Combined(html)
    page = f"<!--kb styles-->{inside}<!--/kb styles-->"
    assert combined.page(page) == inside
    combined.write()
    assert (html / "assets" / "own.css").is_file()
    assert not (html / "assets" / "site.css").exists()


@pytest.mark.parametrize("address", ["url(x.png)", "url( '../x.png' )", 'url("x.woff2")'])
def test_an_address_that_would_lead_elsewhere_is_refused(address: str, html: Path) -> None:
    (html / "assets" / "own.css").write_text(f"a {{ b: {address} }}", encoding="utf-8")
    combined = Combined(html)
    combined.page(STYLES.format(""))
    with pytest.raises(BuildFailed, match=r"assets/own\.css loads a file by an address relative to it"):
        combined.write()
    assert (html / "assets" / "own.css").is_file()
