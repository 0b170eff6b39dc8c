"""How old the cases of a bundle are: by when they ran, and by the engine that they ran on.

All days are dates of the data; the clock has no say.
"""

import calendar
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kb.bundle.reader import Bundle
from kb.records import Engine
from kb.records.scalars import last_day
from kb.search.lookup import BundleLibrary

# As kb.bundle.case_day has it; named here again so that a look-up need not load what builds a bundle.
DatedBy = Literal["measured", "submitted", "engine-release", "published"]


@dataclass(frozen=True, slots=True)
class Age:
    """When a case is from, and how far its engine is behind.

    ``day`` is the day it ran, where that is stated; else the day it was submitted, else the day its engine's version
    came out, else the day its source was published; ``by`` says which, and both are None where none is known. Of a
    month or a year it is the last day, so that no age is overstated, and it is never later than the date of the data.

    ``released`` is the day on which the engine's version came out, and ``newest_release`` the latest release of that
    engine that the base lists, with its day; None where they are not recorded.
    """

    case: str
    day: datetime.date | None
    by: DatedBy | None
    engine: str | None
    engine_version: str | None
    released: datetime.date | None
    newest_release: str | None
    newest_released: datetime.date | None

    @property
    def engine_days_behind(self) -> int | None:
        """Return the days between the engine's version and the newest release of it; None where one is not known."""
        if self.released is None or self.newest_released is None:
            return None
        return (self.newest_released - self.released).days

    def plain(self) -> dict[str, Any]:
        """Return the JSON form; days as ``YYYY-MM-DD``, what is not known is null."""
        return {
            "case": self.case,
            "day": plain_day(self.day),
            "dated_by": self.by,
            "engine": self.engine,
            "engine_version": self.engine_version,
            "engine_released": plain_day(self.released),
            "newest_release": self.newest_release,
            "newest_released": plain_day(self.newest_released),
            "engine_days_behind": self.engine_days_behind,
        }


def data_day(bundle: Bundle) -> datetime.date:
    """Return the date of the bundle's data: the latest day that any record states."""
    return datetime.date.fromisoformat(bundle.rows("SELECT value FROM meta WHERE key = 'generated'")[0]["value"])


def ages_of(bundle: Bundle, cases: Iterable[Mapping[str, Any]]) -> dict[str, Age]:
    """Return the age of each case by id.

    Args:
        bundle: where engines are looked up.
        cases: rows of the table ``cases``.
    """
    engines: dict[str, Engine] = {engine.id: engine for engine in BundleLibrary(bundle).records("engine")}
    newest = {engine.id: _newest_release(engine) for engine in engines.values()}
    found = {}
    for row in cases:
        engine = engines.get(row["engine"] or "")
        released = engine.released(row["engine_version"]) if engine else None
        latest, latest_day = newest.get(row["engine"] or "", (None, None))
        found[row["id"]] = Age(
            row["id"],
            datetime.date.fromisoformat(row["day"]) if row["day"] else None,
            row["dated_by"],
            row["engine"],
            row["engine_version"],
            last_day(released) if released else None,
            latest,
            latest_day,
        )
    return found


def _newest_release(engine: Engine) -> tuple[str, datetime.date] | tuple[None, None]:
    """Return the version that came out last and its day; one that merely existed by a day does not count."""
    days = [(last_day(release.date), release.version) for release in engine.releases if not release.upper_bound]
    if not days:
        return None, None
    day, version = max(days, key=lambda entry: entry[0])
    return version, day


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the day so many months earlier; the last of the month where that month is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def full_months(early: datetime.date, late: datetime.date) -> int:
    """Return how many whole months lie between two days; 0 where ``early`` is the later one."""
    months = (late.year - early.year) * 12 + late.month - early.month
    return max(0, months - (months_before(late, months) < early))


def plain_day(day: datetime.date | None) -> str | None:
    """Return a day as ``YYYY-MM-DD``."""
    return None if day is None else day.isoformat()
