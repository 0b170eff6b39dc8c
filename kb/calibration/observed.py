"""Measured points joined with their records: what each step was asked to do, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kb.checks.context import Context
from kb.estimate import Deployment, Load, NotCheckable, Plan, Work, sequences_running
from kb.estimate.classes import class_of
from kb.records import Case, Hardware, Model
from kb.records.case import Latency, OperatingPoint, Results


@dataclass(frozen=True)
class Observation:
    """One point with its records.

    ``work`` is what a step asks of one card; ``seconds`` is the measured time per output token of one sequence. Where
    a point gives a rate or the time of a whole batch instead, the prompts are part of ``work.others``. ``in_flight``
    counts all sequences, ``replicas`` the copies of the model that share them.
    """

    case: Case
    point: OperatingPoint
    deployment: Deployment
    load: Load
    work: Work
    in_flight: float
    replicas: int
    seconds: float
    first_token_ms: float | None = None

    @property
    def model(self) -> Model:
        """Return the record of the model."""
        return self.deployment.model

    @property
    def hardware(self) -> Hardware:
        """Return the record of the card that decodes."""
        return self.deployment.decode_pools[0].hardware

    @property
    def engine(self) -> str:
        """Return the engine, or what computes where none is named."""
        engine = self.deployment.engine
        return engine.id if engine is not None else self.deployment.backend or ""

    @property
    def family(self) -> str:
        """Return the family of the model: what is left out together when an architecture is."""
        return self.model.family or self.model.id

    @property
    def class_name(self) -> str:
        """Return the class of deployments that the point belongs to."""
        return class_of(self.deployment, self.load)

    @property
    def cards(self) -> float:
        """Return the cards of one copy of the model."""
        return self.deployment.decode_pools[0].count / self.replicas

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """Return hardware, family, engine and format: points of one cell say much the same."""
        return (self.hardware.id, self.family, self.engine, self.deployment.weights.id)


@dataclass
class Joined:
    """The points that can be held against an estimate, and what kept the others from it, counted by reason."""

    observations: list[Observation] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str) -> None:
        """Count a point that cannot be used."""
        self.gaps[reason] = self.gaps.get(reason, 0) + 1

    def merge(self, other: "Joined") -> None:
        """Take over the points and the reasons of another collection."""
        self.observations += other.observations
        for reason, points in other.gaps.items():
            self.gaps[reason] = self.gaps.get(reason, 0) + points


def join(cases: Iterable[Case], context: Context) -> Joined:
    """Join all points of ``cases`` with the records they name."""
    joined = Joined()
    for case in cases:
        for point in case.points:
            if point.caveat is not None:
                joined.count(f"a caveat: {point.caveat}")
                continue
            try:
                joined.observations.append(observe(case, point, context))
            except NotCheckable as gap:
                joined.count(str(gap))
    return joined


def observe(case: Case, point: OperatingPoint, context: Context) -> Observation:
    """Join one point.

    Raises:
        NotCheckable: the point or one of its records does not say enough.
    """
    deployment = context.deployment(case)
    if deployment is None:
        raise NotCheckable("case", "its model, its weight format or one of its cards is not recorded")
    pool = deployment.decode_pools[0]
    load = load_of(point, context)
    serving = load.serving and pool.role != "decode"
    if load.most_in_flight is None or load.input_tokens is None:
        raise NotCheckable("point", "the sequences in flight or the lengths are not stated")
    plan = Plan(deployment, pool)
    running = sequences_running(plan, load)
    if running < 1:
        raise NotCheckable("point", "the weights leave no room for a sequence")
    results = point.results
    per_token = typical(results.tpot_ms)
    whole_ms = results.e2e_ms.mean.value if load.static and results.e2e_ms and results.e2e_ms.mean else None
    work = plan.work(running, load.mean_context or 0.0, load.input_tokens, load.output_tokens or 1, serving)
    if per_token is None and (not load.static or whole_ms is not None):
        # A rate, or the time of a batch, has the request's own prompt in it too.
        work = work._replace(others=running / plan.cut.replicas)
    seconds = _seconds(results, per_token, whole_ms, running, load)
    first = typical(results.ttft_ms)
    return Observation(case, point, deployment, load, work, running, plan.cut.replicas, seconds, first)


def load_of(point: OperatingPoint, context: Context) -> Load:
    """Return the load of a point; where requests arrive by themselves, with their mean number in flight.

    By Little's law that is requests per second times the mean time that one takes, or, for want of these, the rate of
    decoding times the mean time per token.
    """
    load = context.load(point)
    if load.most_in_flight is not None or point.scenario.kind != "serving":
        return load
    results = point.results
    if results.requests_s is not None and results.e2e_ms is not None and results.e2e_ms.mean is not None:
        return replace(load, concurrency=results.requests_s.value * results.e2e_ms.mean.value / 1e3)
    if results.decode_tok_s is not None and results.tpot_ms is not None and results.tpot_ms.mean is not None:
        return replace(load, concurrency=results.decode_tok_s.value * results.tpot_ms.mean.value / 1e3)
    return load


def typical(latency: Latency | None) -> float | None:
    """Return the median of a latency, or else its mean, in milliseconds."""
    if latency is None:
        return None
    fact = latency.p50 or latency.typical or latency.mean
    return None if fact is None or fact.value <= 0 else float(fact.value)


def _seconds(results: Results, per_token: float | None, whole_ms: float | None, running: float, load: Load) -> float:
    if per_token is not None:
        return per_token / 1e3
    if whole_ms is not None and load.output_tokens:
        return whole_ms / 1e3 / load.output_tokens
    if results.decode_tok_s is not None:
        return running / results.decode_tok_s.value
    raise NotCheckable("point", "no time per token follows from what is stated")
