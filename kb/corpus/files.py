"""Which files are records, and how their bytes are read.

Nothing is followed out of the folder, and nothing huge is opened.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

from kb.corpus.fault import Fault
from kb.corpus.yaml_text import MAX_BYTES

# Ids that lead to no record any more, in a list of their own: kb.corpus.removed.
REMOVED = "removed.yaml"
_NOT_RECORDS = frozenset(("README.md", ".gitkeep"))


def record_files(data: Path, shown_from: Path) -> Iterator[Path | Fault]:
    """Yield the record files below ``data`` in a fixed order, and a fault for everything else that lies there.

    Args:
        data: the folder that holds the kinds' folders.
        shown_from: paths in faults are given relative to this folder.

    Raises:
        OSError: ``data`` itself cannot be read; a folder in it that cannot be is a fault.
    """
    # A list of what is still to be looked at, since folders can be nested deeper than calls can.
    waiting = _entries(data)
    while waiting:
        entry = waiting.pop()
        path = Path(entry.path)
        shown = show(path, shown_from)
        if entry.is_symlink():
            yield _link(shown)
        elif entry.is_dir():
            try:
                waiting.extend(_entries(path))
            except OSError as error:
                yield _unreadable(shown, error)
        elif path.parent == data and entry.name == REMOVED:
            continue
        elif entry.name.endswith(".yaml"):
            yield path
        elif entry.name not in _NOT_RECORDS:
            yield Fault(
                "unexpected-file",
                shown,
                f"{entry.name!r} is not a record",
                "records end in .yaml; keep other files out of the data folder",
            )


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what lies in ``folder``, the first in order of name at the end."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name, reverse=True)


def _link(shown: str) -> Fault:
    return Fault(
        "link-in-data", shown, "a symbolic link where a record should stand", "replace the link by the file itself"
    )


def _unreadable(shown: str, error: Exception) -> Fault:
    why = getattr(error, "strerror", None) or error
    return Fault("unreadable-file", shown, f"cannot be read: {why}", "check the path and its permissions")


def show(path: PurePath, shown_from: PurePath) -> str:
    """Return ``path`` as findings print it: relative where it lies below ``shown_from``, with forward slashes."""
    try:
        relative = path.relative_to(shown_from)
    except ValueError:
        return printable(path.as_posix())
    return printable(relative.as_posix())


def printable(name: str) -> str:
    """Return a file name without the bytes and characters that would break a line of output."""
    if name.isprintable():
        return name
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def read_text(path: Path, shown: str) -> str | Fault:
    """Return the text of a record file, or the fault that keeps it from being read."""
    try:
        # A link is not followed, not even one that is named: what it leads to may be no one's business.
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return _link(shown)
        if not stat.S_ISREG(status.st_mode):
            return Fault("unreadable-file", shown, "not a plain file", "a record is a plain file")
        if status.st_size > MAX_BYTES:
            return Fault(
                "file-too-large",
                shown,
                f"{status.st_size:,} bytes; a record has at most {MAX_BYTES:,}",
                "split the case by stack, or keep raw output outside and refer to it by checksum",
            )
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        # A path with a NUL in it is a ValueError.
        return _unreadable(shown, error)
    if raw.startswith(b"\xef\xbb\xbf"):
        return Fault("forbidden-character", shown, "a byte-order mark", "save the file as UTF-8 without BOM")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line_so_far = before[before.rfind(b"\n") + 1 :].decode("utf-8")
        return Fault(
            "not-utf-8",
            shown,
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            "save the file as UTF-8",
            line=before.count(b"\n") + 1,
            column=len(line_so_far) + 1,
        )
