"""Operating points of several cases under the same load, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.deployed import Deployed, Row, deployed
from kb.search.loads import Load, classes, load_of
from kb.search.rates import Flight, Rate, flight_in_words, flight_of, throughput, user_speed


@dataclass(frozen=True, slots=True)
class Measured:
    """What one case says under a load: output tokens per second over all cards, per card, and of one user.

    None is what is not stated and does not follow. Of several points of the case under that load, it is the one with
    the highest throughput, and ``of`` says how many there are.
    """

    point: int
    total: Rate | None
    cards: int | None
    user: Rate | None
    verdict: str
    caveat: str | None
    of: int = 1

    @property
    def per_card(self) -> float | None:
        """Return output tokens per second and card."""
        return self.total.tok_s / self.cards if self.total and self.cards else None

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "point": self.point,
            "points_under_this_load": self.of,
            "tok_s": self.total.tok_s if self.total else None,
            "tok_s_how": self.total.how if self.total else None,
            "tok_s_per_card": self.per_card,
            "per_user_tok_s": self.user.tok_s if self.user else None,
            "per_user_how": self.user.how if self.user else None,
            "verdict": self.verdict,
            "caveat": self.caveat,
        }


@dataclass(frozen=True, slots=True)
class AtLoad:
    """A load that at least two cases have, and what each of them says under it; None where it has no such point.

    ``flight`` is what says how many requests there are, and how many: ``("concurrency", 64)``; None where nothing does.
    """

    load: Load
    flight: Flight
    measured: tuple[Measured | None, ...]

    def __str__(self) -> str:
        """Return the load in words."""
        return ", ".join(filter(None, (str(self.load), self.in_flight)))

    @property
    def in_flight(self) -> str | None:
        """Return how many requests there are, in words; None where nothing says it."""
        return flight_in_words(self.flight)

    def values(self, name: str) -> tuple[float | None, ...]:
        """Return ``tok_s_per_card`` or ``per_user_tok_s`` of each case."""
        return tuple(None if found is None else found.plain()[name] for found in self.measured)

    def plain(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return the JSON form."""
        told = {name: None if found is None else found.plain() for name, found in zip(ids, self.measured, strict=True)}
        return {"load": self.load.plain(), "in_flight": dict((self.flight,)) if self.flight else None, "cases": told}


def at_equal_loads(bundle: Bundle, ids: Sequence[str]) -> tuple[AtLoad, ...]:
    """Return the loads that at least two of the cases have: like lengths, and the same batch or concurrency."""
    cases = {one.case["id"]: one for one in deployed(bundle, cases=ids)}
    placed: list[tuple[str, Row, Load]] = []
    for name in ids:
        for point in cases[name].points:
            load = load_of(point, cases[name].kind_of_load(point["point"]))
            if load is not None:
                placed.append((name, point, load))
    heads = {member: head for head, members in classes(load for *_, load in placed).items() for member in members}
    found: dict[tuple[Load, Flight], dict[str, list[Row]]] = {}
    for name, point, load in placed:
        found.setdefault((heads[load], flight_of(point)), {}).setdefault(name, []).append(point)
    order = {head: place for place, head in enumerate(dict.fromkeys(heads.values()))}
    return tuple(
        AtLoad(load, flight, tuple(_measured(cases[name], points[name]) if name in points else None for name in ids))
        for (load, flight), points in sorted(
            found.items(), key=lambda entry: (order[entry[0][0]], entry[0][1] or ("",))
        )
        if len(points) > 1
    )


def _measured(one: Deployed, points: list[Row]) -> Measured:
    # Without a throughput it is the speed of one user that tells which is best.
    best = max(
        points, key=lambda point: tuple(rate.tok_s if rate else 0 for rate in (throughput(point), user_speed(point)))
    )
    return Measured(
        best["point"],
        throughput(best),
        one.cards,
        user_speed(best),
        best["verdict"],
        best["caveat"],
        len(points),
    )
