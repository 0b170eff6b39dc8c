"""Coefficients and errors that nobody fitted: round numbers, so that a step can be worked out on paper."""

from typing import Any

import pytest

from kb.estimate import expected, first_token
from kb.estimate.calibrated import Calibration, ClassError, calibration, read_calibration

COEFFICIENTS = {
    "launch_us": 10.0,
    "launch_moe_us": 20.0,
    "launch_shared_us": 5.0,
    "launch_latent_us": 7.0,
    "launch_linear_us": 3.0,
    "launch_speed": 0.5,
    "interpreted": 1.5,
    "collective_us": 4.0,
    "sequence_us": 6.0,
    "memory": 1.25,
    "probe": 1.1,
    "expert_memory": 1.2,
    "compute": 1.5,
    "link": 2.0,
    "prompt_compute": 1.6,
    "prompt_link": 1.3,
    "prompt_launch": 1.4,
    "together": 0.7,
}
WIDE = {
    "cards": [1.0, 1000.0],
    "sequences in flight": [1.0, 10_000.0],
    "tokens of context": [0.0, 1_000_000.0],
}


def class_error(**said: Any) -> dict[str, Any]:
    """Return the error of a class as the file has it: within everything, 0.8 to 1.5 of the estimated time."""
    usual: dict[str, Any] = {
        "scope": "made-up cards",
        "coefficients": "server",
        "held_out": "hardware",
        "rows": 1234,
        "cells": 12,
        "median": 0.1,
        "p90": 0.3,
        "bias": 0.01,
        "fast": 0.8,
        "slow": 1.5,
        "coverage": 0.81,
        "point": True,
        "domain": WIDE,
    }
    return usual | said


def raw(first: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    """Return a parameter file with one error for every class, and factors 20 and 2 for the first token."""
    uses = {error.coefficients for error in calibration().classes.values()}
    return {
        "rows": 99,
        "fingerprint": "0123456789abcdef",
        "coefficients": dict.fromkeys(uses, COEFFICIENTS),
        "classes": {name: class_error(**said) for name in calibration().classes},
        "first_token_factors": {"launch": 20.0, "prompt": 2.0},
        "first_token": {} if first is None else first,
    }


def use(patch: pytest.MonkeyPatch, first: dict[str, Any] | None = None, **said: Any) -> Calibration:
    """Estimate with these numbers for the rest of a test."""
    made = read_calibration(raw(first, **said))
    patch.setattr(expected, "calibration", lambda: made)
    patch.setattr(first_token, "calibration", lambda: made)
    return made


def one(**said: Any) -> ClassError:
    """Return the error of one class."""
    return next(iter(read_calibration(raw(None, **said)).classes.values()))
