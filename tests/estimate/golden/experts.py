"""Mixtures of experts with plain attention."""

from tests.estimate.golden.sheet import (
    LLAMA_BENCH,
    LONG,
    RECIPES,
    SHORT,
    Context,
    Golden,
    Published,
    even,
    router_bias,
    sizes,
    vectors,
)

Q4_K, Q6_K = 144 * 8 / 256, 210 * 8 / 256
NVFP4, BLOCK_FP8, GPTQ = 4 + 8 / 16, 8 + 32 / (128 * 128), 4 + (16 + 4) / 128

AIC = "aiconfigurator at 095f58a5, model_configs, "
SLIME = "slime at 624b824a, scripts/models/"


def _mixtral_8x7b() -> Golden:
    attention = 32 * (4096 * 32 * 128 + 2 * 4096 * 8 * 128 + 32 * 128 * 4096)
    router = 32 * 4096 * 8
    routed = 32 * 8 * 3 * 4096 * 14336
    chosen = 32 * 2 * 3 * 4096 * 14336
    tables = 32000 * 4096
    norms = (2 * 32 + 1) * 4096
    total = attention + router + routed + 2 * tables + norms
    return Golden(
        id="mixtral-8x7b-v0.1",
        config=AIC + "mistralai--Mixtral-8x7B-v0.1_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "bf16": 2 * total,
            "gptq-int4-g128": (attention + routed) * GPTQ / 8 + 2 * (router + 2 * tables + norms),
        },
        expert=3 * 4096 * 14336 * 2,
        context=even(32 * 2 * 8 * 128 * 2),
    )


def _mixtral_8x22b() -> Golden:
    attention = 56 * (6144 * 48 * 128 + 2 * 6144 * 8 * 128 + 48 * 128 * 6144)
    router = 56 * 6144 * 8
    routed = 56 * 8 * 3 * 6144 * 16384
    tables = 32000 * 6144
    norms = (2 * 56 + 1) * 6144
    total = attention + router + routed + 2 * tables + norms
    return Golden(
        id="mixtral-8x22b-v0.1",
        config=AIC + "mistralai--Mixtral-8x22B-v0.1_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=56 * 2 * 3 * 6144 * 16384,
        weights={"bf16": 2 * total, "gguf-q4-0": total * 18 / 32},
        expert=3 * 6144 * 16384 * 2,
        context=even(56 * 2 * 8 * 128 * 2),
    )


def _qwen_3_30b() -> Golden:
    attention = 48 * (2048 * 32 * 128 + 2 * 2048 * 4 * 128 + 32 * 128 * 2048)
    head_norms = 48 * 2 * 128
    router = 48 * 2048 * 128
    routed = 48 * 128 * 3 * 2048 * 768
    chosen = 48 * 8 * 3 * 2048 * 768
    tables = 151936 * 2048
    norms = (2 * 48 + 1) * 2048
    total = attention + head_norms + router + routed + 2 * tables + norms
    # Q4_K_M: values and down projections of layers 0-5, 42-47 and every third between (8, 11, ... 41), 24 of 48, and
    # the output head in Q6_K; router and norms in FP32
    wide = 24 * (2048 * 4 * 128 + 128 * 768 * 2048) + tables
    small = router + head_norms + norms
    q4_k_m = wide * Q6_K / 8 + (total - wide - small) * Q4_K / 8 + small * 4
    return Golden(
        id="qwen3-30b-a3b",
        config=AIC + "Qwen--Qwen3-30B-A3B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + head_norms,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "bf16": 2 * total,
            "fp8-block-128": (attention + routed) * BLOCK_FP8 / 8 + 2 * (head_norms + router + 2 * tables + norms),
            "gguf-q4-k-m": q4_k_m,
        },
        expert=3 * 2048 * 768 * 2,
        context=even(48 * 2 * 4 * 128 * 2),
        published=(
            Published("total", total, 30.5e9, 1e8, f"{RECIPES}Qwen/Qwen3-30B-A3B.yaml, parameter_count"),
            Published("active", total - routed + chosen, 3.3e9, 1e8, f"{RECIPES}Qwen/Qwen3-30B-A3B.yaml"),
            Published("weights gguf-q4-k-m", q4_k_m / 2**30, 17.28, 0.01, LLAMA_BENCH),
        ),
        within=vectors("weights fp8-block-128"),
        disagrees={
            "weights gguf-q4-k-m": (
                "the record's 4.8944 bits are those of Llama 3.1 8B; this file has 4.86 bits, 0.7 % fewer"
            )
        },
    )


def _qwen_3_235b(name: str, native: str, bits: float, config: str) -> Golden:
    attention = 94 * (4096 * 64 * 128 + 2 * 4096 * 4 * 128 + 64 * 128 * 4096)
    head_norms = 94 * 2 * 128
    router = 94 * 4096 * 128
    routed = 94 * 128 * 3 * 4096 * 1536
    chosen = 94 * 8 * 3 * 4096 * 1536
    tables = 151936 * 4096
    norms = (2 * 94 + 1) * 4096
    total = attention + head_norms + router + routed + 2 * tables + norms
    rest = head_norms + router + 2 * tables + norms
    return Golden(
        id=name,
        config=AIC + config,
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + head_norms,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            native: (attention + routed) * bits / 8 + 2 * rest,
            "awq-int4-g128": (attention + routed) * GPTQ / 8 + 2 * rest,
        },
        expert=3 * 4096 * 1536 * bits / 8,
        context=even(94 * 2 * 4 * 128 * 2),
        published=(*sizes("Qwen/Qwen3-235B-A22B-Instruct-2507", total, 235, total - routed + chosen, 22),),
        within=vectors(f"weights {native}", "weights awq-int4-g128"),
    )


def _minimax_m2() -> Golden:
    # one norm over all query heads and one over all key heads of a layer
    attention = 62 * (3072 * 48 * 128 + 2 * 3072 * 8 * 128 + 48 * 128 * 3072)
    head_norms = 62 * (48 * 128 + 8 * 128)
    router = 62 * (3072 * 256 + 256)
    routed = 62 * 256 * 3 * 3072 * 1536
    chosen = 62 * 8 * 3 * 3072 * 1536
    tables = 200064 * 3072
    norms = (2 * 62 + 1) * 3072
    total = attention + head_norms + router + routed + 2 * tables + norms
    rest = head_norms + router + 2 * tables + norms
    return Golden(
        id="minimax-m2",
        config=SLIME + "minimax-m2.sh; FP8 blocks as in aiconfigurator's MiniMaxAI--MiniMax-M2.5_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + head_norms,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "fp8-block-128": (attention + routed) * BLOCK_FP8 / 8 + 2 * rest,
            "nvfp4-mlp": routed * NVFP4 / 8 + 2 * (attention + rest),
        },
        expert=3 * 3072 * 1536 * BLOCK_FP8 / 8,
        context=even(62 * 2 * 8 * 128 * 2),
        published=(
            Published("total", total, 230e9, 10e9, f"{RECIPES}MiniMaxAI/MiniMax-M2.yaml, parameter_count"),
            Published(
                "active, without the tables",
                total - routed + chosen - 2 * tables,
                10e9,
                1e9,
                f"{RECIPES}MiniMaxAI/MiniMax-M2.yaml, active_parameters",
            ),
        ),
        within=vectors("weights fp8-block-128", "weights nvfp4-mlp"),
    )


def _minimax_m3() -> Golden:
    # 57 of 60 layers pick 16 blocks of 128 tokens; one index key of 128 and four index queries per layer
    attention = 60 * (6144 * 64 * 128 + 2 * 6144 * 4 * 128 + 64 * 128 * 6144)
    indexer = 57 * (6144 * 4 * 128 + 6144 * 128)
    vectors_of_attention = 60 * 2 * 128 + 57 * 2 * 128
    mlp = 3 * 3 * 6144 * 12288
    router = 57 * (6144 * 128 + 128)
    shared = 57 * 3 * 6144 * 3072
    routed = 57 * 128 * 3 * 6144 * 3072
    chosen = 57 * 4 * 3 * 6144 * 3072
    tables = 200064 * 6144
    norms = (2 * 60 + 1) * 6144
    total = attention + indexer + vectors_of_attention + mlp + router + shared + routed + 2 * tables + norms
    token, index = 2 * 4 * 128 * 2, 128 * 2
    return Golden(
        id="minimax-m3",
        config=AIC + "MiniMaxAI--MiniMax-M3_config.json (sparse_attention_config)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + indexer + vectors_of_attention,
            "dense_mlp": mlp,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "bf16": 2 * total,
            "nvfp4-experts-mxfp8": routed * NVFP4 / 8
            + (attention + indexer + mlp + shared) * (8 + 8 / 32) / 8
            + 2 * (vectors_of_attention + router + 2 * tables + norms),
        },
        expert=3 * 6144 * 3072 * 2,
        context={
            SHORT: Context(1_000 * (60 * token + 57 * index), 1_000 * (60 * token + 57 * index)),
            LONG: Context(
                100_000 * (60 * token + 57 * index),
                3 * 100_000 * token + 57 * (16 * 128 * token + 100_000 * index),
            ),
        },
        published=(*sizes("MiniMaxAI/MiniMax-M3", total, 427, total - routed + chosen, 26),),
        within=vectors("weights nvfp4-experts-mxfp8") | router_bias(),
        disagrees={
            "active by shape": "the shape of a sparse layer has no weights of its index: 0.86 % of the active here"
        },
    )


def _glm(name: str, mtp: int, said: float) -> Golden:
    attention = 92 * (5120 * 96 * 128 + 2 * 5120 * 8 * 128 + 96 * 128 * 5120)
    vectors_of_attention = 92 * ((96 + 2 * 8) * 128 + 2 * 128)
    mlp = 3 * 3 * 5120 * 12288
    router = 89 * (5120 * 160 + 160)
    shared = 89 * 3 * 5120 * 1536
    routed = 89 * 160 * 3 * 5120 * 1536
    chosen = 89 * 8 * 3 * 5120 * 1536
    tables = 151552 * 5120
    norms = (2 * 92 + 1) * 5120
    total = attention + vectors_of_attention + mlp + router + shared + routed + 2 * tables + norms
    rest = vectors_of_attention + router + 2 * tables + norms
    upstream = {"glm-4.5": "GLM-4.5", "glm-4.6": "GLM-4.6"}[name]
    return Golden(
        id=name,
        config=SLIME + "glm4.5-355B-A32B.sh",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + vectors_of_attention,
            "dense_mlp": mlp,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "bf16": 2 * total,
            "fp8-block-128": (attention + mlp + shared + routed) * BLOCK_FP8 / 8 + 2 * rest,
        },
        expert=3 * 5120 * 1536 * 2,
        context=even(92 * 2 * 8 * 128 * 2),
        published=(
            Published(
                "total, with the layer that predicts a second token",
                total + mtp,
                said,
                1e9,
                f"{RECIPES}zai-org/{upstream}.yaml, parameter_count",
            ),
            Published(
                "active, without the tables",
                total - routed + chosen - 2 * tables,
                32e9,
                1e9,
                f"{RECIPES}zai-org/{upstream}.yaml, active_parameters",
            ),
        ),
        within=vectors("weights fp8-block-128") | router_bias(),
    )


# One layer of experts, the joint of hidden state and embedding; GLM-4.5 stores both tables a second time.
_GLM_MTP = (160 + 1) * 3 * 5120 * 1536 + 5120 * 160 + 2 * 5120 * 96 * 128 + 2 * 5120 * 8 * 128 + 2 * 5120 * 5120

EXPERTS = (
    _mixtral_8x7b(),
    _mixtral_8x22b(),
    _qwen_3_30b(),
    _qwen_3_235b("qwen3-235b-a22b-fp8", "fp8-block-128", BLOCK_FP8, "Qwen--Qwen3-235B-A22B-FP8_config.json"),
    _qwen_3_235b(
        "qwen3-235b-a22b-nvfp4",
        "nvfp4",
        NVFP4,
        "nvidia--Qwen3-235B-A22B-NVFP4_hf_quant_config.json (lm_head and mlp.gate excluded)",
    ),
    _minimax_m2(),
    _minimax_m3(),
    _glm("glm-4.5", _GLM_MTP + 2 * 151552 * 5120, 358e9),
    _glm("glm-4.6", _GLM_MTP, 357e9),
)
