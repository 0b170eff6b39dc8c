"""What has been measured on what: cases by card and by model, with best tier and newest evidence of each pair."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.records import TIERS, Tier, strongest
from kb.search.ages import Age, DatedBy, ages_of, data_day, plain_day
from kb.search.lookup import name_index
from kb.search.vendors import vendor_named

By = Literal["model", "family", "lab"]
Pair = tuple[str, str]
K = TypeVar("K", str, Pair)


@dataclass(frozen=True)
class Scope:
    """Which cases are asked for, by any names; None means all. ``by`` is what the columns of the matrix are."""

    model: str | None = None
    hardware: str | None = None
    vendor: str | None = None
    by: By = "model"


@dataclass(frozen=True, slots=True)
class Placed:
    """One case on one kind of card: a case on two kinds is two of these."""

    case: str
    hardware: str
    vendor: str | None
    model: str
    column: str
    points: int
    tier: Tier
    age: Age


@dataclass(frozen=True, slots=True)
class Summary:
    """Cases taken together: how many, their operating points, the best tier among them, and the newest of them.

    ``newest`` and ``by`` are None where no case has a date.
    """

    cases: int
    points: int
    tier: Tier
    newest: datetime.date | None
    by: DatedBy | None

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "cases": self.cases,
            "points": self.points,
            "best_tier": self.tier,
            "newest": plain_day(self.newest),
            "newest_dated_by": self.by,
        }


@dataclass(frozen=True)
class Coverage:
    """The matrix. ``hardware`` and ``columns`` are its margins, most cases first; ``cells`` holds pairs with a case.

    ``today`` is the date of the data. ``total`` is None where no case is in the scope.
    """

    by: By
    today: datetime.date
    total: Summary | None
    hardware: dict[str, Summary]
    columns: dict[str, Summary]
    cells: dict[Pair, Summary]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form: ``{"by", "data_date", "total", "hardware", "columns", "cells"}``.

        ``total`` is a summary ``{"cases", "points", "best_tier", "newest", "newest_dated_by"}`` or null. ``hardware``
        and ``columns`` are lists of ``{"id", **summary}``, and ``cells`` of ``{"hardware", BY, **summary}`` where BY is
        the value of ``by``: model, family or lab. A case on two kinds of cards counts once on each, and once in
        ``columns`` and ``total``. A model without a family stands for itself.
        """
        return {
            "by": self.by,
            "data_date": self.today.isoformat(),
            "total": None if self.total is None else self.total.plain(),
            "hardware": [{"id": name, **found.plain()} for name, found in self.hardware.items()],
            "columns": [{"id": name, **found.plain()} for name, found in self.columns.items()],
            "cells": [
                {"hardware": card, self.by: column, **found.plain()} for (card, column), found in self.cells.items()
            ],
        }


def coverage(bundle: Bundle, scope: Scope | None = None) -> Coverage:
    """Return the matrix of the cases in ``scope``, all of them by default.

    Raises:
        UnknownName: a name means no record, or several; or there is no such vendor.
        BadRequest: hardware and vendor are both named, or there is no such ``by``.
    """
    scope = scope or Scope()
    today = data_day(bundle)
    found = placed_in(bundle, scope)
    cards = summaries(found, lambda place: place.hardware)
    columns = summaries(found, lambda place: place.column)
    pairs = summaries(found, lambda place: (place.hardware, place.column))
    order = {name: index for index, name in enumerate((*cards, *columns))}
    cells = {pair: pairs[pair] for pair in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]], pair))}
    return Coverage(scope.by, today, summary(found) if found else None, cards, columns, cells)


def placed(bundle: Bundle, by: By) -> list[Placed]:
    """Return every case of the bundle on every kind of card that it runs on.

    Raises:
        BadRequest: there is no such ``by``.
    """
    if by not in get_args(By):
        raise BadRequest(f"unknown column {by[:60]!r}; one of {', '.join(get_args(By))}")
    rows = bundle.rows("SELECT id AS model, family, lab FROM models")
    columns = {row["model"]: row[by] for row in rows}
    vendors = {row["id"]: row["vendor"] for row in bundle.rows("SELECT id, vendor FROM hardware")}
    cases = bundle.rows(
        "SELECT id, model, hardware_ids, tier, points, engine, engine_version, measured_on, submitted, day,"
        " dated_by FROM cases ORDER BY id"
    )
    ages = ages_of(bundle, cases)
    return [
        Placed(
            row["id"],
            card,
            vendors.get(card),
            row["model"],
            columns.get(row["model"]) or row["model"],
            row["points"],
            row["tier"],
            ages[row["id"]],
        )
        for row in cases
        for card in row["hardware_ids"]
    ]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scope with its names resolved to ids; None takes everything."""

    model: str | None
    hardware: str | None
    vendor: str | None

    def takes(self, hardware: str, vendor: str | None, model: str) -> bool:
        """Tell whether a pair is in the scope."""
        return self.model in (None, model) and self.hardware in (None, hardware) and self.vendor in (None, vendor)


def chosen(bundle: Bundle, scope: Scope) -> Chosen:
    """Resolve the names of ``scope``; see :func:`coverage` for what it raises."""
    if scope.vendor is not None and scope.hardware is not None:
        raise BadRequest("--vendor chooses among cards, and --hardware names one: say one of the two")
    index = name_index(bundle)
    vendor = None
    if scope.vendor is not None:
        rows = bundle.rows("SELECT DISTINCT vendor FROM hardware")
        vendor = vendor_named(scope.vendor, (row["vendor"] for row in rows))
    return Chosen(
        None if scope.model is None else index.resolve(scope.model, "model").id,
        None if scope.hardware is None else index.resolve(scope.hardware, "hardware").id,
        vendor,
    )


def placed_in(bundle: Bundle, scope: Scope) -> list[Placed]:
    """Return the cases in ``scope`` on their cards; see :func:`coverage` for what it raises."""
    wanted = chosen(bundle, scope)
    places = placed(bundle, scope.by)
    return [place for place in places if wanted.takes(place.hardware, place.vendor, place.model)]


def summaries(places: Iterable[Placed], key: Callable[[Placed], K]) -> dict[K, Summary]:
    """Return a summary for each value of ``key``, those with most cases first."""
    groups: dict[K, list[Placed]] = {}
    for place in places:
        groups.setdefault(key(place), []).append(place)
    found = [(name, summary(group)) for name, group in groups.items()]
    return dict(sorted(found, key=lambda entry: (-entry[1].cases, -entry[1].points, entry[0])))


def summary(places: Iterable[Placed]) -> Summary:
    """Return what is said of ``places`` (not empty) together; a case on two kinds of cards counts once."""
    each = {place.case: place for place in places}.values()
    newest = newest_of(each)
    return Summary(
        len(each),
        sum(place.points for place in each),
        strongest([place.tier for place in each]),
        newest.day if newest else None,
        newest.by if newest else None,
    )


def newest_of(places: Iterable[Placed]) -> Age | None:
    """Return the age of the newest case; the last by id of those of one day, None where no case has a date."""
    dated = [place.age for place in places if place.age.day is not None]
    return max(dated, key=lambda age: (age.day, age.case), default=None)


def well_evidenced(tier: Tier) -> bool:
    """Tell whether a tier is ``reported`` or better."""
    return TIERS.index(tier) <= TIERS.index("reported")
