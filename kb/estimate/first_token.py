"""How long the first token takes: launching, reading the prompt, and one step."""

from dataclasses import dataclass

from kb.estimate.calibrated import ClassError, calibration
from kb.estimate.expected import Expected
from kb.estimate.step_time import FirstTokenFactors, first_token_seconds, launching, prompt_seconds
from kb.estimate.term import Term

# Where no row tells, a prompt takes what its operations and one launch of each kernel take.
UNMEASURED = FirstTokenFactors(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class FirstToken:
    """Seconds to the first token of a request that waits for nobody, from fast to slow."""

    seconds: float
    error: ClassError | None
    terms: tuple[Term, ...]

    @property
    def fast(self) -> float | None:
        """Return the fast end of the range, None where no row supports one."""
        return None if self.error is None else self.seconds * self.error.fast

    @property
    def slow(self) -> float | None:
        """Return the slow end of the range."""
        return None if self.error is None else self.seconds * self.error.slow

    @property
    def basis(self) -> str:
        """Return in one sentence how far such figures were off."""
        if self.error is None:
            return "operations over peak or probe, and one step; no measured row of this class supports a range"
        return (
            f"{self.error.scope}: the time to first token was missed by {self.error.median:.0%} in the median and by up "
            f"to {self.error.p90:.0%} in nine of ten of {self.error.rows:,} measured rows, each "
            f"{self.error.held_out} left out of the fit"
        )


def first_token(found: Expected) -> FirstToken:
    """Return the expected time to the first token of a request on the cards of ``found``.

    In a static batch every prompt is read before the first token comes.
    """
    known = calibration()
    error = known.first_token.get(found.error.name)
    factors = UNMEASURED if error is None else known.first_token_factors
    prompts = found.in_flight / found.plan.cut.replicas if found.load.static else 1.0
    work, c, stages = found.work, found.coefficients, found.work.stages
    launch = stages * factors.launch * launching(work, c)
    reading = stages * factors.prompt * prompts * prompt_seconds(work, c)
    step = sum(found.seconds) - found.seconds.prompts
    terms = (
        Term("first token: launching", launch * 1e3, "ms", f"launch of a step x {factors.launch:.4g}, not replayed"),
        Term("first token: reading prompts", reading * 1e3, "ms", f"{prompts:.4g} prompts x {factors.prompt:.4g}"),
        Term("first token: one step", step * 1e3, "ms", "the step without prompts of others"),
    )
    return FirstToken(first_token_seconds(work, c, factors, prompts), error, terms)
