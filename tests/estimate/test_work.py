"""What a step asks of one card, worked out on paper."""

import pytest

from kb.estimate import NotCheckable, Plan
from kb.estimate.rates import prompt_probe, rates
from kb.estimate.work import Work
from kb.records import Hardware, Model
from tests.estimate import build
from tests.estimate.build import BF16, FP8, about, cards, engine, full, hardware, latent, plan, quantization

EMBEDDING_70B = 128256 * 8192
ATTENTION_70B = 80 * (2 * 8192 * 8192 + 2 * 8192 * 1024)
MLP_70B = 80 * 3 * 8192 * 28672
NORMS_70B = 161 * 8192
# what every step multiplies with: the embedding is only looked up
PER_TOKEN_70B = ATTENTION_70B + MLP_70B + NORMS_70B + EMBEDDING_70B
KV_70B = 80 * 2 * 8 * 128 * 2


def _work(of: Plan, sequences: float, context: float = 1000.0, serving: bool = False) -> Work:
    return of.work(sequences, context, 900.0, 200.0, serving)


def test_a_dense_model_in_two_stages_of_four_ranks() -> None:
    work = _work(plan(build.LLAMA_70B, cards(8, tp=4, pp=2)), 16, serving=True)
    expected = Work(
        layers=40,
        moe_layers=0,
        shared_layers=0,
        latent_layers=0,
        linear_layers=0,
        hops=2,
        stages=2,
        tokens=8,  # the other eight sequences are in the other stage
        dense_bytes=2 * PER_TOKEN_70B / 8,
        expert_bytes=0,
        kv_bytes=8 * 1000 * KV_70B / 8,
        flops=2 * PER_TOKEN_70B * 8 / 8,
        # a query with every key, and every weight with its value: 64 heads of 128
        attention_flops=2 * 80 * 64 * (128 + 128) * 1000 * 8 / 8,
        # two sums a layer of 8,192 values of two bytes, there and back, three quarters of them from others
        exchanged_bytes=2 * 40 * 8192 * 2 * 2 * 3 / 4 * 8,
        prompt_flops=2 * (PER_TOKEN_70B - EMBEDDING_70B) * 900 / 8,
        # each token looks at half of the prompt
        prompt_attention_flops=2 * 80 * 64 * (128 + 128) * 900 * 900 / 2 / 8,
        prompt_exchanged_bytes=2 * 40 * 8192 * 2 * 2 * 3 / 4 * 900,
        s_per_byte=1 / 2000e9,
        s_per_flop=1 / 300e12,
        s_per_wide_flop=1 / 300e12,
        s_per_exchanged_byte=1 / 300e9,
        s_per_prompt_flop=1 / 300e12,
        probed=0,
        prompt_probed=0,
        others=15,
        output_tokens=200,
        interpreted=1,
        prefill_first=0,
    )
    assert work._asdict() == about(expected._asdict())


def test_replicas_share_the_sequences_and_not_the_weights() -> None:
    one = _work(plan(build.LLAMA_70B, cards(4, tp=4)), 8, serving=True)
    two = _work(plan(build.LLAMA_70B, cards(8, tp=4)), 16, serving=True)
    assert two == one
    assert one.others == 7


def test_experts_by_hand() -> None:
    work = _work(plan(build.QWEN_235B, cards(8, tp=8), FP8), 32)
    distinct = 128 * (1 - (1 - 8 / 128) ** 32)
    experts, attention = 94 * 128 * 3 * 4096 * 1536, 94 * (2 * 4096 * 8192 + 2 * 4096 * 512)
    head = 151936 * 4096
    rest = head + 94 * 4096 * 128 + 189 * 4096
    assert (work.layers, work.moe_layers, work.shared_layers) == (94, 94, 0)
    assert work.tokens == 32
    assert work.dense_bytes == about((attention + rest) / 8)
    assert work.expert_bytes == about(94 * distinct * 3 * 4096 * 1536 / 8)
    assert work.flops == about(2 * 32 * (attention + rest + experts * 8 / 128) / 8)
    # four heads on eight ranks: each is kept twice; the context stays in 16 bits
    assert work.kv_bytes == 32 * 1000 * 94 * 2 * 4 * 128 * 2 * 2 / 8


def test_experts_of_a_stage_see_the_tokens_of_that_stage() -> None:
    work = _work(plan(build.MIXTRAL, cards(4, tp=2, pp=2)), 4)
    assert (work.layers, work.moe_layers, work.tokens) == (16, 16, 2)
    distinct = 8 * (1 - (1 - 2 / 8) ** 2)
    assert work.expert_bytes == about(16 * distinct * 3 * 4096 * 14336 * 2 / 2)


def test_grouped_heads_are_copied_only_beyond_their_number() -> None:
    whole = _work(plan(build.QWEN_235B, cards(1)), 1).kv_bytes
    for ranks, share in ((2, 2), (4, 4), (8, 4), (16, 4)):
        assert _work(plan(build.QWEN_235B, cards(ranks, tp=ranks)), 1).kv_bytes == about(whole / share)


def test_a_latent_lies_on_every_rank_unless_attention_runs_data_parallel() -> None:
    each = 61 * (512 + 64) * 2 * 1000
    assert _work(plan(build.DEEPSEEK_R1, cards(8, tp=8), FP8), 16).kv_bytes == about(16 * each)
    for said in ({"tp": 8, "dp": 8, "ep": 8}, {"tp": 1, "ep": 8}):
        assert _work(plan(build.DEEPSEEK_R1, cards(8, None, "serve", **said), FP8), 16).kv_bytes == about(2 * each)


def test_attention_that_runs_data_parallel_is_read_whole_by_each_card() -> None:
    cut, whole = (_work(plan(build.DEEPSEEK_R1, cards(8, tp=tp, ep=8), FP8), 16) for tp in (8, 1))
    attention = 61 * (7168 * 1536 + 1536 * 128 * 192 + 7168 * (512 + 64) + 512 * 128 * (128 + 128) + 128 * 128 * 7168)
    assert whole.dense_bytes - cut.dense_bytes == about(attention * 7 / 8)
    assert whole.expert_bytes == cut.expert_bytes
    assert whole.hops == cut.hops == 3


def test_latents_are_multiplied_as_they_are_and_expanded_for_a_prompt() -> None:
    work = _work(plan(build.DEEPSEEK_R1, cards(8, tp=8), FP8), 16)
    # a query with the latent and its rotary part, and the weights with the latent: 128 heads
    assert work.attention_flops == about(2 * 61 * 128 * (512 + 64 + 512) * 1000 * 16 / 8)
    assert work.prompt_attention_flops == about(61 * 128 * (128 + 64 + 128) * 900 * 900 / 8)
    assert (work.latent_layers, work.shared_layers, work.moe_layers) == (61, 58, 58)


@pytest.mark.parametrize(
    ("of", "latents", "linear", "shared", "products"),
    [
        (build.LLAMA_70B, 0, 0, 0, 80 * 64 * 256),
        # only layers that look at every token are counted
        (build.GEMMA_3_4B, 0, 0, 0, 5 * 8 * 512),
        (build.V4_FLASH, 41, 0, 43, 0),
        (build.QWEN_397B, 0, 45, 60, 15 * 32 * 512),
        (build.GPT_OSS, 0, 0, 0, 18 * 64 * 128),
        (build.MAVERICK, 0, 0, 24, 12 * 40 * 256),
    ],
)
def test_kinds_of_layers(of: Model, latents: int, linear: int, shared: int, products: int) -> None:
    found = plan(of, cards(8)).shape
    assert (found.latent_layers, found.linear_layers, found.shared_layers) == (latents, linear, shared)
    assert found.products == products
    assert found.prompt_products == products


def test_values_may_be_wider_than_keys() -> None:
    wide = build.dense("wide", 2, 8, 2, 1, 4, 16, 32, attention=[full(2, 2, 1, 4, value_head_dim=6)])
    assert plan(wide, cards(1)).shape.products == 2 * 2 * (4 + 6)


def test_without_a_hidden_size_nothing_is_known_to_be_exchanged() -> None:
    stated = dict.fromkeys(("embedding", "output_head", "attention", "dense_mlp", "router", "norms"), 1000)
    bare = build.model(parameters=stated, layers=1, attention=[full(1, 1, 1, 8)])
    assert _work(plan(bare, cards(2)), 1).exchanged_bytes == 0


def test_one_card_exchanges_nothing() -> None:
    work = _work(plan(build.LLAMA_8B, cards(1)), 4)
    assert (work.hops, work.exchanged_bytes, work.prompt_exchanged_bytes) == (0, 0, 0)


def test_nobody_else_is_there_where_requests_do_not_come_and_go() -> None:
    here = plan(build.LLAMA_8B, cards(1))
    assert _work(here, 4).others == 0
    assert _work(here, 4, serving=True).others == 3
    assert _work(here, 0.5, serving=True).others == 0
    assert here.work(1, 0.0, 0.0, 0.0, True).output_tokens == 1


def test_drafted_tokens_are_multiplied_too_and_pass_a_layer_each() -> None:
    pool = cards(4, tp=4)
    plain = _work(plan(build.LLAMA_70B, pool), 8)
    drafted = _work(plan(build.LLAMA_70B, pool, draft_tokens=3, speculates=True), 8)
    assert drafted.tokens == 8 * 4
    assert drafted.layers == about(80 + 3)
    assert drafted.dense_bytes == about(plain.dense_bytes * 83 / 80)
    assert drafted.flops == about(plain.flops * 4)
    assert drafted.attention_flops == about(plain.attention_flops * 4)
    assert drafted.exchanged_bytes == about(plain.exchanged_bytes * 4)
    # all tokens of a sequence look at the context that is read once
    assert drafted.kv_bytes == plain.kv_bytes
    assert drafted.prompt_flops == plain.prompt_flops


def test_drafted_tokens_touch_experts() -> None:
    drafted = _work(plan(build.MIXTRAL, cards(1), draft_tokens=1), 1)
    distinct = 8 * (1 - (1 - 2 / 8) ** 2)
    assert drafted.expert_bytes == about(33 / 32 * 32 * distinct * 3 * 4096 * 14336 * 2)


def test_a_stated_size_of_the_weights_is_taken() -> None:
    half = plan(build.LLAMA_8B, cards(2), weights_gb=8.030261248)
    whole = plan(build.LLAMA_8B, cards(2))
    assert half.weights_per_card == about(whole.weights_per_card / 2, rel=1e-6)
    assert _work(half, 1).dense_bytes == about(_work(whole, 1).dense_bytes / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("said", "attention_ways", "other_ways"),
    [
        ({"tp": 8}, 8, 8),
        ({"tp": 4, "pp": 2}, 8, 8),
        ({"tp": 4}, 4, 4),
        ({"tp": 8, "dp": 8, "ep": 8}, 1, 8),
        ({"tp": 1, "ep": 8}, 1, 8),
        ({"tp": 2, "ep": 8}, 2, 8),
        ({"dp": 8}, 1, 1),
    ],
)
def test_weights_per_card(said: dict[str, int], attention_ways: int, other_ways: int) -> None:
    attention = 94 * (2 * 4096 * 8192 + 2 * 4096 * 512)
    here = plan(build.QWEN_235B, cards(8, None, "serve", **said), FP8)
    rest = 2 * 151936 * 4096 + 94 * 4096 * 128 + 189 * 4096 + 94 * 128 * 3 * 4096 * 1536
    assert here.weights_per_card == about(attention / attention_ways + rest / other_ways)


@pytest.mark.parametrize(
    ("said", "interpreted", "prefill_first"),
    [
        (None, 1, 0),
        ({}, 1, 0),
        ({"language": "python", "scheduling": "mixed"}, 1, 0),
        ({"language": "native", "scheduling": "prefill-first"}, 0, 1),
        ({"language": "graph-compiled"}, 0, 0),
    ],
)
def test_engines(said: dict[str, str] | None, interpreted: int, prefill_first: int) -> None:
    here = plan(build.LLAMA_8B, cards(1), engine=None if said is None else engine(**said))
    work = _work(here, 1)
    assert (work.interpreted, work.prefill_first) == (interpreted, prefill_first)


@pytest.mark.parametrize(
    ("weights", "fields", "tflops"),
    [
        (BF16, {}, 100),
        (FP8, {}, 200),
        (FP8, {"activations": "bf16"}, 100),
        (quantization("w8a8", ("everything", "int8", 8), activations="int8"), {}, 400),
        (quantization("w4a16", ("everything", "int4", 4)), {}, 100),
    ],
)
def test_what_is_computed_in(weights: object, fields: dict[str, str], tflops: int) -> None:
    chosen = weights if isinstance(weights, type(BF16)) else BF16
    card = hardware(peak={"bf16_tflops": 100, "fp8_tflops": 200, "int8_tops": 400})
    work = _work(plan(build.LLAMA_8B, cards(1, card), chosen, **fields), 1)
    assert work.s_per_flop == about(1e-12 / tflops)
    # products with the context stay in 16 bits
    assert work.s_per_wide_flop == about(1e-12 / 100)


def test_context_is_kept_as_said_else_as_the_weights_say_else_in_16_bits() -> None:
    stored = quantization("with-kv", ("everything", "fp8", 8), kv_cache="fp8")
    one = cards(1)
    assert plan(build.LLAMA_8B, one).kv_bits == 16
    assert plan(build.LLAMA_8B, one, stored).kv_bits == 8
    assert plan(build.LLAMA_8B, one, stored, kv_cache="fp4").kv_bits == 4


def test_a_measured_bandwidth_beats_the_nominal_one() -> None:
    card = hardware("probed", memory={"capacity_gb": 16, "bandwidth_gb_s": 960, "measured_bandwidth_gb_s": 903.31})
    found = rates(card, None)
    assert found.s_per_byte == about(1 / 903.31e9)
    assert found.probed
    here = plan(build.SMOL_135M, cards(1, card))
    assert _work(here, 1).probed == 1
    assert here.gaps == ("the measured bandwidth of probed is taken, not the nominal one",)


def test_no_rate_without_a_bandwidth() -> None:
    with pytest.raises(NotCheckable, match="memory bandwidth of bare is not recorded") as raised:
        rates(hardware("bare", memory={"capacity_gb": 80}), None)
    assert raised.value.fact == "hardware bare memory.bandwidth_gb_s"


def test_what_is_not_recorded_takes_no_time_and_is_named() -> None:
    bare = hardware("bare", peak={}, scale_up={})
    here = plan(build.LLAMA_8B, cards(2, bare))
    work = _work(here, 1)
    assert (work.s_per_flop, work.s_per_wide_flop, work.s_per_exchanged_byte) == (0, 0, 0)
    assert work.exchanged_bytes > 0
    assert here.gaps == (
        "computing takes no time here: no compute peak of bare is recorded",
        "bytes between cards are left out: the link of bare is not recorded",
    )
    assert plan(build.LLAMA_8B, cards(1, bare)).gaps == here.gaps[:1]


def test_the_host_link_stands_in_for_a_missing_one() -> None:
    host = hardware("host", scale_up={}, host_link={"per_direction_gb_s": 32})
    here = plan(build.LLAMA_8B, cards(2, host))
    assert _work(here, 1).s_per_exchanged_byte == about(1 / 32e9)
    assert here.gaps == ("cards exchange data over the host link: no scale-up link is recorded",)
    # one card has nobody to talk to
    assert plan(build.LLAMA_8B, cards(1, host)).gaps == ()


@pytest.mark.parametrize(
    ("probes", "experts", "tflops"),
    [
        ({}, False, None),
        ({"square_matmul_fp16_tflops": 90}, False, 90),
        ({"square_matmul_fp16_tflops": 90, "ubatch_matmul_fp16_tflops": 60}, False, 60),
        ({"ubatch_matmul_fp16_tflops": 60, "moe_matmul_fp16_tflops": 30}, False, 60),
        ({"ubatch_matmul_fp16_tflops": 60, "moe_matmul_fp16_tflops": 30}, True, 30),
        ({"ubatch_matmul_fp16_tflops": 60}, True, 60),
        ({"moe_matmul_fp16_tflops": 30}, False, None),
    ],
)
def test_a_probe_shaped_like_a_prompt(probes: dict[str, int], experts: bool, tflops: float | None) -> None:
    card = hardware(measured_compute=probes)
    assert prompt_probe(card, experts) == tflops
    work = _work(plan(build.MIXTRAL if experts else build.LLAMA_8B, cards(1, card)), 1)
    assert work.prompt_probed == (tflops is not None)
    assert work.s_per_prompt_flop == about(1e-12 / (tflops or 300))


def test_layers_must_be_known() -> None:
    stated = dict.fromkeys(("embedding", "output_head", "attention", "dense_mlp", "router", "norms"), 1000)
    with pytest.raises(NotCheckable, match="layers"):
        _work(plan(build.model(parameters=stated), cards(1)), 1)


def test_weights_must_be_known_by_group() -> None:
    lone = build.model(parameters={"total": 10**9}, layers=1, attention=[latent(1, 1, 1, 1, 1, 1, 1)])
    here = plan(lone, cards(1))
    assert here.weights_per_card == 2e9
    with pytest.raises(NotCheckable, match="by group"):
        _work(here, 1)


def test_a_plan_looks_records_up_once() -> None:
    here = plan(build.LLAMA_8B, cards(2))
    assert here.rates is here.rates
    assert here.shape is here.shape
    assert isinstance(here.pool.hardware, Hardware)
    assert here.kv_held(10.0) == here.kv_once(10.0) == 10 * 131_072
    wide = plan(build.DEEPSEEK_R1, cards(8, tp=8), FP8)
    assert wide.kv_held(10.0) == 8 * wide.kv_once(10.0)
    assert wide.kv_read(10.0) == wide.kv_held(10.0)
