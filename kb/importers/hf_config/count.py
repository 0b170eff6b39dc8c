"""Parameters by group: the closed form of the estimate, and the vectors and matrices that only a family has.

The closed form knows the matrices that a record's shape implies. Biases, norms inside attention, gates, the weights
of a sparse index and recurrent layers follow from the ``model_type``, and are added here.
"""

from typing import Any

from kb.estimate.closed_form import COUNTERS
from kb.estimate.parameters import GROUPS
from kb.importers.hf_config.families import Family
from kb.importers.json_input import Reader
from kb.records import Model
from kb.records.model import Attention


def count_groups(model: Model, family: Family, config: Reader) -> dict[str, int] | str:
    """Return the parameters of each group that has any, or the sentence on what is unknown.

    Args:
        model: the shape, without parameters; multi-token prediction is left out as in every record.
        family: the ``model_type``.
        config: where flags of biases and the widths of an index stand.
    """
    groups: dict[str, int] = {}
    for group in GROUPS:
        found = _attention(model, family, config) if group == "attention" else COUNTERS[group](model, 3)
        if isinstance(found, str):
            return found
        groups[group] = int(found)
    hidden, layers = _of(model.hidden), _of(model.layers)
    groups["norms"] += (family.norms - 2) * layers * hidden
    if (moe := model.moe) is not None:
        experts, number = moe.layers.value * moe.experts.value, moe.layers.value
        if _router_has_bias(family, config):
            groups["router"] += experts
        if family.expert_bias:
            # Two matrices lead to the width of the expert, one back.
            groups["routed_experts"] += experts * (2 * moe.width.value + hidden)
        if family.shared == "width" and groups["shared_experts"]:
            groups["shared_experts"] += number * hidden
    return {group: count for group, count in groups.items() if count}


def _attention(model: Model, family: Family, config: Reader) -> int | str:
    if not model.attention:
        return "attention"
    total = 0
    for kind in model.attention:
        if kind.kind == "linear":
            layer = _delta(kind, _of(model.hidden), config)
            if isinstance(layer, str):
                return layer
            total += kind.layers.value * layer
            continue
        # The closed form takes all layers of a model, so it is asked about a model of these layers only.
        alone = COUNTERS["attention"](model.model_copy(update={"attention": (kind,), "layers": kind.layers}), 3)
        further = _latent(kind, model, config) if kind.kind == "latent" else _grouped(kind, model, family, config)
        if isinstance(alone, str) or isinstance(further, str):
            return alone if isinstance(alone, str) else str(further)
        total += int(alone) + kind.layers.value * further
    return total


def _grouped(kind: Attention, model: Model, family: Family, config: Reader) -> int:
    """Return what one layer has beside its four matrices."""
    size, heads = _of(kind.head_dim), _of(kind.heads)
    query, key = heads * size, _of(kind.kv_heads) * size
    further = 0
    if family.query_bias == "always" or (family.query_bias == "flag" and config.flag("attention_bias")):
        further += query + 2 * key + (_of(model.hidden) if family.output_bias else 0)
    if family.query_norm == "head" or (family.query_norm == "flag" and config.flag("use_qk_norm")):
        further += 2 * size
    elif family.query_norm == "layer":
        further += query + key
    if family.attention == "delta" and config.flag("attn_output_gate") is not False:
        # A gate of the size of the queries comes out of the same projection.
        further += _of(model.hidden) * query
    return further + (heads if family.sinks else 0)


def _latent(kind: Attention, model: Model, config: Reader) -> int | str:
    """Return the norms of the latents, and the sparse index: queries, one key with its norm, a weight per head."""
    rank = _of(kind.q_lora_rank)
    further = _of(kind.kv_lora_rank) + rank
    index = _of(kind.index_values)
    if not index:
        return further
    heads = config.count("index_n_heads")
    if heads is None or not rank:
        return "index_n_heads or q_lora_rank"
    return further + rank * heads * index + _of(model.hidden) * (index + heads) + 2 * index


def _delta(kind: Attention, hidden: int, config: Reader) -> int | str:
    """Return a gated DeltaNet layer: q, k, v, z, then b and a per head; convolution over q, k, v; decay; norm."""
    key_heads, kernel = config.count("linear_num_key_heads"), config.count("linear_conv_kernel_dim")
    if key_heads is None or kernel is None:
        return "linear_num_key_heads or linear_conv_kernel_dim"
    heads, size = _of(kind.heads), _of(kind.head_dim)
    wide = _of(kind.value_head_dim) or size
    mixed = 2 * key_heads * size + heads * wide
    return hidden * (mixed + heads * wide + 2 * heads) + heads * wide * hidden + mixed * kernel + 2 * heads + wide


def _router_has_bias(family: Family, config: Reader) -> bool:
    if family.router_bias == "flag":
        return bool(config.flag("use_routing_bias"))
    if family.router_bias == "method":
        # Without auxiliary losses, the choice of experts is balanced by a bias.
        return config.text("topk_method") == "noaux_tc"
    return family.router_bias == "always"


def _of(fact: Any) -> int:
    return 0 if fact is None else int(fact.value)
