"""What fits where, asked by name: one model on all cards of the base, or one card and all models."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from kb.errors import BadRequest
from kb.estimate import Load
from kb.estimate.fitting import Fit, Formats, Order, fit, ranked
from kb.estimate.request import EstimateRequest, check_context
from kb.records import Hardware, Model, Quantization
from kb.search.lookup import BundleLibrary
from kb.search.vendors import vendor_named


@dataclass(frozen=True)
class FitQuestion:
    """What to try. Names are ids, aliases or anything else that resolves; at least one of the first two is said.

    ``count`` None means as few cards as hold it, ``quantizations`` empty the usual formats.
    """

    model: str | None = None
    hardware: str | None = None
    count: int | None = None
    quantizations: tuple[str, ...] = ()
    vendor: str | None = None
    batch: int = 1
    input_tokens: int | None = None
    output_tokens: int | None = None
    order: Order = "speed"

    def load(self) -> Load:
        """Return the load, with the default lengths where none are given.

        Raises:
            BadRequest: a number that nobody means.
        """
        # The same numbers as in an estimate, and refused for the same reasons.
        asked = EstimateRequest(
            self.model or "any",
            self.hardware or "any",
            1 if self.count is None else self.count,
            batch=self.batch,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
        )
        return asked.load()


@dataclass(frozen=True)
class FitAnswer:
    """All that was tried: ``rows`` fit, the best first; ``others`` do not, or nobody knows."""

    question: FitQuestion
    model: Model | None
    hardware: Hardware | None
    load: Load
    rows: tuple[Fit, ...]
    others: tuple[Fit, ...]

    def others_with(self, outcome: str) -> tuple[Fit, ...]:
        """Return the rows that do not fit for one reason."""
        return tuple(row for row in self.others if row.outcome == outcome)

    @property
    def unknown(self) -> dict[str, tuple[str, ...]]:
        """Return what kept something from being judged: by fact, the records that lack it; speeds included."""
        lacking: dict[str, dict[str, None]] = {}
        for row in (*self.rows, *self.others):
            if row.fact is not None:
                # "hardware apple-m1 memory.capacity_gb"; a fact of the model may come without its name.
                kind, _, rest = row.fact.partition(" ")
                record, _, path = rest.rpartition(" ")
                name = record or (row.hardware.id if kind == "hardware" else row.model.id)
                lacking.setdefault(f"{kind} {path}", {})[name] = None
        return {fact: tuple(sorted(names)) for fact, names in sorted(lacking.items())}

    def plain(self, limit: int | None = None) -> dict[str, Any]:
        """Return the JSON form, with at most ``limit`` of the rows that fit, and all others."""
        asked = self.question
        return {
            "inputs": {
                "model": None if self.model is None else self.model.id,
                "hardware": None if self.hardware is None else self.hardware.id,
                "count": asked.count,
                "quantizations": list(asked.quantizations),
                "vendor": asked.vendor,
                "batch": asked.batch,
                "input_tokens": self.load.input_tokens,
                "output_tokens": self.load.output_tokens,
                "sort": asked.order,
            },
            "total": len(self.rows),
            "rows": [plain_row(row) for row in self.rows[:limit]],
            "others": [plain_row(row) for row in self.others],
            "not_checkable": [{"fact": fact, "records": list(names)} for fact, names in self.unknown.items()],
        }


def plain_row(row: Fit) -> dict[str, Any]:
    """Return one row as JSON has it; what is not known, or not judged, is null."""
    memory, expected, stored = row.memory, row.expected, row.quantization
    ceiling = row.ceiling if row.outcome == "fits" else None
    point = expected is not None and expected.error.point
    return {
        "outcome": row.outcome,
        "model": row.model.id,
        "hardware": row.hardware.id,
        "vendor": row.hardware.vendor,
        "quantization": None if stored is None else stored.id,
        "native": stored is not None and stored.id == row.model.native_quantization,
        "cards": row.count,
        "domain": row.domain,
        "beyond_domain": row.beyond_domain,
        "weights_gb": None if memory is None else memory.weights_gb,
        "per_card_gb": None if memory is None else memory.per_card_gb,
        "card_gb": None if memory is None else memory.card_gb,
        "largest_batch": None if memory is None else memory.largest_batch,
        # Where records support a range only, there is no middle to give.
        "decode_tok_s": row.tok_s if point else None,
        "decode_tok_s_per_card": row.tok_s_per_card if point else None,
        "low": None if expected is None else expected.low,
        "high": None if expected is None else expected.high,
        "class": None if expected is None else expected.error.name,
        "ceiling_tok_s": None if ceiling is None else ceiling.tok_s,
        "fact": row.fact,
        "because": row.because,
    }


def what_fits(library: BundleLibrary, question: FitQuestion) -> FitAnswer:
    """Try what ``question`` asks for.

    Raises:
        UnknownName: a name means no record, or several; or there is no such vendor.
        BadRequest: neither model nor hardware is named, or a number is one that nobody means.
    """
    if question.model is None and question.hardware is None:
        raise BadRequest("name a model, or a card with --hardware")
    if question.vendor is not None and question.hardware is not None:
        raise BadRequest("--vendor chooses among cards, and --hardware names one: say one of the two")
    if question.order not in get_args(Order):
        raise BadRequest(f"unknown order {question.order[:60]!r}; one of {', '.join(get_args(Order))}")
    load = question.load()
    model = None if question.model is None else library.resolve(question.model, "model")
    card = None if question.hardware is None else library.resolve(question.hardware, "hardware")
    named = [library.resolve(name, "quantization") for name in question.quantizations]
    if model is not None:
        check_context(model, load)
    cards = (card,) if card is not None else _of_vendor(library.records("hardware"), question.vendor)
    models = (model,) if model is not None else library.records("model")
    known: Sequence[Quantization] = () if named else library.records("quantization")
    found = tuple(fit(models, cards, Formats(known, named), (load,), question.count))
    others = tuple(row for row in found if row.outcome != "fits")
    return FitAnswer(question, model, card, load, tuple(ranked(found, question.order)), others)


def _of_vendor(cards: Iterable[Hardware], vendor: str | None) -> tuple[Hardware, ...]:
    """Return the cards of one vendor, by any of the names that a query knows it by; all without a name."""
    cards = tuple(cards)
    if vendor is None:
        return cards
    wanted = vendor_named(vendor, (card.vendor for card in cards))
    return tuple(card for card in cards if card.vendor == wanted)
