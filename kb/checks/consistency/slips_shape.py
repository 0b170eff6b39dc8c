"""Parameters against the shape they follow from, for ``unit-slip``. No rule.

The bands were held against all models of the corpus, whose counts come from their configurations:
most products are met within a percent, the outliers are named.
"""

from collections.abc import Callable, Iterator

from kb.checks.consistency.slips import Bound
from kb.records import Model
from kb.records.model import Attention


def shape_bounds(model: Model) -> Iterator[Bound]:
    """Yield the bounds that tie the parameters of a model to its shape."""
    yield from _tables()
    yield from _experts(model)
    yield Bound(
        "dense feed-forward against layers x 3 x hidden x width",
        ("parameters/dense_mlp", "dense_mlp/layers", "hidden", "dense_mlp/width"),
        *(0.3, 2.5),
        lambda total, layers, hidden, width: total / (layers * 3 * hidden * width),
    )
    # One norm before attention and one before the feed-forward block are usual; Gemma has seven.
    yield Bound(
        "norms over layers x hidden",
        ("parameters/norms", "layers", "hidden"),
        *(0.3, 20),
        lambda norms, layers, hidden: norms / (layers * hidden),
    )
    if model.moe is None:
        yield Bound(
            "active over total of a dense model",
            ("parameters/active", "parameters/total"),
            *(0.4, 1.3),
            lambda active, total: active / total,
        )
    yield from _attention(model)


def _tables() -> Iterator[Bound]:
    for name in ("embedding", "output_head"):
        yield Bound(
            f"{name} over vocabulary x hidden",
            (f"parameters/{name}", "vocabulary", "hidden"),
            *(0.4, 2.5),
            lambda table, vocabulary, hidden: table / (vocabulary * hidden),
        )


def _experts(model: Model) -> Iterator[Bound]:
    if model.moe is None:
        return
    # Experts behind a latent projection, with two matrices instead of three, hold a sixth of the product.
    yield Bound(
        "routed experts against layers x experts x 3 x hidden x width",
        ("parameters/routed_experts", "moe/layers", "moe/experts", "hidden", "moe/width"),
        *(0.13, 1.5),
        lambda total, layers, experts, hidden, width: total / (layers * experts * 3 * hidden * width),
    )
    width = "moe/shared_width" if model.moe.shared_width is not None else "moe/width"
    yield Bound(
        "shared experts against layers x shared x 3 x hidden x width",
        ("parameters/shared_experts", "moe/layers", "moe/shared", "hidden", width),
        *(0.3, 1.8),
        lambda total, layers, shared, hidden, width: total / (layers * shared * 3 * hidden * width),
    )
    yield Bound(
        "router over layers x experts x hidden",
        ("parameters/router", "moe/layers", "moe/experts", "hidden"),
        *(0.5, 2.0),
        lambda router, layers, experts, hidden: router / (layers * experts * hidden),
    )
    yield Bound(
        "active over what top_k of the experts leave",
        ("parameters/active", "parameters/total", "parameters/routed_experts", "moe/top_k", "moe/experts"),
        *(0.5, 1.6),
        lambda active, total, routed, top_k, experts: active / max(1.0, total - routed * (1 - top_k / experts)),
    )


def _attention(model: Model) -> Iterator[Bound]:
    """Yield the bound of all attention weights, where every kind of layer has a known count."""
    names: list[str] = []
    counts: list[tuple[int, Callable[..., float]]] = []
    for index, kind in enumerate(model.attention):
        at = f"attention/{index}"
        parts: tuple[str, ...]
        if kind.kind == "latent":
            parts = _LATENT if kind.q_lora_rank is not None else _LATENT_WITHOUT_Q
            counts.append((len(parts), _latent if kind.q_lora_rank is not None else _latent_without_q))
        elif kind.kind in ("full", "sliding-window", "chunked"):
            parts = _HEADS
            counts.append((len(parts), _shared_heads if kind.shared_key_value else _heads))
        else:
            return
        if not _complete(kind, parts):
            return
        names += [f"{at}/{name}" for name in parts]

    def over_shape(attention: float, hidden: float, *sizes: float) -> float:
        weights, start = 0.0, 0
        for length, count in counts:
            weights += count(hidden, *sizes[start : start + length])
            start += length
        return attention / weights

    if counts:
        what = "attention weights against layers, heads and their sizes"
        yield Bound(what, ("parameters/attention", "hidden", *names), 0.6, 1.7, over_shape)


_HEADS = ("layers", "heads", "kv_heads", "head_dim")
_LATENT = ("layers", "heads", "kv_lora_rank", "rope_head_dim", "nope_head_dim", "value_head_dim", "q_lora_rank")
_LATENT_WITHOUT_Q = _LATENT[:-1]


def _complete(kind: Attention, parts: tuple[str, ...]) -> bool:
    return all(getattr(kind, name) is not None for name in parts)


def _heads(hidden: float, layers: float, heads: float, kv_heads: float, size: float) -> float:
    return layers * hidden * size * (2 * heads + 2 * kv_heads)


def _shared_heads(hidden: float, layers: float, heads: float, kv_heads: float, size: float) -> float:
    return layers * hidden * size * (2 * heads + kv_heads)


def _latent_without_q(
    hidden: float, layers: float, heads: float, rank: float, rope: float, nope: float, value: float
) -> float:
    queries = hidden * heads * (nope + rope)
    return layers * (queries + hidden * (rank + rope) + heads * (nope + value) * rank + heads * value * hidden)


def _latent(
    hidden: float, layers: float, heads: float, rank: float, rope: float, nope: float, value: float, q_rank: float
) -> float:
    queries = q_rank * (hidden + heads * (nope + rope))
    return layers * (queries + hidden * (rank + rope) + heads * (nope + value) * rank + heads * value * hidden)
