"""Bounds from how many requests there can be at once, for ``unit-slip``. No rule."""

from collections.abc import Iterator

from kb.checks.consistency.figures import TYPICAL
from kb.checks.consistency.slips import Bound
from kb.checks.consistency.ttft_below_prefill_time import is_a_rate_of_prefill
from kb.records.case import OperatingPoint


def little_bounds(point: OperatingPoint, most: int) -> Iterator[Bound]:
    """Yield bounds from Little's law: requests per second times the time of each is how many there are at once.

    They need a client that waits for answers: with a stated request rate, requests may pile up without end.
    """
    scenario = point.scenario
    into, out = scenario.input_tokens, scenario.output_tokens
    if scenario.request_rate_s is not None or not most:
        return
    for statistic in TYPICAL:
        first = f"ttft_ms/{statistic}"
        for step in (f"tpot_ms/{statistic}", f"itl_ms/{statistic}"):
            if out is not None:
                yield Bound(
                    "requests at once, by decode_tok_s and latencies,",
                    ("decode_tok_s", first, step),
                    *(0.1, 30.0 * most),
                    lambda decode, wait, each, out=out: decode / out * (wait + each * out) / 1000,
                )
        if into is not None and scenario.concurrency is not None:
            yield Bound(
                "prompts read within the TTFT, at prefill_tok_s,",
                (first, "prefill_tok_s"),
                *(0, 30.0 * most),
                lambda wait, rate, into=into: wait / 1000 * rate / into,
            )
    if scenario.kind == "static-batch" and into is not None and is_a_rate_of_prefill(point):
        for statistic, share in (("max", most), ("mean", 1), ("p50", 1), ("typical", 1)):
            yield Bound(
                "TTFT over the time of its prompts at prefill_tok_s",
                (f"ttft_ms/{statistic}", "prefill_tok_s"),
                *(0.14 * share, 7.0 * most),
                lambda wait, rate, into=into: wait / 1000 * rate / into,
            )
