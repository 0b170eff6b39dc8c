"""A question to the estimator, as a command line or a program puts it."""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Protocol, cast, get_args

from kb.errors import BadRequest
from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.peak import highest
from kb.records import Hardware, Model, Quantization, Record
from kb.records.case import Parallelism
from kb.records.quantization import NumberFormat

DEFAULT_INPUT_TOKENS = 1024
DEFAULT_OUTPUT_TOKENS = 256
# Each number with the least and the most that anybody means.
_LIMITS = (
    ("count", 1, 1_000_000),
    ("batch", 1, 10_000_000),
    ("input_tokens", 0, 100_000_000),
    ("output_tokens", 1, 100_000_000),
    ("tp", 1, 1_000_000),
    ("pp", 1, 10_000),
    ("ep", 1, 1_000_000),
    ("dp", 1, 1_000_000),
    ("speculative", 0, 64),
)


class Lookup(Protocol):
    """Whatever turns a name into one record; a corpus does."""

    def resolve(self, text: str, kind: str | None = None) -> Record:
        """Return the one record of ``kind`` that ``text`` names, or raise :class:`kb.errors.UnknownName`."""
        ...


@dataclass(frozen=True)
class EstimateRequest:
    """What to estimate. Names are ids, aliases or anything else that a lookup resolves; None means: not said."""

    model: str
    hardware: str
    count: int = 1
    quantization: str | None = None
    kv_cache: str | None = None
    batch: int = 1
    input_tokens: int | None = None
    output_tokens: int | None = None
    tp: int | None = None
    pp: int | None = None
    ep: int | None = None
    dp: int | None = None
    speculative: int | None = None
    id: str | None = None

    @classmethod
    def from_mapping(cls, data: Any) -> "EstimateRequest":
        """Read a request from parsed JSON.

        Raises:
            BadRequest: it is no mapping, or has an unknown, missing or ill-typed entry.
        """
        if not isinstance(data, dict):
            raise BadRequest('a request is a JSON object, as in {"model": "...", "hardware": "..."}')
        if not data.keys() <= _ENTRIES.keys():
            key = next(key for key in data if key not in _ENTRIES)
            raise BadRequest(f"unknown entry {str(key)[:80]!r}; known are {', '.join(_ENTRIES)}")
        for key in ("model", "hardware"):
            if data.get(key) is None:
                raise BadRequest(f"a request names a {key}")
        said = {key: value for key, value in data.items() if value is not None}
        if isinstance(said.get("id"), int) and not isinstance(said.get("id"), bool):
            said["id"] = str(said["id"])
        return cls(**said)

    def __post_init__(self) -> None:
        """Refuse what is no number, or a number that nobody means."""
        said = self.__dict__
        for name in ("model", "hardware", "quantization", "kv_cache", "id"):
            text = said[name]
            if text is not None and (not isinstance(text, str) or not text.strip()):
                raise BadRequest(f"{name} should be a name, not {str(text)[:80]!r}")
        for name, least, most in _LIMITS:
            number = said[name]
            # Thousands of requests are read, and nearly all numbers are in order.
            if number is None or (type(number) is int and least <= number <= most):
                continue
            if isinstance(number, bool) or not isinstance(number, int):
                raise BadRequest(f"{name} should be a whole number, not {str(number)[:80]!r}")
            if not least <= number <= most:
                raise BadRequest(f"{name} is {number:,}; it should lie between {least} and {most:,}")
        tp, pp, dp = self.tp or 1, self.pp or 1, self.dp or 1
        product = tp * pp * dp
        if self.ep is not None and tp * pp == self.count and tp % dp == 0:
            # Attention runs data parallel on ranks that share the experts: tp 8, dp 8, ep 8 on eight cards.
            product = tp * pp
        if product > self.count:
            raise BadRequest(f"tp x pp x dp is {product:,}, but there are {self.count:,} cards")
        if self.count % product:
            raise BadRequest(f"{self.count:,} cards do not divide into groups of tp x pp x dp = {product:,}")
        if self.ep is not None and (self.ep > self.count or self.count % self.ep):
            raise BadRequest(f"ep is {self.ep:,}, which does not divide {self.count:,} cards")

    def load(self) -> Load:
        """Return the load, with the default lengths where none are given."""
        return _load(self.input_tokens, self.output_tokens, self.batch)


# The same loads are asked about again and again, and what follows from one is worked out once.
@lru_cache(maxsize=4096)
def _load(input_tokens: int | None, output_tokens: int | None, batch: int) -> Load:
    return Load(
        DEFAULT_INPUT_TOKENS if input_tokens is None else input_tokens,
        DEFAULT_OUTPUT_TOKENS if output_tokens is None else output_tokens,
        batch=batch,
        static=True,
    )


# In the order in which an error lists them; a dictionary, for looking each of a request's entries up.
_ENTRIES = dict.fromkeys(field.name for field in fields(EstimateRequest))


@dataclass(frozen=True)
class Resolved:
    """The records behind a request. ``deployment`` is None when nobody says how the weights are stored."""

    model: Model
    hardware: Hardware
    quantization: Quantization | None
    deployment: Deployment | None
    cards: Cards


def resolve(request: EstimateRequest, lookup: Lookup) -> Resolved:
    """Find the records that a request names.

    Raises:
        UnknownName: a name means nothing, or several records.
        BadRequest: the context is longer than the model's.
    """
    model = _find(lookup, request.model, "model", Model)
    hardware = _find(lookup, request.hardware, "hardware", Hardware)
    named = request.quantization or model.native_quantization
    quantization = None if named is None else _find(lookup, named, "quantization", Quantization)
    check_context(model, request.load())
    cards = Cards(hardware, request.count, _parallelism(request.tp, request.pp, request.ep, request.dp))
    if quantization is None:
        return Resolved(model, hardware, None, None, cards)
    deployment = Deployment(
        model,
        quantization,
        (cards,),
        kv_cache=_kv_format(request.kv_cache, lookup),
        draft_tokens=request.speculative or 0,
        speculates=bool(request.speculative),
    )
    return Resolved(model, hardware, quantization, deployment, cards)


def check_context(model: Model, load: Load) -> None:
    """Refuse a load that is longer than ``model`` takes.

    Raises:
        BadRequest: it is.
    """
    if model.context_tokens is not None and (load.full_context or 0) > highest(model.context_tokens):
        raise BadRequest(
            f"{load.full_context:,} tokens of input and output are more than {model.id} takes: "
            f"{max(model.context_tokens.values):,}"
        )


def _find(lookup: Lookup, text: str, kind: str, model: type[Any]) -> Any:
    record = lookup.resolve(text, kind)
    if not isinstance(record, model):
        raise BadRequest(f"{text[:80]!r} is a {record.kind}, not a {kind}")
    return record


@lru_cache(maxsize=4096)
def _parallelism(tp: int | None, pp: int | None, ep: int | None, dp: int | None) -> Parallelism:
    said = {"tp": tp, "pp": pp, "ep": ep, "dp": dp}
    return Parallelism.model_validate({key: number for key, number in said.items() if number is not None})


def _kv_format(name: str | None, lookup: Lookup) -> NumberFormat | None:
    """Read the format of the context: the name of a format, or a quantization that has one."""
    if name is None:
        return None
    if name in get_args(NumberFormat):
        return cast(NumberFormat, name)
    quantization: Quantization = _find(lookup, name, "quantization", Quantization)
    if quantization.kv_cache is not None:
        return quantization.kv_cache
    formats = {part.format for part in quantization.stored}
    if len(formats) != 1:
        raise BadRequest(f"{quantization.id} does not say how it keeps the context; name a format such as fp8 or bf16")
    return formats.pop()
