"""Links of a built site that lead nowhere."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Within a tag, since a text may well speak of href=x; values without quotes where they need none.
_VALUE = r"""("[^"]*"|'[^']*'|[^\s"'>]+)"""
_LINK = re.compile(rf"<[a-z][^<>]*?\s(?:href|src)={_VALUE}", re.IGNORECASE)
_ID = re.compile(rf"<[a-z][^<>]*?\sid={_VALUE}", re.IGNORECASE)


def broken_links(site: Path) -> tuple[list[str], int]:
    """Return each link of the built pages to a file or anchor that is not there, and how many links there are."""
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    anchors = {path: set(map(_plain, _ID.findall(text))) for path, text in pages.items()}
    files: dict[Path, bool] = {}
    broken, count = [], 0
    for path, text in pages.items():
        for written in _LINK.findall(text):
            link = _plain(written)
            where = urlsplit(link)
            if where.scheme in ("http", "https") and where.netloc:
                continue
            count += 1
            shown = f"{path.relative_to(site)}: {link}"
            if where.scheme or where.netloc:
                broken.append(shown)
                continue
            target = _target(site, path, unquote(where.path))
            if target not in files:
                files[target] = target.is_file()
            known = anchors.get(target, set())
            if not files[target] or (where.fragment and unquote(where.fragment) not in known):
                broken.append(shown)
    return broken, count


def _plain(value: str) -> str:
    return html.unescape(value.strip("\"'"))


def _target(site: Path, page: Path, path: str) -> Path:
    if not path:
        return page
    # The page for what is not found is served at any depth, and links from the root.
    start = site if path.startswith("/") or page.name == "404.html" else page.parent
    target = Path(re.sub(r"/+", "/", f"{start}/{path}")).resolve()
    return target / "index.html" if path.endswith("/") or target.is_dir() else target
