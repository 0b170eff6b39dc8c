import pytest

from kb.estimate import NotCheckable, count_parameters
from kb.records import Model
from tests.estimate import build
from tests.estimate.build import full, model

# Each group by hand from the configuration, beside the total that the model's own code has when it is built on a
# machine without memory for it (parameters of the text model, multi-token prediction left out).
HAND = [
    (
        build.LLAMA_70B,
        {
            "embedding": 128256 * 8192,
            "output_head": 128256 * 8192,
            "attention": 80 * (8192 * 8192 + 2 * 8192 * 1024 + 8192 * 8192),
            "dense_mlp": 80 * 3 * 8192 * 28672,
        },
        70_553_706_496,
        70_553_706_496,
    ),
    (
        build.LLAMA_3B,
        {
            "embedding": 128256 * 3072,
            "output_head": 0,
            "attention": 28 * (3072 * 3072 + 2 * 3072 * 1024 + 3072 * 3072),
            "dense_mlp": 28 * 3 * 3072 * 8192,
        },
        3_212_749_824,
        3_212_749_824,
    ),
    (build.LLAMA_8B, {"attention": 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024)}, 8_030_261_248, 8_030_261_248),
    (build.QWEN_32B, {"dense_mlp": 64 * 3 * 5120 * 27648}, 32_763_876_352, 32_763_876_352),
    (build.SMOL_135M, {"attention": 30 * (2 * 576 * 576 + 2 * 576 * 192)}, 134_515_008, 134_515_008),
    (build.GEMMA_3_4B, {"attention": 34 * (2 * 2560 * 2048 + 2 * 2560 * 1024)}, 3_880_099_328, 3_880_099_328),
    (
        build.MIXTRAL,
        {"router": 32 * 4096 * 8, "routed_experts": 32 * 8 * 3 * 4096 * 14336, "dense_mlp": 0, "shared_experts": 0},
        46_702_792_704,
        12_879_925_248,
    ),
    (
        build.QWEN_235B,
        {"attention": 94 * (2 * 4096 * 8192 + 2 * 4096 * 512), "routed_experts": 94 * 128 * 3 * 4096 * 1536},
        235_093_634_560,
        22_190_763_520,
    ),
    (
        build.MAVERICK,
        {
            "dense_mlp": 24 * 3 * 5120 * 16384,
            "shared_experts": 24 * 3 * 5120 * 8192,
            "routed_experts": 24 * 128 * 3 * 5120 * 8192,
        },
        400_711_848_960,
        17_184_691_200,
    ),
    (
        build.DEEPSEEK_R1,
        {
            # down and up for the queries, down and up for the latent with its rope part, and the output
            "attention": 61
            * (7168 * 1536 + 1536 * 128 * (128 + 64) + 7168 * (512 + 64) + 512 * 128 * (128 + 128) + 128 * 128 * 7168),
            "dense_mlp": 3 * 3 * 7168 * 18432,
            "router": 58 * 7168 * 256,
            "shared_experts": 58 * 3 * 7168 * 2048,
            "routed_experts": 58 * 256 * 3 * 7168 * 2048,
        },
        671_026_419_200,
        37_552_297_472,
    ),
    (build.KIMI_K2, {"routed_experts": 60 * 384 * 3 * 7168 * 2048}, 1_026_408_232_448, 32_861_500_928),
    (build.GLM_5, {"dense_mlp": 3 * 3 * 6144 * 12288}, 743_911_218_432, 41_784_728_832),
    (
        build.GPT_OSS,
        {"attention": 36 * (2 * 2880 * 4096 + 2 * 2880 * 512), "routed_experts": 36 * 128 * 3 * 2880 * 2880},
        116_829_156_672,
        5_711_982_912,
    ),
    (
        build.V4_FLASH,
        {"routed_experts": 43 * 256 * 3 * 4096 * 2048, "shared_experts": 43 * 3 * 4096 * 2048},
        284_332_240_471,
        13_799_632_471,
    ),
    (
        build.QWEN_397B,
        {"routed_experts": 60 * 512 * 3 * 4096 * 1024, "shared_experts": 60 * 3 * 4096 * 1024},
        396_346_350_336,
        17_349_040_896,
    ),
]


@pytest.mark.parametrize(("of", "groups", "total", "active"), HAND, ids=lambda value: getattr(value, "id", ""))
def test_hand_worked(of: Model, groups: dict[str, int], total: int, active: int) -> None:
    count = count_parameters(of)
    for group, expected in groups.items():
        assert count.groups[group] == expected
    assert sum(count.groups.values()) == pytest.approx(total, rel=0.005)
    # Biases, index projections and norms inside attention are left out of the closed form.
    assert count.active == pytest.approx(active, rel=0.025)


def test_the_embedding_of_a_token_is_looked_up() -> None:
    count = count_parameters(build.LLAMA_70B)
    assert count.per_token == pytest.approx(70_553_706_496 - 128256 * 8192)
    assert count.per_prompt_token == pytest.approx(70_553_706_496 - 2 * 128256 * 8192)


def test_a_tied_embedding_is_the_output_head() -> None:
    count = count_parameters(build.LLAMA_3B)
    assert count.per_token == count.total
    assert count.output_head == 128256 * 3072


def test_stated_groups_are_taken_as_stated() -> None:
    count = count_parameters(build.V4_FLASH)
    assert count.groups["attention"] == 5_086_317_888
    assert "attention" not in count.counted
    assert "routed_experts" in count.counted
    assert count.total_adds_up


def test_what_cannot_be_counted_is_what_the_others_leave() -> None:
    count = count_parameters(build.QWEN_397B)
    assert count.remainder == "attention"
    assert count.groups["attention"] == pytest.approx(6_883_511_040, rel=0.001)
    assert sum(count.groups.values()) == count.total


@pytest.mark.parametrize(("total", "known"), [(1999, True), (1001, True), (2000, True), (2002, False), (999, False)])
def test_what_the_others_leave_is_no_more_than_half(total: int, known: bool) -> None:
    # the others are 1,000 by statement; attention has no closed form
    others = {"embedding": 400, "output_head": 400, "dense_mlp": 200, "router": 0, "norms": 0}
    shape = [{"kind": "linear", "layers": 1}]
    count = count_parameters(model(layers=1, hidden=10, attention=shape, parameters={"total": total, **others}))
    assert count.total == total
    assert (count.remainder == "attention") is known
    assert count.groups == ({**count.groups, "attention": total - 1000} if known else {})
    assert count.unknown == (() if known else ("attention",))


def test_groups_that_make_the_whole_leave_no_room() -> None:
    mamba = model(
        layers=2,
        hidden=10,
        vocabulary=10,
        tied_embeddings=False,
        parameters={"total": 1200, "attention": 400, "router": 0, "norms": 0, "routed_experts": 600},
        attention=[{"kind": "linear", "layers": 1}, {"kind": "none", "layers": 1}],
        moe={"layers": 1, "experts": 4, "top_k": 2, "width": 5},
    )
    count = count_parameters(mamba)
    assert count.groups["dense_mlp"] == 0
    assert count.remainder is None


def test_a_block_without_gate_has_two_matrices() -> None:
    # 28 layers of width 4096, each with a plain block of 4 x 4096.
    gptj = build.dense("gpt-j-6b", 28, 4096, 16, 16, 256, 16384, 50400, parameters={"total": 6_050_882_784})
    count = count_parameters(gptj)
    assert count.groups["dense_mlp"] == 28 * 2 * 4096 * 16384
    assert count.total_adds_up


def test_a_wrong_shape_does_not_add_up() -> None:
    wrong = build.dense("wrong", 80, 8192, 64, 8, 128, 28672, 128256, parameters={"total": 90_000_000_000})
    count = count_parameters(wrong)
    assert not count.total_adds_up
    assert count.active_adds_up


@pytest.mark.parametrize(
    ("active", "adds_up"),
    [(37_552_297_472, True), (37_000_000_000, True), (35_698_939_392, True), (22_000_000_000, False)],
)
def test_active_is_met_with_or_without_the_tables(active: int, adds_up: bool) -> None:
    shape = build.DEEPSEEK_R1.model_dump(exclude_none=True, exclude_defaults=True) | {"parameters": {"active": active}}
    assert count_parameters(Model.model_validate(shape)).active_adds_up is adds_up


def test_experts_at_work_are_never_more_than_there_are() -> None:
    dense_as_moe = model(
        layers=1,
        hidden=8,
        vocabulary=8,
        tied_embeddings=False,
        attention=[full(1, 1, 1, 8)],
        moe={"layers": 1, "experts": 2, "top_k": 4, "width": 8},
    )
    count = count_parameters(dense_as_moe)
    assert count.active == count.total


@pytest.mark.parametrize(
    ("without", "fact"),
    [
        ("vocabulary", "vocabulary"),
        ("hidden", "hidden"),
        ("layers", "layers"),
        ("tied_embeddings", "tied_embeddings"),
        ("attention", "attention"),
        ("dense_mlp", "dense_mlp"),
    ],
)
def test_a_missing_fact_is_named(without: str, fact: str) -> None:
    shape = build.LLAMA_70B.model_dump(exclude_none=True, exclude_defaults=True)
    del shape[without]
    with pytest.raises(NotCheckable, match=fact) as raised:
        count_parameters(Model.model_validate(shape))
    assert raised.value.fact == "model llama-3.3-70b parameters.total"


def test_a_lone_total_is_known_but_not_split() -> None:
    count = count_parameters(model(parameters={"total": 1_200_000_000}))
    assert count.total == 1_200_000_000
    assert count.groups == {}
    assert count.total_adds_up
    assert count.active_adds_up
    with pytest.raises(NotCheckable, match="vocabulary"):
        _ = count.per_token
    with pytest.raises(NotCheckable, match="by group"):
        _ = count.output_head


@pytest.mark.parametrize(
    "attention",
    [
        [{"kind": "latent", "layers": 1, "heads": 2, "kv_lora_rank": 4}],
        [{"kind": "full", "layers": 1, "heads": 2, "head_dim": 4}],
        [{"kind": "compressed", "layers": 1, "heads": 2, "kv_heads": 1, "head_dim": 4}],
        [{"kind": "none", "layers": 2}],
    ],
)
def test_attention_that_cannot_be_counted(attention: list[dict[str, object]]) -> None:
    small = build.dense("small", 1, 8, 2, 1, 4, 16, 32, attention=attention)
    with pytest.raises(NotCheckable, match="attention"):
        count_parameters(small)


def test_attention_without_query_compression_and_with_one_vector_for_both() -> None:
    shape = {
        "kind": "latent",
        "layers": 1,
        "heads": 2,
        "kv_lora_rank": 4,
        "rope_head_dim": 2,
        "nope_head_dim": 3,
        "value_head_dim": 5,
    }
    small = build.dense("small", 1, 8, 2, 1, 4, 16, 32, attention=[shape])
    assert count_parameters(small).groups["attention"] == 8 * 2 * 5 + 8 * 6 + 4 * 2 * 8 + 2 * 5 * 8
    one = build.dense("one", 1, 8, 2, 1, 4, 16, 32, attention=[full(1, 2, 1, 4, shared_key_value=True)])
    assert count_parameters(one).groups["attention"] == 8 * (2 * 4 + 4 + 2 * 4)
    gone = build.dense("gone", 1, 8, 2, 1, 4, 16, 32, attention=[{"kind": "none", "layers": 1}])
    assert count_parameters(gone).groups["attention"] == 0


def test_experts_need_a_hidden_size() -> None:
    with pytest.raises(NotCheckable, match="hidden"):
        count_parameters(model(moe={"layers": 1, "experts": 2, "top_k": 1, "width": 8}))
