"""The attention of a configuration, grouped by what a layer keeps of its context."""

from collections import Counter
from typing import Any

from kb.importers.hf_config.families import Family
from kb.importers.json_input import Reader, shown
from kb.importers.present import present

_KINDS = {
    "full_attention": "full",
    "sliding_attention": "sliding-window",
    "linear_attention": "linear",
}
_ORDER = ("full", "sliding-window", "linear")


def attention(config: Reader, family: Family, layers: int, hidden: int, missing: list[str]) -> list[dict[str, Any]]:
    """Return the ``attention`` entries of a model record; none, and a ``missing`` sentence, where one is unclear."""
    if family.attention == "latent":
        return _latent(config, layers, missing)
    kinds = _layer_kinds(config, family, layers, missing)
    if kinds is None:
        return []
    heads = _needed(config, "num_attention_heads", missing)
    kv_heads = config.count("num_key_value_heads") or (heads if family.plain_heads else None)
    size = config.count("head_dim")
    if size is None and family.plain_heads and heads and hidden % heads == 0:
        size = hidden // heads
    if heads is None or kv_heads is None or size is None:
        missing.append(
            "the heads of attention: num_attention_heads, num_key_value_heads, head_dim, where the class has a default"
        )
        return []
    plain = {"heads": heads, "kv_heads": kv_heads, "head_dim": size}
    entries = []
    for kind in _ORDER:
        count = Counter(kinds)[kind]
        if not count:
            continue
        if kind == "linear":
            details = _linear(config, missing)
        elif kind == "sliding-window":
            details = plain | {"window": _needed(config, "sliding_window", missing)}
        else:
            details = plain
        if None in details.values():
            return []
        entries.append(present(kind=kind, layers=count, **details))
    return entries


def _layer_kinds(config: Reader, family: Family, layers: int, missing: list[str]) -> list[str] | None:
    """Return the kind of each layer, or None where the configuration does not tell."""
    types = config.texts("layer_types")
    if types:
        unknown = sorted({name for name in types if name not in _KINDS})
        if unknown or len(types) != layers:
            why = f"names {', '.join(map(shown, unknown[:4]))}" if unknown else f"has {len(types)} entries"
            missing.append(f"the attention of each layer (attention): layer_types {why}, for {layers} layers")
            return None
        return [_KINDS[name] for name in types]
    if set(_marks(config)) - {1}:
        missing.append("the attention of each layer (attention): attn_type_list names layers that are not full")
        return None
    if family.attention == "delta":
        return _every(config, "full_attention_interval", "linear", layers, missing)
    if family.window == "pattern":
        return _every(config, "sliding_window_pattern", "sliding-window", layers, missing)
    if family.window == "all" and config.count("sliding_window"):
        return ["sliding-window"] * layers
    if family.window == "switch" and config.flag("use_sliding_window"):
        first = config.number("max_window_layers", whole=True)
        if first is None:
            missing.append("which layers have a sliding window (attention): max_window_layers is not given")
            return None
        return ["full" if layer < first else "sliding-window" for layer in range(layers)]
    return ["full"] * layers


def _marks(config: Reader) -> list[object]:
    """Return attn_type_list, in which MiniMax writes 1 for full attention and 0 for lightning attention."""
    marks = config.value("attn_type_list")
    return [mark if isinstance(mark, int) else str(mark) for mark in marks] if isinstance(marks, list) else []


def _every(config: Reader, key: str, other: str, layers: int, missing: list[str]) -> list[str] | None:
    step = config.count(key)
    if step is None:
        missing.append(f"the attention of each layer (attention): neither layer_types nor {key} is given")
        return None
    return ["full" if (layer + 1) % step == 0 else other for layer in range(layers)]


def _linear(config: Reader, missing: list[str]) -> dict[str, Any]:
    """Return the fields of a gated DeltaNet layer; its state is one matrix of key size x value size per value head."""
    heads = _needed(config, "linear_num_value_heads", missing)
    key, wide = _needed(config, "linear_key_head_dim", missing), _needed(config, "linear_value_head_dim", missing)
    if heads is None or key is None or wide is None:
        return {"state_values": None}
    note = "Gated DeltaNet: value heads x key size x value size. The tail of the convolution is not counted."
    state = {"value": heads * key * wide, "evidence": ["ev-count"], "note": note}
    different = {"value_head_dim": wide} if wide != key else {}
    return {"heads": heads, "head_dim": key, **different, "state_values": state}


def _latent(config: Reader, layers: int, missing: list[str]) -> list[dict[str, Any]]:
    entry: dict[str, Any] = {
        "heads": _needed(config, "num_attention_heads", missing),
        "value_head_dim": _needed(config, "v_head_dim", missing),
        "kv_lora_rank": _needed(config, "kv_lora_rank", missing),
        "nope_head_dim": _needed(config, "qk_nope_head_dim", missing),
        "rope_head_dim": _needed(config, "qk_rope_head_dim", missing),
    }
    if None in entry.values():
        return []
    # Null means that queries are not compressed.
    entry |= present(q_lora_rank=config.count("q_lora_rank"))
    top_k = config.count("index_topk")
    if top_k is None:
        return [{"kind": "latent", "layers": layers} | entry]
    own = _own_indexes(config, layers, missing)
    values = _needed(config, "index_head_dim", missing)
    if own is None or values is None:
        return []
    entry["sparse_top_k"] = top_k
    groups = ((own, values), (layers - own, 0))
    return [
        {"kind": "latent", "layers": count} | entry | {"index_values": index} for count, index in groups if count > 0
    ]


def _own_indexes(config: Reader, layers: int, missing: list[str]) -> int | None:
    """Return how many layers have an index of their own; the others reuse the choice of an earlier one."""
    types = config.texts("indexer_types")
    if types:
        if len(types) == layers and set(types) <= {"full", "shared"}:
            return types.count("full")
        missing.append(f"which layers have a sparse index of their own: indexer_types, for {layers} layers")
        return None
    if (config.number("index_topk_freq") or 1) != 1:
        missing.append("which layers have a sparse index of their own: index_topk_freq without indexer_types")
        return None
    return layers


def _needed(config: Reader, key: str, missing: list[str]) -> int | None:
    number = config.count(key)
    if number is None:
        missing.append(f"{key}: the configuration does not give it")
    return number
