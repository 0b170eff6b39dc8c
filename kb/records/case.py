"""A case: one deployment, and what was measured on it."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import (
    AmountFact,
    CountFact,
    DefaultsEvidence,
    NumberFact,
    PositiveFact,
)
from kb.records.quantization import NumberFormat
from kb.records.record import Commented, Record
from kb.records.scalars import (
    Amount,
    Count,
    Day,
    EvidenceId,
    Id,
    PartialDay,
    Positive,
    Share,
    ShortText,
    Text,
)
from kb.records.strict import Many, Strict


class Parallelism(Strict):
    """How the model is spread: tensor, pipeline, expert, data and sequence parallel ranks."""

    tp: Count | None = None
    pp: Count | None = None
    ep: Count | None = None
    dp: Count | None = None
    sp: Count | None = None


class Pool(Strict):
    """Cards that do the same work. Disaggregated serving has one for prefill and one for decode."""

    role: Literal["serve", "prefill", "decode"] = "serve"
    hardware: Id
    count: Count = Field(description="cards in all, over all replicas")
    count_of: Literal["pool", "worker"] = Field(
        "pool", description="worker: the source says how one worker runs, and not how many there are"
    )
    server: Id | None = None
    parallelism: Parallelism = Parallelism()
    intra_node: Id | None = Field(None, description="an interconnect record")
    inter_node: Id | None = Field(None, description="an interconnect record")
    topology: ShortText | None = None
    replicas: Count | None = Field(None, description="copies of the model, each on count / replicas of the cards")


class EngineUse(Strict):
    """The engine and the exact build of it."""

    id: Id
    version: ShortText | None = None
    image: ShortText | None = Field(None, description="container image and tag")
    commit: ShortText | None = None
    backend: ShortText | None = Field(None, description="attention or device back end, as named by the source")


class Speculation(Strict):
    """Speculative decoding: tokens drafted per step, and how."""

    method: ShortText
    draft_tokens: Count | None = None


class Stack(Strict):
    """Everything that runs: model, engine, formats, cards."""

    model: Id
    engine: EngineUse | None = None
    quantization: Id | None = Field(None, description="of the weights")
    activations: NumberFormat | None = None
    kv_cache: NumberFormat | None = None
    speculation: Speculation | None = None
    pools: Many[Pool] = Field(min_length=1, max_length=4)
    driver: ShortText | None = None
    os: ShortText | None = None
    command: Text | None = None
    environment: Many[ShortText] = Field((), max_length=40)
    config_files: Many[ShortText] = Field((), max_length=20)
    benchmark_tool: ShortText | None = None


class Scenario(Strict):
    """The load. ``batch`` is what one step carries; ``concurrency`` is how many requests are let in.

    Tokens are those of one request: as set, or the mean of a data set. ``shortest_share`` is for tools that draw
    lengths evenly from that share of the stated tokens up to them.
    """

    kind: Literal["static-batch", "serving", "offline"] | None = None
    input_tokens: Amount | None = None
    output_tokens: Amount | None = None
    shortest_share: Share | None = Field(None, description="the shortest length drawn, as a share of the stated one")
    batch: Count | None = None
    max_batch: Count | None = Field(None, description="sequences that the engine was set to take in one step at most")
    concurrency: Count | None = None
    request_rate_s: Positive | None = None
    dataset: ShortText | None = None

    @property
    def mean_input_tokens(self) -> float | None:
        """Return the mean length of the input, where lengths are drawn from a range; else the one stated."""
        return self._mean(self.input_tokens)

    @property
    def mean_output_tokens(self) -> float | None:
        """Return the same of the output."""
        return self._mean(self.output_tokens)

    def _mean(self, tokens: float | None) -> float | None:
        if tokens is None or self.shortest_share is None:
            return tokens
        return tokens * ((1 + self.shortest_share) / 2)


class Latency(Strict):
    """A latency in milliseconds, by the name of the statistic that the source gives."""

    mean: AmountFact | None = None
    min: AmountFact | None = None
    p50: AmountFact | None = None
    typical: AmountFact | None = Field(None, description="mean or median, where the source does not say which")
    p90: AmountFact | None = None
    p95: AmountFact | None = None
    p99: AmountFact | None = None
    max: AmountFact | None = None


class Results(Strict):
    """What was measured; everything is optional, since a case with one honest number is a good case.

    Throughputs are totals over all sequences and cards, unless the name says otherwise.
    """

    decode_tok_s: PositiveFact | None = None
    prefill_tok_s: PositiveFact | None = None
    total_tok_s: PositiveFact | None = Field(None, description="input and output tokens together")
    per_user_tok_s: PositiveFact | None = None
    requests_s: PositiveFact | None = None
    ttft_ms: Latency | None = None
    tpot_ms: Latency | None = None
    itl_ms: Latency | None = None
    e2e_ms: Latency | None = None
    memory_per_card_gb: PositiveFact | None = None
    weights_per_card_gb: PositiveFact | None = None
    kv_cache_per_card_gb: PositiveFact | None = None
    power_per_card_w: PositiveFact | None = None
    compute_pct: AmountFact | None = None
    memory_bandwidth_pct: AmountFact | None = None
    spread_pct: AmountFact | None = Field(None, description="spread over the repeats, as the source gives it")
    accepted_tokens_per_step: PositiveFact | None = Field(None, description="with speculative decoding")


class OperatingPoint(DefaultsEvidence):
    """One load and what was measured under it."""

    label: ShortText | None = None
    locator: Text | None = Field(None, description="where in the source of its evidence the point stands")
    scenario: Scenario = Scenario()
    results: Results
    caveat: ShortText | None = Field(
        None, description="why the figures may not mean what they seem; such a point fits and scores no estimate"
    )
    remark: Text | None = None


class Quality(Strict):
    """A score on a quality benchmark, beside what the source expects of the model."""

    benchmark: ShortText
    score: NumberFact
    baseline: NumberFact | None = None
    unit: ShortText | None = None
    remark: Text | None = None


class StartUp(Strict):
    """Times before the first request, in seconds."""

    weights_load_s: AmountFact | None = None
    autotune_s: AmountFact | None = None
    graph_capture_s: AmountFact | None = None
    total_s: AmountFact | None = None


class MemoryUse(Strict):
    """Where the memory of one card goes, as the source prints it."""

    weights_gb: AmountFact | None = None
    kv_cache_gb: AmountFact | None = None
    graphs_gb: AmountFact | None = None
    free_gb: AmountFact | None = None
    total_gb: AmountFact | None = None
    kv_cache_tokens: CountFact | None = None


class Bottleneck(Strict):
    """What limits the speed, in the view of the source."""

    kind: Literal["memory-bandwidth", "compute", "communication", "software", "memory-capacity", "latency", "other"]
    evidence: Many[EvidenceId] = Field((), max_length=5)


class Submitter(Strict):
    """Who handed the case in."""

    github: ShortText | None = None
    name: ShortText | None = None


Division = Literal["closed", "open"]


class Case(Record):
    """One deployment: its stack, its operating points, quality scores and observations."""

    kind: Literal["case"]
    title: ShortText
    submitted: Day | None = None
    measured: PartialDay | None = Field(
        None, description="when it ran; or, where the evidence says so, when it was published"
    )
    submitter: Submitter | None = None
    division: Division | None = Field(
        None, description="of an audited benchmark; results of different divisions are not compared"
    )
    stack: Stack
    weights_gb: PositiveFact | None = Field(None, description="the weights in all, as the tool prints their size")
    points: Many[OperatingPoint] = Field(min_length=1, max_length=2000)
    quality: Many[Quality] = Field((), max_length=50)
    start_up: StartUp | None = None
    memory_use: MemoryUse | None = None
    bottleneck: Bottleneck | None = None
    observations: Many[Commented] = Field((), max_length=50)
    patterns: Many[Id] = Field((), max_length=20, description="deployment patterns that the source files it under")
