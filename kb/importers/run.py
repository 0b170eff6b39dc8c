"""Run an importer over files and write what it drafts."""

from collections.abc import Iterable
from pathlib import Path

from kb.importers.draft import write_draft
from kb.importers.failure import ImportFailed
from kb.importers.formats import IMPORTERS, read_files
from kb.importers.names import Library
from kb.importers.report import Difference, ImportReport, Written, merged

__all__ = ["IMPORTERS", "run"]


def run(
    format_name: str,
    files: Iterable[Path | str],
    out_dir: Path | str,
    library: Library | None = None,
    *,
    force: bool = False,
) -> ImportReport:
    """Read ``files``, write a draft record per deployment into ``out_dir``, and report.

    One bad item or file does not keep the others from being written; it is named in ``failures``.

    Args:
        format_name: a key of :data:`IMPORTERS`, or ``auto``, which tells each file by its content.
        files: the files to read.
        out_dir: the folder to write to; it is made when it is not there.
        library: the corpus to look ids up in, and whose facts to compare with; without it, ids stay as they are.
        force: replace files that differ from the draft.

    Raises:
        ImportFailed: there is no such format.
    """
    written: list[Written] = []
    failures: list[str] = []
    differences: list[Difference] = []
    remarks: list[str] = []
    mine: set[str] = set()
    for imported in read_files(format_name, [Path(file) for file in files], library):
        if isinstance(imported, ImportFailed):
            failures.append(str(imported))
            continue
        failures.extend(imported.failures)
        differences.extend(imported.differences)
        remarks.extend(imported.remarks)
        for draft in imported.drafts:
            try:
                # Force is for files that were there before; two inputs must not overwrite each other.
                path, changed = write_draft(draft, Path(out_dir), force=force and draft.id not in mine)
            except ImportFailed as failure:
                failures.append(str(failure))
                continue
            mine.add(draft.id)
            written.append(Written(draft, path, changed))
    return ImportReport(tuple(written), tuple(failures), merged(differences), tuple(remarks))
