"""Write the pages as Markdown: hand-written ones with their fragments, one per record, one per check, the indexes."""

import shutil
from pathlib import Path

from kb.checks import rules
from kb.records import KINDS
from kb.search.deployed import keep_deployed
from kb.site import case_index
from kb.site.charts.files import write_chart_files
from kb.site.check_pages import check_page
from kb.site.fragments import fill
from kb.site.indexes import index_pages
from kb.site.library import Here, Library, address_of, check_address
from kb.site.packed import write_packed
from kb.site.pages import PAGES
from kb.site.parts import front_matter

# Wide tables want the room.
_CHECK = front_matter(hide=["navigation"])
# Who types "h100" wants the card before the cases that ran on it, and those before what was said of them.
_BOOST = {"case": 2, "claim": 1, "source": 0.5}
# These share a tab of the navigation with others, which only the side bar shows.
_GROUPED = ("server", "interconnect", "quantization", "source")


def generate(library: Library, home: Path, out: Path) -> int:
    """Write all pages below ``out`` and return their number; ``home`` is the folder with pages and assets.

    The same bundle gives the same bytes.
    """
    library.home = home
    # Charts ask for the cases of every model.
    keep_deployed(library.bundle)
    count = 0
    for path in sorted((home / "pages").rglob("*.md")):
        relative = path.relative_to(home / "pages")
        # index.md is the page of its folder, any other has a folder of its own.
        parts = relative.parts[:-1] if relative.name == "index.md" else relative.with_suffix("").parts
        here = Here("".join(f"{part}/" for part in parts))
        _write(out / relative, fill(path.read_text(encoding="utf-8"), library, here))
        count += 1
    shutil.copytree(home / "assets", out / "assets")
    for name in KINDS:
        settings = _record_settings(name)
        for here, text in index_pages(name, library):
            _page(out, here, _index_settings(name) + text)
            count += 1
        for record_id, item in library.items[name].items():
            here = Here(address_of(name, record_id))
            _page(out, here, settings + PAGES[name](item, library, here))
        count += len(library.items[name])
    write_packed(out / case_index.FOLDER / "rows.json", case_index.case_rows(library))
    for entry in rules():
        here = Here(check_address(entry.rule.code))
        _page(out, here, _CHECK + check_page(entry, library, here))
        count += 1
    write_chart_files(library, out)
    return count


def _index_settings(kind: str) -> str:
    """Return the settings of an index. Pages that only list others would crowd out, in a search, those they list."""
    hide = ["toc"] if kind in _GROUPED else ["navigation", "toc"]
    script = "assets/cases.js" if kind == "case" else "assets/tables.js"
    return front_matter(search={"exclude": True}, hide=hide, scripts=[script])


def _record_settings(kind: str) -> str:
    # The page of anything but a case has a list of cases or claims, which is worth sorting.
    asked = {} if kind in ("case", "source", "claim") else {"scripts": ["assets/tables.js"]}
    return front_matter(hide=["navigation"], search={"boost": _BOOST.get(kind, 4)}, **asked)


def _page(out: Path, here: Here, text: str) -> None:
    _write(out / here.address / "index.md", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
