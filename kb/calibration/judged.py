"""The seeds' cases, which are judged and never fitted: how far off the estimate is on each of their points."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from kb.checks.context import Context
from kb.corpus import Corpus
from kb.estimate import NotCheckable, expected_decode
from kb.estimate.judge import observed_rate
from kb.records import Case

# Cases of the SGLang report, and of the model-fit pull request by machine.
SGLANG_REPORT = "sglang-qwen3-235b-fp8-report"
MODEL_FIT = "mesh-llm-pr-768"


@dataclass(frozen=True)
class Judged:
    """One point of a case that no fit has seen."""

    case: str
    hardware: str
    label: str
    measured: float
    estimated: float

    @property
    def error(self) -> float:
        """Return estimated over measured time, less one, as for all rows."""
        return self.measured / self.estimated - 1


def judged_points(corpus: Corpus, source: str) -> list[Judged]:
    """Return the points of all cases whose evidence is of ``source``."""
    context = Context(corpus)
    found: list[Judged] = []
    for case in corpus.cases.values():
        if any(evidence.source == source for evidence in case.evidence):
            found += _points(case, context)
    return found


def _points(case: Case, context: Context) -> Iterable[Judged]:
    deployment = context.deployment(case)
    if deployment is None:
        return
    for index, point in enumerate(case.points):
        try:
            expected = expected_decode(deployment, context.load(point))
        except NotCheckable:
            continue
        measured = observed_rate(expected, point.results)
        if measured is not None:
            label = point.label or f"point {index + 1}"
            yield Judged(case.id, case.stack.pools[0].hardware, label, measured, expected.tok_s)


def summary(points: Iterable[Judged]) -> dict[str, float]:
    """Return median and worst error, and the bias, as fractions of the measured time."""
    errors = [point.error for point in points]
    size = [abs(error) for error in errors]
    return {"points": len(errors), "median": median(size), "worst": max(size), "bias": median(errors)}
