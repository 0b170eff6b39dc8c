"""A request in, an answer out: memory, traffic, ceiling and expected range, each with its sum."""

import math
from collections.abc import Callable
from typing import Any

from kb.estimate.ceiling import decode_ceiling
from kb.estimate.deployment import Deployment, Load
from kb.estimate.expected import expected_decode
from kb.estimate.memory import OVERHEAD_GB, cards_needed, memory_fit
from kb.estimate.missing import NotCheckable
from kb.estimate.request import EstimateRequest, Lookup, Resolved, resolve
from kb.estimate.term import Term
from kb.estimate.traffic import step_traffic

Part = dict[str, Any]
# The keys of each part, which are there in every answer, with null where a fact is missing.
_KEYS = {
    "memory": ("weights_gb", "kv_cache_gb", "needed_gb", "per_card_gb", "capacity_gb", "fits"),
    "traffic": ("weights_gb_per_step", "kv_gb_per_step", "distinct_experts"),
    "ceiling": ("decode_tok_s", "bound_by"),
    "expected": ("decode_tok_s", "low", "high", "basis"),
}


def estimate(request: EstimateRequest, lookup: Lookup) -> dict[str, Any]:
    """Answer one request.

    Throughputs are tokens per second over all sequences and cards. A part that a missing fact keeps from being
    computed holds nulls, and ``assumptions`` name the fact.

    Raises:
        UnknownName: a name means no record, or several.
        BadRequest: numbers that nobody means.
    """
    found = resolve(request, lookup)
    assumptions = _assumed(request, found)
    terms: list[Term] = []
    parts: dict[str, Part] = {name: dict.fromkeys(keys) for name, keys in _KEYS.items()}
    if found.deployment is None:
        assumptions.append(f"nothing is computed: no quantization is named, and {found.model.id} records no native one")
    else:
        work: dict[str, Callable[[Deployment, Load, list[Term], list[str]], Part]] = {
            "memory": _memory,
            "traffic": _traffic,
            "ceiling": _ceiling,
            "expected": _expected,
        }
        for name, compute in work.items():
            try:
                parts[name] |= compute(found.deployment, request.load(), terms, assumptions)
            except NotCheckable as gap:
                assumptions.append(f"{name} is not computed: {gap}")
    lines = {(term.name, term.formula): term.plain() for term in terms}
    return {
        "id": request.id,
        "inputs": _inputs(request, found),
        **parts,
        "assumptions": list(dict.fromkeys(assumptions)),
        "terms": list(lines.values()),
    }


def _memory(deployment: Deployment, load: Load, terms: list[Term], assumptions: list[str]) -> Part:
    pool = deployment.pools[0]
    fit = memory_fit(deployment, pool, load)
    terms.extend(fit.terms)
    assumptions.append(f"{OVERHEAD_GB:g} GB of each card are needed for workspace")
    return {
        "weights_gb": fit.weights_gb,
        "kv_cache_gb": fit.kv_gb,
        "needed_gb": fit.needed_gb,
        "per_card_gb": fit.per_card_gb,
        "capacity_gb": fit.capacity_gb,
        "fits": fit.fits,
        "cards_needed": cards_needed(deployment, pool.hardware, load),
    }


def _traffic(deployment: Deployment, load: Load, terms: list[Term], assumptions: list[str]) -> Part:
    sequences, context = load.most_in_flight or 1, load.mean_context or 0.0
    moved = step_traffic(deployment, deployment.pools[0], sequences, context, drafted=deployment.draft_tokens)
    terms.extend(moved.terms)
    return {
        "weights_gb_per_step": moved.weight_bytes / 1e9,
        "kv_gb_per_step": moved.kv_bytes / 1e9,
        "distinct_experts": moved.distinct,
    }


def _ceiling(deployment: Deployment, load: Load, terms: list[Term], assumptions: list[str]) -> Part:
    found = decode_ceiling(deployment, load)
    if found.floor is not None:
        terms.extend(Term(f"ceiling: {t.name}", t.value, t.unit, t.formula) for t in found.floor.terms)
    return {
        "decode_tok_s": found.tok_s,
        "bound_by": found.bound_by,
        "absolute_decode_tok_s": found.absolute_tok_s if math.isfinite(found.absolute_tok_s) else None,
    }


def _expected(deployment: Deployment, load: Load, terms: list[Term], assumptions: list[str]) -> Part:
    found = expected_decode(deployment, load)
    terms.extend(found.terms)
    assumptions.extend(found.assumptions)
    return {
        "decode_tok_s": found.tok_s,
        "low": found.low,
        "high": found.high,
        "basis": found.basis,
        "tpot_ms": found.tpot_ms,
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
