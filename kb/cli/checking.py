"""``kb check``: which files, which corpus, which form."""

import datetime
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from kb.checks import check_corpus
from kb.cli.findings_view import render
from kb.cli.places import of_this_system, root
from kb.cli.tidying import seldom_tidying
from kb.corpus import Corpus, open_corpus
from kb.corpus.files import show
from kb.errors import BadRequest


def run_check(paths: list[Path], output: str, *, everything: bool = False) -> int:
    """Check the corpus or ``paths``, print the findings, and return the exit code."""
    with seldom_tidying():
        return _check(paths, output, everything=everything)


def _check(paths: list[Path], output: str, *, everything: bool) -> int:
    corpus = open_corpus(root(), today=datetime.datetime.now(tz=datetime.UTC).date())
    files: set[str] | None = None
    if paths:
        inside, outside = _sort(paths, corpus)
        if outside:
            corpus = corpus.submit(outside)
        files = {*inside, *(show(path, corpus.root) for path in outside)}
    findings = check_corpus(corpus, files, processes=os.cpu_count() or 1)
    checked = corpus.files if files is None else len(files)
    sys.stdout.write(render(findings, checked, output, everything=everything))
    return 1 if any(finding.blocks for finding in findings) else 0


def _sort(paths: Iterable[Path], corpus: Corpus) -> tuple[list[str], list[Path]]:
    """Return the named files that belong to the corpus (as it shows them), and the others."""
    home = corpus.root.resolve()
    inside: list[str] = []
    outside: list[Path] = []
    for path in map(of_this_system, paths):
        if not path.exists() and not path.is_symlink():
            raise BadRequest(f"{path}: no such file or folder")
        found = sorted(p for p in path.rglob("*.yaml") if p.is_file()) if path.is_dir() else [path]
        if not found:
            raise BadRequest(f"{path}: no .yaml file in this folder")
        for file in found:
            resolved = file.resolve()
            if resolved.is_relative_to(home / "data") and not file.is_symlink():
                inside.append(show(resolved, home))
            else:
                outside.append(file)
    return inside, outside
