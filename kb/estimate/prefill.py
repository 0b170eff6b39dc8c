"""The ceiling of prefill: operations over the dense peak of the cards that read prompts, or what they must exchange."""

from dataclasses import dataclass

from kb.estimate.deployment import Cards, Deployment, Load
from kb.estimate.missing import NotCheckable
from kb.estimate.peak import highest, narrowest_bits, pool_peak
from kb.estimate.term import Term
from kb.estimate.weights import readable

# A claim is granted 8-bit messages, sums made by the switch, so that each card sends its part once, and a layer whose
# attention and feed-forward block run side by side, so that one sum is enough.
GRANTED_MESSAGE_BYTES = 1
GRANTED_SUMS_PER_LAYER = 1


@dataclass(frozen=True)
class PrefillCeiling:
    """The highest prefill throughput, in prompt tokens per second over all cards.

    ``bound_by`` is ``compute``, or ``link`` where tensor parallel ranks cannot pass their sums on any faster.
    """

    tok_s: float
    flops_per_token: float
    peak: float
    bound_by: str
    terms: tuple[Term, ...]


def prefill_ceiling(deployment: Deployment, load: Load) -> PrefillCeiling:
    """Return the ceiling of prefill.

    Each prompt token is multiplied with the active parameters without the embedding; the output head runs once per
    prompt. Attention over the prompt is left out, which favours the claim.

    Raises:
        NotCheckable: a fact of the model is missing, or the peak of the cards.
    """
    parameters = readable(deployment.model, deployment.weights).parameters
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
    terms = [
        Term("operations per prompt token", flops / 1e9, "GFLOP", "2 x active parameters, embeddings left out"),
        Term("compute peak", peak / 1e12, "TFLOPS", f"{count} cards, best dense format of at least {bits} bits"),
        Term("prefill by compute", peak / flops, "tok/s", "compute peak / operations per prompt token"),
    ]
    tok_s, bound_by = peak / flops, "compute"
    linked = _by_link(deployment, pools)
    if linked is not None:
        terms.append(linked)
        if linked.value < tok_s:
            tok_s, bound_by = linked.value, "link"
    terms.append(Term("prefill ceiling", tok_s, "tok/s", f"the lowest of these, set by {bound_by}"))
    return PrefillCeiling(tok_s, flops, peak, bound_by, tuple(terms))


def _by_link(deployment: Deployment, pools: tuple[Cards, ...]) -> Term | None:
    """Return the rate that the links allow, or None where the ranks or a link are not known."""
    model = deployment.model
    if model.hidden is None or model.layers is None or not pools:
        return None
    size = GRANTED_SUMS_PER_LAYER * model.layers.value * model.hidden.value * GRANTED_MESSAGE_BYTES
    total, ways = 0.0, []
    for pool in pools:
        tp, link = pool.parallelism.tp or 1, pool.hardware.scale_up.per_direction_gb_s
        # Attention that runs data parallel, or ranks that overlap with those of experts, need not pass these sums.
        if tp < 2 or link is None or (pool.parallelism.dp or 1) > 1 or (pool.parallelism.ep or 1) > 1:
            return None
        groups = max(1, pool.count // tp)
        total += groups * highest(link) * 1e9 / size
        ways.append(f"{groups} x {highest(link):g} GB/s")
    how = (
        f"({' + '.join(ways)}) / ({GRANTED_SUMS_PER_LAYER} sum x {model.layers.value} layers x {model.hidden.value} "
        f"values of {GRANTED_MESSAGE_BYTES} byte), sent once"
    )
    return Term("prefill by the link", total, "tok/s", how)
