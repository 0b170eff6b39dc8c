"""Parameters of one group of tensors in closed form, from the shape that a configuration file gives."""

from collections.abc import Callable

from kb.records import Model
from kb.records.evidence import Fact
from kb.records.model import Attention, Experts


def value(fact: Fact | None) -> float | None:
    """Return the number of a fact that may be absent."""
    return None if fact is None else float(fact.value)


# Each counter returns the number, or the fact that is missing.


def _embedding(model: Model, matrices: int) -> float | str:
    if model.vocabulary is None or model.hidden is None:
        return "vocabulary" if model.vocabulary is None else "hidden"
    return float(model.vocabulary.value * model.hidden.value)


def _output_head(model: Model, matrices: int) -> float | str:
    if model.tied_embeddings is None:
        return "tied_embeddings"
    return 0.0 if model.tied_embeddings else _embedding(model, matrices)


def _attention(model: Model, matrices: int) -> float | str:
    if model.hidden is None:
        return "hidden"
    if not model.attention or model.layers is None:
        return "attention" if not model.attention else "layers"
    if sum(a.layers.value for a in model.attention) != model.layers.value:
        return "attention"
    total = 0.0
    for kind in model.attention:
        weights = _attention_layer(kind, float(model.hidden.value))
        if weights is None:
            return "attention"
        total += weights * kind.layers.value
    return total


def _attention_layer(kind: Attention, hidden: float) -> float | None:
    if kind.kind == "none":
        return 0.0
    heads, size = value(kind.heads), value(kind.head_dim)
    if kind.kind == "latent":
        rank, rope, nope = value(kind.kv_lora_rank), value(kind.rope_head_dim), value(kind.nope_head_dim)
        wide, query_rank = value(kind.value_head_dim), value(kind.q_lora_rank)
        if heads is None or rank is None or rope is None or nope is None or wide is None:
            return None
        query = heads * (nope + rope)
        query_weights = hidden * query if query_rank is None else query_rank * (hidden + query)
        return query_weights + hidden * (rank + rope) + rank * heads * (nope + wide) + heads * wide * hidden
    kv_heads = value(kind.kv_heads)
    if kind.kind not in ("full", "sliding-window", "chunked") or heads is None or kv_heads is None or size is None:
        # Recurrent and compressed layers differ too much from each other for one formula.
        return None
    wide = value(kind.value_head_dim) or size
    key_value = kv_heads * size if kind.shared_key_value else kv_heads * (size + wide)
    return hidden * (heads * size + key_value + heads * wide)


def _dense_mlp(model: Model, matrices: int) -> float | str:
    if model.hidden is None:
        return "hidden"
    if model.dense_mlp is not None:
        return float(matrices * model.hidden.value * model.dense_mlp.layers.value * model.dense_mlp.width.value)
    all_moe = model.moe is not None and model.layers is not None and model.moe.layers.value == model.layers.value
    return 0.0 if all_moe else "dense_mlp"


def _of_moe(weights: Callable[[Experts, int, int], float]) -> Callable[[Model, int], float | str]:
    def count(model: Model, matrices: int) -> float | str:
        if model.moe is None:
            return 0.0
        return "hidden" if model.hidden is None else float(weights(model.moe, model.hidden.value, matrices))

    return count


def _shared(moe: Experts, hidden: int, matrices: int) -> float:
    number = 0 if moe.shared is None else moe.shared.value
    return moe.layers.value * number * matrices * hidden * (moe.shared_width or moe.width).value


def _norms(model: Model, matrices: int) -> float | str:
    if model.hidden is None or model.layers is None:
        return "hidden" if model.hidden is None else "layers"
    return float((2 * model.layers.value + 1) * model.hidden.value)


COUNTERS: dict[str, Callable[[Model, int], float | str]] = {
    "embedding": _embedding,
    "output_head": _output_head,
    "attention": _attention,
    "dense_mlp": _dense_mlp,
    "router": _of_moe(lambda moe, hidden, _: moe.layers.value * hidden * moe.experts.value),
    "shared_experts": _of_moe(_shared),
    "routed_experts": _of_moe(
        lambda moe, hidden, matrices: moe.layers.value * moe.experts.value * matrices * hidden * moe.width.value
    ),
    "norms": _norms,
    "other": lambda _model, _matrices: 0.0,
}
