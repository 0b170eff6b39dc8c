"""Models most of whose layers keep a state of fixed size: gated DeltaNet and Mamba-2.

A step reads the state of such a layer and writes it back; it is kept in FP32.
"""

from tests.estimate.golden.sheet import (
    LONG,
    RECIPES,
    SHORT,
    Context,
    Golden,
    Published,
    router_bias,
    sizes,
    vectors,
)

NVFP4, BLOCK_FP8, GPTQ = 4 + 8 / 16, 8 + 32 / (128 * 128), 4 + (16 + 4) / 128

AIC = "aiconfigurator at 095f58a5, model_configs, "
SLIME = "slime at 624b824a, scripts/models/"

_SHAPE = "recurrent layers differ too much for one formula"


def _context(full: int, token: int, linear: int, state: int) -> dict[int, Context]:
    return {
        tokens: Context(
            full * tokens * token + linear * state * 4,
            full * tokens * token + 2 * linear * state * 4,
        )
        for tokens in (SHORT, LONG)
    }


def _gated(hidden: int, heads: int, kv_heads: int) -> tuple[int, int]:
    """Count a full layer of Qwen3-Next: queries come with a gate of their size; a norm for queries and one for keys."""
    matrices = hidden * heads * 256 * 2 + 2 * hidden * kv_heads * 256 + heads * 256 * hidden
    return matrices, 2 * 256


def _delta(hidden: int, value_heads: int) -> tuple[int, int]:
    """Count a DeltaNet layer with 16 key heads of 128: q, k, v, z, then b and a per head, convolution over q, k, v."""
    mixed = 2 * 16 * 128 + value_heads * 128
    matrices = hidden * (mixed + value_heads * 128) + hidden * 2 * value_heads + value_heads * 128 * hidden
    return matrices, mixed * 4 + 2 * value_heads + 128


_TAIL = "the last three inputs of the convolution, kept in BF16, are not counted: a record has no field for them"


def _tail(linear: int, mixed: int) -> dict[int, float]:
    return dict.fromkeys((SHORT, LONG), linear * 3 * mixed * 2)


def _qwen_3_next() -> Golden:
    full, full_vectors = _gated(2048, 16, 2)
    delta, delta_vectors = _delta(2048, 32)
    attention = 12 * (full + full_vectors) + 36 * (delta + delta_vectors)
    router = 48 * 2048 * 512
    # and a gate for the shared expert
    shared = 48 * (3 * 2048 * 512 + 2048)
    routed = 48 * 512 * 3 * 2048 * 512
    chosen = 48 * 10 * 3 * 2048 * 512
    tables = 151936 * 2048
    norms = (2 * 48 + 1) * 2048
    total = attention + router + shared + routed + 2 * tables + norms
    return Golden(
        id="qwen3-next-80b-a3b-instruct",
        config=SLIME + "qwen3-next-80B-A3B.sh; linear_* from transformers' Qwen3NextConfig, defaults",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "bf16": 2 * total,
            "fp8-block-128": (12 * full + 36 * delta + 48 * 3 * 2048 * 512 + routed) * BLOCK_FP8 / 8
            + 2 * (12 * full_vectors + 36 * delta_vectors + 48 * 2048 + router + 2 * tables + norms),
        },
        expert=3 * 2048 * 512 * 2,
        context=_context(12, 2 * 2 * 256 * 2, 36, 32 * 128 * 128),
        published=(
            Published("total", total, 80e9, 1e9, f"{RECIPES}Qwen/Qwen3-Next-80B-A3B-Instruct.yaml, parameter_count"),
            Published("active", total - routed + chosen, 3e9, 1e9, f"{RECIPES}Qwen/Qwen3-Next-80B-A3B-Instruct.yaml"),
        ),
        within=vectors("weights fp8-block-128"),
        besides=_tail(36, 2 * 16 * 128 + 32 * 128),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


def _qwen_3_5_397b() -> Golden:
    full, full_vectors = _gated(4096, 32, 2)
    delta, delta_vectors = _delta(4096, 64)
    attention = 15 * (full + full_vectors) + 45 * (delta + delta_vectors)
    router = 60 * 4096 * 512
    shared = 60 * (3 * 4096 * 1024 + 4096)
    routed = 60 * 512 * 3 * 4096 * 1024
    chosen = 60 * 10 * 3 * 4096 * 1024
    tables = 248320 * 4096
    norms = (2 * 60 + 1) * 4096
    total = attention + router + shared + routed + 2 * tables + norms
    return Golden(
        id="qwen3.5-397b-a17b",
        config=AIC + "Qwen--Qwen3.5-397B-A17B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={"bf16": 2 * total, "nvfp4-experts": routed * NVFP4 / 8 + 2 * (total - routed)},
        expert=3 * 4096 * 1024 * 2,
        context=_context(15, 2 * 2 * 256 * 2, 45, 64 * 128 * 128),
        published=(
            Published("total", total, 397e9, 1e9, f"{RECIPES}Qwen/Qwen3.5-397B-A17B.yaml, parameter_count"),
            Published("active", total - routed + chosen, 17e9, 1e9, f"{RECIPES}Qwen/Qwen3.5-397B-A17B.yaml"),
        ),
        besides=_tail(45, 2 * 16 * 128 + 64 * 128),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


def _qwen_3_5_27b() -> Golden:
    full, full_vectors = _gated(5120, 24, 4)
    delta, delta_vectors = _delta(5120, 48)
    attention = 16 * (full + full_vectors) + 48 * (delta + delta_vectors)
    mlp = 64 * 3 * 5120 * 17408
    tables = 248320 * 5120
    norms = (2 * 64 + 1) * 5120
    total = attention + mlp + 2 * tables + norms
    return Golden(
        id="qwen3.5-27b",
        config=AIC + "Qwen--Qwen3.5-27B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "bf16": 2 * total,
            "gptq-int4-g128": (16 * full + 48 * delta + mlp) * GPTQ / 8
            + 2 * (16 * full_vectors + 48 * delta_vectors + 2 * tables + norms),
        },
        context=_context(16, 2 * 4 * 256 * 2, 48, 48 * 128 * 128),
        published=(Published("total", total, 27e9, 1e9, f"{RECIPES}Qwen/Qwen3.5-27B.yaml, parameter_count"),),
        within=vectors("weights gptq-int4-g128"),
        besides=_tail(48, 2 * 16 * 128 + 48 * 128),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


def _mamba(hidden: int, heads: int, state: int) -> tuple[int, int]:
    """Count a Mamba-2 layer, heads of 64 and 8 groups: z, x, B, C, dt in; convolution with bias; A, D, dt, norm."""
    inner, mixed = heads * 64, heads * 64 + 2 * 8 * state
    return hidden * (inner + mixed + heads) + inner * hidden, mixed * 4 + mixed + 3 * heads + inner


def _nemotron_h() -> Golden:
    mamba, mamba_vectors = _mamba(8192, 256, 256)
    full = 8192 * 64 * 128 + 2 * 8192 * 8 * 128 + 64 * 128 * 8192
    attention = 10 * full + 54 * (mamba + mamba_vectors)
    # squared ReLU: no gate
    mlp = 54 * 2 * 8192 * 32768
    tables = 131072 * 8192
    norms = (118 + 1) * 8192
    total = attention + mlp + 2 * tables + norms
    return Golden(
        id="nemotron-h-56b-base-8k",
        config=AIC + "nvidia--Nemotron-H-56B-Base-8K_config.json (54 x M, 54 x -, 10 x *)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "bf16": 2 * total,
            "fp8-per-tensor": 10 * full + 54 * mamba + mlp + 2 * (54 * mamba_vectors + 2 * tables + norms),
        },
        context=_context(10, 2 * 8 * 128 * 2, 54, 256 * 64 * 256),
        published=(Published("total", total, 56e9, 1e9, "its name"),),
        within=vectors("weights fp8-per-tensor"),
        besides=_tail(54, 256 * 64 + 2 * 8 * 256),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


def _nemotron_3_nano() -> Golden:
    mamba, mamba_vectors = _mamba(2688, 64, 128)
    full = 2688 * 32 * 128 + 2 * 2688 * 2 * 128 + 32 * 128 * 2688
    attention = 6 * full + 23 * (mamba + mamba_vectors)
    router = 23 * (2688 * 128 + 128)
    shared = 23 * 2 * 2688 * 3712
    routed = 23 * 128 * 2 * 2688 * 1856
    chosen = 23 * 6 * 2 * 2688 * 1856
    tables = 131072 * 2688
    norms = (52 + 1) * 2688
    total = attention + router + shared + routed + 2 * tables + norms
    return Golden(
        id="nvidia-nemotron-3-nano-30b-a3b-bf16",
        config=AIC + "nvidia--NVIDIA-Nemotron-3-Nano-30B-A3B-BF16_config.json (23 x M, 23 x E, 6 x *)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={"bf16": 2 * total, "nvfp4-experts": routed * NVFP4 / 8 + 2 * (total - routed)},
        expert=2 * 2688 * 1856 * 2,
        context=_context(6, 2 * 2 * 128 * 2, 23, 64 * 64 * 128),
        published=(
            Published(
                "total, without the tables",
                total - 2 * tables,
                31e9,
                1e9,
                f"{RECIPES}nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-BF16.yaml, parameter_count",
            ),
            Published(
                "active",
                total - routed + chosen,
                3e9,
                1e9,
                f"{RECIPES}nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.yaml, active_parameters",
            ),
        ),
        within=router_bias("weights nvfp4-experts"),
        besides=_tail(23, 64 * 64 + 2 * 8 * 128),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


def _nemotron_3_super() -> Golden:
    mamba, mamba_vectors = _mamba(4096, 128, 128)
    full = 4096 * 32 * 128 + 2 * 4096 * 2 * 128 + 32 * 128 * 4096
    # experts work on 1,024 values; the way there and back is counted with attention
    latent = 40 * 2 * 4096 * 1024
    attention = 8 * full + 40 * (mamba + mamba_vectors) + latent
    router = 40 * (4096 * 512 + 512)
    shared = 40 * 2 * 4096 * 5376
    routed = 40 * 512 * 2 * 1024 * 2688
    chosen = 40 * 22 * 2 * 1024 * 2688
    tables = 131072 * 4096
    norms = (88 + 1) * 4096
    total = attention + router + shared + routed + 2 * tables + norms
    return Golden(
        id="nvidia-nemotron-3-super-120b-a12b-fp8",
        config=AIC + "nvidia--NVIDIA-Nemotron-3-Super-120B-A12B-FP8_config.json (40 x M, 40 x E, 8 x *)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "fp8-per-tensor": 8 * full
            + 40 * mamba
            + latent
            + shared
            + routed
            + 2 * (40 * mamba_vectors + router + 2 * tables + norms),
            "fp8-experts-mamba": 40 * mamba
            + shared
            + routed
            + 2 * (8 * full + latent + 40 * mamba_vectors + router + 2 * tables + norms),
            "nvfp4-experts": routed * NVFP4 / 8 + 2 * (total - routed),
        },
        expert=2 * 1024 * 2688,
        context=_context(8, 2 * 2 * 128 * 2, 40, 128 * 64 * 128),
        published=(
            *sizes(
                "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16",
                total,
                120,
                total - routed + chosen,
                12,
            ),
        ),
        within=vectors("weights fp8-per-tensor")
        | router_bias("weights nvfp4-experts")
        | {"weights fp8-experts-mamba": (1e-5, "the record rounds the bits of attention to four places")},
        besides=_tail(40, 128 * 64 + 2 * 8 * 128),
        besides_are=_TAIL,
        formula=_SHAPE,
    )


HYBRID = (
    _qwen_3_next(),
    _qwen_3_5_397b(),
    _qwen_3_5_27b(),
    _nemotron_h(),
    _nemotron_3_nano(),
    _nemotron_3_super(),
)
