"""Raw output of a tool, read once: its bytes, and the checksum that holds its figures fast."""

import hashlib
import stat
from pathlib import Path

from kb.corpus.files import printable
from kb.importers.draft import RawFile
from kb.importers.failure import ImportFailed

__all__ = ["HEAD_BYTES", "MAX_BYTES", "RawFile", "read_head", "read_raw", "shown"]

MAX_BYTES = 64 * 1024 * 1024
# By this much of a file, a format is told.
HEAD_BYTES = 64 * 1024


def read_raw(path: Path, limit: int | None = None) -> RawFile:
    """Return the file at ``path``.

    Args:
        path: a plain file; devices, pipes and folders are refused.
        limit: the most bytes it may have, :data:`MAX_BYTES` unless given.

    Raises:
        ImportFailed: the file is unreadable, empty or too large; the message names it.
    """
    limit = MAX_BYTES if limit is None else limit
    content = _start_of(path, limit + 1)
    if len(content) > limit:
        raise ImportFailed(f"{shown(path)} is larger than {limit} bytes; split it, or import a smaller export")
    if not content.strip():
        raise ImportFailed(f"{shown(path)} is empty: the tool wrote nothing; run it again")
    return RawFile(printable(path.name)[-200:], hashlib.sha256(content).hexdigest(), content)


def read_head(path: Path) -> bytes:
    """Return the first :data:`HEAD_BYTES` of a file; raise ImportFailed when it cannot be read."""
    return _start_of(path, HEAD_BYTES)


def shown(path: Path) -> str:
    """Return ``path`` for a message, with no character that could act on a terminal."""
    return printable(str(path))


def _start_of(path: Path, size: int) -> bytes:
    try:
        # A pipe would wait for a writer for ever, and a device never ends.
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise ImportFailed(f"{shown(path)} cannot be read: it is no plain file; name the file itself")
        with path.open("rb") as file:
            return file.read(size)
    except (OSError, ValueError) as error:
        # A path with a NUL in it is a ValueError.
        why = getattr(error, "strerror", None) or error
        raise ImportFailed(f"{shown(path)} cannot be read: {why}") from None
