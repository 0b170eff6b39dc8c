"""The shape of a model, from the metadata of a GGUF file and the shapes of its tensors."""

from collections import Counter
from typing import Any

from kb.importers.gguf.header import Header
from kb.importers.gguf.roles import block_of
from kb.importers.present import present

_QUERIES = ("attn_q.weight", "attn_qkv.weight", "attn_q_b.weight")


class Keys:
    """The metadata of one architecture, by the part of the key behind its name."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self.architecture = str(header.keys.get("general.architecture", ""))[:100]
        self.read: set[str] = set()

    def count(self, key: str) -> int | None:
        """Return a whole number of one or more, None where it is absent or differs by layer."""
        value = self.value(key)
        if isinstance(value, list):
            value = value[0] if value and len(set(value)) == 1 else None
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10**9 else None

    def value(self, key: str) -> Any:
        """Return a value as it stands, None where it is absent."""
        full = f"{self.architecture}.{key}"
        self.read.add(full)
        return self._header.keys.get(full)

    def by_layer(self, key: str, layers: int) -> list[int] | None:
        """Return one number for each layer, from one for all or a list."""
        value = self.value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return [value] * layers
        if isinstance(value, list) and len(value) >= layers and all(isinstance(entry, int) for entry in value):
            return [int(entry) for entry in value[:layers]]
        return None

    def unread(self) -> list[str]:
        """Return the keys of the architecture that nobody asked for."""
        mine = f"{self.architecture}."
        known = {*self._header.keys, *self._header.lengths}
        return sorted(key for key in known if key.startswith(mine) and key not in self.read)


def layers_of(keys: Keys) -> tuple[int | None, int]:
    """Return the layers of the model and those that predict further tokens, which block_count includes."""
    blocks, further = keys.count("block_count"), keys.count("nextn_predict_layers") or 0
    return (blocks - further if blocks is not None and blocks > further else None), further


def shape_of(header: Header, keys: Keys, missing: list[str]) -> dict[str, Any]:
    """Return the fields of a model record that say its shape, and a ``missing`` sentence for each that is unclear."""
    layers, further = layers_of(keys)
    table = next((tensor for tensor in header.tensors if tensor.name == "token_embd.weight"), None)
    fields = present(
        layers=layers,
        hidden=keys.count("embedding_length"),
        vocabulary=table.shape[1] if table is not None and len(table.shape) == 2 else keys.count("vocab_size"),
        context_tokens=keys.count("context_length"),
        mtp_layers=further or None,
    )
    if table is not None:
        fields["tied_embeddings"] = not any(tensor.name == "output.weight" for tensor in header.tensors)
    missing += [f"{key}: the header does not give it" for key in ("layers", "hidden") if key not in fields]
    if layers is None:
        return fields
    blocks: list[dict[str, tuple[int, ...]]] = [{} for _ in range(layers)]
    for tensor in header.tensors:
        layer, name = block_of(tensor)
        if layer is not None and layer < layers:
            blocks[layer][name] = tensor.shape
    return fields | present(attention=_attention(keys, blocks, missing)) | _feed_forward(keys, blocks, missing)


def _attention(keys: Keys, blocks: list[dict[str, Any]], missing: list[str]) -> list[dict[str, Any]]:
    """Return the attention groups; empty where a layer is of a kind that the header does not describe."""
    kinds = [_kind(block) for block in blocks]
    if None in kinds:
        missing.append("attention: a layer has neither queries nor a recurrent state, or both")
        return []
    layers = len(blocks)
    linear = kinds.count("linear")
    groups: list[dict[str, Any]] = []
    if linear < layers:
        groups = _latent(keys, layers) if keys.value("attention.kv_lora_rank") else _grouped(keys, kinds, missing)
        if not groups:
            missing.append("attention: heads and their sizes, or which layers have a sliding window")
            return []
    if linear:
        inner, state = keys.count("ssm.inner_size"), keys.count("ssm.state_size")
        if inner is None or state is None:
            missing.append("attention: ssm.inner_size or ssm.state_size of the recurrent layers")
            return []
        values = {"value": inner * state, "evidence": ["ev-count"], "note": "ssm.inner_size x ssm.state_size"}
        heads = keys.count("ssm.time_step_rank")
        groups.append(present(kind="linear", layers=linear, heads=heads, state_values=values))
    return groups


def _kind(block: dict[str, Any]) -> str | None:
    full = any(name in block for name in _QUERIES)
    linear = any(name.startswith("ssm_") for name in block)
    return None if full == linear else "full" if full else "linear"


def _grouped(keys: Keys, kinds: list[str | None], missing: list[str]) -> list[dict[str, Any]]:
    layers = len(kinds)
    heads, kv_heads = keys.by_layer("attention.head_count", layers), keys.by_layer("attention.head_count_kv", layers)
    hidden = keys.count("embedding_length")
    window, pattern = keys.count("attention.sliding_window"), keys.value("attention.sliding_window_pattern")
    slides = [False] * layers
    if window is not None:
        if not isinstance(pattern, list) or len(pattern) < layers:
            return []
        slides = [bool(mark) for mark in pattern[:layers]]
    if heads is None or kv_heads is None:
        return []
    counted: Counter[tuple[bool, int, int]] = Counter(
        (slides[layer], heads[layer], kv_heads[layer]) for layer in range(layers) if kinds[layer] == "full"
    )
    groups = []
    for (sliding, queries, keyed), count in sorted(counted.items()):
        size = keys.count("attention.key_length")
        if size is None and hidden is not None and queries and hidden % queries == 0:
            size = hidden // queries
        if size is None or not queries or not keyed or keys.value("attention.key_length_swa") not in (None, size):
            return []
        wide = keys.count("attention.value_length")
        groups.append(
            present(
                kind="sliding-window" if sliding else "full",
                layers=count,
                heads=queries,
                kv_heads=keyed,
                head_dim=size,
                value_head_dim=wide if wide not in (None, size) else None,
                window=window if sliding else None,
            )
        )
    return groups


def _latent(keys: Keys, layers: int) -> list[dict[str, Any]]:
    whole, rope = keys.count("attention.key_length_mla"), keys.count("rope.dimension_count")
    group = {
        "heads": keys.count("attention.head_count"),
        "value_head_dim": keys.count("attention.value_length_mla"),
        "kv_lora_rank": keys.count("attention.kv_lora_rank"),
        "nope_head_dim": whole - rope if whole and rope and whole > rope else None,
        "rope_head_dim": rope,
    }
    # An index over the latents has keys of its own, of which a record wants more than the header gives.
    if None in group.values() or any(key.startswith(f"{keys.architecture}.attention.indexer") for key in keys.unread()):
        return []
    return [{"kind": "latent", "layers": layers} | group | present(q_lora_rank=keys.count("attention.q_lora_rank"))]


def _feed_forward(keys: Keys, blocks: list[dict[str, Any]], missing: list[str]) -> dict[str, Any]:
    """Return ``moe`` and ``dense_mlp``; a down projection is as long as the block is wide."""
    found: dict[str, Any] = {}
    sparse = [block["ffn_down_exps.weight"] for block in blocks if "ffn_down_exps.weight" in block]
    if sparse:
        top_k = keys.count("expert_used_count")
        if len(set(sparse)) > 1 or len(sparse[0]) != 3 or top_k is None:
            missing.append("moe: the experts differ by layer, or expert_used_count is not given")
        else:
            width, _, experts = sparse[0]
            moe = {"layers": len(sparse), "experts": experts, "top_k": top_k, "width": width}
            found["moe"] = moe | _shared(keys, blocks, width)
    dense = [block["ffn_down.weight"][0] for block in blocks if "ffn_down.weight" in block]
    if len(set(dense)) > 1:
        missing.append("dense_mlp: the feed-forward blocks differ in width")
    elif dense:
        found["dense_mlp"] = {"layers": len(dense), "width": dense[0]}
    return found


def _shared(keys: Keys, blocks: list[dict[str, Any]], width: int) -> dict[str, Any]:
    """Return the shared experts; those of one layer lie side by side in one tensor."""
    wide = next((block["ffn_down_shexp.weight"][0] for block in blocks if "ffn_down_shexp.weight" in block), None)
    if wide is None:
        return {"shared": 0}
    number = keys.count("expert_shared_count") or 1
    own = wide // number if wide % number == 0 else wide
    return {"shared": number} | ({"shared_width": own} if own != width else {})
