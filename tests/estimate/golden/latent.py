"""Multi-head latent attention: DeepSeek V3 and what was built after it, with and without a sparse index."""

from tests.estimate.golden.sheet import (
    GALLERY,
    LONG,
    PAPER_ON_V3,
    RECIPES,
    SHORT,
    USED_BY_V4,
    V3_FILES,
    VLLM_ON_V4,
    Context,
    Golden,
    Published,
    even,
    sizes,
    vectors,
)

GIB = 2**30
NVFP4, INT4 = 4 + 8 / 16, 4 + 16 / 32
BLOCK_FP8, BLOCK_FP8_UE8M0 = 8 + 32 / (128 * 128), 8 + 8 / (128 * 128)

AIC = "aiconfigurator at 095f58a5, model_configs, "

# DeepSeek V3, V3.1 and R1: down and up for the queries, down and up for the latent with its rope part, output.
V3_OUTPUT = 61 * 128 * 128 * 7168
V3_ATTENTION = 61 * (7168 * 1536 + 1536 * 128 * (128 + 64) + 7168 * (512 + 64) + 512 * 128 * (128 + 128)) + V3_OUTPUT
V3_VECTORS = 61 * (1536 + 512)
V3_MLP = 3 * 3 * 7168 * 18432
V3_ROUTER = 58 * (7168 * 256 + 256)
V3_SHARED = 58 * 3 * 7168 * 2048
V3_ROUTED = 58 * 256 * 3 * 7168 * 2048
V3_CHOSEN = 58 * 8 * 3 * 7168 * 2048
V3_TABLES = 129280 * 7168
V3_NORMS = (2 * 61 + 1) * 7168
V3_LINEAR = V3_ATTENTION + V3_MLP + V3_SHARED + V3_ROUTED
V3_REST = V3_VECTORS + V3_ROUTER + 2 * V3_TABLES + V3_NORMS
V3_TOTAL = V3_LINEAR + V3_REST
V3_ACTIVE = V3_TOTAL - V3_ROUTED + V3_CHOSEN
# Layer 61 predicts a second token: attention, experts, joint of 2 x 7168, four norms, and both tables once more.
V3_MTP_LINEAR = V3_ATTENTION // 61 + 257 * 3 * 7168 * 2048
V3_MTP_REST = 1536 + 512 + 7168 * 256 + 256 + 5 * 7168 + 2 * 7168 * 7168 + 2 * V3_TABLES
V3_STORED = (V3_LINEAR + V3_MTP_LINEAR) * BLOCK_FP8 / 8 + 2 * (V3_REST + V3_MTP_REST)
V3_GROUPS = {
    "embedding": V3_TABLES,
    "output_head": V3_TABLES,
    "attention": V3_ATTENTION + V3_VECTORS,
    "dense_mlp": V3_MLP,
    "router": V3_ROUTER,
    "shared_experts": V3_SHARED,
    "routed_experts": V3_ROUTED,
    "norms": V3_NORMS,
}
V3_LATENT = 61 * (512 + 64) * 2

DEEPSEEK_V3 = Golden(
    id="deepseek-v3",
    config=AIC + "deepseek-ai--DeepSeek-V3_config.json (weight_block_size 128 x 128)",
    groups=V3_GROUPS,
    chosen=V3_CHOSEN,
    weights={
        "fp8-block-128": V3_LINEAR * BLOCK_FP8 / 8 + 2 * V3_REST,
        "awq-int4-g128": V3_LINEAR * (4 + 20 / 128) / 8 + 2 * V3_REST,
    },
    expert=3 * 7168 * 2048 * BLOCK_FP8 / 8,
    context=even(V3_LATENT),
    published=(
        Published("total", V3_TOTAL, 671e9, 1e9, f"{RECIPES}deepseek-ai/DeepSeek-V3.yaml, parameter_count"),
        Published(
            "active, without the input table",
            V3_ACTIVE - V3_TABLES,
            37e9,
            1e9,
            f"{RECIPES}deepseek-ai/DeepSeek-V3.yaml, active_parameters",
        ),
        Published("KV per token", V3_LATENT, 70e3, 1e3, PAPER_ON_V3),
        Published("KV per token", V3_LATENT, 68.6 * 1024, 102.4, GALLERY),
        Published("KV of 1 Mi tokens", V3_LATENT * 2**20 / GIB, 68.63, 0.01, USED_BY_V4),
        # with the tables stored twice; scales of blocks cut off at an edge and headers make the difference
        Published("weights with the second table", V3_STORED / 1e9, 688.587, 0.1, V3_FILES),
    ),
    within=vectors("weights fp8-block-128", "weights awq-int4-g128"),
)
DEEPSEEK_R1 = Golden(
    id="deepseek-r1",
    config=AIC + "deepseek-ai--DeepSeek-R1_config.json",
    groups=V3_GROUPS,
    chosen=V3_CHOSEN,
    weights={
        "fp8-block-128": V3_LINEAR * BLOCK_FP8 / 8 + 2 * V3_REST,
        "nvfp4-mlp": (V3_MLP + V3_SHARED + V3_ROUTED) * NVFP4 / 8 + 2 * (V3_ATTENTION + V3_REST),
    },
    expert=3 * 7168 * 2048 * BLOCK_FP8 / 8,
    context=even(V3_LATENT),
    published=(Published("total", V3_TOTAL, 671e9, 1e9, f"{RECIPES}deepseek-ai/DeepSeek-R1.yaml"),),
    within=vectors("weights fp8-block-128"),
)
DEEPSEEK_V3_1_NVFP4 = Golden(
    id="deepseek-v3.1-nvfp4",
    config=AIC + "nvidia--DeepSeek-V3.1-NVFP4_hf_quant_config.json (of attention, only o_proj is not excluded)",
    groups=V3_GROUPS,
    chosen=V3_CHOSEN,
    weights={
        "nvfp4-mla-o-proj": (V3_OUTPUT + V3_MLP + V3_SHARED + V3_ROUTED) * NVFP4 / 8
        + 2 * (V3_ATTENTION - V3_OUTPUT + V3_REST),
    },
    expert=3 * 7168 * 2048 * NVFP4 / 8,
    context=even(V3_LATENT),
    within={"weights nvfp4-mla-o-proj": (1e-5, "the record rounds the bits of attention to four places")},
)


# The index: queries from the compressed query, one key of 128 with a norm that has a bias, a weight per head.
V3_2_INDEX = 61 * (1536 * 64 * 128 + 7168 * 128 + 7168 * 64)
V3_2_INDEX_NORMS = 61 * 2 * 128
V3_2_TOTAL = V3_TOTAL + V3_2_INDEX + V3_2_INDEX_NORMS
V3_2_GROUPS = {**V3_GROUPS, "attention": V3_ATTENTION + V3_VECTORS + V3_2_INDEX + V3_2_INDEX_NORMS}
V3_2_CONTEXT = {
    # below 2,048 tokens everything is read
    SHORT: Context(1_000 * 61 * (512 + 64 + 128) * 2, 1_000 * 61 * (512 + 64 + 128) * 2),
    LONG: Context(100_000 * 61 * (512 + 64 + 128) * 2, 61 * (2_048 * (512 + 64) + 100_000 * 128) * 2),
}
_INDEX_WEIGHTS = "the shape of a sparse layer has no weights of its index: {} of the active parameters here"

DEEPSEEK_V3_2 = Golden(
    id="deepseek-v3.2",
    config=AIC + "deepseek-ai--DeepSeek-V3.2_config.json (index_topk 2048, scale_fmt ue8m0)",
    groups=V3_2_GROUPS,
    chosen=V3_CHOSEN,
    weights={
        "fp8-block-128-ue8m0": (V3_LINEAR + V3_2_INDEX) * BLOCK_FP8_UE8M0 / 8 + 2 * (V3_REST + V3_2_INDEX_NORMS),
    },
    expert=3 * 7168 * 2048 * BLOCK_FP8_UE8M0 / 8,
    context=V3_2_CONTEXT,
    published=(
        Published("total", V3_2_TOTAL, 671e9, 1e9, f"{RECIPES}deepseek-ai/DeepSeek-V3.2.yaml, parameter_count"),
        # 8.7 times what DeepSeek-V4-Pro keeps of a million tokens
        Published("KV of 1 Mi tokens", 2**20 * 61 * (512 + 64 + 128) * 2 / GIB, 8.7 * 9.62, 0.1 * 9.62, VLLM_ON_V4),
    ),
    within=vectors("weights fp8-block-128-ue8m0"),
    disagrees={"active by shape": _INDEX_WEIGHTS.format("2.2 %")},
)
DEEPSEEK_V3_2_NVFP4 = Golden(
    id="deepseek-v3.2-nvfp4",
    config=AIC + "nvidia--DeepSeek-V3.2-NVFP4_hf_quant_config.json (index excluded, o_proj not)",
    groups=V3_2_GROUPS,
    chosen=V3_CHOSEN,
    weights={
        "nvfp4-mla-o-proj-dsa": (V3_OUTPUT + V3_MLP + V3_SHARED + V3_ROUTED) * NVFP4 / 8
        + 2 * (V3_ATTENTION - V3_OUTPUT + V3_2_INDEX + V3_2_INDEX_NORMS + V3_REST),
    },
    expert=3 * 7168 * 2048 * NVFP4 / 8,
    context=V3_2_CONTEXT,
    within={"weights nvfp4-mla-o-proj-dsa": (1e-5, "the record rounds the bits of attention to four places")},
    disagrees={"active by shape": _INDEX_WEIGHTS.format("2.2 %")},
)

# Kimi K2: DeepSeek V3 with half the heads and more experts.
K2_ATTENTION = 61 * (
    7168 * 1536 + 1536 * 64 * (128 + 64) + 7168 * (512 + 64) + 512 * 64 * (128 + 128) + 64 * 128 * 7168
)
K2_VECTORS = 61 * (1536 + 512)
K2_MLP = 1 * 3 * 7168 * 18432
K2_ROUTER = 60 * (7168 * 384 + 384)
K2_SHARED = 60 * 3 * 7168 * 2048
K2_ROUTED = 60 * 384 * 3 * 7168 * 2048
K2_CHOSEN = 60 * 8 * 3 * 7168 * 2048
K2_TABLES = 163840 * 7168
K2_NORMS = (2 * 61 + 1) * 7168
K2_REST = K2_VECTORS + K2_ROUTER + 2 * K2_TABLES + K2_NORMS
K2_TOTAL = K2_ATTENTION + K2_MLP + K2_SHARED + K2_ROUTED + K2_REST
K2_INT4 = K2_ROUTED * INT4 / 8 + 2 * (K2_ATTENTION + K2_MLP + K2_SHARED + K2_REST)
K2_GROUPS = {
    "embedding": K2_TABLES,
    "output_head": K2_TABLES,
    "attention": K2_ATTENTION + K2_VECTORS,
    "dense_mlp": K2_MLP,
    "router": K2_ROUTER,
    "shared_experts": K2_SHARED,
    "routed_experts": K2_ROUTED,
    "norms": K2_NORMS,
}
K2_PUBLISHED = (
    Published("total", K2_TOTAL, 1e12, 1e11, f"{RECIPES}moonshotai/Kimi-K2.5.yaml, parameter_count"),
    Published(
        "active", K2_TOTAL - K2_ROUTED + K2_CHOSEN, 32e9, 1e9, f"{RECIPES}moonshotai/Kimi-K2.5.yaml, active_parameters"
    ),
)

KIMI_K2 = Golden(
    id="kimi-k2-instruct",
    config=AIC + "moonshotai--Kimi-K2-Instruct_config.json (weight_block_size 128 x 128)",
    groups=K2_GROUPS,
    chosen=K2_CHOSEN,
    weights={
        "fp8-block-128": (K2_ATTENTION + K2_MLP + K2_SHARED + K2_ROUTED) * BLOCK_FP8 / 8 + 2 * K2_REST,
    },
    expert=3 * 7168 * 2048 * BLOCK_FP8 / 8,
    context=even(61 * (512 + 64) * 2),
    published=K2_PUBLISHED,
    within=vectors("weights fp8-block-128"),
)
KIMI_K2_5 = Golden(
    id="kimi-k2.5",
    config=AIC + "moonshotai--Kimi-K2.5_config.json (INT4 in groups of 32; attention, shared and dense ignored)",
    groups=K2_GROUPS,
    chosen=K2_CHOSEN,
    weights={
        "int4-g32-experts": K2_INT4,
        "mxfp4-experts": K2_ROUTED * (4 + 8 / 32) / 8 + 2 * (K2_ATTENTION + K2_MLP + K2_SHARED + K2_REST),
    },
    expert=3 * 7168 * 2048 * INT4 / 8,
    context=even(61 * (512 + 64) * 2),
    published=(
        *K2_PUBLISHED,
        # the vision tower is stored too
        Published("weights", K2_INT4, 595e9, 1e9, f"{RECIPES}moonshotai/Kimi-K2.5.yaml, on disk"),
    ),
)
KIMI_K2_5_NVFP4 = Golden(
    id="kimi-k2.5-nvfp4",
    config=AIC + "nvidia--Kimi-K2.5-NVFP4_config.json (self_attn and lm_head ignored)",
    groups=K2_GROUPS,
    chosen=K2_CHOSEN,
    weights={
        "nvfp4-mlp": (K2_MLP + K2_SHARED + K2_ROUTED) * NVFP4 / 8 + 2 * (K2_ATTENTION + K2_REST),
    },
    expert=3 * 7168 * 2048 * NVFP4 / 8,
    context=even(61 * (512 + 64) * 2),
)

# GLM-5: values are wider than in DeepSeek, the index has 32 heads.
G5_ATTENTION = 78 * (
    6144 * 2048 + 2048 * 64 * (192 + 64) + 6144 * (512 + 64) + 512 * 64 * (192 + 256) + 64 * 256 * 6144
)
G5_VECTORS = 78 * (2048 + 512)
# of one layer
G5_INDEX, G5_INDEX_NORM = 2048 * 32 * 128 + 6144 * 128 + 6144 * 32, 2 * 128
G5_MLP = 3 * 3 * 6144 * 12288
G5_ROUTER = 75 * (6144 * 256 + 256)
G5_SHARED = 75 * 3 * 6144 * 2048
G5_ROUTED = 75 * 256 * 3 * 6144 * 2048
G5_CHOSEN = 75 * 8 * 3 * 6144 * 2048
G5_TABLES = 154880 * 6144
G5_NORMS = (2 * 78 + 1) * 6144


def _glm_5_groups(indexes: int) -> dict[str, int]:
    return {
        "embedding": G5_TABLES,
        "output_head": G5_TABLES,
        "attention": G5_ATTENTION + G5_VECTORS + indexes * (G5_INDEX + G5_INDEX_NORM),
        "dense_mlp": G5_MLP,
        "router": G5_ROUTER,
        "shared_experts": G5_SHARED,
        "routed_experts": G5_ROUTED,
        "norms": G5_NORMS,
    }


G5_TOTAL = sum(_glm_5_groups(78).values())
G5_2_TOTAL = sum(_glm_5_groups(21).values())
# Layer 78 predicts a second token, and stays at 16 bits.
G5_MTP = (
    G5_ATTENTION // 78
    + 2048
    + 512
    + G5_INDEX
    + G5_INDEX_NORM
    + 257 * 3 * 6144 * 2048
    + 6144 * 256
    + 256
    + 2 * 6144 * 6144
    + 5 * 6144
)
G5_2_NVFP4 = G5_ROUTED * NVFP4 / 8 + 2 * (G5_2_TOTAL - G5_ROUTED)

GLM_5 = Golden(
    id="glm-5",
    config=AIC + "zai-org--GLM-5_config.json (index_topk 2048)",
    groups=_glm_5_groups(78),
    chosen=G5_CHOSEN,
    weights={
        "bf16": 2 * G5_TOTAL,
        "fp8-block-128": (G5_ATTENTION + 78 * G5_INDEX + G5_MLP + G5_SHARED + G5_ROUTED) * BLOCK_FP8 / 8
        + 2 * (G5_VECTORS + 78 * G5_INDEX_NORM + G5_ROUTER + 2 * G5_TABLES + G5_NORMS),
    },
    expert=3 * 6144 * 2048 * 2,
    context={
        SHORT: Context(1_000 * 78 * (512 + 64 + 128) * 2, 1_000 * 78 * (512 + 64 + 128) * 2),
        LONG: Context(100_000 * 78 * (512 + 64 + 128) * 2, 78 * (2_048 * (512 + 64) + 100_000 * 128) * 2),
    },
    published=(*sizes("zai-org/GLM-5", G5_TOTAL, 744, G5_TOTAL - G5_ROUTED + G5_CHOSEN - G5_TABLES, 40),),
    within=vectors("weights fp8-block-128"),
    disagrees={"active by shape": _INDEX_WEIGHTS.format("1.7 %")},
)
GLM_5_2_NVFP4 = Golden(
    id="glm-5.2-nvfp4",
    config=AIC + "nvidia--GLM-5.2-NVFP4_config.json (21 of 78 indexer_types are full, the others share the choice)",
    groups=_glm_5_groups(21),
    chosen=G5_CHOSEN,
    weights={"nvfp4-experts": G5_2_NVFP4},
    expert=3 * 6144 * 2048 * NVFP4 / 8,
    context={
        SHORT: Context(
            1_000 * (78 * (512 + 64) + 21 * 128) * 2,
            1_000 * (78 * (512 + 64) + 21 * 128) * 2,
        ),
        LONG: Context(
            100_000 * (78 * (512 + 64) + 21 * 128) * 2,
            (78 * 2_048 * (512 + 64) + 21 * 100_000 * 128) * 2,
        ),
    },
    published=(
        Published("total", G5_2_TOTAL, 743e9, 1e9, f"{RECIPES}zai-org/GLM-5.2.yaml, parameter_count"),
        Published(
            "active, without the tables",
            G5_2_TOTAL - G5_ROUTED + G5_CHOSEN - 2 * G5_TABLES,
            39e9,
            1e9,
            f"{RECIPES}zai-org/GLM-5.2.yaml, active_parameters",
        ),
        Published(
            "weights, with the layer that predicts a second token",
            G5_2_NVFP4 + 2 * G5_MTP,
            465e9,
            1e9,
            f"{RECIPES}zai-org/GLM-5.2.yaml, NVFP4 checkpoint",
        ),
    ),
    disagrees={"active by shape": _INDEX_WEIGHTS.format("0.47 %")},
)

LATENT = (
    DEEPSEEK_V3,
    DEEPSEEK_R1,
    DEEPSEEK_V3_1_NVFP4,
    DEEPSEEK_V3_2,
    DEEPSEEK_V3_2_NVFP4,
    KIMI_K2,
    KIMI_K2_5,
    KIMI_K2_5_NVFP4,
    GLM_5,
    GLM_5_2_NVFP4,
)
