"""Put answers into an order that was asked for: only like with like.

A rate or a latency means something only beside others under the same load. So where one is sorted by, the rows are
operating points, those of one load (lengths of prompt and answer, batch or concurrency) stand together, and only these
are put into an order. What nobody vouches for (tier estimated or derived, or a verdict that it cannot be) comes after
what somebody does.
"""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from kb.bundle.index import Index
from kb.errors import BadRequest
from kb.search.matching import holding, is_of_point, numbers_in, same_number
from kb.search.understood import Filter, Sort
from kb.verdicts import RULED_OUT

if TYPE_CHECKING:
    from array import array

# What may be sorted by, as people name it: the column, and the direction that is meant.
NAMED: dict[str, tuple[str, str]] = {
    "decode": ("decode_tok_s", "desc"),
    "decode-per-card": ("decode_tok_s_per_card", "desc"),
    "per-user": ("per_user_tok_s", "desc"),
    "prefill": ("prefill_tok_s", "desc"),
    "total": ("total_tok_s", "desc"),
    "ttft": ("ttft_ms", "asc"),
    "tpot": ("tpot_ms", "asc"),
    "itl": ("itl_ms", "asc"),
    "e2e": ("e2e_ms", "asc"),
    "power": ("power_per_card_w", "asc"),
    "memory": ("memory_per_card_gb", "asc"),
    "tokens-per-joule": ("tokens_per_joule", "desc"),
    "batch": ("batch", "desc"),
    "concurrency": ("concurrency", "desc"),
    "cards": ("cards", "asc"),
    "day": ("day", "desc"),
}
_OF_CASE = ("cards", "day")
_VOUCHED = ("measured", "reported", "official")
# So many rows of one load, where several loads are to be shown.
_EACH = 3
NO_PRICE = "no price is recorded, so nothing can be sorted by cost; kb pareto MODEL --usd-per-card-hour takes yours"


class Basis(NamedTuple):
    """The load under which points are like for like; None for what is not stated."""

    input_tokens: float | None
    output_tokens: float | None
    batch: float | None
    concurrency: float | None

    def __str__(self) -> str:
        """Return the basis in words."""
        lengths = f"{_number(self.input_tokens)} in / {_number(self.output_tokens)} out"
        if self.concurrency is not None:
            return f"{lengths}, concurrency {_number(self.concurrency)}"
        return f"{lengths}, batch {_number(self.batch)}" if self.batch is not None else f"{lengths}, load not stated"


class Placed(NamedTuple):
    """A row of a sorted answer: the case, the operating point in it, the value it is sorted by, and the load."""

    case: int
    point: int
    value: float
    basis: Basis | None


def sort_named(text: str) -> Sort:
    """Return the order that ``text`` names: ``ttft``, or a column, a ``-`` before it turning it round.

    Raises:
        BadRequest: there is no such order.
    """
    name = text.strip().removeprefix("-").replace("_", "-")
    columns = {column.replace("_", "-"): (column, direction) for column, direction in NAMED.values()}
    found = NAMED.get(name) or columns.get(name)
    if found is None:
        raise BadRequest(f"--sort {text[:60]!r} is not known; one of {', '.join(NAMED)}")
    column, direction = found
    return Sort(column, {"asc": "desc", "desc": "asc"}[direction] if text.startswith("-") else direction)


def ordered(
    whole: int, nearly: int, sort: Sort, conditions: list[Filter], index: Index, limit: int, *, one_load: bool = False
) -> tuple[list[Placed], int, int]:
    """Return the rows, how many rows there are in all, and how many loads.

    Args:
        whole: the cases that answer wholly; under one load they come before the others.
        nearly: those that answer nearly.
        sort: by what.
        conditions: those of the question; a row satisfies all that are put on operating points.
        index: the cases.
        limit: at most so many rows.
        one_load: fill the rows from the load that most cases share, where else a few of each load would come.
    """
    cases = whole | nearly
    if sort.field in _OF_CASE:
        numbers = index.numbers(sort.field).lowest
        found = [Placed(case, 0, numbers[case], None) for case in numbers_in(cases) if not math.isnan(numbers[case])]
        found.sort(key=lambda row: (not whole >> row.case & 1, _direction(sort, row.value)))
        return found[:limit], len(found), 0
    loads = _by_load(cases, sort, conditions, index)
    vouched = _vouched(index)
    for rows in loads.values():
        rows.sort(
            key=lambda row: (
                not whole >> row.case & 1,
                not vouched >> row.case & 1,
                _direction(sort, row.value),
                row.case,
            )
        )
    # The load that most of the cases share comes first.
    groups = sorted(
        loads.items(),
        key=lambda entry: (-sum(whole >> row.case & 1 for row in entry[1]), -len(entry[1]), str(entry[0])),
    )
    each = limit if one_load or len(groups) < 2 else max(_EACH, -(-limit // len(groups)))
    rows = [row for _, group in groups for row in group[:each]]
    return rows[:limit], sum(map(len, loads.values())), len(loads)


def _by_load(cases: int, sort: Sort, conditions: list[Filter], index: Index) -> dict[Basis, list[Placed]]:
    """Return the best point of each case under each load."""
    of_points = [condition for condition in conditions if is_of_point(condition) and condition.op != "!="]
    values = index.numbers(sort.field).points
    settings = [index.numbers(field).points for field in ("input_tokens", "output_tokens", "batch", "concurrency")]
    lengths = [_one_length(column, cases, index) for column in settings[:2]]
    best: dict[tuple[Basis, int], Placed] = {}
    for case in numbers_in(cases):
        points: Iterable[int] = holding(case, of_points, index) if of_points else index.points_of(case)
        start = index.points_of(case).start
        for point in points:
            value = values[point]
            if math.isnan(value):
                continue
            load = [None if math.isnan(column[point]) else column[point] for column in settings]
            # Two lengths, which a checker of types cannot count.
            basis = Basis(
                *(same.get(value) for same, value in zip(lengths, load[:2], strict=True)),  # type: ignore[arg-type]
                *load[2:],
            )
            row = Placed(case, point - start, value, basis)
            other = best.get((basis, case))
            if other is None or _direction(sort, value) < _direction(sort, other.value):
                best[basis, case] = row
    loads: dict[Basis, list[Placed]] = {}
    for (basis, _), row in best.items():
        loads.setdefault(basis, []).append(row)
    return loads


def _one_length(column: "array[float]", cases: int, index: Index) -> dict[float, float]:
    """Return for each length of ``cases`` the one that it is taken for: the most frequent of those that are alike."""
    counts: dict[float, int] = {}
    for case in numbers_in(cases):
        for length in {column[point] for point in index.points_of(case)}:
            if not math.isnan(length):
                counts[length] = counts.get(length, 0) + 1
    taken: dict[float, float] = {}
    group: list[float] = []
    for length in [*sorted(counts), math.inf]:
        if group and not same_number("input_tokens", length, group[0]):
            usual = max(group, key=lambda one: (counts[one], one))
            taken.update(dict.fromkeys(group, usual))
            group = []
        group.append(length)
    return taken


def _vouched(index: Index) -> int:
    vouched = doubted = 0
    for tier in _VOUCHED:
        vouched |= index.cases("tier", tier)
    for verdict in RULED_OUT:
        doubted |= index.cases("verdict", verdict)
    return vouched & ~doubted


def _direction(sort: Sort, value: float) -> float:
    return -value if sort.order == "desc" else value


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,.10g}"
