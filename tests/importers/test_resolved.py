from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.corpus import Corpus
from kb.importers import Difference
from kb.importers.evokernel import read

Write = Callable[[Any], Path]
Differences = Callable[[str, Any], tuple[Difference, ...]]


def test_each_fact_that_differs_is_reported_and_no_other(library: Corpus, fixture_file: Path) -> None:
    found = [(d.kind, d.field, d.theirs, d.ours, d.tier, d.disputed) for d in read(fixture_file, library).differences]
    assert found == [
        ("hardware", "compute.bf16_tflops", "320", "313", "official", False),
        ("hardware", "memory.capacity_gb", "64", "32", "official", True),
        ("model", "architecture.moe.shared_experts", "0", "1", None, False),
        ("model", "weight_format", "bf16", "fp8-block-128", None, False),
        ("quantization", "lossless", "False", "True", None, False),
        ("server", "card", "ascend-910b", "ascend-910c", None, False),
    ]


@pytest.fixture
def differences_of(export: Any, written: Write, library: Corpus) -> Differences:
    """Set one field of the first item's joined records; return the differences that are then found."""

    def change(path: str, value: Any) -> tuple[Difference, ...]:
        record = export["items"][0]["resolved"]
        *steps, last = path.split(".")
        for step in steps:
            record = record[step]
        record[last] = value
        return read(written(export), library).differences

    return change


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("model.architecture.total_params_b", 684, ("684", "671.026", True)),
        ("model.architecture.total_params_b", 671.03, None),
        ("model.architecture.total_params_b", 671.1, ("671.1", "671.026", False)),
        ("model.architecture.total_params_b", "many", ("many", "671.026", False)),
        ("model.architecture.active_params_b", 36, ("36", "38.5523, 37", False)),
        ("model.architecture.attention_type", "GQA", ("GQA", "latent", False)),
        ("model.architecture.attention_type", "csa+hca", None),
        ("model.architecture.num_attention_heads", 64, ("64", "128", False)),
        ("model.architecture.num_kv_heads", 8, None),
        (
            "model.hf_url",
            "https://huggingface.co/other/R1",
            ("https://huggingface.co/other/R1", "deepseek-ai/DeepSeek-R1", 0),
        ),
        ("model.release_date", "2025-01-21", ("2025-01-21", "2025-01-20", False)),
        ("model.architecture", None, None),
        ("hardware.release_year", 2024, ("2024", "2023", False)),
        ("hardware.memory.type", "HBM3", ("HBM3", "hbm2E", False)),
        ("hardware.power.tdp_w", 5, None),
        ("server.card", "unknown-card", ("unknown-card", "ascend-910c", False)),
        ("quantization.bits_per_weight", 8, ("8", "16", False)),
        ("quantization.lossless", 1, ("1", "True", False)),
    ],
)
def test_one_field(path: str, value: Any, expected: Any, differences_of: Differences) -> None:
    kind, _, field = path.partition(".")
    differences = differences_of(path, value)
    found = [(d.theirs, d.ours, d.disputed) for d in differences if (d.kind, d.field) == (kind, field)]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    "resolved", [None, [], "x", {"hardware": 5}, {"hardware": {"id": 7}}, {"hardware": {"id": "none"}}]
)
def test_a_join_that_is_no_join_is_nothing_to_compare(
    resolved: Any, export: Any, written: Write, library: Corpus
) -> None:
    export["items"] = export["items"][:1]
    export["items"][0]["resolved"] = resolved
    result = read(written(export), library)
    assert len(result.drafts) == 1
    assert result.differences == ()


@pytest.mark.parametrize(
    "evidence", [None, [5], [{"id": "ev-asc910b-001", "tier": 5}], [{"id": "other", "tier": "official"}]]
)
def test_a_tier_that_cannot_be_found_is_left_out(evidence: Any, differences_of: Differences) -> None:
    differences = differences_of("hardware.evidence", evidence)
    assert {d.tier for d in differences if d.kind == "hardware"} == {None}


def test_a_difference_is_told_once_with_all_its_cases(export: Any, written: Write, library: Corpus) -> None:
    export["items"][2]["resolved"] = export["items"][0]["resolved"]
    (card,) = [d for d in read(written(export), library).differences if d.field == "card"]
    assert card.cases == ("case-dsr1-asc910bx16-mindie-001", "case-qwencoder-l40sx4-vllm-001")


def test_the_sentence() -> None:
    difference = Difference("hardware", "a", "power.tdp_w", "400", "350", "official", True, ("case-a",))
    assert str(difference) == "hardware a: power.tdp_w is 400 there (official), 350 here; our record keeps both"
    assert str(Difference("model", "m", "layers", "1", "2")) == "model m: layers is 1 there, 2 here"


def test_without_a_corpus_there_is_nothing_to_compare_with(fixture_file: Path) -> None:
    assert read(fixture_file).differences == ()
