"""Who published what, where: a source, whether it has a record or is given where it is used."""

from dataclasses import dataclass

from kb.corpus import Corpus
from kb.records import Evidence
from kb.records.evidence import SourceKind


@dataclass(frozen=True)
class Publication:
    """What is published where: the source of an evidence, whether it is a record or given inline."""

    title: str
    url: str
    kind: SourceKind
    publisher: str | None
    vendor: str | None
    ran_by: str | None
    date: str | None


def publication_of(evidence: Evidence, corpus: Corpus) -> Publication | None:
    """Return the source of ``evidence``, or None when it names a record that the corpus lacks."""
    source = evidence.source
    if isinstance(source, str):
        found = corpus.sources.get(source)
        if found is None:
            return None
        return Publication(
            found.title, found.url, found.source_kind, found.publisher, found.vendor, found.ran_by, found.date
        )
    return Publication(source.title, source.url, source.kind, source.publisher, source.vendor, None, source.date)
