"""The tables of a bundle: what each holds, its columns, and its rows."""

from collections.abc import Callable, Iterator

from kb.bundle.case_tables import CASES, POINTS
from kb.bundle.columns import Column, columns_of, row_of
from kb.bundle.content import Content
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.table import Row, Table
from kb.corpus import fold
from kb.evidence import facts_of, publication_of, tier_of
from kb.records import KINDS, Kind, Record

_RECORD = (
    Column("file", "VARCHAR", "where the record stands in the repository"),
    Column("tier", "VARCHAR", "what the evidence supports: measured, reported, official, derived or estimated"),
    Column("errors", "BIGINT", "findings of severity error, acknowledged or not"),
    Column("open_errors", "BIGINT", "those of them that no reviewer acknowledged"),
)


def _rows_of_kind(kind: Kind) -> Callable[[Content], Iterator[Row]]:
    def rows(content: Content) -> Iterator[Row]:
        for record in content.records(kind):
            found = content.findings_of.get(record.id, ())
            yield {
                **row_of(record, kind.model),
                "file": content.corpus.origin(record).file,
                "tier": content.tier(record),
                "errors": sum(f.severity == "error" for f in found),
                "open_errors": sum(f.blocks for f in found),
            }

    return rows


def _record_rows(content: Content) -> Iterator[Row]:
    for record in content.corpus.records():
        yield {
            "kind": record.kind,
            "id": record.id,
            "title": content.title(record),
            "tier": content.tier(record),
            "file": content.corpus.origin(record).file,
            "json": content.plain(record),
        }


def _all_fact_rows(content: Content) -> Iterator[Row]:
    for record in content.corpus.records():
        yield from fact_rows(record, content)


def fact_rows(record: Record, content: Content) -> Iterator[Row]:
    """Yield a row for each number of a record, and one for each value that is disputed."""
    for pointer, fact in facts_of(record):
        place = {"kind": record.kind, "record": record.id, "pointer": pointer, "field": pointer.rpartition("/")[2]}
        yield {
            **place,
            "value": fact.value,
            "disputed": False,
            "tier": tier_of(fact.evidence, record, content.corpus),
            "evidence": list(fact.evidence),
            "note": fact.note,
        }
        for other in fact.disputed:
            yield {
                **place,
                "value": other.value,
                "disputed": True,
                "why": other.why,
                "tier": tier_of(other.evidence, record, content.corpus),
                "evidence": list(other.evidence),
            }


def _evidence_rows(content: Content) -> Iterator[Row]:
    for record in content.corpus.records():
        for evidence in record.evidence:
            support = content.support(evidence, record)
            source = publication_of(evidence, content.corpus)
            yield {
                "kind": record.kind,
                "record": record.id,
                "id": evidence.id,
                "source": evidence.source if isinstance(evidence.source, str) else None,
                "publisher": source.publisher if source else None,
                "title": source.title if source else None,
                "url": source.url if source else None,
                "source_kind": source.kind if source else None,
                "locator": evidence.locator,
                "claimed_tier": evidence.claimed_tier,
                "supported_tier": support.tier,
                "supported_because": support.reason,
                "exactness": evidence.exactness,
                "submitter_role": evidence.submitter_role,
                "ran_by": evidence.ran_by,
                "accessed": evidence.accessed,
                "formula": evidence.formula,
                "artifact_sha256": evidence.artifact.sha256 if evidence.artifact else None,
                "note": evidence.note,
            }


def _finding_rows(content: Content) -> Iterator[Row]:
    for finding in content.findings:
        yield finding.plain()


def _alias_rows(content: Content) -> Iterator[Row]:
    for name in content.corpus.names.all():
        yield {"name": name.text, "folded": fold(name.text), "kind": name.kind, "id": name.id, "how": name.how}


def _meta_rows(content: Content) -> Iterator[Row]:
    yield {"key": "schema_version", "value": SCHEMA_VERSION}
    yield {"key": "generated", "value": content.generated}
    yield {"key": "license", "value": "CC-BY-SA-4.0"}


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "VARCHAR") for name in names)


TABLES: tuple[Table, ...] = (
    Table(
        "meta", "What this bundle is: schema version, date of the data, licence.", _texts("key", "value"), _meta_rows
    ),
    *(
        Table(
            kind.plural,
            f"One row per {kind.name} record; numbers without their evidence, which is in facts.",
            (*columns_of(kind.model), *_RECORD),
            _rows_of_kind(kind),
        )
        for kind in KINDS.values()
        if kind.name != "case"
    ),
    CASES,
    POINTS,
    Table(
        "facts",
        "Every number of every record with its evidence; disputed values are rows of their own.",
        (
            *_texts("kind", "record", "pointer", "field"),
            Column("value", "DOUBLE"),
            Column("disputed", "BOOLEAN", "true for a value that the record does not take"),
            Column("why", "VARCHAR", "who differs and why, for a disputed value"),
            Column("tier", "VARCHAR", "the strongest tier among its evidence"),
            Column("evidence", "VARCHAR[]", "ids in the table evidence, together with record"),
            Column("note", "VARCHAR"),
        ),
        _all_fact_rows,
    ),
    Table(
        "evidence",
        "Where numbers come from, the tier that was claimed and the tier that is supported.",
        _texts(
            "kind",
            "record",
            "id",
            "source",
            "publisher",
            "title",
            "url",
            "source_kind",
            "locator",
            "claimed_tier",
            "supported_tier",
            "supported_because",
            "exactness",
            "submitter_role",
            "ran_by",
            "accessed",
            "formula",
            "artifact_sha256",
            "note",
        ),
        _evidence_rows,
    ),
    Table(
        "findings",
        "What the checks found.",
        (
            *_texts("code", "name", "severity", "file"),
            Column("line", "BIGINT"),
            Column("column", "BIGINT"),
            *_texts("pointer", "record", "message", "hint"),
            Column("data", "JSON", "the figures of the message"),
            Column("acknowledged", "BOOLEAN", "whether a reviewer let it stand"),
            Column("reason", "VARCHAR", "the reviewer's words"),
        ),
        _finding_rows,
    ),
    Table(
        "aliases",
        "Every name that leads to a record.",
        (
            Column("name", "VARCHAR"),
            Column("folded", "VARCHAR", "without case, spaces, hyphens"),
            *_texts("kind", "id"),
            Column("how", "VARCHAR", "id, former id, alias, name or Hugging Face id"),
        ),
        _alias_rows,
    ),
    Table(
        "records",
        "One row per record of any kind, with its JSON form.",
        (*_texts("kind", "id", "title", "tier", "file"), Column("json", "JSON")),
        _record_rows,
    ),
)
