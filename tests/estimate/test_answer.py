import dataclasses
import json
from typing import Any

import pytest

from kb.errors import BadRequest, UnknownName
from kb.estimate import EstimateRequest, estimate
from kb.records import Hardware, Record
from tests.estimate import build
from tests.estimate.build import BF16, FP8, hardware, quantization

KEYS = {
    "memory": {
        "weights_gb",
        "kv_cache_gb",
        "needed_gb",
        "per_card_gb",
        "capacity_gb",
        "fits",
        "cards_needed",
        "largest_batch",
        "largest_context",
    },
    "traffic": {"weights_gb_per_step", "kv_gb_per_step", "distinct_experts"},
    "ceiling": {"decode_tok_s", "bound_by", "absolute_decode_tok_s"},
    "expected": {"decode_tok_s", "low", "high", "basis", "tpot_ms", "class"},
    "first_token": {"ttft_ms", "low_ms", "high_ms", "basis"},
}


class Shelf:
    """Records by kind and id, as a corpus would find them."""

    def __init__(self, *records: Record) -> None:
        self._records = {(record.kind, record.id): record for record in records}

    def resolve(self, text: str, kind: str | None = None) -> Record:
        found = self._records.get((kind or "", text))
        if found is None:
            raise UnknownName(text, kind, [])
        return found


MODEL = build.model(
    **{
        key: value
        for key, value in build.LLAMA_70B.model_dump(exclude_none=True, exclude_defaults=True).items()
        if key not in ("kind", "name", "lab", "id")
    },
    id="llama",
    context_tokens=131072,
    native_quantization="bf16",
)
SHELF = Shelf(
    MODEL,
    build.DEEPSEEK_R1,
    build.model("closed"),
    hardware(),
    hardware("bare", memory={}, peak={}),
    Hardware.model_validate(hardware("from-elsewhere").model_dump(exclude_none=True) | {"vendor": "acme"}),
    BF16,
    FP8,
    quantization("with-kv", ("everything", "fp8", 8), kv_cache="fp8"),
    quantization("narrow", ("everything", "int8", 8)),
    quantization("mixture", ("attention", "fp8", 8), ("routed_experts", "fp4", 4.25)),
)


def _ask(**said: Any) -> dict[str, Any]:
    return estimate(EstimateRequest(**({"model": "llama", "hardware": "a-card"} | said)), SHELF)


def test_the_contract() -> None:
    answer = _ask(count=4, batch=8, input_tokens=1000, output_tokens=200, tp=4, id="mine")
    for part, keys in KEYS.items():
        assert keys == set(answer[part])
        assert None not in [answer[part][key] for key in keys - {"distinct_experts"}]
    assert answer["id"] == "mine"
    assert answer["inputs"]["quantization"] == "bf16"
    assert answer["memory"]["weights_gb"] == pytest.approx(141.1, abs=0.01)
    assert answer["memory"]["kv_cache_gb"] == pytest.approx(8 * 1200 * 327_680 / 1e9)
    assert answer["traffic"]["kv_gb_per_step"] == pytest.approx(8 * 1100 * 327_680 / 1e9)
    assert answer["traffic"]["distinct_experts"] is None
    assert answer["expected"]["low"] < answer["expected"]["decode_tok_s"] < answer["expected"]["high"]
    assert answer["expected"]["decode_tok_s"] < answer["ceiling"]["decode_tok_s"]
    assert {term["name"] for term in answer["terms"]} >= {
        "weights",
        "launching kernels",
        "attention weights",
        "context, full",
        "ceiling: time to read",
        "first token: reading prompts",
    }
    assert answer["expected"]["class"] == "served-dense"
    assert answer["expected"]["tpot_ms"] == pytest.approx(8 / answer["expected"]["decode_tok_s"] * 1e3)
    first = answer["first_token"]
    assert first["low_ms"] < first["ttft_ms"] < first["high_ms"]
    assert answer["memory"]["cards_needed"] == 2  # 141.1 GB and 3.1 GB of context / 78 GB
    assert answer["memory"]["largest_batch"] == int((4 * 78 - 141.107) * 1e9 / (1200 * 327_680))
    assert answer["memory"]["largest_context"] == int((4 * 78 - 141.10741) * 1e9 / 8 / 327_680)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_what_is_not_said_is_assumed_aloud() -> None:
    answer = _ask(count=4)
    assert answer["assumptions"][:5] == [
        "input of 1024 tokens",
        "output of 256 tokens",
        "weights as their publisher stores them: bf16",
        "context kept in bf16, and in 8 bits for the ceiling",
        "tensor parallelism over all 4 cards",
    ]
    said = _ask(count=4, tp=4, input_tokens=10, output_tokens=10, quantization="fp8", kv_cache="fp8")
    assert not [line for line in said["assumptions"] if line.startswith(("input", "output", "weights", "context"))]


def test_experts_and_speculation() -> None:
    answer = _ask(model="deepseek-r1", count=16, quantization="fp8", batch=32, speculative=1)
    assert answer["traffic"]["distinct_experts"] == pytest.approx(256 * (1 - (1 - 8 / 256) ** 64))
    assert any("drafted" in line for line in answer["assumptions"])


def test_a_quantization_may_say_how_context_is_kept() -> None:
    plain, narrow = _ask(count=4), _ask(count=4, kv_cache="with-kv")
    assert narrow["inputs"]["kv_cache"] == "fp8"
    assert narrow["memory"]["kv_cache_gb"] == plain["memory"]["kv_cache_gb"] / 2
    assert _ask(count=4, kv_cache="fp8")["memory"] == narrow["memory"]
    assert _ask(count=4, kv_cache="bf16")["memory"] == plain["memory"]
    assert _ask(count=4, kv_cache="narrow")["inputs"]["kv_cache"] == "int8"
    with pytest.raises(BadRequest, match="how it keeps the context"):
        _ask(kv_cache="mixture")


def test_missing_facts_leave_nulls_and_a_reason() -> None:
    answer = _ask(hardware="bare", count=4)
    assert answer["memory"]["weights_gb"] is None
    assert answer["traffic"]["weights_gb_per_step"] is not None
    assert answer["ceiling"] == {"decode_tok_s": None, "bound_by": None, "absolute_decode_tok_s": None}
    assert answer["expected"]["basis"] is None
    for part in ("memory", "expected", "first_token"):
        assert answer[part] == dict.fromkeys(KEYS[part])
    assert any("memory is not computed: the memory of bare" in line for line in answer["assumptions"])
    closed = _ask(model="closed", quantization="bf16")
    assert closed["memory"]["fits"] is None
    assert any("neither a total" in line for line in closed["assumptions"])
    unsaid = _ask(model="closed")
    assert any("no quantization is named" in line for line in unsaid["assumptions"])
    assert unsaid["inputs"]["quantization"] is None


def test_one_card_is_too_few() -> None:
    answer = _ask()
    assert answer["memory"]["fits"] is False
    assert answer["memory"]["cards_needed"] == 2
    assert answer["expected"]["decode_tok_s"] is None
    assert answer["expected"] == dict.fromkeys(KEYS["expected"])
    assert (answer["memory"]["largest_batch"], answer["memory"]["largest_context"]) == (0, 0)
    assert any("1 x a-card have no room for a sequence" in line for line in answer["assumptions"])


def test_where_records_support_a_range_only_there_is_no_middle() -> None:
    answer = _ask(hardware="from-elsewhere", count=4, batch=8, input_tokens=1000, output_tokens=200, tp=4)
    expected = answer["expected"]
    assert expected["class"] == "served-other-vendors"
    assert (expected["decode_tok_s"], expected["tpot_ms"]) == (None, None)
    assert 0 < expected["low"] < expected["high"]
    assert expected["basis"].startswith("range only (")
    # no row of this class tells how far off a first token is
    first = answer["first_token"]
    assert (first["low_ms"], first["high_ms"]) == (None, None)
    assert first["ttft_ms"] > 0
    assert first["basis"].endswith("no measured row of this class supports a range")


def test_the_sums_are_left_out_where_nobody_asks_for_them() -> None:
    said = {"model": "deepseek-r1", "hardware": "a-card", "count": 16, "quantization": "fp8"}
    request = EstimateRequest.from_mapping(said)
    short, long = (estimate(request, SHELF, explain=explain) for explain in (False, True))
    assert "terms" not in short
    assert long.pop("terms")
    assert short == long


def test_the_lines_of_an_answer_make_its_figures() -> None:
    answer = _ask(count=4, batch=8, input_tokens=1000, output_tokens=200, tp=4)
    values = {term["name"]: term["value"] for term in answer["terms"]}
    assert len(values) == len(answer["terms"])
    step = ["launching kernels", "collective latency", "work per token", "exchanging activations"]
    step += ["reading weights", "reading context"]
    assert sum(values[name] for name in step) == pytest.approx(answer["expected"]["tpot_ms"])
    first = sum(value for name, value in values.items() if name.startswith("first token"))
    assert first == pytest.approx(answer["first_token"]["ttft_ms"])
    assert values["context"] == answer["memory"]["kv_cache_gb"]
    assert values["context, full"] == pytest.approx(answer["traffic"]["kv_gb_per_step"])


def test_an_unbounded_figure_is_no_number() -> None:
    shelf = Shelf(build.SMOL_135M, BF16, hardware(memory={"capacity_gb": 80, "bandwidth_gb_s": 2000}))
    answer = estimate(EstimateRequest("smollm2-135m", "a-card", quantization="bf16"), shelf)
    assert answer["ceiling"]["absolute_decode_tok_s"] is None
    assert answer["ceiling"]["decode_tok_s"] > 0


@pytest.mark.parametrize("name", ["model", "hardware", "quantization", "kv_cache"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownName, match="no-such-thing"):
        _ask(**{name: "no-such-thing"})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"batch": 0}, "batch is 0; it should lie between 1 and"),
        ({"batch": -3}, "batch is -3"),
        ({"batch": 2.5}, "whole number"),
        ({"batch": True}, "whole number"),
        ({"batch": "many"}, "whole number, not 'many'"),
        ({"count": 0}, "count is 0"),
        ({"count": 10**9}, "count is 1,000,000,000"),
        ({"input_tokens": 10**12}, "input_tokens is 1,000,000,000,000"),
        ({"output_tokens": 0}, "output_tokens is 0"),
        ({"input_tokens": -1}, "input_tokens is -1"),
        ({"speculative": 1000}, "speculative is 1,000"),
        ({"tp": 16, "count": 8}, "tp x pp x dp is 16, but there are 8 cards"),
        ({"tp": 4, "pp": 2, "dp": 2, "count": 8}, "tp x pp x dp is 16"),
        ({"tp": 3, "count": 8}, "do not divide"),
        ({"ep": 16, "count": 8}, "ep is 16"),
        ({"ep": 3, "count": 8}, "ep is 3"),
        ({"input_tokens": 131_072, "output_tokens": 1}, "131,073 tokens of input and output are more than llama takes"),
        ({"model": " "}, "model should be a name"),
        ({"hardware": 7}, "hardware should be a name"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(said: dict[str, Any], why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        _ask(**said)


def test_the_lookup_must_keep_kinds_apart() -> None:
    class Wrong(Shelf):
        def resolve(self, text: str, kind: str | None = None) -> Record:
            return BF16

    with pytest.raises(BadRequest, match="is a quantization, not a model"):
        estimate(EstimateRequest("llama", "a-card"), Wrong())


def test_requests_from_json() -> None:
    plain = {"model": "llama", "hardware": "a-card", "batch": 4, "tp": None, "id": 7}
    request = EstimateRequest.from_mapping(plain)
    assert request == EstimateRequest("llama", "a-card", batch=4, id="7")
    assert {field.name for field in dataclasses.fields(request)} >= {"speculative", "kv_cache", "dp"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([], "JSON object"),
        ("text", "JSON object"),
        ({"model": "llama"}, "names a hardware"),
        ({"hardware": "a-card", "model": None}, "names a model"),
        ({"model": "llama", "hardware": "a-card", "gpus": 8}, "unknown entry 'gpus'"),
        ({"model": "llama", "hardware": "a-card", "id": [1]}, "id should be a name"),
        ({"model": "llama", "hardware": "a-card", "batch": "8"}, "whole number"),
    ],
)
def test_requests_that_are_none(data: Any, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        EstimateRequest.from_mapping(data)
