"""The bundle's database as browsers fetch it: compressed, a tenth of its size."""

import gzip
import shutil
from pathlib import Path

# Behind this the database lies beside its plain form, and the page for SQL looks for it there.
SUFFIX = ".gz"
_LEVEL = 9


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
