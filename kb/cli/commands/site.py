"""``kb site``."""


def site() -> None:
    """Build the site into site/build.

    Reads the bundle and the pages in site/. All or nothing: a build that fails leaves the site that is there. Needs
    MkDocs Material; make site installs it.

    Example: kb site
    Example: KB_BUNDLE=exports/today kb site
    """
    from kb.cli.site_building import run_site

    run_site()
