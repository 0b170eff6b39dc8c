"""The formats that can be imported: what each is, an example, and the module that reads it.

A module has ``read(path, library) -> Imported`` and ``recognises(head, name) -> bool`` (the first 64 KiB of a file and
its name), and may have ``read_together(paths, library) -> list[Imported]`` where several files can be one deployment.
Only the module that is needed is loaded.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from kb.importers.failure import ImportFailed
from kb.importers.names import Library
from kb.importers.raw_file import read_head, shown
from kb.importers.report import Imported

AUTO = "auto"
Reading = Iterator[Imported | ImportFailed]


@dataclass(frozen=True)
class Format:
    """One format: the file it is about, by what command it comes, and the module of this package that reads it."""

    name: str
    about: str
    module: str

    def load(self) -> ModuleType:
        """Return the module, loaded."""
        return importlib.import_module(f"kb.importers.{self.module}")

    def __call__(self, path: Path, library: Library | None = None) -> Imported:
        """Return what the file at ``path`` holds, or raise ImportFailed."""
        imported: Imported = self.load().read(path, library)
        return imported

    def recognises(self, head: bytes, name: str) -> bool:
        """Tell whether a file that begins with ``head`` is of this format."""
        return bool(self.load().recognises(head, name))

    def read_all(self, paths: Iterable[Path], library: Library | None) -> Reading:
        """Yield what the files hold, or why a file could not be read."""
        paths = list(paths)
        together: Callable[..., list[Imported]] | None = getattr(self.load(), "read_together", None)
        if together is not None and len(paths) > 1:
            yield from together(paths, library)
            return
        for path in paths:
            try:
                yield self(path, library)
            except ImportFailed as failure:
                yield failure


_ALL = (
    Format("evokernel", "an EvoKernel Spec export", "evokernel"),
    Format("vllm", "vllm bench serve --save-result, vllm bench sweep (JSON)", "vllm"),
    Format("sglang", "sglang.bench_serving, bench_one_batch, bench_one_batch_server (JSON Lines)", "sglang"),
    Format("llama-bench", "llama-bench -o json, -o jsonl, or the table it prints", "llama_bench"),
    Format("trtllm-bench", "trtllm-bench throughput, latency (report or log)", "trtllm_bench"),
    Format("aiperf", "aiperf, genai-perf (profile export, JSON)", "aiperf"),
    Format("guidellm", "guidellm benchmark (JSON)", "guidellm"),
    Format("inference-perf", "inference-perf (summary of life cycle metrics, JSON)", "inference_perf"),
    Format("mlperf", "MLPerf Inference (mlperf_log_summary.txt, results and systems, JSON)", "mlperf"),
    Format("inferencex", "InferenceX (client JSON, agg_bmk.json)", "inferencex"),
    Format("hf-config", "config.json of a model on Hugging Face", "hf_config"),
    Format("gguf", "a GGUF file; only its header is read", "gguf"),
)
IMPORTERS: dict[str, Format] = {format_.name: format_ for format_ in _ALL}


def read_files(format_name: str, files: Iterable[Path], library: Library | None) -> Reading:
    """Yield what ``files`` hold, or why one could not be read.

    Args:
        format_name: a key of :data:`IMPORTERS`, or ``auto``: each file is told by its content.
        files: the files to read.
        library: the corpus to look names up in.

    Raises:
        ImportFailed: there is no such format.
    """
    if format_name == AUTO:
        return _read_detected(files, library)
    if format_name not in IMPORTERS:
        raise ImportFailed(f"unknown format {format_name[:60]!r}; there is {', '.join((AUTO, *IMPORTERS))}")
    return IMPORTERS[format_name].read_all(files, library)


def _read_detected(files: Iterable[Path], library: Library | None) -> Reading:
    by_format: dict[str, list[Path]] = {}
    for path in files:
        try:
            by_format.setdefault(detect(path), []).append(path)
        except ImportFailed as failure:
            yield failure
    for name, paths in by_format.items():
        yield from IMPORTERS[name].read_all(paths, library)


def detect(path: Path) -> str:
    """Return the name of the format of the file at ``path``; a folder with a config.json in it is a model's.

    Raises:
        ImportFailed: the file cannot be read, or is of no format or of several; the formats are listed.
    """
    if path.is_dir() and (path / "config.json").is_file():
        return "hf-config"
    head = read_head(path)
    found = [format_.name for format_ in _ALL if format_.recognises(head, path.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ImportFailed(f"{shown(path)} can be {' or '.join(found)}: name the format in the place of auto")
    listed = "; ".join(f"{format_.name}: {format_.about}" for format_ in _ALL)
    raise ImportFailed(f"{shown(path)} is of no known format: it {_seen(head)}. There is {listed}")


def _seen(head: bytes) -> str:
    """Return what a file begins with, in words."""
    from kb.importers.head import keys

    text = head.decode("utf-8", "replace").strip()
    if not text:
        return "is empty"
    if b"\0" in head:
        return "holds binary data"
    found = sorted(keys(head))
    if found:
        return f"is JSON with the keys {', '.join(found[:8])}{' ...' if len(found) > 8 else ''}"
    return f"begins with {text.splitlines()[0][:60]!a}"
