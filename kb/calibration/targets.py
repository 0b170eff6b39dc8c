"""What the estimate is meant to reach, and whether it does; a miss is printed as a miss."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.estimate.calibrated import ClassError

SERVED = "served on NVIDIA cards"
SINGLE = "one card, desktop runtime"


@dataclass(frozen=True)
class Target:
    """One aim: what is measured, what it should be at most (or lie between), what it is."""

    name: str
    aim: str
    reached: str
    met: bool


def targets(report: dict[str, Any], classes: Iterable[ClassError]) -> list[Target]:
    """Return every target with the figure of ``report``."""
    classes = list(classes)
    sglang = report["judged"]["SGLang report, Qwen3-235B on 8 cards"]["groups"]["all"]
    fit = report["judged"]["model-fit, steady decode"]["groups"]
    accused = report["innocence"]["innocents_accused"]
    coverages = {one.name: one.coverage for one in classes}
    ranged = [one for one in classes if not one.point]
    return [
        Target("measured rows called impossible, proven mislabels apart", "0", str(accused), accused == 0),
        _both("SGLang report, median and worst", sglang["median"], 0.12, sglang["worst"], 0.30),
        _one("model-fit, RTX 5080, median", fit["rtx-5080"]["median"], 0.06),
        _one("model-fit, M1 Ultra, median", fit["apple-m1-ultra"]["median"], 0.14),
        _error(report, "device left out", SINGLE, 0.10, 0.30),
        _one("one card, desktop runtime: median over devices", report["devices"]["median"], None),
        _error(report, "device left out", f"{SINGLE}, mixture of experts", 0.15, None),
        _error(report, "hardware left out", SERVED, 0.10, 0.32),
        _error(report, "architecture left out", SERVED, 0.13, 0.40),
        _error(report, "new hardware and new architecture", SERVED, 0.14, 0.35),
        Target(
            "the stated range holds 75 % to 88 % of left-out deployments, every class",
            "75 % to 88 %",
            f"{min(coverages.values()):.0%} to {max(coverages.values()):.0%}",
            all(0.75 <= value <= 0.88 for value in coverages.values()),
        ),
        Target(
            "other vendors, old software, disaggregated: a range and no point",
            "range",
            ", ".join(f"{one.name} {one.coverage:.0%}" for one in ranged),
            all(one.coverage >= 0.75 for one in ranged),
        ),
    ]


def _error(report: dict[str, Any], protocol: str, scope: str, median: float, p90: float | None) -> Target:
    line = next(line for line in report["errors"] if line["protocol"] == protocol and line["scope"] == scope)
    name = f"{scope}, {protocol}"
    if p90 is None:
        return _one(f"{name}, median", line["median"], median)
    return _both(f"{name}, median and P90", line["median"], median, line["p90"], p90)


def _both(name: str, first: float, first_aim: float, second: float, second_aim: float) -> Target:
    aim, reached = f"{first_aim:.0%} / {second_aim:.0%}", f"{first:.2%} / {second:.2%}"
    return Target(name, aim, reached, first <= first_aim and second <= second_aim)


def _one(name: str, value: float, aim: float | None) -> Target:
    return Target(name, "reported" if aim is None else f"{aim:.0%}", f"{value:.2%}", aim is None or value <= aim)
