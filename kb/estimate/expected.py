"""The expected range of decode: the sum of the step, and the error that such sums were found to have.

This is an estimate and never more. There is one formula; its coefficients are those of servers or of desktop runtimes,
and never those of one model, card or vendor.
"""

from typing import NamedTuple

from kb.estimate.calibrated import ClassError, calibration, left_out
from kb.estimate.classes import class_of, engine_use
from kb.estimate.deployment import Deployment, Load
from kb.estimate.memory import sequences_running
from kb.estimate.missing import NotCheckable
from kb.estimate.remember import remembered
from kb.estimate.step_terms import step_terms
from kb.estimate.step_time import Coefficients, StepSeconds, step_seconds
from kb.estimate.term import Term
from kb.estimate.work import Plan, Work

# Without a word on how many drafted tokens are accepted, the middle of the range takes half.
ACCEPTED_DRAFTS = 0.5
# The range grows by half of itself for each quantity that lies outside of what was measured.
WIDENING = 0.5


class Expected(NamedTuple):
    """Decode throughput in tokens per second over all sequences and cards, low to high.

    ``tpot_s`` is the time per output token of one sequence; ``in_flight`` are the sequences that run at a time, of
    ``wanted`` by the load. What explains it is worked out when it is asked for.
    """

    plan: Plan
    load: Load
    work: Work
    seconds: StepSeconds
    error: ClassError
    tok_s: float
    low: float
    high: float
    tpot_s: float
    in_flight: float
    wanted: float
    coefficients: Coefficients
    outside: tuple[str, ...]

    @property
    def tpot_ms(self) -> float:
        """Return the time per output token in milliseconds."""
        return self.tpot_s * 1e3

    @property
    def basis(self) -> str:
        """Return in one sentence what the figure rests on and how far such figures were off."""
        return basis_of(self.error)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        return step_terms(self.plan, self.work, self.seconds, self.coefficients)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Return what had to be taken for granted or left out."""
        deployment, said = self.plan.deployment, list(self.plan.gaps)
        said += [f"outside of what was measured, so the range is wider: {what}" for what in self.outside]
        if self.load.mean_context is None:
            said.append("reading the context is left out: its length is not known")
        if _meets_prompts(self.plan, self.load) and self.load.output_tokens is None:
            said.append("prompts of other requests are left out: how many tokens a request generates is not known")
        if self.plan.pool.hardware.memory.capacity_gb is None:
            said.append(f"everything is taken to fit: the memory of {self.plan.pool.hardware.id} is not recorded")
        if self.in_flight < self.wanted:
            said.append(f"{self.in_flight:.4g} of {self.wanted:g} sequences are in flight: there is room for no more")
        if deployment.speculates and not deployment.draft_tokens:
            said.append("speculative decoding is left out: how many tokens are drafted is not known")
        if deployment.draft_tokens:
            said.append(
                f"between none and all of {deployment.draft_tokens} drafted tokens are accepted; the middle takes half"
            )
        if deployment.engine is None and engine_use(deployment, self.load) == "server":
            said.append("the engine is taken to be a server driven by an interpreter")
        return tuple(said)


@remembered
def basis_of(error: ClassError) -> str:
    """Return in one sentence how far estimates of a class were off."""
    share = f"{error.coverage:.0%} of left-out deployments lay in the range"
    if not error.point:
        return (
            f"range only ({error.scope}): the estimate's middle missed the step time by {error.median:.0%} in the "
            f"median over {error.rows:,} rows; {share}"
        )
    return (
        f"{error.scope}: the step time was missed by {error.median:.0%} in the median and by up to {error.p90:.0%} in "
        f"nine of ten of {error.rows:,} measured rows, each {error.held_out} left out of the fit; {share}"
    )


def expected_decode(deployment: Deployment, load: Load, *, unseen: bool = False) -> Expected:
    """Return the expected range of decode throughput.

    Args:
        deployment: what runs.
        load: under which load.
        unseen: use coefficients whose fit has left out the hardware, as measured cases are judged by.

    Raises:
        NotCheckable: a fact is missing, or the weights leave no room for a single sequence.
    """
    pools = deployment.decode_pools
    if len(pools) != 1:
        raise NotCheckable("stack.pools", f"{len(pools)} pools decode, and the estimate is made for one")
    return expect(Plan(deployment, pools[0]), load, unseen=unseen)


def expect(plan: Plan, load: Load, *, unseen: bool = False) -> Expected:
    """Return the expected range of decode throughput of a deployment that was looked up before.

    For ``unseen`` see :func:`expected_decode`.

    Raises:
        NotCheckable: the load does not say enough, or the weights leave no room for a single sequence.
    """
    wanted, context = load.most_in_flight, load.mean_context
    running = sequences_running(plan, load)
    if wanted is None or running < 1:
        raise NotCheckable(
            "hardware memory", f"{plan.pool.count} x {plan.pool.hardware.id} have no room for a sequence"
        )
    if context is None:
        # One sequence reads little beside the weights; many do not.
        if wanted > 1:
            raise NotCheckable("scenario.input_tokens", "the length of the context is not known")
        context = 0.0
    deployment = plan.deployment
    known = calibration()
    error = known.classes[class_of(deployment, load)]
    coefficients = known.coefficients[error.coefficients]
    if unseen:
        coefficients = left_out().get(error.coefficients, {}).get(plan.pool.hardware.id, coefficients)
    # Where nobody says how much a request generates, nobody knows how many prompts of others fall into that time.
    meets = _meets_prompts(plan, load) and load.output_tokens is not None
    work = plan.work(running, context, load.input_tokens or 0.0, load.output_tokens or 1.0, meets)
    seconds = step_seconds(work, coefficients)
    step = sum(seconds)
    drafted = deployment.draft_tokens
    middle = 1 + ACCEPTED_DRAFTS * drafted
    rate = running / step
    outside = error.outside(plan.cut.per_replica, running / plan.cut.replicas, context)
    wider = 1 + WIDENING * len(outside)
    return Expected(
        plan,
        load,
        work,
        seconds,
        error,
        rate * middle,
        rate / max(1.0, error.slow) ** wider / min(1.0, error.slow),
        rate * (1 + drafted) / min(1.0, error.fast) ** wider / max(1.0, error.fast),
        step / middle,
        running,
        wanted,
        coefficients,
        outside,
    )


def _meets_prompts(plan: Plan, load: Load) -> bool:
    """Tell whether prompts of others are read in between: requests come and go, on cards that do more than decode."""
    return load.serving and plan.pool.role != "decode"
