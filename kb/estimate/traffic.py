"""What one decode step moves and computes."""

from dataclasses import dataclass

from kb.estimate.deployment import Cards, Deployment
from kb.estimate.experts import distinct_experts
from kb.estimate.kv_cache import USUAL_BITS, context_use, kv_bits
from kb.estimate.term import Term
from kb.estimate.layout import Layout, layout
from kb.estimate.weights import Weights, readable


@dataclass(frozen=True)
class Traffic:
    """Bytes and operations of one step of all replicas together, with ``sequences`` in flight.

    ``distinct`` is the number of distinct experts per layer and replica, None for a dense model.
    """

    weights: Weights
    cut: Layout
    sequences: float
    tokens: float
    context: float
    kv_bits: int
    kv_per_sequence: float
    distinct: float | None

    @property
    def expert_bytes(self) -> float:
        """Return the bytes of routed experts that are read."""
        return self.cut.replicas * self.weights.moe_layers * (self.distinct or 0.0) * self.weights.expert_bytes

    @property
    def weight_bytes(self) -> float:
        """Return the bytes of weights that are read."""
        return self.cut.replicas * self.weights.always_read + self.expert_bytes

    @property
    def kv_bytes(self) -> float:
        """Return the bytes of context that are read."""
        return self.kv_per_sequence * self.sequences

    @property
    def bytes(self) -> float:
        """Return all bytes of the step."""
        return self.weight_bytes + self.kv_bytes

    @property
    def flops(self) -> float:
        """Return the operations of the step, attention over the context left out."""
        return 2 * self.weights.parameters.per_token * self.tokens

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        weights, cut = self.weights, self.cut
        copies = f" x {cut.replicas} replicas" if cut.replicas > 1 else ""
        always = "attention, dense and shared feed-forward, router, norms, output head; the embedding is looked up"
        terms = [Term("weights read by every step", weights.always_read * cut.replicas / 1e9, "GB", always + copies)]
        if self.distinct is not None:
            power = f"{weights.experts} x (1 - (1 - {weights.top_k}/{weights.experts})^{self.tokens / cut.replicas:g})"
            each = f"{weights.moe_layers} layers x {self.distinct:.4g} experts x {weights.expert_bytes / 1e6:.4g} MB"
            terms += [
                Term("distinct experts per layer", self.distinct, "experts", power),
                Term("experts read per step", self.expert_bytes / 1e9, "GB", each + copies),
            ]
        kept = f"{self.context:g} tokens and {self.kv_bits} bits, copies on {cut.tp} tensor parallel ranks included"
        context = f"{self.sequences:g} sequences x {self.kv_per_sequence / 1e6:.4g} MB at {kept}"
        operations = f"2 x parameters per token x {self.tokens:g} tokens"
        return (
            *terms,
            Term("context read per step", self.kv_bytes / 1e9, "GB", context),
            Term("operations per step", self.flops / 1e12, "TFLOP", operations),
        )


def step_traffic(deployment: Deployment, pool: Cards, sequences: float, context: float, *, drafted: int = 0) -> Traffic:
    """Return what a step moves, with routing as uniform as chance makes it and the context kept as usual.

    Args:
        deployment: model and formats.
        pool: the cards that generate.
        sequences: in flight over the whole pool.
        context: mean tokens of context per sequence.
        drafted: tokens drafted per sequence and step.

    Raises:
        NotCheckable: a fact of the model is missing.
    """
    weights = readable(deployment)
    cut = layout(pool)
    tokens = sequences * (1 + drafted)
    distinct = None
    if weights.experts:
        distinct = distinct_experts(weights.experts, weights.top_k, tokens / cut.replicas)
    bits = kv_bits(deployment.kv_cache or deployment.weights.kv_cache, USUAL_BITS)
    per_sequence = context_use(deployment.model, context, bits).read_by(cut.tp)
    return Traffic(weights, cut, sequences, tokens, context, bits, per_sequence, distinct)
