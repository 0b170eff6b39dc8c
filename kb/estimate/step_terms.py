"""The sum of the step in words: each term as a line that a reader can redo by hand."""

from kb.estimate.step_time import Coefficients, StepSeconds, prompt_seconds
from kb.estimate.term import Term
from kb.estimate.work import Plan, Work


def step_terms(plan: Plan, work: Work, seconds: StepSeconds, c: Coefficients) -> tuple[Term, ...]:
    """Return the terms of the time per output token, in milliseconds; those that are nought are left out."""
    host = f" x {c.interpreted:.4g} for an interpreter" if work.interpreted else ""
    stages = f" x {work.stages:g} stages" if work.stages > 1 else ""
    kinds = (
        (work.layers, "layers", c.launch_us),
        (work.moe_layers, "with experts", c.launch_moe_us),
        (work.shared_layers, "with shared ones", c.launch_shared_us),
        (work.latent_layers, "with latents", c.launch_latent_us),
        (work.linear_layers, "with a state", c.launch_linear_us),
    )
    launch = " + ".join(f"{number:g} {name} x {each:.4g} us" for number, name, each in kinds if number)
    speed = f" x (1,000 / {1e-9 / work.s_per_byte:,.4g} GB/s)^{c.launch_speed:.4g}"
    ranks = plan.cut.ranks
    memory = c.probe if work.probed else c.memory
    kind = "measured" if work.probed else "nominal"
    rate = f"({1e-9 / work.s_per_byte:,.4g} GB/s {kind} / {memory:.4g})"
    read = f"{(work.dense_bytes + work.expert_bytes * c.expert_memory) / 1e9:.4g} GB per card / {rate}"
    flop = work.flops * work.s_per_flop * c.compute * 1e3
    attention = work.attention_flops * work.s_per_wide_flop * c.compute * 1e3
    overlap = "root of the sum of squares"
    prompt = prompt_seconds(work, c) * 1e3
    meeting = f" x {c.together:.4g} that fall together" if work.prefill_first else ""
    hidden = f"{work.exchanged_bytes / 1e6:.4g} MB per card x {c.link:.4g}"
    lines = (
        ("launching kernels", seconds.launching, f"({launch}){host}{speed}{stages}"),
        (
            "collective latency",
            seconds.collectives,
            f"2 x {work.layers:g} layers x {c.collective_us:.4g} us x log2({ranks}){stages}",
        ),
        ("work per token", seconds.sequences, f"{work.tokens:.4g} tokens x {c.sequence_us:.4g} us{host}{stages}"),
        (
            "exchanging activations",
            seconds.exchanging,
            f"{hidden} / {_per_second(work.s_per_exchanged_byte)} GB/s{stages}",
        ),
        ("reading weights", seconds.weights, f"{read}, and {flop:.4g} ms of computing: {overlap}{stages}"),
        (
            "reading context",
            seconds.context,
            f"{work.kv_bytes / 1e9:.4g} GB per card / {rate}, and {attention:.4g} ms of computing: {overlap}{stages}",
        ),
        (
            "prompts of other requests",
            seconds.prompts,
            f"{work.others:.4g} others / {work.output_tokens:g} steps x {prompt:.4g} ms per prompt{meeting}",
        ),
    )
    return tuple(Term(name, value * 1e3, "ms", how) for name, value, how in lines if value)


def _per_second(seconds: float) -> str:
    return f"{1e-9 / seconds:,.4g}" if seconds else "unknown"
