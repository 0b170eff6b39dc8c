"""The JSON export: an index, a collection per kind, a file per record, and what changed."""

from pathlib import Path

from kb.bundle.content import Content
from kb.bundle.export.changes.feed import as_atom
from kb.bundle.export.changes.history import history
from kb.bundle.export.changes.rows import Update, as_csv, updates
from kb.bundle.export.collections import envelope, write_collections
from kb.bundle.export.press import Press
from kb.bundle.export.redirects import write_redirects, write_tombstones
from kb.bundle.export.schema.shapes import ChangesFile, Index, Latest
from kb.bundle.export.version import FOLDER, LICENSE, PROMISE
from kb.bundle.reader import SCHEMA_VERSION


def write_json(content: Content, folder: Path) -> None:
    """Write the whole export below ``folder``.

    Raises:
        BuildFailed: a file is not what its schema says; the sentence names the file and the field.
    """
    press = Press(folder)
    collections = write_collections(content, press)
    former = write_redirects(content, press)
    removed = write_tombstones(content, press)
    findings = [finding.plain() for finding in content.findings]
    press.json(
        f"{FOLDER}/findings.json", {**envelope(content), "count": len(findings), "items": findings}, "findings.json"
    )
    changes = _write_changes(content, press)
    index: Index = {
        "schema_version": SCHEMA_VERSION,
        "license": LICENSE,
        "generated": content.generated,
        "promise": PROMISE,
        "counts": {name: collection["count"] for name, collection in collections.items()}
        | {"findings": len(findings), "changes": changes["count"]},
        "collections": collections,
        "findings": {"count": len(findings), "file": "findings.json"},
        "former_ids": former,
        "removed": removed,
        "changes": changes,
    }
    press.json(f"{FOLDER}/index.json", index, "index.json")
    latest: Latest = {"schema_version": SCHEMA_VERSION, "href": f"{FOLDER}/index.json"}
    press.json("index.json", latest, "latest.json")


def _write_changes(content: Content, press: Press) -> ChangesFile:
    told = history(content.corpus.root)
    found: list[Update] = updates(told, content.corpus)
    for update in found:
        for row in update.rows:
            press.check(f"{FOLDER}/changes.csv", row, "change.json")
    press.text(f"{FOLDER}/changes.csv", as_csv(found))
    press.text(f"{FOLDER}/changes.atom", as_atom(found, content))
    return {
        "file": "changes.csv",
        "feed": "changes.atom",
        "count": sum(len(update.rows) for update in found),
        "commit": told.head,
        "complete": told.because is None,
        "because": told.because,
    }
