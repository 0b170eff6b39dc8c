"""The tables of a bundle: what each holds, its columns, and its rows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kb.bundle.columns import Column, columns_of, row_of
from kb.bundle.content import Content
from kb.bundle.reader import SCHEMA_VERSION
from kb.corpus import fold
from kb.estimate import Judgement
from kb.evidence import facts_of, publication_of, tier_of
from kb.records import KINDS, Case, Kind
from kb.records.case import OperatingPoint, Results, Scenario

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, its columns and its rows."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    rows: Callable[[Content], Iterable[Row]]


_RECORD = (
    Column("file", "VARCHAR", "where the record stands in the repository"),
    Column("tier", "VARCHAR", "what the evidence supports: measured, reported, official, derived or estimated"),
    Column("errors", "BIGINT", "findings of severity error, acknowledged or not"),
    Column("open_errors", "BIGINT", "those of them that no reviewer acknowledged"),
)

_CASE = (
    Column("id", "VARCHAR", "id of the case"),
    Column("title", "VARCHAR"),
    Column("model", "VARCHAR", "id of the model"),
    Column("engine", "VARCHAR", "id of the engine"),
    Column("engine_version", "VARCHAR"),
    Column("quantization", "VARCHAR", "how the weights are stored"),
    Column("kv_cache", "VARCHAR", "number format of the KV cache, where stated"),
    Column("hardware", "VARCHAR", "id of the cards that decode"),
    Column("hardware_ids", "VARCHAR[]", "ids of the cards of all pools"),
    Column("vendor", "VARCHAR", "who makes the cards that decode"),
    Column("server", "VARCHAR", "id of the server, where stated"),
    Column("pools", "VARCHAR", "cards of each pool, in words"),
    Column("cards", "BIGINT", "cards of all pools together"),
    Column("decode_cards", "BIGINT", "cards that decode"),
    Column("disaggregated", "BOOLEAN", "whether prefill and decode run on pools of their own"),
    Column("tp", "BIGINT", "tensor-parallel ranks of the cards that decode"),
    Column("pp", "BIGINT", "pipeline-parallel ranks"),
    Column("ep", "BIGINT", "expert-parallel ranks"),
    Column("dp", "BIGINT", "data-parallel ranks"),
    Column("speculation", "VARCHAR", "method of speculative decoding, where stated"),
    Column("tier", "VARCHAR", "what the evidence under the headline figure supports"),
    Column("claimed_tier", "VARCHAR", "what the submitter claims"),
    Column("verdict", "VARCHAR", "what physics says of the claim"),
    Column("verdict_because", "VARCHAR", "why"),
    Column("decode_tok_s", "DOUBLE", "highest decode throughput of its points, all sequences and cards together"),
    Column("decode_tok_s_per_card", "DOUBLE", "the same, per card that decodes"),
    Column("points", "BIGINT", "operating points"),
    Column("submitted", "VARCHAR"),
    Column("measured_on", "VARCHAR", "when it ran, where stated"),
    Column("errors", "BIGINT", "findings of severity error, acknowledged or not"),
    Column("open_errors", "BIGINT", "those of them that no reviewer acknowledged"),
    Column("warnings", "BIGINT", "findings of severity warning, acknowledged or not"),
    Column("file", "VARCHAR", "where the record stands in the repository"),
)

_POINT = (
    Column("case_id", "VARCHAR", "id of the case"),
    Column("point", "BIGINT", "number of the point in its case, from 0"),
    Column("label", "VARCHAR"),
    *(
        Column(c.name, c.type, c.comment)
        for c in _CASE
        if c.name in ("model", "engine", "engine_version", "quantization")
    ),
    Column("hardware", "VARCHAR", "id of the cards that decode"),
    Column("cards", "BIGINT", "cards of all pools together"),
    Column("tier", "VARCHAR", "what the evidence under the case's headline supports"),
    *columns_of(Scenario),
    *columns_of(Results),
    Column("decode_tok_s_per_card", "DOUBLE", "decode throughput per card that decodes"),
    Column("verdict", "VARCHAR", "what physics says of this point"),
    Column("verdict_because", "VARCHAR", "why"),
    Column(
        "ceiling_tok_s",
        "DOUBLE",
        "the fastest decode that any software could reach, every unknown in the claim's favour",
    ),
    Column("ceiling_bound_by", "VARCHAR"),
    Column("expected_tok_s", "DOUBLE", "median of the expected range; an estimate, not a measurement"),
    Column("expected_low_tok_s", "DOUBLE"),
    Column("expected_high_tok_s", "DOUBLE"),
    Column("remark", "VARCHAR"),
)


def decode_pool(case: Case) -> Any:
    """Return the pool that decodes: the one that says so, else the first."""
    return next((pool for pool in case.stack.pools if pool.role == "decode"), case.stack.pools[0])


def headline(case: Case) -> float | None:
    """Return the highest decode throughput of a case's points."""
    values = [p.results.decode_tok_s.value for p in case.points if p.results.decode_tok_s is not None]
    return max(values, default=None)


def _case_row(case: Case, content: Content) -> Row:
    pool = decode_pool(case)
    hardware = content.corpus.hardware.get(pool.hardware)
    said = content.measured(case)
    decode = headline(case)
    found = content.findings_of.get(case.id, [])
    stack = case.stack
    ids = [_current(content, "hardware", p.hardware) for p in stack.pools]
    return {
        "id": case.id,
        "title": case.title,
        "model": _current(content, "model", stack.model),
        "engine": _current(content, "engine", stack.engine.id) if stack.engine else None,
        "engine_version": stack.engine.version if stack.engine else None,
        "quantization": _current(content, "quantization", stack.quantization) if stack.quantization else None,
        "kv_cache": stack.kv_cache,
        "hardware": _current(content, "hardware", pool.hardware),
        "hardware_ids": list(dict.fromkeys(ids)),
        "vendor": hardware.vendor if hardware else None,
        "server": pool.server,
        "pools": " + ".join(
            f"{p.count}x {i}" + (f" ({p.role})" if p.role != "serve" else "")
            for p, i in zip(stack.pools, ids, strict=True)
        ),
        "cards": sum(p.count for p in stack.pools),
        "decode_cards": pool.count,
        "disaggregated": any(p.role != "serve" for p in stack.pools),
        "tp": pool.parallelism.tp,
        "pp": pool.parallelism.pp,
        "ep": pool.parallelism.ep,
        "dp": pool.parallelism.dp,
        "speculation": stack.speculation.method if stack.speculation else None,
        "tier": said.tier,
        "claimed_tier": said.claimed_tier,
        "verdict": said.verdict,
        "verdict_because": said.because,
        "decode_tok_s": decode,
        "decode_tok_s_per_card": decode / pool.count if decode is not None else None,
        "points": len(case.points),
        "submitted": case.submitted,
        "measured_on": case.measured,
        "errors": sum(f.severity == "error" for f in found),
        "open_errors": sum(f.blocks for f in found),
        "warnings": sum(f.severity == "warning" for f in found),
        "file": content.corpus.origin(case).file,
    }


def _current(content: Content, kind: str, ref: str) -> str:
    """Return the present id of what ``ref`` names; a name that leads nowhere stays as it is."""
    record = content.corpus.get(kind, ref)
    return record.id if record else ref


def _case_rows(content: Content) -> Iterator[Row]:
    for case in content.corpus.cases.values():
        yield _case_row(case, content)


def _point_rows(content: Content) -> Iterator[Row]:
    for case in content.corpus.cases.values():
        of_case = _case_row(case, content)
        for index, point in enumerate(case.points):
            yield _point_row(index, point, of_case, content.context.judgements(case)[index])


def _point_row(index: int, point: OperatingPoint, of_case: Row, judgement: Judgement) -> Row:
    decode = point.results.decode_tok_s
    ceiling, expected = judgement.ceiling, judgement.expected
    shared = ("model", "engine", "engine_version", "quantization", "hardware", "cards", "tier")
    return {
        "case_id": of_case["id"],
        "point": index,
        "label": point.label,
        **{name: of_case[name] for name in shared},
        **row_of(point.scenario, Scenario),
        **row_of(point.results, Results),
        "decode_tok_s_per_card": decode.value / of_case["decode_cards"] if decode else None,
        "verdict": judgement.verdict,
        "verdict_because": judgement.reason,
        "ceiling_tok_s": ceiling.tok_s if ceiling else None,
        "ceiling_bound_by": ceiling.bound_by if ceiling else None,
        "expected_tok_s": expected.tok_s if expected else None,
        "expected_low_tok_s": expected.low if expected else None,
        "expected_high_tok_s": expected.high if expected else None,
        "remark": point.remark,
    }


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
            "title": getattr(record, "title", None) or getattr(record, "name", record.id),
            "tier": content.tier(record),
            "file": content.corpus.origin(record).file,
            "json": content.plain(record),
        }


def _fact_rows(content: Content) -> Iterator[Row]:
    for record in content.corpus.records():
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
    Table("cases", "One row per deployment case; its operating points are in points.", _CASE, _case_rows),
    Table("points", "One row per operating point: load, results, and what physics says of them.", _POINT, _point_rows),
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
        _fact_rows,
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
