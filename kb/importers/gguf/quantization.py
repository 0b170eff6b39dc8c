"""How the tensors of a GGUF file are stored, as a quantization: exact bits per weight by group."""

from collections.abc import Mapping
from typing import Any

from kb.importers.gguf.roles import Group

_COVERED = (
    "embedding",
    "output_head",
    "attention",
    "dense_mlp",
    "router",
    "shared_experts",
    "routed_experts",
    "norms",
)
_FORMATS = {
    "F32": "fp32",
    "F16": "fp16",
    "BF16": "bf16",
    "MXFP4": "fp4",
    "NVFP4": "fp4",
    "I8": "int8",
    "Q8_0": "int8",
    "Q8_1": "int8",
    "Q8_K": "int8",
    "Q6_K": "int6",
    "Q5_0": "int5",
    "Q5_1": "int5",
    "Q5_K": "int5",
    "Q4_0": "int4",
    "Q4_1": "int4",
    "Q4_K": "int4",
    "IQ4_NL": "int4",
    "IQ4_XS": "int4",
    "Q3_K": "int3",
    "IQ3_S": "int3",
    "IQ3_XXS": "int3",
    "Q2_K": "int2",
    "IQ2_S": "int2",
    "IQ2_XS": "int2",
    "IQ2_XXS": "int2",
    "TQ2_0": "int2",
}


def stored(groups: Mapping[str, Group]) -> list[dict[str, Any]]:
    """Return the ``stored`` entries of a quantization record; groups of equal format and bits stand together."""
    entries: dict[tuple[str, float], list[str]] = {}
    for name in _COVERED:
        if name in groups:
            types = set(groups[name].weights)
            kind = _FORMATS.get(next(iter(types)), "mixed") if len(types) == 1 else "mixed"
            entries.setdefault((kind, bits_of(groups[name])), []).append(name)
    return [
        {"covers": covers, "format": kind, "bits_per_weight": int(bits) if bits.is_integer() else bits}
        for (kind, bits), covers in entries.items()
    ]


def bits_of(*groups: Group) -> float:
    """Return stored bits per weight of ``groups`` together, scales included."""
    return sum(sum(group.sizes.values()) for group in groups) * 8 / sum(sum(g.weights.values()) for g in groups)


def sums(groups: Mapping[str, Group]) -> str:
    """Return bytes and weights of each group, and of which types they are, as text."""
    return "; ".join(
        f"{name} {sum(group.sizes.values())} x 8 / {sum(group.weights.values())} ({'+'.join(sorted(group.weights))})"
        for name, group in groups.items()
        if name in _COVERED
    )
