"""Dense models with plain attention: heads of queries, fewer of keys and values, a gated feed-forward block."""

from tests.estimate.golden.sheet import (
    GALLERY,
    MOST,
    PAPER_ON_V3,
    QUANTIZE,
    RECIPES,
    Golden,
    Published,
    even,
    vectors,
)

GIB = 2**30
# Bits per weight: FP8 with one FP32 scale for 128 x 128; GPTQ and AWQ with 4-bit weights, a 16-bit scale and a 4-bit
# zero point for 128; GGUF blocks of 256 (Q4_K 144 bytes, Q5_K 176, Q6_K 210) and of 32 (Q8_0 34 bytes).
BLOCK_FP8 = 8 + 32 / (128 * 128)
GPTQ = 4 + (16 + 4) / 128
Q4_K, Q5_K, Q6_K, Q8_0 = 144 * 8 / 256, 176 * 8 / 256, 210 * 8 / 256, 34 * 8 / 32

LITGPT = "litgpt at 26857050, litgpt/config.py, entry "
AIC = "aiconfigurator at 095f58a5, model_configs, "


def _llama_2_7b() -> Golden:
    attention = 32 * (4096 * 4096 + 2 * 4096 * 4096 + 4096 * 4096)
    mlp = 32 * 3 * 4096 * 11008
    tables = 32000 * 4096
    norms = (2 * 32 + 1) * 4096
    return Golden(
        id="llama-2-7b-hf",
        config=LITGPT + "Llama-2-7b-hf",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "gptq-int4-g128": (attention + mlp) * GPTQ / 8 + 2 * (2 * tables + norms),
            # one 16-bit scale for each output channel
            "int8-weight-only": (attention + mlp + tables)
            + 2 * (32 * (4 * 4096 + 2 * 11008 + 4096) + 32000)
            + 2 * (tables + norms),
        },
        # every head has its own key and value
        context=even(32 * 2 * 32 * 128 * 2),
        within={"weights int8-weight-only": (MOST, "the record's bits suppose 4,096 inputs for every matrix")},
    )


def _llama_2_70b() -> Golden:
    attention = 80 * (8192 * 8192 + 2 * 8192 * 8 * 128 + 8192 * 8192)
    mlp = 80 * 3 * 8192 * 28672
    tables = 32000 * 8192
    norms = (2 * 80 + 1) * 8192
    return Golden(
        id="llama-2-70b-hf",
        config=LITGPT + "Llama-2-70b-hf",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"fp8-per-tensor": (attention + mlp) + 2 * (2 * tables + norms)},
        context=even(80 * 2 * 8 * 128 * 2),
    )


def _llama_3_1_8b() -> Golden:
    attention = 32 * (4096 * 4096 + 2 * 4096 * 8 * 128 + 4096 * 4096)
    mlp = 32 * 3 * 4096 * 14336
    tables = 128256 * 4096
    norms = (2 * 32 + 1) * 4096
    total = attention + mlp + 2 * tables + norms
    # Q4_K_M keeps the values' and the down projections of every second layer, and the output head, in Q6_K:
    # layers 0-3, 28-31 and every third between (6, 9, ... 27), 16 of 32.
    wide = 16 * (4096 * 8 * 128 + 14336 * 4096) + tables
    q4_k_m = wide * Q6_K / 8 + (total - wide - norms) * Q4_K / 8 + norms * 4
    return Golden(
        id="meta-llama-3.1-8b",
        config=AIC + "meta-llama--Meta-Llama-3.1-8B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "gguf-q4-k-m": q4_k_m,
            "gguf-q8-0": (total - norms) * Q8_0 / 8 + norms * 4,
        },
        context=even(32 * 2 * 8 * 128 * 2),
        published=(
            Published("KV per token", 32 * 2 * 8 * 128 * 2, 128 * 1024, 1024, GALLERY),
            Published("weights", q4_k_m / GIB, 4.58, 0.01, f"{QUANTIZE}, row Q4_K_M"),
            Published("total", total, 8.0e9, 1e9, f"{RECIPES}meta-llama/Llama-3.1-8B.yaml, parameter_count"),
        ),
        within={
            "weights gguf-q4-k-m": (1e-5, "the record rounds the bits of the whole file to four places"),
            "weights gguf-q8-0": (2e-4, "the record rounds the bits of the whole file to four places"),
        },
    )


def _llama_3_1_405b() -> Golden:
    attention = 126 * (16384 * 16384 + 2 * 16384 * 8 * 128 + 16384 * 16384)
    mlp = 126 * 3 * 16384 * 53248
    tables = 128256 * 16384
    norms = (2 * 126 + 1) * 16384
    return Golden(
        id="meta-llama-3.1-405b",
        config=AIC + "meta-llama--Meta-Llama-3.1-405B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"fp8-block-128": (attention + mlp) * BLOCK_FP8 / 8 + 2 * (2 * tables + norms)},
        context=even(126 * 2 * 8 * 128 * 2),
        published=(
            Published("total", attention + mlp + 2 * tables + norms, 405e9, 1e9, "its name"),
            Published("KV per token", 126 * 2 * 8 * 128 * 2, 516e3, 1e3, PAPER_ON_V3),
        ),
    )


def _llama_3_3_70b() -> Golden:
    attention = 80 * (8192 * 8192 + 2 * 8192 * 8 * 128 + 8192 * 8192)
    mlp = 80 * 3 * 8192 * 28672
    tables = 128256 * 8192
    norms = (2 * 80 + 1) * 8192
    total = attention + mlp + 2 * tables + norms
    # Layers 0-9, 70-79 and every third between (12, 15, ... 69), 40 of 80, are Q6_K; the values of the other 40 are
    # Q5_K, as llama.cpp does for a 70B with eight heads per group.
    value = 8192 * 8 * 128
    wide = 40 * (value + 28672 * 8192) + tables
    q4_k_m = wide * Q6_K / 8 + 40 * value * Q5_K / 8 + (total - wide - 40 * value - norms) * Q4_K / 8 + norms * 4
    return Golden(
        id="llama-3.3-70b-instruct",
        config=LITGPT + "Llama-3.3-70B-Instruct",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "awq-int4-g128": (attention + mlp) * GPTQ / 8 + 2 * (2 * tables + norms),
            "gguf-q4-k-m": q4_k_m,
        },
        context=even(80 * 2 * 8 * 128 * 2),
        published=(
            Published("total", total, 70e9, 1e9, f"{RECIPES}meta-llama/Llama-3.3-70B-Instruct.yaml, parameter_count"),
        ),
        disagrees={
            "weights gguf-q4-k-m": (
                "the record's 4.8944 bits are those of Llama 3.1 8B; a 70B of this type has 4.82 bits, 1.5 % fewer"
            )
        },
    )


def _llama_3_1_70b_fp8() -> Golden:
    attention = 80 * (8192 * 8192 + 2 * 8192 * 8 * 128 + 8192 * 8192)
    mlp = 80 * 3 * 8192 * 28672
    tables = 128256 * 8192
    norms = (2 * 80 + 1) * 8192
    return Golden(
        id="llama-3.1-70b-instruct-fp8",
        config=AIC + "nvidia--Llama-3.1-70B-Instruct-FP8_config.json and _hf_quant_config.json (lm_head excluded)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "fp8-per-tensor": (attention + mlp) + 2 * (2 * tables + norms),
            "nvfp4": (attention + mlp) * (4 + 8 / 16) / 8 + 2 * (2 * tables + norms),
        },
        context=even(80 * 2 * 8 * 128 * 2),
    )


def _qwen_2_5_7b() -> Golden:
    biases = 28 * (28 * 128 + 2 * 4 * 128)
    attention = 28 * (3584 * 28 * 128 + 2 * 3584 * 4 * 128 + 28 * 128 * 3584)
    mlp = 28 * 3 * 3584 * 18944
    tables = 152064 * 3584
    norms = (2 * 28 + 1) * 3584
    return Golden(
        id="qwen2.5-7b-instruct",
        config=LITGPT + "Qwen2.5-7B-Instruct",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + biases,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"gptq-int4-g128": (attention + mlp) * GPTQ / 8 + 2 * (biases + 2 * tables + norms)},
        context=even(28 * 2 * 4 * 128 * 2),
        within=vectors("weights gptq-int4-g128"),
    )


def _qwen_2_5_72b() -> Golden:
    biases = 80 * (64 * 128 + 2 * 8 * 128)
    attention = 80 * (8192 * 64 * 128 + 2 * 8192 * 8 * 128 + 64 * 128 * 8192)
    mlp = 80 * 3 * 8192 * 29568
    tables = 152064 * 8192
    norms = (2 * 80 + 1) * 8192
    return Golden(
        id="qwen2.5-72b-instruct",
        config=LITGPT + "Qwen2.5-72B-Instruct",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + biases,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"fp8-block-128": (attention + mlp) * BLOCK_FP8 / 8 + 2 * (biases + 2 * tables + norms)},
        context=even(80 * 2 * 8 * 128 * 2),
        within=vectors("weights fp8-block-128"),
    )


def _qwen_3_8b() -> Golden:
    attention = 36 * (4096 * 32 * 128 + 2 * 4096 * 8 * 128 + 32 * 128 * 4096)
    head_norms = 36 * 2 * 128
    mlp = 36 * 3 * 4096 * 12288
    tables = 151936 * 4096
    norms = (2 * 36 + 1) * 4096
    total = attention + head_norms + mlp + 2 * tables + norms
    return Golden(
        id="qwen3-8b",
        config=AIC + "Qwen--Qwen3-8B_config.json",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + head_norms,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "w4a16-g128": (attention + mlp) * (4 + 16 / 128) / 8 + 2 * (head_norms + 2 * tables + norms),
        },
        context=even(36 * 2 * 8 * 128 * 2),
        published=(Published("total", total, 8.2e9, 1e8, f"{RECIPES}Qwen/Qwen3-8B.yaml, parameter_count"),),
        within=vectors("weights w4a16-g128"),
    )


def _qwen_3_32b_fp8() -> Golden:
    attention = 64 * (5120 * 64 * 128 + 2 * 5120 * 8 * 128 + 64 * 128 * 5120)
    head_norms = 64 * 2 * 128
    mlp = 64 * 3 * 5120 * 25600
    tables = 151936 * 5120
    norms = (2 * 64 + 1) * 5120
    return Golden(
        id="qwen3-32b-fp8",
        config=AIC + "Qwen--Qwen3-32B-FP8_config.json (weight_block_size 128 x 128)",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention + head_norms,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={
            "fp8-block-128": (attention + mlp) * BLOCK_FP8 / 8 + 2 * (head_norms + 2 * tables + norms),
            "gptq-int4-g128": (attention + mlp) * GPTQ / 8 + 2 * (head_norms + 2 * tables + norms),
        },
        context=even(64 * 2 * 8 * 128 * 2),
        within=vectors("weights fp8-block-128", "weights gptq-int4-g128"),
    )


def _mistral_7b_v0_3() -> Golden:
    attention = 32 * (4096 * 4096 + 2 * 4096 * 8 * 128 + 4096 * 4096)
    mlp = 32 * 3 * 4096 * 14336
    tables = 32768 * 4096
    norms = (2 * 32 + 1) * 4096
    return Golden(
        id="mistral-7b-instruct-v0.3",
        config=LITGPT + "Mistral-7B-Instruct-v0.3",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"mlx-4bit-g64": (attention + mlp + 2 * tables + norms) * (4 + 2 * 16 / 64) / 8},
        context=even(32 * 2 * 8 * 128 * 2),
    )


def _phi_4() -> Golden:
    attention = 40 * (5120 * 40 * 128 + 2 * 5120 * 10 * 128 + 40 * 128 * 5120)
    mlp = 40 * 3 * 5120 * 17920
    tables = 100352 * 5120
    norms = (2 * 40 + 1) * 5120
    return Golden(
        id="phi-4",
        config=LITGPT + "phi-4",
        groups={
            "embedding": tables,
            "output_head": tables,
            "attention": attention,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"mxfp8": (attention + mlp) * (8 + 8 / 32) / 8 + 2 * (2 * tables + norms)},
        context=even(40 * 2 * 10 * 128 * 2),
    )


def _llama_3_2_1b() -> Golden:
    attention = 16 * (2048 * 32 * 64 + 2 * 2048 * 8 * 64 + 32 * 64 * 2048)
    mlp = 16 * 3 * 2048 * 8192
    table = 128256 * 2048
    norms = (2 * 16 + 1) * 2048
    total = attention + mlp + table + norms
    return Golden(
        id="llama-3.2-1b-instruct",
        config=LITGPT + "Llama-3.2-1B-Instruct, embedding tied",
        groups={"embedding": table, "output_head": 0, "attention": attention, "dense_mlp": mlp, "norms": norms},
        weights={"gguf-q4-0": total * (2 + 32 / 2) * 8 / 32 / 8},
        context=even(16 * 2 * 8 * 64 * 2),
        published=(
            Published("total", total, 1.23e9, 1e7, f"{RECIPES}meta-llama/Llama-3.2-1B-Instruct.yaml, parameter_count"),
            Published("KV per token", 16 * 2 * 8 * 64 * 2, 32 * 1024, 1024, GALLERY),
        ),
    )


def _qwen_3_0_6b() -> Golden:
    attention = 28 * (1024 * 16 * 128 + 2 * 1024 * 8 * 128 + 16 * 128 * 1024)
    head_norms = 28 * 2 * 128
    mlp = 28 * 3 * 1024 * 3072
    table = 151936 * 1024
    norms = (2 * 28 + 1) * 1024
    return Golden(
        id="qwen3-0.6b",
        config=AIC + "Qwen--Qwen3-0.6B_config.json, tie_word_embeddings",
        groups={
            "embedding": table,
            "output_head": 0,
            "attention": attention + head_norms,
            "dense_mlp": mlp,
            "norms": norms,
        },
        weights={"fp8-block-128": (attention + mlp) * BLOCK_FP8 / 8 + 2 * (head_norms + table + norms)},
        context=even(28 * 2 * 8 * 128 * 2),
        published=(Published("total", attention + head_norms + mlp + table + norms, 0.6e9, 1e8, "its name"),),
        within=vectors("weights fp8-block-128"),
    )


def _smollm_2_135m() -> Golden:
    attention = 30 * (576 * 9 * 64 + 2 * 576 * 3 * 64 + 9 * 64 * 576)
    mlp = 30 * 3 * 576 * 1536
    table = 49152 * 576
    norms = (2 * 30 + 1) * 576
    return Golden(
        id="smollm2-135m-instruct",
        config=LITGPT + "SmolLM2-135M-Instruct, embedding tied",
        groups={"embedding": table, "output_head": 0, "attention": attention, "dense_mlp": mlp, "norms": norms},
        weights={"fp16": 2 * (attention + mlp + table + norms)},
        context=even(30 * 2 * 3 * 64 * 2),
        published=(Published("total", attention + mlp + table + norms, 135e6, 1e6, "its name"),),
    )


def _smollm_2_1_7b() -> Golden:
    attention = 24 * (2048 * 2048 + 2 * 2048 * 2048 + 2048 * 2048)
    mlp = 24 * 3 * 2048 * 8192
    table = 49152 * 2048
    norms = (2 * 24 + 1) * 2048
    return Golden(
        id="smollm2-1.7b-instruct",
        config=LITGPT + "SmolLM2-1.7B-Instruct, embedding tied",
        groups={"embedding": table, "output_head": 0, "attention": attention, "dense_mlp": mlp, "norms": norms},
        weights={"mlc-q4f16-1": (attention + mlp + table + norms) * (4 + 16 / 32) / 8},
        context=even(24 * 2 * 32 * 64 * 2),
        published=(Published("total", attention + mlp + table + norms, 1.7e9, 1e8, "its name"),),
    )


def _gpt_j_6b() -> Golden:
    attention = 28 * 4 * 4096 * 16 * 256
    # one matrix up and one down, no gate
    mlp = 28 * 2 * 4096 * 16384
    tables = 50400 * 4096
    return Golden(
        id="gpt-j-6b",
        config="transformers 5.23.0, models/gptj/configuration_gptj.py, class defaults",
        groups={
            "embedding": tables,
            "output_head": tables + 50400,
            "attention": attention,
            "dense_mlp": mlp + 28 * (16384 + 4096),
            "norms": 28 * 2 * 4096 + 2 * 4096,
        },
        weights={"fp16": 2 * (attention + mlp + 2 * tables)},
        context=even(28 * 2 * 16 * 256 * 2),
        published=(Published("total", attention + mlp + 2 * tables, 6e9, 1e9, "its name"),),
        within=dict.fromkeys(
            ("group output_head", "group dense_mlp", "active", "weights bf16", "weights fp16"),
            (MOST, "the record has no groups, and its shape no biases"),
        ),
        disagrees={
            "group norms": "the shape gives 57 vectors of 4096 where the model has 58: one norm and its bias per layer",
        },
        formula="without its total, the record's shape means a gated block: two matrices are found by trying",
    )


DENSE = (
    _llama_2_7b(),
    _llama_2_70b(),
    _llama_3_1_8b(),
    _llama_3_1_405b(),
    _llama_3_3_70b(),
    _llama_3_1_70b_fp8(),
    _qwen_2_5_7b(),
    _qwen_2_5_72b(),
    _qwen_3_8b(),
    _qwen_3_32b_fp8(),
    _mistral_7b_v0_3(),
    _phi_4(),
    _llama_3_2_1b(),
    _qwen_3_0_6b(),
    _smollm_2_135m(),
    _smollm_2_1_7b(),
    _gpt_j_6b(),
)
