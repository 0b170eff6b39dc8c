"""Bounds between the points of a case, and on what stands beside them, for ``unit-slip``. No rule."""

from collections.abc import Iterator
from itertools import pairwise

from kb.checks.consistency.figures import TYPICAL
from kb.checks.consistency.slips import Bound, Figures, ratio, within
from kb.records import Case
from kb.records.case import OperatingPoint
from kb.records.evidence import Fact

_MEMORY = ("weights_gb", "kv_cache_gb", "graphs_gb", "free_gb")
# From one point to the next, work per sequence may at most do this much better or worse.
_STEP = 4.5
_COLD = 0.02
_RATES = ("decode_tok_s", "prefill_tok_s")
_TIMES = tuple(f"{field}/{statistic}" for field in ("tpot_ms", "itl_ms", "e2e_ms", "ttft_ms") for statistic in TYPICAL)
_ENDS = (*_RATES, *_TIMES)


def case_figures(case: Case) -> Figures:
    """Return the figures that sweep bounds speak of, by their path in the case."""
    figures: Figures = {}

    def add(path: str, fact: Fact | None) -> None:
        if fact is not None and fact.value > 0:
            figures[path] = fact.value

    for index, point in enumerate(case.points):
        at = f"points/{index}/results"
        for rate in _RATES:
            add(f"{at}/{rate}", getattr(point.results, rate))
        for field in ("tpot_ms", "itl_ms", "ttft_ms", "e2e_ms"):
            latency = getattr(point.results, field)
            for statistic in TYPICAL:
                add(f"{at}/{field}/{statistic}", getattr(latency, statistic, None))
    if case.memory_use is not None:
        for name in (*_MEMORY, "total_gb"):
            add(f"memory_use/{name}", getattr(case.memory_use, name))
    for index, quality in enumerate(case.quality):
        add(f"quality/{index}/score", quality.score)
        add(f"quality/{index}/baseline", quality.baseline)
    return figures


def sweep_bounds(case: Case, figures: Figures) -> Iterator[Bound]:
    """Yield bounds between neighbours of a sweep, on parts of the memory, and on scores."""
    for load in _sweeps(case):
        for (low, first), (high, second) in pairwise(load):
            more = high / low
            for end in _ENDS:
                over, under = f"points/{second}/results/{end}", f"points/{first}/results/{end}"
                if over in figures and under in figures:
                    # The first point of a sweep may meet a cold server; later ones queue.
                    cold = end.startswith("ttft_ms")
                    yield ratio(over, under, _COLD if cold else 1 / _STEP, more * _STEP * (1000 if cold else 1))
    for name in _MEMORY:
        yield ratio(f"memory_use/{name}", "memory_use/total_gb", 0, 1.5)
    if case.memory_use is not None:
        given = tuple(f"memory_use/{name}" for name in _MEMORY if getattr(case.memory_use, name) is not None)
        if len(given) >= 3:
            yield Bound("parts of the memory over total_gb", ("memory_use/total_gb", *given), 0.2, 2.5, _sum_over)
    for index, quality in enumerate(case.quality):
        baseline = quality.baseline.value if quality.baseline else 0
        # A score in percent beside a fraction is another rule's finding.
        in_percent = baseline <= 1 and baseline / 5 <= quality.score.value / 100 <= 1.05
        if baseline > 1 / 3 and not in_percent:
            yield within(f"quality/{index}/score", 0, 1.05 if baseline <= 1 else 105)


def _sum_over(total: float, *parts: float) -> float:
    return sum(parts) / total


def _sweeps(case: Case) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of points that differ in load alone: (load, index of the point), in order of load."""
    groups: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for index, point in enumerate(case.points):
        key, load = _load(point)
        if load is not None:
            groups.setdefault(key, []).append((load, index))
    for group in groups.values():
        yield sorted(group)


def _load(point: OperatingPoint) -> tuple[tuple[object, ...], int | None]:
    scenario = point.scenario
    by = "concurrency" if scenario.concurrency is not None else "batch"
    lengths = (scenario.input_tokens, scenario.output_tokens, scenario.dataset, scenario.request_rate_s)
    return (by, scenario.kind, *lengths), scenario.concurrency or scenario.batch
