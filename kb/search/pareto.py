"""Throughput per card against the speed of one user: which points of a model no other point beats in both.

Only points under one load are held against each other. Throughput is output tokens per second over all cards of the
deployment, those that only read prompts included, as InferenceX counts its total throughput per GPU: they are paid for
too. Shown, and never on the frontier, are points that physics refuses, that rest on estimates, or that carry a caveat.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.search.deployed import deployed, re_releases
from kb.search.loads import Load, classes
from kb.search.lookup import name_index
from kb.search.spots import Spot, spot_of
from kb.search.tiers import TIERS

By = Literal["all", "hardware", "engine", "quantization", "model"]
_MOST_NAMED = 6


@dataclass(frozen=True)
class ParetoQuestion:
    """Which points are asked for, by any names; None means all.

    ``tier`` is the weakest that counts. ``family`` takes in re-releases and number formats of the model. ``by`` gives
    each kind of card, engine or format a frontier of its own. Lengths are in tokens of one request. ``load`` are words
    of the load as it reads: ``static-batch``, ``Open-Orca``.
    """

    model: str
    hardware: str | None = None
    engine: str | None = None
    quantization: str | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    load: str | None = None
    tier: str | None = None
    family: bool = False
    all_loads: bool = False
    by: By = "all"


@dataclass(frozen=True)
class Pareto:
    """The answer. ``spots`` are the points under ``load``, fastest for a user first; with all loads it is None.

    ``others`` are the loads that were not chosen, with how many points each has, the most first. ``left_out`` says how
    many points cannot be placed, and why. ``alike`` are models of the same family and size that were not asked for,
    with how many points each has.
    """

    models: tuple[str, ...]
    by: By
    load: Load | None
    spots: tuple[Spot, ...]
    others: tuple[tuple[Load, int], ...]
    left_out: dict[str, int]
    warnings: tuple[str, ...]
    alike: dict[str, int]

    @property
    def frontier(self) -> tuple[Spot, ...]:
        """Return the points that no other beats in both, fastest for a user first."""
        return tuple(spot for spot in self.spots if spot.on_frontier)

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "models": list(self.models),
            "by": self.by,
            "x": "per_user_tok_s",
            "y": "tok_s_per_card",
            "load": None if self.load is None else self.load.plain(),
            "frontier": [f"{spot.case['id']}#{spot.point['point']}" for spot in self.frontier],
            "points": [spot.plain() for spot in self.spots],
            "other_loads": [{"load": load.plain(), "points": count} for load, count in self.others],
            "left_out": self.left_out,
            "warnings": list(self.warnings),
            "same_family_and_size": self.alike,
        }


def pareto(bundle: Bundle, question: ParetoQuestion) -> Pareto:
    """Return the points of a model under one load with their frontier; the load with most points by default.

    Raises:
        UnknownName: a name means no record, or several.
        BadRequest: a tier or ``by`` that does not exist, a length below 1, a load together with all loads, or no
            point under that load.
    """
    _check(question)
    index = name_index(bundle)
    model = index.resolve(question.model, "model").id
    alike = re_releases(bundle, model)
    models = (model, *sorted(alike)) if question.family else (model,)
    wanted = {
        kind: index.resolve(name, kind).id
        for kind in ("hardware", "engine", "quantization")
        if (name := getattr(question, kind)) is not None
    }
    left_out: Counter[str] = Counter()
    spots: list[Spot] = []
    for one in deployed(bundle, models, wanted.get("hardware")):
        if any(one.case[kind] != record for kind, record in wanted.items()):
            continue
        if question.tier is not None and TIERS.index(one.case["tier"]) > TIERS.index(question.tier):
            left_out[f"tier below {question.tier}"] += len(one.points)
            continue
        for point in one.points:
            spot = spot_of(one, point)
            if isinstance(spot, str):
                left_out[spot] += 1
            else:
                spots.append(spot)
    load, chosen, others = _of_one_load(spots, question)
    if not question.all_loads and (nameless := sum(spot.load is None for spot in spots)):
        left_out["lengths not stated"] += nameless
    placed = _with_frontier(chosen, question.by)
    return Pareto(
        models,
        question.by,
        load,
        placed,
        others,
        dict(sorted(left_out.items())),
        tuple(_warnings(question, models, placed)),
        {} if question.family else alike,
    )


def front(pairs: Iterable[tuple[float, float]]) -> list[int]:
    """Return the places of the pairs that no other pair beats: none is as high in both and higher in one.

    Of pairs that are equal in both the first counts.
    """
    numbered = sorted(enumerate(pairs), key=lambda entry: (-entry[1][0], -entry[1][1], entry[0]))
    found: list[int] = []
    highest = float("-inf")
    for place, (_, high) in numbered:
        if high > highest:
            highest = high
            found.append(place)
    return found


def _check(question: ParetoQuestion) -> None:
    if question.tier is not None and question.tier not in TIERS:
        raise BadRequest(f"unknown tier {question.tier[:60]!r}; one of {', '.join(TIERS)}")
    if question.by not in get_args(By):
        raise BadRequest(f"unknown group {question.by[:60]!r}; one of {', '.join(get_args(By))}")
    for name, tokens in (("--input-tokens", question.input_tokens), ("--output-tokens", question.output_tokens)):
        if tokens is not None and not 1 <= tokens < float("inf"):
            raise BadRequest(f"{name} is {tokens:g}; it should be at least 1")
        if tokens is not None and question.all_loads:
            raise BadRequest(f"{name} and --all-loads exclude each other")
    if question.load is not None and question.all_loads:
        raise BadRequest("--load and --all-loads exclude each other")


def _of_one_load(
    spots: list[Spot], question: ParetoQuestion
) -> tuple[Load | None, list[Spot], tuple[tuple[Load, int], ...]]:
    """Return the load, its spots, and the other loads with their counts."""
    if question.all_loads:
        return None, spots, ()
    found = classes(spot.load for spot in spots if spot.load is not None)
    of_class = {load: [spot for spot in spots if spot.load in set(members)] for load, members in found.items()}
    fitting = [load for load in found if _is_asked(load, question)]
    if not fitting:
        if (question.input_tokens, question.output_tokens, question.load) != (None, None, None) and spots:
            there = "; ".join(f"{load} ({len(of_class[load]):,})" for load in list(found)[:_MOST_NAMED]) or "none"
            raise BadRequest(f"no point of {question.model[:60]} under that load; the loads are: {there}")
        return None, [], ()
    chosen = fitting[0]
    return chosen, of_class[chosen], tuple((load, len(of_class[load])) for load in found if load != chosen)


def _is_asked(load: Load, question: ParetoQuestion) -> bool:
    given = (question.input_tokens, question.output_tokens)
    if given != (None, None) and (load.dataset is not None or not load.has_lengths(*given)):
        return False
    return load.is_called(question.load or "")


def _with_frontier(spots: list[Spot], by: By) -> tuple[Spot, ...]:
    group: Callable[[Spot], str] = (lambda _: "") if by == "all" else lambda spot: str(spot.case[by])
    groups: dict[str, list[int]] = {}
    for place, spot in enumerate(spots):
        if spot.doubt is None:
            groups.setdefault(group(spot), []).append(place)
    best = {
        places[n]
        for places in groups.values()
        for n in front((spots[p].speed.tok_s, spots[p].per_card) for p in places)
    }
    marked = [replace(spot, on_frontier=place in best) for place, spot in enumerate(spots)]
    return tuple(sorted(marked, key=lambda s: (-s.speed.tok_s, -s.per_card, s.case["id"], s.point["point"])))


def _warnings(question: ParetoQuestion, models: tuple[str, ...], spots: tuple[Spot, ...]) -> Iterable[str]:
    if question.all_loads and len({spot.load for spot in spots}) > 1:
        yield "points under unequal lengths are not comparable: a short request is served faster, whatever the stack"
    if len(models) > 1 and len(shown := sorted({spot.case["model"] for spot in spots})) > 1:
        yield f"several models of one family and size: {', '.join(shown)}"
    if any(spot.case["disaggregated"] for spot in spots):
        yield "where prefill and decode run on cards of their own, throughput is per card of both"
    for how, count in sorted(Counter(spot.total.how for spot in spots if not spot.total.stated).items()):
        yield f"throughput is worked out for {count:,} of {len(spots):,} points: {how}"
    if floors := sum(spot.speed.floor for spot in spots):
        yield (
            f"the speed of one user is throughput over requests in flight for {floors:,} of {len(spots):,} points: a "
            "floor, as it also waits for prompts"
        )
