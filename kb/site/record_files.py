"""The records as contributors wrote them, comments and all: copies of the files, shown in their pages on demand."""

from pathlib import Path, PurePosixPath

from kb.site.library import Here, Item, Library
from kb.site.packed import SUFFIX, compress
from kb.site.text import link

_FOLDER = "data/records/"
_DATA = "data"


def file_of(item: Item, library: Library) -> Path | None:
    """Return the file that a record stands in; None where the site is built without it, or it is not a record's."""
    parts = PurePosixPath(item["file"]).parts
    if library.home is None or len(parts) < 2 or parts[0] != _DATA or ".." in parts:
        return None
    path = library.home.parent.joinpath(*parts)
    return path if path.suffix == ".yaml" and path.is_file() and not path.is_symlink() else None


def source_section(item: Item, library: Library, here: Here) -> str:
    """Return a folded part that ``assets/source.js`` fills with the file; without scripts it is a link to it."""
    if file_of(item, library) is None:
        return ""
    where = here.to(_address(item))
    way = link("The file", where)
    return f'<details class="kb-source"><summary>YAML source</summary>\n<p>{way}</p>\n</details>'


def copy_record_files(library: Library, html: Path) -> None:
    """Copy the files of all records, compressed, into the site below ``html``."""
    for items in library.items.values():
        for item in items.values():
            path = file_of(item, library)
            if path is not None:
                target = html / _address(item)
                target.parent.mkdir(parents=True, exist_ok=True)
                compress(path, target)


def _address(item: Item) -> str:
    return _FOLDER + str(item["file"]).partition("/")[2] + SUFFIX
