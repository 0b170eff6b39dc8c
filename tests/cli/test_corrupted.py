"""A corrupted copy of a real record: exit 1, the right file and line, a hint, never a traceback."""

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.corpus import open_corpus
from tests.cli.conftest import Command

H100 = "data/hardware/nvidia/h100-sxm5-80gb.yaml"
CASE = "data/cases/2026/case-dsv4-flash-h100x8-vllm-fp8-001.yaml"
A100 = "data/cases/2026/case-llama33-a100x8-vllm-001.yaml"
SWEEP = "data/cases/2025/case-qwen3-235b-fp8-h200x8-sglang-001.yaml"
MODEL = "data/models/deepseek/deepseek-r1.yaml"
SERVER = "data/servers/nvidia-dgx-a100.yaml"
LINK = "data/interconnects/nvlink-4.yaml"
ENGINE = "data/engines/vllm.yaml"
FORMAT = "data/quantizations/mxfp4.yaml"
CLAIM = "data/claims/claim-gonka-poc-v2-change-a100-pcie-40gb.yaml"
SOURCE = "data/sources/21ic-mlu290-2021.yaml"


@dataclass(frozen=True)
class Slip:
    """In ``file`` the first ``old`` becomes ``new``; the check ``name`` finds it, at that line if ``here``."""

    what: str
    file: str
    old: str
    new: str
    name: str
    here: bool = True


SLIPS = [
    Slip("negative", CASE, "decode_tok_s: 4200", "decode_tok_s: -4200", "invalid-value"),
    Slip("zero cards", CASE, "count: 8", "count: 0", "invalid-value"),
    Slip("x1000", CASE, "decode_tok_s: 4200", "decode_tok_s: 4200000", "decode-above-ceiling"),
    Slip("x8", CASE, "tpot_ms:\n        p50: 14\n", "tpot_ms:\n        p50: 0.014\n", "tpot-below-floor", here=False),
    Slip(
        "percentiles swapped",
        CASE,
        "p50: 220\n        p99: 350",
        "p50: 350\n        p99: 220",
        "percentile-order",
        here=False,
    ),
    Slip("unknown model", CASE, "model: deepseek-v4-flash", "model: deepseek-v4-flsh", "unknown-reference"),
    Slip("unknown card", CASE, "hardware: h100-sxm5-80gb", "hardware: h1000", "unknown-reference"),
    Slip("unknown engine", CASE, "id: vllm", "id: vlllm", "unknown-reference"),
    Slip("unknown field", CASE, "  driver: CUDA", "  drivver: CUDA", "unknown-field"),
    Slip(
        "missing field", CASE, "title: DeepSeek V4 Flash on 8×H100 SXM with vLLM FP8\n", "", "missing-field", here=False
    ),
    Slip("future date", CASE, 'submitted: "2026-04-28"', 'submitted: "2099-04-28"', "future-date"),
    Slip("impossible date", CASE, 'submitted: "2026-04-28"', 'submitted: "2026-02-30"', "invalid-date"),
    Slip(
        "javascript:",
        CASE,
        "url: https://api-docs.deepseek.com/news/news260424",
        "url: javascript:alert(1)",
        "invalid-url",
    ),
    Slip("file:", CASE, "url: https://api-docs.deepseek.com/news/news260424", "url: file:///etc/passwd", "invalid-url"),
    Slip(
        "placeholder",
        CASE,
        "https://api-docs.deepseek.com/news/news260424",
        "https://example.com/todo",
        "placeholder-url",
    ),
    Slip(
        "evidence undefined",
        CASE,
        "default_evidence: ev-case-dsv4f-001",
        "default_evidence: ev-nothing",
        "evidence-missing",
    ),
    Slip("evidence twice", H100, "  - id: ev-llm-calc", "  - id: ev-aiconfigurator", "evidence-id-twice"),
    Slip("cards and parallelism", CASE, "tp: 8", "tp: 16", "card-count-mismatch", here=False),
    Slip("power", CASE, "power_per_card_w: 640", "power_per_card_w: 6400", "unit-slip"),
    Slip(
        "fp8 without it",
        A100,
        "quantization: bf16",
        "quantization: fp8-e4m3",
        "quantization-unsupported-by-hardware",
        False,
    ),
    Slip("no number", CASE, "decode_tok_s: 4200", "decode_tok_s: fast", "invalid-value"),
    Slip("null", CASE, "decode_tok_s: 4200", "decode_tok_s: null", "null-value"),
    Slip("NaN", CASE, "decode_tok_s: 4200", "decode_tok_s: .nan", "invalid-value"),
    Slip("cases: percentage", CASE, "compute_pct: 55", "compute_pct: -5", "invalid-value"),
    Slip("kind", CASE, "kind: case", "kind: cas", "unknown-kind"),
    Slip(
        "key twice",
        CASE,
        "  model: deepseek-v4-flash\n",
        "  model: deepseek-v4-flash\n  model: deepseek-r1\n",
        "duplicate-key",
        False,
    ),
    Slip("tab", CASE, "  model: deepseek-v4-flash", "\tmodel: deepseek-v4-flash", "tab-character"),
    Slip("anchor", CASE, "model: deepseek-v4-flash", "model: &x deepseek-v4-flash", "yaml-feature-refused"),
    Slip("sweep: negative", SWEEP, "decode_tok_s: 81.99", "decode_tok_s: -81.99", "invalid-value"),
    Slip("sweep: x1000", SWEEP, "decode_tok_s: 81.99", "decode_tok_s: 81990", "decode-above-ceiling"),
    Slip("hardware: negative", H100, "value: 3350", "value: -3350", "invalid-value"),
    Slip("hardware: unknown field", H100, "form_factor: SXM5", "form_facter: SXM5", "unknown-field"),
    Slip("hardware: evidence", H100, "- ev-aiconfigurator", "- ev-nothing", "evidence-missing"),
    Slip("hardware: date", H100, 'released: "2022"', 'released: "2022-13"', "invalid-date"),
    Slip("model: missing lab", MODEL, "lab: deepseek\n", "", "missing-field", here=False),
    Slip("model: unknown field", MODEL, "lab: deepseek", "labb: deepseek", "unknown-field"),
    Slip("server: unknown card", SERVER, "- a100-sxm4-80gb", "- a100-sxm4-80gbx", "unknown-reference"),
    Slip("server: negative", SERVER, "value: 8", "value: -8", "invalid-value"),
    Slip("interconnect: unknown field", LINK, "vendor: nvidia", "vendr: nvidia", "unknown-field"),
    Slip("engine: unknown field", ENGINE, "name:", "nam:", "unknown-field"),
    Slip("quantization: bits", FORMAT, "bits_per_weight: 4.25", "bits_per_weight: -4.25", "invalid-value"),
    Slip("claim: unknown card", CLAIM, "hardware: a100-pcie-40gb", "hardware: a100-pcie-40bg", "unknown-reference"),
    Slip("claim: form", CLAIM, "form: change", "form: chnage", "invalid-value"),
    Slip("source: scheme", SOURCE, "url: https://", "url: javascript://", "invalid-url"),
    Slip("source: date", SOURCE, 'date: "2021"', 'date: "2021-02-31"', "invalid-date"),
]


@pytest.fixture(scope="module", autouse=True)
def _records_are_read_once() -> Iterator[None]:
    """Every command reads the same records; what differs is the copy that it is handed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.cli.checking.open_corpus", functools.cache(open_corpus))
        yield


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.what)
def test_a_corrupted_copy_is_found_out(kb: Command, sample_root: Path, tmp_path: Path, slip: Slip) -> None:
    text = (sample_root / slip.file).read_text(encoding="utf-8")
    assert slip.old in text, "the record has changed; take another line of it"
    copy = tmp_path / Path(slip.file).name
    copy.write_text(text.replace(slip.old, slip.new, 1), encoding="utf-8")
    done = kb("check", str(copy), "--format", "json")
    assert done.code == 1
    report = json.loads(done.out)
    assert report["checked"] == 1
    found = [f for f in report["findings"] if f["name"] == slip.name]
    assert found, {f["name"] for f in report["findings"]}
    changed = text[: text.index(slip.old)].count("\n") + 1
    for finding in found:
        assert finding["file"] == str(copy)
        assert finding["hint"]
        assert 1 <= finding["line"] <= text.count("\n") + 2
    if slip.here:
        assert changed in {finding["line"] for finding in found}
