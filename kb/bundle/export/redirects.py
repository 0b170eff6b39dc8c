"""What stands at an id that is none any more: where to go, or what became of it."""

from kb.bundle.content import Content
from kb.bundle.export.joined import href
from kb.bundle.export.press import Press
from kb.bundle.export.schema.shapes import RedirectFile, Tombstone, TombstoneFile
from kb.bundle.export.version import FOLDER
from kb.bundle.reader import SCHEMA_VERSION
from kb.records import KINDS


def write_redirects(content: Content, press: Press) -> dict[str, str]:
    """Write a file for each former id, and return the id that each has now."""
    found = {}
    for record in content.corpus.records():
        for old in record.former_ids:
            found[old] = record.id
            redirect: RedirectFile = {
                "schema_version": SCHEMA_VERSION,
                "redirect": record.id,
                "href": href(record),
            }
            press.json(f"{FOLDER}/{KINDS[record.kind].plural}/{old}.json", redirect, "redirect.json")
    return dict(sorted(found.items()))


def write_tombstones(content: Content, press: Press) -> list[Tombstone]:
    """Write a file for each removed id, and return what each says."""
    found: list[Tombstone] = []
    for _, entry in sorted(content.corpus.removed.entries.items()):
        record = content.corpus.get(entry.kind, entry.instead) if entry.instead else None
        stone: Tombstone = {
            "kind": entry.kind,
            "id": entry.id,
            "removed": entry.removed,
            "why": entry.why,
            "instead": record.id if record else None,
            "href": href(record) if record else None,
        }
        whole: TombstoneFile = {"schema_version": SCHEMA_VERSION, **stone}
        press.json(f"{FOLDER}/{KINDS[entry.kind].plural}/{entry.id}.json", whole, "tombstone.json")
        found.append(stone)
    return found
