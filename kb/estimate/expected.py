"""The expected range of decode: a sum of a few terms with global coefficients, and the error it was found to have.

This is an estimate and never more. There is one set of coefficients for all models, cards and vendors.
"""

import math
from dataclasses import dataclass

from kb.estimate.coefficients import coefficients
from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.kv_cache import USUAL_BITS, context_use, kv_bits
from kb.estimate.memory import OVERHEAD_GB, capacity_gb
from kb.estimate.missing import NotCheckable
from kb.estimate.step_time import StepTime
from kb.estimate.term import Term
from kb.estimate.traffic import layout, readable, step_traffic

# What engines leave unused of a card's memory by default.
USED_MEMORY = 0.9
# Without a word on how many drafted tokens are accepted, the middle of the range takes half.
ACCEPTED_DRAFTS = 0.5


@dataclass(frozen=True)
class Expected:
    """Decode throughput in tokens per second over all sequences and cards, low to high, and time per token."""

    tok_s: float
    low: float
    high: float
    tpot_ms: float
    in_flight: float
    basis: str
    terms: tuple[Term, ...]
    assumptions: tuple[str, ...]


def expected_decode(deployment: Deployment, load: Load) -> Expected:
    """Return the expected range of decode throughput.

    Raises:
        NotCheckable: a fact is missing, or the weights leave no room for a single sequence.
    """
    wanted, context = load.most_in_flight, load.mean_context
    if wanted is None:
        raise NotCheckable("scenario.concurrency", "neither batch nor concurrency is known")
    assumptions: list[str] = []
    if context is None:
        # One sequence reads little beside the weights; many do not.
        if wanted > 1:
            raise NotCheckable("scenario.input_tokens", "the length of the context is not known")
        context = 0.0
        assumptions.append("reading the context is left out: its length is not known")
    pools = deployment.decode_pools
    if len(pools) != 1:
        raise NotCheckable("stack.pools", f"{len(pools)} pools decode, and the estimate is made for one")
    pool = pools[0]
    in_flight = float(wanted)
    if pool.hardware.memory.capacity_gb is None:
        assumptions.append(f"everything is taken to fit: the memory of {pool.hardware.id} is not recorded")
    else:
        in_flight = min(in_flight, _room(deployment, pool, context))
    if in_flight < 1:
        raise NotCheckable("hardware memory", f"{pool.count} x {pool.hardware.id} have no room for a sequence")
    drafted = deployment.draft_tokens
    moved = step_traffic(deployment, pool, in_flight, context, drafted=drafted)
    step = StepTime(deployment, pool, load, moved)
    alone = pool.count == 1 and in_flight <= 1
    terms = tuple(step.single() if alone else step.served())
    assumptions += step.assumptions
    if in_flight < wanted:
        assumptions.append(f"{in_flight:.4g} of {wanted} sequences are in flight: there is room for no more")
    if deployment.speculates and not drafted:
        assumptions.append("speculative decoding is left out: how many tokens are drafted is not known")
    if drafted:
        assumptions.append(f"between none and all of {drafted} drafted tokens are accepted; the middle takes half")
    error = coefficients().errors["single" if alone else "served"]
    step_ms = sum(term.value for term in terms)
    # The error is a fraction of the measured time, so the measured time lies between these two.
    slow, fast = step_ms / (1 - error.p90), step_ms / (1 + error.p90)
    basis = (
        f"estimate from a sum of {len(terms)} terms with global coefficients ({error.scope}); the prototype that they "
        f"come from missed the step time by {error.median:.0%} in the median and by up to {error.p90:.0%} in nine of "
        f"ten rows, each {error.held_out} left out; this sum is not validated itself yet"
    )
    if not error.covers(pool.hardware.vendor):
        slow *= 1 + coefficients().outside
        basis += f"; cards of {pool.hardware.vendor} are outside the rows it was fitted on, so the low end is lower"
    middle = 1 + ACCEPTED_DRAFTS * drafted
    rate = in_flight * 1e3
    return Expected(
        rate * middle / step_ms,
        rate / slow,
        rate * (1 + drafted) / fast,
        step_ms / middle,
        in_flight,
        basis,
        (*moved.terms, *terms),
        tuple(assumptions),
    )


def _room(deployment: Deployment, pool: Cards, context: float) -> float:
    """Return how many sequences find room at a time."""
    weights, cut = readable(deployment), layout(pool)
    bits = kv_bits(deployment.kv_cache or deployment.weights.kv_cache, USUAL_BITS)
    per_sequence = context_use(deployment.model, context, bits).held_by(cut.tp)
    # On a single device nothing is set aside by default, as desktop runtimes do.
    share, overhead = (1.0, 0.0) if pool.count == 1 else (USED_MEMORY, OVERHEAD_GB)
    card = share * capacity_gb(pool.hardware) - overhead
    room = card * 1e9 * pool.count - weights.total * cut.replicas
    if room <= 0:
        return 0.0
    return room / per_sequence if per_sequence else math.inf
