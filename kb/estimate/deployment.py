"""What an estimate is about: a model in some formats on some cards, under some load."""

from dataclasses import dataclass, field

from kb.records import Hardware, Model, Quantization
from kb.records.case import Parallelism
from kb.records.quantization import NumberFormat


@dataclass(frozen=True)
class Cards:
    """Cards of one SKU that do the same work."""

    hardware: Hardware
    count: int
    parallelism: Parallelism = field(default_factory=Parallelism)
    role: str = "serve"


@dataclass(frozen=True)
class Deployment:
    """A model, how its weights and context are stored, and the pools of cards that run it.

    ``kv_cache`` None means that nobody said; ``draft_tokens`` 0 means no speculation is known of.
    """

    model: Model
    weights: Quantization
    pools: tuple[Cards, ...]
    kv_cache: NumberFormat | None = None
    activations: NumberFormat | None = None
    draft_tokens: int = 0
    speculates: bool = False


@dataclass(frozen=True)
class Load:
    """Tokens per request, and how many requests are in flight; None where nobody said."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    batch: int | None = None
    concurrency: int | None = None
