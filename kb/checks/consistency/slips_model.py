"""Bounds that every model keeps, for ``unit-slip``. No rule.

A model's parameters follow from its shape, so that nearly every number of it has a check in another one.
"""

import re
from collections.abc import Iterator

from kb.checks.consistency.slips import Bound, Figures, ratio, within
from kb.checks.consistency.slips_shape import shape_bounds
from kb.records import Model
from kb.records.evidence import Fact
from kb.records.model import Attention

_GROUPS = (
    *("embedding", "output_head", "attention", "dense_mlp"),
    *("router", "shared_experts", "routed_experts", "norms", "other"),
)
_SIZES = {
    "heads": (1, 1024),
    "kv_heads": (1, 1024),
    "head_dim": (8, 2048),
    "value_head_dim": (8, 2048),
    "window": (16, 1 << 24),
    "kv_lora_rank": (32, 4095),
    "q_lora_rank": (64, 32_768),
    "nope_head_dim": (8, 1024),
    "rope_head_dim": (8, 511),
    "compression": (2, 4096),
    "sparse_top_k": (16, 1 << 20),
}
_ROUNDED = re.compile(r"\s*~?(\d+(?:\.\d+)?)\s*([BMT])\b")
_UNITS = {"M": 1e6, "B": 1e9, "T": 1e12}


def model_figures(model: Model) -> Figures:
    """Return the figures of a model by their path, without those that are zero."""
    found: dict[str, Fact | None] = {
        name: getattr(model, name) for name in ("layers", "hidden", "vocabulary", "context_tokens")
    }
    for name in ("total", "active", "mtp", *_GROUPS):
        found[f"parameters/{name}"] = getattr(model.parameters, name)
    for index, kind in enumerate(model.attention):
        for name in ("layers", *_SIZES):
            found[f"attention/{index}/{name}"] = getattr(kind, name)
    for group, names in (
        ("moe", ("layers", "experts", "top_k", "width", "shared", "shared_width")),
        ("dense_mlp", ("layers", "width")),
    ):
        part = getattr(model, group)
        for name in names if part is not None else ():
            found[f"{group}/{name}"] = getattr(part, name)
    return {name: fact.value for name, fact in found.items() if fact is not None and fact.value > 0}


def model_bounds(model: Model, figures: Figures) -> Iterator[Bound]:
    """Yield the bounds that the figures of a model must keep."""
    yield within("context_tokens", 128, 30e6)
    yield within("vocabulary", 200, 3e6)
    yield within("layers", 1, 1000)
    yield within("hidden", 32, 131_072)
    yield from _totals(model, figures)
    yield from _layers(model, figures)
    for index, kind in enumerate(model.attention):
        yield from _attention(f"attention/{index}", kind)
    if model.moe is not None:
        yield within("moe/experts", 2, 8192)
        yield ratio("moe/width", "hidden", 0.01, 8)
        yield Bound(
            "active routed experts over active parameters",
            ("parameters/routed_experts", "moe/top_k", "moe/experts", "parameters/active"),
            *(0.02, 1.1),
            lambda total, top_k, experts, active: total * top_k / experts / active,
        )
    yield ratio("dense_mlp/width", "hidden", 0.1, 40)
    yield from shape_bounds(model)


def _totals(model: Model, figures: Figures) -> Iterator[Bound]:
    yield ratio("parameters/active", "parameters/total", 0.002, 1.05)
    groups = tuple(f"parameters/{name}" for name in _GROUPS if f"parameters/{name}" in figures)
    if len(groups) >= 3:
        # Groups may be left out, so the sum may fall short; it cannot exceed the total.
        yield Bound("sum of the groups over total", ("parameters/total", *groups), 0, 1.25, _sum_over_total)
    if {"parameters/embedding", "parameters/attention", "parameters/norms"} <= set(groups):
        yield Bound("sum of the groups over total", ("parameters/total", *groups), 0.75, 1.25, _sum_over_total)
    for name, text in (("total", model.parameters.published_total), ("active", model.parameters.published_active)):
        match = _ROUNDED.match(text or "")
        if match:
            published = float(match.group(1)) * _UNITS[match.group(2)]
            yield within(f"parameters/{name}", published / 5, published * 5)


def _sum_over_total(total: float, *groups: float) -> float:
    return sum(groups) / total


def _layers(model: Model, figures: Figures) -> Iterator[Bound]:
    kinds = tuple(f"attention/{index}/layers" for index in range(len(model.attention)))
    if kinds:
        yield Bound("layers of the attention kinds over layers", ("layers", *kinds), 0.4, 2.2, _sum_over_total)
    blocks = tuple(name for name in ("moe/layers", "dense_mlp/layers") if name in figures)
    if blocks:
        yield Bound("layers with a feed-forward block over layers", ("layers", *blocks), 0.3, 2.2, _sum_over_total)


def _attention(at: str, kind: Attention) -> Iterator[Bound]:
    for name, (low, high) in _SIZES.items():
        yield within(f"{at}/{name}", low, high)
    yield ratio(f"{at}/kv_heads", f"{at}/heads", 0, 1)
    yield ratio(f"{at}/window", "context_tokens", 0, 1.01)
    if kind.kind != "latent":
        yield Bound(
            f"{at}: heads x head_dim over hidden",
            (f"{at}/heads", f"{at}/head_dim", "hidden"),
            *(0.15, 12),
            lambda heads, size, hidden: heads * size / hidden,
        )
    yield ratio(f"{at}/nope_head_dim", f"{at}/rope_head_dim", 0.3, 7)
    yield ratio(f"{at}/value_head_dim", f"{at}/nope_head_dim", 0.3, 7)
