"""One measured point as a curation script reads it: what an estimate needs, and what a case shows beyond that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

LoadKind = Literal["static", "closed", "open", "queued"]
Role = Literal["serve", "decode"]
DateKind = Literal["ran", "published"]
Statistic = Literal["mean", "p50", "typical"]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One measured run. What is None, nobody said.

    Attributes:
        source: a record in ``data/sources``.
        locator: where in it, down to the line.
        hardware: a hardware record; ``count`` cards of it run one copy of the model, or all copies together where
            ``dp`` says how many.
        quantization: how the weights are stored; ``kv_cache`` the format of the context.
        engine: an engine record; ``engine_version`` as printed; ``date`` is when it ran or was published (ISO, may be
            a year or a month); ``date_is`` says which, and a day of publication is the last on which it can have run.
        backend: what a desktop runtime computes with: cuda, rocm, metal, vulkan, mlx, cpu, sycl.
        attention_dp: ranks among which attention is split by sequence instead of by head.
        role: ``decode`` for the decode workers of disaggregated serving; ``count`` is then one worker and ``workers``
            how many there are, if known.
        load: ``static`` (a batch that starts and ends together), ``closed`` (a client that keeps ``in_flight``
            requests open), ``open`` (requests arrive by themselves; ``in_flight`` is their mean number), ``queued``
            (everything is sent at once; ``in_flight`` is what the engine is allowed to take).
        tpot_ms: time per output token after the first, mean or median.
        ttft_ms: time to first token, mean or median.
        decode_tok_s: output tokens per second, all sequences and all cards of the row.
        e2e_ms: from the start of a static batch to its last token, prompt included.
        weights_gb: size of the weights as the tool prints it.
        spread_pct: spread over repeats.
        aside: why the figures may not mean what they seem: the caveat of the point.
        note: what is to be said of all points of its kind.
        run: what else tells one run from another beside the stack: a result id, a session.
        ran_by: who ran it, where the source has several.
        tpot_is: which statistic ``tpot_ms`` is; ``typical`` where the source does not say.
        ttft_is: likewise for ``ttft_ms``.
        stated: scenario fields as the source states them, where they differ from what the estimate takes.
        results: further results by their place, as ``ttft_ms/p99``.
        formulas: results that are worked out from printed ones, by place, with the formula.
        pools: further pools in the shape of a record.
        stack: further fields of the stack in the shape of a record.
        division: of an audited benchmark.
        titled: what ends the title of its case, where the collection's own words do not tell cases apart.
        label: a name of the point.
        remark: what is to be said of this point alone.
    """

    source: str
    locator: str
    hardware: str
    count: int
    model: str
    quantization: str
    kv_cache: str | None = None
    engine: str | None = None
    engine_version: str | None = None
    date: str | None = None
    date_is: DateKind = "ran"
    backend: str | None = None
    tp: int | None = None
    pp: int | None = None
    ep: int | None = None
    dp: int | None = None
    attention_dp: int | None = None
    role: Role = "serve"
    workers: int | None = None
    draft_tokens: int | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    in_flight: float | None = None
    load: LoadKind
    tpot_ms: float | None = None
    ttft_ms: float | None = None
    decode_tok_s: float | None = None
    e2e_ms: float | None = None
    weights_gb: float | None = None
    spread_pct: float | None = None
    aside: str | None = None
    note: str | None = None
    run: tuple[str, ...] = ()
    ran_by: str | None = None
    tpot_is: Statistic = "typical"
    ttft_is: Statistic = "typical"
    stated: Mapping[str, Any] = field(default_factory=dict, hash=False)
    results: Mapping[str, float] = field(default_factory=dict, hash=False)
    formulas: Mapping[str, str] = field(default_factory=dict, hash=False)
    pools: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    stack: Mapping[str, Any] = field(default_factory=dict, hash=False)
    titled: str | None = None
    division: str | None = None
    label: str | None = None
    remark: str | None = None
