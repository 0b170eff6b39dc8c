"""What the weights of a ``model_type`` hold that its configuration does not spell out.

Each entry follows the modelling code of Transformers for that type. A type that is not here is not guessed at: its
configuration gives the few keys that mean the same everywhere, and the rest is left to a person.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Family:
    """One ``model_type``.

    Attributes:
        attention: which formula its layers follow; ``delta`` mixes gated DeltaNet with gated full attention.
        window: how layers with a sliding window are told where no ``layer_types`` lists them: ``all`` once a window is
            given, ``switch`` by use_sliding_window and max_window_layers, ``pattern`` every n-th layer is full.
        query_bias: whether queries, keys and values have a bias; ``flag`` follows attention_bias.
        output_bias: whether the output projection has one whenever they do.
        query_norm: ``head`` is a norm of one head for queries and one for keys, ``layer`` one over all heads;
            ``flag`` is ``head`` where use_qk_norm says so.
        sinks: whether each head has a learned sink.
        norms: norms of hidden size per layer.
        plain_heads: whether an absent head_dim is hidden_size / num_attention_heads, and absent KV heads are all heads.
        experts: the key that counts the routed experts, None where no layer has any.
        expert_width: the key of their width.
        shared: how shared experts are given: by their ``count``, by their ``width``, or there are ``none``.
        router_bias: whether the router has a bias; ``flag`` follows use_routing_bias, ``method`` topk_method.
        expert_bias: whether each matrix of an expert has a bias.
        ignored: keys of this type that change no weight and no context.
    """

    attention: Literal["grouped", "latent", "delta"] = "grouped"
    window: Literal["none", "all", "switch", "pattern"] = "none"
    query_bias: Literal["none", "flag", "always"] = "flag"
    output_bias: bool = True
    query_norm: Literal["none", "head", "layer", "flag"] = "none"
    sinks: bool = False
    norms: int = 2
    plain_heads: bool = False
    experts: str | None = None
    expert_width: str = "moe_intermediate_size"
    shared: Literal["none", "count", "width"] = "none"
    router_bias: Literal["none", "always", "flag", "method"] = "none"
    expert_bias: bool = False
    ignored: frozenset[str] = frozenset()


_QWEN_3 = Family(window="switch", query_norm="head", ignored=frozenset(("sliding_window", "max_window_layers")))
_QWEN_3_MOE = Family(
    window="switch",
    query_norm="head",
    experts="num_experts",
    ignored=frozenset(("sliding_window", "max_window_layers", "intermediate_size")),
)
# One latent stands for all KV heads, and head_dim is that of the rope part in some releases, of the whole in others.
_LATENT = Family(
    attention="latent",
    query_bias="none",
    experts="n_routed_experts",
    shared="count",
    router_bias="method",
    ignored=frozenset(
        (
            "num_key_value_heads",
            "head_dim",
            "qk_head_dim",
            "moe_router_dtype",
            "index_share_for_mtp_iteration",
            "index_skip_topk_offset",
            "index_topk_freq",
            "indexer_rope_interleave",
        )
    ),
)
_DELTA = Family(
    attention="delta",
    query_norm="head",
    ignored=frozenset(("mamba_ssm_dtype", "mtp_use_dedicated_embeddings", "full_attention_interval")),
)
_DELTA_MOE = Family(
    attention="delta",
    query_norm="head",
    experts="num_experts",
    shared="width",
    ignored=_DELTA.ignored | {"intermediate_size"},
)

FAMILIES: dict[str, Family] = {
    "llama": Family(plain_heads=True),
    "mistral": Family(window="all", query_bias="none", plain_heads=True),
    "mixtral": Family(
        window="all",
        query_bias="none",
        plain_heads=True,
        experts="num_local_experts",
        expert_width="intermediate_size",
    ),
    "qwen2": Family(
        window="switch",
        query_bias="always",
        output_bias=False,
        plain_heads=True,
        ignored=frozenset(("sliding_window", "max_window_layers")),
    ),
    "mimo": Family(
        window="switch", output_bias=False, ignored=frozenset(("sliding_window", "max_window_layers", "use_mrope"))
    ),
    "qwen3": _QWEN_3,
    "qwen3_vl_text": _QWEN_3,
    "qwen3_moe": _QWEN_3_MOE,
    "qwen3_vl_moe_text": _QWEN_3_MOE,
    "minimax_m2": Family(
        query_bias="none",
        query_norm="layer",
        experts="num_local_experts",
        expert_width="intermediate_size",
        router_bias="flag",
        ignored=frozenset(("use_qk_norm", "qk_norm_type", "rotary_dim")),
    ),
    "deepseek_v3": _LATENT,
    "deepseek_v32": _LATENT,
    "kimi_k2": _LATENT,
    "glm_moe_dsa": _LATENT,
    "glm4_moe": Family(
        output_bias=False,
        query_norm="flag",
        experts="n_routed_experts",
        shared="count",
        router_bias="always",
    ),
    "gpt_oss": Family(
        window="pattern",
        sinks=True,
        experts="num_local_experts",
        expert_width="intermediate_size",
        router_bias="always",
        expert_bias=True,
        ignored=frozenset(("experts_per_token",)),
    ),
    "gemma3_text": Family(
        window="pattern",
        query_norm="head",
        norms=4,
        ignored=frozenset(("query_pre_attn_scalar", "attn_logit_softcapping")),
    ),
    "qwen3_next": _DELTA_MOE,
    "qwen3_5_moe_text": _DELTA_MOE,
    "qwen3_5_text": _DELTA,
}
