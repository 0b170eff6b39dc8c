"""The changes of the data as an Atom feed (RFC 4287): an entry for each commit that changed records."""

from collections import Counter
from html import escape
from xml.etree import ElementTree

from kb.bundle.content import Content
from kb.bundle.export.changes.rows import Update, plain_line
from kb.bundle.export.joined import href
from kb.bundle.export.schema.shapes import ChangeRow
from kb.bundle.export.version import FOLDER, LICENSE

NEWEST = 100
# The records that an entry lists; a commit can change thousands, and changes.csv has them all.
LISTED = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
# Tag URIs (RFC 4151): names, and no address of a machine.
_TAG = "tag:inference-kb,2026:json"
_LICENSE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"


def as_atom(found: list[Update], content: Content) -> str:
    """Return the newest updates as a feed; its date is that of the newest, without any that of the data."""
    feed = ElementTree.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    newest = found[:NEWEST]
    dates = [update.commit.date for update in newest]
    _add(feed, "title", "inference-kb: changes of the data")
    _add(feed, "id", f"{_TAG}/{FOLDER}/changes")
    _add(feed, "updated", max(dates, default=f"{content.generated}T00:00:00Z"))
    _add(_add(feed, "author"), "name", "inference-kb contributors")
    _add(feed, "link", rel="self", type="application/atom+xml", href="changes.atom")
    _add(feed, "link", rel="alternate", type="text/csv", href="changes.csv")
    _add(feed, "link", rel="license", href=_LICENSE_URL)
    _add(feed, "rights", LICENSE)
    for update in newest:
        entry = _add(feed, "entry")
        _add(entry, "title", update.summary or "Change without a message")
        _add(entry, "id", f"{_TAG}/{FOLDER}/changes/{update.commit.hash}")
        _add(entry, "updated", update.commit.date)
        _add(entry, "content", _content(update, content), type="html")
    ElementTree.indent(feed, " ")
    body = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, attributes)
    made.text = text
    return made


def _content(update: Update, content: Content) -> str:
    counted = Counter(row["change"] for row in update.rows)
    said = ", ".join(f"{counted[change]:,} {change}" for change in sorted(counted))
    listed = "".join(f"<li>{_line(row, content)}</li>" for row in update.rows[:LISTED])
    rest = len(update.rows) - LISTED
    more = f"<p>and {rest:,} more: changes.csv lists all</p>" if rest > 0 else ""
    return f"<p>{said}</p><ul>{listed}</ul>{more}"


def _line(row: ChangeRow, content: Content) -> str:
    """Return a change as HTML: what it was, the record's name and file as they are today, and what of it changed."""
    record = content.corpus.get(row["kind"], row["id"])
    if record is None:
        name = f"{row['kind']} {escape(row['id'])}"
    else:
        name = f'{row["kind"]} <a href="{escape(href(record))}">{escape(plain_line(content.title(record)))}</a>'
    about = [f"was {escape(row['former_id'])}"] if row["former_id"] else []
    about += [escape(row["fields"].replace(" ", ", "))] if row["fields"] else []
    return f"{row['change']}: {name}" + (f" ({'; '.join(about)})" if about else "")
