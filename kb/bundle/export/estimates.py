"""What physics says of a case, as the export gives it."""

import itertools
import math

from kb.bundle.content import Content
from kb.bundle.export.schema.case_shapes import (
    Basis,
    Estimate,
    EstimatedDecode,
    EstimatedFirstToken,
    EstimatedMemory,
    EstimatedPoint,
    EstimateInBrief,
    WholeCeiling,
)
from kb.estimate import Judgement
from kb.estimate.expected import Expected
from kb.records import Case

# An estimate is off by ten per cent and more; the digits beyond these would be half of the file.
_DIGITS = 6


def estimate(case: Case, content: Content) -> Estimate:
    """Return what physics says of each point, and the sum of the point with the highest decode throughput."""
    judgements = content.context.judgements(case)
    bases: dict[str, Basis] = {}
    points = [_point(judgement, bases) for judgement in judgements]
    top = _headline_point(case)
    terms = [(term.name, rounded(term.value), term.unit, term.formula) for term in judgements[top].terms]
    return {"points": points, "bases": bases, "sum": {"point": top, "terms": terms}}


def in_brief(whole: Estimate) -> EstimateInBrief:
    """Return an estimate without what is seldom asked of all cases at once: memory, first token, gaps, the sum."""
    return {
        "points": [
            {
                "verdict": point["verdict"],
                "because": point["because"],
                "ceiling": {
                    "decode_tok_s": point["ceiling"]["decode_tok_s"],
                    "bound_by": point["ceiling"]["bound_by"],
                }
                if point["ceiling"]
                else None,
                "expected": point["expected"],
            }
            for point in whole["points"]
        ],
        "bases": {key: {"decode": said["decode"]} for key, said in whole["bases"].items()},
    }


def rounded(number: float) -> float:
    """Return ``number`` with six significant digits; a whole one as such."""
    short = float(f"{number:.{_DIGITS}g}")
    return int(short) if short.is_integer() else short


def _headline_point(case: Case) -> int:
    speeds = [point.results.decode_tok_s.value if point.results.decode_tok_s else 0 for point in case.points]
    return speeds.index(max(speeds))


def _point(judgement: Judgement, bases: dict[str, Basis]) -> EstimatedPoint:
    return {
        "verdict": judgement.verdict,
        "because": judgement.reason,
        "memory": _memory(judgement),
        "ceiling": _ceiling(judgement),
        "expected": _expected(judgement, bases),
        "first_token": _first_token(judgement),
        "gaps": list(judgement.gaps),
    }


def _memory(judgement: Judgement) -> EstimatedMemory | None:
    memory = judgement.memory
    if memory is None:
        return None
    return {
        "weights_gb": rounded(memory.weights_gb),
        "kv_cache_gb": None if memory.kv_gb is None else rounded(memory.kv_gb),
        "needed_gb": rounded(memory.needed_gb),
        "capacity_gb": rounded(memory.capacity_gb),
        "fits": memory.fits,
    }


def _ceiling(judgement: Judgement) -> WholeCeiling | None:
    ceiling = judgement.ceiling
    if ceiling is None:
        return None
    absolute = ceiling.absolute_tok_s
    return {
        "decode_tok_s": rounded(ceiling.tok_s),
        "bound_by": ceiling.bound_by,
        "absolute_decode_tok_s": rounded(absolute) if math.isfinite(absolute) else None,
    }


def _expected(judgement: Judgement, bases: dict[str, Basis]) -> EstimatedDecode | None:
    expected = judgement.expected
    if expected is None:
        return None
    return {
        # Where records support a range only, there is no middle to give.
        "decode_tok_s": rounded(expected.tok_s) if expected.error.point else None,
        "low": rounded(expected.low),
        "high": rounded(expected.high),
        "basis": _class(judgement, expected, bases),
    }


def _first_token(judgement: Judgement) -> EstimatedFirstToken | None:
    first = judgement.first_token
    if first is None:
        return None
    return {
        "ttft_ms": rounded(first.seconds * 1e3),
        "low_ms": None if first.fast is None else rounded(first.fast * 1e3),
        "high_ms": None if first.slow is None else rounded(first.slow * 1e3),
    }


def _class(judgement: Judgement, expected: Expected, bases: dict[str, Basis]) -> str:
    """Keep once what many points rest on, and return its key: the name of the class of deployments."""
    basis: Basis = {"decode": expected.basis}
    if judgement.first_token is not None:
        basis["first_token"] = judgement.first_token.basis
    name = expected.error.name
    keys = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(key for key in keys if bases.setdefault(key, basis) == basis)
