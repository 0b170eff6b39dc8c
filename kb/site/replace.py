"""Put a new folder in the place of an old one in two moves, so that one of them is always whole."""

import os
import shutil
from pathlib import Path

from kb.errors import BuildFailed
from kb.interrupts import deferred


def recover(out: Path, marker: str) -> None:
    """Put back the old folder if a build was killed in the instant between its two moves."""
    before = _set_aside(out)
    if not out.exists() and (before / marker).is_file():
        before.rename(out)


def refuse_foreign(out: Path, marker: str) -> None:
    """Raise :class:`BuildFailed` where ``out`` is something that no build of ours made."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BuildFailed(f"{out} is not a folder; move it out of the way")
    if out.is_dir() and any(out.iterdir()) and not (out / marker).is_file():
        raise BuildFailed(f"{out} holds something that is no site of kb, and is left alone; move it out of the way")


def replace(new: Path, out: Path) -> None:
    """Move ``new`` to ``out``; a failure leaves the old folder there."""
    before = _set_aside(out)
    with deferred():
        shutil.rmtree(before, ignore_errors=True)
        if out.exists():
            os.rename(out, before)  # noqa: PTH104 - two plain moves, nothing resolved
        try:
            os.rename(new, out)  # noqa: PTH104
        except OSError:
            if before.exists():
                os.rename(before, out)  # noqa: PTH104
            raise
        shutil.rmtree(before, ignore_errors=True)


def _set_aside(out: Path) -> Path:
    return out.parent / f".{out.name}-before"
