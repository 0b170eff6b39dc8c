"""Fit what a first token takes beyond a prompt read in between, and how far that is off."""

from collections.abc import Sequence

import numpy as np

from kb.calibration.fit import Numbers, Prior, as_columns, cell_weights, robust_least_squares
from kb.calibration.left_out import SERVED, LeftOut, hardware
from kb.calibration.observed import Observation
from kb.estimate.step_time import Coefficients, FirstTokenFactors, first_token_seconds

# With few others in flight a request waits for nobody, and its first token shows what reading a prompt takes.
MOST_IN_FLIGHT = 4
PRIORS = (Prior(10.0, 2.0), Prior(1.5, 1.0))


def first_tokens(
    rows: Sequence[Observation], coefficients: Coefficients
) -> tuple[FirstTokenFactors, dict[str, LeftOut]]:
    """Return the factors fitted on all served rows, and left-out estimates by class, each hardware left out."""
    chosen = [
        row
        for row in rows
        if row.class_name in SERVED and row.first_token_ms is not None and row.in_flight <= MOST_IN_FLIGHT
    ]
    measured = np.array([(row.first_token_ms or 0.0) / 1e3 for row in chosen])
    estimated = np.zeros(len(chosen))
    cards = np.array([hardware(row) for row in chosen])
    for card in sorted(set(cards.tolist())):
        mine = np.flatnonzero(cards == card)
        seen = np.flatnonzero(cards != card)
        found = _fit([chosen[index] for index in seen], measured[seen], coefficients)
        estimated[mine] = _estimate([chosen[index] for index in mine], coefficients, found)
    whole = LeftOut("", "hardware", tuple(chosen), measured, estimated)
    parts = {}
    for name in SERVED:
        part = whole.only([row.class_name == name for row in chosen])
        parts[name] = LeftOut(name, part.held_out, part.rows, part.measured, part.estimated)
    return _fit(chosen, measured, coefficients), parts


def _fit(rows: Sequence[Observation], measured: Numbers, coefficients: Coefficients) -> FirstTokenFactors:
    def estimate(values: Numbers) -> Numbers:
        return _estimate(rows, coefficients, FirstTokenFactors(*values.tolist()))

    return FirstTokenFactors(*robust_least_squares(estimate, measured, cell_weights(rows), PRIORS))


def _estimate(rows: Sequence[Observation], coefficients: Coefficients, factors: FirstTokenFactors) -> Numbers:
    return np.asarray(first_token_seconds(as_columns(rows), coefficients, factors), dtype=np.float64)
