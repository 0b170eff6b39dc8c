"""The tables of deployments: one row per case, and one per operating point."""

from collections.abc import Iterator

from kb.bundle.case_day import case_day
from kb.bundle.columns import Column, columns_of, row_of
from kb.bundle.content import Content
from kb.bundle.table import Row, Table
from kb.estimate import Judgement, tpot_ms
from kb.records import Case, Pool
from kb.records.case import OperatingPoint, Results, Scenario

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
    Column("tpot_ms_low", "DOUBLE", "lowest time per output token of its points, median or mean"),
    Column("tpot_ms_high", "DOUBLE", "highest of them"),
    Column("total_tok_s", "DOUBLE", "highest throughput of input and output tokens together"),
    Column("points", "BIGINT", "operating points"),
    Column("independently_reproduced", "BIGINT", "parties that reported a point of it within 10 %, its own too"),
    Column("reproduced_by", "JSON", "the others: a list of {case, party}"),
    Column("submitted", "VARCHAR"),
    Column("measured_on", "VARCHAR", "when it ran, where stated"),
    Column("day", "VARCHAR", "the day it is from: of the run, else submitted, else of its engine or its source"),
    Column("dated_by", "VARCHAR", "by what: measured, submitted, engine-release or published"),
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
    Column("locator", "VARCHAR", "where in the source of its evidence the point stands"),
    Column("caveat", "VARCHAR", "why the figures may not mean what they seem"),
    Column("remark", "VARCHAR"),
)


def decode_pool(case: Case) -> Pool:
    """Return the pool that decodes: the one that says so, else the first."""
    return next((pool for pool in case.stack.pools if pool.role == "decode"), case.stack.pools[0])


def highest_decode(case: Case) -> float | None:
    """Return the highest decode throughput of a case's points."""
    values = [p.results.decode_tok_s.value for p in case.points if p.results.decode_tok_s is not None]
    return max(values, default=None)


def _case_row(case: Case, content: Content) -> Row:
    pool = decode_pool(case)
    hardware = content.corpus.hardware.get(pool.hardware)
    said = content.measured(case)
    decode = highest_decode(case)
    others = content.reproduced_by(case)
    steps = [step for point in case.points if (step := tpot_ms(point.results)) is not None]
    found = content.findings_of.get(case.id, [])
    day, dated_by = case_day(case, content)
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
        "tpot_ms_low": min(steps, default=None),
        "tpot_ms_high": max(steps, default=None),
        "total_tok_s": max((p.results.total_tok_s.value for p in case.points if p.results.total_tok_s), default=None),
        "points": len(case.points),
        "independently_reproduced": 1 + len({other["party"] for other in others}),
        "reproduced_by": others,
        "submitted": case.submitted,
        "measured_on": case.measured,
        "day": day.isoformat() if day else None,
        "dated_by": dated_by,
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
        "locator": point.locator,
        "caveat": point.caveat,
        "remark": point.remark,
    }


CASES = Table("cases", "One row per deployment case; its operating points are in points.", _CASE, _case_rows)
POINTS = Table(
    "points", "One row per operating point: load, results, and what physics says of them.", _POINT, _point_rows
)
