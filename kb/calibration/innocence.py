"""Hold every measured point against the hard ceiling: one that was measured and stands above it would be accused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.calibration.observed import load_of, typical
from kb.calibration.tables import collections
from kb.checks.context import Context
from kb.corpus import Corpus
from kb.estimate import MARGIN, Load, NotCheckable, decode_ceiling, least_tpot_ms, shortfalls, tpot_floor
from kb.records import Case
from kb.records.case import OperatingPoint, Results


@dataclass(frozen=True)
class Held:
    """One point and how far it goes: its rate over the ceiling, or the floor over its time; 1 is the bound itself.

    ``fits`` is False where the weights are larger than the memory of the cards.
    """

    collection: str
    case: Case
    point: OperatingPoint
    share: float
    fits: bool

    @property
    def accused(self) -> bool:
        """Tell whether the checks would call the point impossible."""
        return self.share > MARGIN or not self.fits


def hold(corpus: Corpus) -> Iterator[Held | str]:
    """Yield every point of every collection, or, for one that does not say enough, the reason."""
    context = Context(corpus)
    for name, cases in collections(corpus):
        for case in cases:
            for point in case.points:
                try:
                    yield _held(name, case, point, context)
                except NotCheckable as gap:
                    yield str(gap)


def _held(collection: str, case: Case, point: OperatingPoint, context: Context) -> Held:
    deployment = context.deployment(case)
    if deployment is None:
        raise NotCheckable("case", "its model, its weight format or one of its cards is not recorded")
    if deployment.one_of_many:
        raise NotCheckable("stack.pools", "how many decode workers share the requests is not stated")
    load, results = load_of(point, context), point.results
    if point.scenario.kind == "offline" or load.most_in_flight is None:
        # Nobody says how many ran at a time: any number is granted.
        load = Load(load.input_tokens, load.output_tokens)
    if point.caveat is not None and "specul" in point.caveat:
        deployment = replace(deployment, speculates=True)
    shares = []
    rate = _rate(results, load)
    if rate is not None:
        shares.append(rate / decode_ceiling(deployment, load).tok_s)
    per_token = typical(results.tpot_ms)
    if per_token is not None:
        decode = results.decode_tok_s.value if results.decode_tok_s is not None else None
        floor = tpot_floor(deployment, load, decode, per_token / 1e3)
        shares.append(least_tpot_ms(floor) / per_token)
    if not shares:
        raise NotCheckable("point", "no time per token follows from what is stated")
    # Where weights may lie in host memory, the ceiling holds all the same, and nothing is said of room.
    return Held(collection, case, point, max(shares), deployment.may_offload or not shortfalls(deployment))


def _rate(results: Results, load: Load) -> float | None:
    if results.decode_tok_s is not None:
        return float(results.decode_tok_s.value)
    whole = results.e2e_ms.mean if results.e2e_ms is not None else None
    if load.static and whole is not None and load.output_tokens and load.batch:
        return load.batch * load.output_tokens / whole.value * 1e3
    per_token = typical(results.tpot_ms)
    if per_token is not None and load.static and load.batch:
        return load.batch / per_token * 1e3
    return None
