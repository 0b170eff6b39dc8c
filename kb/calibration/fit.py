"""Fit the coefficients of the step time: a robust loss on the logarithm of the error, and weak priors.

A cell (hardware, model family, engine, format) weighs as the root of its rows, so that a long sweep of one deployment
does not drown the others. The priors, log-normal around plain physical values, are what keeps a coefficient sane that
few rows speak of, and what makes an unseen architecture work.
"""

from collections import Counter
from collections.abc import Callable, Sequence
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


@dataclass(frozen=True)
class Prior:
    """Where a coefficient is expected, and how far its logarithm may stray; no width: it is held fixed."""

    value: float
    width: float = 0.0


def as_columns(observations: Sequence[Observation]) -> Work:
    """Return the work of all rows as one array per field."""
    table = np.array([observation.work for observation in observations], dtype=np.float64)
    table = table.reshape(-1, len(Work._fields))
    return Work(*cast(Any, table.T))


def cell_weights(observations: Sequence[Observation]) -> Numbers:
    """Return one weight per row: 1 / sqrt(rows of its cell)."""
    counts = Counter(observation.cell for observation in observations)
    return np.array([counts[observation.cell] ** -0.5 for observation in observations])


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
    measured = np.array([observation.seconds for observation in observations])
    free = [name for name, prior in priors.items() if prior.width]

    def coefficients(values: Sequence[float]) -> Coefficients:
        fixed = {name: prior.value for name, prior in priors.items()}
        return Coefficients(**(fixed | dict(zip(free, values, strict=True))))

    found = robust_least_squares(
        lambda values: predict(work, coefficients(values.tolist())),
        measured,
        weights,
        [priors[name] for name in free],
    )
    return coefficients(found)


def robust_least_squares(
    model: Callable[[Numbers], Numbers], measured: Numbers, weights: Numbers, priors: Sequence[Prior]
) -> list[float]:
    """Fit the positive parameters of ``model`` to ``measured``, with the same loss and kind of priors as :func:`fit`.

    Args:
        model: parameters to estimates, one per row.
        measured: seconds, one per row.
        weights: one per row.
        priors: one per parameter, each with a width.
    """
    start = np.log([prior.value for prior in priors])
    widths = np.array([prior.width for prior in priors])

    def residuals(logs: Numbers) -> Numbers:
        error = np.abs(np.log(model(np.exp(logs))) - np.log(measured))
        return np.concatenate([_robust(error) * weights, PRIOR_WEIGHT * (logs - start) / widths])

    found: list[float] = np.exp(least_squares(residuals, start).x).tolist()
    return found


def _robust(error: Numbers) -> Numbers:
    """Return what is to be squared: the error, and beyond a bound the root of what grows linearly."""
    far = np.sqrt(np.maximum(2 * ROBUST_FROM * error - ROBUST_FROM**2, 0.0))
    return np.where(error < ROBUST_FROM, error, far)
