"""InferenceX (once InferenceMAX): what its client writes, and the array that a workflow collects of its runs.

The client writes the keys of vLLM's benchmark, latencies in milliseconds (``p99_ttft_ms``); a variant writes them in
seconds (``p99_ttft``). A row of ``agg_bmk.json`` has latencies in seconds and throughputs per card.
"""

from pathlib import Path

from kb.importers.benchmark import Run, grouped, imported
from kb.importers.head import has_keys, keys
from kb.importers.inferencex_rows import row_run
from kb.importers.json_input import Reader
from kb.importers.names import Library
from kb.importers.raw_file import read_raw
from kb.importers.report import Imported
from kb.importers.serving import Dialect, runs_in
from kb.importers.vllm import client_run

_MILLISECONDS = Dialect()
_SECONDS = Dialect(ending="", shift=3)
UNOFFICIAL = (
    "whether SemiAnalysis ran it as part of InferenceX; what anybody else ran, in a fork as well, is Unofficial,"
    " and title, publisher and ran_by have to say so"
)


def recognises(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` is a result of the client, or a collection of them."""
    if has_keys(head, "hw", "conc", "framework", "precision") and has_keys(head, "tput_per_gpu"):
        return True
    client = has_keys(head, "model_id", "tokenizer_id", "request_throughput")
    return client and bool(keys(head) & {"benchmark_start_time_unix", "good_completed"})


def read(path: Path, library: Library | None = None) -> Imported:
    """Return a draft of each deployment in the file; the rows of one stack and load shape are its points.

    Raises:
        ImportFailed: the file as a whole is no such result.
    """
    raw = read_raw(path)
    runs, failures = runs_in(raw, _run)
    for run in runs:
        run.missing.insert(0, UNOFFICIAL)
    return imported(grouped(runs), raw, library, failures)


def _run(reader: Reader, where: str) -> Run:
    if "hw" in reader:
        return row_run(reader, where)
    named = reader.unread()
    seconds = not any(key.endswith("_ms") for key in named) and any(key.endswith("_ttft") for key in named)
    run = client_run(reader, "InferenceX benchmark_serving", _SECONDS if seconds else _MILLISECONDS, where)
    if seconds:
        point = run.points[0]
        point["remark"] = "; ".join(
            filter(None, [point.get("remark"), "the file has latencies in seconds: here times 1000"])
        )
    return run
