"""What ``kb calibrate`` wrote: the coefficients of each kind of engine, and the error of each class of deployment."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from kb.estimate.step_time import Coefficients, FirstTokenFactors

FILE = "calibrated.json"
LEFT_OUT_FILE = "left_out.json"


@dataclass(frozen=True, slots=True)
class ClassError:
    """How far the estimate was off on rows of a class that the fit had not seen.

    ``fast`` and ``slow`` are measured over estimated time at the tenth and the ninetieth percentile, cells weighing
    alike; ``coverage`` is the share of left-out cells between them. ``domain`` holds the least and the most of what the
    rows had: cards, sequences in flight, tokens of context. ``coefficients`` names the set that the class is
    estimated with. ``median``, ``p90`` and ``bias`` are fractions of
    the measured time, rows weighing alike. ``point`` is False where records support a range only.
    """

    name: str
    scope: str
    coefficients: str
    held_out: str
    rows: int
    cells: int
    median: float
    p90: float
    bias: float
    fast: float
    slow: float
    coverage: float
    point: bool
    domain: dict[str, tuple[float, float]]

    def outside(self, cards: float, in_flight: float, context: float) -> tuple[str, ...]:
        """Return in words what lies outside of what the rows had."""
        said = []
        for name, number in (("cards", cards), ("sequences in flight", in_flight), ("tokens of context", context)):
            low, high = self.domain[name]
            if not low <= number <= high:
                said.append(f"{number:,.4g} {name}, measured were {low:,.4g} to {high:,.4g}")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Calibration:
    """All of it. ``rows`` and ``fingerprint`` tell on which data it was fitted."""

    coefficients: dict[str, Coefficients]
    classes: dict[str, ClassError]
    first_token: dict[str, ClassError]
    first_token_factors: FirstTokenFactors
    rows: int
    fingerprint: str


def read_calibration(raw: dict[str, Any]) -> Calibration:
    """Read the parsed parameter file."""
    return Calibration(
        {use: Coefficients(**values) for use, values in raw["coefficients"].items()},
        {name: _class_error(name, values) for name, values in raw["classes"].items()},
        {name: _class_error(name, values) for name, values in raw["first_token"].items()},
        FirstTokenFactors(**raw["first_token_factors"]),
        raw["rows"],
        raw["fingerprint"],
    )


def _class_error(name: str, values: dict[str, Any]) -> ClassError:
    domain = {quantity: (low, high) for quantity, (low, high) in values["domain"].items()}
    return ClassError(name=name, **(values | {"domain": domain}))


@cache
def calibration() -> Calibration:
    """Return the committed calibration."""
    text = resources.files("kb.estimate").joinpath(FILE).read_text(encoding="utf-8")
    return read_calibration(json.loads(text))


@cache
def left_out() -> dict[str, dict[str, Coefficients]]:
    """Return the coefficients of each set by the hardware that their fit has not seen.

    A measured case is judged by these: what was fitted on must not judge itself.
    """
    text = resources.files("kb.estimate").joinpath(LEFT_OUT_FILE).read_text(encoding="utf-8")
    return {
        name: {hardware: Coefficients(**values) for hardware, values in fits.items()}
        for name, fits in json.loads(text).items()
    }
