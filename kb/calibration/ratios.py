"""The file with measured over estimated time of every left-out row, by cell."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kb.calibration.left_out import LeftOut
from kb.estimate.left_out_ratios import FILE, Timed

RATIOS = Path("kb") / "estimate" / FILE
DIGITS = 5
_KEYS = ("hardware", "family", "engine", "format")


def ratios(fingerprint: str, parts: Mapping[Timed, Mapping[str, LeftOut]]) -> dict[str, Any]:
    """Return the content of the file, of the left-out rows by what is timed and by class."""
    cells = [
        cell for timed, classes in parts.items() for name in sorted(classes) for cell in _cells(timed, classes[name])
    ]
    return {"fingerprint": fingerprint, "cells": cells}


def ratios_text(content: dict[str, Any]) -> str:
    """Return the file as text, a line per cell, so that a change shows where it is."""
    cells = ",\n".join(json.dumps(cell) for cell in content["cells"])
    return f'{{"fingerprint": {json.dumps(content["fingerprint"])}, "cells": [\n{cells}\n]}}\n'


def _cells(timed: Timed, part: LeftOut) -> Iterator[dict[str, Any]]:
    found: dict[tuple[str, ...], list[float]] = {}
    for row, ratio in zip(part.rows, (part.measured / part.estimated).tolist(), strict=True):
        found.setdefault(row.cell, []).append(float(f"{ratio:.{DIGITS}g}"))
    for cell, values in sorted(found.items()):
        # In order of size: a row has no name here, and a fit that ends a little elsewhere moves no other figure.
        named = dict(zip(_KEYS, cell, strict=True))
        yield {"timed": timed, "class_name": part.class_name, **named, "ratios": sorted(values)}
