"""Fit the coefficients of the step time: a robust loss on the logarithm of the error, and weak priors.

A cell (hardware, model family, engine, format) weighs as the root of its rows, so that a long sweep of one deployment
does not drown the others. The priors, log-normal around plain physical values, are what keeps a coefficient sane that
few rows speak of, and what makes an unseen architecture work.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from kb.calibration.observed import Observation
from kb.estimate.step_time import Coefficients, step_seconds
from kb.estimate.work import Work

Numbers = NDArray[np.float64]
# Beyond this error (of the logarithm) a row pulls with constant force.
ROBUST_FROM = 0.15
PRIOR_WEIGHT = 0.3
CELL_POWER = -0.5


@dataclass(frozen=True)
class Prior:
    """Where a coefficient is expected, and how far its logarithm may stray; no width: it is held fixed."""

    value: float
    width: float = 0.0


def as_columns(observations: Sequence[Observation]) -> Work:
    """Return the work of all rows as one array per field."""
    table = np.array([observation.work for observation in observations], dtype=np.float64)
    return Work(*cast(Any, table.T))


def cell_weights(observations: Sequence[Observation]) -> Numbers:
    """Return one weight per row: 1 / sqrt(rows of its cell)."""
    counts = Counter(observation.cell for observation in observations)
    return np.array([counts[observation.cell] ** CELL_POWER for observation in observations])


def predict(work: Work, coefficients: Coefficients) -> Numbers:
    """Return the seconds per output token that the formula gives, one per row."""
    return cast(Numbers, sum(step_seconds(work, coefficients)))


def fit(observations: Sequence[Observation], priors: dict[str, Prior]) -> Coefficients:
    """Fit the coefficients that ``priors`` leave free.

    Args:
        observations: the rows to fit.
        priors: one per field of :class:`Coefficients`.
    """
    work, weights = as_columns(observations), cell_weights(observations)
    measured = np.log([observation.seconds for observation in observations])
    free = [name for name, prior in priors.items() if prior.width]
    start = np.log([priors[name].value for name in free])
    widths = np.array([priors[name].width for name in free])

    def coefficients(logs: Numbers) -> Coefficients:
        values = {name: prior.value for name, prior in priors.items()}
        return Coefficients(**(values | dict(zip(free, np.exp(logs).tolist(), strict=True))))

    def residuals(logs: Numbers) -> Numbers:
        error = np.abs(np.log(predict(work, coefficients(logs))) - measured)
        far = np.sqrt(np.maximum(2 * ROBUST_FROM * error - ROBUST_FROM**2, 0.0))
        robust = np.where(error < ROBUST_FROM, error, far)
        return np.concatenate([robust * weights, PRIOR_WEIGHT * (logs - start) / widths])

    return coefficients(least_squares(residuals, start).x)
