"""A request in, an answer out: memory, traffic, ceiling and expected range, each with its sum."""

import math
from collections.abc import Callable
from typing import Any

from kb.estimate.ceiling import decode_ceiling
from kb.estimate.deployment import Deployment
from kb.estimate.expected import expect
from kb.estimate.first_token import first_token
from kb.estimate.memory import OVERHEAD_GB, cards_needed, memory_fit
from kb.estimate.missing import NotCheckable
from kb.estimate.request import EstimateRequest, Lookup, Resolved, resolve
from kb.estimate.term import Term
from kb.estimate.traffic import traffic
from kb.estimate.work import Plan

Part = dict[str, Any]
# The keys of each part, which are there in every answer, with null where a fact is missing.
_KEYS = {
    "memory": (
        "weights_gb",
        "kv_cache_gb",
        "needed_gb",
        "per_card_gb",
        "capacity_gb",
        "fits",
        "cards_needed",
        "largest_batch",
        "largest_context",
    ),
    "traffic": ("weights_gb_per_step", "kv_gb_per_step", "distinct_experts"),
    "ceiling": ("decode_tok_s", "bound_by", "absolute_decode_tok_s"),
    "expected": ("decode_tok_s", "low", "high", "basis", "tpot_ms", "class"),
    "first_token": ("ttft_ms", "low_ms", "high_ms", "basis"),
}
_EMPTY: dict[str, Part] = {name: dict.fromkeys(keys) for name, keys in _KEYS.items()}
_WORKSPACE = f"{OVERHEAD_GB:g} GB of each card are needed for workspace"


def estimate(request: EstimateRequest, lookup: Lookup, *, explain: bool = True) -> dict[str, Any]:
    """Answer one request.

    Throughputs are tokens per second over all sequences and cards. A part that a missing fact keeps from being
    computed holds nulls, and ``assumptions`` name the fact.

    Args:
        request: what is asked.
        lookup: whatever knows the records.
        explain: whether to work out ``terms``, the sum line by line.

    Raises:
        UnknownName: a name means no record, or several.
        BadRequest: numbers that nobody means.
    """
    found = resolve(request, lookup)
    answer = _Answer(request, found, explain)
    answer.work()
    return answer.plain()


class _Answer:
    """The parts of one answer, filled in one after the other; a missing fact leaves a part empty and is named."""

    def __init__(self, request: EstimateRequest, found: Resolved, explain: bool) -> None:
        self.request, self.found, self.explain = request, found, explain
        self.load = request.load()
        self.assumptions = _assumed(request, found)
        self.terms: list[Term] = []
        self.parts = {name: empty.copy() for name, empty in _EMPTY.items()}

    def work(self) -> None:
        deployment = self.found.deployment
        if deployment is None:
            model = self.found.model.id
            self.assumptions.append(f"nothing is computed: no quantization is named, and {model} records no native one")
            return
        try:
            plan = Plan(deployment, deployment.pools[0])
        except NotCheckable as gap:
            self.assumptions.append(f"nothing is computed: {gap}")
            return
        self._part("memory", lambda: self._memory(plan))
        self._part("traffic", lambda: self._traffic(plan))
        self._part("ceiling", lambda: self._ceiling(deployment))
        self._part("expected", lambda: self._expected(plan))

    def plain(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "id": self.request.id,
            "inputs": _inputs(self.request, self.found),
            **self.parts,
            "assumptions": list(dict.fromkeys(self.assumptions)),
        }
        if self.explain:
            lines = {(term.name, term.formula): term.plain() for term in self.terms}
            answer["terms"] = list(lines.values())
        return answer

    def _part(self, name: str, compute: Callable[[], Part]) -> None:
        try:
            self.parts[name].update(compute())
        except NotCheckable as gap:
            self.assumptions.append(f"{name} is not computed: {gap}")

    def _memory(self, plan: Plan) -> Part:
        fit = memory_fit(plan, self.load)
        if self.explain:
            self.terms.extend(fit.terms)
        self.assumptions.append(_WORKSPACE)
        return {
            "weights_gb": fit.weights_gb,
            "kv_cache_gb": fit.kv_gb,
            "needed_gb": fit.needed_gb,
            "per_card_gb": fit.per_card_gb,
            "capacity_gb": fit.capacity_gb,
            "fits": fit.fits,
            "cards_needed": cards_needed(plan, self.load),
            "largest_batch": fit.largest_batch,
            "largest_context": fit.largest_context,
        }

    def _traffic(self, plan: Plan) -> Part:
        moved = traffic(plan, self.load.most_in_flight or 1, self.load.mean_context or 0.0)
        if self.explain:
            self.terms.extend(moved.terms)
        return {
            "weights_gb_per_step": moved.weight_bytes / 1e9,
            "kv_gb_per_step": moved.kv_bytes / 1e9,
            "distinct_experts": moved.distinct,
        }

    def _ceiling(self, deployment: Deployment) -> Part:
        found = decode_ceiling(deployment, self.load)
        if self.explain and found.floor is not None:
            self.terms.extend(Term(f"ceiling: {t.name}", t.value, t.unit, t.formula) for t in found.floor.terms)
        return {
            "decode_tok_s": found.tok_s,
            "bound_by": found.bound_by,
            "absolute_decode_tok_s": found.absolute_tok_s if math.isfinite(found.absolute_tok_s) else None,
        }

    def _expected(self, plan: Plan) -> Part:
        found = expect(plan, self.load)
        first = first_token(found)
        if self.explain:
            self.terms += (*found.terms, *first.terms)
        self.assumptions += found.assumptions
        self.parts["first_token"].update(
            {
                "ttft_ms": first.seconds * 1e3,
                "low_ms": None if first.fast is None else first.fast * 1e3,
                "high_ms": None if first.slow is None else first.slow * 1e3,
                "basis": first.basis,
            }
        )
        # Where records support a range only, there is no middle to give.
        point = found.error.point
        return {
            "decode_tok_s": found.tok_s if point else None,
            "low": found.low,
            "high": found.high,
            "basis": found.basis,
            "tpot_ms": found.tpot_ms if point else None,
            "class": found.error.name,
        }


def _inputs(request: EstimateRequest, found: Resolved) -> Part:
    load = request.load()
    deployment = found.deployment
    return {
        "model": found.model.id,
        "hardware": found.hardware.id,
        "count": request.count,
        "quantization": None if found.quantization is None else found.quantization.id,
        "kv_cache": None if deployment is None else deployment.kv_cache,
        "batch": request.batch,
        "input_tokens": load.input_tokens,
        "output_tokens": load.output_tokens,
        "tp": request.tp,
        "pp": request.pp,
        "ep": request.ep,
        "dp": request.dp,
        "speculative": request.speculative,
    }


def _assumed(request: EstimateRequest, found: Resolved) -> list[str]:
    """Return what was taken for granted because the request does not say it."""
    load = request.load()
    said = []
    if request.input_tokens is None:
        said.append(f"input of {load.input_tokens} tokens")
    if request.output_tokens is None:
        said.append(f"output of {load.output_tokens} tokens")
    if request.quantization is None and found.quantization is not None:
        said.append(f"weights as their publisher stores them: {found.quantization.id}")
    if found.deployment is not None and found.deployment.kv_cache is None:
        said.append(f"context kept in {(found.deployment.weights.kv_cache or 'bf16')}, and in 8 bits for the ceiling")
    if request.tp is None and request.pp is None and request.dp is None and request.count > 1:
        said.append(f"tensor parallelism over all {request.count} cards")
    return said
