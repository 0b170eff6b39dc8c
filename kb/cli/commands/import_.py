"""``kb import``."""

from pathlib import Path
from typing import Annotated

import typer


def import_(
    source: Annotated[str, typer.Argument(metavar="FORMAT", help="Format of the file, or auto.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Raw output of a benchmark tool, or an export.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the drafts.")],
    force: Annotated[bool, typer.Option("--force", help="Replace drafts that differ.")] = False,
) -> None:
    """Turn raw output into draft records, and say what is still missing. The output itself is kept beside them.

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

    Example: kb import auto bench_serve.json -o drafts
    """
    from kb.cli.importing import run_import

    raise typer.Exit(run_import(source, files, out, force=force))
