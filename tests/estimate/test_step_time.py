"""The one formula, with coefficients and figures so round that each term can be worked out on paper."""

import math
from typing import Any, cast

import numpy as np
import pytest

from kb.estimate.step_time import (
    Coefficients,
    FirstTokenFactors,
    first_token_seconds,
    launching,
    prompt_seconds,
    step_seconds,
)
from kb.estimate.work import Work
from tests.estimate import build
from tests.estimate.build import FP8, about, cards, engine, hardware, plan
from tests.estimate.made_up import COEFFICIENTS

C = Coefficients(**COEFFICIENTS)
US = 1e-6
WORK = Work(
    layers=10,
    moe_layers=8,
    shared_layers=4,
    latent_layers=2,
    linear_layers=1,
    hops=3,
    stages=2,
    tokens=5,
    dense_bytes=2e9,
    expert_bytes=1e9,
    kv_bytes=0.4e9,
    flops=5e11,
    attention_flops=1e11,
    exchanged_bytes=6e6,
    prompt_flops=4e13,
    prompt_attention_flops=2e12,
    prompt_exchanged_bytes=3e9,
    s_per_byte=1 / 4e12,
    s_per_flop=1 / 1e15,
    s_per_wide_flop=1 / 5e14,
    s_per_exchanged_byte=1 / 1e11,
    s_per_prompt_flop=1 / 8e14,
    probed=0,
    prompt_probed=0,
    others=6,
    output_tokens=100,
    interpreted=1,
    prefill_first=1,
)
# 10 x 10 + 8 x 20 + 4 x 5 + 2 x 7 + 1 x 3 us, half as long again in an interpreter, half at four times the bandwidth
LAUNCH = 297 * US * 1.5 * 0.5
# products, attention, sending, launching
PROMPT = 0.08 + 0.0064 + 0.039 + LAUNCH * 1.4


def test_term_by_term() -> None:
    step = step_seconds(WORK, C)
    assert launching(WORK, C) == about(LAUNCH)
    assert prompt_seconds(WORK, C) == about(PROMPT)
    assert step._asdict() == about(
        {
            "launching": 2 * LAUNCH,
            # an exchange after attention and one after the feed-forward block of ten layers, three doublings
            "collectives": 2 * 2 * 10 * 4 * US * 3,
            "sequences": 2 * 5 * 6 * US * 1.5,
            "exchanging": 2 * 6e6 / 1e11 * 2.0,
            # 3.2 GB, experts weighing 1.2, take 1 ms at 4,000 / 1.25 GB/s, and computing takes 0.75: 3-4-5
            "weights": 2 * 1.25e-3,
            # 0.125 ms of reading and 0.3 of computing: 5-12-13
            "context": 2 * 0.325e-3,
            "prompts": 6 * 0.7 / 100 * PROMPT,
        }
    )


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ({"interpreted": 0}, {"launching": 2 * LAUNCH / 1.5, "sequences": 2 * 5 * 6 * US}),
        ({"prefill_first": 0}, {"prompts": 6 / 100 * PROMPT}),
        ({"prompt_probed": 1}, {"prompts": 6 * 0.7 / 100 * (PROMPT - 0.08 + 0.05)}),
        (
            {"probed": 1},
            {"weights": 2 * math.hypot(0.88e-3, 0.75e-3), "context": 2 * math.hypot(0.11e-3, 0.3e-3)},
        ),
        ({"s_per_flop": 0}, {"weights": 2 * 1e-3}),
        ({"hops": 0}, {"collectives": 0}),
        ({"s_per_exchanged_byte": 0}, {"exchanging": 0, "prompts": 6 * 0.7 / 100 * (PROMPT - 0.039)}),
        ({"others": 0}, {"prompts": 0}),
        ({"s_per_wide_flop": 0}, {"context": 2 * 0.125e-3, "prompts": 6 * 0.7 / 100 * (PROMPT - 0.0064)}),
        ({"tokens": 10}, {"sequences": 2 * 10 * 6 * US * 1.5}),
        ({"layers": 0}, {"collectives": 0, "launching": 2 * LAUNCH * 197 / 297}),
        ({"moe_layers": 0}, {"launching": 2 * LAUNCH * 137 / 297}),
        ({"shared_layers": 0}, {"launching": 2 * LAUNCH * 277 / 297}),
        ({"latent_layers": 0}, {"launching": 2 * LAUNCH * 283 / 297}),
        ({"linear_layers": 0}, {"launching": 2 * LAUNCH * 294 / 297}),
    ],
    ids=" ".join,
)
def test_what_else_changes_changes_these_terms_only(said: dict[str, float], changed: dict[str, float]) -> None:
    expected = step_seconds(WORK, C)._asdict() | changed
    if "launching" in changed and "prompts" not in changed:
        # reading a prompt launches kernels too
        expected["prompts"] += 6 * 0.7 / 100 * 1.4 * (changed["launching"] / 2 - LAUNCH)
    assert step_seconds(WORK._replace(**said), C)._asdict() == about(expected)


def test_one_stage_waits_for_nobody() -> None:
    one, two = step_seconds(WORK._replace(stages=1), C), step_seconds(WORK, C)
    assert two[:-1] == about(tuple(2 * term for term in one[:-1]))
    # the stages read the prompts of others at the same time
    assert two.prompts == one.prompts


def test_a_card_of_one_terabyte_a_second_is_what_launches_are_quoted_for() -> None:
    assert launching(WORK._replace(s_per_byte=1e-12), C) == about(297 * US * 1.5)


def test_the_first_token() -> None:
    factors = FirstTokenFactors(launch=20.0, prompt=3.0)
    alone = 2 * (LAUNCH + 2 * 10 * 4 * US * 3 + 5 * 6 * US * 1.5 + 120 * US + 1.25e-3 + 0.325e-3)
    assert first_token_seconds(WORK, C, factors) == about(2 * (20 * LAUNCH + 3 * PROMPT) + alone)
    assert first_token_seconds(WORK, C, factors, 4.0) == about(2 * (20 * LAUNCH + 3 * 4 * PROMPT) + alone)
    assert first_token_seconds(WORK, C, FirstTokenFactors(0.0, 0.0)) == about(alone)


def test_arrays_go_through_the_same_formula() -> None:
    probed = hardware(
        memory={"capacity_gb": 80, "bandwidth_gb_s": 2000, "measured_bandwidth_gb_s": 1800},
        measured_compute={"square_matmul_fp16_tflops": 200},
    )
    plans = [
        plan(build.LLAMA_8B, cards(1)),
        plan(build.LLAMA_8B, cards(1, probed), engine=engine("native", scheduling="prefill-first")),
        plan(build.QWEN_235B, cards(8, tp=4, pp=2), FP8),
        plan(build.DEEPSEEK_R1, cards(16, tp=8, dp=8, ep=8), FP8, draft_tokens=2),
        plan(build.QWEN_397B, cards(8, hardware(peak={}, scale_up={}))),
        plan(build.V4_FLASH, cards(4), FP8),
    ]
    rows = [
        here.work(sequences, context, context, 128.0, serving)
        for here in plans
        for sequences, context, serving in ((1.0, 10.0, False), (64.0, 3000.0, True))
    ]
    columns = Work(*cast(Any, np.array([WORK, *rows], dtype=np.float64).T))
    terms = step_seconds(columns, C)
    first = np.asarray(first_token_seconds(columns, C, FirstTokenFactors(20.0, 3.0)))
    for index, row in enumerate([WORK, *rows]):
        each = tuple(float(np.asarray(term)[index]) for term in terms)
        assert each == about(tuple(step_seconds(row, C)), rel=1e-12)
        assert float(first[index]) == about(first_token_seconds(row, C, FirstTokenFactors(20.0, 3.0)), rel=1e-12)
