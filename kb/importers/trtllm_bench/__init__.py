"""Import ``trtllm-bench throughput`` or ``latency``: the text it prints, or what ``--report_json`` writes.

The two say the same in other words. A log may hold several runs, one after the other; each becomes a case.
"""

from pathlib import Path

from kb.importers.benchmark import imported
from kb.importers.head import has_keys
from kb.importers.json_input import parse_json
from kb.importers.names import Library
from kb.importers.raw_file import read_raw
from kb.importers.raw_file import shown as named
from kb.importers.report import Imported
from kb.importers.trtllm_bench import log, report


def recognises(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` (up to 64 KiB) is of trtllm-bench.

    A log tells its figures at its end; its beginning has the lines of the engine.
    """
    del name
    if has_keys(head, "performance", "system_output_throughput_tok_s"):
        return True
    return b"= PERFORMANCE OVERVIEW" in head or (b"[TRT-LLM]" in head and b"benchmark" in head.lower())


def read(path: Path, library: Library | None = None) -> Imported:
    """Return a draft for each run of the file.

    Raises:
        ImportFailed: the file is no output of the tool, breaks off, or measured nothing.
    """
    raw = read_raw(path)
    if raw.content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return imported([report.read_report(parse_json(raw.content, named(path)), raw.name)], raw, library)
    runs, failures = log.read_log(raw.content.decode("utf-8-sig", "replace"), named(path))
    return imported(runs, raw, library, failures)
