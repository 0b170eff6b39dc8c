"""Models whose layers keep only the last tokens, or only a chunk of them."""

from collections.abc import Callable

from tests.estimate.golden.sheet import (
    GPT_OSS_CARD,
    LLAMA_4,
    LLAMA_BENCH,
    LONG,
    MOST,
    RECIPES,
    SHORT,
    Context,
    Golden,
    Published,
    router_bias,
    sizes,
    vectors,
)

GIB = 2**30
MXFP4, NVFP4, Q8_0 = 4 + 8 / 32, 4 + 8 / 16, 34 * 8 / 32
BLOCK_FP8 = 8 + 32 / (128 * 128)

LITGPT = "litgpt at 26857050, litgpt/config.py, entry "
AIC = "aiconfigurator at 095f58a5, model_configs, "


def _mistral_7b_v0_1() -> Golden:
    attention = 32 * (4096 * 4096 + 2 * 4096 * 8 * 128 + 4096 * 4096)
    mlp = 32 * 3 * 4096 * 14336
    tables = 32000 * 4096
    norms = (2 * 32 + 1) * 4096
    token = 32 * 2 * 8 * 128 * 2
    return Golden(
        id="mistral-7b-v0.1",
        config=LITGPT + "Mistral-7B-v0.1, sliding_window_size 4096",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"w4a16-g128": (attention + mlp) * (4 + 16 / 128) / 8 + 2 * (2 * tables + norms)},
        context={SHORT: Context(1_000 * token, 1_000 * token), LONG: Context(4_096 * token, 4_096 * token)},
    )


def _gemma_3_4b() -> Golden:
    attention = 34 * (2560 * 8 * 256 + 2 * 2560 * 4 * 256 + 8 * 256 * 2560)
    head_norms = 34 * 2 * 256
    mlp = 34 * 3 * 2560 * 10240
    table = 262208 * 2560
    # two norms before and two after each of the blocks
    norms = 34 * 4 * 2560 + 2560
    layer = 2 * 4 * 256 * 2
    return Golden(
        id="gemma-3-4b-it",
        config=LITGPT + "Gemma-3-4b-it, one layer of six global; vocabulary of transformers' Gemma3TextConfig",
        groups={
            "embedding": table,
            "output_head": 0,
            "attention": attention + head_norms,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"awq-int4-g128": (attention + mlp) * (4 + 20 / 128) / 8 + 2 * (head_norms + table + norms)},
        context={
            SHORT: Context(34 * 1_000 * layer, 34 * 1_000 * layer),
            LONG: Context((29 * 1_024 + 5 * 100_000) * layer, (29 * 1_024 + 5 * 100_000) * layer),
        },
        within=vectors("weights awq-int4-g128"),
    )


def _gemma_3_27b() -> Golden:
    attention = 62 * (5376 * 32 * 128 + 2 * 5376 * 16 * 128 + 32 * 128 * 5376)
    head_norms = 62 * 2 * 128
    mlp = 62 * 3 * 5376 * 21504
    table = 262208 * 5376
    norms = 62 * 4 * 5376 + 5376
    layer = 2 * 16 * 128 * 2
    return Golden(
        id="gemma-3-27b-it",
        config=LITGPT + "Gemma-3-27b-it, one layer of six global; vocabulary of transformers' Gemma3TextConfig",
        groups={
            "embedding": table,
            "output_head": 0,
            "attention": attention + head_norms,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"fp8-block-128": (attention + mlp) * BLOCK_FP8 / 8 + 2 * (head_norms + table + norms)},
        context={
            SHORT: Context(62 * 1_000 * layer, 62 * 1_000 * layer),
            LONG: Context((52 * 1_024 + 10 * 100_000) * layer, (52 * 1_024 + 10 * 100_000) * layer),
        },
        published=(Published("total", attention + mlp + table, 27e9, 1e9, "its name"),),
        within=vectors("weights fp8-block-128"),
        disagrees=dict.fromkeys(
            ("group attention", "group norms"),
            "the record counts the 15,872 of the query and key norms with the other norms",
        ),
    )


def _gpt_oss_120b() -> Golden:
    # biases on every projection, and one sink per head
    attention = 36 * (2880 * 64 * 64 + 2 * 2880 * 8 * 64 + 64 * 64 * 2880)
    biases = 36 * (64 * 64 + 2 * 8 * 64 + 2880 + 64)
    router = 36 * (2880 * 128 + 128)
    matrices = 36 * 128 * 3 * 2880 * 2880
    expert_biases = 36 * 128 * (2 * 2880 + 2880)
    tables = 201088 * 2880
    norms = (2 * 36 + 1) * 2880
    total = attention + biases + router + matrices + expert_biases + 2 * tables + norms
    chosen = 36 * 4 * (3 * 2880 * 2880 + 3 * 2880)
    rest = attention + biases + router + 2 * tables + norms
    native = matrices * MXFP4 / 8 + 2 * (expert_biases + rest)
    # GGUF: attention and tables in Q8_0; router, norms and all biases in FP32
    gguf = matrices * MXFP4 / 8 + (attention + 2 * tables) * Q8_0 / 8 + 4 * (expert_biases + biases + router + norms)
    layer = 2 * 8 * 64 * 2
    return Golden(
        id="gpt-oss-120b",
        config=AIC + "openai--gpt-oss-120b_config.json (MXFP4 except attention, router and tables)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + biases,
            "router": router,
            "routed_experts": matrices + expert_biases,
            "norms": norms,
        },
        chosen=chosen,
        weights={"mxfp4-experts": native, "gguf-mxfp4-moe": gguf},
        expert=3 * 2880 * 2880 * MXFP4 / 8 + 3 * 2880 * 2,
        context={
            SHORT: Context((18 * 128 + 18 * 1_000) * layer, (18 * 128 + 18 * 1_000) * layer),
            LONG: Context((18 * 128 + 18 * 100_000) * layer, (18 * 128 + 18 * 100_000) * layer),
        },
        published=(
            Published("total", total, 116.8e9, 1e8, GPT_OSS_CARD),
            Published(
                "active, without the input table",
                total - matrices - expert_biases + chosen - tables,
                5.1e9,
                1e8,
                GPT_OSS_CARD,
            ),
            Published("weights gguf-mxfp4-moe", gguf / GIB, 59.02, 0.01, LLAMA_BENCH),
        ),
        within={
            "weights mxfp4-experts": (MOST, "a record counts the experts' biases at the bits of their matrices"),
            "expert": (MOST, "a record counts the experts' biases at the bits of their matrices"),
        },
        disagrees={
            "weights gguf-mxfp4-moe": "biases of the experts and the router are FP32 in the file: 0.27 % more than here"
        },
    )


def _gpt_oss_20b() -> Golden:
    attention = 24 * (2880 * 64 * 64 + 2 * 2880 * 8 * 64 + 64 * 64 * 2880)
    biases = 24 * (64 * 64 + 2 * 8 * 64 + 2880 + 64)
    router = 24 * (2880 * 32 + 32)
    matrices = 24 * 32 * 3 * 2880 * 2880
    expert_biases = 24 * 32 * (2 * 2880 + 2880)
    tables = 201088 * 2880
    norms = (2 * 24 + 1) * 2880
    total = attention + biases + router + matrices + expert_biases + 2 * tables + norms
    chosen = 24 * 4 * (3 * 2880 * 2880 + 3 * 2880)
    layer = 2 * 8 * 64 * 2
    return Golden(
        id="gpt-oss-20b",
        config=AIC + "openai--gpt-oss-20b_config.json (MXFP4 except attention, router and tables)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + biases,
            "router": router,
            "routed_experts": matrices + expert_biases,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "mxfp4-experts": matrices * MXFP4 / 8
            + 2 * (expert_biases + attention + biases + router + 2 * tables + norms),
        },
        expert=3 * 2880 * 2880 * MXFP4 / 8 + 3 * 2880 * 2,
        context={
            SHORT: Context((12 * 128 + 12 * 1_000) * layer, (12 * 128 + 12 * 1_000) * layer),
            LONG: Context((12 * 128 + 12 * 100_000) * layer, (12 * 128 + 12 * 100_000) * layer),
        },
        published=(
            Published("total", total, 20.9e9, 1e8, GPT_OSS_CARD),
            Published(
                "active, without the input table",
                total - matrices - expert_biases + chosen - tables,
                3.6e9,
                1e8,
                GPT_OSS_CARD,
            ),
        ),
        within={
            "weights mxfp4-experts": (MOST, "a record counts the experts' biases at the bits of their matrices"),
            "expert": (MOST, "a record counts the experts' biases at the bits of their matrices"),
        },
    )


def _mimo_v2_flash() -> Golden:
    # keys are wider than values; windowed layers have twice the KV heads, and a sink per query head
    full = 9 * (4096 * 64 * 192 + 4096 * 4 * (192 + 128) + 64 * 128 * 4096)
    windowed = 39 * (4096 * 64 * 192 + 4096 * 8 * (192 + 128) + 64 * 128 * 4096)
    sinks = 39 * 64
    mlp = 3 * 4096 * 16384
    router = 47 * (4096 * 256 + 256)
    routed = 47 * 256 * 3 * 4096 * 2048
    chosen = 47 * 8 * 3 * 4096 * 2048
    tables = 152576 * 4096
    norms = (2 * 48 + 1) * 4096
    total = full + windowed + sinks + mlp + router + routed + 2 * tables + norms
    held = {tokens: (9 * tokens * 4 * (192 + 128) + 39 * 128 * 8 * (192 + 128)) * 2 for tokens in (SHORT, LONG)}
    return Golden(
        id="mimo-v2-flash",
        config=AIC + "XiaomiMiMo--MiMo-V2-Flash_config.json (9 full and 39 windowed layers in hybrid_layer_pattern)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": full + windowed + sinks,
            "dense_mlp": mlp,
            "router": router,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "fp8-block-128": (full + windowed + mlp + routed) * BLOCK_FP8 / 8
            + 2 * (sinks + router + 2 * tables + norms),
        },
        expert=3 * 4096 * 2048 * BLOCK_FP8 / 8,
        context={tokens: Context(size, size) for tokens, size in held.items()},
        published=(*sizes("XiaomiMiMo/MiMo-V2-Flash", total, 309, total - routed + chosen, 15),),
        within=vectors("weights fp8-block-128") | router_bias(),
    )


def _of_maverick(total: float, active: float) -> tuple[Published, ...]:
    return (Published("total", total, 400e9, 1e9, LLAMA_4), Published("active", active, 17e9, 1e9, LLAMA_4))


def _of_scout(total: float, active: float) -> tuple[Published, ...]:
    # 109 billion with the vision tower, which is not counted here
    return (Published("active", active, 17e9, 1e9, f"{RECIPES}meta-llama/Llama-4-Scout-17B-16E-Instruct.yaml"),)


def _llama_4(
    name: str,
    experts: int,
    every: int,
    dense: int,
    upstream: str,
    published: Callable[[float, float], tuple[Published, ...]],
) -> Golden:
    """Maverick has experts in every second layer, Scout in every one."""
    moe = 48 // every
    attention = 48 * (5120 * 40 * 128 + 2 * 5120 * 8 * 128 + 40 * 128 * 5120)
    mlp = dense * 3 * 5120 * 16384
    router = moe * 5120 * experts
    shared = moe * 3 * 5120 * 8192
    routed = moe * experts * 3 * 5120 * 8192
    tables = 202048 * 5120
    norms = (2 * 48 + 1) * 5120
    total = attention + mlp + router + shared + routed + 2 * tables + norms
    chosen = moe * 1 * 3 * 5120 * 8192
    layer = 2 * 8 * 128 * 2
    # A chunk is kept whole at most, and looked back to from its middle on average.
    held, read = (12 * 100_000 + 36 * 8192) * layer, (12 * 100_000 + 36 * 4096) * layer
    return Golden(
        id=name,
        config=AIC + f"meta-llama--{upstream}_config.json (attention_chunk_size 8192, one layer of four global)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "router": router,
            "shared_experts": shared,
            "routed_experts": routed,
            "norms": norms,
        },
        chosen=chosen,
        weights={
            "fp8-per-tensor": attention + mlp + shared + routed + 2 * (router + 2 * tables + norms),
            "nvfp4": (attention + mlp + shared + routed) * NVFP4 / 8 + 2 * (router + 2 * tables + norms),
        },
        expert=3 * 5120 * 8192,
        context={
            SHORT: Context(48 * 1_000 * layer, 48 * 1_000 * layer),
            LONG: Context(held, read),
        },
        published=published(total, total - routed + chosen),
    )


WINDOWS = (
    _mistral_7b_v0_1(),
    _gemma_3_4b(),
    _gemma_3_27b(),
    _gpt_oss_120b(),
    _gpt_oss_20b(),
    _mimo_v2_flash(),
    _llama_4("llama-4-maverick-17b-128e-instruct", 128, 2, 24, "Llama-4-Maverick-17B-128E-Instruct", _of_maverick),
    _llama_4("llama-4-scout-17b-16e-instruct", 16, 1, 0, "Llama-4-Scout-17B-16E-Instruct", _of_scout),
)
