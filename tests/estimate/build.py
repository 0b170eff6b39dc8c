"""Records built by hand from the figures of published configuration files, for sums that a reader can redo."""

from typing import Any

import pytest

from kb.estimate import Cards, Deployment, Plan
from kb.records import Engine, Hardware, Model, Quantization
from kb.records.case import Parallelism, Results


def model(id: str = "a-model", **fields: Any) -> Model:  # noqa: A002
    """Build a model; numbers need no evidence here."""
    return Model.model_validate({"kind": "model", "id": id, "name": id, "lab": "a-lab", **fields})


def hardware(id: str = "a-card", **fields: Any) -> Hardware:  # noqa: A002
    """Build a card of 80 GB and 2,000 GB/s that computes 300 TFLOPS in BF16, unless told otherwise."""
    usual: dict[str, Any] = {
        "memory": {"capacity_gb": 80, "bandwidth_gb_s": 2000, "on_chip_cache_mb": 40},
        "peak": {"bf16_tflops": 300},
        "scale_up": {"per_direction_gb_s": 300},
    }
    return Hardware.model_validate({"kind": "hardware", "id": id, "name": id, "vendor": "nvidia", **usual, **fields})


def quantization(id: str = "bf16", *stored: tuple[str, str, float], **fields: Any) -> Quantization:  # noqa: A002
    """Build a quantization from (group, format, bits); BF16 everywhere by default."""
    parts = [
        {"covers": [group], "format": name, "bits_per_weight": bits}
        for group, name, bits in stored or (("everything", "bf16", 16),)
    ]
    return Quantization.model_validate({"kind": "quantization", "id": id, "name": id, "stored": parts, **fields})


BF16 = quantization()
FP8 = quantization("fp8", ("everything", "fp8", 8), arithmetic="fp8")


def engine(language: str | None = None, **fields: Any) -> Engine:
    """Build an engine."""
    said = {} if language is None else {"language": language}
    return Engine.model_validate({"kind": "engine", "id": "an-engine", "name": "An engine", **said, **fields})


def cards(count: int = 1, card: Hardware | None = None, role: str = "serve", **parallelism: int) -> Cards:
    """Build a pool."""
    return Cards(card or hardware(), count, Parallelism.model_validate(parallelism), role)


def deployment(of: Model, *pools: Cards, weights: Quantization = BF16, **fields: Any) -> Deployment:
    """Build a deployment; one card by default."""
    return Deployment(of, weights, pools or (cards(),), **fields)


def about(expected: Any, rel: float = 1e-9) -> Any:
    """Return what equals ``expected`` but for rounding, however small: pytest grants 1e-12, more than a byte takes."""
    return pytest.approx(expected, rel=rel, abs=0)


def plan(of: Model, pool: Cards, weights: Quantization = BF16, **fields: Any) -> Plan:
    """Build a deployment on one pool, as numbers."""
    return Plan(Deployment(of, weights, (pool,), **fields), pool)


def results(**fields: Any) -> Results:
    """Build results."""
    return Results.model_validate(fields)


def full(layers: int, heads: int, kv_heads: int, size: int, **fields: Any) -> dict[str, Any]:
    """Build layers of plain attention."""
    return {"kind": "full", "layers": layers, "heads": heads, "kv_heads": kv_heads, "head_dim": size, **fields}


def dense(
    id: str,  # noqa: A002
    layers: int,
    hidden: int,
    heads: int,
    kv_heads: int,
    size: int,
    width: int,
    vocabulary: int,
    *,
    tied: bool = False,
    **fields: Any,
) -> Model:
    """Build a dense model with one kind of attention."""
    usual: dict[str, Any] = {
        "layers": layers,
        "hidden": hidden,
        "vocabulary": vocabulary,
        "tied_embeddings": tied,
        "attention": [full(layers, heads, kv_heads, size)],
        "dense_mlp": {"layers": layers, "width": width},
    }
    return model(id, **(usual | fields))


def latent(layers: int, heads: int, rank: int, query_rank: int, nope: int, rope: int, value: int) -> dict[str, Any]:
    """Build layers of multi-head latent attention."""
    return {
        "kind": "latent",
        "layers": layers,
        "heads": heads,
        "kv_lora_rank": rank,
        "q_lora_rank": query_rank,
        "nope_head_dim": nope,
        "rope_head_dim": rope,
        "value_head_dim": value,
    }


LLAMA_70B = dense("llama-3.3-70b", 80, 8192, 64, 8, 128, 28672, 128256)
LLAMA_3B = dense("llama-3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, tied=True)
LLAMA_8B = dense("llama-3.1-8b", 32, 4096, 32, 8, 128, 14336, 128256)
QWEN_32B = dense("qwen2.5-coder-32b", 64, 5120, 40, 8, 128, 27648, 152064)
SMOL_135M = dense("smollm2-135m", 30, 576, 9, 3, 64, 1536, 49152, tied=True)
GEMMA_3_4B = dense(
    "gemma-3-4b",
    34,
    2560,
    8,
    4,
    256,
    10240,
    262208,
    tied=True,
    attention=[full(29, 8, 4, 256, window=1024) | {"kind": "sliding-window"}, full(5, 8, 4, 256)],
)
MIXTRAL = model(
    "mixtral-8x7b",
    layers=32,
    hidden=4096,
    vocabulary=32000,
    tied_embeddings=False,
    attention=[full(32, 32, 8, 128)],
    moe={"layers": 32, "experts": 8, "top_k": 2, "width": 14336},
)
QWEN_235B = model(
    "qwen3-235b-a22b",
    layers=94,
    hidden=4096,
    vocabulary=151936,
    tied_embeddings=False,
    attention=[full(94, 64, 4, 128)],
    moe={"layers": 94, "experts": 128, "top_k": 8, "width": 1536},
)
MAVERICK = model(
    "llama-4-maverick",
    layers=48,
    hidden=5120,
    vocabulary=202048,
    tied_embeddings=False,
    attention=[full(36, 40, 8, 128, window=8192) | {"kind": "chunked"}, full(12, 40, 8, 128)],
    moe={"layers": 24, "experts": 128, "top_k": 1, "width": 8192, "shared": 1},
    dense_mlp={"layers": 24, "width": 16384},
)
DEEPSEEK_R1 = model(
    "deepseek-r1",
    layers=61,
    hidden=7168,
    vocabulary=129280,
    tied_embeddings=False,
    attention=[latent(61, 128, 512, 1536, 128, 64, 128)],
    moe={"layers": 58, "experts": 256, "top_k": 8, "width": 2048, "shared": 1},
    dense_mlp={"layers": 3, "width": 18432},
)
KIMI_K2 = model(
    "kimi-k2.6",
    layers=61,
    hidden=7168,
    vocabulary=163840,
    tied_embeddings=False,
    attention=[latent(61, 64, 512, 1536, 128, 64, 128)],
    moe={"layers": 60, "experts": 384, "top_k": 8, "width": 2048, "shared": 1},
    dense_mlp={"layers": 1, "width": 18432},
)
GLM_5 = model(
    "glm-5.1",
    layers=78,
    hidden=6144,
    vocabulary=154880,
    tied_embeddings=False,
    attention=[latent(78, 64, 512, 2048, 192, 64, 256) | {"sparse_top_k": 2048, "index_values": 128}],
    moe={"layers": 75, "experts": 256, "top_k": 8, "width": 2048, "shared": 1},
    dense_mlp={"layers": 3, "width": 12288},
)
GPT_OSS = model(
    "gpt-oss-120b",
    layers=36,
    hidden=2880,
    vocabulary=201088,
    tied_embeddings=False,
    attention=[full(18, 64, 8, 64, window=128) | {"kind": "sliding-window"}, full(18, 64, 8, 64)],
    moe={"layers": 36, "experts": 128, "top_k": 4, "width": 2880},
)
_SHARED = {"heads": 64, "kv_heads": 1, "head_dim": 512, "window": 128, "shared_key_value": True}
V4_FLASH = model(
    "deepseek-v4-flash",
    layers=43,
    hidden=4096,
    vocabulary=129280,
    tied_embeddings=False,
    parameters={
        "total": 284_332_240_471,
        "attention": 5_086_317_888,
        "router": 45_099_008,
        "norms": 356_352,
        "other": 33_884_439,
    },
    attention=[
        {"kind": "sliding-window", "layers": 2, **_SHARED},
        {"kind": "compressed", "layers": 21, "compression": 4, "sparse_top_k": 512, "index_values": 128, **_SHARED},
        {"kind": "compressed", "layers": 20, "compression": 128, **_SHARED},
    ],
    moe={"layers": 43, "experts": 256, "top_k": 6, "width": 2048, "shared": 1},
)
QWEN_397B = model(
    "qwen3.5-397b-a17b",
    layers=60,
    hidden=4096,
    vocabulary=248320,
    tied_embeddings=False,
    parameters={"total": 396_346_350_336},
    attention=[full(15, 32, 2, 256), {"kind": "linear", "layers": 45, "state_values": 1_048_576}],
    moe={"layers": 60, "experts": 512, "top_k": 10, "width": 1024, "shared": 1},
)
