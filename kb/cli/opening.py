"""Open what a command reads from, building the bundle first where there is none."""

from pathlib import Path

from kb.atomic import recover
from kb.bundle.reader import DATABASE, MARKER, Bundle, open_bundle
from kb.cli.places import bundle_folder, progress, root


def bundle() -> Bundle:
    """Return the bundle; build it first when there is none, saying so."""
    folder = bundle_folder()
    recover(folder, MARKER)
    if not (folder / DATABASE).exists() and not folder.is_symlink():
        progress(f"no bundle in {folder} yet, building it")
        _build(folder)
    return open_bundle(folder)


def _build(folder: Path) -> None:
    from kb.bundle.build import build
    from kb.corpus import open_corpus

    build(open_corpus(root()), folder, progress)
