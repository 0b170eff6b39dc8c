"""How far a number can be trusted, in order."""

# Strongest first, as kb.records has them; named here again so that a look-up need not load the models of the records.
TIERS = ("measured", "reported", "official", "derived", "estimated")


def weakest(tiers: list[str]) -> str | None:
    """Return the weakest of ``tiers``; None where there is none."""
    return max(tiers, key=TIERS.index, default=None)
