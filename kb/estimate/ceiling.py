"""The hard ceiling of decode: the fastest that any software could be, every unknown resolved for the claim.

Granted are: perfect overlap, no communication, no launch cost, all cards working as one, the highest disputed
bandwidth and peak, on-chip caches that never miss, 8-bit context unless another format is stated, routing that touches
only 0.6 of the experts that chance would touch, and every drafted token accepted.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from kb.estimate.deployment import Deployment, Load
from kb.estimate.experts import fewest_experts, tokens_of_one
from kb.estimate.kv_cache import GRANTED_BITS, GRANTED_STATE_BYTES, kv_bits, layer_kinds
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import highest, narrowest_bits, pool_peak
from kb.estimate.remember import remembered
from kb.estimate.term import Term
from kb.estimate.weights import Weights, readable
from kb.records import Hardware

# A claim is called impossible only this far beyond the ceiling: figures are rounded, lengths are means.
MARGIN = 1.15
# The largest on-chip cache of any accelerator with external memory, granted where a card's own is unknown.
GRANTED_CACHE_MB = 512.0


class Floor(NamedTuple):
    """The least time one decode step can take.

    ``absolute_s`` is the same with only the experts of one token and no context read: no measurement is known that
    beat it. ``tokens`` are those that a step yields at most, all sequences together.
    """

    sequences: float
    tokens: float
    seconds: float
    absolute_s: float
    bound_by: str
    weight_bytes: float
    kv_bytes: float
    cached_bytes: float
    bandwidth: float
    flops: float
    peak: float | None

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        bandwidth_ms = max(0.0, self.weight_bytes + self.kv_bytes - self.cached_bytes) / self.bandwidth * 1e3
        terms = [
            Term("sequences in flight", self.sequences, "", "what the claim implies, or the load allows"),
            Term("weights read", self.weight_bytes / 1e9, "GB", "dense parts, 0.6 of the distinct experts expected"),
            Term("context read", self.kv_bytes / 1e9, "GB", "counted once, 8 bits unless stated"),
            Term("kept on chip", self.cached_bytes / 1e9, "GB", "granted: on-chip memory that is never missed"),
            Term("bandwidth", self.bandwidth / 1e9, "GB/s", "nominal, all cards that decode, highest value disputed"),
            Term("time to read", bandwidth_ms, "ms", "(weights + context - on chip) / bandwidth"),
        ]
        if self.peak is not None:
            terms += [
                Term("operations", self.flops / 1e12, "TFLOP", "2 x parameters per token x tokens of the step"),
                Term(
                    "time to compute", self.flops / self.peak * 1e3, "ms", f"operations / {self.peak / 1e12:.4g} TFLOPS"
                ),
            ]
        terms.append(Term("least time per step", self.seconds * 1e3, "ms", "the longer of the two"))
        return tuple(terms)


@dataclass(frozen=True)
class Ceiling:
    """The highest decode throughput, in tokens per second over all sequences and cards.

    ``absolute_tok_s`` is the bound with the experts of one token and no context; between the two lies room for doubt.
    ``floor`` is the step that reaches it, None where no number of sequences bounds it.
    """

    tok_s: float
    absolute_tok_s: float
    bound_by: str
    floor: Floor | None


@remembered
def _granted(hardware: Hardware) -> tuple[float, float]:
    """Return the bytes per second, and the bytes on the chip, that one card is granted.

    Raises:
        NotCheckable: its memory bandwidth is not recorded.
    """
    fact, chip = hardware.memory.bandwidth_gb_s, hardware.memory.on_chip_cache_mb
    if fact is None:
        raise NotCheckable(
            f"hardware {hardware.id} memory.bandwidth_gb_s", f"the memory bandwidth of {hardware.id} is not recorded"
        )
    return highest(fact) * 1e9, (GRANTED_CACHE_MB if chip is None else highest(chip)) * 1e6


class StepFloor:
    """The least step time of one deployment as a function of the sequences in flight."""

    def __init__(self, deployment: Deployment, load: Load) -> None:
        """Look up what does not depend on the sequences in flight.

        Raises:
            NotCheckable: a fact of the model or the bandwidth of the cards is missing.
        """
        self.weights: Weights = readable(deployment.model, deployment.weights)
        # The operations that each token costs.
        self.flops_per_token = 2 * self.weights.parameters.per_token
        self.bandwidth = 0.0
        self.cached = 0.0
        pools = deployment.decode_pools
        for pool in pools:
            bandwidth, cached = _granted(pool.hardware)
            self.bandwidth += bandwidth * pool.count
            self.cached += cached * pool.count
        if not pools:
            raise NotCheckable("stack.pools", "no pool of cards decodes")
        self.peak = pool_peak(pools, narrowest_bits(deployment))
        context = load.mean_context
        self.kv = 0.0
        if context is not None:
            bits = kv_bits(deployment.kv_cache, GRANTED_BITS)
            self.kv = sum(
                [kind.least_read(context, bits, GRANTED_STATE_BYTES) for kind in layer_kinds(deployment.model)]
            )
        # With the experts of one token, and no context.
        self.least_s = max(0.0, self.weights.read(self.weights.top_k) - self.cached) / self.bandwidth
        self.draft: int | None = deployment.draft_tokens
        if deployment.speculates and deployment.draft_tokens == 0:
            self.draft = None

    def at(self, sequences: float) -> Floor:
        """Return the floor with ``sequences`` in flight.

        Raises:
            NotCheckable: nobody says how many tokens are drafted, so that a step may yield any number.
        """
        if self.draft is None:
            raise NotCheckable("stack.speculation.draft_tokens", "how many tokens are drafted per step is not said")
        tokens = sequences * (1 + self.draft)
        weights = self.weights
        distinct = fewest_experts(weights.experts, weights.top_k, tokens) if weights.experts else 0.0
        weight_bytes = weights.read(distinct)
        kv_bytes = self.kv * sequences
        read_s = max(0.0, weight_bytes + kv_bytes - self.cached) / self.bandwidth
        flops = self.flops_per_token * tokens
        compute_s = flops / self.peak if self.peak is not None else 0.0
        return Floor(
            sequences,
            tokens,
            max(read_s, compute_s),
            self.least_s,
            "bandwidth" if read_s >= compute_s else "compute",
            weight_bytes,
            kv_bytes,
            self.cached,
            self.bandwidth,
            flops,
            self.peak,
        )


def decode_ceiling(deployment: Deployment, load: Load) -> Ceiling:
    """Return the hard ceiling of decode throughput: the best over all batch sizes that the load allows.

    The more sequences share the weights the better, except where on-chip memory holds most of what a few of them need.
    The throughput falls and then rises with the batch, apart from a bend where the experts of a second token are
    first granted, so the best is at one end or at the bend. Where the load allows any number of sequences, or any
    number of tokens may be drafted, only the operations of each token bound it, and reading the context.

    Raises:
        NotCheckable: a fact is missing without which there is no bound.
    """
    step = StepFloor(deployment, load)
    most = load.most_in_flight
    if most is not None and step.draft is not None:
        bend = most if not step.weights.experts else tokens_of_one(step.weights.experts, step.weights.top_k)
        candidates = [step.at(n) for n in {most, 1 / (1 + step.draft), min(most, bend / (1 + step.draft))}]
        if min(floor.seconds for floor in candidates) <= 0:
            raise NotCheckable("hardware peak", "the model may lie in on-chip memory, and no compute peak is recorded")
        best = max(candidates, key=lambda floor: (floor.tokens / floor.seconds, floor.sequences))
        tok_s = best.tokens / best.seconds
        full = next(floor for floor in candidates if floor.sequences == most)
        absolute = full.tokens / full.absolute_s if full.absolute_s > 0 else math.inf
        return Ceiling(tok_s, max(absolute, tok_s), best.bound_by, best)
    compute = step.peak / step.flops_per_token if step.peak is not None else math.inf
    read = step.bandwidth / step.kv * (1 + step.draft) if step.draft is not None and step.kv else math.inf
    tok_s = min(compute, read)
    if math.isinf(tok_s):
        raise NotCheckable("scenario.concurrency", "neither the sequences in flight nor a compute peak is recorded")
    return Ceiling(tok_s, compute, "compute" if compute <= read else "bandwidth", None)


def tpot_floor(deployment: Deployment, load: Load, decode_tok_s: float | None, tpot_s: float) -> Floor:
    """Return the floor that a time per output token must be held against.

    Sequences in flight are what the claim implies: decode x TPOT where both are given, else the batch of a static
    run, else one.

    Raises:
        NotCheckable: a fact is missing.
    """
    return StepFloor(deployment, load).at(in_flight(load, decode_tok_s, tpot_s))


def in_flight(load: Load, decode_tok_s: float | None, tpot_s: float) -> float:
    """Return the fewest sequences in flight that the claim itself implies."""
    if decode_tok_s is not None:
        return max(1.0, decode_tok_s * tpot_s)
    if load.static and load.batch is not None:
        return float(load.batch)
    return 1.0
