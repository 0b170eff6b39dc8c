"""The feed-forward blocks of a configuration: which layers have experts, and how wide they are."""

from typing import Any

from kb.importers.hf_config.families import Family
from kb.importers.json_input import Reader
from kb.importers.present import present


def feed_forward(config: Reader, family: Family, layers: int, missing: list[str]) -> dict[str, Any]:
    """Return ``moe`` and ``dense_mlp`` of a model record, as far as the configuration gives them."""
    if family.experts is None:
        return _dense(config, layers, missing)
    sparse = _sparse_layers(config, layers, missing)
    if sparse is None:
        return {}
    moe = {
        "layers": sparse,
        "experts": config.count(family.experts),
        "top_k": config.count("num_experts_per_tok"),
        "width": config.count(family.expert_width),
    }
    shared = _shared(config, family, moe["width"], missing)
    if sparse and (None in moe.values() or shared is None):
        gone = [key for key in (family.experts, "num_experts_per_tok", family.expert_width) if not config.peek(key)]
        missing.append(f"the experts (moe): the configuration does not give {', '.join(gone) or 'the shared ones'}")
        return {}
    found: dict[str, Any] = {"moe": moe | (shared or {})} if sparse else {}
    return found | (_dense(config, layers - sparse, missing) if sparse < layers else {})


def _dense(config: Reader, layers: int, missing: list[str]) -> dict[str, Any]:
    width = config.count("intermediate_size")
    if width is None:
        missing.append("the width of the dense layers (dense_mlp): intermediate_size is not given")
        return {}
    return {"dense_mlp": {"layers": layers, "width": width}}


def _shared(config: Reader, family: Family, width: int | None, missing: list[str]) -> dict[str, Any] | None:
    """Return the fields of the shared experts, or None where they are not given."""
    if family.shared == "count":
        number = config.number("n_shared_experts", whole=True)
        return None if number is None else {"shared": int(number)}
    if family.shared == "width":
        own = config.number("shared_expert_intermediate_size", whole=True)
        if own is None:
            return None
        return present(shared_width=int(own) if own not in (0, width) else None) | {"shared": 1 if own else 0}
    return {"shared": 0}


def _sparse_layers(config: Reader, layers: int, missing: list[str]) -> int | None:
    """Return how many layers have experts, or None where it cannot be told."""
    types = config.texts("mlp_layer_types")
    if types:
        if len(types) != layers or not set(types) <= {"dense", "sparse"}:
            missing.append(f"which layers have experts (moe/layers): mlp_layer_types, for {layers} layers")
            return None
        return types.count("sparse")
    first = int(config.number("first_k_dense_replace", whole=True) or 0)
    step = config.count("decoder_sparse_step") or 1
    only = config.value("mlp_only_layers")
    only = [] if only is None else only
    if config.value("moe_layer_freq") not in (None, 1):
        missing.append("which layers have experts (moe/layers): moe_layer_freq is not 1")
        return None
    if not isinstance(only, list) or not all(isinstance(layer, int) for layer in only):
        raise config.fail("mlp_only_layers", "should be a list of layer numbers")
    dense = set(only)
    return sum(1 for layer in range(layers) if layer >= first and layer not in dense and (layer + 1) % step == 0)
