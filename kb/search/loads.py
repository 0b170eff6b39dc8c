"""Loads that can be compared: the same kind of run with the same lengths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.search.rates import mean_share

# As kb.checks.siblings has it; named here again so that a look-up need not load the checks.
LENGTHS = 1.25


@dataclass(frozen=True, slots=True)
class Load:
    """What a request is: tokens in and out, or the data set that says so.

    ``kind`` is ``serving``, ``static-batch`` or ``offline``. ``shortest_share`` is for lengths that are drawn evenly
    from that share of the stated ones up to them.
    """

    kind: str
    input_tokens: float | None
    output_tokens: float | None
    shortest_share: float | None = None
    dataset: str | None = None

    def __str__(self) -> str:
        """Return the load in words."""
        if self.dataset is not None:
            return f"{self.kind}, {self.dataset}"
        drawn = "" if self.shortest_share is None else f", drawn from {self.shortest_share:.0%} up"
        return f"{self.kind}, {_count(self.input_tokens)} in / {_count(self.output_tokens)} out{drawn}"

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "shortest_share": self.shortest_share,
            "dataset": self.dataset,
        }

    @property
    def means(self) -> tuple[float, float]:
        """Return the mean tokens in and out; zeros where the data set says them."""
        share = mean_share(self.shortest_share)
        return (self.input_tokens or 0) * share, (self.output_tokens or 0) * share

    def is_like(self, other: "Load") -> bool:
        """Tell whether points under both can be compared: one kind of run, lengths within a quarter of each other."""
        if (self.kind, self.dataset) != (other.kind, other.dataset):
            return False
        return self.dataset is not None or all(map(_near, self.means, other.means))

    def has_lengths(self, input_tokens: float | None, output_tokens: float | None) -> bool:
        """Tell whether the stated lengths are within a quarter of these; one that is None may be any."""
        asked = ((self.input_tokens, input_tokens), (self.output_tokens, output_tokens))
        return all(want is None or (have is not None and _near(have, want)) for have, want in asked)

    def is_called(self, words: str) -> bool:
        """Tell whether each of ``words`` is in the load as it reads; numbers as a whole, with or without commas."""
        text = str(self).casefold()
        numbers = {part.replace(",", "") for part in text.split()}
        return all(
            word in numbers if word.isdigit() else word in text
            for word in (word.strip(",").replace(",", "") for word in words.casefold().split())
        )


def load_of(point: Mapping[str, Any], kind: str | None) -> Load | None:
    """Return the load of a row of ``points``; None where neither lengths nor a data set are stated.

    A run whose kind is not stated is one of serving where its concurrency is, else a static batch.
    """
    kind = kind or ("serving" if point["concurrency"] or point["request_rate_s"] else "static-batch")
    taken, given = point["input_tokens"], point["output_tokens"]
    if taken is not None and given is not None:
        return Load(kind, taken, given, point["shortest_share"])
    return Load(kind, None, None, dataset=point["dataset"]) if point["dataset"] else None


def classes(loads: Iterable[Load]) -> dict[Load, list[Load]]:
    """Return loads gathered into classes that can be compared, the one with most entries first.

    The load that most entries have stands for a class, and takes in all that are like it; what is left is gathered in
    the same way. Within a class lengths differ from those of its load by a quarter at most.
    """
    counts: dict[Load, int] = {}
    for load in loads:
        counts[load] = counts.get(load, 0) + 1
    left = sorted(counts, key=lambda load: (-counts[load], *_place(load)))
    found: dict[Load, list[Load]] = {}
    while left:
        head = left[0]
        found[head] = [load for load in left if head.is_like(load)]
        left = [load for load in left if not head.is_like(load)]
    sizes = {head: sum(counts[load] for load in members) for head, members in found.items()}
    return {head: found[head] for head in sorted(found, key=lambda head: (-sizes[head], *_place(head)))}


def _near(one: float, other: float) -> bool:
    return one <= LENGTHS * other and other <= LENGTHS * one


def _place(load: Load) -> tuple[Any, ...]:
    return load.kind, load.dataset or "", *load.means, load.shortest_share or 0


def _count(tokens: float | None) -> str:
    return "?" if tokens is None else f"{tokens:,.0f}"
