"""What the estimate says of rows that the fit has not seen."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.calibration.fit import Numbers, as_columns, fit, predict
from kb.calibration.observed import Observation
from kb.calibration.priors import DESKTOP, SERVER, around
from kb.calibration.tables import Sample
from kb.estimate.classes import BACKENDS
from kb.estimate.step_time import Coefficients

SERVED = ("served-dense", "served-moe")
SINGLE = tuple(f"desktop-{backend}" for backend in BACKENDS)
DESKTOPS = (*SINGLE, "desktop-several")
Key = Callable[[Observation], Hashable]


def hardware(row: Observation) -> str:
    """Return what is left out when hardware is."""
    return row.hardware.id


def family(row: Observation) -> str:
    """Return what is left out when an architecture is."""
    return row.family


def new_cell(row: Observation) -> tuple[str, str, str]:
    """Return hardware, family and engine."""
    return (row.hardware.id, row.family, row.engine)


def fit_sets(rows: Sequence[Observation]) -> dict[str, Coefficients]:
    """Fit every set of coefficients: one for servers, one for each desktop back end around the desktops together."""
    served = [row for row in rows if row.class_name in SERVED]
    sets = {"server": fit(served, SERVER)}
    desktops = [row for row in rows if row.class_name in DESKTOPS]
    return sets | fit_desktops(desktops, DESKTOPS)


def fit_desktops(rows: Sequence[Observation], names: Sequence[str]) -> dict[str, Coefficients]:
    """Fit the single devices together, then each of ``names`` around that."""
    together = fit([row for row in rows if row.class_name in SINGLE], DESKTOP)
    sets = {}
    for name in names:
        own = [row for row in rows if row.class_name == name]
        sets[name] = fit(own, around(together, name)) if own else together
    return sets


def set_of(class_name: str) -> str:
    """Return the set of coefficients that a class is estimated with."""
    return class_name if class_name in DESKTOPS else "server"


@dataclass(frozen=True)
class LeftOut:
    """Rows of one class, measured and estimated seconds per token, and how the fit was kept from them."""

    class_name: str
    held_out: str
    rows: tuple[Observation, ...]
    measured: Numbers
    estimated: Numbers

    @property
    def error(self) -> Numbers:
        """Return estimated over measured time, less one."""
        return self.estimated / self.measured - 1

    @property
    def cells(self) -> list[Hashable]:
        """Return the cell of each row."""
        return [row.cell for row in self.rows]

    def only(self, keep: Sequence[bool]) -> "LeftOut":
        """Return the rows that are to be kept."""
        chosen = np.array(keep, dtype=bool)
        rows = tuple(row for row, kept in zip(self.rows, keep, strict=True) if kept)
        return LeftOut(self.class_name, self.held_out, rows, self.measured[chosen], self.estimated[chosen])


class LeavingOut:
    """Estimates of a sample's rows by fits that have not seen them.

    Attributes:
        without: the coefficients of each set by the hardware that was left out of their fit, as far as worked out.
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.without: dict[str, dict[str, Coefficients]] = {}
        self.all = sample.observations
        self.fitted = [row for row, use in zip(sample.observations, sample.fitted, strict=True) if use]
        self.served = [row for row in self.fitted if row.class_name in SERVED]
        self.desktops = [row for row in self.fitted if row.class_name in DESKTOPS]

    def served_by(self, held_out: str, key: Key, also: Key | None = None) -> dict[str, LeftOut]:
        """Return left-out estimates of the served classes, each group of ``key`` left out.

        With ``also``, rows that share either key with the group are left out, so that both are new to the fit.
        """
        rows = [row for row in self.all if row.class_name in SERVED]
        estimated = np.zeros(len(rows))
        for group in sorted({key(row) for row in rows}, key=str):
            mine = [index for index, row in enumerate(rows) if key(row) == group]
            if also is None:
                seen = [row for row in self.served if key(row) != group]
            else:
                # All rows of such a group share hardware and family.
                one = rows[mine[0]]
                seen = [r for r in self.served if hardware(r) != hardware(one) and family(r) != family(one)]
            found = fit(seen, SERVER)
            if key is hardware and also is None:
                self.without.setdefault("server", {})[str(group)] = found
            estimated[mine] = predict(as_columns([rows[index] for index in mine]), found)
        return _by_class(rows, estimated, held_out)

    def served_elsewhere(self, name: str) -> LeftOut:
        """Return estimates of a class that the fit never sees, by the fit on all that it does."""
        rows = [row for row in self.all if row.class_name == name]
        found = fit(self.served, SERVER)
        estimated = predict(as_columns(rows), found) if rows else np.zeros(0)
        measured = np.array([row.seconds for row in rows])
        return LeftOut(name, "class", tuple(rows), measured, estimated)

    def desktops_by_device(self) -> dict[str, LeftOut]:
        """Return left-out estimates of the desktop classes, each device left out."""
        rows = [row for row in self.all if row.class_name in DESKTOPS]
        estimated = np.zeros(len(rows))
        for device in sorted({hardware(row) for row in rows}):
            mine = [index for index, row in enumerate(rows) if hardware(row) == device]
            seen = [row for row in self.desktops if hardware(row) != device]
            sets = fit_desktops(seen, sorted({rows[index].class_name for index in mine}))
            for name, found in sets.items():
                self.without.setdefault(name, {})[device] = found
                here = [index for index in mine if rows[index].class_name == name]
                estimated[here] = predict(as_columns([rows[index] for index in here]), found)
        return _by_class(rows, estimated, "device")


def _by_class(rows: Sequence[Observation], estimated: Numbers, held_out: str) -> dict[str, LeftOut]:
    measured = np.array([row.seconds for row in rows])
    whole = LeftOut("", held_out, tuple(rows), measured, estimated)
    names = sorted({row.class_name for row in rows})
    chosen = {name: whole.only([row.class_name == name for row in rows]) for name in names}
    return {name: LeftOut(name, held_out, part.rows, part.measured, part.estimated) for name, part in chosen.items()}
