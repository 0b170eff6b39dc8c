"""An extension of Python-Markdown: blocks that are finished HTML pass without being parsed.

Python-Markdown reads every tag of a raw HTML block, which takes most of the time of a page full of tables. Blocks of
pages that this package writes are complete and safe, and stand between two comments. Without the extension the
comments mean nothing, and the page comes out the same.
"""

import re
from collections.abc import Iterator

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from kb.site.text import BEGIN, END

_BLOCK = re.compile(f"^{BEGIN}\n(.*?)\n{END}$", re.MULTILINE | re.DOTALL)
# After white space is made regular (30), which also removes forged marks of the stash; before fenced code (25) and raw
# HTML (20) look into the text.
_PRIORITY = 28


class _Stash(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return list(self._passed("\n".join(lines)))

    def _passed(self, text: str) -> Iterator[str]:
        stashed = _BLOCK.sub(lambda block: f"\n{self.md.htmlStash.store(block[1])}\n", text)
        yield from stashed.split("\n")


class FinishedBlocks(Extension):
    """The extension, as mkdocs.yml names it."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        """Register the preprocessor."""
        md.preprocessors.register(_Stash(md), "kb_finished_blocks", _PRIORITY)


def makeExtension(**_: object) -> FinishedBlocks:  # noqa: N802 - the name that Python-Markdown calls
    """Return the extension."""
    return FinishedBlocks()
