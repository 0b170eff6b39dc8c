"""The coefficients of the expected range, with where they come from and how far they are off."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Served:
    """Coefficients of served inference; microseconds where the name says so, else factors."""

    launch_us_per_layer: float
    launch_us_per_moe_layer: float
    interpreted_engine_factor: float
    collective_us: float
    sequence_us: float
    bandwidth_factor: float
    link_factor: float
    prefill_interference: float
    compute_factor: float
    prefill_utilisation: float


@dataclass(frozen=True)
class Single:
    """Coefficients of one device that decodes one sequence."""

    bandwidth_factor: float
    moe_surcharge: float
    launch_us_per_layer: float


@dataclass(frozen=True)
class PublishedError:
    """Error of step time on groups that were left out of the fit, as fractions of the measured time."""

    median: float
    p90: float
    held_out: str
    scope: str
    vendors: tuple[str, ...]

    def covers(self, vendor: str) -> bool:
        """Tell whether rows of this vendor's cards were among those fitted; an empty list stands for any vendor."""
        return not self.vendors or vendor in self.vendors


@dataclass(frozen=True)
class Coefficients:
    """All of them. ``outside`` is how much slower than predicted a run outside the calibrated cards has been."""

    served: Served
    single: Single
    errors: dict[str, PublishedError]
    outside: float
    provenance: str


@cache
def coefficients() -> Coefficients:
    """Read the committed coefficients."""
    text = resources.files("kb.estimate").joinpath("coefficients.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return Coefficients(
        Served(**raw["served"]),
        Single(**raw["single"]),
        {name: _error(**error) for name, error in raw["errors"].items()},
        raw["outside"]["slower_by"],
        raw["provenance"],
    )


def _error(median: float, p90: float, held_out: str, scope: str, vendors: list[str]) -> PublishedError:
    return PublishedError(median, p90, held_out, scope, tuple(vendors))
