"""Names of the linear modules of a model, as quantization settings list them."""

from kb.records import Model

LINEAR_GROUPS = ("attention", "dense_mlp", "shared_experts", "routed_experts")
OUTPUT_HEADS = ("lm_head", "language_model.lm_head", "model.lm_head")

# One module, under each name that it goes by: text models are nested in three ways.
Module = tuple[str, ...]
_PREFIXES = ("model.layers", "language_model.model.layers", "model.language_model.layers")
_LATENT = tuple(
    (f"self_attn.{name}",) for name in ("q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj")
)
_GROUPED = (("self_attn.q_proj",), ("self_attn.k_proj",), ("self_attn.v_proj",), ("self_attn.o_proj",))
# Which layers are recurrent does not matter here: only one of the two names exists in a layer.
_MIXED = (
    ("self_attn.q_proj", "linear_attn.in_proj_qkv"),
    ("self_attn.k_proj", "linear_attn.in_proj_z"),
    ("self_attn.v_proj", "linear_attn.in_proj_z"),
    ("self_attn.o_proj", "linear_attn.out_proj"),
)
_DENSE = tuple((f"mlp.{matrix}_proj",) for matrix in ("gate", "up", "down"))
_SHARED = tuple(
    tuple(f"mlp.{block}.{matrix}_proj" for block in ("shared_experts", "shared_expert"))
    for matrix in ("gate", "up", "down")
)
_ROUTED = tuple(
    (f"mlp.experts.0.{matrix}_proj", f"block_sparse_moe.experts.0.{short}")
    for matrix, short in (("gate", "w1"), ("up", "w3"), ("down", "w2"))
)


def module_names(model: Model) -> dict[str, list[Module]]:
    """Return the modules of each group that the model has; of the experts of a layer, the first stands for all."""
    layers = 0 if model.layers is None else model.layers.value
    dense = layers - (0 if model.moe is None else model.moe.layers.value)
    kinds = {kind.kind for kind in model.attention}
    attention = _LATENT if "latent" in kinds else _MIXED if "linear" in kinds else _GROUPED
    groups = {"attention": _of_layers(range(layers), attention)}
    if dense:
        groups["dense_mlp"] = _of_layers(range(dense), _DENSE)
    if model.moe is not None:
        groups["routed_experts"] = _of_layers(range(dense, layers), _ROUTED)
        if model.moe.shared is not None and model.moe.shared.value:
            groups["shared_experts"] = _of_layers(range(dense, layers), _SHARED)
    return groups


def _of_layers(layers: range, matrices: tuple[Module, ...]) -> list[Module]:
    return [
        tuple(f"{prefix}.{layer}.{name}" for name in names for prefix in _PREFIXES)
        for layer in layers
        for names in matrices
    ]
