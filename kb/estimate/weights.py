"""What the weights weigh: parameters by group times the bits that each is stored in, scales included."""

from dataclasses import dataclass
from functools import cached_property

from kb.estimate.missing import NotCheckable
from kb.estimate.parameters import ParameterCount, count_parameters
from kb.estimate.remember import remembered
from kb.records import Model, Quantization

UNCOVERED_BITS = 16.0


@dataclass(frozen=True)
class Weights:
    """Stored bytes of one copy of a model, by group of tensors, and what one step reads of them."""

    parameters: ParameterCount
    by_group: dict[str, float]
    total: float
    always_read: float
    expert_bytes: float
    moe_layers: int
    experts: int
    top_k: int

    @cached_property
    def attention(self) -> float:
        """Return the bytes of attention, which data parallel attention holds once per group of ranks."""
        return self.by_group.get("attention", 0.0)

    @cached_property
    def head(self) -> float:
        """Return the bytes of the output head, tied or not."""
        return self.by_group.get("embedding" if self.parameters.tied else "output_head", 0.0)

    def read(self, distinct: float) -> float:
        """Return the bytes one step reads when each expert layer touches ``distinct`` experts."""
        return self.always_read + self.moe_layers * distinct * self.expert_bytes


def stored_bits(quantization: Quantization) -> dict[str, float]:
    """Return bits per weight by group that the quantization names; ``everything`` is one of them where it is named."""
    return {group: float(part.bits_per_weight.value) for part in quantization.stored for group in part.covers}


def bits_of(group: str, bits: dict[str, float]) -> float:
    """Return the bits per weight of one group: as named, else as everything, else 16."""
    return bits.get(group, bits.get("everything", UNCOVERED_BITS))


@remembered
def weigh(model: Model, quantization: Quantization) -> Weights:
    """Weigh ``model`` as ``quantization`` stores it.

    Raises:
        NotCheckable: the parameters are unknown, or do not add up.
    """
    parameters = count_parameters(model)
    bits = stored_bits(quantization)
    if not parameters.total_adds_up:
        raise NotCheckable(
            f"model {model.id} parameters.total",
            f"the groups of {model.id} sum to {sum(parameters.groups.values()) / 1e9:.4g} billion parameters, "
            f"{parameters.total / 1e9:.4g} billion are stated",
        )
    if not parameters.groups:
        if set(bits) != {"everything"}:
            raise parameters.not_split()
        total = parameters.total * bits["everything"] / 8
        return Weights(parameters, {}, total, 0.0, 0.0, 0, 0, 0)
    by_group = {group: number * bits_of(group, bits) / 8 for group, number in parameters.groups.items()}
    total = sum(by_group.values())
    skipped = by_group["routed_experts"] + (0.0 if parameters.tied else by_group["embedding"])
    moe_layers = experts = top_k = 0
    expert_bytes = 0.0
    if model.moe is not None:
        moe_layers, experts, top_k = model.moe.layers.value, model.moe.experts.value, model.moe.top_k.value
        expert_bytes = by_group["routed_experts"] / (moe_layers * experts)
    return Weights(parameters, by_group, total, total - skipped, expert_bytes, moe_layers, experts, top_k)


@remembered
def readable(model: Model, quantization: Quantization) -> Weights:
    """Return the weights by group, or raise what keeps a step from being counted.

    Raises:
        NotCheckable: the model generates no text, its parameters by group are unknown, or they do not add up.
    """
    if model.purpose != "generation":
        raise NotCheckable("model purpose", f"{model.id} does not generate text")
    weights = weigh(model, quantization)
    parameters = weights.parameters
    if not parameters.groups:
        raise parameters.not_split()
    if not parameters.active_adds_up:
        raise NotCheckable(
            f"model {model.id} parameters.active",
            f"{(parameters.active or 0) / 1e9:.4g} billion parameters are active by the architecture of {model.id}, "
            f"{(parameters.stated_active or 0) / 1e9:.4g} billion are stated",
        )
    return weights
