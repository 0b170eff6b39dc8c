"""What changed: in code, as CHANGELOG.md tells it, and in the records, as the bundle's list of changes has it."""

import csv
import re
from collections.abc import Iterator

from kb.bundle.export.version import FOLDER
from kb.records import KINDS
from kb.site.faces import FEED
from kb.site.figures import plural
from kb.site.library import Here, Library
from kb.site.packed import exported
from kb.site.pages.lists import sortable
from kb.site.text import blocks, bullets, code, escape, link

_MOST = 50
_CODE = re.compile(r"`([^`]+)`")
_BULLET = "- "


def changelog(library: Library, here: Here) -> str:
    """Return CHANGELOG.md: its headings, paragraphs, lists and code. Anything else in it is text."""
    path = library.home.parent / "CHANGELOG.md" if library.home else None
    if path is None or not path.is_file():
        return "<p>The changelog is not part of this copy.</p>"
    return blocks(*_parts(path.read_text(encoding="utf-8")))


def _parts(text: str) -> Iterator[str]:
    """Yield the blocks of a Markdown text; the heading of the whole is left to the page."""
    entries: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=- |#)", text):
        words = " ".join(block.split())
        if words.startswith(_BULLET):
            entries.append(_inline(words.removeprefix(_BULLET)))
            continue
        if entries:
            yield bullets(entries)
            entries = []
        if words.startswith("##"):
            signs, _, heading = words.partition(" ")
            yield f"{signs} {_inline(heading)}"
        elif words and not words.startswith("# "):
            yield f"<p>{_inline(words)}</p>"
    if entries:
        yield bullets(entries)


def _inline(words: str) -> str:
    """Return a line with its code; split by code, every second piece is one."""
    return "".join(code(piece) if index % 2 else _spaced(piece) for index, piece in enumerate(_CODE.split(words)))


def _spaced(piece: str) -> str:
    """Return plain text, escaped, that keeps the spaces at its ends."""
    return f"{' ' * piece.startswith(' ')}{escape(piece)}{' ' * (piece.endswith(' ') and bool(piece.strip()))}"


def data_changes(library: Library, here: Here) -> str:
    """Return the newest changes of the records, and where all of them are."""
    path = library.bundle.folder / "json" / FOLDER / "changes.csv"
    rows = []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    if not rows:
        return "<p>No history came with this data.</p>"
    cells = [
        (
            escape(row["date"][:10]),
            escape(row["kind"]),
            library.link(here, row["kind"], row["id"]) if row["kind"] in KINDS else escape(row["id"]),
            escape(row["change"]) + (f" from {escape(row['former_id'])}" if row["former_id"] else ""),
            escape(row["fields"].replace(";", ", ")),
            escape(row["summary"]),
        )
        for row in rows[:_MOST]
    ]
    every = link(f"All {plural(len(rows), 'change')} as CSV", here.to(exported("changes.csv")))
    feed = link("feed", here.to(FEED))
    said = f"<p>The newest {len(cells)}. {every}, and as a {feed}.</p>"
    heads = ("Day", "Kind", "Record", "What", "Fields", "With")
    return blocks(said, sortable(heads, cells, (0,)))
