"""llama.cpp's ``llama-bench``: ``-o json``, ``-o jsonl``, and the table that people paste.

Each test runs one sequence: ``pp512`` reads a prompt, ``tg128`` writes, ``pp512+tg128`` does both in one time, and
``@ d4096`` starts behind a context of that length. A test is an operating point with batch 1.
"""

from pathlib import Path

from kb.importers.benchmark import Run, grouped, imported
from kb.importers.failure import ImportFailed
from kb.importers.head import has_keys
from kb.importers.json_input import Reader, parse_documents
from kb.importers.llama_bench.rows import row_run
from kb.importers.llama_bench.table import is_table, table_runs
from kb.importers.names import Library
from kb.importers.raw_file import read_raw
from kb.importers.report import Imported


def recognises(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` is output of llama-bench."""
    return has_keys(head, "build_number", "model_filename", "n_gen", "n_prompt") or is_table(head)


def read(path: Path, library: Library | None = None) -> Imported:
    """Return a draft of each deployment in the file; its tests are the points.

    Raises:
        ImportFailed: the file as a whole is no such output.
    """
    raw = read_raw(path)
    if is_table(raw.content):
        of_tables, failed = table_runs(raw.content, raw.name, library)
        return imported(of_tables, raw, library, failed)
    values, failures = parse_documents(raw.content, raw.name)
    if not values:
        raise ImportFailed(f"{raw.name} holds no tests")
    runs: list[Run] = []
    for where, value in values:
        try:
            runs.append(row_run(Reader(value, f"{raw.name}{where and ': '}{where}"), where, library))
        except ImportFailed as failure:
            failures.append(str(failure))
    return imported(grouped(runs), raw, library, failures)
