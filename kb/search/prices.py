"""What a bundle knows of prices and power, for :mod:`kb.search.economy`.

A price is a claim on a card, of form ``level`` and in the unit ``USD/GPU/h``. Of several on one card the one stated
last is taken.
"""

import json
import math
import re
from collections.abc import Iterable, Sequence

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.search.economy import Backing, Economy, Input, Price, economy_of
from kb.search.rates import Row

_UNIT = re.compile(r"(usd|us\$|\$)\s*/\s*(gpu|card|chip|accelerator)\s*[/-]\s*(h|hr|hour)", re.IGNORECASE)
_RESULT = re.compile(r"/points/(\d+)/results/(.+)")


def own_price(usd_per_card_hour: float) -> Price:
    """Return the price that the asker names, in dollars for a card and hour.

    Raises:
        BadRequest: it is zero or below, or no number.
    """
    if not (usd_per_card_hour > 0 and math.isfinite(usd_per_card_hour)):
        raise BadRequest(f"--usd-per-card-hour is {usd_per_card_hour:g}; it should be above zero")
    return Price(usd_per_card_hour)


def prices(bundle: Bundle) -> dict[str, Price]:
    """Return the recorded prices by id of the card."""
    found: dict[str, Price] = {}
    rows = bundle.rows(
        "SELECT id, unit, subject_hardware, values, tier FROM claims"
        " WHERE form = 'level' AND subject_hardware IS NOT NULL AND unit IS NOT NULL ORDER BY stated, id"
    )
    for row in rows:
        if _UNIT.fullmatch(row["unit"].strip()) is None:
            continue
        value = json.loads(row["values"])[0].get("value")
        if value is not None:
            told = Backing(row["id"], tuple(value["evidence"]), row["tier"])
            found[row["subject_hardware"]] = Price(value["value"], told)
    return found


def powers(bundle: Bundle) -> dict[str, Input]:
    """Return the most that each card takes, in watts, by its id: its TDP."""
    rows = bundle.rows(
        "SELECT record, value, tier, evidence FROM facts"
        " WHERE kind = 'hardware' AND field = 'tdp_w' AND NOT disputed ORDER BY record"
    )
    return {
        row["record"]: Input("tdp_w", row["value"], Backing(row["record"], tuple(row["evidence"]), row["tier"]))
        for row in rows
    }


def backings(bundle: Bundle, cases: Iterable[str]) -> dict[tuple[str, int], dict[str, Backing]]:
    """Return what stands behind the results of cases: by case and number of the point, then by column of ``points``."""
    rows = bundle.rows(
        "SELECT record, pointer, tier, evidence FROM facts WHERE kind = 'case' AND NOT disputed"
        " AND record IN (SELECT unnest(?))",
        (sorted(set(cases)),),
    )
    found: dict[tuple[str, int], dict[str, Backing]] = {}
    for row in rows:
        if match := _RESULT.fullmatch(row["pointer"]):
            told = Backing(row["record"], tuple(row["evidence"]), row["tier"])
            found.setdefault((row["record"], int(match[1])), {})[match[2].replace("/", "_")] = told
    return found


def economies_of(
    bundle: Bundle, points: Sequence[tuple[Row, Row, int | None]], own: Price | None = None
) -> list[Economy]:
    """Return the economy of points, in their order, from what the base knows of prices and power.

    Args:
        bundle: an open bundle.
        points: row of ``cases``, row of ``points``, and how many cards there are in all, None where that is not known.
        own: the asker's price, for all cards; it takes the place of a recorded one.
    """
    known, most = prices(bundle), powers(bundle)
    behind = backings(bundle, [case["id"] for case, *_ in points])
    found = []
    for case, point, cards in points:
        # What is recorded is of one kind of card.
        card = case["hardware"] if len(set(case["hardware_ids"])) == 1 else ""
        facts = behind.get((case["id"], point["point"]))
        found.append(economy_of(case, point, own or known.get(card), most.get(card), facts, cards))
    return found
