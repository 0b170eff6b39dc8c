"""What one decode step moves and computes, over all cards of a pool, term by term."""

from dataclasses import dataclass

from kb.estimate.deployment import Cards, Deployment
from kb.estimate.kv_cache import STATE_BYTES
from kb.estimate.term import Term
from kb.estimate.weights import readable
from kb.estimate.work import Plan

_LABELS = {
    "attention": "attention weights",
    "dense_mlp": "dense feed-forward weights",
    "shared_experts": "shared experts",
    "router": "router",
    "norms": "norms",
    "other": "other weights",
}


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes and operations of one step of all replicas together, with ``sequences`` in flight.

    ``distinct`` is the number of distinct experts per layer and replica, None for a dense model.
    """

    plan: Plan
    sequences: float
    tokens: float
    context: float
    distinct: float | None

    @property
    def dense_bytes(self) -> float:
        """Return the bytes of weights that every step reads, all copies."""
        plan, cut = self.plan, self.plan.cut
        extra = plan.weights.attention * (cut.attention_groups - 1)
        return cut.replicas * plan.scale * (plan.weights.always_read + extra)

    @property
    def expert_bytes(self) -> float:
        """Return the bytes of routed experts that are read."""
        weights = self.plan.weights
        each = weights.moe_layers * (self.distinct or 0.0) * weights.expert_bytes
        return self.plan.cut.replicas * self.plan.scale * each

    @property
    def weight_bytes(self) -> float:
        """Return the bytes of weights that are read."""
        return self.dense_bytes + self.expert_bytes

    @property
    def kv_bytes(self) -> float:
        """Return the bytes of context that are read, copies included."""
        return self.plan.kv_read(self.context) * self.sequences

    @property
    def bytes(self) -> float:
        """Return all bytes of the step."""
        return self.weight_bytes + self.kv_bytes

    @property
    def flops(self) -> float:
        """Return the operations of the step, attention over the context left out."""
        return 2 * self.plan.weights.parameters.per_token * self.tokens

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line; what is nought is left out."""
        return (*self._weight_terms(), *self._expert_terms(), *self._context_terms(), self._operations())

    def _weight_terms(self) -> list[Term]:
        weights, cut = self.plan.weights, self.plan.cut
        copies = f" x {cut.replicas} replicas" if cut.replicas > 1 else ""
        terms = []
        for group, label in _LABELS.items():
            times = cut.replicas * self.plan.scale * (cut.attention_groups if group == "attention" else 1)
            size = weights.by_group.get(group, 0.0) * times
            number = weights.parameters.groups.get(group, 0.0)
            if size:
                bits = weights.by_group[group] * 8 / number
                whole = f" x {cut.attention_groups} groups of ranks" if times > cut.replicas * self.plan.scale else ""
                how = f"{number / 1e9:.4g} billion x {bits:.4g} bits{whole}{copies}"
                terms.append(Term(label, size / 1e9, "GB", how))
        head = weights.head * cut.replicas * self.plan.scale
        tied = ", tied to the embedding" if weights.parameters.tied else "; the embedding is looked up, not read"
        terms.append(Term("output head", head / 1e9, "GB", f"one product per token{tied}{copies}"))
        return terms

    def _expert_terms(self) -> list[Term]:
        weights, cut = self.plan.weights, self.plan.cut
        if self.distinct is None:
            return []
        tokens = self.tokens / cut.replicas
        power = f"{weights.experts} x (1 - (1 - {weights.top_k}/{weights.experts})^{tokens:g}), routing by chance"
        each = f"{weights.moe_layers} layers x {self.distinct:.4g} experts x {weights.expert_bytes / 1e6:.4g} MB"
        copies = f" x {cut.replicas} replicas" if cut.replicas > 1 else ""
        return [
            Term("distinct experts per layer", self.distinct, "experts", power),
            Term("routed experts", self.expert_bytes / 1e9, "GB", each + copies),
        ]

    def _context_terms(self) -> list[Term]:
        terms = []
        for kind in self.plan.shape.kinds:
            copies = kind.copies(self.plan.cut.tp)
            each = kind.read(self.context, self.plan.kv_bits, STATE_BYTES) * copies
            twice = f" x {copies:.4g} copies" if copies > 1 else ""
            how = f"{self.sequences:g} sequences x {each / 1e6:.4g} MB: {kind.layers} layers at {self.context:g} tokens"
            bits = "" if kind.name == "linear" else f" and {self.plan.kv_bits} bits"
            terms.append(Term(f"context, {kind.name}", each * self.sequences / 1e9, "GB", how + bits + twice))
        return terms

    def _operations(self) -> Term:
        how = f"2 x {self.plan.weights.parameters.per_token / 1e9:.4g} billion parameters x {self.tokens:g} tokens"
        return Term("operations per step", self.flops / 1e12, "TFLOP", how)


def traffic(plan: Plan, sequences: float, context: float) -> Traffic:
    """Return what a step moves, with routing as uniform as chance makes it and the context kept as usual.

    Args:
        plan: the deployment on the cards that generate.
        sequences: in flight over the whole pool.
        context: mean tokens of context per sequence.

    Raises:
        NotCheckable: a fact of the model is missing.
    """
    deployment = plan.deployment
    weights = readable(deployment.model, deployment.weights)
    tokens = sequences * (1 + deployment.draft_tokens)
    distinct = plan.distinct(tokens / plan.cut.replicas) if weights.experts else None
    return Traffic(plan, sequences, tokens, context, distinct)


def step_traffic(deployment: Deployment, pool: Cards, sequences: float, context: float) -> Traffic:
    """Return what a step of ``deployment`` on ``pool`` moves: see :func:`traffic`."""
    return traffic(Plan(deployment, pool), sequences, context)
