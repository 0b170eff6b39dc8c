"""Columns and sentences on cost and energy, for the terminal."""

from collections.abc import Iterator, Sequence

from kb.cli.writing import figure
from kb.search.economy import Economy, Price
from kb.search.spots import Spot

_FIGURES = {
    "USD/M tokens": "usd_per_million_tokens",
    "tokens/J": "tokens_per_joule",
    "tokens/J at least": "tokens_per_joule_at_least",
}


def cost_columns(told: Sequence[Economy]) -> dict[str, list[str]]:
    """Return the columns that have any figure, by their heads."""
    found = {}
    for head, name in _FIGURES.items():
        figures = [getattr(one, name) for one in told]
        if any(figures):
            found[head] = [figure(one.value) if one else "-" for one in figures]
    return found


def cost_notes(best: Sequence[tuple[Spot, Economy]], own: Price | None) -> Iterator[str]:
    """Yield what the figures on cost rest on, and for want of what there are none."""
    told = [economy for _, economy in best]
    if own is not None:
        yield f"cost: output tokens at {own.usd_per_card_hour:g} USD per card and hour, your price and no fact here"
    elif priced := sorted({one.backing.record for e in told for one in _price(e) if one.backing}):
        yield f"cost: output tokens at the price recorded in {', '.join(priced)}; --usd-per-card-hour N takes yours"
    unpriced = sorted({spot.case["hardware"] for spot, economy in best if economy.usd_per_million_tokens is None})
    if unpriced:
        yield f"no price is recorded for {', '.join(unpriced)}; --usd-per-card-hour N takes yours"
    if not any(one.tokens_per_joule for one in told):
        yield "no power was measured at these points"
    if any(one.tokens_per_joule_at_least for one in told):
        yield "tokens/J at least: output tok/s over the TDP of all cards, the most they take; a floor, not measured"


def _price(economy: Economy) -> list[Price]:
    found = economy.usd_per_million_tokens
    return [] if found is None else [Price(one.value, one.backing) for one in found.inputs if "usd" in one.name]
