"""Pages at the addresses that records had before, which lead on to where they are now."""

from html import escape
from pathlib import Path

from kb.records import KINDS
from kb.site.library import Library

_PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>Moved</title>\
<meta http-equiv=refresh content="0; url={way}"><meta name=robots content=noindex>{canonical}\
<p>This record is now <a href="{way}">{name}</a>.</p></html>
"""


def write_redirects(library: Library, html: Path, url: str | None) -> int:
    """Write a page below ``html`` for each former id, and return how many; an id in use is left to its record."""
    count = 0
    for name, kind in KINDS.items():
        for item in library.items[name].values():
            for old in item["former_ids"]:
                page = html / kind.plural / old / "index.html"
                if page.exists():
                    continue
                page.parent.mkdir(parents=True)
                canonical = f'<link rel=canonical href="{url}{kind.plural}/{item["id"]}/">' if url else ""
                text = _PAGE.format(way=f"../{item['id']}/", canonical=canonical, name=escape(item["id"]))
                page.write_text(text, encoding="utf-8")
                count += 1
    return count
