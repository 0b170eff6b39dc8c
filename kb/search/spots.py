"""Operating points in two figures: output tokens per second of one user, and per card."""

from dataclasses import dataclass
from typing import Any

from kb.search.deployed import Deployed
from kb.search.loads import Load, load_of
from kb.search.rates import Rate, Row, flight_in_words, flight_of, throughput, user_speed
from kb.verdicts import RULED_OUT


@dataclass(frozen=True, slots=True)
class Spot:
    """One operating point in the two figures, with what ran.

    ``speed`` is tok/s of one user, ``total`` tok/s over all ``cards``. ``doubt`` says why it is never on the frontier.
    """

    deployed: Deployed
    point: Row
    load: Load | None
    cards: int
    speed: Rate
    total: Rate
    doubt: str | None
    on_frontier: bool = False

    @property
    def case(self) -> Row:
        """Return the row of its case."""
        return self.deployed.case

    @property
    def per_card(self) -> float:
        """Return output tokens per second and card."""
        return self.total.tok_s / self.cards

    @property
    def in_flight(self) -> str | None:
        """Return the load in words: ``concurrency 64`` or ``batch 8``."""
        return flight_in_words(flight_of(self.point))

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        case = self.case
        return {
            "case": case["id"],
            "point": self.point["point"],
            **{c: case[c] for c in ("model", "hardware", "engine", "engine_version", "quantization")},
            "stack": self.deployed.stack,
            "cards": self.cards,
            "decode_cards": case["decode_cards"],
            "load": None if self.load is None else self.load.plain(),
            **{c: self.point[c] for c in ("concurrency", "batch", "request_rate_s")},
            "per_user_tok_s": self.speed.tok_s,
            "per_user_how": self.speed.how,
            "per_user_is_floor": self.speed.floor,
            "tok_s_per_card": self.per_card,
            "tok_s": self.total.tok_s,
            "tok_s_how": self.total.how,
            "tier": case["tier"],
            "verdict": self.point["verdict"],
            "on_frontier": self.on_frontier,
            "never_on_frontier_because": self.doubt,
        }


def spot_of(one: Deployed, point: Row) -> Spot | str:
    """Return a point in its two figures, or why it has none."""
    if one.cards is None:
        return "the number of cards is not stated"
    total, speed = throughput(point), user_speed(point)
    if total is None:
        return "no throughput, nor what it follows from"
    if speed is None:
        return "no speed of one user, nor what it follows from"
    load = load_of(point, one.kind_of_load(point["point"]))
    return Spot(one, point, load, one.cards, speed, total, _doubt(one.case, point))


def _doubt(case: Row, point: Row) -> str | None:
    if point["verdict"] in RULED_OUT:
        return f"{point['verdict']}: {point['verdict_because']}"
    if case["tier"] == "estimated":
        return "its evidence supports an estimate only"
    return point["caveat"]  # type: ignore[no-any-return]
