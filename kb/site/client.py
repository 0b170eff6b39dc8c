"""What the site serves to browsers besides pages: runtimes that ``scripts/ensure-client.sh`` laid in."""

import shutil
from pathlib import Path

RUNTIME = "runtime"
_MADE = ("client", RUNTIME)


def has_runtime(home: Path) -> bool:
    """Return whether the runtimes are there: without them the pages that need one say so."""
    return home.joinpath(*_MADE, "LICENSES.txt").is_file()


def lay_in_runtime(home: Path, html: Path) -> None:
    """Copy the runtimes, where they are there, into the site below ``html``."""
    if has_runtime(home):
        shutil.copytree(home.joinpath(*_MADE), html / RUNTIME)
