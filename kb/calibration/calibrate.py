"""Work out the parameter files: coefficients fitted on all rows, errors and ranges from rows left out."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kb.calibration.first_token import first_tokens
from kb.calibration.left_out import (
    DESKTOPS,
    SERVED,
    LeavingOut,
    LeftOut,
    family,
    fit_sets,
    hardware,
    new_cell,
    set_of,
)
from kb.calibration.observed import Observation
from kb.calibration.ranges import range_of
from kb.calibration.ratios import RATIOS, ratios, ratios_text
from kb.calibration.tables import Sample
from kb.estimate.calibrated import FILE, LEFT_OUT_FILE

TARGET = Path("kb") / "estimate" / FILE
WITHOUT = Path("kb") / "estimate" / LEFT_OUT_FILE
DIGITS = 5
# Another machine's arithmetic may end a fit a little elsewhere.
SAME = 2e-3
RANGE_ONLY = ("served-other-vendors", "served-before-2025", "disaggregated")
SCOPES = {
    "served-dense": "dense models served on NVIDIA cards",
    "served-moe": "mixture-of-experts models served on NVIDIA cards",
    "served-other-vendors": "served on cards of other vendors, where software matured later",
    "served-before-2025": "served by software of before 2025, slower than what the fit knows",
    "disaggregated": "decode workers of disaggregated serving, whose number or batch is often not stated",
    "desktop-cuda": "one NVIDIA card, desktop runtime",
    "desktop-rocm": "one AMD card, desktop runtime on ROCm",
    "desktop-metal": "one Apple chip, desktop runtime",
    "desktop-vulkan": "one card, desktop runtime on Vulkan",
    "desktop-several": "several cards, desktop runtime",
}


class Calibrated(NamedTuple):
    """The contents of the files: the parameters, those that each hardware is judged by, and the left-out ratios."""

    parameters: dict[str, Any]
    without: dict[str, Any]
    ratios: dict[str, Any]


def calibrate(sample: Sample) -> Calibrated:
    """Fit on all rows and on all but those of each hardware, and return what the files are to hold."""
    leaving = LeavingOut(sample)
    sets = fit_sets(leaving.fitted)
    factors, waits = first_tokens(leaving.all, sets["server"])
    parts = by_class(leaving)
    classes = {name: describe(part, hardware) for name, part in parts.items()}
    content = {
        "rows": sample.points,
        "fingerprint": sample.fingerprint,
        "coefficients": {name: _rounded(asdict(found)) for name, found in sorted(sets.items())},
        "classes": dict(sorted(classes.items())),
        "first_token_factors": _rounded(asdict(factors)),
        "first_token": {name: describe(part, hardware) for name, part in sorted(waits.items()) if part.rows},
    }
    without = {
        name: {left_out: _rounded(asdict(found)) for left_out, found in sorted(fits.items())}
        for name, fits in sorted(leaving.without.items())
    }
    return Calibrated(content, without, ratios(sample.fingerprint, {"step": parts, "first_token": waits}))


def by_class(leaving: LeavingOut) -> dict[str, LeftOut]:
    """Return the left-out rows of every class: hardware left out of the fit, or all of the class."""
    parts = leaving.served_by("hardware", hardware) | leaving.desktops_by_device()
    for name in RANGE_ONLY:
        part = leaving.served_elsewhere(name)
        if part.rows:
            parts[name] = part
    return parts


def describe(part: LeftOut, held_out: Any) -> dict[str, Any]:
    """Return how far off the estimates of left-out rows were, and the range that holds eight of ten.

    The ends come from estimates whose hardware was left out; how well they cover is told by other families.
    """
    name = part.class_name
    group = hardware if name in DESKTOPS else new_cell if name in SERVED else family
    found = range_of(part, group)
    error = np.abs(part.error)
    return {
        "scope": SCOPES[name],
        "coefficients": set_of(name),
        "held_out": part.held_out,
        "rows": len(part.rows),
        "cells": len(set(part.cells)),
        "median": _round(float(np.median(error))),
        "p90": _round(float(np.quantile(error, 0.9))),
        "bias": _round(float(np.median(part.error))),
        "fast": _round(found.fast),
        "slow": _round(found.slow),
        "coverage": _round(found.coverage),
        "point": name not in RANGE_ONLY,
        "domain": _domain(part.rows),
    }


def _domain(rows: Sequence[Observation]) -> dict[str, list[float]]:
    cuts = [(row.cards, row.work.others + 1, row.load.mean_context or 0.0) for row in rows]
    running = [max(row.in_flight / row.replicas, 1.0) for row in rows]
    columns = {
        "cards": [cards for cards, _, _ in cuts],
        "sequences in flight": running,
        "tokens of context": [context for _, _, context in cuts],
    }
    return {name: [_round(min(found)), _round(max(found))] for name, found in columns.items()}


def differences(kept: Any, now: Any, where: str = "") -> list[str]:
    """Return, a sentence each, what differs between two parameter files by more than the fit's own rounding."""
    if isinstance(kept, dict) and isinstance(now, dict):
        names = sorted(kept.keys() | now.keys())
        return [
            found
            for name in names
            for found in differences(kept.get(name), now.get(name), f"{where}.{name}" if where else name)
        ]
    if isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        pairs = enumerate(zip(kept, now, strict=True))
        return [found for index, (was, is_now) in pairs for found in differences(was, is_now, f"{where}[{index}]")]
    if kept == now:
        return []
    if isinstance(kept, float) and isinstance(now, float) and abs(kept - now) <= SAME * max(abs(kept), 1e-3):
        return []
    return [f"{where} was {_short(kept)}, is {_short(now)}"]


def _short(value: Any) -> str:
    return f"{len(value)} entries" if isinstance(value, dict | list) else "absent" if value is None else str(value)


def files(found: Calibrated) -> tuple[tuple[Path, dict[str, Any], str], ...]:
    """Return each file: its path in the repository, its content, and that as text."""
    return (
        (TARGET, found.parameters, text(found.parameters)),
        (WITHOUT, found.without, text(found.without)),
        (RATIOS, found.ratios, ratios_text(found.ratios)),
    )


def text(content: dict[str, Any]) -> str:
    """Return a file of parameters as text."""
    return json.dumps(content, indent=2) + "\n"


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: _round(value) for name, value in values.items()}


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
