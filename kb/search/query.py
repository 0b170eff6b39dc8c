"""A sentence -> an answer: what was understood, the cases, and an estimate where nobody measured."""

import itertools
import time
from typing import TYPE_CHECKING, Any

from kb.bundle.index import Index
from kb.bundle.reader import Bundle
from kb.errors import BadRequest, KbError
from kb.names import fold
from kb.search.answer import Answer, case_row, shown_point
from kb.search.lookup import KIND_OF, PLURALS
from kb.search.matching import allowed, facets, holding, is_of_point, numbers_in
from kb.search.other_records import named_records
from kb.search.rank import Hit, Ranked, rank
from kb.search.understand import understand
from kb.search.understood import Sort, Understood
from kb.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from kb.search.order import Placed

_KIND_NAMES = {name: plural for plural, kind in KIND_OF.items() for name in (kind, plural)}
_TIER_WORTH = {"measured": 1.0, "reported": 0.9, "official": 0.7, "derived": 0.5, "estimated": 0.3}
_NEAREST = 5
_BASIS = (
    "ordered by match, tier, verdict, day and completeness, not by speed: loads differ; --sort puts like beside like"
)


def query(
    bundle: Bundle, sentence: str, *, kind: str | None = None, limit: int | None = None, sort: str | None = None
) -> Answer:
    """Answer ``sentence`` from ``bundle``.

    Args:
        bundle: an open bundle.
        sentence: what somebody typed.
        kind: only records of this kind (name or plural); without it, cases, then claims.
        limit: at most this many results; without it, as many as the sentence asks for, else 10.
        sort: what to order operating points by, as in ``ttft`` or ``decode-per-card``; ``-`` before it turns it round.

    Raises:
        BadRequest: the sentence is empty, or the kind, the limit or the order is not one.
    """
    started = time.perf_counter()
    if not any(c.isalnum() for c in sentence):
        raise BadRequest('an empty query; try: kb query "deepseek r1 on h200"')
    if limit is not None and limit < 1:
        raise BadRequest(f"--limit is {limit}; it is at least 1")
    if kind is not None and kind not in _KIND_NAMES:
        raise BadRequest(f"unknown kind {kind[:60]!r}; one of {', '.join(PLURALS)}")
    known = vocabulary(bundle)
    asked = understand(sentence, known)
    if sort is not None:
        from kb.search.order import sort_named

        asked.sort = sort_named(sort)
    answer = Answer(sentence, asked)
    most = limit or asked.limit or 10
    plural = _KIND_NAMES[kind] if kind else None
    if plural in (None, "cases"):
        _add_cases(bundle.index, asked, known, answer, most)
    if plural != "cases":
        others = named_records(bundle.index, asked, known, plural)
        answer.total += len(others)
        answer.results = (answer.results + others)[:most]
    if plural in (None, "cases") and (answer.nearest or not any(r["kind"] == "case" for r in answer.results)):
        answer.estimate = _estimate(bundle, asked)
    answer.took_ms = round((time.perf_counter() - started) * 1000, 2)
    return answer


def statement(bundle: Bundle, sentence: str) -> str:
    """Return ``sentence`` as a statement for ``kb sql``, whose rows are the cases that answer it wholly."""
    from kb.search.as_sql import as_sql

    known = vocabulary(bundle)
    return as_sql(understand(sentence, known), known)


def vocabulary(bundle: Bundle) -> Vocabulary:
    """Return the names that a sentence is read with, read once for each open bundle."""
    found = bundle.kept.get("vocabulary")
    if found is None:
        found = bundle.kept["vocabulary"] = Vocabulary(bundle.index.meta)
    return found


def _add_cases(index: Index, asked: Understood, known: Vocabulary, answer: Answer, most: int) -> None:
    found = ranked(index, asked, known, most)
    answer.nearest = found.whole == 0
    answer.total = found.total or len(found.hits)
    sort = _usable(asked)
    if sort is not None and found.total:
        from kb.search.order import ordered

        one_load = asked.limit is not None
        rows, total, loads = ordered(found.whole, found.nearly, sort, asked.filters, index, most, one_load=one_load)
        if rows:
            answer.total = total
            answer.basis = _sorted_by(sort, loads)
            answer.results = [_row(index, found.hit(row.case), asked, row) for row in rows]
            return
        asked.notes.append(f"none of these cases gives {sort.field}, so they are not ordered by it")
    answer.basis = _BASIS
    hits_in_turn = _in_turn(index, asked, found) if asked.versus else found.hits
    answer.results = [_row(index, hit, asked) for hit in hits_in_turn[:most]]


def ranked(index: Index, asked: Understood, known: Vocabulary, most: int) -> Ranked:
    """Return the cases that answer, the best first."""
    may = allowed(asked, index)
    wanted = facets(asked, index, known)
    if not wanted and (asked.sort is not None or asked.filters):
        # Only an order, or only what is not wanted: all that is left answers.
        names = tuple(f"not {c.field} {c.value}" for c in asked.filters)
        hits = [Hit(case, 1.0, names, ()) for case in itertools.islice(numbers_in(may), most)]
        return Ranked(may, 0, hits, names, (), 1.0)
    return rank(wanted, may, asked.filters, index, most, _NEAREST)


def _usable(asked: Understood) -> Sort | None:
    """Return the order that was asked for, where the base can give it; else say why it cannot."""
    if asked.sort is None or asked.sort.field != "usd_per_million_tokens":
        return asked.sort
    from kb.search.order import NO_PRICE

    if NO_PRICE not in asked.notes:
        asked.notes.append(NO_PRICE)
    return None


def _sorted_by(sort: Sort, loads: int) -> str:
    way = "highest first" if sort.order == "desc" else "lowest first"
    if not loads:
        return f"ordered by {sort.field}, {way}"
    apart = "" if loads == 1 else f", each of {loads:,} loads by itself: figures of different loads are not comparable"
    return f"ordered by {sort.field}, {way}{apart}"


def _in_turn(index: Index, asked: Understood, found: Ranked) -> list[Hit]:
    """Return the answers of each side of a comparison by turns, the best of each first."""
    for kind in ("hardware", "model", "engine", "quantization"):
        sides = [phrase.ids for phrase in asked.phrases if phrase.kind == kind]
        if len(sides) > 1:
            break
    else:
        return found.hits
    turns = []
    for ids in sides:
        side = 0
        for record in ids:
            side |= index.cases(kind, record)
        of_side = (case for case in found.best_first() if side >> case & 1)
        turns.append(list(itertools.islice(of_side, len(found.hits))))
    taken = dict.fromkeys(c for turn in itertools.zip_longest(*turns) for c in turn if c is not None)
    return [found.hit(case) for case in taken] or found.hits


def _row(index: Index, hit: Hit, asked: Understood, placed: "Placed | None" = None) -> dict[str, Any]:
    case = index.case(hit.case)
    if placed is not None and placed.basis is not None:
        point = case["operating_points"][placed.point]
    else:
        of_points = [c for c in asked.filters if is_of_point(c) and c.op != "!="]
        start = index.points_of(hit.case).start
        fitting = [at - start for at in holding(hit.case, of_points, index)] if of_points else None
        point = shown_point(case, fitting)
    score = round(0.8 * hit.match + 0.2 * _TIER_WORTH.get(case["tier"], 0), 4)
    row = case_row(case, point, score, hit.matched, hit.missed, index.meta("generated"))
    row["basis"] = str(placed.basis) if placed is not None and placed.basis is not None else None
    return row


def _format(asked: Understood, known: Vocabulary) -> tuple[str, ...]:
    """Return the formats that were asked for, the one that is called so before the others of its class."""
    called = [
        record
        for phrase in asked.phrases
        if phrase.kind == "quantization"
        for record in known.exact.get(fold(phrase.text), {}).get("quantization", ())
    ]
    return tuple(dict.fromkeys((*called, *asked.quantizations)))


def _estimate(bundle: Bundle, asked: Understood) -> dict[str, Any] | None:
    """Return an estimate when the question names one model and one card, else None."""
    if len(asked.models) != 1 or len(asked.hardware) != 1:
        return None
    from kb.search.estimates import estimate_for

    cards = next((int(f.value) for f in asked.filters if f.field == "cards" and f.op == "="), None)
    try:
        return estimate_for(bundle, asked.models[0], asked.hardware[0], cards, _format(asked, vocabulary(bundle)))
    except KbError as error:
        return {"error": str(error)}
