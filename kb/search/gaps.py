"""Which pairs of card and model are asked for, and have not been measured well.

Nobody counts what people ask for, so demand is taken from the cases themselves: were cards and models independent, a
pair would have as many cases as the share of its card times the share of its model gives it::

    expected = cases of the card x cases of the model / cases of all
    missing  = expected - cases of the pair

where a case on two kinds of cards counts once on each. A pair is a gap when ``missing`` is above zero, no case of it
has tier reported or better, and the model fits on 1, 2, 4, 8 or 16 of the cards. A card or a model that no case names
has no demand by this measure, and a source that brought many cases weighs as much as they do. Models that came out more
than two years before the day of the data are left out: what older cards ran often is not asked of new ones.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest
from kb.estimate.fitting import Fit, Formats, fit
from kb.records import Model, Tier, strongest
from kb.records.scalars import first_day
from kb.search.ages import data_day
from kb.search.coverage import Pair, Scope, chosen, placed, well_evidenced
from kb.search.fits import FitQuestion, plain_row
from kb.search.lookup import BundleLibrary

# A pair that needs more cards than this is not what its models and cards are run as.
MOST_CARDS = 16
_OLD = datetime.timedelta(days=730)


@dataclass(frozen=True)
class Gap:
    """A pair without a well-evidenced case. ``tier`` is the best of its cases, None where it has none.

    ``fit`` is how it would run at batch 1: in the publisher's own format or the first narrower one that fits, on as
    few cards as hold it, with the expected speed; an estimate, not a measurement.
    """

    hardware: str
    model: str
    cases: int
    tier: Tier | None
    expected: float
    fit: Fit

    @property
    def missing(self) -> float:
        """Return the cases that the pair lacks."""
        return self.expected - self.cases

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "hardware": self.hardware,
            "model": self.model,
            "cases": self.cases,
            "best_tier": self.tier,
            "expected_cases": self.expected,
            "missing_cases": self.missing,
            "estimate": plain_row(self.fit),
        }


@dataclass(frozen=True)
class Gaps:
    """The gaps with most cases missing first, and what else could not be one.

    ``placed`` is the number of cases that demand is counted over. ``unfit`` and ``not_checkable`` are the pairs
    that would have come before the last of ``rows``, and do not fit or lack a fact to tell; ``idle_hardware`` and
    ``idle_models`` are the records that no case names.
    """

    placed: int
    rows: tuple[Gap, ...]
    unfit: tuple[Pair, ...]
    not_checkable: tuple[Pair, ...]
    idle_hardware: tuple[str, ...]
    idle_models: tuple[str, ...]

    @property
    def basis(self) -> str:
        """Return how demand is counted, in a sentence."""
        return (
            f"expected = cases of the card x cases of the model / all {self.placed:,}, as if the two were independent;"
            " missing = expected - cases of the pair; pairs without a case of tier reported or better whose model is at"
            f" most two years old and fits on 1 to {MOST_CARDS} cards; estimates at batch 1, with the lengths of kb"
            " estimate"
        )

    def plain(self) -> dict[str, Any]:
        """Return the JSON form.

        ``{"basis", "cases_placed", "gaps", "unfit", "not_checkable", "idle_hardware", "idle_models"}``: ``gaps`` is
        a list of ``{"hardware", "model", "cases", "best_tier", "expected_cases", "missing_cases", "estimate"}``, where
        ``estimate`` is a row of ``kb fit --json``; the next two are lists of ``{"hardware", "model"}``.
        """
        return {
            "basis": self.basis,
            "cases_placed": self.placed,
            "gaps": [gap.plain() for gap in self.rows],
            "unfit": [{"hardware": card, "model": model} for card, model in self.unfit],
            "not_checkable": [{"hardware": card, "model": model} for card, model in self.not_checkable],
            "idle_hardware": list(self.idle_hardware),
            "idle_models": list(self.idle_models),
        }


def gaps(bundle: Bundle, scope: Scope | None = None, limit: int = 20) -> Gaps:
    """Return the ``limit`` pairs in ``scope`` of which most cases are missing; demand is counted over all cases.

    Raises:
        UnknownName: a name means no record, or several; or there is no such vendor.
        BadRequest: the limit is below 1, hardware and vendor are both named, or the scope is not by model.
    """
    scope = scope or Scope()
    if limit < 1:
        raise BadRequest(f"--gaps is {limit:,}; it should be at least 1")
    if scope.by != "model":
        raise BadRequest(f"gaps are pairs of a card and a model; --by {scope.by} is for the matrix")
    library = BundleLibrary(bundle)
    cards = {card.id: card for card in library.records("hardware")}
    models = {model.id: model for model in library.records("model")}
    today = data_day(bundle)
    places = placed(bundle, "model")
    of_card = Counter(place.hardware for place in places)
    of_model = Counter(place.model for place in places)
    wanted = chosen(bundle, scope)
    tiers: dict[Pair, list[Tier]] = {}
    for place in places:
        tiers.setdefault((place.hardware, place.model), []).append(place.tier)
    candidates = []
    for card, on_card in of_card.items():
        for model, of_it in of_model.items():
            there = tiers.get((card, model), [])
            expected = on_card * of_it / len(places)
            if (
                expected > len(there)
                and not any(map(well_evidenced, there))
                # A case may name a record that the base lacks.
                and card in cards
                and model in models
                and wanted.takes(card, cards[card].vendor, model)
                and not _is_old(models[model], today)
            ):
                candidates.append((len(there) - expected, card, model, expected, there))
    formats = Formats(library.records("quantization"))
    rows: list[Gap] = []
    unfit: list[Pair] = []
    unknown: list[Pair] = []
    for _, card, model, expected, there in sorted(candidates, key=lambda entry: entry[:3]):
        if len(rows) == limit:
            break
        tried = list(fit((models[model],), (cards[card],), formats, (FitQuestion(model, card).load(),)))
        best = next((row for row in tried if row.outcome == "fits" and (row.count or 0) <= MOST_CARDS), None)
        if best is not None:
            rows.append(Gap(card, model, len(there), strongest(there) if there else None, expected, best))
        else:
            gap = any(row.outcome == "not-checkable" for row in tried)
            (unknown if gap else unfit).append((card, model))
    return Gaps(
        len(places),
        tuple(rows),
        tuple(unfit),
        tuple(unknown),
        tuple(name for name in cards if name not in of_card),
        tuple(name for name in models if name not in of_model),
    )


def _is_old(model: Model, today: datetime.date) -> bool:
    """Tell whether a model came out long before ``today``; one whose day nobody gives is not."""
    return model.released is not None and today - first_day(model.released) > _OLD
