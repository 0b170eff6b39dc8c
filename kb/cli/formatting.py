"""``kb fmt``: which files, and what to say of each."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kb.canonical.files import format_file
from kb.canonical.form import FormRefused
from kb.cli.places import root
from kb.corpus.files import show
from kb.errors import BadRequest, NoCorpus


def run_fmt(paths: list[Path], *, check_only: bool) -> int:
    """Format ``paths``, or the whole corpus; return 1 if a file was refused, or with ``check_only`` not yet in form."""
    home = _home(needed=not paths)
    files = list(_files(paths or [home / "data"] if home else paths))
    changed = refused = 0
    for path in files:
        shown = show(path.absolute(), home.absolute()) if home else show(path, Path())
        try:
            if not format_file(path, home, check_only=check_only):
                continue
        except FormRefused as refusal:
            print(f"{shown}:{refusal.line}:{refusal.column} {refusal}", file=sys.stderr)
            refused += 1
            continue
        changed += 1
        print(f"{shown}: not in canonical form; run: kb fmt {shown}" if check_only else f"{shown}: formatted")
    did = "would change" if check_only else "changed"
    counted = "1 file" if len(files) == 1 else f"{len(files)} files"
    print(f"{counted}, {changed} {did}{f', {refused} refused' if refused else ''}")
    return 1 if refused or (check_only and changed) else 0


def _home(*, needed: bool) -> Path | None:
    try:
        return root()
    except NoCorpus:
        if needed:
            raise
        return None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.yaml") if p.is_file())
            if not found:
                raise BadRequest(f"{path}: no .yaml file in this folder")
            yield from found
        elif path.exists() or path.is_symlink():
            yield path
        else:
            raise BadRequest(f"{path}: no such file or folder")
