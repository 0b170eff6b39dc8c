"""What the fixtures of the consistency rules do not reach: properties, tables of cases, and corrupted copies."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.checks import Context, rules
from kb.checks.consistency import (
    card_count_mismatch,
    decode_exceeds_concurrency,
    parallel_product_mismatch,
    percentile_order,
    quality_below_baseline,
    title_mismatch,
    unit_slip,
)
from kb.checks.consistency.counted import counted_cards
from kb.checks.consistency.figures import show
from kb.checks.consistency.launch import device_vendors, driver_vendors, engine_family, launched
from kb.checks.consistency.mentions import may_mean, mentions
from kb.checks.consistency.slips import FACTORS, find_slips, problems, ratio, within
from kb.corpus import Corpus
from kb.evidence.facts import facts_of
from kb.records import KINDS, Case, Record

STATISTICS = ("min", "p50", "p90", "p95", "p99", "max")


@pytest.fixture(scope="module")
def context(dated_corpus: Corpus) -> Context:
    return Context(dated_corpus)


def case(
    *,
    title: str = "A deployment",
    pool: dict[str, Any] | None = None,
    scenario: dict[str, Any] | None = None,
    results: dict[str, Any] | None = None,
    **stack: Any,
) -> Case:
    """A case on 16 Ascend 910B, changed as told."""
    return Case.model_validate(
        {
            "kind": "case",
            "id": "case-made-up",
            "title": title,
            "stack": {
                "model": "deepseek-r1",
                "engine": {"id": "mindie"},
                "pools": [{"hardware": "ascend-910b", "count": 16, **(pool or {})}],
                **stack,
            },
            "points": [{"scenario": scenario or {}, "results": results or {}}],
        }
    )


# --- figures


@given(st.floats(1e-9, 1e15))
def test_show_keeps_four_digits(number: float) -> None:
    text = show(number)
    assert "e" not in text
    assert float(text) == pytest.approx(number, rel=1e-3)


def test_show_of_zero_and_infinity() -> None:
    assert (show(0), show(float("inf")), show(18200), show(0.25)) == ("0", "inf", "18200", "0.25")


# --- order of percentiles, sequences in flight


@given(st.lists(st.floats(0.01, 1e6), min_size=6, max_size=6))
def test_percentiles_in_order_are_left_alone(values: list[float]) -> None:
    latency = dict(zip(STATISTICS, sorted(values), strict=True))
    made = case(results={"ttft_ms": {**latency, "mean": sum(values) / 6}})
    assert list(percentile_order.check(made, None)) == []  # type: ignore[arg-type]


@given(st.integers(0, 5), st.integers(0, 5))
def test_swapped_percentiles_are_found(first: int, second: int) -> None:
    values = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    values[first], values[second] = values[second], values[first]
    made = case(results={"ttft_ms": dict(zip(STATISTICS, values, strict=True))})
    assert bool(list(percentile_order.check(made, None))) == (first != second)  # type: ignore[arg-type]


@pytest.mark.parametrize(("statistic", "most"), [("mean", 1.15), ("min", 1.15), ("p50", 1.3), ("typical", 1.3)])
@given(st.integers(1, 4096), st.floats(1, 500), st.floats(0.01, 90))
def test_decode_is_held_against_what_is_in_flight(
    statistic: str, most: float, concurrency: int, tpot: float, share: float
) -> None:
    decode = share * concurrency * 1000 / tpot
    made = case(
        pool={"parallelism": {"tp": 16}},
        scenario={"concurrency": concurrency},
        results={"decode_tok_s": decode, "tpot_ms": {statistic: tpot}},
    )
    found = list(decode_exceeds_concurrency.check(made, None))  # type: ignore[arg-type]
    if abs(share - most) > 0.01:
        assert bool(found) == (share > most)


# --- cards and ranks


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("DeepSeek R1 on 16× Ascend 910B with MindIE", [16]),
        ("Llama 4 Scout on 8×H100 SXM with vLLM", [8]),
        ("Gemma 4 on 4× MetaX 曦云 C500 with INT8", [4]),
        ("Qwen3 8B on 8xH200", [8]),
        ("Qwen3 8B on 8 GPUs", [8]),
        ("Mixtral 8x7B, 3x faster", []),
        ("DeepSeek V3 on AWS Trainium 2 (64-chip Trn2 instance)", []),
        ("Llama 4 on TPU Trillium (v6e) 256-chip pod", []),
        ("Llama 4 on 2× DGX H100", []),
        ("Llama 4 on 4 nodes × 8 GPUs", []),
        ("FP8, 4x speed-up on H100", []),
        # An X of the card's own name counts nothing.
        ("Llama 2 7B on RX 6800 XT", []),
        ("Llama 2 7B on RX 7900 XTX with llama.cpp", []),
        ("Llama 2 7B on 2x RX 6800 XT", [2]),
        ("Llama 2 7B on 2 x RX 7900 XTX", [2]),
        ("Llama 2 7B on 2X H100", [2]),
        ("Llama 2 7B on 2 × H100", [2]),
    ],
)
def test_titles_are_counted(title: str, numbers: list[int], dated_corpus: Corpus) -> None:
    assert counted_cards(title, dated_corpus) == numbers


@pytest.mark.parametrize(
    ("hardware", "count", "ranks", "fits"),
    [
        ("h100-sxm5-80gb", 8, {"tp": 8}, True),
        ("h100-sxm5-80gb", 8, {"tp": 4}, True),
        ("h100-sxm5-80gb", 8, {"tp": 4, "dp": 2}, True),
        ("h100-sxm5-80gb", 8, {"tp": 8, "dp": 8}, True),
        ("h100-sxm5-80gb", 8, {"tp": 4, "dp": 1}, True),
        ("h100-sxm5-80gb", 8, {"pp": 2}, True),
        ("h100-sxm5-80gb", 32, {"tp": 1, "ep": 32, "dp": 32}, True),
        ("h100-sxm5-80gb", 16, {"tp": 4, "sp": 4, "dp": 1}, True),
        ("h100-sxm5-80gb", 8, {}, True),
        ("h100-sxm5-80gb", 8, {"ep": 5}, True),
        ("h100-sxm5-80gb", 12, {"tp": 8}, False),
        ("h100-sxm5-80gb", 8, {"tp": 1, "dp": 4}, False),
        # Ranks of attention inside each instance, counted over all: two of eight cards, four of eight ways each.
        ("h100-sxm5-80gb", 16, {"tp": 8, "dp": 16}, True),
        ("h100-sxm5-80gb", 16, {"tp": 8, "dp": 8}, True),
        ("h100-sxm5-80gb", 16, {"tp": 8, "dp": 3}, False),
        ("h100-sxm5-80gb", 16, {"tp": 8, "dp": 32}, False),
        ("h100-sxm5-80gb", 24, {"tp": 8, "dp": 24}, True),
        ("h100-sxm5-80gb", 8, {"tp": 3}, False),
        ("trainium2", 16, {"tp": 64}, True),
        ("ascend-910c", 8, {"tp": 16}, True),
    ],
)
def test_ranks_make_up_the_cards(
    hardware: str, count: int, ranks: dict[str, int], fits: bool, context: Context
) -> None:
    made = case(pool={"hardware": hardware, "count": count, "parallelism": ranks})
    assert (list(parallel_product_mismatch.check(made, context)) == []) == fits
    assert list(card_count_mismatch.check(made, context)) == []


def test_too_many_ranks_are_one_finding(context: Context) -> None:
    made = case(pool={"hardware": "h100-sxm5-80gb", "count": 8, "parallelism": {"tp": 16}})
    assert list(parallel_product_mismatch.check(made, context)) == []
    (problem,) = card_count_mismatch.check(made, context)
    assert problem.data == {"needed": 16, "count": 8, "devices_per_card": 1}
    made = case(pool={"hardware": "ascend-910c", "count": 8, "parallelism": {"tp": 64}})
    (problem,) = card_count_mismatch.check(made, context)
    assert "2 devices each" in problem.message


# --- names in texts


@pytest.mark.parametrize(
    ("text", "kind", "record", "means"),
    [
        ("on H100", "hardware", "h100-sxm5-80gb", True),
        ("on H100", "hardware", "h200-sxm-141gb", False),
        ("Ascend 910B", "hardware", "ascend-910b3", True),
        ("Ascend 910C", "hardware", "ascend-910b3", False),
        ("on L4", "hardware", "l40s", False),
        ("DeepSeek V3", "model", "deepseek-v3.2", False),
        ("DeepSeek V3", "model", "deepseek-r1", False),
        ("DeepSeek R1", "model", "deepseek-r1", True),
        ("GLM-5.1 FP8", "model", "glm-5.1", True),
        ("Gemma 4", "model", "gemma-4-26b-a4b", True),
    ],
)
def test_a_mention_may_mean(text: str, kind: str, record: str, means: bool, dated_corpus: Corpus) -> None:
    held = dated_corpus.get(kind, record)
    assert held is not None
    found = [mention for mention in mentions(text, dated_corpus) if mention.of(kind)]
    assert len(found) == 1
    assert may_mean(found[0], held) == means


def test_the_longer_name_wins(dated_corpus: Corpus) -> None:
    found = mentions("DeepSeek-R1-Distill-Llama-70B (H100)", dated_corpus)
    assert [mention.of("model") for mention in found if mention.of("model")] == [["deepseek-r1-distill-llama-70b"]]
    assert mentions("nothing that anybody knows", dated_corpus) == []


@pytest.mark.parametrize(
    ("command", "engines"),
    [
        ("vllm serve a/b", {"vllm"}),
        ("FOO=1 python3 -m vllm.entrypoints.openai.api_server --model a/b", {"vllm"}),
        ("python -m sglang.launch_server", {"sglang"}),
        ("jax distributed init; vllm serve a/b", {"vllm"}),
        ("trtllm-serve a/b", {"tensorrt-llm"}),
        ("llama-bench -m x.gguf", {"llama.cpp"}),
        ("python -m dynamo.vllm --model a/b", set()),
        ("docker run vllm/vllm-openai", set()),
        ("", set()),
    ],
)
def test_launchers(command: str, engines: set[str]) -> None:
    assert launched(command) == engines


def test_engine_families_devices_and_drivers() -> None:
    assert engine_family("vllm-ascend") == "vllm"
    assert engine_family("nvidia-dynamo") is None
    assert device_vendors("vllm serve a/b --device=hpu") == {"hpu": {"intel"}}
    assert device_vendors("vllm serve a/b --device cpu") == {}
    assert set(driver_vendors("Habana SynapseAI 1.18")) == {"habana", "synapseai"}
    assert driver_vendors("Cannot say") == {}


def test_unknown_engines_and_cards_are_not_judged(context: Context) -> None:
    unknown = case(pool={"hardware": "a-card-nobody-knows"}, driver="CUDA 12", command="vllm serve a/b --device hpu")
    assert [p.data["kind"] for p in title_mismatch.check(unknown, context)] == ["engine"]
    without = case(driver="CANN 8", command="vllm serve a/b")
    without = without.model_copy(update={"stack": without.stack.model_copy(update={"engine": None})})
    assert list(title_mismatch.check(without, context)) == []
    behind = case(engine={"id": "mindie", "backend": "vllm"}, command="vllm serve a/b")
    assert list(title_mismatch.check(behind, context)) == []


# --- slips


def test_a_slip_is_traced_to_the_figure_that_explains_it() -> None:
    bounds = (ratio("a", "b", 0.5, 2), ratio("b", "c", 0.5, 2), ratio("a", "c", 0.4, 2.5))
    right = {"a": 1.0, "b": 1.1, "c": 0.9}
    assert find_slips(right, bounds) == []
    for name, value in right.items():
        for factor, how in FACTORS:
            (slip,) = find_slips({**right, name: value * factor}, bounds)
            assert (slip.figure, slip.factor, slip.how) == (name, factor, how)


def test_what_no_single_slip_explains_is_left_alone() -> None:
    bounds = (within("a", 1, 10), within("b", 1, 10))
    assert find_slips({"a": 4000.0, "b": 4000.0}, bounds) == []
    assert [slip.figure for slip in find_slips({"a": 40.0, "b": 2.0}, bounds)] == ["a"]
    assert list(problems([], {}, "/")) == []


def test_two_suspects_are_both_named() -> None:
    figures = {"a": 1000.0, "b": 1.0}
    slips = find_slips(figures, (ratio("a", "b", 0.5, 2),))
    assert [slip.figure for slip in slips] == ["a", "b"]
    (problem,) = problems(slips, figures, "/")
    assert problem.pointer == "/a"
    assert ", or b of 1 1000 times too small" in problem.message


@pytest.mark.parametrize(
    ("latency", "slipped"),
    [
        # One cold start of two minutes among a hundred requests of 60 ms.
        ({"p50": 60, "p99": 60_000}, False),
        ({"mean": 6000, "p50": 60}, False),
        ({"p50": 60, "p99": 60 * 1600}, True),
        ({"mean": 60_000, "p50": 60}, True),
        ({"p50": 600, "p99": 0.7}, True),
    ],
)
def test_a_cold_start_is_no_slip(latency: dict[str, float], slipped: bool, context: Context) -> None:
    made = case(scenario={"kind": "serving", "concurrency": 4}, results={"ttft_ms": latency})
    assert bool(list(unit_slip.check(made, context))) is slipped


@pytest.mark.parametrize(
    ("field", "times", "slipped"),
    [
        # The first point of a sweep meets a cold server, and only its first token waits for that.
        ("ttft_ms", (5000, 200), False),
        ("ttft_ms", (5000, 0.9), True),
        ("e2e_ms", (5000, 200), True),
        ("e2e_ms", (5000, 1400), False),
    ],
)
def test_a_sweep_may_begin_cold(field: str, times: tuple[float, float], slipped: bool, context: Context) -> None:
    points = [
        {"scenario": {"kind": "serving", "concurrency": at}, "results": {field: {"mean": took}}}
        for at, took in zip((1, 2), times, strict=True)
    ]
    made = case()
    made = type(made).model_validate(made.model_dump(mode="json", exclude_none=True) | {"points": points})
    assert bool(list(unit_slip.check(made, context))) is slipped


def _numbers(corpus: Corpus, kind: str) -> list[tuple[Record, str]]:
    return [(record, at) for record in corpus.shelf(kind).values() for at, fact in facts_of(record) if fact.value]


def _times(thing: Any, parts: list[str], factor: float) -> Any:
    if not parts:
        return thing.model_copy(update={"value": thing.value * factor})
    if isinstance(thing, tuple):
        index = int(parts[0])
        return (*thing[:index], _times(thing[index], parts[1:], factor), *thing[index + 1 :])
    return thing.model_copy(update={parts[0]: _times(getattr(thing, parts[0]), parts[1:], factor)})


@pytest.mark.parametrize(
    ("kind", "factor", "least"),
    [
        *(("hardware", 1000, 0.9), ("hardware", 8, 0.65), ("hardware", 1 / 8, 0.65)),
        *(("model", 1000, 0.85), ("model", 8, 0.65), ("server", 1000, 0.9), ("server", 8, 0.85)),
        *(
            ("quantization", 1000, 0.95),
            ("quantization", 1 / 8, 0.9),
            ("interconnect", 1000, 0.9),
            ("claim", 1000, 0.5),
        ),
    ],
)
def test_corrupted_copies_are_mostly_found(kind: str, factor: float, least: float, context: Context) -> None:
    numbers = _numbers(context.corpus, kind)
    sample = random.Random(7).sample(numbers, min(150, len(numbers)))
    found = [
        bool(list(unit_slip.check(_times(record, at.strip("/").split("/"), factor), context))) for record, at in sample
    ]
    assert sum(found) / len(found) >= least


def test_a_server_is_not_blamed_for_its_card(context: Context) -> None:
    corpus = context.corpus
    server = next(s for s in corpus.servers.values() if s.total_memory_gb and len(s.hardware) == 1)
    slipped = KINDS["server"].model.model_validate({**server.plain(), "hardware": ["a-card-nobody-knows"]})
    assert list(unit_slip.check(slipped, context)) == []


# --- silence


def _everything(context: Context, made: Case) -> Iterator[str]:
    for entry in rules():
        if entry.family == "consistency" and entry.rule.on in ("case", "record") and entry.check is not None:
            yield from (f"{entry.rule.name}: {problem.message}" for problem in entry.check(made, context))


def test_unknown_references_are_not_accused(context: Context) -> None:
    made = case(
        model="a-model-nobody-knows",
        pool={"hardware": "a-card-nobody-knows", "server": "a-server-nobody-knows"},
        quantization="a-format-nobody-knows",
        scenario={"input_tokens": 1024, "output_tokens": 256, "concurrency": 64},
        results={
            "decode_tok_s": 850,
            "prefill_tok_s": 11500,
            "tpot_ms": {"p50": 38},
            "memory_per_card_gb": 500,
            "power_per_card_w": 3000,
            "compute_pct": 90,
            "memory_bandwidth_pct": 90,
        },
    )
    assert list(_everything(context, made)) == []


@pytest.mark.parametrize("missing", ["decode_tok_s", "prefill_tok_s", "tpot_ms", "ttft_ms", "itl_ms", "e2e_ms"])
def test_absent_results_are_not_accused(missing: str, context: Context) -> None:
    results: dict[str, Any] = {
        "decode_tok_s": 850,
        "prefill_tok_s": 11500,
        "ttft_ms": {"p50": 280, "mean": 300},
        "tpot_ms": {"p50": 38, "mean": 39},
        "itl_ms": {"p50": 38, "mean": 39},
        "e2e_ms": {"mean": 10200},
        "per_user_tok_s": 26,
        "requests_s": 3.3,
        "total_tok_s": 4250,
    }
    del results[missing]
    scenario = {"input_tokens": 1024, "output_tokens": 256, "concurrency": 64, "batch": 32}
    assert list(_everything(context, case(scenario=scenario, results=results))) == []
    assert list(_everything(context, case(scenario={"concurrency": 64}, results=results))) == []
    assert list(_everything(context, case(scenario={}, results=results))) == []


def test_scores_where_less_is_better_are_left_alone() -> None:
    made = case().model_copy(
        update={
            "quality": Case.model_validate(
                {
                    **case().plain(),
                    "quality": [{"benchmark": "word error rate", "score": 3.1, "baseline": 4.0}],
                }
            ).quality
        }
    )
    assert list(quality_below_baseline.check(made, None)) == []  # type: ignore[arg-type]


def test_attention_of_every_shape_is_counted(context: Context) -> None:
    kinds = [
        {"kind": "latent", "layers": 2, "heads": 8, "kv_lora_rank": 64, "rope_head_dim": 16, "nope_head_dim": 32}
        | {"value_head_dim": 32},
        {"kind": "full", "layers": 2, "heads": 8, "kv_heads": 1, "head_dim": 64, "shared_key_value": True},
        {"kind": "sliding-window", "layers": 2, "heads": 8, "kv_heads": 8, "head_dim": 64, "window": 128},
    ]
    weights = [2 * 401408, 2 * 512 * 64 * 17, 2 * 512 * 64 * 32]
    plain = {"kind": "model", "id": "made-up", "name": "made up", "lab": "qwen", "hidden": 512}
    for kind, attention in zip(kinds, weights, strict=True):
        for factor in (1, 8):
            shape = {**plain, "attention": [kind], "parameters": {"attention": attention * factor}}
            model = KINDS["model"].model.model_validate(shape)
            assert bool(list(unit_slip.check(model, context))) == (factor == 8)
    unknown = {**plain, "attention": [{"kind": "full", "layers": 2}], "parameters": {"attention": 1}}
    assert list(unit_slip.check(KINDS["model"].model.model_validate(unknown), context)) == []
