"""Where the knowledge base and its bundle lie."""

import os
import sys
from pathlib import Path, PureWindowsPath

from kb.errors import NoCorpus

_PACKAGE_HOME = Path(__file__).resolve().parent.parent.parent


def root() -> Path:
    """Return the folder that holds ``data/``: ``$KB_ROOT``, else here or above, else where the package lies.

    Raises:
        NoCorpus: none of these holds a data folder.
    """
    named = os.environ.get("KB_ROOT")
    if named:
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data").is_dir() and (folder / "schema").is_dir():
            return folder
    if (_PACKAGE_HOME / "data").is_dir():
        return _PACKAGE_HOME
    raise NoCorpus("no data folder here or above; run from the knowledge base's folder, or set KB_ROOT to it")


def bundle_folder() -> Path:
    """Return the folder of the bundle: ``$KB_BUNDLE``, else ``dist`` in the knowledge base's folder."""
    named = os.environ.get("KB_BUNDLE")
    return Path(named) if named else root() / "dist"


def of_this_system(path: Path) -> Path:
    """Return the file or folder that a person named; ``data\\cases\\x.yaml`` is found where slashes part names, too."""
    if "\\" in str(path) and not os.path.lexists(path):
        slashed = Path(PureWindowsPath(path).as_posix())
        return slashed if os.path.lexists(slashed) else path
    return path


def progress(sentence: str) -> None:
    """Tell a person at the terminal what is going on; never part of the answer."""
    print(f"kb: {sentence}", file=sys.stderr)
