"""``kb import``."""

from pathlib import Path
from typing import Annotated

import typer

from kb.cli import completing


def import_(
    source: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="Format of the files, or auto.", autocompletion=completing.formats),
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Raw output of a benchmark tool, or an export.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for the drafts.")],
    force: Annotated[bool, typer.Option("--force", help="Replace drafts that differ.")] = False,
) -> None:
    """Turn raw benchmark output into draft records.

    Says what is still missing, and keeps the output itself beside the drafts. Names are looked up in the records.

    \b
    Formats, each with an example; auto tells a file by its content:
      auto            kb import auto results/*.json -o drafts
      aiperf          kb import aiperf profile_export_aiperf.json -o drafts
      evokernel       kb import evokernel export.json -o drafts
      gguf            kb import gguf qwen3-8b-q4_k_m.gguf -o drafts
      guidellm        kb import guidellm benchmarks.json -o drafts
      hf-config       kb import hf-config config.json -o drafts
      inference-perf  kb import inference-perf summary_lifecycle_metrics.json -o drafts
      inferencex      kb import inferencex agg_bmk.json -o drafts
      llama-bench     kb import llama-bench bench.jsonl pasted-table.md -o drafts
      mlperf          kb import mlperf mlperf_log_summary.txt -o drafts
      sglang          kb import sglang bench_serving.jsonl -o drafts
      trtllm-bench    kb import trtllm-bench report.json -o drafts
      vllm            kb import vllm concurrency-*.json -o drafts

    Several files of vllm bench serve that tell of one deployment become one draft with a sweep of points.

    Exit 1: a file could not be read, or a draft not be written; the others are
    Example: kb import auto bench_serve.json -o drafts
    Example: kb import auto results/*.json -o drafts && kb check drafts
    """
    from kb.cli.importing import run_import

    raise typer.Exit(run_import(source, files, out, force=force))
