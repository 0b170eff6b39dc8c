"""What output tokens cost in dollars and in joules, where a price or a power is known; nothing here is assumed.

``usd_per_million_tokens``
    price of a card and hour x cards x 1e6 / (3600 x tok/s). The price is a fact of the base or the asker's own.
``tokens_per_joule``
    tok/s / (power of a card x cards), from power that was measured at that point.
``tokens_per_joule_at_least``
    the same with the TDP of the card: power stays at or below it, so efficiency is no lower. It is a floor, and is
    never shown as measured.

Watts are those of the cards; hosts, network and cooling are not in them. Where a run serves prompts, reading them is
in the cost of its output. All figures are of tier ``derived``; ``rests_on`` is the weakest tier beneath.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.search.rates import Rate, Row, throughput
from kb.search.tiers import weakest

_CARDS_ONLY = "power of the cards alone, without hosts, network and cooling"


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a number: ids of evidence in a record, and the tier that it supports."""

    record: str
    evidence: tuple[str, ...]
    tier: str


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for one card and hour; ``backing`` is None where the asker named it."""

    usd_per_card_hour: float
    backing: Backing | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A number that went into a figure; ``backing`` is None where the asker named it, or it is counted."""

    name: str
    value: float
    backing: Backing | None

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        told = self.backing
        return {
            "name": self.name,
            "value": self.value,
            "record": told.record if told else None,
            "evidence": list(told.evidence) if told else [],
            "tier": told.tier if told else None,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was worked out, with its formula and all that went in."""

    value: float
    formula: str
    inputs: tuple[Input, ...]
    note: str | None = None
    tier: str = "derived"

    @property
    def rests_on(self) -> str | None:
        """Return the weakest tier of its inputs; None where no input has one."""
        return weakest([told.backing.tier for told in self.inputs if told.backing])

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "value": self.value,
            "tier": self.tier,
            "rests_on": self.rests_on,
            "formula": self.formula,
            "inputs": [told.plain() for told in self.inputs],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Economy:
    """Cost and energy of a point; a figure that nothing supports is None, and ``missing`` says for want of what."""

    usd_per_million_tokens: Figure | None = None
    tokens_per_joule: Figure | None = None
    tokens_per_joule_at_least: Figure | None = None
    missing: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        names = ("usd_per_million_tokens", "tokens_per_joule", "tokens_per_joule_at_least")
        figures = {name: getattr(self, name) for name in names}
        return {name: found and found.plain() for name, found in figures.items()} | {"missing": list(self.missing)}


def economy_of(
    case: Row,
    point: Row,
    price: Price | None = None,
    tdp: Input | None = None,
    facts: Mapping[str, Backing] | None = None,
    cards: int | None = None,
) -> Economy:
    """Return what the output tokens of one point cost.

    Args:
        case: row of the table ``cases``.
        point: row of the table ``points``.
        price: of a card and hour, the same for all cards of the case.
        tdp: power of a card at most, in watts, the same for all cards of the case.
        facts: what stands behind the columns of the point; see :func:`kb.search.prices.backings`.
        cards: how many share the requests, where that is known to be all of them. By default it is the number of the
            row, and throughput must then be stated: some sources count the cards of one worker of many.
    """
    rate = throughput(point)
    if rate is None or (cards is None and rate.basis == "requests"):
        return Economy(missing=("no throughput is stated",))
    counted = Input("cards", case["cards"] if cards is None else cards, None)
    made = tuple(Input(name, point[name], (facts or {}).get(name)) for name in rate.fields)
    missing = []
    cost = joules = floor = None
    if price is None:
        missing.append(f"no price is recorded for {case['hardware']}")
    else:
        cost = _cost(rate, price, counted, made)
    if watts := point["power_per_card_w"]:
        power = Input("power_per_card_w", watts, (facts or {}).get("power_per_card_w"))
        joules = _joules(rate, power, counted, made, _CARDS_ONLY)
    else:
        missing.append("no power was measured at this point")
    if tdp is not None:
        note = f"a floor: TDP is the most that a card takes for long; {_CARDS_ONLY}"
        floor = _joules(rate, tdp, counted, made, note)
    return Economy(cost, joules, floor, tuple(missing))


def _cost(rate: Rate, price: Price, cards: Input, made: tuple[Input, ...]) -> Figure:
    paid = Input("usd_per_card_hour", price.usd_per_card_hour, price.backing)
    return Figure(
        price.usd_per_card_hour * cards.value * 1e6 / (3600 * rate.tok_s),
        f"usd_per_card_hour x cards x 1e6 / (3600 x {_named(rate)})",
        (paid, cards, *made),
        None if price.backing else "the price is the asker's own, and no fact of this base",
    )


def _joules(rate: Rate, power: Input, cards: Input, made: tuple[Input, ...], note: str) -> Figure:
    return Figure(
        rate.tok_s / (power.value * cards.value),
        f"{_named(rate)} / ({power.name} x cards)",
        (*made, power, cards),
        note,
    )


def _named(rate: Rate) -> str:
    return "decode_tok_s" if rate.stated else f"({rate.how})"
