"""A quantization: how many bits each weight really takes, and where."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import PositiveFact
from kb.records.record import NamedRecord
from kb.records.scalars import Flag, ShortText
from kb.records.strict import Many, Strict

# The parts of a model whose bytes are counted apart; ``everything`` stands for all that are not named.
TensorGroup = Literal[
    "embedding",
    "output_head",
    "attention",
    "dense_mlp",
    "router",
    "shared_experts",
    "routed_experts",
    "norms",
    "everything",
]
NumberFormat = Literal[
    "fp4", "fp6", "fp8", "bf16", "fp16", "fp32", "int2", "int3", "int4", "int5", "int6", "int8", "mixed"
]


class Stored(Strict):
    """Bits per weight, scales and zero points included, of some groups of tensors."""

    covers: Many[TensorGroup] = Field(min_length=1, max_length=9)
    format: NumberFormat
    bits_per_weight: PositiveFact
    group_size: ShortText | None = Field(None, description="what shares a scale: 32, 128x128, a tensor")


class Quantization(NamedRecord):
    """What is stored how wide, and what arithmetic it takes.

    A group that no entry of ``stored`` covers is kept at 16 bits, as 4-bit checkpoints do with
    attention, router or output head.
    """

    kind: Literal["quantization"]
    family: ShortText | None = None
    stored: Many[Stored] = Field(min_length=1, max_length=9)
    activations: NumberFormat | None = Field(None, description="format of the operands of the matrix product")
    arithmetic: NumberFormat | None = Field(
        None, description="what the matrix units must compute in; absent where weights are widened first"
    )
    kv_cache: NumberFormat | None = None
    lossless: Flag | None = None
