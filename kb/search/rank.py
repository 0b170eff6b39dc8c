"""Which cases answer a question, and in which order.

A case answers when it has every facet that was understood. A model of the same family and size as the one asked for (a
re-release, another number format) fits nearly. Cases are ordered by how well they match, then as the index numbers
them: by tier, doubted ones after the others of their tier, the newest first, the more complete first. Raw throughput
never orders them unasked: lengths, batch sizes and card counts differ, so that a higher number need not mean a faster
stack.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from kb.bundle.index import Index
from kb.search.matching import NEARLY, Facet, holding, is_of_point, numbers_in
from kb.search.understood import Filter

TOGETHER = "all conditions at one operating point"
# Beyond so many facets only those answers are looked for that lack few of them.
_FEW = 8
_LACKING = 3


class Hit(NamedTuple):
    """A case by its number, how well it answers (1 is wholly), and which facets fit and which do not."""

    case: int
    match: float
    matched: tuple[str, ...]
    missed: tuple[str, ...]


class Ranked(NamedTuple):
    """The answers. ``whole`` and ``nearly`` are the cases that have every facet, the latter with a model alike.

    ``facets`` names what was asked for, ``alike`` those of it that the latter have nearly, ``share`` is their match,
    and ``letter`` are the cases that have everything to the letter.
    """

    whole: int
    nearly: int
    hits: list[Hit]
    facets: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    share: float = 0.0
    letter: int = -1

    def best_first(self) -> Iterator[int]:
        """Yield the cases that answer: those to the letter, the other whole answers, then those that nearly do."""
        yield from numbers_in(self.whole & self.letter)
        yield from numbers_in(self.whole & ~self.letter)
        yield from numbers_in(self.nearly)

    def hit(self, case: int) -> Hit:
        """Return the answer that a case of ``whole`` or ``nearly`` is."""
        if self.whole >> case & 1:
            return Hit(case, 1.0, self.facets, ())
        return Hit(case, self.share, tuple(name for name in self.facets if name not in self.alike), self.alike)

    @property
    def total(self) -> int:
        """Return how many cases answer wholly or nearly."""
        return self.whole.bit_count() + self.nearly.bit_count()


def rank(facets: list[Facet], allowed: int, conditions: list[Filter], index: Index, limit: int, nearest: int) -> Ranked:
    """Return at most ``limit`` cases, the best answers first; where none has all facets, the ``nearest`` few.

    Args:
        facets: what is asked for.
        allowed: the cases that may be shown.
        conditions: all conditions of the question; those on operating points must hold at one and the same point.
        index: the cases.
    """
    if not facets:
        return Ranked(0, 0, [])
    of_points = [c for c in conditions if is_of_point(c) and c.op != "!="]
    whole = _all(facet.cases for facet in facets) & allowed
    wide = _all(facet.cases | facet.nearly for facet in facets) & allowed & ~whole
    if len(of_points) > 1:
        whole, wide = (_together(found, of_points, index) for found in (whole, wide))
    found = Ranked(
        whole,
        wide,
        [],
        tuple(facet.name for facet in facets),
        tuple(facet.name for facet in facets if facet.nearly),
        _share(facets, [NEARLY if facet.nearly else 1.0 for facet in facets]),
        _all(facet.exactly for facet in facets),
    )
    hits = found.hits
    hits += map(found.hit, itertools.islice(found.best_first(), limit))
    if whole == 0:
        seen = wide
        for hit in _nearest(facets, allowed):
            if len(hits) >= min(nearest, limit):
                break
            if not seen >> hit.case & 1:
                seen |= 1 << hit.case
                # Each facet is there, but at different operating points.
                hits.append(hit if hit.missed else Hit(hit.case, hit.match - 0.01, hit.matched, (TOGETHER,)))
    return found


def _nearest(facets: list[Facet], allowed: int) -> Iterator[Hit]:
    """Yield the cases that have some of the facets, those with the most of them first; a case may come again."""
    levels = [[(1.0, facet.cases), *([(NEARLY, facet.nearly)] if facet.nearly else []), (0.0, -1)] for facet in facets]
    lacking = len(facets) if len(facets) <= _FEW else _LACKING
    choices = [
        (_share(facets, [level for level, _ in choice]), choice)
        for choice in itertools.product(*levels)
        if sum(level == 0 for level, _ in choice) <= lacking
    ]
    choices.sort(key=lambda entry: -entry[0])
    for share, choice in choices:
        if share > 0:
            found = _all(cases for _, cases in choice) & allowed
            names = [(facet.name, level) for facet, (level, _) in zip(facets, choice, strict=True)]
            matched = tuple(name for name, level in names if level == 1)
            missed = tuple(name for name, level in names if level < 1)
            for case in numbers_in(found):
                yield Hit(case, share, matched, missed)


def _share(facets: list[Facet], levels: list[float]) -> float:
    whole = sum(facet.weight for facet in facets)
    return sum(facet.weight * level for facet, level in zip(facets, levels, strict=True)) / whole


def _together(cases: int, conditions: list[Filter], index: Index) -> int:
    """Return those of ``cases`` that have an operating point which satisfies all ``conditions``."""
    found = 0
    for case in numbers_in(cases):
        if holding(case, conditions, index):
            found |= 1 << case
    return found


def _all(sets: Iterator[int]) -> int:
    found = -1
    for cases in sets:
        found &= cases
    return found
