"""What the site serves compressed: databases, the JSON export, the records as contributors wrote them, tables of data.

Plain, these were half of the site. A compressed file has the address of the plain one with :data:`SUFFIX` behind it,
and ``gunzip -r`` gives the files of the bundle, byte for byte. Plain stay the indexes that a program reads first, and
what is compressed in itself.
"""

import gzip
import io
import shutil
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kb.bundle.export.version import FOLDER
from kb.bundle.index import INDEX
from kb.bundle.reader import DATABASE

SUFFIX = ".gz"
_LEVEL = 9
_EXPORT = "json"
_COMPRESSED = (".json", ".csv", ".atom")
_READ_FIRST = frozenset({f"{_EXPORT}/index.json", f"{_EXPORT}/{FOLDER}/index.json"})


def exported(name: str) -> str:
    """Return the address below the site's root of a file of the export, ``cases.json`` or ``cases/ID.json``."""
    return f"data/{served(f'{_EXPORT}/{FOLDER}/{name}')}"


def served(name: str) -> str:
    """Return the path under which the site serves the file ``name`` of a bundle."""
    return name + SUFFIX if _is_compressed(name) else name


def _is_compressed(name: str) -> bool:
    if name in (DATABASE, INDEX):
        return True
    path = PurePosixPath(name)
    return path.parts[0] == _EXPORT and path.suffix in _COMPRESSED and name not in _READ_FIRST


def copy_bundle(bundle: Path, to: Path) -> None:
    """Copy the bundle in the folder ``bundle`` to ``to``, which may be there and hold other files.

    Raises:
        OSError: a file cannot be read or written.
    """
    for path in sorted(bundle.rglob("*")):
        if path.is_dir():
            continue
        name = path.relative_to(bundle).as_posix()
        target = to / served(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if _is_compressed(name):
            compress(path, target)
        else:
            shutil.copyfile(path, target)


def compress(path: Path, to: Path) -> None:
    """Write ``path`` gzipped to ``to``; the same file gives the same bytes, whatever its name and age.

    Raises:
        OSError: ``path`` cannot be read or ``to`` cannot be written.
    """
    with path.open("rb") as plain:
        _pack(plain, to)


def write_packed(path: Path, text: str) -> None:
    """Write ``text`` gzipped to ``path`` with :data:`SUFFIX` behind its name, making the folder.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _pack(io.BytesIO(text.encode("utf-8")), path.with_name(path.name + SUFFIX))


def _pack(plain: BinaryIO, to: Path) -> None:
    with (
        to.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)
