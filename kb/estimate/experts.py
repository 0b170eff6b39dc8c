"""How many experts of a layer a step touches."""

import math

# Real routing is not uniform: popular experts are shared by more tokens than chance would have it.
# A claim is given the benefit of a router so skewed that only this share of the expected experts is read.
MOST_SKEWED_ROUTING = 0.6


def distinct_experts(experts: int, top_k: int, tokens: float) -> float:
    """Return the expected number of distinct experts per layer for ``tokens`` routed uniformly.

    ``E * (1 - (1 - k/E)^T)``: the chance that none of T tokens picks a given expert is ``(1 - k/E)^T``.
    """
    if top_k >= experts:
        return float(experts)
    return float(experts * (1.0 - (1.0 - top_k / experts) ** tokens))


def fewest_experts(experts: int, top_k: int, tokens: float) -> float:
    """Return the distinct experts under the most skewed routing that a claim is granted; never fewer than ``top_k``."""
    return max(float(min(top_k, experts)), MOST_SKEWED_ROUTING * distinct_experts(experts, top_k, tokens))


def tokens_of_one(experts: int, top_k: int) -> float:
    """Return up to how many tokens the most skewed routing touches no more experts than a single token does."""
    reach = top_k / (MOST_SKEWED_ROUTING * experts)
    return math.inf if reach >= 1 else math.log1p(-reach) / math.log1p(-top_k / experts)
