"""Write ``search.sqlite``: what a look-up or a sentence is answered from, without loading the whole bundle.

Cases are numbered in the order in which equally good matches are shown: by tier, doubted ones last, the newest first,
the more complete first. A posting is the set of the cases that have a value, as the bits of one number, so that a
question over any number of cases is a few operations on whole numbers, and the lowest bits of its answer are the best.
"""

import json
import math
import sqlite3
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kb.bundle.case_tables import CASES, POINTS
from kb.bundle.content import Content
from kb.bundle.points_in_brief import NUMBERS, SETTINGS, in_brief
from kb.bundle.reader import SCHEMA_VERSION
from kb.bundle.table import Row
from kb.bundle.tables import fact_rows
from kb.bundle.words import parts, vocabulary
from kb.names import fold
from kb.records import TIERS, Case, Claim, Record
from kb.text import title_words
from kb.verdicts import RULED_OUT

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE name (folded TEXT, kind TEXT, id TEXT, name TEXT, how TEXT, PRIMARY KEY (folded, kind, id)) WITHOUT ROWID;
CREATE TABLE record (
    kind TEXT, id TEXT, title TEXT, tier TEXT, file TEXT, standing TEXT, figures TEXT, json TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE finding (record TEXT, number INTEGER, json TEXT, PRIMARY KEY (record, number)) WITHOUT ROWID;
CREATE TABLE case_row (number INTEGER PRIMARY KEY, json TEXT);
CREATE TABLE posting (field TEXT, value TEXT, cases BLOB, PRIMARY KEY (field, value)) WITHOUT ROWID;
CREATE TABLE numbers (field TEXT PRIMARY KEY, lowest BLOB, highest BLOB, points BLOB) WITHOUT ROWID;
"""
_UNKNOWN = math.nan
# Numbers that a case has one of.
CASE_NUMBERS = ("cards", "tp", "pp", "ep", "dp")
_FACETS = ("model", "engine", "engine_version", "quantization", "kv_cache", "server", "tier", "verdict")
_STATED = ("engine_version", "quantization", "kv_cache", "server", "speculation", "measured_on")


def write_index(content: Content, path: Path) -> None:
    """Write the index of all records of ``content`` to ``path``, which does not exist yet."""
    points: dict[str, list[Row]] = {}
    for row in POINTS.rows(content):
        points.setdefault(row["case_id"], []).append(row)
    cases = [(row, points[row["id"]]) for row in CASES.rows(content)]
    connection = sqlite3.connect(path)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        with connection:
            write_cases(connection, cases, _traits(content))
            _write_records(connection, content)
            known = vocabulary(content.corpus)
            meta = {
                "schema_version": SCHEMA_VERSION,
                "generated": content.generated,
                "claims": _compact([_claim(claim, content) for claim in content.corpus.claims.values()]),
                "vocabulary": _compact(known),
                "parts": _compact(parts(known["names"], known["joints"])),
            }
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    finally:
        connection.close()


def _traits(content: Content) -> dict[str, dict[str, list[str]]]:
    """Return, by model and by hardware id, the values of facets that follow from it."""
    models = {
        m.id: {
            "lab": [m.lab] if m.lab else [],
            "family": [m.family] if m.family else [],
            "moe": ["true" if m.moe else "false"],
        }
        for m in content.corpus.models.values()
    }
    hardware = {
        h.id: {"vendor": [h.vendor], "architecture": [h.architecture] if h.architecture else []}
        for h in content.corpus.hardware.values()
    }
    return models | hardware


def write_cases(
    connection: sqlite3.Connection, cases: Iterable[tuple[Row, list[Row]]], traits: dict[str, dict[str, list[str]]]
) -> None:
    """Write rows, postings and columns of numbers for ``cases``: rows of the table ``cases`` with their points.

    ``traits`` gives for each id of a model or a kind of card the values of further facets: ``{"lab": ["qwen"]}``.
    """
    ordered = sorted(cases, key=_order)
    postings: dict[tuple[str, str], list[int]] = {}
    columns = {field: _Column(len(ordered)) for field in (*CASE_NUMBERS, *NUMBERS, "day")}
    starts = array("d", [0])
    rows = []
    for number, (case, points) in enumerate(ordered):
        brief = [in_brief(point) for point in points]
        for field, value in sorted({*_facets(case, traits), *_settings(brief)}):
            postings.setdefault((field, value), []).append(number)
        for field, found in _case_numbers(case):
            columns[field].lowest[number] = columns[field].highest[number] = found
        for field in NUMBERS:
            columns[field].add(number, [point.get(field, _UNKNOWN) for point in brief])
        starts.append(starts[-1] + len(brief))
        shown = {name: value for name, value in case.items() if value is not None and name != "reproduced_by"}
        rows.append((number, _compact(shown | {"operating_points": brief})))
    connection.executemany("INSERT INTO case_row VALUES (?, ?)", rows)
    connection.executemany(
        "INSERT INTO posting VALUES (?, ?, ?)",
        ((field, value, packed(found)) for (field, value), found in sorted(postings.items())),
    )
    nothing = array("d")
    stored = [(field, c.lowest, c.highest, c.points) for field, c in columns.items()]
    # Where the points of each case begin, and after the last, where they end.
    stored.append(("point", nothing, nothing, starts))
    connection.executemany(
        "INSERT INTO numbers VALUES (?, ?, ?, ?)", ((field, *map(_bytes, found)) for field, *found in sorted(stored))
    )


class _Column:
    """One field: the lowest and the highest number of each case, and the number of each operating point."""

    def __init__(self, cases: int) -> None:
        self.lowest = array("d", [_UNKNOWN]) * cases
        self.highest = array("d", [_UNKNOWN]) * cases
        self.points = array("d")

    def add(self, case: int, values: list[float]) -> None:
        self.points.extend(values)
        known = [value for value in values if not math.isnan(value)]
        if known:
            self.lowest[case], self.highest[case] = min(known), max(known)


def packed(cases: Iterable[int]) -> bytes:
    """Return the set of ``cases`` as the bits of one number, the lowest first, compressed."""
    found = list(cases)
    bits = bytearray(max(found, default=0) // 8 + 1)
    for case in found:
        bits[case >> 3] |= 1 << (case & 7)
    return zlib.compress(bytes(bits), 1)


def _bytes(column: "array[float]") -> bytes:
    if sys.byteorder == "big":  # pragma: no cover - the file is little-endian
        column.byteswap()
    return zlib.compress(column.tobytes(), 1)


def _order(entry: tuple[Row, list[Row]]) -> tuple[Any, ...]:
    case, points = entry
    stated = sum(case[name] is not None for name in _STATED)
    stated += sum(any(point[name] is not None for point in points) for name in ("input_tokens", "ttft_ms_p50"))
    return (
        TIERS.index(case["tier"]),
        case["verdict"] in RULED_OUT,
        [-ord(letter) for letter in case["day"] or ""] or [0],
        -stated,
        -len(points),
        case["id"],
    )


def _facets(case: Row, traits: dict[str, dict[str, list[str]]]) -> Iterator[tuple[str, str]]:
    for field in _FACETS:
        if case[field] is not None:
            yield field, str(case[field])
    yield "disaggregated", "true" if case["disaggregated"] else "false"
    yield "speculation", "true" if case["speculation"] else "false"
    for card in case["hardware_ids"]:
        yield "hardware", card
    derived = {
        (field, value)
        for name in (case["model"], *case["hardware_ids"])
        for field, values in traits.get(name, {}).items()
        for value in values
    }
    yield from sorted(derived)
    for word in sorted(title_words(case["title"])):
        yield "word", word


def _settings(points: list[Row]) -> Iterator[tuple[str, str]]:
    for field in SETTINGS:
        for value in {point[field] for point in points if field in point}:
            yield field, f"{value:g}"


def _case_numbers(case: Row) -> Iterator[tuple[str, float]]:
    for field in CASE_NUMBERS:
        if case[field] is not None:
            yield field, case[field]
    if case["day"]:
        yield "day", float(case["day"].replace("-", ""))


def _write_records(connection: sqlite3.Connection, content: Content) -> None:
    names = {(fold(n.text), n.kind, n.id): (n.text, n.how) for n in content.corpus.names.all()}
    connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?)", ((*key, *names[key]) for key in sorted(names)))
    records = sorted(content.corpus.records(), key=lambda record: (record.kind, record.id))
    connection.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                r.kind,
                r.id,
                content.title(r),
                content.tier(r),
                content.corpus.origin(r).file,
                _compact(_standing(r, content)),
                _compact(_figures(r, content)),
                _compact(content.plain(r)),
            )
            for r in records
        ),
    )
    connection.executemany(
        "INSERT INTO finding VALUES (?, ?, ?)",
        (
            (record, number, _compact(finding.plain()))
            for record, found in sorted(content.findings_of.items())
            for number, finding in enumerate(sorted(found, key=lambda f: (f.line, f.code)))
        ),
    )


def _standing(record: Record, content: Content) -> Row:
    """Return what is said of a case beyond its own words."""
    if not isinstance(record, Case):
        return {}
    others = content.reproduced_by(record)
    return {
        "verdict": content.measured(record).verdict,
        "independently_reproduced": 1 + len({other["party"] for other in others}),
        "reproduced_by": others,
    }


def _figures(record: Record, content: Content) -> Row:
    """Return all numbers of a record with the tier of each, and the verdicts of the points of a case."""
    judgements = content.context.judgements(record) if isinstance(record, Case) else ()
    names = ("pointer", "value", "disputed", "tier", "why")
    return {
        "facts": [{name: row.get(name) for name in names} for row in fact_rows(record, content)],
        "verdicts": [judgement.verdict for judgement in judgements],
    }


def _claim(claim: Claim, content: Content) -> Row:
    subject = claim.subject
    hardware = content.corpus.hardware.get(subject.hardware) if subject.hardware else None
    return {
        "id": claim.id,
        "title": claim.title,
        "tier": content.tier(claim),
        "model": subject.model,
        "hardware": subject.hardware,
        "engine": subject.engine,
        "quantization": subject.quantization,
        "vendor": hardware.vendor if hardware else None,
    }


def _compact(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
