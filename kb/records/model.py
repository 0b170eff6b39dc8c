"""A model: enough of its architecture to count bytes."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import CountFact, WholeFact
from kb.records.record import NamedRecord
from kb.records.scalars import Flag, HuggingFaceId, Id, PartialDay, ShortText
from kb.records.strict import Many, Strict


class Parameters(Strict):
    """How many weights there are, and how many a token passes through.

    ``total`` leaves out multi-token-prediction layers (``mtp``) and vision towers; the groups
    below it add up to it. ``active`` counts both embedding tables unless the note says otherwise.
    """

    total: CountFact | None = None
    active: CountFact | None = None
    published_total: ShortText | None = Field(None, description="as the lab rounds it")
    published_active: ShortText | None = None
    mtp: WholeFact | None = None
    embedding: WholeFact | None = None
    output_head: WholeFact | None = None
    attention: WholeFact | None = None
    dense_mlp: WholeFact | None = None
    router: WholeFact | None = None
    shared_experts: WholeFact | None = None
    routed_experts: WholeFact | None = None
    norms: WholeFact | None = None
    other: WholeFact | None = None


class Attention(Strict):
    """Layers that keep the same kind of context, and what a token leaves in them.

    - ``full``: a key and a value per KV head, for every token.
    - ``sliding-window`` and ``chunked``: the same, for the last ``window`` tokens at most.
    - ``latent`` (MLA): one latent of ``kv_lora_rank + rope_head_dim`` values, the same on every tensor-parallel rank.
    - ``compressed``: shared entries of ``head_dim`` values, one per ``compression`` tokens, and a window of plain ones.
    - ``linear``: a state of fixed size (``state_values``) per sequence.
    - ``none``: no context kept.

    Sparse attention reads ``sparse_top_k`` entries at most, found by an index of
    ``index_values`` values per entry.
    """

    kind: Literal["full", "sliding-window", "chunked", "latent", "compressed", "linear", "none"]
    layers: CountFact
    heads: CountFact | None = None
    kv_heads: CountFact | None = None
    head_dim: CountFact | None = Field(None, description="size of a key")
    value_head_dim: CountFact | None = Field(None, description="size of a value, where it differs")
    shared_key_value: Flag | None = Field(None, description="true where one vector serves as key and value")
    window: CountFact | None = Field(None, description="tokens")
    kv_lora_rank: CountFact | None = None
    q_lora_rank: CountFact | None = None
    nope_head_dim: CountFact | None = None
    rope_head_dim: CountFact | None = None
    compression: CountFact | None = Field(None, description="tokens that share one entry")
    sparse_top_k: CountFact | None = Field(None, description="entries that one query reads at most")
    index_values: WholeFact | None = Field(None, description="values per entry that the sparse index keeps")
    state_values: WholeFact | None = Field(None, description="values of recurrent state per layer and sequence")


class Experts(Strict):
    """The mixture-of-experts layers."""

    layers: CountFact
    experts: CountFact
    top_k: CountFact
    width: CountFact = Field(description="hidden width of one expert")
    shared: WholeFact | None = None
    shared_width: CountFact | None = Field(None, description="where it differs from the experts'")


class DenseMlp(Strict):
    """The layers with a plain feed-forward block."""

    layers: CountFact
    width: CountFact


class Model(NamedRecord):
    """One checkpoint: its shape, how its own publisher stores it, and what it is called."""

    kind: Literal["model"]
    lab: Id
    family: Id | None = None
    hugging_face: Many[HuggingFaceId] = Field((), max_length=10, description="the checkpoint itself first")
    released: PartialDay | None = None
    open_weights: Flag | None = None
    licence: ShortText | None = None
    architecture: ShortText | None = Field(None, description="the class named in its configuration")
    purpose: Literal["generation", "embedding", "reranking"] = "generation"
    parameters: Parameters = Parameters()
    layers: CountFact | None = None
    hidden: CountFact | None = None
    vocabulary: CountFact | None = None
    tied_embeddings: Flag | None = None
    context_tokens: CountFact | None = None
    attention: Many[Attention] = Field((), max_length=8)
    moe: Experts | None = None
    dense_mlp: DenseMlp | None = None
    mtp_layers: WholeFact | None = None
    native_quantization: Id | None = Field(None, description="how its publisher stores the weights")
