"""How far a number can be trusted, derived from what its evidence can show.

=============  ==========================================================================
tier           what it takes
=============  ==========================================================================
``measured``   raw output with its checksum, the command, the engine's version, who ran it
``reported``   exact figures of an identifiable party, at a place that anyone can open
``official``   the vendor's own figure: right for a specification, a claim for a speed
``derived``    computed from other facts by a formula that is given
``estimated``  anything approximate, and anything that cannot be looked up
=============  ==========================================================================
"""

from kb.evidence.facts import evidence_by_id, evidence_ids_named, evidence_named, facts_of
from kb.evidence.headline import Headline, case_tier, claim_tier, headline
from kb.evidence.publication import Publication, publication_of
from kb.evidence.tier import Support, fact_tier, supported_tier, tier_of
from kb.evidence.urls import is_generic, is_placeholder, is_product_page

__all__ = [
    "Headline",
    "Publication",
    "Support",
    "case_tier",
    "claim_tier",
    "evidence_by_id",
    "evidence_ids_named",
    "evidence_named",
    "fact_tier",
    "facts_of",
    "headline",
    "is_generic",
    "is_placeholder",
    "is_product_page",
    "publication_of",
    "supported_tier",
    "tier_of",
]
