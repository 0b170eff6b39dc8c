"""DeepSeek V4: entries that stand for several tokens, a window of plain ones, a sparse index over the finer ones."""

from tests.estimate.golden.sheet import (
    LONG,
    MOST,
    RECIPES,
    SHORT,
    USED_BY_V4,
    VLLM_ON_V4,
    Context,
    Golden,
    Published,
    sizes,
)

GIB, MILLION = 2**30, 2**20
FP4, NVFP4, BLOCK_FP8 = 4 + 8 / 32, 4 + 8 / 16, 8 + 8 / (128 * 128)

AIC = "aiconfigurator at 095f58a5, model_configs, "
MODELLING = "; matrices as in transformers' models/deepseek_v4/modular_deepseek_v4.py"

_ROOM = "an entry is there once all its tokens are; the code counts parts of entries"
_BUFFERS = "tokens that make no whole entry yet, as values and gates, and the four before, are not counted"
_SHAPE = "compressed layers differ too much for one formula"


class V4:
    """The sums of one of the two sizes; every name is that of the configuration."""

    def __init__(self, *, hidden: int, heads: int, q_rank: int, groups: int) -> None:
        self.hidden = hidden
        # one layer: queries down and up, one key that is the value too, output by groups of heads and then mixed
        self.core = (
            hidden * q_rank
            + q_rank * heads * 512
            + hidden * 512
            + (heads * 512 // groups) * groups * 1024
            + groups * 1024 * hidden
        )
        self.core_vectors = q_rank + 512 + heads
        # 128 tokens make one entry: a value and a gate; each token of the 128 has a bias
        self.heavy, self.heavy_vectors = 2 * hidden * 512, 128 * 512 + 512
        # 4 tokens, and the 4 before, make one entry: both twice as wide; so for the key of the index, with its queries
        self.light, self.light_vectors = 2 * hidden * 2 * 512, 4 * 2 * 512 + 512
        self.index = 2 * hidden * 2 * 128 + q_rank * 64 * 128 + hidden * 64
        self.index_vectors = 4 * 2 * 128 + 128

    def attention(self, plain: int, light: int, heavy: int) -> int:
        layers = plain + light + heavy
        return (
            layers * (self.core + self.core_vectors)
            + light * (self.light + self.light_vectors + self.index + self.index_vectors)
            + heavy * (self.heavy + self.heavy_vectors)
        )

    def hyper(self, layers: int) -> int:
        """Count hyper-connections with 4 streams: two per layer of (2 + 4) x 4 rows, and one at the end."""
        return layers * 2 * (24 * 4 * self.hidden + 24 + 3) + 4 * 4 * self.hidden + 4 + 1


def _context(plain: int, light: int, heavy: int, top_k: int) -> dict[int, Context]:
    layers = plain + light + heavy
    windows = layers * 128 * 512 * 2
    found = {}
    for tokens in (SHORT, LONG):
        fine, coarse = tokens // 4, tokens // 128
        held = windows + light * fine * (512 + 128) * 2 + heavy * coarse * 512 * 2
        read = windows + light * (min(fine, top_k) * 512 + fine * 128) * 2 + heavy * coarse * 512 * 2
        found[tokens] = Context(held, read)
    return found


def _buffers(light: int, heavy: int) -> dict[int, float]:
    """What waits to be compressed, in BF16: a value and a gate per token, both twice as wide where entries overlap."""
    return {
        tokens: (heavy * (tokens % 128) * 2 * 512 + light * (tokens % 4 + 4) * 2 * 2 * (512 + 128)) * 2
        for tokens in (SHORT, LONG)
    }


_FLASH = V4(hidden=4096, heads=64, q_rank=1024, groups=8)
F_ATTENTION = _FLASH.attention(2, 21, 20)
F_ROUTER = 43 * 4096 * 256 + (43 - 3) * 256  # three layers route by a table and have no bias
F_SHARED = 43 * 3 * 4096 * 2048
F_ROUTED = 43 * 256 * 3 * 4096 * 2048
F_CHOSEN = 43 * 6 * 3 * 4096 * 2048
F_TABLES = 129280 * 4096
F_NORMS = (2 * 43 + 1) * 4096
F_GROUPS = {
    "embedding": F_TABLES,
    "output_head": F_TABLES,
    "attention": F_ATTENTION,
    "router": F_ROUTER,
    "shared_experts": F_SHARED,
    "routed_experts": F_ROUTED,
    "norms": F_NORMS,
    "other": _FLASH.hyper(43),
}
F_TOTAL = sum(F_GROUPS.values())
F_ACTIVE = F_TOTAL - F_ROUTED + F_CHOSEN
F_REST = 2 * F_TABLES + F_ROUTER + F_NORMS + _FLASH.hyper(43)
F_WEIGHTS = F_ROUTED * FP4 / 8 + (F_ATTENTION + F_SHARED) * BLOCK_FP8 / 8 + 2 * F_REST
# Layer 43 predicts a second token: a windowed layer with experts, two joints of 4096 x 4096, a few norms.
F_MTP = 256 * 3 * 4096 * 2048 * FP4 / 8 + (_FLASH.core + 3 * 4096 * 2048 + 2 * 4096 * 4096) * BLOCK_FP8 / 8

DEEPSEEK_V4_FLASH = Golden(
    id="deepseek-v4-flash",
    config=AIC + "deepseek-ai--DeepSeek-V4-Flash_config.json (compress_ratios: 2 x 0, 21 x 4, 20 x 128)" + MODELLING,
    groups=F_GROUPS,
    chosen=F_CHOSEN,
    weights={
        "fp4-experts-fp8": F_WEIGHTS,
        "fp8-block-128-ue8m0": (F_ROUTED + F_ATTENTION + F_SHARED) * BLOCK_FP8 / 8 + 2 * F_REST,
    },
    expert=3 * 4096 * 2048 * FP4 / 8,
    context=_context(2, 21, 20, 512),
    published=(
        *sizes("deepseek-ai/DeepSeek-V4-Flash", F_TOTAL, 284, F_ACTIVE, 13),
        Published(
            "KV of 1 Mi tokens, index in FP8",
            (21 * MILLION / 4 * (512 * 2 + 128 + 4) + 20 * MILLION / 128 * 512 * 2) / GIB,
            6.08,
            0.01,
            USED_BY_V4,
        ),
        Published(
            "weights, with the layer that predicts a second token",
            F_WEIGHTS + F_MTP,
            160e9,
            1e9,
            f"{RECIPES}deepseek-ai/DeepSeek-V4-Flash.yaml, the preview on disk",
        ),
    ),
    within={f"{what} {SHORT}": (MOST, _ROOM) for what in ("held", "read")}
    | {f"{what} {LONG}": (MOST, _ROOM) for what in ("held", "read")},
    formula=_SHAPE,
    besides=_buffers(21, 20),
    besides_are=_BUFFERS,
)
DEEPSEEK_V4_FLASH_NVFP4 = Golden(
    id="deepseek-v4-flash-nvfp4",
    config=AIC + "nvidia--DeepSeek-V4-Flash-NVFP4_hf_quant_config.json (ffn.experts NVFP4, group_size 16)",
    groups=F_GROUPS,
    chosen=F_CHOSEN,
    weights={
        "nvfp4-experts-fp8": F_ROUTED * NVFP4 / 8 + (F_ATTENTION + F_SHARED) * BLOCK_FP8 / 8 + 2 * F_REST,
    },
    expert=3 * 4096 * 2048 * NVFP4 / 8,
    context=_context(2, 21, 20, 512),
    within=DEEPSEEK_V4_FLASH.within,
    formula=_SHAPE,
)

_PRO = V4(hidden=7168, heads=128, q_rank=1536, groups=16)
P_ATTENTION = _PRO.attention(0, 30, 31)
P_ROUTER = 61 * 7168 * 384 + (61 - 3) * 384
P_SHARED = 61 * 3 * 7168 * 3072
P_ROUTED = 61 * 384 * 3 * 7168 * 3072
P_CHOSEN = 61 * 6 * 3 * 7168 * 3072
P_TABLES = 129280 * 7168
P_NORMS = (2 * 61 + 1) * 7168
P_GROUPS = {
    "embedding": P_TABLES,
    "output_head": P_TABLES,
    "attention": P_ATTENTION,
    "router": P_ROUTER,
    "shared_experts": P_SHARED,
    "routed_experts": P_ROUTED,
    "norms": P_NORMS,
    "other": _PRO.hyper(61),
}
P_TOTAL = sum(P_GROUPS.values())
P_ACTIVE = P_TOTAL - P_ROUTED + P_CHOSEN
P_REST = 2 * P_TABLES + P_ROUTER + P_NORMS + _PRO.hyper(61)
P_WEIGHTS = P_ROUTED * FP4 / 8 + (P_ATTENTION + P_SHARED) * BLOCK_FP8 / 8 + 2 * P_REST
P_MTP = 384 * 3 * 7168 * 3072 * FP4 / 8 + (_PRO.core + 3 * 7168 * 3072 + 2 * 7168 * 7168) * BLOCK_FP8 / 8
DEEPSEEK_V4_PRO = Golden(
    id="deepseek-v4-pro",
    config=AIC + "deepseek-ai--DeepSeek-V4-Pro_config.json (compress_ratios: 30 x 4, 31 x 128)" + MODELLING,
    groups=P_GROUPS,
    chosen=P_CHOSEN,
    weights={
        "fp4-experts-fp8": P_WEIGHTS,
        "nvfp4-experts-fp8": P_ROUTED * NVFP4 / 8 + (P_ATTENTION + P_SHARED) * BLOCK_FP8 / 8 + 2 * P_REST,
    },
    expert=3 * 7168 * 3072 * FP4 / 8,
    context=_context(0, 30, 31, 1024),
    published=(
        Published("total", P_TOTAL, 1600e9, 100e9, f"{RECIPES}deepseek-ai/DeepSeek-V4-Pro.yaml, parameter_count"),
        Published("active", P_ACTIVE, 49e9, 1e9, f"{RECIPES}deepseek-ai/DeepSeek-V4-Pro.yaml, active_parameters"),
        Published(
            "KV of 1 Mi tokens",
            (30 * MILLION / 4 * (512 + 128) + 31 * MILLION / 128 * 512 + 61 * 128 * 512) * 2 / GIB,
            9.62,
            0.01,
            VLLM_ON_V4,
        ),
        # this one keeps the keys of the index in FP8, 128 bytes and a scale of 4
        Published(
            "KV of 1 Mi tokens, index in FP8",
            (30 * MILLION / 4 * (512 * 2 + 128 + 4) + 31 * MILLION / 128 * 512 * 2) / GIB,
            8.71,
            0.01,
            USED_BY_V4,
        ),
        Published(
            "weights, with the layer that predicts a second token",
            P_WEIGHTS + P_MTP,
            865e9,
            2e9,
            f"{RECIPES}deepseek-ai/DeepSeek-V4-Pro.yaml, the preview on disk (about)",
        ),
    ),
    within={f"{what} {SHORT}": (MOST, _ROOM) for what in ("held", "read")}
    | {f"{what} {LONG}": (MOST, _ROOM) for what in ("held", "read")},
    formula=_SHAPE,
    besides=_buffers(30, 31),
    besides_are=_BUFFERS,
)

COMPRESSED = (DEEPSEEK_V4_FLASH, DEEPSEEK_V4_FLASH_NVFP4, DEEPSEEK_V4_PRO)
