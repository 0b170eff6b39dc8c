"""``kb site``."""


def site() -> None:
    """Build the site into site/build.

    Example: kb site
    """
    from kb.cli.site_building import run_site

    run_site()
