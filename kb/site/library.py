"""What a bundle holds, read once, with the address of the page of each thing."""

import datetime
import json
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import Any

from kb.bundle.export.version import FOLDER
from kb.bundle.reader import Bundle
from kb.errors import NoBundle
from kb.records import KINDS
from kb.search.ages import Age, ages_of
from kb.site.repository import Repository, repository_of
from kb.site.text import clip, code, escape, link

Item = dict[str, Any]
Row = dict[str, Any]
Key = tuple[str, str]


class Here:
    """The place of a page on the site, from which links to others are relative."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._folders = address.split("/")[:-1]

    def to(self, address: str) -> str:
        """Return the shortest way from here to another address of the site."""
        there = address.split("/")
        shared = 0
        for own, other in zip(self._folders, there[:-1], strict=False):
            if own != other:
                break
            shared += 1
        return "../" * (len(self._folders) - shared) + "/".join(there[shared:]) or "./"


def address_of(kind: str, record_id: str) -> str:
    """Return the address of a record's page, below the site's root."""
    return f"{KINDS[kind].plural}/{record_id}/"


def check_address(rule_code: str) -> str:
    """Return the address of a check's page."""
    return f"checks/{rule_code}/"


class Library:
    """The records of a bundle with tiers, findings and estimates, ready for pages.

    ``home`` is the folder with ``mkdocs.yml``, once pages are made for it; what is no record is read from there.
    """

    home: Path | None = None

    def __init__(self, bundle: Bundle) -> None:
        """Read the bundle.

        Raises:
            NoBundle: its JSON export is missing or cannot be read.
        """
        self.bundle = bundle
        self.items: dict[str, dict[str, Item]] = {name: self._collection(name) for name in KINDS}
        self.generated: str = bundle.rows("SELECT value FROM meta WHERE key = 'generated'")[0]["value"]

    def _collection(self, kind: str) -> dict[str, Item]:
        plural = KINDS[kind].plural
        items = self._read(f"{plural}.json", "items")
        if kind == "case":
            # In the collection the estimates are in brief.
            items = [self._read(f"{plural}/{item['id']}.json") for item in items]
        return {item["id"]: item for item in items}

    def _read(self, name: str, field: str | None = None) -> Any:
        return self.read_bundle(f"json/{FOLDER}/{name}", field)

    def read_bundle(self, name: str, field: str | None = None) -> Any:
        """Return what a JSON file of the bundle holds, or one field of it.

        Raises:
            NoBundle: it is missing or cannot be read.
        """
        path = self.bundle.folder / name
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return data if field is None else data[field]
        except (OSError, ValueError, KeyError) as error:
            raise NoBundle(f"{path} cannot be read ({type(error).__name__}): run kb build again") from None

    @cached_property
    def facts(self) -> dict[Key, list[Row]]:
        """Return the numbers of each record with their tiers, in the order of the record."""
        found: dict[Key, list[Row]] = {}
        for row in self.bundle.rows("SELECT * FROM facts ORDER BY rowid"):
            found.setdefault((row["kind"], row["record"]), []).append(row)
        return found

    @cached_property
    def cases(self) -> dict[str, Row]:
        """Return the row of each case: joined names, headline figure, tier, verdict."""
        return {row["id"]: row for row in self.bundle.rows("SELECT * FROM cases ORDER BY id")}

    @cached_property
    def repository(self) -> Repository | None:
        """Return where the files of the records can be read and changed; None while they have no public address."""
        return repository_of(self.home) if self.home else None

    @cached_property
    def ages(self) -> dict[str, Age]:
        """Return when each case is from, and how far its engine is behind."""
        return ages_of(self.bundle, self.cases.values())

    @cached_property
    def day(self) -> datetime.date:
        """Return the date of the data: the latest day that any record states."""
        return datetime.date.fromisoformat(self.generated)

    @cached_property
    def points(self) -> dict[str, list[Row]]:
        """Return the operating points of each case."""
        found: dict[str, list[Row]] = {}
        for row in self.bundle.rows("SELECT * FROM points ORDER BY case_id, point"):
            found.setdefault(row["case_id"], []).append(row)
        return found

    @cached_property
    def findings(self) -> list[Row]:
        """Return all findings."""
        return self.bundle.rows('SELECT * EXCLUDE (data) FROM findings ORDER BY code, file, line, "column"')

    @cached_property
    def citing(self) -> dict[str, list[Key]]:
        """Return the records that cite each source."""
        rows = self.bundle.rows(
            "SELECT DISTINCT source, kind, record FROM evidence WHERE source IS NOT NULL ORDER BY ALL"
        )
        found: dict[str, list[Key]] = {}
        for row in rows:
            found.setdefault(self.current("source", row["source"]) or "", []).append((row["kind"], row["record"]))
        return found

    @cached_property
    def _former(self) -> dict[Key, str]:
        return {
            (kind, old): item["id"]
            for kind, items in self.items.items()
            for item in items.values()
            for old in item["former_ids"]
        }

    def current(self, kind: str, ref: str | None) -> str | None:
        """Return the present id of what a record refers to, or None where that is not in the bundle."""
        if ref is None:
            return None
        return ref if ref in self.items[kind] else self._former.get((kind, ref))

    def title(self, kind: str, record_id: str) -> str:
        """Return what a record is called; not escaped."""
        item = self.items[kind][record_id]
        return str(item.get("title") or item.get("name") or record_id)

    def link(self, here: Here, kind: str, ref: str | None, label: str | None = None) -> str:
        """Return a link to a record by its name; a reference that leads nowhere stays as it is written."""
        if ref is None:
            return ""
        found = self.current(kind, ref)
        if found is None:
            return code(ref)
        return link(label or escape(clip(self.title(kind, found))), here.to(address_of(kind, found)))

    def cases_with(self, column: str, value: str) -> list[Row]:
        """Return the cases whose ``column`` is ``value``, or holds it."""
        if column not in self._cases_by:
            found: dict[str, list[Row]] = defaultdict(list)
            self._cases_by[column] = found
            for row in self.cases.values():
                held = row[column] if isinstance(row[column], list) else [row[column]]
                for one in dict.fromkeys(held):
                    found[one].append(row)
        return self._cases_by[column].get(value, [])

    @cached_property
    def _cases_by(self) -> dict[str, dict[str, list[Row]]]:
        return {}

    def beside(self, own: Row) -> list[Row]:
        """Return the cases of the same model on the same cards, ``own`` among them."""
        return self._by_stack[self._stack(own)]

    @cached_property
    def _by_stack(self) -> dict[tuple[str | None, ...], list[Row]]:
        found: dict[tuple[str | None, ...], list[Row]] = {}
        for row in self.cases.values():
            found.setdefault(self._stack(row), []).append(row)
        return found

    def _stack(self, row: Row) -> tuple[str | None, ...]:
        cards = sorted({self.current("hardware", card) or card for card in row["hardware_ids"]})
        return self.current("model", row["model"]), *cards

    def claims_with(self, kind: str, value: str) -> list[Item]:
        """Return the claims whose subject or baseline names a record."""
        return [
            item
            for item in self.items["claim"].values()
            if any(self.current(kind, item.get(side, {}).get(kind)) == value for side in ("subject", "baseline"))
        ]
