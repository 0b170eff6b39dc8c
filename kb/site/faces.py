"""What programs read before anything else: ``llms.txt``, ``robots.txt``, the feed, headers for hosts that take them."""

import re
from pathlib import Path

from kb.bundle.export.version import FOLDER
from kb.records import KINDS
from kb.site.indexes import TABLES
from kb.site.library import Library
from kb.site.packed import exported

FEED = "changes.atom"
# What the feed of the bundle leads to: the JSON of a record, and the table of all changes.
_RECORD = re.compile(rf'href="((?:{"|".join(kind.plural for kind in KINDS.values())})/[^"/]+)\.json"')
_TABLE = 'href="changes.csv"'
# A page carries the policy itself; what a page cannot say of itself, two common hosts read from this file.
_HEADERS = """/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Content-Security-Policy: frame-ancestors 'none'
/data/*
  Access-Control-Allow-Origin: *
"""


def write_faces(library: Library, html: Path, url: str | None) -> None:
    """Write the files below ``html``; ``url`` is the public address of the site where it has one."""
    (html / "llms.txt").write_text(_llms(library, url or ""), encoding="utf-8")
    where = f"Sitemap: {url}sitemap.xml\n" if url else ""
    (html / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{where}", encoding="utf-8")
    (html / "_headers").write_text(_HEADERS, encoding="utf-8")
    _write_feed(library, html)
    if url is None:
        # Its entries are addresses, and without a public one there are none to give.
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (html / name).unlink(missing_ok=True)


def _write_feed(library: Library, html: Path) -> None:
    """Write the feed of the bundle with links to the pages of records in place of their JSON."""
    text = (library.bundle.folder / "json" / FOLDER / FEED).read_text(encoding="utf-8")
    text = _RECORD.sub(r'href="\1/"', text).replace(_TABLE, f'href="{exported("changes.csv")}"')
    (html / FEED).write_text(text, encoding="utf-8")


def _llms(library: Library, url: str) -> str:
    """Return the site in brief, in the form that https://llmstxt.org describes."""
    kinds = "".join(
        f"- [{title}]({url}{KINDS[kind].plural}/): {len(library.items[kind])} records. {what}"
        f" As JSON, gzipped: [{KINDS[kind].plural}.json]({url}{exported(f'{KINDS[kind].plural}.json')})\n"
        for kind, (title, what, _) in TABLES.items()
    )
    return f"""# Inference knowledge base

> What was measured when large models were deployed on which hardware, who says so, and what physics says of it.
> Data of {library.generated}, CC-BY-SA-4.0. Cite the sources that a record names.

Every number has evidence and a tier that the evidence has earned: measured, reported, official, derived, estimated.
`claimed_tier` is what a submitter says instead. Do not quote a figure without its tier. A case's `verdict` holds its
decode throughput against the memory and bandwidth of its cards: `does-not-fit` and `impossible` cannot be true as
stated. A throughput is in tokens per second over all sequences and cards, unless a field's name says per card or per
user.

## Records

{kinds}
## How to read and ask

- [How to read a tier]({url}tiers/): what each tier takes
- [How the estimate works]({url}estimate/): the formula, its terms, and [its published error]({url}estimator-error/)
- [Data and API]({url}data/): DuckDB, Parquet and JSON, with the promise on their fields
- [index.json]({url}{exported("index.json")}): all ids, former ids, files;
  here each file that it names has `.gz` behind its name
- [Ask in a sentence]({url}query/): the grammar of `kb query`
- [SQL cookbook]({url}sql-cookbook/): twelve real questions
- [Checks]({url}checks/): what is looked for in every record
- [Contribute]({url}contribute/): how a record gets in
"""
