"""What became of the records, commit by commit: added, changed, removed, renamed."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.bundle.export.changes.history import Commit, FileChange, History
from kb.bundle.export.schema.shapes import ChangeRow
from kb.corpus import Corpus
from kb.records import KINDS

COLUMNS = tuple(ChangeRow.__annotations__)
_LONGEST_SUMMARY = 200
_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
# Whoever wrote a message did not ask to be listed.
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?")
# A spreadsheet would take the cell for a formula.
_FORMULA = ("=", "+", "-", "@")
_ORDER = {kind.plural: number for number, kind in enumerate(KINDS.values())}
_KIND_OF = {kind.plural: kind.name for kind in KINDS.values()}


@dataclass(frozen=True)
class Update:
    """A commit, and the rows that it makes in the list of changes."""

    commit: Commit
    summary: str
    rows: tuple[ChangeRow, ...]


def updates(history: History, corpus: Corpus) -> list[Update]:
    """Return the commits that changed records, the newest first; within one, by kind and id.

    A record whose file only moved did not change. A new id whose record names the old one in ``former_ids`` is
    ``renamed``, by what the records of ``corpus`` say; any other id that goes is ``removed``.
    """
    found = []
    for commit in history.commits:
        summary = plain_line(commit.subject)
        rows = tuple(_rows(commit, summary, history, corpus))
        if rows:
            found.append(Update(commit, summary, rows))
    return found


def plain_line(text: str) -> str:
    """Return one line of visible text: no control or direction characters, no addresses of people."""
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    line = " ".join(_ADDRESS.sub("(address left out)", visible).split())
    return line if len(line) <= _LONGEST_SUMMARY else line[: _LONGEST_SUMMARY - 3].rstrip() + "..."


def as_csv(found: list[Update]) -> str:
    """Return all changes as CSV with a head."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for update in found:
        writer.writerows({**row, "summary": _cell(row["summary"])} for row in update.rows)
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


@dataclass(frozen=True)
class _Seen:
    """A record's file in a commit."""

    plural: str
    id: str
    change: FileChange


def _seen(file: FileChange) -> _Seen | None:
    """Return the record that a file below ``data/`` was, None where it was none."""
    path = PurePosixPath(file.path)
    if len(path.parts) < 3 or path.parts[1] not in _KIND_OF or path.suffix != ".yaml":
        return None
    return _Seen(path.parts[1], path.stem, file) if _ID.fullmatch(path.stem) else None


def _rows(commit: Commit, summary: str, history: History, corpus: Corpus) -> Iterator[ChangeRow]:
    seen = [one for file in commit.files if (one := _seen(file)) is not None]
    gone = {(one.plural, one.id): one for one in seen if one.change.status == "D"}
    new = {(one.plural, one.id): one for one in seen if one.change.status == "A"}
    told: list[tuple[str, str, str, str, tuple[str, ...]]] = []
    fields = history.fields or {}
    for one in seen:
        if one.change.status not in "AD":
            told.append((one.plural, one.id, "changed", "", fields.get((commit.hash, one.change.path), ())))
    renamed = _renamed(gone.keys() - new.keys(), new.keys() - gone.keys(), corpus)
    for (plural, old), current in renamed.items():
        told.append((plural, current, "renamed", old, ()))
    followed = {(plural, current) for (plural, _), current in renamed.items()}
    for key, one in new.items():
        if key in gone:
            if gone[key].change.blob != one.change.blob:
                told.append((*key, "changed", "", ()))
        elif key not in followed:
            told.append((*key, "added", "", ()))
    told.extend((*key, "removed", "", ()) for key in gone if key not in new and key not in renamed)
    for plural, record_id, change, former, names in sorted(told, key=lambda t: (_ORDER[t[0]], *t[1:])):
        # Kind and change are plain texts to a checker of types; the lines above give none but those that are known.
        yield {
            "date": commit.date,
            "kind": _KIND_OF[plural],  # type: ignore[typeddict-item]
            "id": record_id,
            "change": change,  # type: ignore[typeddict-item]
            "former_id": former,
            "fields": " ".join(names),
            "commit": commit.hash,
            "summary": summary,
        }


def _renamed(gone: set[tuple[str, str]], new: set[tuple[str, str]], corpus: Corpus) -> dict[tuple[str, str], str]:
    """Return, for each id that went, the new one of the same commit that leads to the same record today."""
    today = {key: corpus.get(*key) for key in (*gone, *new)}
    found = {}
    for plural, old in sorted(gone):
        record = today[plural, old]
        ids = [i for p, i in sorted(new) if p == plural and record is not None and today[p, i] is record]
        if ids:
            found[plural, old] = ids[0]
    return found
