"""``kb fmt``: which files, and what to say of each."""

import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kb.canonical.files import format_file
from kb.canonical.form import FormRefused
from kb.cli.places import of_this_system, root
from kb.corpus.files import REMOVED, show
from kb.errors import BadRequest, NoCorpus


def run_fmt(paths: list[Path], *, check_only: bool) -> int:
    """Format ``paths``, or the whole corpus; return 1 if a file was refused, or with ``check_only`` not yet in form."""
    home = _home(needed=not paths)
    files = list(_files(paths or [home / "data"] if home else paths))
    changed = refused = 0
    for path in files:
        shown = _shown(path, home)
        try:
            if not format_file(path, home, check_only=check_only):
                continue
        except FormRefused as refusal:
            print(f"{shown}:{refusal.line}:{refusal.column} {refusal}", file=sys.stderr)
            refused += 1
            continue
        changed += 1
        print(
            f"{shown}: not in canonical form; run: kb fmt {shlex.quote(shown)}" if check_only else f"{shown}: formatted"
        )
    did = "would change" if check_only else "changed"
    counted = "1 file" if len(files) == 1 else f"{len(files)} files"
    print(f"{counted}, {changed} {did}{f', {refused} refused' if refused else ''}")
    return 1 if refused or (check_only and changed) else 0


def _shown(path: Path, home: Path | None) -> str:
    """Return a path as findings show it: records from the folder of the knowledge base, other files as named."""
    absolute = path.absolute()
    if home is not None and absolute.is_relative_to(home.absolute()):
        return show(absolute, home.absolute())
    return show(path, Path())


def _home(*, needed: bool) -> Path | None:
    try:
        return root()
    except NoCorpus:
        if needed:
            raise
        return None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in map(of_this_system, paths):
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.yaml") if p.is_file() and p.name != REMOVED)
            if not found:
                raise BadRequest(f"{path}: no .yaml file in this folder")
            yield from found
        elif path.exists() or path.is_symlink():
            yield path
        else:
            raise BadRequest(f"{path}: no such file or folder")
