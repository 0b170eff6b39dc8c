"""The first token: both factors are found, from requests that wait for nobody, each card left out."""

from dataclasses import replace

import numpy as np
import pytest

from kb import Corpus
from kb.calibration.first_token import MOST_IN_FLIGHT, first_tokens
from kb.calibration.fit import as_columns
from kb.calibration.left_out import SERVED
from kb.calibration.observed import Observation
from kb.calibration.priors import SERVER
from kb.estimate.step_time import FirstTokenFactors, first_token_seconds
from tests.calibration.build import observations, plain, row, seen, served_rows

TRUE = FirstTokenFactors(launch=18.0, prompt=2.2)
SERVER_TRUE = plain(SERVER)


@pytest.fixture(scope="module")
def waits(corpus: Corpus) -> list[Observation]:
    """Runs whose first token comes when the formula says."""
    rows = [one for one in served_rows() if (one.in_flight or 0) <= MOST_IN_FLIGHT]
    found = []
    for one in [*rows, *(replace(one, input_tokens=16000.0, locator=f"{one.locator} long") for one in rows)]:
        work = seen(one, corpus).work
        found.append(seen(replace(one, ttft_ms=1e3 * first_token_seconds(work, SERVER_TRUE, TRUE)), corpus))
    return found


def test_known_factors_are_found(waits: list[Observation]) -> None:
    found, parts = first_tokens(waits, SERVER_TRUE)
    assert found.launch == pytest.approx(TRUE.launch, rel=0.02)
    assert found.prompt == pytest.approx(TRUE.prompt, rel=0.02)
    assert tuple(parts) == SERVED
    for name, part in parts.items():
        assert (part.class_name, part.held_out) == (name, "hardware")
        assert part.measured.tolist() == [(one.first_token_ms or 0) / 1e3 for one in part.rows]
        assert part.error.tolist() == pytest.approx([0.0] * len(part.rows), abs=0.03)
    assert sum(len(part.rows) for part in parts.values()) == len(waits)


def test_a_card_has_no_say_in_its_own_first_token(waits: list[Observation]) -> None:
    def estimates(rows: list[Observation]) -> dict[str | None, float]:
        parts = first_tokens(rows, SERVER_TRUE)[1].values()
        return {
            one.point.locator: estimate
            for part in parts
            for one, estimate in zip(part.rows, part.estimated.tolist(), strict=True)
        }

    def late(one: Observation) -> Observation:
        return replace(one, first_token_ms=3 * (one.first_token_ms or 0))

    mine = {one.point.locator for one in waits if one.hardware.id == "h100-sxm5-80gb"}
    before = estimates(waits)
    after = estimates([late(one) if one.point.locator in mine else one for one in waits])
    assert {locator for locator, estimate in before.items() if estimate == after[locator]} == mine


def test_only_served_requests_that_wait_for_nobody_tell(corpus: Corpus, waits: list[Observation]) -> None:
    odd = [
        row(ttft_ms=9e6, in_flight=MOST_IN_FLIGHT + 1.0),
        row(ttft_ms=9e6, hardware="mi300x"),
        row(ttft_ms=9e6, date="2024-05"),
        row(ttft_ms=9e6, engine="llama.cpp", quantization="gguf-f16"),
        row(),
    ]
    assert first_tokens([*waits, *observations(odd, corpus)], SERVER_TRUE)[0] == (first_tokens(waits, SERVER_TRUE)[0])


def test_a_class_without_first_tokens_has_no_rows(waits: list[Observation]) -> None:
    dense = [one for one in waits if one.model.moe is None]
    parts = first_tokens(dense, SERVER_TRUE)[1]
    assert (len(parts["served-dense"].rows), parts["served-moe"].rows) == (len(dense), ())


def test_one_card_alone_is_estimated_by_what_is_expected(waits: list[Observation]) -> None:
    mine = [one for one in waits if one.hardware.id == "h100-sxm5-80gb" and one.model.moe is None]
    part = first_tokens(mine, SERVER_TRUE)[1]["served-dense"]
    expected = first_token_seconds(as_columns(mine), SERVER_TRUE, FirstTokenFactors(10.0, 1.5))
    assert part.estimated.tolist() == pytest.approx(np.asarray(expected).tolist())
