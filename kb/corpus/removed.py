"""``data/removed.yaml``: the ids that led to a record once, and to none any more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kb.corpus import yaml_text
from kb.corpus.fault import Fault
from kb.corpus.files import REMOVED, read_text, show
from kb.corpus.pointer import join, pointer
from kb.corpus.yaml_text import Place, Places, YamlFault
from kb.names import Gone
from kb.records import Record
from kb.records.removed import Removed

_HINT = "each entry has kind, id, removed (a day, in quotes), why, and perhaps instead, the id of another record"
_NAMES = {
    "missing": "missing-field",
    "extra_forbidden": "unknown-field",
    "null_value": "null-value",
    "date_value": "invalid-date",
}


@dataclass(frozen=True)
class RemovedIds:
    """The removed ids, where each stands in the file, and what is wrong with the file by itself."""

    file: str = f"data/{REMOVED}"
    entries: Mapping[str, Removed] = field(default_factory=dict)
    lines: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def reused(self, record: Record, file: str, place: Callable[[str], Place]) -> Fault | None:
        """Return the fault of a record that takes, or says that it had, a removed id.

        Args:
            record: the record.
            file: its file, as findings show it.
            place: tells where in it a pointer stands.
        """
        taken = next((i for i in (record.id, *record.former_ids) if i in self.entries), None)
        if taken is None:
            return None
        at = "/id" if taken == record.id else f"/former_ids/{record.former_ids.index(taken)}"
        entry = self.entries[taken]
        return Fault(
            "duplicate-id",
            file,
            f"the id {taken!r} is not free: {entry.sentence}",
            "a removed id is never given again, so choose another one;"
            f" if the same thing is back, or has a new id, take the entry out of {self.file}",
            *place(at).value,
            at,
            record.id,
            {"id": taken, "other": self.file},
        )

    def leading_nowhere(self, known: Mapping[str, Any]) -> Iterator[Fault]:
        """Yield a fault for each entry that sends its reader to a record that is not there.

        Args:
            known: the shelves of the corpus by kind; each holds the ids of its records.
        """
        for entry in self.entries.values():
            if entry.instead is not None and entry.instead not in known[entry.kind]:
                yield Fault(
                    "invalid-value",
                    self.file,
                    f"{entry.id!r} points to {entry.instead!r}, and there is no such {entry.kind}",
                    "name a record of the same kind under instead, or leave it out",
                    *self.lines[entry.id],
                    data={"found": entry.instead},
                )


NOTHING_REMOVED = RemovedIds()


def gone_of(entry: Removed) -> Gone:
    """Return what a look-up of a removed id has to say."""
    return Gone(entry.kind, entry.sentence, (entry.instead,) if entry.instead else ())


def read_removed(data: Path, shown_from: Path) -> RemovedIds:
    """Read the file in ``data``, if there is one; what is wrong with it becomes faults."""
    path = data / REMOVED
    if path.is_symlink() or not path.exists():
        # A link is refused like any other in the folder.
        return NOTHING_REMOVED
    shown = show(path, shown_from)
    text = read_text(path, shown)
    if isinstance(text, Fault):
        return RemovedIds(shown, faults=(text,))
    try:
        yaml_text.scan(text)
        raw, places = yaml_text.load(text), yaml_text.locate(text)
    except YamlFault as found:
        fault = Fault(found.name, shown, found.message, found.hint, found.line, found.column, found.pointer)
        return RemovedIds(shown, faults=(fault,))
    if raw is None:
        return RemovedIds(shown)
    if not isinstance(raw, list):
        return RemovedIds(shown, faults=(Fault("invalid-value", shown, "the file should hold a list", _HINT),))
    return _sorted_out(raw, places, shown)


def _sorted_out(raw: list[Any], places: Places, shown: str) -> RemovedIds:
    entries: dict[str, Removed] = {}
    lines: dict[str, tuple[int, int]] = {}
    faults: list[Fault] = []
    for index, given in enumerate(raw):
        here = join("", index)
        try:
            entry = Removed.model_validate(given)
        except ValidationError as error:
            faults.append(_fault(error, index, places, shown))
            continue
        line, column = places[join(here, "id")].value
        if entry.id in entries:
            said = f"the id {entry.id!r} is listed twice"
            faults.append(Fault("duplicate-id", shown, said, "keep one of the two entries", line, column, here))
            continue
        entries[entry.id], lines[entry.id] = entry, (line, column)
    return RemovedIds(shown, entries, lines, tuple(faults))


def _fault(error: ValidationError, index: int, places: Places, shown: str) -> Fault:
    detail = error.errors(include_url=False)[0]
    at = pointer((index, *detail["loc"]))
    place = places.get(at) or places[join("", index)]
    field = str(detail["loc"][-1]) if detail["loc"] else "the entry"
    name = _NAMES.get(detail["type"], "invalid-value")
    said = f"{field}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return Fault(name, shown, said, _HINT, *place.value, pointer=at)
