"""The file of left-out ratios: a row for each that was left out, by cell, and the same text each time."""

import json
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.calibrate import by_class, calibrate
from kb.calibration.left_out import LeavingOut
from kb.calibration.ratios import DIGITS, ratios, ratios_text
from kb.calibration.tables import Sample
from kb.estimate.left_out_ratios import read_left_out_ratios
from tests.calibration.build import left_out, observations, row


@pytest.fixture(scope="module")
def content(small: Sample) -> dict[str, Any]:
    """The file of made-up runs."""
    return calibrate(small).ratios


def test_cells_by_hand(corpus: Corpus) -> None:
    cards = ("h200-sxm-141gb", "h100-sxm5-80gb", "h200-sxm-141gb")
    rows = observations((row(hardware=card, locator=f"{n}", in_flight=1.0 + n) for n, card in enumerate(cards)), corpus)
    part = left_out(rows, [2.0, 1.0, 1 / 3], "served-dense")
    shared = {"timed": "step", "class_name": "served-dense"}
    named = {"family": rows[0].family, "engine": "vllm", "format": "bf16"}
    assert ratios("f", {"step": {"served-dense": part}, "first_token": {}}) == {
        "fingerprint": "f",
        "cells": [
            {**shared, "hardware": "h100-sxm5-80gb", **named, "ratios": [1.0]},
            {**shared, "hardware": "h200-sxm-141gb", **named, "ratios": [0.33333, 2.0]},
        ],
    }


def test_every_left_out_row_is_there_once(content: dict[str, Any], small: Sample) -> None:
    read = read_left_out_ratios(json.loads(ratios_text(content)))
    assert read.fingerprint == small.fingerprint
    parts = by_class(LeavingOut(small))
    assert sum(len(cell.ratios) for cell in read.cells if cell.timed == "step") == len(small.observations)
    for name, part in parts.items():
        wanted = sorted(float(f"{ratio:.{DIGITS}g}") for ratio in (part.measured / part.estimated).tolist())
        assert list(read.of("step", name)) == wanted
    waits = [one for one in small.observations if one.first_token_ms is not None and one.in_flight <= 4]
    assert sum(len(cell.ratios) for cell in read.cells if cell.timed == "first_token") == len(waits)
    assert read.of("step", "no-such-class") == ()


def test_a_cell_is_a_line(content: dict[str, Any]) -> None:
    first, *lines, last = ratios_text(content).splitlines()
    assert (json.loads(f"{first}]}}")["fingerprint"], last) == (content["fingerprint"], "]}")
    assert [json.loads(line.rstrip(",")) for line in lines] == content["cells"]
    names = ("timed", "class_name", "hardware", "family", "engine", "format")
    assert len({tuple(cell[name] for name in names) for cell in content["cells"]}) == len(content["cells"])
    assert all(cell["ratios"] == sorted(cell["ratios"]) for cell in content["cells"])
