"""What fits where, on records whose sums a reader can redo: a card of 80 GB has 78 beside the workspace."""

import math
from collections.abc import Iterable
from typing import Any

import pytest

from kb.errors import UnknownName
from kb.estimate import (
    EstimateRequest,
    Fit,
    Formats,
    Load,
    cards_needed,
    estimate,
    expected_decode,
    fit,
    fit_hardware,
    fit_models,
)
from kb.estimate.fitting import HOST_CARDS, MOST_CARDS, ranked
from kb.estimate.peak import lacks
from kb.records import Hardware, Model, Quantization, Record
from tests.estimate import build
from tests.estimate.build import BF16, FP8, LLAMA_8B, LLAMA_70B, hardware, quantization

LOAD = Load(1024, 256, batch=1, static=True)
INT4 = quantization("awq-int4-g128", ("everything", "int4", 4.15625), activations="fp16")
NVFP4 = quantization("nvfp4-mlp", ("dense_mlp", "fp4", 4.5), activations="fp4", arithmetic="fp4")
NO_FP8 = hardware("old-card", formats={"fp8": "unsupported", "fp4": "unsupported", "int8": "supported"})
ALL = [
    BF16,
    INT4,
    NVFP4,
    *(
        quantization(name, ("everything", form, bits), **fields)
        for name, form, bits, fields in (
            ("fp16", "fp16", 16, {"arithmetic": "fp16"}),
            ("fp8-per-tensor", "fp8", 8, {"arithmetic": "fp8"}),
            ("fp8-block-128", "fp8", 8.002, {"arithmetic": "fp8"}),
            ("int8", "int8", 8, {"arithmetic": "int8"}),
            ("nvfp4-experts", "fp4", 4.5, {"arithmetic": "fp4"}),
            ("gguf-q4-k-m", "mixed", 4.8944, {}),
            ("mlx-4bit-g64", "int4", 4.5, {}),
        )
    ),
]


def _named(*named: Quantization) -> Formats:
    return Formats((), named)


def _one(model: Model, card: Hardware, stored: Quantization, load: Load = LOAD, count: int | None = None) -> Fit:
    (row,) = fit((model,), (card,), _named(stored), (load,), count)
    return row


def _ids(formats: Iterable[Quantization]) -> list[str]:
    return [stored.id for stored in formats]


def _with(model: Model, **fields: Any) -> Model:
    return model.model_copy(update=fields)


class TestCards:
    """As few cards as hold it."""

    def test_what_fits_one_card(self) -> None:
        row = _one(LLAMA_8B, hardware(), BF16)
        assert (row.outcome, row.count) == ("fits", 1)
        assert row.memory is not None
        # 8.03 billion parameters of two bytes, 1,280 tokens of 128 KiB, and 2 GB of workspace.
        assert row.memory.per_card_gb == pytest.approx(16.06 + 1280 * 131072 / 1e9 + 2, abs=0.01)
        assert row.memory.fits

    @pytest.mark.parametrize(
        ("stored", "batch", "cards"),
        [
            (BF16, 1, 2),  # 141.1 GB
            (FP8, 1, 1),  # 70.6 GB and 0.4 of context
            (FP8, 64, 2),  # 70.6 + 64 x 0.42
            (BF16, 256, 4),  # 141.1 + 107.4 = 248.5 GB need 3.2 cards, so four
            (BF16, 1024, 8),  # 141.1 + 429.5 = 570.6 GB need 7.3
        ],
    )
    def test_the_number_is_a_power_of_two(self, stored: Quantization, batch: int, cards: int) -> None:
        row = _one(LLAMA_70B, hardware(), stored, Load(1024, 256, batch=batch, static=True))
        assert (row.outcome, row.count) == ("fits", cards)

    def test_copies_of_the_context_take_more_cards_than_the_sum_says(self) -> None:
        # One head of keys and values, so each rank keeps all of the context: 68 GB of weights and 58 of context make
        # two cards' worth, but 34 + 58 are too much for each of two, and 17 + 58 are not for each of four.
        model = build.dense("one-head", 80, 8192, 64, 1, 128, 28672, 128256)
        row = _one(model, hardware(), FP8, Load(1024, 256, batch=1110, static=True))
        assert (row.outcome, row.count) == ("fits", 4)
        assert row.memory is not None
        assert cards_needed(row.memory.plan, row.load) == 2

    def test_a_number_that_is_asked_for_is_not_rounded(self) -> None:
        assert _one(LLAMA_8B, hardware(), BF16, count=3).count == 3

    def test_too_few_cards(self) -> None:
        row = _one(LLAMA_70B, hardware(), BF16, count=1)
        assert (row.outcome, row.count, row.expected) == ("too-large", 1, None)
        assert row.because == "each card must hold 143.5 GB and has 80"
        assert row.memory is not None
        assert row.ceiling is not None

    def test_no_number_of_cards_holds_it(self) -> None:
        row = _one(build.KIMI_K2, hardware("tiny", memory={"capacity_gb": 2.5, "bandwidth_gb_s": 100}), BF16)
        assert (row.outcome, row.count, row.memory, row.ceiling) == ("too-large", None, None, None)
        assert row.because == f"one copy does not fit into {MOST_CARDS:,} cards"

    def test_more_cards_than_one_domain_are_said(self) -> None:
        linked = hardware("linked", scale_up={"per_direction_gb_s": 300, "domain": 2})
        assert _one(LLAMA_70B, linked, BF16).beyond_domain is False
        row = _one(LLAMA_70B, linked, BF16, count=4)
        assert (row.domain, row.beyond_domain) == (2, True)
        alone = _one(LLAMA_70B, hardware(), BF16, count=2 * HOST_CARDS)
        assert (alone.domain, alone.beyond_domain) == (None, True)


class TestSpeed:
    """The figures are those of an estimate."""

    def test_they_are_those_of_kb_estimate(self) -> None:
        row = _one(LLAMA_70B, hardware(), FP8, Load(1024, 256, batch=8, static=True))
        assert row.expected is not None
        deployment = row.expected.plan.deployment
        assert row.tok_s == expected_decode(deployment, row.load).tok_s
        assert row.ceiling is not None
        records: dict[str, Record] = {"llama-3.3-70b": LLAMA_70B, "a-card": hardware(), "fp8": FP8}

        class Lookup:
            def resolve(self, text: str, kind: str | None = None) -> Record:
                if text not in records:
                    raise UnknownName(text, kind, [])
                return records[text]

        answer = estimate(EstimateRequest("llama-3.3-70b", "a-card", 1, "fp8", batch=8), Lookup())
        assert answer["expected"]["low"] == row.expected.low
        assert answer["ceiling"]["decode_tok_s"] == row.ceiling.tok_s

    def test_per_card(self) -> None:
        row = _one(LLAMA_70B, hardware(), BF16)
        assert row.tok_s is not None
        assert row.tok_s_per_card == row.tok_s / 2

    def test_a_missing_bandwidth_leaves_the_speed_open_and_is_named(self) -> None:
        row = _one(LLAMA_8B, hardware("slow", memory={"capacity_gb": 80}), BF16)
        assert (row.outcome, row.count, row.expected) == ("fits", 1, None)
        assert (row.tok_s, row.tok_s_per_card, row.ceiling) == (None, None, None)
        assert row.fact == "hardware slow memory.bandwidth_gb_s"
        assert row.because == "the memory bandwidth of slow is not recorded"


class TestNotJudged:
    """What keeps a row from being judged is in the row."""

    def test_a_missing_capacity(self) -> None:
        row = _one(LLAMA_8B, hardware("unknown", memory={"bandwidth_gb_s": 2000}), BF16)
        assert (row.outcome, row.count) == ("not-checkable", None)
        assert row.fact == "hardware unknown memory.capacity_gb"

    def test_missing_parameters(self) -> None:
        row = _one(build.model("closed"), hardware(), BF16, count=4)
        assert (row.outcome, row.count) == ("not-checkable", 4)
        assert row.fact == "model closed parameters.total"

    def test_a_format_that_the_card_lacks(self) -> None:
        row = _one(LLAMA_8B, NO_FP8, FP8)
        assert row.outcome == "format-lacking"
        assert row.because == "fp8 computes in fp8, which old-card does not support"

    def test_a_context_longer_than_the_model_takes(self) -> None:
        short = _with(LLAMA_8B, context_tokens=build.model(context_tokens=1000).context_tokens)
        row = _one(short, hardware(), BF16)
        assert row.outcome == "context-too-short"
        assert row.because == "1,280 tokens of input and output are more than llama-3.1-8b takes: 1,000"
        assert _one(short, hardware(), BF16, Load(batch=1, static=True)).outcome == "fits"

    def test_no_format_at_all(self) -> None:
        rows = list(fit((LLAMA_8B,), (hardware(),), Formats(()), (LOAD, LOAD)))
        assert [row.outcome for row in rows] == ["not-checkable", "not-checkable"]
        assert rows[0].quantization is None
        assert rows[0].fact == "model llama-3.1-8b native_quantization"

    def test_every_combination_is_a_row(self) -> None:
        cards = (hardware(), NO_FP8, hardware("unknown", memory={}))
        rows = list(fit((LLAMA_8B, LLAMA_70B, build.model("closed")), cards, _named(BF16, FP8), (LOAD, LOAD)))
        assert len(rows) == 3 * 3 * 2 * 2


class TestFormats:
    """Which formats are tried."""

    @pytest.mark.parametrize(
        ("form", "peak", "lacking"),
        [("unsupported", {}, True), ("supported", {}, False), (None, {}, False), ("unsupported", {"fp8": 1}, False)],
    )
    def test_the_rule_of_the_check(self, form: str | None, peak: dict[str, int], lacking: bool) -> None:
        said = {} if form is None else {"fp8": form}
        card = hardware(formats=said, peak={f"{name}_tflops": rate for name, rate in peak.items()})
        assert lacks(card, "fp8") is lacking
        assert lacks(card, None) is False

    def test_named_ones_are_tried_once_each_and_as_they_are(self) -> None:
        assert _ids(_named(FP8, FP8, INT4).of(LLAMA_8B, NO_FP8)) == ["fp8", "awq-int4-g128"]

    @pytest.mark.parametrize(
        ("native", "card", "formats"),
        [
            ("bf16", hardware(), "bf16 fp8-per-tensor nvfp4-mlp awq-int4-g128"),
            ("bf16", NO_FP8, "bf16 int8 awq-int4-g128"),
            (None, hardware(), "bf16 fp8-per-tensor nvfp4-mlp awq-int4-g128"),
            ("fp8-per-tensor", hardware(), "fp8-per-tensor nvfp4-mlp awq-int4-g128"),
            # Weights that the card cannot compute with are widened.
            ("fp8-per-tensor", NO_FP8, "fp8-per-tensor bf16 awq-int4-g128"),
            ("nvfp4-mlp", hardware(), "nvfp4-mlp"),
            (
                "bf16",
                hardware(formats={"bf16": "unsupported"}, peak={"fp16_tflops": 100}),
                "bf16 fp16 fp8-per-tensor nvfp4-mlp awq-int4-g128",
            ),
            ("bf16", hardware(formats={"fp8": "unsupported", "int8": "unsupported"}), "bf16 nvfp4-mlp awq-int4-g128"),
            ("bf16", hardware(vendor="apple", scale_up={}), "bf16 fp8-per-tensor mlx-4bit-g64 gguf-q4-k-m"),
            ("bf16", hardware(vendor="amd", scale_up={}), "bf16 fp8-per-tensor awq-int4-g128 gguf-q4-k-m"),
        ],
    )
    def test_the_usual_ones(self, native: str | None, card: Hardware, formats: str) -> None:
        model = _with(LLAMA_8B, native_quantization=native)
        assert _ids(Formats(ALL).of(model, card)) == formats.split()

    def test_a_mixture_of_experts_has_its_own(self) -> None:
        found = Formats(ALL).of(build.MIXTRAL, hardware())
        assert _ids(found) == ["bf16", "fp8-block-128", "nvfp4-experts", "awq-int4-g128"]

    def test_those_that_the_base_lacks_are_passed_over(self) -> None:
        assert _ids(Formats([BF16]).of(LLAMA_8B, hardware())) == ["bf16"]


class TestOrder:
    """The best first."""

    CARDS = (
        hardware("fast", memory={"capacity_gb": 80, "bandwidth_gb_s": 4000}),
        hardware("wide", memory={"capacity_gb": 200, "bandwidth_gb_s": 1000}),
        hardware("dark", memory={"capacity_gb": 80}),
        hardware("alone", scale_up={"per_direction_gb_s": 300, "domain": 1}),
        hardware("unknown", memory={}),
    )

    def test_by_speed(self) -> None:
        rows = ranked(fit_hardware(LLAMA_70B, self.CARDS, _named(BF16), LOAD))
        # One that needs more than its domain comes after all others, one of unknown speed after its like.
        assert [row.hardware.id for row in rows] == ["fast", "wide", "dark", "alone"]

    def test_by_speed_per_card(self) -> None:
        rows = ranked(fit_hardware(LLAMA_70B, self.CARDS, _named(BF16), LOAD), "per-card")
        rates = [row.tok_s_per_card or 0.0 for row in rows if not row.beyond_domain]
        assert rates == sorted(rates, reverse=True)

    def test_by_cards(self) -> None:
        rows = ranked(fit_hardware(LLAMA_70B, self.CARDS, _named(BF16), LOAD), "cards")
        assert [(row.hardware.id, row.count) for row in rows] == [("wide", 1), ("fast", 2), ("dark", 2), ("alone", 2)]

    def test_models_on_one_card(self) -> None:
        rows = ranked(fit_models(hardware(), (LLAMA_70B, LLAMA_8B), _named(FP8), LOAD, 1))
        assert [row.model.id for row in rows] == ["llama-3.1-8b", "llama-3.3-70b"]
        assert all(math.isfinite(row.tok_s or math.inf) for row in rows)
