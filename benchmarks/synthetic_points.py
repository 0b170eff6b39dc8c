"""Operating points for synthetic cases: loads of real cases, and figures about what the estimator expects of them."""

import math
import random
from typing import Any

from kb.estimate import Deployment, Load, NotCheckable, Plan
from kb.estimate.expected import Expected, expect
from kb.estimate.first_token import first_token
from kb.records import Case, OperatingPoint

# How far figures lie from what is expected: a tenth, as the estimator itself is off; and never further than this.
_SPREAD = 0.1
_FURTHEST = 0.3
# Nobody would publish a slower run.
_SLOWEST_MS = 1000.0


def loads_of(case: Case) -> list[Load]:
    """Return the loads of a case that say enough to be estimated, each once."""
    found = [load for point in case.points if (load := _load(point)) is not None]
    return list(dict.fromkeys(found))


def _load(point: OperatingPoint) -> Load | None:
    said = point.scenario
    in_flight = said.batch if said.kind == "static-batch" else said.concurrency
    if said.input_tokens is None or not said.output_tokens or in_flight is None:
        return None
    static = said.kind == "static-batch"
    return Load(
        float(said.input_tokens),
        float(said.output_tokens),
        batch=in_flight if static else None,
        concurrency=None if static else in_flight,
        static=static,
        serving=not static,
    )


def point_of(deployment: Deployment, load: Load, chance: random.Random) -> dict[str, Any] | None:
    """Return an operating point under ``load``; None where it does not fit or nothing can be expected."""
    try:
        found = expect(Plan(deployment, deployment.decode_pools[0]), load)
    except NotCheckable:
        return None
    if found.in_flight < found.wanted or found.tpot_ms > _SLOWEST_MS:
        return None
    scenario = {
        "kind": "static-batch" if load.static else "serving",
        "input_tokens": load.input_tokens,
        "output_tokens": load.output_tokens,
        "batch": load.batch,
        "concurrency": load.concurrency,
    }
    return {
        "scenario": {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in scenario.items()
            if value is not None
        },
        "results": _results(found, load, chance),
    }


def _results(found: Expected, load: Load, chance: random.Random) -> dict[str, Any]:
    """Return figures about what is expected, which agree with each other."""
    moved = math.exp(min(_FURTHEST, max(-_FURTHEST, chance.gauss(0, _SPREAD))))
    tpot = found.tpot_ms * moved
    results: dict[str, Any] = {"decode_tok_s": _rounded(found.in_flight / tpot * 1e3 * chance.uniform(0.93, 0.99))}
    if load.serving:
        first = first_token(found).seconds * 1e3 * chance.uniform(1.1, 2)
        results["ttft_ms"] = {"p50": _rounded(first), "p99": _rounded(first * chance.uniform(1.2, 3))}
        results["tpot_ms"] = {"p50": _rounded(tpot)}
    return results


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
