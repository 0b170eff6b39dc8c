"""How a pool of cards is cut into copies of the model, stages and ranks."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from kb.estimate.deployment import Cards


@dataclass(frozen=True)
class Layout:
    """A pool of ``cards``, cut into ``replicas`` copies of the model, each of ``pp`` stages.

    The ranks of a stage share its feed-forward weights and experts. Its attention is cut by head over ``tp`` ranks, and
    by sequence over groups of so many: with attention run data parallel, ``tp`` is smaller than the ranks.
    """

    cards: int
    replicas: int
    tp: int
    pp: int

    @cached_property
    def per_replica(self) -> int:
        """Return the cards that hold one copy."""
        return self.cards // self.replicas

    @cached_property
    def ranks(self) -> int:
        """Return the cards that work on one layer of one copy together."""
        return max(1, self.per_replica // self.pp)

    @property
    def attention_groups(self) -> int:
        """Return how many groups of ranks hold attention weights of their own."""
        return max(1, self.ranks // self.tp)


def layout(pool: Cards) -> Layout:
    """Read how ``pool`` is cut from its parallelism; what is not said is one replica over all cards.

    Engines count ranks of data parallel attention in two ways. ``tp 8, dp 8`` on 8 cards means that the ranks overlap:
    attention is cut 8 / 8 = 1 way. ``tp 1, ep 8`` means experts over 8 cards and attention whole on each.
    """
    said = pool.parallelism
    return _layout(pool.count, said.tp, said.pp, said.ep, said.dp)


@lru_cache(maxsize=4096)
def _layout(count: int, tp: int | None, pp: int | None, ep: int | None, dp: int | None) -> Layout:
    pp, dp = pp or 1, dp or 1
    if pp > count:
        pp = 1
    size = max((tp or 1) * pp, ep or 1)
    if tp is None and ep is None:
        size = count if count % dp else count // dp
    if size < pp or size > count or count % size:
        # Expert and data parallel ranks overlap in ways that a product does not tell.
        size = count
    replicas = count // size
    ranks = max(1, size // pp)
    tp = min(tp or ranks, ranks)
    overlap = dp // replicas if dp > replicas and dp % replicas == 0 else 1
    if overlap > 1 and tp % overlap == 0:
        tp //= overlap
    return Layout(count, replicas, tp, pp)
