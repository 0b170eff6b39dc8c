"""The commands that write: drafts, bundle, schema, canonical form, calibration, site."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.cli.app import JsonFlag, app


@app.command(name="import")
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


@app.command()
def build(
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the bundle; else dist.")] = None,
) -> None:
    """Build the bundle: DuckDB, Parquet, JSON, metadata, checksums. All or nothing.

    Example: kb build --out dist
    """
    from kb.bundle.build import build as build_bundle
    from kb.cli.places import bundle_folder, progress, root
    from kb.corpus import open_corpus
    from kb.corpus.files import show

    folder = out or bundle_folder()
    content = build_bundle(open_corpus(root()), folder, progress)
    shown = show(folder.absolute(), Path.cwd())
    errors = sum(finding.blocks for finding in content.findings)
    print(f"{shown}: {content.corpus.files} records, {len(content.findings)} findings, {errors} of them open errors")


@app.command()
def schema(
    check_only: Annotated[bool, typer.Option("--check", help="Only tell whether schema/ is up to date.")] = False,
) -> None:
    """Write the JSON Schema of all kinds to schema/.

    Example: kb schema
    """
    from kb.cli.places import root
    from kb.schema import drift, write

    folder = root() / "schema"
    if check_only:
        changed = drift(folder)
        for name in changed:
            print(f"schema/{name} is out of date; run: kb schema", file=sys.stderr)
        raise typer.Exit(1 if changed else 0)
    write(folder)


@app.command()
def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; without any, the whole corpus.")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; leave with 1 if something would.")
    ] = False,
) -> None:
    """Write records in their canonical form; comments stay.

    Example: kb fmt data/cases/2026/my-case.yaml
    """
    from kb.cli.formatting import run_fmt

    raise typer.Exit(run_fmt(paths or [], check_only=check_only))


@app.command()
def calibrate(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; leave with 1 if the kept file is not what the tables give.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Accept what the grid of kept estimates is now.")] = False,
) -> None:
    """Fit the estimator to the measured cases, and show which kept estimates that moves.

    Example: kb calibrate --check
    """
    from kb.cli.calibrating import run_calibrate

    raise typer.Exit(run_calibrate(check_only=check_only, accept=accept))


@app.command(name="validate-estimator")
def validate_estimator(
    as_json: JsonFlag = False,
    write: Annotated[bool, typer.Option("--write", help="Write the report, its page and its plots as well.")] = False,
) -> None:
    """Tell how far the estimate is off on rows that it has not seen, and whether it accuses an innocent one.

    Example: kb validate-estimator
    """
    from kb.cli.calibrating import run_validate

    raise typer.Exit(run_validate(as_json=as_json, write=write))


@app.command()
def site() -> None:
    """Build the site into site/build.

    Example: kb site
    """
    from kb.cli.site_building import run_site

    run_site()
