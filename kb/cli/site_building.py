"""``kb site``: from the bundle to a folder of HTML."""

from kb.cli.opening import bundle
from kb.cli.places import progress, root


def run_site(url: str | None) -> None:
    """Build the site into ``site/build``, building the bundle first where there is none."""
    from kb.site.build import build_site

    with bundle() as opened:
        site = build_site(opened, root() / "site", progress=progress, url=url)
    print(f"{site.folder}: {site.pages} pages; open {site.folder / 'index.html'} or serve the folder")
