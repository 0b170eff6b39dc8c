"""The verdicts that physics gives on a claim; a look-up knows them without loading the estimate."""

from typing import Literal

Verdict = Literal[
    "does-not-fit",
    "impossible",
    "faster-than-fit",
    "slower-than-fit",
    "match",
    "inconclusive-noisy",
    "not-checkable",
]
# From what weighs most to what says least. Weights that do not fit come first: nothing else about the point matters
# then, and it takes no model of speed to see it.
VERDICTS: tuple[Verdict, ...] = (
    "does-not-fit",
    "impossible",
    "faster-than-fit",
    "slower-than-fit",
    "match",
    "inconclusive-noisy",
    "not-checkable",
)
# What no software could make true.
RULED_OUT: tuple[Verdict, ...] = ("does-not-fit", "impossible")
