"""How long a decode step is expected to take: one term per cause, the same sum for every model, card and vendor.

The functions here take numbers, or arrays of numbers (one per measured row) when coefficients are fitted: there is one
formula, not one for estimates and one for the fit.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kb.estimate.work import Work

# Bytes per second of the card that launch times are quoted for.
REFERENCE_BANDWIDTH = 1e12


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What was fitted: microseconds where the name says so, else factors.

    - ``launch_us``: per layer and step, to issue and start its kernels, on a card of 1 TB/s; more where it has experts
      (``launch_moe_us``), shared ones (``launch_shared_us``), latent context (``launch_latent_us``) or a recurrent
      state (``launch_linear_us``). ``launch_speed`` is the power of the bandwidth by which faster cards start kernels
      faster, ``interpreted`` how many times as long it takes where an interpreter issues them.
    - ``collective_us``: per exchange between cards and doubling of their number.
    - ``sequence_us``: per token of the step, to sample, schedule and pass on.
    - ``memory``: nominal over sustained bandwidth; ``probe``: the same where a probe measured the bandwidth.
    - ``expert_memory``: further factor on bytes of experts. ``compute``: peak over sustained rate of products.
    - ``link``: nominal over sustained bandwidth between cards.
    - ``prompt_compute``, ``prompt_link``, ``prompt_launch``: the same for reading prompts.
    - ``together``: share of the others' prompts that fall into a request's own generation where prompts go first.
    """

    launch_us: float
    launch_moe_us: float
    launch_shared_us: float
    launch_latent_us: float
    launch_linear_us: float
    launch_speed: float
    interpreted: float
    collective_us: float
    sequence_us: float
    memory: float
    probe: float
    expert_memory: float
    compute: float
    link: float
    prompt_compute: float
    prompt_link: float
    prompt_launch: float
    together: float


@dataclass(frozen=True, slots=True)
class FirstTokenFactors:
    """How many times as long as a step's launch and as a prompt in between a lone prompt takes.

    Kernels of a prompt are not replayed from a recorded graph, and a server adds its own way to the request.
    """

    launch: float
    prompt: float


class StepSeconds(NamedTuple):
    """The terms of the time per output token, in seconds."""

    launching: float
    collectives: float
    sequences: float
    exchanging: float
    weights: float
    context: float
    prompts: float


def step_seconds(work: Work, c: Coefficients) -> StepSeconds:
    """Return the time per output token, term by term.

    Bytes over sustained bandwidth, and operations over sustained peak, overlap: together they take the root of the sum
    of their squares, which is the longer one where they differ much.
    """
    host = 1 + (c.interpreted - 1) * work.interpreted
    launch, stages = launching(work, c), work.stages
    memory = work.s_per_byte * (c.memory + (c.probe - c.memory) * work.probed)
    reading = (work.dense_bytes + work.expert_bytes * c.expert_memory) * memory
    weights = _overlap(reading, work.flops * work.s_per_flop * c.compute)
    context = _overlap(work.kv_bytes * memory, work.attention_flops * work.s_per_wide_flop * c.compute)
    meeting = 1 + (c.together - 1) * work.prefill_first
    return StepSeconds(
        stages * launch,
        stages * 2 * work.layers * c.collective_us * 1e-6 * work.hops,
        stages * c.sequence_us * 1e-6 * work.tokens * host,
        stages * work.exchanged_bytes * work.s_per_exchanged_byte * c.link,
        stages * weights,
        stages * context,
        work.others * meeting / work.output_tokens * _prompt(work, c, launch),
    )


def launching(work: Work, c: Coefficients) -> float:
    """Return the seconds that it takes to issue and start the kernels of one stage."""
    host = 1 + (c.interpreted - 1) * work.interpreted
    speed: float = (work.s_per_byte * REFERENCE_BANDWIDTH) ** c.launch_speed
    layers = (
        work.layers * c.launch_us
        + work.moe_layers * c.launch_moe_us
        + work.shared_layers * c.launch_shared_us
        + work.latent_layers * c.launch_latent_us
        + work.linear_layers * c.launch_linear_us
    )
    return layers * 1e-6 * host * speed


def prompt_seconds(work: Work, c: Coefficients) -> float:
    """Return the seconds for which one prompt keeps the cards of one stage busy."""
    return _prompt(work, c, launching(work, c))


def _prompt(work: Work, c: Coefficients, launch: float) -> float:
    compute = c.prompt_compute + (1 - c.prompt_compute) * work.prompt_probed
    products = work.prompt_flops * work.s_per_prompt_flop * compute
    attention = work.prompt_attention_flops * work.s_per_wide_flop * c.prompt_compute
    sending = work.prompt_exchanged_bytes * work.s_per_exchanged_byte
    return products + attention + sending * c.prompt_link + launch * c.prompt_launch


def first_token_seconds(work: Work, c: Coefficients, factors: FirstTokenFactors, prompts: float = 1.0) -> float:
    """Return the seconds to the first token where ``prompts`` are read first: launch, reading, and one step."""
    return first_token_after(work, c, factors, step_seconds(work, c), prompts)


def first_token_after(
    work: Work, c: Coefficients, factors: FirstTokenFactors, step: StepSeconds, prompts: float = 1.0
) -> float:
    """Return the same where the terms of the ``step`` are known."""
    alone: float = sum(step) - step.prompts
    launch = launching(work, c)
    return work.stages * (factors.launch * launch + factors.prompt * prompts * _prompt(work, c, launch)) + alone


def _overlap(one: float, other: float) -> float:
    both: float = (one * one + other * other) ** 0.5
    return both
