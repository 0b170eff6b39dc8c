"""The corpus: all records, where each stands, and what could not become one."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from kb.corpus import yaml_text
from kb.corpus.fault import Fault
from kb.corpus.files import read_text, record_files, show
from kb.corpus.names import names_of
from kb.corpus.pointer import parents
from kb.corpus.removed import NOTHING_REMOVED, RemovedIds, gone_of, read_removed
from kb.corpus.validate import complaints
from kb.corpus.yaml_text import Place, Places, YamlFault
from kb.errors import NoCorpus
from kb.names import NameIndex, fold
from kb.records import (
    KINDS,
    Case,
    Claim,
    Engine,
    Hardware,
    Interconnect,
    Kind,
    Model,
    Quantization,
    Record,
    Server,
    Source,
    kind_of,
)

R = TypeVar("R", bound=Record)
_PLURALS = frozenset(kind.plural for kind in KINDS.values())


class Shelf(Mapping[str, R], Generic[R]):
    """The records of one kind by id, in order of id. A former id finds its record too, but is not listed."""

    def __init__(self, records: Iterable[R]) -> None:
        self._records = {record.id: record for record in sorted(records, key=lambda r: r.id)}
        self._former = {old: record for record in self._records.values() for old in record.former_ids}

    def __getitem__(self, key: str) -> R:
        found = self._records.get(key) or self._former.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


@dataclass
class Origin:
    """The file of a record, and, once asked for, the place of each field.

    ``folder`` is where a submitted file lies; None for a file of the corpus.
    """

    file: str
    text: str
    folder: Path | None = None
    _places: Places | None = field(default=None, repr=False)

    def place(self, pointer: str) -> Place:
        """Return where ``pointer`` stands, or the nearest thing around it that the file holds."""
        if self._places is None:
            self._places = yaml_text.locate(self.text)
        for candidate in parents(pointer):
            if candidate in self._places:
                return self._places[candidate]
        return Place((1, 1), (1, 1))


class Corpus:
    """All records of a folder; each is valid by itself, what they say of each other is for ``kb.checks``.

    Attributes:
        root: the folder that holds ``data/``; files are shown relative to it.
        faults: what kept files from becoming records, in order of file and line.
        files: how many record files were looked at.
        today: the day on which dates are judged; None leaves dates in the future unjudged.
        removed: the ids that led to a record once, and to none any more.
    """

    def __init__(
        self,
        root: Path,
        records: Iterable[tuple[Record, Origin]],
        faults: Iterable[Fault],
        files: int,
        today: datetime.date | None = None,
        removed: RemovedIds = NOTHING_REMOVED,
    ) -> None:
        self.root = root
        self.today = today
        self.files = files
        self.removed = removed
        self._read = (tuple(records), tuple(faults))
        records, faults = self._read
        kept, clashes = _without_clashes(records, removed)
        self._origins = {(record.kind, record.id): origin for record, origin in kept}
        everything = [record for record, _ in kept]

        def shelf(model: type[R]) -> Shelf[R]:
            return Shelf(record for record in everything if isinstance(record, model))

        self.hardware = shelf(Hardware)
        self.servers = shelf(Server)
        self.interconnects = shelf(Interconnect)
        self.models = shelf(Model)
        self.engines = shelf(Engine)
        self.quantizations = shelf(Quantization)
        self.cases = shelf(Case)
        self.claims = shelf(Claim)
        self.sources = shelf(Source)
        gone = {entry.id: gone_of(entry) for entry in removed.entries.values()}
        self.names = NameIndex((name for record in everything for name in names_of(record)), gone)
        lost = removed.leading_nowhere({name: self.shelf(name) for name in KINDS})
        found = (*faults, *clashes, *removed.faults, *lost)
        self.faults = tuple(sorted(found, key=lambda f: (f.file, f.line, f.column, f.name)))

    def shelf(self, kind: Kind | str) -> Shelf[Any]:
        """Return the records of a kind, given as a :class:`Kind`, its name or its plural; raise KeyError for others."""
        name = kind.plural if isinstance(kind, Kind) else (KINDS[kind].plural if kind in KINDS else kind)
        if name not in _PLURALS:
            raise KeyError(kind)
        shelf: Shelf[Any] = getattr(self, name)
        return shelf

    def records(self) -> Iterator[Record]:
        """Yield all records, kind by kind, in order of id."""
        for kind in KINDS.values():
            yield from self.shelf(kind).values()

    def get(self, kind: Kind | str, ref: str) -> Record | None:
        """Return the record of ``kind`` with this id or former id, or None."""
        record: Record | None = self.shelf(kind).get(ref)
        return record

    def origin(self, record: Record) -> Origin:
        """Return where a record of this corpus was read from."""
        return self._origins[(record.kind, record.id)]

    def folder_of(self, record: Record) -> Path | None:
        """Return the folder of a submitted record, None for one of the corpus itself."""
        origin = self._origins.get((record.kind, record.id))
        return origin.folder if origin else None

    def submit(self, paths: Iterable[Path | str]) -> "Corpus":
        """Return this corpus with files from outside read as if they were part of it.

        A file whose id the corpus already has takes that record's place.
        """
        read: list[tuple[Record, Origin]] = []
        faults: list[Fault] = []
        files = [Path(path) for path in paths]
        shown = [show(path, self.root) for path in files]
        for path, name in zip(files, shown, strict=True):
            _read(path, name, None, read, faults)
        replaced = {record.id for record, _ in read}
        kept = [(record, origin) for record, origin in self._read[0] if record.id not in replaced]
        old_faults = [fault for fault in self._read[1] if fault.file not in shown]
        every = self.files + len(files)
        return Corpus(self.root, [*kept, *read], [*old_faults, *faults], every, self.today, self.removed)

    def resolve(self, text: str, kind: str | None = None) -> Record:
        """Return the one record that ``text`` names (id, former id, alias, name, Hugging Face id).

        Raises:
            UnknownName: nothing, or more than one record, goes by that name; ``candidates`` lists ids. Of a removed id
                it says when and why it was removed.
        """
        name = self.names.resolve(text, kind)
        record: Record = self.shelf(name.kind)[name.id]
        return record


def _without_clashes(
    records: Iterable[tuple[Record, Origin]], removed: RemovedIds
) -> tuple[list[tuple[Record, Origin]], list[Fault]]:
    """Return the records that keep their names, and a fault for each one whose id or alias is taken, or was removed."""
    kept: list[tuple[Record, Origin]] = []
    faults: list[Fault] = []
    ids: dict[str, tuple[Record, Origin]] = {}
    names: dict[str, tuple[Record, Origin]] = {}
    for record, origin in records:
        reused = removed.reused(record, origin.file, origin.place)
        if reused is not None:
            faults.append(reused)
            continue
        clash = next((i for i in (record.id, *record.former_ids) if i in ids), None)
        if clash is not None:
            pointer = "/id" if clash == record.id else f"/former_ids/{record.former_ids.index(clash)}"
            line, column = origin.place(pointer).value
            faults.append(
                Fault(
                    "duplicate-id",
                    origin.file,
                    f"the id {clash!r} is taken by {ids[clash][1].file}",
                    "give this record an id of its own, or delete one of the two files",
                    line,
                    column,
                    pointer,
                    record.id,
                    {"id": clash, "other": ids[clash][1].file},
                )
            )
            continue
        kept.append((record, origin))
        for taken in (record.id, *record.former_ids):
            ids[taken] = (record, origin)
    for record, origin in kept:
        for name in names_of(record):
            if name.how == "name":
                continue
            key = fold(name.text)
            other = names.setdefault(key, (record, origin))
            if other[0] is not record:
                faults.append(_alias_clash(record, origin, name.text, other))
    return kept, faults


def _alias_clash(record: Record, origin: Origin, text: str, other: tuple[Record, Origin]) -> Fault:
    pointer = "/id"
    for field_name in ("aliases", "hugging_face", "former_ids"):
        values = getattr(record, field_name, ())
        if text in values:
            pointer = f"/{field_name}/{values.index(text)}"
    line, column = origin.place(pointer).value
    return Fault(
        "alias-collision",
        origin.file,
        f"{text!r} already means {other[0].id} ({other[1].file})",
        "a name leads to one record: drop it here or there, or make it more exact",
        line,
        column,
        pointer,
        record.id,
        {"name": text, "other": other[0].id},
    )


def open_corpus(root: Path | str = ".", today: datetime.date | None = None) -> Corpus:
    """Read the corpus in ``root`` (the folder that holds ``data/``).

    Args:
        root: the folder of the knowledge base.
        today: see :class:`Corpus`.

    Raises:
        NoCorpus: there is no ``data`` folder, or no record in it.
    """
    root = Path(root)
    data = root / "data"
    if not data.is_dir():
        raise NoCorpus(
            f"no data folder at {show(data, root.parent)}; run from the folder of the knowledge base, or name it"
        )
    faults: list[Fault] = []
    read: list[tuple[Record, Origin]] = []
    files = 0
    try:
        entries = list(record_files(data, root))
    except OSError as error:
        raise NoCorpus(f"{show(data, root.parent)} cannot be read: {error.strerror or error}") from None
    for entry in entries:
        if isinstance(entry, Fault):
            faults.append(entry)
            continue
        files += 1
        _read(entry, show(entry, root), data, read, faults)
    if files == 0:
        raise NoCorpus(f"{show(data, root.parent)} holds no record; records are .yaml files in its folders")
    return Corpus(root, read, faults, files, today, read_removed(data, root))


def _read(path: Path, shown: str, data: Path | None, read: list[tuple[Record, Origin]], faults: list[Fault]) -> None:
    """Read one file; add a record to ``read``, or what is wrong to ``faults``."""
    text = read_text(path, shown)
    if isinstance(text, Fault):
        faults.append(text)
        return
    try:
        yaml_text.scan(text)
        raw = yaml_text.load(text)
    except YamlFault as found:
        faults.append(Fault(found.name, shown, found.message, found.hint, found.line, found.column, found.pointer))
        return
    origin = Origin(shown, text, None if data is not None else path.parent)
    named = raw.get("id") if isinstance(raw, dict) else None
    record_id = str(named)[:100] if isinstance(named, str) else None

    def fault(name: str, pointer: str, message: str, hint: str, **data: Any) -> None:
        place = origin.place(pointer)
        line, column = place.key if name == "unknown-field" else place.value
        faults.append(Fault(name, shown, message, hint, line, column, pointer, record_id, data))

    if raw is None:
        faults.append(Fault("empty-file", shown, "no record in this file", "write one, or delete the file"))
        return
    kind = kind_of(raw)
    if kind is None:
        given = raw.get("kind") if isinstance(raw, dict) else None
        if not isinstance(raw, dict):
            message = (
                f"the file holds {'a list' if isinstance(raw, list) else 'plain text'} where a record should stand"
            )
        elif given is None:
            message = "the record does not say its kind"
        else:
            message = f"unknown kind {str(given)[:60]!r}"
        fault("unknown-kind", "/kind", message, f"the second line is kind: and one of {', '.join(KINDS)}")
        return
    try:
        record = kind.model.model_validate(raw)
    except ValidationError as error:
        for c in complaints(error, raw, kind):
            fault(c.name, c.pointer, c.message, c.hint, **c.data)
        return
    read.append((record, origin))
    if path.name != f"{record.id}.yaml":
        fault(
            "file-name-mismatch",
            "/id",
            f"the file is called {path.name[:120]!r}, its record {record.id!r}",
            f"call the file {record.id}.yaml",
        )
    if data is not None:
        folders = path.relative_to(data).parts[:-1]
        expected = _folder(record, kind, folders)
        if folders != expected:
            fault(
                "wrong-folder",
                "/kind",
                f"a {kind.name} in data/{'/'.join(folders)}",
                f"move the file to data/{'/'.join(expected)}/",
            )


def _folder(record: Record, kind: Kind, folders: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(record, Hardware):
        return (kind.folder, record.vendor)
    if isinstance(record, Model):
        return (kind.folder, record.lab)
    if isinstance(record, Case):
        # Below the year, cases that came from one source may share a folder.
        year = folders[1] if len(folders) > 1 and folders[1].isdigit() and len(folders[1]) == 4 else "<year>"
        return (kind.folder, year, *folders[2:3])
    return (kind.folder,)
