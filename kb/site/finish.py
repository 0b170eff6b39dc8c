"""What is done to the pages that MkDocs has built: what every page repeats goes into one file, white space goes."""

import json
import re
import shutil
from pathlib import Path

from kb.site.aside import EXCLUDED, put_back
from kb.site.combined import Combined

# Settings of the theme's script, the same on every page but for the way to the root.
_SETTINGS = re.compile(r'<script id="__config" type="application/json">(.*?)</script>(\s*<!--kb scripts-->)', re.DOTALL)
_SHARED = "assets/settings.js"
_DATA = re.compile(r'(<script[^>]*type="application/ld\+json"[^>]*>)(.*?)(</script>)', re.DOTALL)
# A word to MkDocs about a heading, of no use to anyone afterwards.
_UNSEARCHED = re.compile(rf'(<h[1-6][^<>]*?) {EXCLUDED}(?:="[^"<>]*")?')
# Parts of the theme's page outside its blocks, as they are when shortened. All but the first are of use with scripts
# only, and assets/early.js makes them where it does not find them.
_SKIP = re.compile(r"<div data-md-component=skip>(?:(<a [^<>]*>) *([^<>]*?) *(</a>))?</div>")
_BY_SCRIPT = (
    "<input autocomplete=off class=md-toggle data-md-toggle=drawer id=__drawer type=checkbox>",
    "<input autocomplete=off class=md-toggle data-md-toggle=search id=__search type=checkbox>",
    "<label class=md-overlay for=__drawer></label>",
    "<div data-md-component=announce></div>",
    '<div class=md-dialog data-md-component=dialog><div class="md-dialog__inner md-typeset"></div></div>',
    " data-md-color-accent=custom data-md-color-primary=custom data-md-color-scheme=default",
)
# Files of the theme that no page of this site loads: for debugging it, and for searching in other languages.
_UNUSED = ("assets/javascripts/lunr",)
_MAPS = "assets/**/*.map"
_SCRIPT = """// The settings of the theme's own script, which looks for them in an element of the page.
{
  const root = new URL("..", document.currentScript.src)
  const settings = %s
  settings.base = root.href
  settings.search = new URL(settings.search, root).href
  const element = document.createElement("script")
  element.id = "__config"
  element.type = "application/json"
  element.textContent = JSON.stringify(settings)
  document.currentScript.before(element)
}
"""


def finish_pages(html: Path, aside: list[str]) -> None:
    """Write every page below ``html`` whole, with the blocks that were set ``aside``, and in its shortest form.

    Raises:
        BuildFailed: what all pages load cannot be made one file.
    """
    shared: dict[str, str] | None = None
    combined = Combined(html)
    for path in sorted(html.rglob("*.html")):
        page = put_back(path.read_text(encoding="utf-8"), aside)
        found = _SETTINGS.search(page)
        if found:
            settings, base = _settings(json.loads(found[1]))
            if shared is None:
                shared = settings
                (html / _SHARED).write_text(_SCRIPT % _text(settings), encoding="utf-8")
            if settings == shared:
                page = page.replace(found[0], f'{found[2]}<script src="{base}/{_SHARED}"></script>')
        path.write_text(shortest(combined.page(page)), encoding="utf-8")
    combined.write()
    for name in _UNUSED:
        shutil.rmtree(html / name, ignore_errors=True)
    for path in sorted(html.glob(_MAPS)):
        path.unlink()


def _settings(written: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return the settings as seen from the root, and the way from the page to it."""
    base = written["base"].rstrip("/")
    search = written["search"].removeprefix(f"{base}/")
    return written | {"base": ".", "search": search}, base


def shortest(page: str) -> str:
    """Return a page without what no browser shows: white space, end tags that HTML lets out, what scripts will make."""
    # Of the site's extra: who has not installed it is told by build_site, which loads this module first.
    import minify_html

    page = _DATA.sub(lambda data: data[1] + _text(json.loads(data[2])) + data[3], page)
    page = _UNSEARCHED.sub(r"\1", page)
    page = minify_html.minify(page, keep_html_and_head_opening_tags=True, minify_doctype=False)
    page = _SKIP.sub(r"\1\2\3", page)
    for part in _BY_SCRIPT:
        page = page.replace(part, "", 1)
    return page


def _text(data: object) -> str:
    """Return data as JSON for a page, where no sign of it can end a script."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
