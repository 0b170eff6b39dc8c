"""The bundle as the site serves it: as it is, but for its two databases, which are compressed to a tenth."""

import gzip
import shutil
from pathlib import Path

from kb.bundle.index import INDEX
from kb.bundle.reader import DATABASE

# With this behind their names the pages for SQL and for questions look for them.
SUFFIX = ".gz"
_LEVEL = 9


def copy_bundle(bundle: Path, to: Path) -> None:
    """Copy the bundle in the folder ``bundle`` to ``to``, which may be there and hold other files."""
    shutil.copytree(bundle, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DATABASE, INDEX))
    for name in (DATABASE, INDEX):
        compress(bundle / name, to / f"{name}{SUFFIX}")


def compress(path: Path, to: Path) -> None:
    """Write ``path`` gzipped to ``to``; the same file gives the same bytes, whatever its name and age.

    Raises:
        OSError: ``path`` cannot be read or ``to`` cannot be written.
    """
    with (
        path.open("rb") as plain,
        to.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)
