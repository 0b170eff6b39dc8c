"""The ceiling of prefill: operations over the dense peak of the cards that read prompts."""

from dataclasses import dataclass

from kb.estimate.deployment import Deployment, Load
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import narrowest_bits, pool_peak
from kb.estimate.term import Term
from kb.estimate.weights import readable


@dataclass(frozen=True)
class PrefillCeiling:
    """The highest prefill throughput, in prompt tokens per second over all cards."""

    tok_s: float
    flops_per_token: float
    peak: float
    terms: tuple[Term, ...]


def prefill_ceiling(deployment: Deployment, load: Load) -> PrefillCeiling:
    """Return the ceiling of prefill.

    Each prompt token is multiplied with the active parameters without the embedding; the output head runs once per
    prompt. Attention over the prompt is left out, which favours the claim.

    Raises:
        NotCheckable: a fact of the model is missing, or the peak of the cards.
    """
    parameters = readable(deployment).parameters
    pools = deployment.prefill_pools
    bits = narrowest_bits(deployment)
    peak = pool_peak(pools, bits)
    if not peak:
        cards = ", ".join(pool.hardware.id for pool in pools) or "the prefill pool"
        raise NotCheckable(f"hardware {cards} peak", f"no compute peak of {cards} is recorded")
    flops = 2 * parameters.per_prompt_token
    if load.input_tokens:
        flops += 2 * parameters.output_head / load.input_tokens
    count = sum(pool.count for pool in pools)
    return PrefillCeiling(
        peak / flops,
        flops,
        peak,
        (
            Term("operations per prompt token", flops / 1e9, "GFLOP", "2 x active parameters, embeddings left out"),
            Term("compute peak", peak / 1e12, "TFLOPS", f"{count} cards, best dense format of at least {bits} bits"),
            Term("prefill ceiling", peak / flops, "tok/s", "compute peak / operations per prompt token"),
        ),
    )
