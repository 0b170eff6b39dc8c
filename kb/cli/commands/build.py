"""``kb build``."""

from pathlib import Path
from typing import Annotated

import typer


def build(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the bundle; else dist.")] = None,
    partitioned: Annotated[
        bool, typer.Option("--partitioned", help="Large tables of Parquet as folders: cases by vendor and year ...")
    ] = False,
) -> None:
    """Build the bundle: DuckDB, Parquet, JSON, checksums.

    Reads all of data/, checks it, and writes the bundle to dist/ or --out. All or nothing: a build that fails or is
    interrupted leaves the bundle that is there. The same records give the same bytes, but for the DuckDB file, which
    has the same content.

    Example: kb build
    Example: kb build --out exports/today --partitioned
    """
    from kb.bundle.build import build as build_bundle
    from kb.cli.places import bundle_folder, progress, root
    from kb.cli.tidying import seldom_tidying
    from kb.corpus import open_corpus
    from kb.corpus.files import show

    folder = out or bundle_folder()
    with seldom_tidying():
        content = build_bundle(open_corpus(root()), folder, progress, partitioned=partitioned)
    shown = show(folder.absolute(), Path.cwd())
    errors = sum(finding.blocks for finding in content.findings)
    print(f"{shown}: {content.corpus.files} records, {len(content.findings)} findings, {errors} of them open errors")
