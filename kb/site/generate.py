"""Write the pages as Markdown: hand-written ones with their fragments, one per record, one per check, the indexes."""

import shutil
from pathlib import Path

from kb.checks import rules
from kb.records import KINDS
from kb.site.check_pages import check_page
from kb.site.fragments import fill
from kb.site.indexes import kind_index
from kb.site.library import Here, Library, address_of, check_address
from kb.site.pages import PAGES
from kb.site.parts import front_matter

# Wide tables want the room. Pages that only list others would crowd out, in a search, the pages they list.
_CHECK = front_matter(hide=["navigation"])
_INDEX = front_matter(search={"exclude": True}, hide=["navigation", "toc"])
_INDEX_IN_GROUP = front_matter(search={"exclude": True}, hide=["toc"])
# Who types "h100" wants the card before the cases that ran on it, and those before what was said of them.
_BOOST = {"case": 2, "claim": 1, "source": 0.5}
# These share a tab of the navigation with others, which only the side bar shows.
_GROUPED = ("server", "interconnect", "quantization", "source")


def generate(library: Library, home: Path, out: Path) -> int:
    """Write all pages below ``out`` and return their number; ``home`` is the folder with pages and assets.

    The same bundle gives the same bytes.
    """
    count = 0
    for path in sorted((home / "pages").rglob("*.md")):
        relative = path.relative_to(home / "pages")
        # index.md is the page of its folder, any other has a folder of its own.
        parts = relative.parts[:-1] if relative.name == "index.md" else relative.with_suffix("").parts
        here = Here("".join(f"{part}/" for part in parts))
        _write(out / relative, fill(path.read_text(encoding="utf-8"), library, here))
        count += 1
    shutil.copytree(home / "assets", out / "assets")
    for name, kind in KINDS.items():
        settings = front_matter(hide=["navigation"], search={"boost": _BOOST.get(name, 4)})
        here = Here(f"{kind.plural}/")
        _page(out, here, (_INDEX_IN_GROUP if name in _GROUPED else _INDEX) + kind_index(name, library, here))
        for record_id, item in library.items[name].items():
            here = Here(address_of(name, record_id))
            _page(out, here, settings + PAGES[name](item, library, here))
        count += 1 + len(library.items[name])
    for entry in rules():
        here = Here(check_address(entry.rule.code))
        _page(out, here, _CHECK + check_page(entry, library, here))
        count += 1
    return count


def _page(out: Path, here: Here, text: str) -> None:
    _write(out / here.address / "index.md", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
