"""Text of contributors, made safe for Markdown and HTML alike; and the few pieces of markup that pages are made of.

Whatever a record says goes through :func:`escape` before it stands on a page. The other functions take markup that is
already safe, and return safe markup.
"""

import re
from collections.abc import Collection, Iterable, Sequence

# Between these two stands finished HTML; see kb.site.markdown_blocks.
BEGIN, END = "<!--html-->", "<!--/html-->"
# With this a block begins that says nothing which should be found by its words.
UNSEARCHED = "<!--unsearched-->"

# Everything that Markdown, an extension of it, or HTML could take for a sign. Hyphens and dots between letters
# or digits are none, and ids are full of them. A reference is what both languages read as the plain character.
_SIGNS = re.compile(r"[!-'*+:<-@\[-`{-~]|(?<![0-9A-Za-z])[-.]|[-.](?![0-9A-Za-z])")
# Control characters, and what turns the direction of writing: no record holds them, and no page shall.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_UNUSUAL = re.compile(r"[^A-Za-z0-9/:.%?=#+~,;-]")
_WEB = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x20]+")


def escape(text: str) -> str:
    """Return ``text`` as one line that reads the same and means nothing to Markdown or HTML.

    Runs of white space become one space. The result may stand in a paragraph, a table cell, a raw HTML block or a
    quoted attribute.
    """
    return _encoded(" ".join(_UNSEEN.sub("", text).split()))


def clip(text: str, most: int = 160) -> str:
    """Return ``text``, not escaped, with what is beyond ``most`` characters left out and said to be."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _encoded(text: str) -> str:
    return _SIGNS.sub(_reference, _UNSEEN.sub("", text))


def _reference(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def code(text: str) -> str:
    """Return ``text`` as code within a line."""
    return f"<code>{escape(text)}</code>"


def code_block(text: str) -> str:
    """Return ``text`` as a block of code that keeps its lines and their indentation."""
    return f"<pre><code>{'&#10;'.join(_encoded(line) for line in text.splitlines())}</code></pre>"


def link(label: str, address: str) -> str:
    """Return a link with a safe ``label`` to an ``address`` of our own site."""
    return f'<a href="{_attribute(address)}">{label}</a>'


def outside(url: str, label: str | None = None) -> str:
    """Return a link to another site; only http and https become one, anything else stays text."""
    shown = escape(url) if label is None else label
    if not _WEB.fullmatch(url):
        return shown
    return f'<a href="{_attribute(url)}" rel="nofollow noopener">{shown}</a>'


def _attribute(address: str) -> str:
    """Return an address for a quoted attribute; what stands in most addresses stays readable."""
    return _UNUSUAL.sub(_reference, address)


def badge(word: str, family: str, suffix: str = "") -> str:
    """Return a coloured word of a fixed set: a tier, a verdict, a severity. The word itself says it, not the colour."""
    return f'<span class="kb-{family}-{escape(word)}">{escape(word)}{suffix}</span>'


def numbers_in(columns: Collection[int]) -> str:
    """Return the attribute of a table that says which of its columns, counted from 0, hold numbers, flush right.

    Said once: on every cell it would be a thirtieth of the site. ``kb.css`` and ``sorting.js`` read it, counted from 1.
    """
    return f' data-n="{" ".join(str(column + 1) for column in sorted(columns))}"' if columns else ""


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], numeric: Collection[int] = ()) -> str:
    """Return a table of safe cells as one block of HTML; columns in ``numeric`` are set flush right.

    The spaces between cells keep their words apart in the search index.
    """
    head = "".join(f"<th>{cell}</th>" for cell in headers)
    body = "\n".join("<tr>" + " ".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table{numbers_in(numeric)}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a table of two columns without a head: what, and how it is."""
    body = "\n".join(f'<tr><th scope="row">{what}</th> <td>{how}</td></tr>' for what, how in pairs if how)
    return f"<table>\n<tbody>\n{body}\n</tbody>\n</table>" if body else ""


def bullets(items: Iterable[str]) -> str:
    """Return a list of safe items."""
    return "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>"


def unsearched(block: str) -> str:
    """Return a block of finished HTML that no search looks into; see kb.site.aside."""
    return html(UNSEARCHED + block)


def html(block: str) -> str:
    """Return a block of finished HTML, marked as such so that Markdown need not read it."""
    return f"{BEGIN}\n{block}\n{END}" if block else ""


def blocks(*parts: str) -> str:
    """Join the parts of a page that are not empty, a blank line between them; those that are HTML pass as they are."""
    return "\n\n".join(_block(part.strip("\n")) for part in parts if part) + "\n"


def _block(part: str) -> str:
    return html(part) if part.startswith("<") and not part.startswith(BEGIN) else part
