"""What an estimate is about: a model in some formats on some cards, under some load."""

from dataclasses import dataclass
from functools import cached_property

from kb.records import Engine, Hardware, Model, Quantization
from kb.records.case import Parallelism
from kb.records.quantization import NumberFormat

_NOTHING_SAID = Parallelism()


@dataclass(frozen=True)
class Cards:
    """Cards of one SKU that do the same work."""

    hardware: Hardware
    count: int
    parallelism: Parallelism = _NOTHING_SAID
    role: str = "serve"


@dataclass(frozen=True)
class Deployment:
    """A model, how its weights and context are stored, and the pools of cards that run it.

    ``kv_cache`` None means that nobody said. ``speculates`` without ``draft_tokens`` means that
    tokens are drafted, and nobody said how many. ``may_offload`` means that weights may lie in host memory.
    ``weights_gb`` is the size of the weights as a tool printed it, where the format alone says it only roughly.
    ``engine_date`` is when the software was released or ran (ISO, may be a year); ``backend`` is what a desktop runtime
    computes with. ``one_of_many`` is true where the pool that decodes is one worker of an unknown number, so that
    nobody knows how many of the requests are its own.
    """

    model: Model
    weights: Quantization
    pools: tuple[Cards, ...]
    kv_cache: NumberFormat | None = None
    activations: NumberFormat | None = None
    draft_tokens: int = 0
    speculates: bool = False
    engine: Engine | None = None
    may_offload: bool = False
    weights_gb: float | None = None
    engine_date: str | None = None
    backend: str | None = None
    one_of_many: bool = False

    @property
    def decode_pools(self) -> tuple[Cards, ...]:
        """Return the pools that generate tokens."""
        if len(self.pools) == 1 and self.pools[0].role == "serve":
            return self.pools
        return tuple(pool for pool in self.pools if pool.role != "prefill")

    @property
    def prefill_pools(self) -> tuple[Cards, ...]:
        """Return the pools that read prompts."""
        return tuple(pool for pool in self.pools if pool.role != "decode")


@dataclass(frozen=True)
class Load:
    """Tokens per request, and how many requests are in flight; None where nobody said.

    ``serving`` is true where requests come and go, so that prefill of one interrupts decode of the others.
    """

    input_tokens: float | None = None
    output_tokens: float | None = None
    batch: float | None = None
    concurrency: float | None = None
    static: bool = False
    serving: bool = False

    @cached_property
    def most_in_flight(self) -> float | None:
        """Return how many sequences can be in flight at most, as far as the load says."""
        if self.static and self.batch is not None:
            return self.batch
        known = [n for n in (self.batch, self.concurrency) if n is not None]
        return max(known) if known else None

    @cached_property
    def mean_context(self) -> float | None:
        """Return the mean tokens of context while decoding: the input and half of the output."""
        if self.input_tokens is None:
            return None
        return self.input_tokens + (self.output_tokens or 0) / 2

    @cached_property
    def full_context(self) -> float | None:
        """Return the tokens of context at the end of a request."""
        return None if self.input_tokens is None else self.input_tokens + (self.output_tokens or 0)
