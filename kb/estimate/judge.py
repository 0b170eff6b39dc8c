"""What physics has to say about one operating point."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from kb.estimate.ceiling import MARGIN, Ceiling, Floor, decode_ceiling, tpot_floor
from kb.estimate.deployment import Deployment, Load
from kb.estimate.expected import Expected, expected_decode
from kb.estimate.first_token import FirstToken, first_token
from kb.estimate.memory import MemoryFit, Shortfall, memory_fit, shortfalls
from kb.estimate.missing import NotCheckable
from kb.estimate.prefill import PrefillCeiling, prefill_ceiling
from kb.estimate.term import Term
from kb.estimate.weights import readable
from kb.estimate.work import Plan
from kb.records.case import Latency, Results
from kb.verdicts import Verdict

T = TypeVar("T")


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason, and the figures it rests on; a part that cannot be computed is None.

    ``gaps`` says why, one sentence each.
    """

    verdict: Verdict
    reason: str
    shortfall: Shortfall | None = None
    memory: MemoryFit | None = None
    ceiling: Ceiling | None = None
    floor: Floor | None = None
    prefill: PrefillCeiling | None = None
    expected: Expected | None = None
    gaps: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return every line of every sum."""
        lines: list[Term] = []
        floor = self.ceiling.floor if self.ceiling else None
        for part in (self.memory, floor, self.prefill, self.expected, self.first_token):
            if part is not None:
                lines.extend(part.terms)
        return tuple(lines)

    @property
    def first_token(self) -> FirstToken | None:
        """Return the expected time to the first token; it decides no verdict."""
        return None if self.expected is None else first_token(self.expected)


def middle(latency: Latency | None) -> float | None:
    """Return the mean or median of a latency in milliseconds, or None; tails are no measure of throughput."""
    if latency is None:
        return None
    fact = latency.mean or latency.p50 or latency.typical
    return float(fact.value) if fact is not None and fact.value > 0 else None


def whole_run_rate(load: Load, results: Results) -> float | None:
    """Return tokens per second of a static batch over its whole time, where nothing is known of decoding alone."""
    if results.decode_tok_s is not None or tpot_ms(results) is not None or not load.static:
        return None
    took_ms = middle(results.e2e_ms)
    if took_ms is None or not load.batch or not load.output_tokens:
        return None
    return load.batch * load.output_tokens / took_ms * 1e3


def tpot_ms(results: Results) -> float | None:
    """Return the time per output token of a point, in milliseconds."""
    return middle(results.tpot_ms) or middle(results.itl_ms)


def judge(deployment: Deployment, load: Load, results: Results, noise: float = 0.0) -> Judgement:
    """Hold the results of one point against memory, the hard ceiling and the expected range.

    Args:
        deployment: what ran.
        load: under which load.
        results: what was measured.
        noise: half of the spread over repeated points, as a fraction.
    """
    try:
        readable(deployment.model, deployment.weights)
    except NotCheckable as gap:
        return _unreadable(deployment, gap)
    if deployment.one_of_many:
        return _unreadable(deployment, NotCheckable("stack.pools", "how many workers share the requests is not stated"))
    whole = whole_run_rate(load, results)
    if whole is not None:
        # The prompts are part of what was timed.
        load = replace(load, serving=True)
    gaps: list[str] = []
    decode = float(results.decode_tok_s.value) if results.decode_tok_s is not None else None
    tpot = tpot_ms(results)
    pools = deployment.decode_pools
    partial = Judgement(
        "not-checkable",
        "",
        _attempt(gaps, lambda: next(iter(shortfalls(deployment)), None)),
        _attempt(gaps, lambda: memory_fit(Plan(deployment, pools[0]), load) if pools else None),
        _attempt(gaps, lambda: decode_ceiling(deployment, load)),
        _attempt(gaps, lambda: None if tpot is None else tpot_floor(deployment, load, decode, tpot / 1e3)),
        _attempt(gaps, lambda: None if results.prefill_tok_s is None else prefill_ceiling(deployment, load)),
        _attempt(gaps, lambda: expected_decode(deployment, load, unseen=True)),
        (),
    )
    verdict, reason = _verdict(partial, results, gaps, noise)
    return replace(partial, verdict=verdict, reason=reason, gaps=tuple(dict.fromkeys(gaps)))


def _attempt(gaps: list[str], compute: Callable[[], T | None]) -> T | None:
    try:
        return compute()
    except NotCheckable as gap:
        gaps.append(str(gap))
        return None


def _unreadable(deployment: Deployment, gap: NotCheckable) -> Judgement:
    """Judge a deployment whose step cannot be counted: its weights may still be known not to fit."""
    try:
        shortfall = next(iter(shortfalls(deployment)), None)
    except NotCheckable:
        shortfall = None
    if shortfall is not None:
        return Judgement("does-not-fit", _does_not_fit(shortfall), shortfall, gaps=(str(gap),))
    return Judgement("not-checkable", str(gap), gaps=(str(gap),))


def _does_not_fit(shortfall: Shortfall) -> str:
    pool = shortfall.pool
    return (
        f"the weights take {shortfall.weights_gb:,.0f} GB, {pool.count} cards of {pool.hardware.id} hold "
        f"{shortfall.marketed_gb:,.0f} GB"
    )


def _verdict(partial: Judgement, results: Results, gaps: list[str], noise: float) -> tuple[Verdict, str]:
    if partial.shortfall is not None:
        return "does-not-fit", _does_not_fit(partial.shortfall)
    broken = _impossible(partial, results)
    if broken is not None:
        return "impossible", broken
    expected = partial.expected
    if expected is None:
        return "not-checkable", gaps[-1]
    observed = observed_rate(expected, results) or whole_run_rate(expected.load, results)
    if observed is None:
        return "not-checkable", "neither a decode rate nor a time per token is given"
    if results.spread_pct is not None:
        noise = max(noise, float(results.spread_pct.value) / 200)
    said = f"{_rate(observed)} tok/s; expected are {_rate(expected.low)} to {_rate(expected.high)}"
    if expected.low <= observed <= expected.high:
        return "match", said
    if expected.low <= observed * (1 + noise) and observed * (1 - noise) <= expected.high:
        return "inconclusive-noisy", f"{said}; the repeats spread over {2 * noise:.0%}"
    return ("faster-than-fit" if observed > expected.high else "slower-than-fit"), said


def _impossible(partial: Judgement, results: Results) -> str | None:
    ceiling, floor, prompt, tpot = partial.ceiling, partial.floor, partial.prefill, tpot_ms(results)
    if results.decode_tok_s is not None and ceiling is not None:
        decode = float(results.decode_tok_s.value)
        if decode > MARGIN * ceiling.tok_s:
            return f"decode of {decode:,.0f} tok/s is above the hard ceiling of {ceiling.tok_s:,.0f} tok/s"
    if tpot is not None and floor is not None and tpot * MARGIN < least_tpot_ms(floor):
        return (
            f"{tpot:.3g} ms per token is below the floor of {least_tpot_ms(floor):.3g} ms "
            f"with {floor.sequences:,.0f} sequences in flight"
        )
    if results.prefill_tok_s is not None and prompt is not None:
        prefill = float(results.prefill_tok_s.value)
        if prefill > MARGIN * prompt.tok_s:
            return f"prefill of {prefill:,.0f} tok/s is above the compute peak: {prompt.tok_s:,.0f} tok/s"
    return None


def observed_rate(expected: Expected, results: Results) -> float | None:
    """Return what an expected decode rate is to be held against: the measured one, or None where nothing says it.

    While requests come and go, a rate of output tokens has waiting for prompts in it, so the time per token is taken
    where it is given.
    """
    tpot = tpot_ms(results)
    if tpot is not None and (expected.load.serving or results.decode_tok_s is None):
        return expected.in_flight / tpot * 1e3
    return None if results.decode_tok_s is None else float(results.decode_tok_s.value)


def least_tpot_ms(floor: Floor) -> float:
    """Return the least time per output token that a floor allows, in milliseconds."""
    return floor.seconds * floor.sequences / floor.tokens * 1e3


def _rate(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.4g}"
