"""Each line of the sum can be redone by whoever reads it: its formula is read back here, and worked out again."""

import math
import re

import pytest

from kb.estimate import Load, Term, expected_decode
from kb.estimate.expected import Expected
from tests.estimate import build, made_up
from tests.estimate.build import FP8, cards, deployment, engine, hardware

STATIC, SERVED = Load(1024, 256, batch=16, static=True), Load(4096, 200, concurrency=24, serving=True)
PROBED = hardware(
    memory={"capacity_gb": 141, "bandwidth_gb_s": 4800, "measured_bandwidth_gb_s": 4100},
    peak={"bf16_tflops": 989, "fp8_tflops": 1979},
)
BIG = hardware(memory={"capacity_gb": 288, "bandwidth_gb_s": 8000, "on_chip_cache_mb": 40})
FOUND = {
    "dense": (deployment(build.LLAMA_70B, cards(4)), STATIC),
    "stages": (deployment(build.LLAMA_70B, cards(8, tp=4, pp=2)), SERVED),
    "experts": (deployment(build.QWEN_235B, cards(8, PROBED), weights=FP8), SERVED),
    "latent": (deployment(build.DEEPSEEK_R1, cards(8, BIG, tp=8, dp=8, ep=8), weights=FP8, draft_tokens=1), SERVED),
    "hybrid": (
        deployment(build.QWEN_397B, cards(8, BIG), engine=engine("native", scheduling="prefill-first")),
        SERVED,
    ),
    "no peak, no link": (deployment(build.LLAMA_8B, cards(2, hardware(peak={}, scale_up={}))), SERVED),
    "one": (deployment(build.LLAMA_8B, cards(1, hardware(scale_up={}))), Load(1000, 0, batch=1, static=True)),
}
# units of a formula, and how many milliseconds its result is
UNITS = {
    "launching kernels": 1e-3,
    "collective latency": 1e-3,
    "work per token": 1e-3,
    "exchanging activations": 1.0,
    "reading weights": 1e3,
    "reading context": 1e3,
    "prompts of other requests": 1.0,
}


def _worked_out(words: str) -> float:
    """Return what the figures of a formula make; what is no figure, sign or bracket is a word."""
    signs = re.sub(r" x (?=[\d(l])", " * ", words.replace("GB/s", "").replace(",", "").replace("^", "**"))
    figures = re.sub(r"log2|\d[\d.]*(?:e[+-]\d+)?|[a-zA-Z]\w*", lambda match: _unless_word(match.group()), signs)
    return float(eval(figures, {"log2": math.log2}))


def _unless_word(token: str) -> str:
    return token if token == "log2" or token[0].isdigit() else ""


def _redone(term: Term) -> float:
    reading, _, computing = term.formula.partition(", and ")
    if not computing:
        return _worked_out(reading) * UNITS[term.name]
    # the stages, which come last, multiply the root
    root, _, stages = computing.partition(": root of the sum of squares")
    milliseconds = float(root.removesuffix(" ms of computing"))
    times = float(re.findall(r"[\d.]+", stages)[0]) if stages else 1.0
    return float(((_worked_out(reading) * UNITS[term.name]) ** 2 + milliseconds**2) ** 0.5 * times)


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("fitted", [True, False])
def test_the_lines_make_the_time_per_token(name: str, fitted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _expected(name, fitted, monkeypatch)
    middle = 1 + 0.5 * found.plan.deployment.draft_tokens
    assert sum(term.value for term in found.terms) == pytest.approx(found.tpot_ms * middle)
    assert {term.unit for term in found.terms} == {"ms"}
    assert all(term.value > 0 for term in found.terms)


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("fitted", [True, False])
def test_each_line_can_be_redone(name: str, fitted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for term in _expected(name, fitted, monkeypatch).terms:
        if "unknown GB/s" not in term.formula:
            assert _redone(term) == pytest.approx(term.value, rel=2e-3), term


def _expected(name: str, fitted: bool, patch: pytest.MonkeyPatch) -> Expected:
    if not fitted:
        made_up.use(patch)
    return expected_decode(*FOUND[name])


def test_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {term.name: term.formula for term in _expected("stages", False, monkeypatch).terms}
    assert lines == {
        "launching kernels": "(40 layers x 10 us) x 1.5 for an interpreter x (1,000 / 2,000 GB/s)^0.5 x 2 stages",
        "collective latency": "2 x 40 layers x 4 us x log2(4) x 2 stages",
        "work per token": "12 tokens x 6 us x 1.5 for an interpreter x 2 stages",
        "exchanging activations": "23.59 MB per card x 2 / 300 GB/s x 2 stages",
        "reading weights": "17.38 GB per card / (2,000 GB/s nominal / 1.25), and 1.043 ms of computing: "
        "root of the sum of squares x 2 stages",
        "reading context": "2.062 GB per card / (2,000 GB/s nominal / 1.25), and 0.0825 ms of computing: "
        "root of the sum of squares x 2 stages",
        "prompts of other requests": "23 others / 200 steps x 424 ms per prompt",
    }


def test_what_is_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    experts = {term.name: term.formula for term in _expected("experts", False, monkeypatch).terms}
    assert experts["launching kernels"].startswith("(94 layers x 10 us + 94 with experts x 20 us) x 1.5")
    assert "(4,100 GB/s measured / 1.1)" in experts["reading weights"]
    latents = {term.name: term.formula for term in _expected("latent", False, monkeypatch).terms}
    assert "58 with shared ones x 5 us + 61 with latents x 7 us" in latents["launching kernels"]
    assert "interpreter" in latents["launching kernels"]
    hybrid = {term.name: term.formula for term in _expected("hybrid", False, monkeypatch).terms}
    assert "45 with a state x 3 us" in hybrid["launching kernels"]
    assert "interpreter" not in hybrid["launching kernels"] + hybrid["work per token"]
    assert hybrid["prompts of other requests"].endswith(" x 0.7 that fall together")


def test_what_is_nought_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [term.name for term in _expected("one", False, monkeypatch).terms]
    assert alone == ["launching kernels", "work per token", "reading weights", "reading context"]
    unlinked = [term.name for term in _expected("no peak, no link", False, monkeypatch).terms]
    assert "exchanging activations" not in unlinked
    assert "collective latency" in unlinked
