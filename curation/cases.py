"""Measured points -> case records: one case per stack, engine version, format, parallelism and lengths.

What the points of one case share stands once: the stack, who ran it, the note. What tells them apart stands with each:
the place in the source, the load, the figures. A collection that is a grid by nature (every batch with every length, as
one run of llama-bench or a table of static batches prints it) keeps its lengths in one case.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from curation.measured import Measured
from kb.canonical.key_order import in_order
from kb.canonical.yaml_writer import to_yaml
from kb.corpus import Corpus
from kb.importers.present import present
from kb.names import slug
from kb.records import Case, Hardware, Model

_SCHEMA = "# yaml-language-server: $schema=../../../../schema/draft-07/case.json\n"
_KINDS = {"static": "static-batch", "closed": "serving", "open": "serving", "queued": "offline"}
_LONGEST_STEM = 88
_PUBLISHED = "the day is that of its publication; when it ran is not stated"


@dataclass(frozen=True)
class Collection:
    """Cases that were made of one gathered table.

    Attributes:
        folder: the folder below the year.
        title: a few words that end each title, to tell where the case is from.
        grid: whether points of several lengths stand in one case.
        sources: the sources whose rows belong to it; empty for all.
    """

    folder: str
    title: str
    grid: bool = False
    sources: frozenset[str] = frozenset()


def case_files(rows: Iterable[Measured], collection: Collection, corpus: Corpus) -> dict[str, str]:
    """Return the text of every case by its path below the repository.

    Raises:
        ValueError: two cases come to have one id, or a model or a card has no record.
    """
    groups: dict[tuple[Any, ...], list[Measured]] = defaultdict(list)
    for row in rows:
        groups[_key(row, collection)].append(row)
    files: dict[str, str] = {}
    for key, points in groups.items():
        record = _record(key, points, collection, corpus)
        Case.model_validate(record)
        year = (points[0].date or _published(points[0], corpus))[:4]
        path = str(PurePosixPath("data/cases", year, collection.folder, f"{record['id']}.yaml"))
        if path in files:
            raise ValueError(f"two cases at {path}")
        files[path] = _SCHEMA + to_yaml(in_order(record))
    return files


def _key(row: Measured, collection: Collection) -> tuple[Any, ...]:
    stack: tuple[Any, ...] = (
        row.source,
        row.hardware,
        row.count,
        row.model,
        row.quantization,
        row.kv_cache,
        row.engine,
    )
    stack += (row.engine_version, row.backend, row.date, row.tp, row.pp, row.ep, row.dp, row.attention_dp)
    stack += (row.role, row.workers, row.draft_tokens, repr(sorted(row.stack.items())), repr(row.pools))
    key = (*stack, row.ran_by, row.weights_gb, *row.run)
    if collection.grid:
        return key
    stated = {name: row.stated.get(name) for name in ("input_tokens", "output_tokens", "shortest_share", "dataset")}
    return (*key, *_lengths(row), repr(stated))


def _lengths(row: Measured) -> tuple[Any, Any]:
    if "lengths" in row.stated:
        # A client that draws lengths at random prints their means, which differ from run to run.
        return tuple(row.stated["lengths"])
    return row.input_tokens, row.output_tokens


def _stated_lengths(row: Measured) -> tuple[Any, Any]:
    if "lengths" in row.stated:
        return _lengths(row)
    return row.stated.get("input_tokens", row.input_tokens), row.stated.get("output_tokens", row.output_tokens)


def _published(row: Measured, corpus: Corpus) -> str:
    source = corpus.sources[row.source]
    return source.date or source.accessed or ""


def _record(key: tuple[Any, ...], points: list[Measured], collection: Collection, corpus: Corpus) -> dict[str, Any]:
    first = points[0]
    evidence = [_evidence(points, corpus)]
    derived = sorted({formula for row in points for formula in row.formulas.values()})
    evidence += [
        {"id": f"ev-worked-out-{number}", "source": first.source, "formula": formula}
        for number, formula in enumerate(derived, 1)
    ]
    notes = {row.note for row in points}
    return {"kind": "case", "id": _id(key, first, collection), "title": _title(points, collection, corpus)} | present(
        default_evidence="ev-source",
        measured=first.date,
        division=first.division,
        stack=_stack(first),
        weights_gb=_weights(first, derived),
        points=[_point(row, derived, alone=len(notes) > 1) for row in _in_order(points)],
        evidence=evidence,
    )


def _in_order(points: list[Measured]) -> list[Measured]:
    return sorted(points, key=lambda row: (*(n or 0 for n in _lengths(row)), row.in_flight or 0))


def _id(key: tuple[Any, ...], row: Measured, collection: Collection) -> str:
    """Return an id that reads well, and ends in a checksum of all that tells the case from others."""
    lengths = "" if collection.grid else "-".join(f"{plain(n)}" for n in _stated_lengths(row) if n)
    parts = [f"{row.hardware}-x{row.count}", row.engine or "", _short(row.engine_version), row.quantization, lengths]
    stem = slug("-".join(["case", row.model, *(part for part in parts if part)]))[:_LONGEST_STEM].rstrip("-.")
    digest = hashlib.sha256(repr((collection.folder, *key)).encode()).hexdigest()[:8]
    return f"{stem}-{digest}"


def _short(version: str | None) -> str:
    """Return a version that is one word; some sources print a sentence."""
    return version if version is not None and re.fullmatch(r"[\w.+-]{1,24}", version) else ""


def _ranks(row: Measured) -> dict[str, int]:
    dp = (row.dp or 1) * (row.attention_dp or 1) * ((row.workers or 1) if row.attention_dp else 1)
    said = {"tp": row.tp, "pp": row.pp, "ep": row.ep, "dp": dp if row.dp or row.attention_dp else None}
    return {name: rank for name, rank in said.items() if rank is not None}


def _stack(row: Measured) -> dict[str, Any]:
    pool = present(
        role=row.role,
        hardware=row.hardware,
        count=row.count * (row.workers or 1),
        count_of="worker" if row.role == "decode" and row.workers is None else None,
        parallelism=_ranks(row),
    )
    engine = present(id=row.engine, version=row.engine_version, backend=row.backend) if row.engine else None
    if engine and row.engine_version:
        engine["version"] = row.engine_version[:200]
    speculation = None
    if row.draft_tokens is not None:
        speculation = {"method": "not stated", "draft_tokens": row.draft_tokens}
    more = dict(row.stack)
    if "speculation" in more:
        speculation = more.pop("speculation")
    if engine and "image" in more:
        engine["image"] = more.pop("image")
    return present(
        model=row.model,
        engine=engine,
        quantization=row.quantization,
        kv_cache=row.kv_cache,
        speculation=speculation,
        pools=[*(dict(other) for other in row.pools), pool],
        **more,
    )


def _weights(row: Measured, derived: list[str]) -> Any:
    if row.weights_gb is None:
        return None
    return _fact(row.weights_gb, row.formulas.get("weights_gb"), derived)


def _fact(value: float, formula: str | None, derived: list[str]) -> Any:
    value = plain(value)
    if formula is None:
        return value
    return {"value": value, "evidence": [f"ev-worked-out-{derived.index(formula) + 1}"]}


def plain(value: float) -> int | float:
    """Return a whole number as one: 128.0 stands in no source."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _point(row: Measured, derived: list[str], *, alone: bool) -> dict[str, Any]:
    results: dict[str, Any] = {}
    figures: dict[str, float | None] = {
        "decode_tok_s": row.decode_tok_s,
        f"ttft_ms/{row.ttft_is}": row.ttft_ms,
        f"tpot_ms/{row.tpot_is}": row.tpot_ms,
        "e2e_ms/mean": row.e2e_ms,
        "spread_pct": row.spread_pct,
        **row.results,
    }
    for place, value in figures.items():
        if value is None:
            continue
        name, _, statistic = place.partition("/")
        fact = _fact(value, row.formulas.get(place), derived)
        if statistic:
            results.setdefault(name, {})[statistic] = fact
        else:
            results[name] = fact
    remarks = [row.note if alone else None, row.remark]
    return present(
        label=row.label,
        locator=row.locator,
        scenario=_scenario(row),
        results=results,
        caveat=row.aside,
        remark="; ".join(remark for remark in remarks if remark) or None,
    )


def _scenario(row: Measured) -> dict[str, Any]:
    in_flight = None if row.in_flight is None else plain(row.in_flight)
    scenario: dict[str, Any] = {
        "kind": _KINDS[row.load],
        "input_tokens": None if row.input_tokens is None else plain(row.input_tokens),
        "output_tokens": None if row.output_tokens is None else plain(row.output_tokens),
        "batch": in_flight if row.load == "static" else None,
        "concurrency": in_flight if row.load == "closed" else None,
        "max_batch": in_flight if row.load == "queued" else None,
    }
    said = {name: plain(value) if isinstance(value, float) else value for name, value in row.stated.items()}
    said.pop("lengths", None)
    return present(**(scenario | said))


def _evidence(points: list[Measured], corpus: Corpus) -> dict[str, Any]:
    first = points[0]
    notes = {row.note for row in points}
    said = [
        first.note if len(notes) == 1 else None,
        _PUBLISHED if first.date and first.date_is == "published" else None,
    ]
    return present(
        id="ev-source",
        source=first.source,
        locator=_common_place([row.locator for row in points]),
        exactness="exact",
        ran_by=first.ran_by or corpus.sources[first.source].ran_by,
        accessed=corpus.sources[first.source].accessed,
        note="; ".join(note for note in said if note) or None,
    )


def _common_place(places: list[str]) -> str:
    """Return where all points stand: the file before the line, or the words that all places begin with."""
    files = {place.partition("#")[0] for place in places if "#" in place}
    if len(files) == 1 and all("#" in place for place in places):
        return files.pop()
    shared = places[0]
    for place in places[1:]:
        while not place.startswith(shared):
            shared = shared[:-1]
    if shared == places[0]:
        return shared
    kept = re.sub(r"[^,:]*$", "", shared).rstrip(",: ")
    return kept or "by point"


def _title(points: list[Measured], collection: Collection, corpus: Corpus) -> str:
    row = points[0]
    model, card = corpus.get("model", row.model), corpus.get("hardware", row.hardware)
    if not isinstance(model, Model) or not isinstance(card, Hardware):
        raise ValueError(f"{row.source}, {row.locator}: {row.model} or {row.hardware} has no record")
    cards = f"{row.count * (row.workers or 1)}x {card.name}"
    if row.role == "decode":
        cards = f"{cards} for decode" if row.workers else f"decode workers of {cards}"
    engine = corpus.get("engine", row.engine) if row.engine else None
    words = f"{model.name} ({row.quantization}) on {cards}"
    if engine is not None:
        words += f" with {getattr(engine, 'name', engine.id)}"
    lengths = "" if collection.grid else _lengths_in_words(row)
    return f"{words}{lengths}, {row.titled or collection.title}"[:200]


def _lengths_in_words(row: Measured) -> str:
    into, out = _stated_lengths(row)
    if into is None and out is None:
        return ""
    words = [f"{plain(n):,} {way}" for n, way in ((into, "in"), (out, "out")) if n]
    return f", {' / '.join(words)}"
