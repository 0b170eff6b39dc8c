"""Points of different cases that can be compared: the same stack under the same load. No rule.

One definition serves all that compare: which cases contradict each other, which confirm each other, which are one run
published twice. Speed is read as a rate, so that more is faster: output tokens per second, or, where a source gives
time instead, one over the time per token, or over the time of a static batch.
"""

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from kb.checks.digits import digits_shared
from kb.checks.per_corpus import per_corpus
from kb.corpus import Corpus
from kb.estimate.judge import middle
from kb.evidence.facts import evidence_by_id
from kb.evidence.publication import publication_of
from kb.records import Case, Fact, Pool
from kb.records.case import OperatingPoint
from kb.records.scalars import first_day

Key = tuple[object, ...]
# Two figures that share fewer may do so by chance.
_FEWEST_DIGITS = 3
# As far as lengths may differ and still mean one load.
LENGTHS = 1.25
# The time of a whole batch grows with its lengths.
_WHOLE_RUN = 1.02
# Who publishes these has gathered what others ran.
_GATHERED = frozenset(("benchmark-repository", "knowledge-base", "encyclopedia", "community-post", "press"))
_MONTH = datetime.timedelta(days=31)
# Reports within ten per cent of each other confirm each other.
AGREE = (1.0, 1 / 0.9)
ANY = (1.0, math.inf)


class Sibling(NamedTuple):
    """A point as others see it: where it stands, its speed as a rate, and what may tell it from others.

    ``metric`` is the field that the rate is read from, ``pointer`` where it stands below the case. ``version`` and
    ``day`` are None where nobody said, and so are entries of ``rest``: how the model is cut over the cards, the format
    of the context, what computes, the division of an audited benchmark. ``party`` is who ran it, if anybody says.
    """

    case: Case
    point: int
    metric: str
    pointer: str
    figure: float
    rate: float
    version: str | None
    day: str | None
    lengths: tuple[float | None, float | None]
    rest: tuple[object, ...]
    party: str | None


def siblings_of(
    case: Case, corpus: Corpus, times: tuple[float, float] = ANY
) -> Iterator[tuple[Sibling, list[Sibling]]]:
    """Yield each comparable point of ``case`` with the points of any case that it can be compared with.

    ``times`` narrows them to those that are faster or slower by a factor within that span.
    """
    low, high = times
    by_load, by_case = _known(corpus)
    for key, mine in by_case.get(case.id, ()):
        rate = mine.rate
        found = []
        for other in by_load[key]:
            apart = other.rate / rate if other.rate > rate else rate / other.rate
            # Few pairs are of interest, and this is told sooner than whether they are comparable.
            if low <= apart <= high and _comparable(mine, other):
                found.append(other)
        yield mine, found


def is_same_figure(one: Sibling, other: Sibling) -> bool:
    """Tell whether two figures are one, printed with more and with fewer digits (three at the least)."""
    return digits_shared(one.figure, other.figure) >= _FEWEST_DIGITS


def agrees(one: Sibling, other: Sibling) -> bool:
    """Tell whether two rates lie within ten per cent of each other."""
    low, high = sorted((one.rate, other.rate))
    return high <= AGREE[1] * low


def may_contradict(one: Sibling, other: Sibling) -> bool:
    """Tell whether nothing unsaid can explain a difference between two comparable points.

    A setting that only one of them states (the format of the context, how the model is cut) may differ, and so may
    what two labels of one case tell apart, and a build that nobody names on another day.
    """
    if one.rest != other.rest:
        return False
    if one.case.id == other.case.id and one.case.points[one.point].label != other.case.points[other.point].label:
        return False
    same_build = one.version is not None and one.version == other.version
    return same_build or one.day is None or other.day is None or one.day == other.day


def reproduced_by(case: Case, corpus: Corpus) -> dict[str, str]:
    """Return who else reported a point of ``case`` within ten per cent: cases by id, with the party of each.

    A party that publishes the very figures of another copied them, and confirms nothing. Of a joint submission and
    its members only one counts. The point with the most parties speaks for the case.
    """
    best: dict[str, str] = {}
    for mine, others in siblings_of(case, corpus, AGREE):
        if mine.party is None:
            continue
        apart = [(mine.party, _words(mine.party))]
        found: dict[str, str] = {}
        for other in others:
            if other.party is None or is_same_figure(mine, other):
                continue
            words = _words(other.party)
            known = next((party for party, theirs in apart if words <= theirs or theirs <= words), None)
            if known is None:
                apart.append((other.party, words))
            if known != mine.party:
                found.setdefault(other.case.id, known or other.party)
        if len(set(found.values())) > len(set(best.values())):
            best = found
    return best


def _words(party: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", party))


@per_corpus
def _known(corpus: Corpus) -> tuple[dict[Key, list[Sibling]], dict[str, list[tuple[Key, Sibling]]]]:
    """Return all comparable points, by load and by case."""
    by_load: dict[Key, list[Sibling]] = defaultdict(list)
    by_case: dict[str, list[tuple[Key, Sibling]]] = {}
    for case in corpus.cases.values():
        parties: dict[tuple[str, ...], str | None] = {}
        for index, point in enumerate(case.points):
            entry = _sibling(case, index, point, corpus, parties)
            if entry is not None:
                by_load[entry[0]].append(entry[1])
                by_case.setdefault(case.id, []).append(entry)
    return by_load, by_case


def _sibling(
    case: Case, index: int, point: OperatingPoint, corpus: Corpus, parties: dict[tuple[str, ...], str | None]
) -> tuple[Key, Sibling] | None:
    stack = case.stack
    load = _load(point)
    if load is None or stack.engine is None or len(stack.pools) != 1 or point.caveat is not None:
        return None
    pool = stack.pools[0]
    speed = _speed(point)
    if speed is None or pool.count_of == "worker":
        return None
    metric, pointer, fact, rate = speed
    speculation = (stack.speculation.method, stack.speculation.draft_tokens) if stack.speculation else None
    key = (stack.model, stack.engine.id, stack.quantization, stack.activations, speculation, pool.hardware, pool.count)
    if fact.evidence not in parties:
        parties[fact.evidence] = _party(case, fact, corpus)
    mine = Sibling(
        case,
        index,
        metric,
        f"/points/{index}/results/{pointer}",
        fact.value,
        rate,
        stack.engine.version or stack.engine.image or stack.engine.commit,
        case.measured or case.submitted,
        _lengths(point),
        (*_cut(pool), stack.kv_cache, stack.engine.backend, case.division),
        parties[fact.evidence],
    )
    return (*key, *load, metric), mine


def _cut(pool: Pool) -> tuple[int | None, ...]:
    """Return the ranks; where one fashion takes all cards, there is no room for the other."""
    spread = pool.parallelism
    tp, pp = spread.tp, spread.pp
    if tp is None and pp == pool.count > 1:
        tp = 1
    if pp is None and tp == pool.count > 1:
        pp = 1
    return tp, pp, spread.ep, spread.dp


def _lengths(point: OperatingPoint) -> tuple[float | None, float | None]:
    scenario = point.scenario
    if scenario.kind == "offline" and scenario.dataset:
        # The data set says it.
        return (1.0, 1.0)
    return scenario.mean_input_tokens, scenario.mean_output_tokens


def _load(point: OperatingPoint) -> Key | None:
    scenario = point.scenario
    if scenario.request_rate_s is not None:
        return None
    if scenario.concurrency is not None:
        return ("concurrency", scenario.concurrency, scenario.kind)
    if scenario.batch is not None:
        return ("batch", scenario.batch, scenario.kind)
    # All requests at once: what runs at a time is the engine's choice, on the same data set the same.
    return ("offline", scenario.dataset, None) if scenario.kind == "offline" and scenario.dataset else None


def _speed(point: OperatingPoint) -> tuple[str, str, Fact, float] | None:
    results = point.results
    if results.decode_tok_s is not None:
        return "decode_tok_s", "decode_tok_s", results.decode_tok_s, float(results.decode_tok_s.value)
    for metric, latency in (("tpot_ms", results.tpot_ms), ("e2e_ms", results.e2e_ms)):
        typical = middle(latency)
        if latency is None or typical is None or (metric == "e2e_ms" and point.scenario.kind != "static-batch"):
            continue
        name = next(name for name in ("mean", "p50", "typical") if getattr(latency, name) is not None)
        return metric, f"{metric}/{name}", getattr(latency, name), 1e3 / typical
    return None


def _party(case: Case, fact: Fact, corpus: Corpus) -> str | None:
    defined = evidence_by_id(case)
    for name in fact.evidence:
        evidence = defined.get(name)
        publication = publication_of(evidence, corpus) if evidence else None
        if evidence is None or publication is None:
            continue
        said = evidence.ran_by or publication.ran_by
        if said is None and publication.kind not in _GATHERED:
            said = publication.publisher
        if said:
            return " ".join(said.casefold().split())
    return None


def _comparable(one: Sibling, other: Sibling) -> bool:
    """Tell whether two points of one load are of one kind; a point is not compared with itself."""
    same_case = one.case is other.case
    if same_case and one.point == other.point:
        return False
    if not (same_case and one.lengths == other.lengths == (None, None)):
        widest = _WHOLE_RUN if one.metric == "e2e_ms" else LENGTHS
        # Most points of one stack differ here, so it comes first.
        for mine, theirs in zip(one.lengths, other.lengths, strict=True):
            if mine is None or theirs is None or mine > widest * theirs or theirs > widest * mine:
                return False
    if one.version and other.version:
        if one.version != other.version:
            return False
    elif not same_case and _far_apart(one.day, other.day):
        # Builds that nobody names, of different months: engines get faster.
        return False
    return one.rest == other.rest or not any(
        mine is not None and theirs is not None and mine != theirs
        for mine, theirs in zip(one.rest, other.rest, strict=True)
    )


def _far_apart(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and abs(first_day(one) - first_day(other)) > _MONTH
