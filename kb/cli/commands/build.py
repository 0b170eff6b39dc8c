"""``kb build``."""

from pathlib import Path
from typing import Annotated

import typer


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
