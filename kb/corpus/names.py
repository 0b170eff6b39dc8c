"""The names of a record: its id, former ids, aliases, Hugging Face ids, and what it is called."""

from collections.abc import Iterator

from kb.names import Name
from kb.records import Model, Record
from kb.records.record import NamedRecord


def names_of(record: Record) -> Iterator[Name]:
    """Yield all names of a record; its id first."""
    yield Name(record.id, record.kind, record.id, "id")
    for former in record.former_ids:
        yield Name(former, record.kind, record.id, "former id")
    for alias in record.aliases:
        yield Name(alias, record.kind, record.id, "alias")
    if isinstance(record, Model):
        for repository in record.hugging_face:
            yield Name(repository, record.kind, record.id, "Hugging Face id")
    if isinstance(record, NamedRecord):
        for text in (record.name, *record.names.zh, *record.names.ja):
            yield Name(text, record.kind, record.id, "name")
