"""What the context of one sequence takes, in memory and per step, by kind of attention."""

import math
from dataclasses import dataclass

from kb.estimate.closed_form import value
from kb.estimate.missing import NotCheckable
from kb.estimate.remember import remembered
from kb.records import Model
from kb.records.model import Attention
from kb.records.quantization import NumberFormat

BITS: dict[str, int] = {
    "fp4": 4,
    "fp6": 6,
    "fp8": 8,
    "bf16": 16,
    "fp16": 16,
    "fp32": 32,
    "int2": 2,
    "int3": 3,
    "int4": 4,
    "int5": 5,
    "int6": 6,
    "int8": 8,
}
USUAL_BITS = 16
# Unless the claim says what it keeps its context in, it is granted eight bits.
GRANTED_BITS = 8
# Recurrent state is kept in single precision by its publishers' own code; a claim is granted half.
STATE_BYTES = 4.0
GRANTED_STATE_BYTES = 2.0


def kv_bits(stored_as: NumberFormat | None, unless_said: int) -> int:
    """Return bits per value of the context; ``unless_said`` where the format is unknown or mixed."""
    return BITS.get(stored_as or "", unless_said)


@dataclass(frozen=True, slots=True)
class LayerKind:
    """Layers that keep the same kind of context, as numbers of values.

    A sequence of T tokens leaves ``min(T / compression, most)`` entries of ``values + index`` values in each layer,
    ``min(T, window)`` plain ones of ``plain`` values beside them, and ``state`` values whatever its length. A step
    reads the index of all entries, the values of ``top_k`` of them at most, the plain ones and the state; the state is
    written back. Attention within chunks of ``chunk`` tokens looks back to where the chunk began: half on average.

    Tensor parallel ranks share entries out down to one of ``heads`` each; beyond that they keep copies. A latent or a
    compressed entry is one head. None: shared out without end.
    """

    name: str
    layers: int
    values: float = 0.0
    compression: float = 1.0
    most: float = math.inf
    top_k: float = math.inf
    index: float = 0.0
    window: float = 0.0
    plain: float = 0.0
    state: float = 0.0
    chunk: float = math.inf
    heads: int | None = None

    def held(self, tokens: float, bits: float, state_bytes: float) -> float:
        """Return the bytes that all layers of the kind hold per sequence, counted once."""
        entries = min(tokens / self.compression, self.most)
        each = entries * (self.values + self.index) + min(tokens, self.window) * self.plain
        return self.layers * (each * bits / 8 + self.state * state_bytes)

    def read(self, tokens: float, bits: float, state_bytes: float) -> float:
        """Return the bytes that all layers of the kind move per sequence and step, counted once."""
        entries = self.chunk / 2 if tokens > self.chunk else min(tokens / self.compression, self.most)
        picked = min(entries, self.top_k)
        each = picked * self.values + entries * self.index + min(tokens, self.window) * self.plain
        return self.layers * (each * bits / 8 + 2 * self.state * state_bytes)

    def least_read(self, tokens: float, bits: float, state_bytes: float) -> float:
        """Return what is read at the very least: a chunk may just have begun."""
        return 0.0 if tokens > self.chunk else self.read(tokens, bits, state_bytes)

    def copies(self, ranks: int) -> float:
        """Return how often the bytes exist among ``ranks`` tensor parallel ranks."""
        return 1.0 if self.heads is None else max(1.0, ranks / self.heads)


@dataclass(frozen=True, slots=True)
class ContextUse:
    """What the context of one sequence of ``tokens`` takes when each value is kept in ``bits``."""

    kinds: tuple[LayerKind, ...]
    tokens: float
    bits: float
    state_bytes: float

    @property
    def held(self) -> float:
        """Return the bytes held, counted once."""
        return self.held_by(1)

    @property
    def read(self) -> float:
        """Return the bytes read per step, counted once."""
        return self.read_by(1)

    @property
    def least_read(self) -> float:
        """Return the bytes read per step at the very least, counted once."""
        return sum(kind.least_read(self.tokens, self.bits, self.state_bytes) for kind in self.kinds)

    def held_by(self, ranks: int) -> float:
        """Return the bytes that ``ranks`` tensor parallel ranks hold together, copies included."""
        total = 0.0
        for kind in self.kinds:
            total += kind.held(self.tokens, self.bits, self.state_bytes) * kind.copies(ranks)
        return total

    def read_by(self, ranks: int) -> float:
        """Return the bytes that ``ranks`` tensor parallel ranks read per step together, copies included."""
        total = 0.0
        for kind in self.kinds:
            total += kind.read(self.tokens, self.bits, self.state_bytes) * kind.copies(ranks)
        return total


def context_use(model: Model, tokens: float, bits: float, state_bytes: float = STATE_BYTES) -> ContextUse:
    """Return what ``tokens`` of context take when each value is kept in ``bits``.

    Raises:
        NotCheckable: a layer kind or one of its sizes is unknown.
    """
    return ContextUse(layer_kinds(model), tokens, bits, state_bytes)


def values_per_token(model: Model) -> float:
    """Return the values that one more token of a long context adds, over all layers."""
    far, step = 1 << 24, 1 << 20
    longer, long = (context_use(model, tokens, 8, 1.0).held for tokens in (far + step, far))
    return (longer - long) / step


@remembered
def layer_kinds(model: Model) -> tuple[LayerKind, ...]:
    """Return the kinds of layers of ``model`` that keep context.

    Raises:
        NotCheckable: a layer kind or one of its sizes is unknown.
    """
    if not model.attention or model.layers is None:
        raise _unknown(model, "attention" if model.layers is not None else "layers")
    if sum(kind.layers.value for kind in model.attention) != model.layers.value:
        raise _unknown(model, "attention of every layer")
    return tuple(_layer_kind(model, kind) for kind in model.attention if kind.kind != "none")


def _layer_kind(model: Model, kind: Attention) -> LayerKind:
    layers = kind.layers.value
    sparse = {"index": value(kind.index_values) or 0.0, "top_k": value(kind.sparse_top_k) or math.inf}

    def need(name: str) -> float:
        found = value(getattr(kind, name))
        if found is None:
            raise _unknown(model, f"attention {name}")
        return found

    if kind.kind == "linear":
        return LayerKind(kind.kind, layers, state=need("state_values"))
    if kind.kind == "latent":
        return LayerKind(kind.kind, layers, need("kv_lora_rank") + need("rope_head_dim"), heads=1, **sparse)
    size = need("head_dim")
    if kind.kind == "compressed":
        ratio, window = need("compression"), value(kind.window) or 0.0
        return LayerKind(kind.kind, layers, size, ratio, window=window, plain=size, heads=1, **sparse)
    heads = int(need("kv_heads"))
    values = heads * (size if kind.shared_key_value else size + (value(kind.value_head_dim) or size))
    most = need("window") if kind.kind in ("sliding-window", "chunked") else math.inf
    chunk = most if kind.kind == "chunked" else math.inf
    return LayerKind(kind.kind, layers, values, most=most, chunk=chunk, heads=heads, **sparse)


def _unknown(model: Model, fact: str) -> NotCheckable:
    return NotCheckable(f"model {model.id} {fact}", f"{fact} of {model.id} is not recorded")
