import math

import pytest

from kb.estimate import Load, expected_decode
from kb.estimate.first_token import FirstToken, first_token
from tests.estimate import build, made_up
from tests.estimate.build import cards, deployment

HERE = deployment(build.LLAMA_8B, cards(2, tp=2))
EMBEDDING = 128256 * 4096
READ = 8_030_261_248 - EMBEDDING
LAUNCH = 32 * 10e-6 * 1.5 * math.sqrt(1 / 2)
KNOWN = {"served-dense": made_up.class_error(fast=0.5, slow=3.0)}


def _prompt(tokens: float) -> float:
    """Return what one prompt takes on two cards: products, attention, sending, launching."""
    return (
        2 * (READ - EMBEDDING) * tokens / 2 / 300e12 * 1.6
        + 32 * 32 * 256 * tokens * tokens / 2 / 300e12 * 1.6
        + 2 * 32 * 4096 * 2 * 2 / 2 * tokens / 300e9 * 1.3
        + LAUNCH * 1.4
    )


def _step(sequences: float, context: float) -> float:
    """Return what one step takes, without prompts of others."""
    return (
        LAUNCH
        + 2 * 32 * 4e-6
        + 6e-6 * 1.5 * sequences
        + 2 * 32 * 4096 * 2 * 2 / 2 * sequences / 300e9 * 2.0
        + math.hypot(READ * 2 / 2 * 1.25 / 2000e9, 2 * READ * sequences / 2 * 1.5 / 300e12)
        + math.hypot(
            sequences * context * 131_072 / 2 * 1.25 / 2000e9,
            2 * 32 * 32 * 256 * context * sequences / 2 * 1.5 / 300e12,
        )
    )


def _of(load: Load) -> FirstToken:
    return first_token(expected_decode(HERE, load))


def test_a_request_that_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch, KNOWN)
    found = _of(Load(1024, 256, concurrency=8, serving=True))
    # a prompt that is not replayed takes 20 launches, and twice what a prompt in between takes
    launch, reading, step = 20 * LAUNCH, 2 * _prompt(1024), _step(8, 1152)
    assert found.seconds == pytest.approx(launch + reading + step)
    assert found.fast == pytest.approx(0.5 * found.seconds)
    assert found.slow == pytest.approx(3 * found.seconds)
    assert [(term.name, term.unit) for term in found.terms] == [
        ("first token: launching", "ms"),
        ("first token: reading prompts", "ms"),
        ("first token: one step", "ms"),
    ]
    assert [term.value for term in found.terms] == pytest.approx([launch * 1e3, reading * 1e3, step * 1e3])
    assert [term.formula for term in found.terms][:2] == ["launch of a step x 20, not replayed", "1 prompts x 2"]
    assert found.basis == (
        "made-up cards: the time to first token was missed by 10% in the median and by up to 30% in nine of ten of "
        "1,234 measured rows, each hardware left out of the fit"
    )


def test_in_a_static_batch_every_prompt_is_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch, KNOWN)
    found = _of(Load(1024, 256, batch=8, static=True))
    assert found.seconds == pytest.approx(20 * LAUNCH + 2 * 8 * _prompt(1024) + _step(8, 1152))
    assert found.terms[1].formula == "8 prompts x 2"
    # each of two replicas reads its own
    twice = first_token(
        expected_decode(deployment(build.LLAMA_8B, cards(4, tp=2)), Load(1024, 256, batch=16, static=True))
    )
    assert twice.seconds == pytest.approx(found.seconds)


def test_where_no_row_tells_a_prompt_takes_its_operations_and_there_is_no_range(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_up.use(monkeypatch)
    found = _of(Load(1024, 256, concurrency=8, serving=True))
    assert found.seconds == pytest.approx(_prompt(1024) + _step(8, 1152))
    assert (found.error, found.fast, found.slow) == (None, None, None)
    assert found.basis == "operations over peak or probe, and one step; no measured row of this class supports a range"
    assert sum(term.value for term in found.terms) == pytest.approx(found.seconds * 1e3)


def test_stages_read_a_prompt_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.use(monkeypatch, KNOWN)
    here = deployment(build.LLAMA_70B, cards(8, tp=4, pp=2))
    found = expected_decode(here, Load(1024, 256, concurrency=8, serving=True))
    first = first_token(found)
    assert sum(term.value for term in first.terms) == pytest.approx(first.seconds * 1e3)
    assert first.terms[0].value == pytest.approx(20 * found.seconds.launching * 1e3)
    assert first.terms[2].value == pytest.approx((sum(found.seconds) - found.seconds.prompts) * 1e3)
