"""One style sheet and one script for what every page loads, in place of seven files that every page would name.

The theme marks them in its pages (``site/theme/main.html``); what only one page loads stays by itself.
"""

import re
from pathlib import Path

from kb.errors import BuildFailed

_ASSETS = "assets/"
_MARKED = re.compile(r"<!--kb (styles|scripts)-->(.*?)<!--/kb \1-->", re.DOTALL)
_NAMED = re.compile(rf'<(?:link|script)[^<>]* (?:href|src)="(?P<way>[^"<>]*?)(?P<file>{_ASSETS}[^"<>]*)"')
_BETWEEN = re.compile(r'\s|</?script[^<>]*>|<link rel="stylesheet"[^<>]*>')
_MAP = re.compile(r"^(?://|/\*)# sourceMappingURL=.*$", re.MULTILINE)
# An address in a style sheet that is relative to the sheet, which is about to move.
_RELATIVE = re.compile(r"url\(\s*[\"']?(?!data:|#|[\"' ])")
_MADE = {
    "styles": ("site.css", '<link rel="stylesheet" href="{}">', ""),
    # The theme's own script asks for it, at the top of its file.
    "scripts": ("site.js", '<script src="{}"></script>', '"use strict";\n'),
}


class Combined:
    """The files that pages below the folder ``html`` have in common."""

    def __init__(self, html: Path) -> None:
        self._html = html
        self._files: dict[str, list[str]] = {}
        # Files of pages that name others than most: they stay where they are.
        self._kept: set[str] = set()

    def page(self, text: str) -> str:
        """Return a page that loads the one file of each sort.

        A page that names others than the first page did is left as it is.
        """
        return _MARKED.sub(self._replaced, text)

    def write(self) -> None:
        """Write the files, and remove those that they are made of.

        Raises:
            BuildFailed: a style sheet holds an address that is relative to it.
        """
        for sort, files in self._files.items():
            name, _, head = _MADE[sort]
            parts = [_MAP.sub("", (self._html / file).read_text(encoding="utf-8")).strip() for file in files]
            for file, part in zip(files, parts, strict=True):
                if sort == "styles" and _RELATIVE.search(part):
                    raise BuildFailed(f"{file} loads a file by an address relative to it, so it cannot be combined")
            for file in set(files) - self._kept:
                (self._html / file).unlink()
            for folder in {(self._html / file).parent for file in files} - {self._html / _ASSETS}:
                if not any(folder.iterdir()):
                    folder.rmdir()
            (self._html / _ASSETS / name).write_text(head + "\n".join(parts) + "\n", encoding="utf-8")

    def _replaced(self, marked: re.Match[str]) -> str:
        sort, inside = marked[1], marked[2]
        named = list(_NAMED.finditer(inside))
        files = [found["file"] for found in named]
        if not files or _BETWEEN.sub("", inside) or self._files.setdefault(sort, files) != files:
            self._kept.update(files)
            return inside
        name, element, _ = _MADE[sort]
        return element.format(f"{named[0]['way']}{_ASSETS}{name}")
