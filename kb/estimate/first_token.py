"""How long the first token takes: launching, reading the prompt, and one step."""

from dataclasses import dataclass

from kb.estimate.calibrated import ClassError, calibration
from kb.estimate.expected import Expected
from kb.estimate.remember import remembered
from kb.estimate.step_time import FirstTokenFactors, first_token_after, launching, prompt_seconds
from kb.estimate.term import Term

# Where no row tells, a prompt takes what its operations and one launch of each kernel take.
UNMEASURED = FirstTokenFactors(0.0, 1.0)
_UNMEASURED_BASIS = "operations over peak or probe, and one step; no measured row of this class supports a range"


@dataclass(frozen=True, slots=True)
class FirstToken:
    """Seconds to the first token of a request that waits for nobody, from fast to slow."""

    seconds: float
    error: ClassError | None
    expected: Expected
    factors: FirstTokenFactors
    prompts: float

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the sum, line by line."""
        found, factors, prompts = self.expected, self.factors, self.prompts
        work, c, stages = found.work, found.coefficients, found.work.stages
        launch = stages * factors.launch * launching(work, c)
        reading = stages * factors.prompt * prompts * prompt_seconds(work, c)
        step = sum(found.seconds) - found.seconds.prompts
        replayed = f"launch of a step x {factors.launch:.4g}, not replayed"
        return (
            Term("first token: launching", launch * 1e3, "ms", replayed),
            Term("first token: reading prompts", reading * 1e3, "ms", f"{prompts:.4g} prompts x {factors.prompt:.4g}"),
            Term("first token: one step", step * 1e3, "ms", "the step without prompts of others"),
        )

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
        return _UNMEASURED_BASIS if self.error is None else _basis(self.error)


@remembered
def _basis(error: ClassError) -> str:
    return (
        f"{error.scope}: the time to first token was missed by {error.median:.0%} in the median and by up "
        f"to {error.p90:.0%} in nine of ten of {error.rows:,} measured rows, each "
        f"{error.held_out} left out of the fit"
    )


def first_token(found: Expected) -> FirstToken:
    """Return the expected time to the first token of a request on the cards of ``found``.

    In a static batch every prompt is read before the first token comes.
    """
    known = calibration()
    error = known.first_token.get(found.error.name)
    factors = UNMEASURED if error is None else known.first_token_factors
    prompts = found.in_flight / found.plan.cut.replicas if found.load.static else 1.0
    seconds = first_token_after(found.work, found.coefficients, factors, found.seconds, prompts)
    return FirstToken(seconds, error, found, factors, prompts)
