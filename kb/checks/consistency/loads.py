"""The widest range of traffic and work that the figures of a point can stand for. No rule.

The ends are chosen so that a stated utilisation outside them is wrong whatever the run looked like:
from the experts of one token without any context to all experts with 16-bit context for everyone in flight.
"""

from typing import NamedTuple

from kb.checks.consistency.decode_exceeds_concurrency import most_in_flight
from kb.checks.consistency.figures import TYPICAL, readings, tokens_per_step
from kb.checks.context import Context
from kb.estimate.deployment import Cards
from kb.estimate.kv_cache import context_use
from kb.estimate.layout import layout
from kb.estimate.missing import NotCheckable
from kb.estimate.weights import weigh
from kb.records import Case, Pool
from kb.records.case import OperatingPoint

_WIDEST_CONTEXT_BITS = 16


class Span(NamedTuple):
    """The least and the most that something can be."""

    low: float
    high: float


def generating_pool(case: Case) -> Pool | None:
    """Return the one pool whose cards generate, or None when that is not clear."""
    pools = [pool for pool in case.stack.pools if pool.role in ("serve", "decode")]
    return pools[0] if len(pools) == 1 else None


def steps_per_second(case: Case, point: OperatingPoint) -> Span | None:
    """Return how many decode steps one replica can make in a second, or None without a latency."""
    given = readings(point.results, ("tpot_ms", "itl_ms"), TYPICAL)
    per_token = tokens_per_step(case, point.results)
    if not given or per_token is None:
        return None
    return Span(1000 / given[-1].value / per_token, 1000 / given[0].value)


def bytes_per_step(case: Case, point: OperatingPoint, context: Context) -> Span | None:
    """Return the bytes that one step of one replica can read over all its cards, or None when that is unknown."""
    model, weights, pool = context.model(case), context.quantization(case), generating_pool(case)
    scenario = point.scenario
    in_flight = most_in_flight(case, scenario) or scenario.batch
    if model is None or weights is None or pool is None or in_flight is None or scenario.input_tokens is None:
        return None
    hardware = context.hardware(pool)
    if hardware is None:
        return None
    tokens = scenario.input_tokens + (scenario.output_tokens or 0)
    cut = layout(Cards(hardware, pool.count, pool.parallelism))
    try:
        held = weigh(model, weights)
        kept = context_use(model, tokens, _WIDEST_CONTEXT_BITS).read_by(cut.tp)
    except NotCheckable:
        return None
    if not held.by_group:
        return None
    # Data-parallel attention keeps a whole copy of all but the experts on every rank.
    copies = (pool.parallelism.dp or 1) * max(1, cut.per_replica // max(1, cut.tp * cut.pp))
    return Span(held.read(held.top_k), copies * held.total + in_flight * kept)


def most_overlap(case: Case, context: Context) -> float | None:
    """Return how many steps a pool can have under way at once: one per replica and pipeline stage."""
    pool = generating_pool(case)
    hardware = context.hardware(pool) if pool is not None else None
    if pool is None or hardware is None:
        return None
    cut = layout(Cards(hardware, pool.count, pool.parallelism))
    return float(cut.replicas * cut.pp)
