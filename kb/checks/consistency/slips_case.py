"""Bounds that the figures of a case keep, for ``unit-slip``. No rule."""

from collections.abc import Iterator
from itertools import pairwise

from kb.checks.consistency.figures import STATISTICS, TYPICAL, instances, latencies, tokens_per_step
from kb.checks.consistency.slips import Bound, Figures, ratio, within
from kb.checks.consistency.slips_little import little_bounds
from kb.checks.context import Context
from kb.records import Case
from kb.records.case import OperatingPoint

_ENVELOPES = {"ttft_ms": (0.2, 7.2e6), "tpot_ms": (0.1, 120_000), "itl_ms": (0.02, 120_000), "e2e_ms": (0.5, 1e8)}
# One cold start among ten requests makes the mean of TTFT a hundred times its median, and its p99 a thousand times.
_RISE = {"ttft_ms": (0.002, 1500)}
_PLAIN = (
    *("decode_tok_s", "prefill_tok_s", "total_tok_s", "per_user_tok_s", "requests_s", "memory_per_card_gb"),
    *("weights_per_card_gb", "kv_cache_per_card_gb", "power_per_card_w", "compute_pct", "memory_bandwidth_pct"),
)
# Those that a limit of the card bounds.
_OF_A_CARD = _PLAIN[5:]


def point_figures(point: OperatingPoint) -> Figures:
    """Return the results of a point by their path below it, without those that are zero."""
    results = point.results
    figures: Figures = {}
    for name in _PLAIN:
        fact = getattr(results, name)
        if fact is not None and fact.value > 0:
            figures[name] = fact.value
    for field, latency in latencies(results):
        for statistic in STATISTICS:
            fact = getattr(latency, statistic)
            if fact is not None and fact.value > 0:
                figures[f"{field}/{statistic}"] = fact.value
    return figures


def point_bounds(case: Case, point: OperatingPoint, context: Context) -> Iterator[Bound]:
    """Yield the bounds that the results of one point must keep."""
    figures = point_figures(point)
    yield from _latencies(point, figures)
    yield from _rates(case, point, figures)
    if figures.keys().isdisjoint(_OF_A_CARD):
        return
    for name in ("compute_pct", "memory_bandwidth_pct"):
        yield within(name, 0.005, 110)
    known = [context.hardware(pool) for pool in case.stack.pools]
    limits = [max(card.tdp_w.values) for card in known if card and card.tdp_w]
    if len(limits) == len(known) and min(limits) > 0:
        yield within("power_per_card_w", min(limits) / 50, max(limits) * 3)
    yield within("power_per_card_w", 0.9, 20_000)
    rooms = [max(card.memory.capacity_gb.values) for card in known if card and card.memory.capacity_gb]
    for name in ("memory_per_card_gb", "weights_per_card_gb", "kv_cache_per_card_gb"):
        if len(rooms) == len(known):
            yield within(name, max(rooms) / 1e5, max(rooms) * 3)
    yield ratio("weights_per_card_gb", "memory_per_card_gb", 0, 3)
    yield ratio("kv_cache_per_card_gb", "memory_per_card_gb", 0, 3)


def _latencies(point: OperatingPoint, figures: Figures) -> Iterator[Bound]:
    # Figures stand in the order of the statistics, field by field.
    given: dict[str, list[str]] = {}
    statistics: dict[str, int] = {}
    for name in figures:
        field, _, statistic = name.partition("/")
        if statistic:
            given.setdefault(field, []).append(name)
            statistics[statistic] = statistics.get(statistic, 0) + 1
    for field, names in given.items():
        for name in names:
            yield within(name, *_ENVELOPES[field])
        if len(names) > 1:
            for first, second in pairwise(name for name in names if not name.endswith(("min", "max"))):
                yield ratio(second, first, *_RISE.get(field, (0.1, 300)))
    for statistic, fields in statistics.items():
        if fields > 1:
            yield from _of_one_statistic(statistic, point)


def _of_one_statistic(statistic: str, point: OperatingPoint) -> Iterator[Bound]:
    ttft, tpot, e2e = (f"{field}/{statistic}" for field in ("ttft_ms", "tpot_ms", "e2e_ms"))
    itl = f"itl_ms/{statistic}"
    yield ratio(ttft, tpot, 0.02, 1e6)
    yield ratio(ttft, e2e, 0, 3)
    if statistic == "mean":
        yield ratio(tpot, itl, 0.04, 25)
    if statistic in TYPICAL and point.scenario.output_tokens:
        length = point.scenario.output_tokens
        for step in (tpot, itl):
            yield Bound(
                f"TTFT and {length} x {step.partition('/')[0]} over e2e",
                (ttft, step, e2e),
                *(0.1, 6),
                lambda first, each, whole, length=length: (first + each * length) / whole,
            )


def _rates(case: Case, point: OperatingPoint, figures: Figures) -> Iterator[Bound]:
    scenario = point.scenario
    most = max(scenario.concurrency or 0, scenario.batch or 0) * instances(case)
    static = scenario.kind == "static-batch"
    per_step = tokens_per_step(case, point.results)
    for name in figures:
        field, _, statistic = name.partition("/")
        if statistic not in TYPICAL:
            continue
        if field in ("tpot_ms", "itl_ms") and per_step is not None:
            if scenario.concurrency or static:
                yield Bound(
                    f"sequences in flight (decode_tok_s x {field}) over those let in",
                    ("decode_tok_s", name),
                    *((0.02 if static else 0.0005), 50.0 * per_step),
                    lambda decode, each: decode * each / 1000 / most,
                )
            yield Bound(
                f"per_user_tok_s x {field}",
                ("per_user_tok_s", name),
                *(0.05, 6 * per_step),
                lambda rate, each: rate * each / 1000,
            )
    yield from little_bounds(point, most)
    if scenario.input_tokens and scenario.output_tokens:
        into, out = scenario.input_tokens, scenario.output_tokens
        yield Bound(
            "prefill_tok_s over the prompts that decode_tok_s needs",
            ("prefill_tok_s", "decode_tok_s"),
            *(0.02, 1e9),
            lambda prefill, decode: prefill / (decode * into / out),
        )
        yield Bound(
            "total_tok_s over decode_tok_s, by the lengths",
            ("total_tok_s", "decode_tok_s"),
            *(0.13, 7),
            lambda total, decode: total / (decode * (into + out) / out),
        )
        yield Bound(
            "requests_s x output tokens over decode_tok_s",
            ("requests_s", "decode_tok_s"),
            *(0.13, 7),
            lambda requests, decode: requests * out / decode,
        )
