"""How far off each left-out row was: what ``kb calibrate`` wrote beside the summary of each class.

No estimate reads this; it is for whoever wants to see the errors themselves instead of their median and range.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

FILE = "left_out_ratios.json"
# The time of a step, which is the time per output token, and the time to the first token.
Timed = Literal["step", "first_token"]


@dataclass(frozen=True, slots=True)
class CellRatios:
    """The left-out rows of one cell: a hardware, a family of models, an engine and a weight format in one class.

    ``ratios`` are measured over estimated time, one of each row, from the fastest to the slowest. The fit of the
    estimate had not seen the row: see ``held_out`` of the class.
    """

    timed: Timed
    class_name: str
    hardware: str
    family: str
    engine: str
    format: str
    ratios: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LeftOutRatios:
    """All cells, in order of what is timed, class and cell. ``fingerprint`` is that of the data they were found on."""

    fingerprint: str
    cells: tuple[CellRatios, ...]

    def of(self, timed: Timed, class_name: str) -> tuple[float, ...]:
        """Return the ratios of all rows of a class, from the fastest to the slowest; none where it has no rows."""
        chosen = (cell for cell in self.cells if (cell.timed, cell.class_name) == (timed, class_name))
        return tuple(sorted(ratio for cell in chosen for ratio in cell.ratios))


def read_left_out_ratios(raw: dict[str, Any]) -> LeftOutRatios:
    """Read the parsed file."""
    cells = (CellRatios(**(values | {"ratios": tuple(values["ratios"])})) for values in raw["cells"])
    return LeftOutRatios(raw["fingerprint"], tuple(cells))


@cache
def left_out_ratios() -> LeftOutRatios:
    """Return the committed ratios."""
    text = resources.files("kb.estimate").joinpath(FILE).read_text(encoding="utf-8")
    return read_left_out_ratios(json.loads(text))
