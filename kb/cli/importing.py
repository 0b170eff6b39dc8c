"""``kb import``: run an importer, and say what was written, what differs, and what only a person can add."""

import sys
from pathlib import Path

from kb.cli.places import of_this_system, root
from kb.corpus import Corpus, open_corpus
from kb.errors import NoCorpus
from kb.importers import run


def run_import(source: str, files: list[Path], out: Path, *, force: bool) -> int:
    """Import ``files`` and return the exit code: 1 when anything could not be read or written."""
    report = run(source, list(map(of_this_system, files)), out, _library(), force=force)
    for written in report.written:
        print(f"{written.path}: {'written' if written.changed else 'unchanged'}")
        for sentence in (*written.draft.missing, *written.draft.remarks):
            print(f"  still to do: {sentence}" if sentence in written.draft.missing else f"  note: {sentence}")
    if report.differences:
        print(f"\n{len(report.differences)} facts in the file differ from ours:")
        for difference in report.differences:
            print(f"  {difference}")
    for remark in report.remarks:
        print(f"note: {remark}")
    for failure in report.failures:
        print(f"kb: {failure}", file=sys.stderr)
    if report.written:
        count = len(report.written)
        print(f"{count} {'draft' if count == 1 else 'drafts'} in {out}; complete them, then run: kb check {out}")
    return 0 if report.ok else 1


def _library() -> Corpus | None:
    """Return the corpus to look ids up in; without one, ids stay as the file has them."""
    try:
        return open_corpus(root())
    except NoCorpus:
        return None
