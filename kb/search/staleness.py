"""Which pairs of card and model were last measured long ago."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.records import Tier, strongest
from kb.search.ages import Age, data_day, months_before, plain_day
from kb.search.coverage import By, Pair, Placed, Scope, newest_of, placed, placed_in

MONTHS = 6
_MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Stale:
    """A pair whose newest case is old. ``ages`` holds its cases, the newest first, those without a day last."""

    hardware: str
    column: str
    tier: Tier
    ages: tuple[Age, ...]

    @property
    def newest(self) -> Age:
        """Return the newest case of the pair."""
        return self.ages[0]


@dataclass(frozen=True)
class Staleness:
    """The pairs that are older than ``months`` before ``reference``, the oldest first.

    ``reference`` is the day of the newest case of the whole base, None where no case has a day; ``today`` is the date
    of the data. ``undated`` are the pairs of which no case has a day.
    """

    by: By
    months: int
    today: datetime.date
    reference: datetime.date | None
    rows: tuple[Stale, ...]
    undated: tuple[Pair, ...]

    @property
    def _span(self) -> str:
        return "1 month" if self.months == 1 else f"{self.months} months"

    @property
    def basis(self) -> str:
        """Return by what a pair is judged, in a sentence."""
        return (
            f"stale: the newest case of the pair is more than {self._span} older than the newest of the base"
            f" ({plain_day(self.reference) or 'none has a day'}; data of {self.today.isoformat()}); a case is dated by"
            " when it was measured, else submitted, else by its engine's release, else by when its source was published"
        )

    def plain(self) -> dict[str, Any]:
        """Return the JSON form: ``{"basis", "by", "months", "data_date", "newest_evidence", "stale", "undated"}``.

        ``stale`` is a list of ``{"hardware", BY, "best_tier", "newest", "days_older", "days_to_data", "cases"}``:
        BY is the value of ``by``, ``newest`` the day of the newest case, the next two the days from it to the newest
        evidence of the base and to the date of the data. ``cases`` is a list of ``{"case", "day", "dated_by", "engine",
        "engine_version", "engine_released", "newest_release", "newest_released", "engine_days_behind"}``. ``undated``
        is a list of ``{"hardware", BY}``.
        """
        return {
            "basis": self.basis,
            "by": self.by,
            "months": self.months,
            "data_date": self.today.isoformat(),
            "newest_evidence": plain_day(self.reference),
            "stale": [
                {
                    "hardware": row.hardware,
                    self.by: row.column,
                    "best_tier": row.tier,
                    "newest": plain_day(row.newest.day),
                    "days_older": _days(row.newest.day, self.reference),
                    "days_to_data": _days(row.newest.day, self.today),
                    "cases": [age.plain() for age in row.ages],
                }
                for row in self.rows
            ],
            "undated": [{"hardware": card, self.by: column} for card, column in self.undated],
        }


def staleness(bundle: Bundle, scope: Scope | None = None, months: int = MONTHS) -> Staleness:
    """Return the pairs in ``scope`` whose newest case is more than ``months`` older than the newest of the base.

    Raises:
        UnknownName: a name means no record, or several; or there is no such vendor.
        BadRequest: the months are out of range, hardware and vendor are both named, or there is no such ``by``.
    """
    scope = scope or Scope()
    if not 1 <= months <= _MOST_MONTHS:
        raise BadRequest(f"--months is {months:,}; it should be from 1 to {_MOST_MONTHS}")
    today = data_day(bundle)
    pairs: dict[Pair, list[Placed]] = {}
    for place in placed_in(bundle, scope):
        pairs.setdefault((place.hardware, place.column), []).append(place)
    newest = newest_of(placed(bundle, scope.by))
    reference = newest.day if newest else None
    stale = []
    if reference is not None:
        limit = months_before(reference, months)
        for (card, column), places in pairs.items():
            day = max((place.age.day for place in places if place.age.day), default=None)
            if day is not None and day < limit:
                tier = strongest([place.tier for place in places])
                stale.append(Stale(card, column, tier, _newest_first(places)))
    stale.sort(key=lambda row: (row.newest.day, row.hardware, row.column))
    undated = sorted(pair for pair, places in pairs.items() if newest_of(places) is None)
    return Staleness(scope.by, months, today, reference, tuple(stale), tuple(undated))


def _newest_first(places: Iterable[Placed]) -> tuple[Age, ...]:
    ages = sorted((place.age for place in places), key=lambda age: age.case)
    return tuple(sorted(ages, key=lambda age: age.day or datetime.date.min, reverse=True))


def _days(early: datetime.date | None, late: datetime.date | None) -> int | None:
    return None if early is None or late is None else (late - early).days
