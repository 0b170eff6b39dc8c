"""``kb site``."""

from typing import Annotated

import typer


def site(
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Public address, for canonical links and the site map; else none of these."),
    ] = None,
) -> None:
    """Build the site into site/build.

    Reads the bundle and the pages in site/. All or nothing: a build that fails leaves the site that is there. Needs
    MkDocs Material; make site installs it.

    Example: kb site
    Example: kb site --url https://example.org/kb/
    Example: KB_BUNDLE=exports/today kb site
    """
    from kb.cli.site_building import run_site

    run_site(url)
