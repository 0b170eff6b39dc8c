"""Write a file or a folder whole or not at all.

A folder is put in the place of an old one in two moves. Whoever is killed in the instant between them leaves the old
one aside, and :func:`recover` puts it back. A marker, a file that only our own builds write, tells such folders from
those of other people, which are never touched.
"""

import contextlib
import os
from pathlib import Path

from kb.errors import BuildFailed
from kb.interrupts import deferred


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``; on any failure what was there stays, and OSError says why."""
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def recover(out: Path, marker: str) -> None:
    """Put back the old folder if a build was killed in the instant between its two moves."""
    before = set_aside(out)
    if not out.exists() and (before / marker).is_file():
        before.rename(out)


def refuse_foreign(out: Path, marker: str, what: str) -> None:
    """Raise :class:`BuildFailed` where ``out`` is something that no build of ours (of a ``what``) made."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BuildFailed(f"{out} is not a folder; name another one, or move it out of the way")
    if out.is_dir() and any(out.iterdir()) and not (out / marker).is_file():
        raise BuildFailed(
            f"{out} holds something that is no {what}, and is left alone; name another folder, or move this one"
        )


def replace_folder(new: Path, out: Path) -> None:
    """Move ``new`` to ``out``; a failure leaves the old folder there."""
    import shutil

    before = set_aside(out)
    with deferred():
        if before.exists():
            shutil.rmtree(before)
        if out.exists():
            out.rename(before)
        try:
            new.rename(out)
        except OSError:
            if before.exists():
                before.rename(out)
            raise
        shutil.rmtree(before, ignore_errors=True)


def set_aside(out: Path) -> Path:
    """Return where the old folder is kept for an instant."""
    return out.parent / f".{out.name}-before"
