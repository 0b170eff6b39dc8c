"""What a step needs to know of a model beside its weights."""

from dataclasses import dataclass

from kb.estimate.closed_form import value
from kb.estimate.kv_cache import LayerKind, layer_kinds
from kb.estimate.remember import remembered
from kb.records import Model

# Values exchanged between cards travel in 16 bits.
EXCHANGED_BYTES = 2
# The outputs of attention and of the feed-forward block are summed over the ranks.
EXCHANGES_PER_LAYER = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What a step needs to know of a model beside its weights.

    ``products`` are the multiplications of one query with one token of context, keys and values, over all layers that
    look at every token; ``prompt_products`` those while a prompt is read, where a latent is expanded first.
    """

    kinds: tuple[LayerKind, ...]
    layers: int
    shared_layers: int
    latent_layers: int
    linear_layers: int
    products: float
    prompt_products: float
    exchanged_per_token: float


@remembered
def shape(model: Model) -> Shape:
    """Return the shape of ``model``.

    Raises:
        NotCheckable: the layers or what they keep are not recorded.
    """
    kinds = layer_kinds(model)
    hidden = 0 if model.hidden is None else model.hidden.value
    products = prompt_products = 0.0
    for kind in model.attention:
        heads = kind.layers.value * (value(kind.heads) or 0.0)
        if kind.kind == "latent":
            # Decode multiplies with the latent itself: its rank and the rotary part as key, its rank as value.
            rank, rope = value(kind.kv_lora_rank) or 0.0, value(kind.rope_head_dim) or 0.0
            products += heads * (2 * rank + rope)
            prompt_products += heads * ((value(kind.nope_head_dim) or 0.0) + rope + (value(kind.value_head_dim) or 0.0))
        elif kind.kind == "full":
            size = value(kind.head_dim) or 0.0
            both = heads * (size + (value(kind.value_head_dim) or size))
            products += both
            prompt_products += both
    layers = sum(kind.layers.value for kind in model.attention)
    latent = sum(kind.layers for kind in kinds if kind.name in ("latent", "compressed"))
    linear = sum(kind.layers for kind in kinds if kind.name == "linear")
    moe = model.moe
    shared = moe.layers.value if moe is not None and value(moe.shared) else 0
    exchanged = EXCHANGES_PER_LAYER * layers * hidden * EXCHANGED_BYTES * 2.0
    return Shape(kinds, layers, shared, latent, linear, products, prompt_products, exchanged)
