"""Whether it fits: weights, context and workspace against the memory of the cards."""

import math
from dataclasses import dataclass

from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.kv_cache import GRANTED_BITS, GRANTED_STATE_BYTES, USUAL_BITS, context_use, kv_bits
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import highest
from kb.estimate.term import Term
from kb.estimate.layout import Layout, layout
from kb.estimate.weights import Weights, weigh
from kb.estimate.work import Plan
from kb.records import Hardware

# Activations, graphs, communication buffers and the driver: what a card needs beside weights and context.
OVERHEAD_GB = 2.0
# What engines leave unused by default of the memory that weights and workspace leave.
USED_MEMORY = 0.9
# A card sold as 80 GB may hold 80 x 2^30 bytes; who accuses must grant it.
BINARY = 1.073741824


def capacity_gb(hardware: Hardware) -> float:
    """Return the marketed capacity of one card, in 1e9 bytes."""
    if hardware.memory.capacity_gb is None:
        raise NotCheckable(f"hardware {hardware.id} memory.capacity_gb", f"the memory of {hardware.id} is not recorded")
    return float(hardware.memory.capacity_gb.value)


def granted_capacity_gb(hardware: Hardware) -> float:
    """Return the most one card may hold: the highest figure of any source, read as binary gigabytes."""
    capacity_gb(hardware)
    assert hardware.memory.capacity_gb is not None
    return highest(hardware.memory.capacity_gb) * BINARY


@dataclass(frozen=True)
class MemoryFit:
    """Memory of one pool. ``sequences`` None: the load does not say how much context there is."""

    weights: Weights
    stored_as: str
    cut: Layout
    card_gb: float
    sequences: float | None
    context: float | None
    kv_bits: int
    kv_bytes_per_sequence: float

    @property
    def weights_gb(self) -> float:
        """Return the size of one copy of the weights."""
        return self.weights.total / 1e9

    @property
    def kv_gb(self) -> float | None:
        """Return what the context of all sequences takes, over all cards."""
        return None if self.sequences is None else self.sequences * self.kv_bytes_per_sequence / 1e9

    @property
    def overhead_gb(self) -> float:
        """Return the workspace of all cards."""
        return OVERHEAD_GB * self.cut.cards

    @property
    def capacity_gb(self) -> float:
        """Return the marketed memory of all cards."""
        return self.card_gb * self.cut.cards

    @property
    def needed_gb(self) -> float:
        """Return what the pool must hold: every copy of the weights, all context, workspace."""
        return self.weights_gb * self.cut.replicas + (self.kv_gb or 0.0) + self.overhead_gb

    @property
    def per_card_gb(self) -> float:
        """Return what each card must hold, spread evenly."""
        return self.needed_gb / self.cut.cards

    @property
    def fits(self) -> bool:
        """Tell whether the cards hold it."""
        return self.needed_gb <= self.capacity_gb

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        billions = self.weights.parameters.total / 1e9
        copies = f"; held {self.cut.replicas} times" if self.cut.replicas > 1 else ""
        terms = [
            Term("weights", self.weights_gb, "GB", f"{billions:.4g} billion parameters as {self.stored_as}{copies}")
        ]
        if self.kv_gb is not None:
            kept = f"{self.context:g} tokens and {self.kv_bits} bits, copies on {self.cut.tp} ranks included"
            each = f"{self.sequences:g} sequences x {self.kv_bytes_per_sequence / 1e6:.4g} MB at {kept}"
            terms.append(Term("context", self.kv_gb, "GB", each))
        return (
            *terms,
            Term("workspace", self.overhead_gb, "GB", f"{OVERHEAD_GB:g} GB on each of {self.cut.cards} cards"),
            Term("capacity", self.capacity_gb, "GB", f"{self.cut.cards} cards x {self.card_gb:g} GB"),
        )


def memory_fit(deployment: Deployment, pool: Cards, load: Load) -> MemoryFit:
    """Return what ``pool`` must hold, with the context of all sequences at their full length.

    Raises:
        NotCheckable: weights, the shape of the context or capacity are unknown.
    """
    weights = weigh(deployment.model, deployment.weights)
    cut = layout(pool)
    bits = kv_bits(deployment.kv_cache or deployment.weights.kv_cache, USUAL_BITS)
    sequences, tokens = load.most_in_flight, load.full_context
    per_sequence = 0.0
    if sequences is None or tokens is None:
        sequences = tokens = None
    else:
        per_sequence = context_use(deployment.model, tokens, bits).held_by(cut.tp)
    card = capacity_gb(pool.hardware)
    return MemoryFit(weights, deployment.weights.id, cut, card, sequences, tokens, bits, per_sequence)


@dataclass(frozen=True)
class Shortfall:
    """Weights that are larger than everything the cards of a pool can hold."""

    pool: Cards
    weights_gb: float
    marketed_gb: float
    granted_gb: float


def shortfalls(deployment: Deployment) -> tuple[Shortfall, ...]:
    """Return the pools that cannot hold one copy of the weights, everything else left out.

    Capacity is granted at its highest disputed value and in binary gigabytes.

    Raises:
        NotCheckable: weights or capacity are unknown, or weights may lie outside the cards.
    """
    weights_gb = weigh(deployment.model, deployment.weights).total / 1e9
    if deployment.may_offload:
        raise NotCheckable("stack.command", "weights may lie in host memory")
    found = []
    for pool in deployment.pools:
        granted = granted_capacity_gb(pool.hardware) * pool.count
        if weights_gb > granted:
            found.append(Shortfall(pool, weights_gb, capacity_gb(pool.hardware) * pool.count, granted))
    return tuple(found)


def most_sequences(deployment: Deployment, pool: Cards, load: Load) -> float | None:
    """Return how many sequences of the load's mean context can lie in ``pool`` beside the weights, at most.

    Everything unknown is granted: binary gigabytes, 8-bit context, no workspace, nothing kept twice.
    None: the load does not say how long its sequences are.
    """
    if load.mean_context is None:
        return None
    weights_gb = weigh(deployment.model, deployment.weights).total / 1e9
    bits = kv_bits(deployment.kv_cache, GRANTED_BITS)
    per_sequence = context_use(deployment.model, load.mean_context, bits, GRANTED_STATE_BYTES).held
    room = max(0.0, granted_capacity_gb(pool.hardware) * pool.count - weights_gb) * 1e9
    return room / per_sequence if per_sequence else math.inf


def sequences_running(plan: Plan, load: Load) -> float:
    """Return how many sequences run at a time: those of the load, or as many as find room beside the weights.

    An engine keeps a tenth of what weights and workspace leave; a sequence needs room for the mean of its context.
    A static batch runs as stated. Everything fits where the memory of the card is not recorded.

    Raises:
        NotCheckable: the load does not say how many there are.
    """
    wanted = load.most_in_flight
    if wanted is None:
        raise NotCheckable("scenario.concurrency", "neither batch nor concurrency is known")
    card = plan.pool.hardware.memory.capacity_gb
    if card is None or load.mean_context is None or load.static:
        return float(wanted)
    cut = plan.cut
    copy = plan.weights.total * plan.scale * cut.replicas
    room = USED_MEMORY * ((float(card.value) - OVERHEAD_GB) * 1e9 * cut.cards - copy)
    each = plan.kv_held(load.mean_context)
    if room <= 0:
        return 0.0
    return min(float(wanted), room / each) if each else float(wanted)


def cards_needed(deployment: Deployment, hardware: Hardware, load: Load) -> int:
    """Return the fewest cards that hold one copy of the weights, the context of the load once, and the workspace."""
    weights_gb = weigh(deployment.model, deployment.weights).total / 1e9
    held = 0.0
    if load.most_in_flight is not None and load.full_context is not None:
        bits = kv_bits(deployment.kv_cache or deployment.weights.kv_cache, USUAL_BITS)
        held = load.most_in_flight * context_use(deployment.model, load.full_context, bits).held / 1e9
    room = capacity_gb(hardware) - OVERHEAD_GB
    if room <= 0:
        raise NotCheckable(f"hardware {hardware.id} memory.capacity_gb", f"{hardware.id} has no room beside workspace")
    return max(1, math.ceil((weights_gb + held) / room))
