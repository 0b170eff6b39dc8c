"""Whether it fits: weights, context and workspace against the memory of the cards."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.kv_cache import GRANTED_BITS, GRANTED_STATE_BYTES, context_use, kv_bits
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import highest
from kb.estimate.term import Term
from kb.estimate.weights import weigh
from kb.estimate.work import Plan
from kb.records import Hardware

# Activations, graphs, communication buffers and the driver: what a card needs beside weights and context.
OVERHEAD_GB = 2.0
# What engines leave unused by default of the memory that weights and workspace leave.
USED_MEMORY = 0.9
# A card sold as 80 GB may hold 80 x 2^30 bytes; who accuses must grant it.
BINARY = 1.073741824
# Guesses at the longest context before the search halves what is left: most models need one.
_GUESSES = 8
# No context is longer; where a model does not say how long its own may be, the search ends here.
LONGEST_CONTEXT = 100_000_000


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


class MemoryFit(NamedTuple):
    """Memory of one pool, as its parallelism cuts the model.

    ``sequences`` None: the load does not say how much context there is.
    """

    plan: Plan
    card_gb: float
    sequences: float | None
    context: float | None
    kv_bytes_per_sequence: float

    @property
    def weights_gb(self) -> float:
        """Return the size of one copy of the weights."""
        return self.plan.weights.total * self.plan.scale / 1e9

    @property
    def kv_gb(self) -> float | None:
        """Return what the context of all sequences takes, over all cards."""
        return None if self.sequences is None else self.sequences * self.kv_bytes_per_sequence / 1e9

    @property
    def weights_per_card_gb(self) -> float:
        """Return the weights that one card holds: its share, and attention whole where that runs data parallel."""
        return self.plan.weights_per_card / 1e9

    @property
    def overhead_gb(self) -> float:
        """Return the workspace of all cards."""
        return OVERHEAD_GB * self.plan.cut.cards

    @property
    def capacity_gb(self) -> float:
        """Return the marketed memory of all cards."""
        return self.card_gb * self.plan.cut.cards

    @property
    def per_card_gb(self) -> float:
        """Return what each card must hold."""
        return self.weights_per_card_gb + (self.kv_gb or 0.0) / self.plan.cut.cards + OVERHEAD_GB

    @property
    def needed_gb(self) -> float:
        """Return what the pool must hold: every copy of the weights, all context, workspace."""
        return self.per_card_gb * self.plan.cut.cards

    @property
    def fits(self) -> bool:
        """Tell whether the cards hold it."""
        return self.per_card_gb <= self.card_gb

    @property
    def room_gb(self) -> float:
        """Return the memory of all cards that weights and workspace leave for context."""
        return max(0.0, self.card_gb - self.weights_per_card_gb - OVERHEAD_GB) * self.plan.cut.cards

    @property
    def largest_batch(self) -> int | None:
        """Return how many sequences of the load's length fit at most; None where the length is not said."""
        if self.context is None or not self.kv_bytes_per_sequence:
            return None
        return math.floor(self.room_gb * 1e9 / self.kv_bytes_per_sequence)

    @property
    def largest_context(self) -> int | None:
        """Return the longest context, in tokens, that all sequences of the load can have; None where there are none."""
        if self.sequences is None or self.sequences <= 0:
            return None
        limit = self.plan.deployment.model.context_tokens
        high = LONGEST_CONTEXT if limit is None else int(max(limit.values))
        return _longest(self.plan, self.room_gb * 1e9 / self.sequences, high)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        plan, cut = self.plan, self.plan.cut
        billions = plan.weights.parameters.total / 1e9
        stored = plan.deployment.weights.id
        copies = f"; held {cut.replicas} times" if cut.replicas > 1 else ""
        ways = [f"{cut.ranks} ranks"] if cut.ranks > 1 else []
        ways += [f"{cut.pp} stages"] if cut.pp > 1 else []
        cutting = f"{self.weights_gb:.4g} GB over {' and '.join(ways) or 'one card'}"
        if cut.attention_groups > 1:
            cutting += f", attention {cut.attention_groups} times"
        terms = [
            Term("weights", self.weights_gb, "GB", f"{billions:.4g} billion parameters as {stored}{copies}"),
            Term("weights per card", self.weights_per_card_gb, "GB", cutting),
        ]
        if self.kv_gb is not None:
            kept = f"{self.context:g} tokens and {plan.kv_bits} bits, copies on {cut.tp} ranks included"
            each = f"{self.sequences:g} sequences x {self.kv_bytes_per_sequence / 1e6:.4g} MB at {kept}"
            terms.append(Term("context", self.kv_gb, "GB", each))
        return (
            *terms,
            Term("workspace", self.overhead_gb, "GB", f"{OVERHEAD_GB:g} GB on each of {cut.cards} cards"),
            Term("capacity", self.capacity_gb, "GB", f"{cut.cards} cards x {self.card_gb:g} GB"),
        )


def _longest(plan: Plan, room: float, most: int) -> int:
    """Return the longest context of which a sequence keeps no more than ``room`` bytes, at most ``most`` tokens.

    What is kept grows with the context, along few straight lines: where the line between two contexts crosses the room
    is a good guess.
    """
    low, below = 0, plan.kv_held(0)
    high, above = most, plan.kv_held(most)
    if above <= room:
        return most
    if below > room:
        return 0
    guesses = 0
    # A context of low tokens has room, one of high tokens has not.
    while high - low > 1:
        guesses += 1
        middle = low + int((high - low) * ((room - below) / (above - below)))
        if guesses > _GUESSES:
            middle = (low + high) // 2
        for tokens in (max(middle, low + 1), middle + 1):
            if low < tokens < high:
                kept = plan.kv_held(tokens)
                if kept <= room:
                    low, below = tokens, kept
                else:
                    high, above = tokens, kept
    return low


def memory_fit(plan: Plan, load: Load) -> MemoryFit:
    """Return what the cards of ``plan`` must hold, with the context of all sequences at their full length.

    Raises:
        NotCheckable: the capacity of the card is unknown.
    """
    sequences, tokens = load.most_in_flight, load.full_context
    per_sequence = 0.0
    if sequences is None or tokens is None:
        sequences = tokens = None
    else:
        per_sequence = plan.kv_held(tokens)
    return MemoryFit(plan, capacity_gb(plan.pool.hardware), sequences, tokens, per_sequence)


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


@dataclass(frozen=True)
class GrantedRoom:
    """How many sequences can lie in a pool beside the weights, everything unknown resolved for the claim."""

    sequences: float
    terms: tuple[Term, ...]


def granted_room(deployment: Deployment, pool: Cards, load: Load) -> GrantedRoom | None:
    """Return how many sequences of the load's mean context can lie in ``pool`` beside the weights, at most.

    Everything unknown is granted: binary gigabytes, 8-bit context, no workspace, nothing kept twice.
    None: the load does not say how long its sequences are.
    """
    if load.mean_context is None:
        return None
    weights_gb = weigh(deployment.model, deployment.weights).total / 1e9
    bits = kv_bits(deployment.kv_cache, GRANTED_BITS)
    each = context_use(deployment.model, load.mean_context, bits, GRANTED_STATE_BYTES).held
    card = granted_capacity_gb(pool.hardware)
    room = max(0.0, card * pool.count - weights_gb) * 1e9
    return GrantedRoom(
        room / each if each else math.inf,
        (
            Term("memory granted", card * pool.count, "GB", f"{pool.count} cards x {card:.4g} GB, read as binary"),
            Term("weights", weights_gb, "GB", f"one copy as {deployment.weights.id}"),
            Term("context of a sequence", each / 1e6, "MB", f"{load.mean_context:g} tokens at {bits} bits, kept once"),
        ),
    )


def sequences_running(plan: Plan, load: Load) -> float:
    """Return how many sequences run at a time: those of the load, or as many as find room beside the weights.

    An engine keeps a tenth of what weights and workspace leave; a sequence needs room for the mean of its context.
    A static batch runs as stated, unless the weights alone are more than the cards hold. Everything fits where the
    memory of the card is not recorded.

    Raises:
        NotCheckable: the load does not say how many there are.
    """
    wanted = load.most_in_flight
    if wanted is None:
        raise NotCheckable("scenario.concurrency", "neither batch nor concurrency is known")
    card = plan.pool.hardware.memory.capacity_gb
    if card is None:
        return float(wanted)
    if plan.weights_per_card >= float(card.value) * 1e9:
        return 0.0
    if load.mean_context is None or load.static:
        return float(wanted)
    room = USED_MEMORY * ((float(card.value) - OVERHEAD_GB) * 1e9 - plan.weights_per_card) * plan.cut.cards
    each = plan.kv_held(load.mean_context)
    if room <= 0:
        return 0.0
    return min(float(wanted), room / each) if each else float(wanted)


def cards_needed(plan: Plan, load: Load) -> int:
    """Return the fewest cards that hold one copy of the weights, the context of the load once, and the workspace."""
    return cards_for(plan.pool.hardware, held_once_gb(plan, load))


def held_once_gb(plan: Plan, load: Load) -> float:
    """Return what one copy of the weights and the context of the load take, whatever the cards."""
    held = 0.0
    if load.most_in_flight is not None and load.full_context is not None:
        held = load.most_in_flight * plan.kv_once(load.full_context) / 1e9
    return plan.weights.total * plan.scale / 1e9 + held


def cards_for(hardware: Hardware, held_gb: float) -> int:
    """Return the fewest cards that hold so much beside the workspace.

    Raises:
        NotCheckable: their memory is not known, or holds the workspace only.
    """
    room = capacity_gb(hardware) - OVERHEAD_GB
    if room <= 0:
        raise NotCheckable(f"hardware {hardware.id} memory.capacity_gb", f"{hardware.id} has no room beside workspace")
    return max(1, math.ceil(held_gb / room))
