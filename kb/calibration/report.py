"""How far off the estimate is on what it has not seen: by what was left out, by class, and on the judged seeds."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from kb.calibration.calibrate import RANGE_ONLY, SCOPES
from kb.calibration.first_token import first_tokens
from kb.calibration.innocence import Held, hold
from kb.calibration.judged import MODEL_FIT, SGLANG_REPORT, Judged, judged_points, summary
from kb.calibration.left_out import SINGLE, LeavingOut, LeftOut, family, hardware, new_cell
from kb.calibration.ranges import weights_by_cell
from kb.calibration.tables import Sample
from kb.calibration.targets import targets
from kb.corpus import Corpus
from kb.estimate.calibrated import ClassError, calibration

ALONE = 1.5


def report(sample: Sample, corpus: Corpus) -> dict[str, Any]:
    """Return everything that ``kb validate-estimator`` tells."""
    leaving = LeavingOut(sample)
    served = {
        "hardware left out": leaving.served_by("hardware", hardware),
        "architecture left out": leaving.served_by("family", family),
        "new hardware and new architecture": leaving.served_by("cell", new_cell, family),
    }
    desktops = leaving.desktops_by_device()
    lines = [line for protocol, parts in served.items() for line in _served(protocol, parts)]
    lines += _desktops(desktops)
    lines += [
        _line("class left out", SCOPES[name], part)
        for name in RANGE_ONLY
        if (part := leaving.served_elsewhere(name)).rows
    ]
    waits = first_tokens(leaving.all, calibration().coefficients["server"])[1]
    lines += [_line("hardware left out", f"first token: {SCOPES[name]}", part) for name, part in waits.items()]
    judged = _judged(corpus)
    innocents = innocence(hold(corpus))
    content = {
        "rows": sample.points,
        "used": len(sample.observations),
        "fingerprint": sample.fingerprint,
        "errors": lines,
        "devices": _by_device(desktops),
        "hardware": _by_hardware(served["hardware left out"]),
        "judged": judged,
        "innocence": innocents,
        "not_used": dict(sorted(sample.joined.gaps.items(), key=lambda item: (-item[1], item[0]))),
        "curves": _curves(served["hardware left out"] | desktops),
    }
    return content | {"targets": [asdict(target) for target in targets(content, list(known_classes()))]}


def known_classes() -> Iterable[ClassError]:
    """Return the classes of the committed calibration."""
    return calibration().classes.values()


def innocence(rows: Iterable[Held | str]) -> dict[str, Any]:
    """Return how many rows were held against the ceiling, which stand above it, and what was not judged and why."""
    judged, gaps = 0, dict[str, int]()
    accused: list[dict[str, Any]] = []
    highest = 0.0
    for held in rows:
        if isinstance(held, str):
            gaps[held] = gaps.get(held, 0) + 1
            continue
        judged += 1
        if held.accused:
            what = held.point.caveat or ""
            accused.append(
                {
                    "case": held.case.id,
                    "locator": held.point.locator or "",
                    "hardware": held.case.stack.pools[-1].hardware,
                    "model": held.case.stack.model,
                    "share": round(held.share, 2),
                    "fits": held.fits,
                    "caveat": what,
                }
            )
        elif held.point.caveat is None:
            highest = max(highest, held.share)
    accused.sort(key=lambda one: (bool(one["caveat"]), -one["share"], one["locator"]))
    return {
        "judged": judged,
        "innocents_accused": sum(not one["caveat"] for one in accused),
        "highest_innocent_share": round(highest, 3),
        "accused": accused,
        "not_judged": dict(sorted(gaps.items(), key=lambda item: (-item[1], item[0]))),
    }


def _served(protocol: str, parts: dict[str, LeftOut]) -> list[dict[str, Any]]:
    whole = _together(parts.values())
    alone = [row.in_flight <= ALONE for row in whole.rows]
    return [
        _line(protocol, "served on NVIDIA cards", whole),
        *(_line(protocol, SCOPES[name], part) for name, part in parts.items()),
        _line(protocol, "served on NVIDIA cards, one sequence", whole.only(alone)),
        _line(protocol, "served on NVIDIA cards, several sequences", whole.only([not one for one in alone])),
    ]


def _desktops(parts: dict[str, LeftOut]) -> list[dict[str, Any]]:
    single = _together(parts[name] for name in SINGLE if name in parts)
    moe = [row.model.moe is not None for row in single.rows]
    return [
        _line("device left out", "one card, desktop runtime", single),
        _line("device left out", "one card, desktop runtime, mixture of experts", single.only(moe)),
        *(_line("device left out", SCOPES[name], part) for name, part in parts.items()),
    ]


def _line(protocol: str, scope: str, part: LeftOut) -> dict[str, Any]:
    error = np.abs(part.error)
    line: dict[str, Any] = {"protocol": protocol, "scope": scope, "rows": len(part.rows), "cells": len(set(part.cells))}
    if len(error):
        line |= {
            "median": _round(np.median(error)),
            "p90": _round(np.quantile(error, 0.9)),
            "bias": _round(np.median(part.error)),
            "inside": _round(_inside(part, "first token" in scope)),
        }
    return line


def _inside(part: LeftOut, first_token: bool) -> float:
    """Return the share of rows, cells weighing alike, within the range that the class states."""
    known = calibration().first_token if first_token else calibration().classes
    weights = weights_by_cell(part.cells)
    ratio = part.measured / part.estimated
    inside = [
        known[row.class_name].fast <= value <= known[row.class_name].slow
        for row, value in zip(part.rows, ratio.tolist(), strict=True)
    ]
    return float(np.sum(weights * np.array(inside)) / np.sum(weights))


def _together(parts: Iterable[LeftOut]) -> LeftOut:
    found = list(parts)
    return LeftOut(
        "",
        found[0].held_out,
        tuple(row for part in found for row in part.rows),
        np.concatenate([part.measured for part in found]),
        np.concatenate([part.estimated for part in found]),
    )


def _by_device(parts: dict[str, LeftOut]) -> dict[str, Any]:
    """Return median errors over devices instead of rows, which one device of a thousand rows cannot sway."""
    single = _together(parts[name] for name in SINGLE if name in parts)
    names = np.array([row.hardware.id for row in single.rows])
    error = np.abs(single.error)
    medians = {name: float(np.median(error[names == name])) for name in sorted(set(names.tolist()))}
    values = np.array(list(medians.values()))
    worst = sorted(medians.items(), key=lambda item: -item[1])[:8]
    return {
        "devices": len(values),
        "median": _round(np.median(values)),
        "p90": _round(np.quantile(values, 0.9)),
        "worst": {name: _round(value) for name, value in worst},
    }


def _by_hardware(parts: dict[str, LeftOut]) -> list[dict[str, Any]]:
    whole = _together(parts.values())
    names = sorted({row.hardware.id for row in whole.rows})
    return [_line("hardware left out", name, whole.only([r.hardware.id == name for r in whole.rows])) for name in names]


def _judged(corpus: Corpus) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for label, source in (
        ("SGLang report, Qwen3-235B on 8 cards", SGLANG_REPORT),
        ("model-fit, steady decode", MODEL_FIT),
    ):
        points = [point for point in judged_points(corpus, source) if _steady(point)]
        groups: dict[str, list[Judged]] = {"all": points}
        for point in points:
            groups.setdefault(point.hardware, []).append(point)
        found[label] = {
            "groups": {name: _rounded(summary(group)) for name, group in groups.items()},
            "points": [asdict(point) | {"error": _round(point.error)} for point in points],
        }
    return found


def _steady(point: Judged) -> bool:
    return "steady" in point.label or "batch" in point.label or point.label.startswith("point")


def _curves(parts: dict[str, LeftOut]) -> dict[str, list[float]]:
    """Return, for each class, the error that each twentieth of the rows stays within."""
    shares = [step / 20 for step in range(1, 20)]
    return {name: [_round(np.quantile(np.abs(part.error), share)) for share in shares] for name, part in parts.items()}


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: _round(value) for name, value in values.items()}


def _round(value: Any) -> float:
    return float(f"{float(value):.4g}")
