"""Escaped text reads the same in Markdown and in HTML, and is nothing but text."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.site.text import badge, blocks, bullets, code, code_block, definitions, escape, link, outside, table
from tests.site.hostile import PAYLOADS

_SIGNS = "`*_{}[]()<>#+-.!|\\~^=:;&$@%/?\"', \n\t01ax昇\x00\x02\x03"
TEXTS = st.one_of(st.sampled_from(PAYLOADS), st.text(alphabet=_SIGNS, max_size=60), st.text(max_size=60))
_SETTINGS = Path(__file__).resolve().parents[2] / "site" / "mkdocs.yml"


class _Seen(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def _extensions() -> tuple[list[str], dict[str, Any]]:
    """Return the extensions that the site is built with."""
    text = re.sub("!ENV ", "", _SETTINGS.read_text(encoding="utf-8"))
    names: list[str] = []
    settings: dict[str, Any] = {}
    for entry in yaml.safe_load(text)["markdown_extensions"]:
        if isinstance(entry, dict):
            settings.update(entry)
            names.extend(entry)
        else:
            names.append(entry)
    return names, settings


NAMES, SETTINGS = _extensions()


def _render(page: str) -> _Seen:
    return _Seen(markdown.markdown(page, extensions=NAMES, extension_configs=SETTINGS))


def _plain(text: str) -> str:
    """Return what is left of ``text`` for a reader: white space made one, nothing unseen."""
    return html.unescape(escape(text))


@given(TEXTS)
def test_a_paragraph_of_it_is_a_paragraph(text: str) -> None:
    seen = _render(f"{escape(text)} x")
    assert seen.elements == [("p", [])]
    assert seen.text == f"{_plain(text)} x".strip()


@given(TEXTS)
def test_a_heading_of_it_is_a_heading(text: str) -> None:
    seen = _render(f"# x {escape(text)}")
    assert [tag for tag, _ in seen.elements] == ["h1"]
    assert [name for _, attributes in seen.elements for name, _ in attributes] == ["id"]


@given(TEXTS)
def test_a_heading_keeps_the_id_that_it_is_given(text: str) -> None:
    seen = _render(f"# x {escape(text)} {{ #record }}")
    assert seen.elements == [("h1", [("id", "record")])]
    assert seen.text == f"x {_plain(text)}".strip()


@given(TEXTS, TEXTS)
def test_a_table_of_it_is_a_table(one: str, other: str) -> None:
    seen = _render(blocks(table((escape(one), "b"), [(escape(other), code(one))], (1,))))
    tags = ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td", "code"]
    assert [tag for tag, _ in seen.elements] == tags
    assert "".join(seen.text.split()) == "".join(f"{_plain(one)}b{_plain(other)}{_plain(one)}".split())


@given(TEXTS)
def test_a_pipe_table_of_it_has_the_cells_it_was_given(text: str) -> None:
    seen = _render(f"| a | b |\n|---|---|\n| {escape(text)} | x |\n")
    assert [tag for tag, _ in seen.elements] == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]


@given(TEXTS)
def test_an_attribute_of_it_stays_one(text: str) -> None:
    assert _Seen(f'<i title="{escape(text)}">').elements == [("i", [("title", _plain(text))])]


@given(st.text(alphabet=_SIGNS.replace("\x00", "").replace("\x02", "").replace("\x03", ""), max_size=60))
def test_a_block_of_code_keeps_its_lines(text: str) -> None:
    seen = _render(f"x\n\n{blocks(code_block(text))}\n\nx")
    assert [tag for tag, _ in seen.elements] == ["p", "pre", "code", "p"]


def test_a_block_of_code_reads_as_it_was_written() -> None:
    lines = "run --model a \\\n  --port=80 # <b>\n\n  `x`"
    assert _Seen(code_block(lines)).text == lines


@pytest.mark.parametrize(
    "text",
    ["\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03", "\x02amp\x03", "a\u202eb", "\u2066x\u2069", "\x00", "\ud800"],
)
def test_forged_marks_and_turned_writing_are_dropped(text: str) -> None:
    assert not set("\x00\x02\x03\u202e\u2066\u2069\ud800") & set(escape(text))


def test_plain_words_stay_readable_in_the_source() -> None:
    assert escape("case-dsr1-asc910bx16 v1.10, 昇腾 910B") == "case-dsr1-asc910bx16 v1.10, 昇腾 910B"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//evil.example/",
        "https://a.org/ b",
        'https://a.org/"onclick=alert(1)',
        "https://a.org/<b>",
        "ftp://a.org/",
        "",
    ],
)
def test_only_http_becomes_a_link(url: str) -> None:
    assert _Seen(outside(url)).elements == []


def test_an_address_outside_is_linked_as_it_is() -> None:
    url = "https://a.org/x_y/*z*/(1)?a=b&lt;c#d"
    assert _Seen(outside(url)).elements == [("a", [("href", url), ("rel", "nofollow noopener")])]
    assert _Seen(link("x", "../a.b/#c")).elements == [("a", [("href", "../a.b/#c")])]


def test_markup_of_nothing_is_nothing() -> None:
    assert definitions([("a", "")]) == ""
    assert blocks("", "x", "") == "x\n"
    assert badge("measured", "tier") == '<span class="kb-tier-measured">measured</span>'
    assert bullets(["a"]) == "<ul>\n<li>a</li>\n</ul>"
