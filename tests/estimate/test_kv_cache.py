import pytest

from kb.estimate import NotCheckable
from kb.estimate.kv_cache import context_use, kv_bits, values_per_token
from kb.records import Model
from tests.estimate import build
from tests.estimate.build import full

# Values that one more token of a long context adds, by hand; x 2 bytes are the figures that are published.
HAND = [
    (build.LLAMA_70B, 80 * 2 * 8 * 128),
    (build.LLAMA_3B, 28 * 2 * 8 * 128),
    (build.LLAMA_8B, 32 * 2 * 8 * 128),
    (build.QWEN_32B, 64 * 2 * 8 * 128),
    (build.SMOL_135M, 30 * 2 * 3 * 64),
    (build.GEMMA_3_4B, 5 * 2 * 4 * 256),  # windows are full by then
    (build.MIXTRAL, 32 * 2 * 8 * 128),
    (build.QWEN_235B, 94 * 2 * 4 * 128),
    (build.MAVERICK, 12 * 2 * 8 * 128),
    (build.DEEPSEEK_R1, 61 * (512 + 64)),
    (build.KIMI_K2, 61 * (512 + 64)),
    (build.GLM_5, 78 * (512 + 64 + 128)),
    (build.GPT_OSS, 18 * 2 * 8 * 64),
    (build.V4_FLASH, 21 * (512 + 128) / 4 + 20 * 512 / 128),
    (build.QWEN_397B, 15 * 2 * 2 * 256),
]


@pytest.mark.parametrize(("of", "values"), HAND, ids=lambda value: getattr(value, "id", ""))
def test_hand_worked(of: Model, values: float) -> None:
    assert values_per_token(of) == pytest.approx(values)


def test_published_bytes_per_token() -> None:
    assert values_per_token(build.DEEPSEEK_R1) * 2 == 70_272
    assert values_per_token(build.V4_FLASH) * 2 == 6_880
    assert values_per_token(build.LLAMA_70B) * 2 == 327_680
    assert values_per_token(build.QWEN_397B) * 2 == 30_720


def test_a_window_holds_no_more_than_it_is_wide() -> None:
    short, long = context_use(build.GPT_OSS, 100, 16), context_use(build.GPT_OSS, 10_000, 16)
    per_layer = 2 * 8 * 64 * 2
    assert short.held == 36 * 100 * per_layer
    assert long.held == 18 * 128 * per_layer + 18 * 10_000 * per_layer
    assert long.read == long.held


def test_compressed_layers_keep_a_window_beside_their_entries() -> None:
    use = context_use(build.V4_FLASH, 8192, 16)
    windows = 43 * 128 * 512 * 2
    assert windows == 5_636_096
    assert use.held == pytest.approx(8192 * 6880 + windows)
    # 2,048 entries of four tokens, of which 512 are read, and every key of the index
    assert use.read == pytest.approx(
        windows + 21 * (512 * 512 + 2048 * 128) * 2 + 20 * 64 * 512 * 2,
    )


def test_sparse_latents_are_held_whole_and_read_in_part() -> None:
    use = context_use(build.GLM_5, 100_000, 16)
    assert use.held == 78 * 100_000 * (576 + 128) * 2
    assert use.read == 78 * (2048 * 576 + 100_000 * 128) * 2


def test_recurrent_state_does_not_grow() -> None:
    short, long = context_use(build.QWEN_397B, 10, 16), context_use(build.QWEN_397B, 1010, 16)
    assert long.held - short.held == 1000 * 30_720
    assert short.held == 45 * 1_048_576 * 4 + 10 * 30_720
    # read and written back
    assert short.read == 45 * 1_048_576 * 8 + 10 * 30_720


def test_copies_on_tensor_parallel_ranks() -> None:
    latents = context_use(build.DEEPSEEK_R1, 1000, 16)
    assert latents.held_by(8) == 8 * latents.held
    grouped = context_use(build.LLAMA_70B, 1000, 16)
    assert grouped.held_by(8) == grouped.held
    assert grouped.read_by(16) == 2 * grouped.read
    hybrid = context_use(build.QWEN_397B, 0, 16)
    assert hybrid.held_by(8) == hybrid.held


def test_what_is_read_at_the_least() -> None:
    # a chunk may just have begun, once the context is longer than one
    within, beyond = (context_use(build.MAVERICK, tokens, 16) for tokens in (8192, 8193))
    per_layer = 2 * 8 * 128 * 2
    assert within.least_read == within.read == 48 * 8192 * per_layer
    assert beyond.least_read == 12 * 8193 * per_layer
    assert beyond.held == 12 * 8193 * per_layer + 36 * 8192 * per_layer
    # a window that slides is always full
    window = context_use(build.GPT_OSS, 10_000, 16)
    assert window.least_read == window.read


def test_bits() -> None:
    assert kv_bits(None, 16) == 16
    assert kv_bits("mixed", 8) == 8
    assert kv_bits("fp8", 16) == 8
    half, whole = context_use(build.LLAMA_70B, 100, 8), context_use(build.LLAMA_70B, 100, 16)
    assert whole.held == 2 * half.held


def test_layers_without_context() -> None:
    some = build.dense("some", 4, 8, 2, 1, 4, 16, 32, attention=[full(1, 2, 1, 4), {"kind": "none", "layers": 3}])
    assert context_use(some, 10, 16).held == 10 * 2 * 4 * 2
    wide = build.dense("wide", 1, 8, 2, 1, 4, 16, 32, attention=[full(1, 2, 1, 4, value_head_dim=6)])
    assert context_use(wide, 10, 16).held == 10 * (4 + 6) * 2


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ({"kind": "linear", "layers": 1}, "state_values"),
        ({"kind": "latent", "layers": 1, "rope_head_dim": 2}, "kv_lora_rank"),
        ({"kind": "latent", "layers": 1, "kv_lora_rank": 2}, "rope_head_dim"),
        ({"kind": "full", "layers": 1, "kv_heads": 2}, "head_dim"),
        ({"kind": "full", "layers": 1, "head_dim": 2}, "kv_heads"),
        ({"kind": "compressed", "layers": 1, "head_dim": 2}, "compression"),
        ({"kind": "sliding-window", "layers": 1, "kv_heads": 1, "head_dim": 2}, "window"),
        ({"kind": "none", "layers": 2}, "every layer"),
    ],
)
def test_a_missing_size_is_named(kind: dict[str, object], fact: str) -> None:
    small = build.dense("small", 1, 8, 2, 1, 4, 16, 32, attention=[kind])
    with pytest.raises(NotCheckable, match=fact):
        context_use(small, 10, 16)


def test_a_missing_shape_is_named() -> None:
    with pytest.raises(NotCheckable, match="layers"):
        context_use(build.model(), 10, 16)
    with pytest.raises(NotCheckable, match="attention"):
        context_use(build.model(layers=3), 10, 16)
