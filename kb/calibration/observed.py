"""Measured rows joined with the records they name: what each step was asked to do, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast, get_args

from kb.calibration.rows import Row
from kb.corpus import Corpus
from kb.errors import BadRequest
from kb.estimate import Cards, Deployment, Load, NotCheckable, Plan, Work, sequences_running
from kb.estimate.classes import class_of
from kb.records import Engine, Hardware, Model, Quantization, Record
from kb.records.case import Parallelism
from kb.records.quantization import NumberFormat


@dataclass(frozen=True)
class Observation:
    """One row with its records.

    ``work`` is what a step asks of one card; ``seconds`` is the measured time per output token of one sequence. Where
    a row gives a rate or the time of a whole batch instead, the prompts are part of ``work.others``.
    """

    row: Row
    deployment: Deployment
    load: Load
    work: Work
    in_flight: float
    seconds: float

    @property
    def model(self) -> Model:
        """Return the record of the model."""
        return self.deployment.model

    @property
    def hardware(self) -> Hardware:
        """Return the record of the card."""
        return self.deployment.pools[0].hardware

    @property
    def family(self) -> str:
        """Return the family of the model: what is left out together when an architecture is."""
        return self.model.family or self.model.id

    @property
    def class_name(self) -> str:
        """Return the class of deployments that the row belongs to."""
        return class_of(self.deployment, self.load)

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """Return hardware, family, engine and format: rows of one cell say much the same."""
        row = self.row
        return (row.hardware, self.family, row.engine or row.backend or "", row.quantization)


@dataclass
class Joined:
    """The rows that can be held against an estimate, and what kept the others from it, counted by reason."""

    observations: list[Observation] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str) -> None:
        """Count a row that cannot be used."""
        self.gaps[reason] = self.gaps.get(reason, 0) + 1

    def merge(self, other: "Joined") -> None:
        """Take over the rows and the reasons of another table."""
        self.observations += other.observations
        for reason, rows in other.gaps.items():
            self.gaps[reason] = self.gaps.get(reason, 0) + rows


def join(rows: Iterable[Row], corpus: Corpus) -> Joined:
    """Join rows with the records they name.

    Raises:
        UnknownName: a row names a record that the corpus does not have.
    """
    joined = Joined()
    for row in rows:
        if row.aside is not None:
            joined.count(f"set aside: {row.aside}")
            continue
        try:
            joined.observations.append(observe(row, corpus))
        except NotCheckable as gap:
            joined.count(str(gap))
    return joined


def observe(row: Row, corpus: Corpus) -> Observation:
    """Join one row.

    Raises:
        NotCheckable: the row or one of its records does not say enough.
        UnknownName: it names a record that the corpus does not have.
    """
    deployment, load = deployment_of(row, corpus), load_of(row)
    # A table may name a card by a former id; what is left out together has one name.
    row = replace(row, hardware=deployment.pools[0].hardware.id, quantization=deployment.weights.id)
    if row.in_flight is None or row.input_tokens is None:
        raise NotCheckable("row", "the sequences in flight or the lengths are not stated")
    plan = Plan(deployment, deployment.pools[0])
    running = sequences_running(plan, load)
    if running < 1:
        raise NotCheckable("row", "the weights leave no room for a sequence")
    whole = row.tpot_ms is None and (row.load != "static" or row.e2e_ms is not None)
    work = plan.work(running, load.mean_context or 0.0, load.input_tokens or 0, load.output_tokens or 1, load.serving)
    if whole:
        # A rate, or the time of a batch, has the request's own prompt in it too.
        work = work._replace(others=running / plan.cut.replicas)
    return Observation(row, deployment, load, work, running, _seconds(row, running, load))


def deployment_of(row: Row, corpus: Corpus) -> Deployment:
    """Return the records that a row names, as a deployment on one pool."""
    parallelism = {"tp": row.tp, "pp": row.pp, "ep": row.ep, "dp": row.dp}
    if row.attention_dp is not None and (row.tp or 1) > 1:
        parallelism["dp"] = row.attention_dp * (row.dp or 1)
    said = {name: number for name, number in parallelism.items() if number is not None}
    cards = Cards(
        _find(corpus, "hardware", row.hardware, Hardware), row.count, Parallelism.model_validate(said), row.role
    )
    engine = None if row.engine is None else _find(corpus, "engine", row.engine, Engine)
    return Deployment(
        _find(corpus, "model", row.model, Model),
        _find(corpus, "quantization", row.quantization, Quantization),
        (cards,),
        kv_cache=_format(row.kv_cache),
        draft_tokens=row.draft_tokens or 0,
        speculates=row.draft_tokens is not None,
        engine=engine,
        weights_gb=row.weights_gb,
        engine_date=row.date or (engine.released(row.engine_version) if engine else None),
        backend=row.backend,
    )


def _format(name: str | None) -> NumberFormat | None:
    if name is not None and name not in get_args(NumberFormat):
        raise BadRequest(f"{name!r} is no format of numbers; known are {', '.join(get_args(NumberFormat))}")
    return cast("NumberFormat | None", name)


def load_of(row: Row) -> Load:
    """Return the load of a row."""
    static = row.load == "static"
    # Decode workers share the requests; where nobody says how many there are, one is granted all of them.
    running = None if row.in_flight is None else row.in_flight / (row.workers or 1)
    return Load(
        row.input_tokens,
        row.output_tokens,
        batch=running if static else None,
        concurrency=None if static else running,
        static=static,
        serving=not static and row.role == "serve",
    )


def _seconds(row: Row, running: float, load: Load) -> float:
    if row.tpot_ms is not None:
        return row.tpot_ms / 1e3
    if row.decode_tok_s is not None:
        return running / row.decode_tok_s
    if row.e2e_ms is not None and load.output_tokens:
        return row.e2e_ms / 1e3 / load.output_tokens
    raise NotCheckable("row", "no time per token follows from what is stated")


R = TypeVar("R", bound=Record)


def _find(corpus: Corpus, kind: str, name: str, model: type[R]) -> R:
    record = corpus.resolve(name, kind)
    assert isinstance(record, model)
    return record
