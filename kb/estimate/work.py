"""What one decode step asks of one card: bytes, operations, messages, and what they are divided by."""

import math
from typing import NamedTuple

from kb.estimate.deployment import Cards, Deployment
from kb.estimate.experts import distinct_experts
from kb.estimate.kv_cache import STATE_BYTES, USUAL_BITS, LayerKind, kv_bits
from kb.estimate.layout import Layout, layout
from kb.estimate.rates import Rates, prompt_probe, rates
from kb.estimate.remember import remembered
from kb.estimate.shape import Shape, shape
from kb.estimate.weights import Weights, readable, weigh
from kb.records import Hardware, Model, Quantization

# So many loads are kept for the next card: a grid has few, a file of requests may have thousands.
_MOST_LOADS = 256


class Work(NamedTuple):
    """One step of one replica, per card. All fields are numbers; the fit puts an array of one number per row into each.

    Times per unit are zero where the rate is not recorded, so that the term vanishes; ``Plan.gaps`` says so.

    - ``layers``, ``moe_layers``, ``shared_layers``, ``latent_layers``, ``linear_layers``: all layers, those with
      experts, with shared ones, with latent or compressed context, with a recurrent state.
    - ``hops``: log2 of the ranks that share a layer. ``stages``: pipeline stages.
    - ``tokens``: those of one step of one stage, drafted ones included.
    - ``dense_bytes``, ``expert_bytes``, ``kv_bytes``: read by one card in its share of a step.
    - ``flops``: of products with weights; ``attention_flops``: with the context.
    - ``exchanged_bytes``: sent by one card in one direction.
    - ``prompt_flops``, ``prompt_attention_flops``, ``prompt_exchanged_bytes``: of one prompt.
    - ``s_per_byte``, ``s_per_flop``, ``s_per_wide_flop``, ``s_per_exchanged_byte``: of memory, of the format computed
      in, of 16-bit formats, of the link between cards. ``s_per_prompt_flop``: the same for reading prompts. ``probed``,
      ``prompt_probed``: 1 where a probe measured the memory, or the product of a prompt; else 0.
    - ``others``: further requests that share the card; ``output_tokens``: what each generates.
    - ``interpreted``: 1 where an interpreter issues the kernels; ``prefill_first``: 1 where prompts of requests that
      arrive together are all read before any of them generates; else 0.
    """

    layers: float
    moe_layers: float
    shared_layers: float
    latent_layers: float
    linear_layers: float
    hops: float
    stages: float
    tokens: float
    dense_bytes: float
    expert_bytes: float
    kv_bytes: float
    flops: float
    attention_flops: float
    exchanged_bytes: float
    prompt_flops: float
    prompt_attention_flops: float
    prompt_exchanged_bytes: float
    s_per_byte: float
    s_per_flop: float
    s_per_wide_flop: float
    s_per_exchanged_byte: float
    s_per_prompt_flop: float
    probed: float
    prompt_probed: float
    others: float
    output_tokens: float
    interpreted: float
    prefill_first: float


class _Steady(NamedTuple):
    """What a step asks of one card whatever the load and the card: many of both are tried with one.

    ``asked`` keeps what was worked out for a load, which the next card is asked as well.
    """

    replicas: int
    stages: int
    drafted: int
    share: float
    dense_bytes: float
    expert_scale: float
    expert_bytes: float
    flops: float
    attention_flops: float
    exchanged: float
    prompt_flops: float
    prompt_attention_flops: float
    layers: tuple[float, float, float, float, float, float, float]
    asked: dict[tuple[float, ...], tuple[float, ...]]


class _Speed(NamedTuple):
    """What a card takes for it, whatever the load."""

    rates: tuple[float, float, float, float, float]
    probed: float
    prompt_probed: float


def _steady(model: Model, stored: Quantization, cut: Layout, scale: float, draft_tokens: int) -> _Steady:
    form = shape(model)
    weights = readable(model, stored)
    ranks, stages = cut.ranks, cut.pp
    # Each drafted token passes a layer of its own, like those of the model.
    drafting = 1 + draft_tokens / max(1, form.layers)
    scale = scale * drafting
    dense = scale * (weights.attention / cut.tp + (weights.always_read - weights.attention) / ranks) / stages
    peers = (ranks - 1) / ranks
    parameters = weights.parameters
    return _Steady(
        cut.replicas,
        stages,
        1 + draft_tokens,
        1 / (ranks * stages),
        dense,
        scale * weights.moe_layers,
        weights.expert_bytes,
        2 * parameters.per_token,
        2 * form.products,
        form.exchanged_per_token * peers / stages,
        2 * parameters.per_prompt_token,
        form.prompt_products,
        (
            form.layers / stages * drafting,
            weights.moe_layers / stages,
            form.shared_layers / stages,
            form.latent_layers / stages,
            form.linear_layers / stages,
            math.log2(ranks),
            float(stages),
        ),
        {},
    )


@remembered
def _usually_steady(model: Model, stored: Quantization, cut: Layout) -> _Steady:
    """Return it for weights as large as their format says, and no drafts; layouts recur, being remembered."""
    return _steady(model, stored, cut, 1.0, 0)


class _Context:
    """What the context of a sequence takes on ranks that keep copies, remembered by its length."""

    __slots__ = ("_held", "kinds")

    def __init__(self, kinds: tuple[tuple[LayerKind, float], ...]) -> None:
        self.kinds = kinds
        self._held: dict[tuple[float, int], float] = {}

    def held(self, tokens: float, bits: int) -> float:
        """Return the bytes kept, copies included."""
        key = (tokens, bits)
        total = self._held.get(key)
        if total is None:
            if len(self._held) >= _MOST_LOADS:
                self._held.clear()
            total = 0.0
            for kind, copies in self.kinds:
                total += kind.held(tokens, bits, STATE_BYTES) * copies
            self._held[key] = total
        return total

    def read(self, tokens: float, bits: int) -> float:
        """Return the bytes read per step, copies included."""
        total = 0.0
        for kind, copies in self.kinds:
            total += kind.read(tokens, bits, STATE_BYTES) * copies
        return total


@remembered
def _context(model: Model, cut: Layout) -> _Context:
    return _Context(tuple((kind, kind.copies(cut.tp)) for kind in shape(model).kinds))


@remembered
def _speed(hardware: Hardware, format_: str | None, experts: bool) -> _Speed:
    at = rates(hardware, format_)
    probe = prompt_probe(hardware, experts)
    reading = at.s_per_flop if probe is None else 1e-12 / probe
    return _Speed(
        (at.s_per_byte, at.s_per_flop, at.s_per_wide_flop, at.s_per_exchanged_byte, reading),
        1.0 if at.probed else 0.0,
        0.0 if probe is None else 1.0,
    )


class Plan:
    """A deployment on one pool as plain numbers, before any load is put on it."""

    __slots__ = (
        "_context",
        "_held",
        "_speed",
        "_steady",
        "cut",
        "deployment",
        "format",
        "interpreted",
        "kv_bits",
        "pool",
        "prefill_first",
        "scale",
        "weights",
    )

    def __init__(self, deployment: Deployment, pool: Cards) -> None:
        """Weigh the model and read how the pool is cut.

        Raises:
            NotCheckable: the weights are unknown.
        """
        self.deployment, self.pool = deployment, pool
        self._speed: _Speed | None = None
        self._context: _Context | None = None
        self._steady: _Steady | None = None
        self._held: float | None = None
        stored = deployment.weights
        self.weights: Weights = weigh(deployment.model, stored)
        self.cut: Layout = layout(pool)
        stated = deployment.weights_gb
        self.scale = 1.0 if stated is None else stated * 1e9 / self.weights.total
        self.kv_bits = kv_bits(deployment.kv_cache or stored.kv_cache, USUAL_BITS)
        self.format = deployment.activations or stored.arithmetic or stored.activations
        engine = deployment.engine
        native = engine is not None and engine.language in ("native", "graph-compiled")
        self.interpreted = 0.0 if native else 1.0
        self.prefill_first = 1.0 if engine is not None and engine.scheduling == "prefill-first" else 0.0

    @property
    def rates(self) -> Rates:
        """Return the rates of the card.

        Raises:
            NotCheckable: its bandwidth is not recorded.
        """
        return rates(self.pool.hardware, self.format)

    @property
    def shape(self) -> Shape:
        """Return the shape of the model.

        Raises:
            NotCheckable: the layers or what they keep are not recorded.
        """
        return shape(self.deployment.model)

    def _of_sequence(self) -> _Context:
        if self._context is None:
            self._context = _context(self.deployment.model, self.cut)
        return self._context

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return which terms vanish because a fact is not recorded, and which facts stand in for others."""
        hardware, at = self.pool.hardware, self.rates
        said = list(at.gaps)
        if self.cut.ranks > 1 and not at.s_per_exchanged_byte:
            said.append(f"bytes between cards are left out: the link of {hardware.id} is not recorded")
        if self.cut.ranks == 1:
            said = [gap for gap in said if not gap.startswith("cards exchange")]
        if at.probed:
            said.append(f"the measured bandwidth of {hardware.id} is taken, not the nominal one")
        return tuple(said)

    def kv_read(self, context: float) -> float:
        """Return the bytes that one sequence makes the ranks of its replica read per step, copies included."""
        return self._of_sequence().read(context, self.kv_bits)

    @property
    def weights_per_card(self) -> float:
        """Return the bytes of weights that one card holds."""
        if self._held is None:
            weights, cut = self.weights, self.cut
            shared = (weights.total - weights.attention) / cut.ranks
            self._held = self.scale * (weights.attention / cut.tp + shared) / cut.pp
        return self._held

    def kv_once(self, tokens: float) -> float:
        """Return the bytes that one sequence keeps, counted once."""
        total = 0.0
        for kind in self.shape.kinds:
            total += kind.held(tokens, self.kv_bits, STATE_BYTES)
        return total

    def kv_held(self, tokens: float) -> float:
        """Return the bytes that one sequence keeps on the ranks of its replica, copies included."""
        return (self._context or self._of_sequence()).held(tokens, self.kv_bits)

    def distinct(self, tokens: float) -> float:
        """Return the distinct experts that ``tokens`` touch per layer."""
        return distinct_experts(self.weights.experts, self.weights.top_k, tokens) if self.weights.experts else 0.0

    def work(self, sequences: float, context: float, input_tokens: float, output_tokens: float, serving: bool) -> Work:
        """Return what one step asks of one card.

        Args:
            sequences: in flight over all replicas.
            context: mean tokens of context of a sequence.
            input_tokens: of a prompt. output_tokens: what a request generates.
            serving: whether requests come and go, so that prompts of others are read in between.

        Raises:
            NotCheckable: a fact of the model is missing, or the bandwidth of the card.
        """
        steady, speed = self._steady, self._speed
        if steady is None or speed is None:
            steady, speed = self._settle()
        mine = sequences / steady.replicas
        load = (sequences, context, input_tokens, self.kv_bits)
        asked = steady.asked.get(load)
        if asked is None:
            if len(steady.asked) >= _MOST_LOADS:
                steady.asked.clear()
            asked = steady.asked[load] = self._ask(steady, mine / steady.stages, context, input_tokens)
        return Work._make(
            (
                *steady.layers,
                *asked,
                *speed.rates,
                speed.probed,
                speed.prompt_probed,
                max(0.0, mine - 1) if serving else 0.0,
                max(1.0, output_tokens),
                self.interpreted,
                self.prefill_first,
            )
        )

    def _ask(self, steady: _Steady, held: float, context: float, input_tokens: float) -> tuple[float, ...]:
        """Return the fields of :class:`Work` from ``tokens`` to ``prompt_exchanged_bytes``."""
        tokens, share = held * steady.drafted, steady.share
        return (
            tokens,
            steady.dense_bytes,
            steady.expert_scale * self.distinct(tokens) * steady.expert_bytes * share,
            self.kv_read(context) * held * share,
            steady.flops * tokens * share,
            steady.attention_flops * context * tokens * share,
            steady.exchanged * tokens,
            steady.prompt_flops * input_tokens * share,
            steady.prompt_attention_flops * input_tokens * input_tokens * share,
            steady.exchanged * input_tokens,
        )

    def _settle(self) -> tuple[_Steady, _Speed]:
        """Work out what no load changes."""
        deployment, model = self.deployment, self.deployment.model
        shape(model)
        # A card without a bandwidth is named before a model whose parameters are unknown.
        speed = self._speed = _speed(self.pool.hardware, self.format, self.weights.experts > 0)
        if self.scale == 1.0 and not deployment.draft_tokens:
            steady = _usually_steady(model, deployment.weights, self.cut)
        else:
            steady = _steady(model, deployment.weights, self.cut, self.scale, deployment.draft_tokens)
        self._steady = steady
        return steady, speed
