"""What no search looks into is kept from MkDocs, whose search reads every tag of every page a second time.

Finished blocks below a heading that is left out of the search, or on a page that is, and those that say so themselves,
are set aside for the time of the build; a numbered comment holds the place of each. A comment cannot be forged: what
records say is escaped.
"""

import os
import re
import shutil
from pathlib import Path

from kb.site.text import BEGIN, END, UNSEARCHED

EXCLUDED = "data-search-exclude"
_WHOLE_PAGE = '\nsearch: {"exclude": true}\n'
_PART = re.compile(rf"^(?P<heading>##? [^\n]*)$|^{BEGIN}\n(?P<block>.*?)\n{END}$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"<!--kb (\d+)-->")


def set_aside(pages: Path, short: Path) -> list[str]:
    """Write the pages below ``pages`` to ``short`` without such blocks, and return these in order of their numbers."""
    aside: list[str] = []
    shutil.copytree(pages, short, copy_function=os.link)
    for path in sorted(short.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        # The file is that of ``pages``: another takes its place.
        path.unlink()
        path.write_text(_without(text, aside), encoding="utf-8")
    return aside


def _without(text: str, aside: list[str]) -> str:
    whole = _WHOLE_PAGE in text.partition("\n---\n")[0] + "\n"
    excluded = whole

    def shorter(part: re.Match[str]) -> str:
        nonlocal excluded
        if part["heading"] is not None:
            excluded = whole or EXCLUDED in part["heading"]
            return part[0]
        if not (excluded or part["block"].startswith(UNSEARCHED)):
            return part[0]
        aside.append(part["block"])
        return f"{BEGIN}\n<!--kb {len(aside) - 1}-->\n{END}"

    return _PART.sub(shorter, text)


def put_back(page: str, aside: list[str]) -> str:
    """Return a built page with every block in its place."""
    return _PLACE.sub(lambda place: aside[int(place[1])], page)
