"""What the context of one sequence takes, in memory and per step, by kind of attention."""

import math
from dataclasses import dataclass

from kb.estimate.closed_form import value
from kb.estimate.missing import NotCheckable
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


@dataclass(frozen=True)
class Kept:
    """Bytes that the layers of one kind hold per sequence, and read per step, counted once.

    Tensor parallel ranks share them out down to one of ``heads`` each; beyond that they keep copies.
    A latent or a compressed entry is one head. None: shared out without end.
    """

    held: float
    read: float
    heads: int | None

    def copies(self, ranks: int) -> float:
        """Return how often the bytes exist among ``ranks`` tensor parallel ranks."""
        return 1.0 if self.heads is None else max(1.0, ranks / self.heads)


@dataclass(frozen=True)
class ContextUse:
    """What the context of one sequence takes, by kind of layer."""

    kinds: tuple[Kept, ...]

    @property
    def held(self) -> float:
        """Return the bytes held, counted once."""
        return sum(kept.held for kept in self.kinds)

    @property
    def read(self) -> float:
        """Return the bytes read per step, counted once."""
        return sum(kept.read for kept in self.kinds)

    def held_by(self, ranks: int) -> float:
        """Return the bytes that ``ranks`` tensor parallel ranks hold together, copies included."""
        return sum(kept.held * kept.copies(ranks) for kept in self.kinds)

    def read_by(self, ranks: int) -> float:
        """Return the bytes that ``ranks`` tensor parallel ranks read per step together, copies included."""
        return sum(kept.read * kept.copies(ranks) for kept in self.kinds)


def context_use(model: Model, tokens: float, bits: float, state_bytes: float = STATE_BYTES) -> ContextUse:
    """Return what ``tokens`` of context take when each value is kept in ``bits``.

    Raises:
        NotCheckable: a layer kind or one of its sizes is unknown.
    """
    if not model.attention or model.layers is None:
        raise _unknown(model, "attention" if model.layers is not None else "layers")
    if sum(kind.layers.value for kind in model.attention) != model.layers.value:
        raise _unknown(model, "attention of every layer")
    kinds = []
    for kind in model.attention:
        layers = kind.layers.value
        if kind.kind == "linear":
            state = value(kind.state_values)
            if state is None:
                raise _unknown(model, "attention state_values")
            # A recurrent state is read and written back.
            kinds.append(Kept(layers * state * state_bytes, 2 * layers * state * state_bytes, None))
        elif kind.kind != "none":
            held, read = _values(model, kind, tokens)
            heads = 1 if kind.kind in ("latent", "compressed") or kind.kv_heads is None else kind.kv_heads.value
            kinds.append(Kept(layers * held * bits / 8, layers * read * bits / 8, heads))
    return ContextUse(tuple(kinds))


def values_per_token(model: Model) -> float:
    """Return the values that one more token of a long context adds, over all layers."""
    far, step = 1 << 24, 1 << 20
    longer, long = (context_use(model, tokens, 8, 1.0).held for tokens in (far + step, far))
    return (longer - long) / step


def _values(model: Model, kind: Attention, tokens: float) -> tuple[float, float]:
    """Return values held and values read per step, of one layer."""
    index = value(kind.index_values) or 0.0
    if kind.kind == "latent":
        rank, rope = value(kind.kv_lora_rank), value(kind.rope_head_dim)
        if rank is None or rope is None:
            raise _unknown(model, "attention kv_lora_rank" if rank is None else "attention rope_head_dim")
        return tokens * (rank + rope + index), _picked(kind, tokens) * (rank + rope) + tokens * index
    size = value(kind.head_dim)
    if size is None:
        raise _unknown(model, "attention head_dim")
    if kind.kind == "compressed":
        if kind.compression is None:
            raise _unknown(model, "attention compression")
        entries = tokens / kind.compression.value
        window = min(tokens, value(kind.window) or 0.0) * size
        return entries * (size + index) + window, _picked(kind, entries) * size + entries * index + window
    heads = value(kind.kv_heads)
    if heads is None:
        raise _unknown(model, "attention kv_heads")
    per_token = heads * (size if kind.shared_key_value else size + (value(kind.value_head_dim) or size))
    kept = tokens
    if kind.kind in ("sliding-window", "chunked"):
        if kind.window is None:
            raise _unknown(model, "attention window")
        kept = min(tokens, float(kind.window.value))
    return kept * (per_token + index), _picked(kind, kept) * per_token + kept * index


def _picked(kind: Attention, entries: float) -> float:
    return min(entries, value(kind.sparse_top_k) or math.inf)


def _unknown(model: Model, fact: str) -> NotCheckable:
    return NotCheckable(f"model {model.id} {fact}", f"{fact} of {model.id} is not recorded")
