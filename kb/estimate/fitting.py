"""What fits where: models, cards and formats tried against each other, each with memory and expected speed.

Nothing is dropped on the way. A combination that cannot be judged, that is too large, or whose format the card does not
compute in is a row as well; its ``outcome`` says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.estimate.ceiling import Ceiling, decode_ceiling
from kb.estimate.classes import is_module
from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.expected import Expected, expect
from kb.estimate.kv_cache import BITS
from kb.estimate.memory import MemoryFit, cards_for, held_once_gb, memory_fit
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import highest, lacks
from kb.estimate.work import Plan
from kb.records import Hardware, Model, Quantization

Outcome = Literal["fits", "too-large", "format-lacking", "context-too-short", "not-checkable"]
Order = Literal["speed", "per-card", "cards"]
# Nobody cuts one copy of a model over more cards.
MOST_CARDS = 1024
# Where no scale-up domain is recorded, so many cards are taken to share a host: boards and chassis hold no more.
HOST_CARDS = 8


@dataclass(frozen=True, slots=True)
class Fit:
    """One model in one format on one kind of card under one load.

    ``count`` are the cards that hold it, or that were asked for; None where it is not known. ``memory`` is there where
    memory could be judged, ``expected`` where it fits and its speed could be. ``fact`` and ``because`` name what keeps
    the outcome or the speed from being known, or why it is not ``fits``.
    """

    outcome: Outcome
    model: Model
    hardware: Hardware
    quantization: Quantization | None
    load: Load
    count: int | None = None
    memory: MemoryFit | None = None
    expected: Expected | None = None
    fact: str | None = None
    because: str | None = None

    @property
    def domain(self) -> int | None:
        """Return how many cards reach each other over the scale-up link, None where that is not recorded."""
        fact = self.hardware.scale_up.domain
        return None if fact is None else fact.value

    @property
    def beyond_domain(self) -> bool:
        """Tell whether it takes more cards than one scale-up domain has, or than a host where none is recorded."""
        return (self.count or 0) > (self.domain or HOST_CARDS)

    @property
    def tok_s(self) -> float | None:
        """Return the middle of the expected decode rate over all cards, None where it cannot be estimated."""
        return None if self.expected is None else self.expected.tok_s

    @property
    def tok_s_per_card(self) -> float | None:
        """Return the same per card."""
        return None if self.expected is None or not self.count else self.expected.tok_s / self.count

    @property
    def ceiling(self) -> Ceiling | None:
        """Return the hard ceiling of decode, worked out when asked for; None where a fact is missing."""
        if self.memory is None:
            return None
        try:
            return decode_ceiling(self.memory.plan.deployment, self.load)
        except NotCheckable:
            return None


class Formats:
    """Which formats are tried: those named, or those that are usual for a model on a card.

    Usual are the format that the publisher stores the weights in, and narrower ones: 8 bits as the card computes them,
    4 bits as servers of its kind and desktop runtimes read them. Wider ones are of no use, except where the card does
    not compute in the publisher's, or none is recorded.
    """

    def __init__(self, known: Iterable[Quantization], named: Sequence[Quantization] = ()) -> None:
        self._known = {quantization.id: quantization for quantization in known}
        self._named = tuple(dict.fromkeys(named))

    def of(self, model: Model, hardware: Hardware) -> tuple[Quantization, ...]:
        """Return the formats to try; those named may be lacked by the card, and so may the publisher's own."""
        if self._named:
            return self._named
        names = dict.fromkeys(self._usual(model, hardware))
        return tuple(self._known[name] for name in names if name in self._known)

    def _usual(self, model: Model, hardware: Hardware) -> Iterator[str]:
        native = self._known.get(model.native_quantization or "")
        bits = 16
        if native is not None:
            yield native.id
            bits = min((BITS[part.format] for part in native.stored if part.format in BITS), default=16)
        if bits == 16 or (bits == 8 and native is not None and lacks(hardware, native.arithmetic)):
            yield "fp16" if lacks(hardware, "bf16") else "bf16"
        if bits > 8:
            if not lacks(hardware, "fp8"):
                yield "fp8-per-tensor" if model.moe is None else "fp8-block-128"
            elif not lacks(hardware, "int8"):
                yield "int8"
        if bits > 4:
            # NVFP4 is NVIDIA's own; weights in 4-bit integers are widened first, which any card can do.
            if hardware.vendor == "nvidia" and not lacks(hardware, "fp4"):
                yield "nvfp4-mlp" if model.moe is None else "nvfp4-experts"
            yield "mlx-4bit-g64" if hardware.vendor == "apple" else "awq-int4-g128"
            if not is_module(hardware):
                yield "gguf-q4-k-m"


def fit(
    models: Iterable[Model],
    hardware: Iterable[Hardware],
    formats: Formats,
    loads: Sequence[Load],
    count: int | None = None,
) -> Iterator[Fit]:
    """Yield a row for each model, card, format and load.

    Args:
        models: what should run.
        hardware: what it could run on.
        formats: which formats are tried.
        loads: under which loads.
        count: how many cards there are; else as few as hold it, rounded up to a power of two.
    """
    cards = tuple(hardware)
    for model in models:
        # What is held does not depend on the card, so each format is weighed once.
        held: dict[str, tuple[float, ...]] = {}
        for card in cards:
            stored = formats.of(model, card)
            if not stored:
                because = "no format is named, and the base has none of the usual ones"
                gap = f"model {model.id} native_quantization"
                for load in loads:
                    yield Fit("not-checkable", model, card, None, load, count, fact=gap, because=because)
            for quantization in stored:
                yield from _fits(model, card, quantization, loads, count, held)


def fit_hardware(
    model: Model, hardware: Iterable[Hardware], formats: Formats, load: Load, count: int | None = None
) -> Iterator[Fit]:
    """Yield a row for each card and format that ``model`` could run on: see :func:`fit`."""
    return fit((model,), hardware, formats, (load,), count)


def fit_models(
    hardware: Hardware, models: Iterable[Model], formats: Formats, load: Load, count: int | None = None
) -> Iterator[Fit]:
    """Yield a row for each model and format that could run on cards of ``hardware``: see :func:`fit`."""
    return fit(models, (hardware,), formats, (load,), count)


def ranked(rows: Iterable[Fit], order: Order = "speed") -> list[Fit]:
    """Return the rows that fit: the fastest first, all or per card, or those of the fewest cards.

    Rows that need more than one scale-up domain come after all others, and rows of unknown speed last among their like.
    """
    return sorted((row for row in rows if row.outcome == "fits"), key=_KEYS[order])


def _place(row: Fit, *figures: float) -> tuple[object, ...]:
    stored = "" if row.quantization is None else row.quantization.id
    return (row.beyond_domain, *figures, row.count, row.model.id, row.hardware.id, stored)


# A rate is above zero, so that those that are not known sort last.
_KEYS: dict[Order, Callable[[Fit], tuple[object, ...]]] = {
    "speed": lambda row: _place(row, -(row.tok_s or 0.0)),
    "per-card": lambda row: _place(row, -(row.tok_s_per_card or 0.0)),
    "cards": lambda row: _place(row, float(row.count or 0), -(row.tok_s or 0.0)),
}


def _fits(
    model: Model,
    card: Hardware,
    stored: Quantization,
    loads: Sequence[Load],
    count: int | None,
    held: dict[str, tuple[float, ...]],
) -> Iterator[Fit]:
    """Yield a row per load."""
    if lacks(card, stored.arithmetic):
        because = f"{stored.name} computes in {stored.arithmetic}, which {card.name} does not support"
        for load in loads:
            yield Fit("format-lacking", model, card, stored, load, count, because=because)
        return
    try:
        plans = _Plans(model, card, stored)
        least = held.get(stored.id)
        if least is None:
            one = plans.on(count or 1)
            least = held[stored.id] = tuple(held_once_gb(one, load) for load in loads)
        cards = [cards_for(card, gigabytes) for gigabytes in least]
    except NotCheckable as gap:
        for load in loads:
            yield Fit("not-checkable", model, card, stored, load, count, fact=gap.fact, because=str(gap))
        return
    for load, fewest in zip(loads, cards, strict=True):
        longest = model.context_tokens
        if longest is not None and (load.full_context or 0) > highest(longest):
            tokens = f"{load.full_context:,} tokens of input and output"
            because = f"{tokens} are more than {model.id} takes: {highest(longest):,.0f}"
            yield Fit("context-too-short", model, card, stored, load, count, because=because)
        elif count is not None:
            yield _on(plans, load, count)
        else:
            yield _on_fewest(plans, load, fewest)


class _Plans:
    """The plans of one model in one format on one card, made once per number of cards."""

    __slots__ = ("_made", "card", "model", "stored")

    def __init__(self, model: Model, card: Hardware, stored: Quantization) -> None:
        self.model, self.card, self.stored = model, card, stored
        self._made: dict[int, Plan] = {}

    def on(self, count: int) -> Plan:
        """Return the plan on ``count`` cards."""
        plan = self._made.get(count)
        if plan is None:
            deployment = Deployment(self.model, self.stored, (Cards(self.card, count),))
            plan = self._made[count] = Plan(deployment, deployment.pools[0])
        return plan


def _on(plans: _Plans, load: Load, count: int) -> Fit:
    plan = plans.on(count)
    memory = memory_fit(plan, load)
    if memory.fits:
        return _fitting(plans, load, count, memory)
    because = f"each card must hold {memory.per_card_gb:,.1f} GB and has {memory.card_gb:,g}"
    return Fit("too-large", plans.model, plans.card, plans.stored, load, count, memory, because=because)


def _on_fewest(plans: _Plans, load: Load, fewest: int) -> Fit:
    count = 1 << (fewest - 1).bit_length()
    while count <= MOST_CARDS:
        memory = memory_fit(plans.on(count), load)
        if memory.fits:
            return _fitting(plans, load, count, memory)
        # What ranks keep copies of does not shrink with their number, so that the fewest cards may not do.
        count *= 2
    because = f"one copy does not fit into {MOST_CARDS:,} cards"
    return Fit("too-large", plans.model, plans.card, plans.stored, load, because=because)


def _fitting(plans: _Plans, load: Load, count: int, memory: MemoryFit) -> Fit:
    model, card, stored = plans.model, plans.card, plans.stored
    try:
        return Fit("fits", model, card, stored, load, count, memory, expect(memory.plan, load))
    except NotCheckable as gap:
        return Fit("fits", model, card, stored, load, count, memory, None, gap.fact, str(gap))
