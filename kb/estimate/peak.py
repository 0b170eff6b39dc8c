"""How fast a card computes at most, in the formats that a deployment may use."""

from collections.abc import Iterable

from kb.estimate.deployment import Cards, Deployment
from kb.estimate.kv_cache import BITS
from kb.estimate.remember import remembered
from kb.records import Hardware, Quantization
from kb.records.evidence import Fact

# What a claim may compute in, from wide to narrow: a format, its bits, its peak.
_FORMATS = (
    ("bf16", 16, "bf16_tflops"),
    ("fp16", 16, "fp16_tflops"),
    ("fp8", 8, "fp8_tflops"),
    ("int8", 8, "int8_tops"),
    ("fp4", 4, "fp4_tflops"),
    ("int4", 4, "int4_tops"),
)
_WIDTHS = (16, 8, 4)


@remembered
def highest(fact: Fact) -> float:
    """Return the highest value that any source gives: what favours a claim about speed or room."""
    return float(max(fact.values))


def narrowest_bits(deployment: Deployment) -> int:
    """Return the bits of the narrowest operands that the deployment may feed to the matrix units.

    Weights may be widened before they are multiplied, and activations may be narrowed to meet them; nobody computes
    in fewer bits than the narrowest of the two.
    """
    narrowest = _narrowest(deployment.weights)
    fed = BITS.get(deployment.activations or "")
    if narrowest is None or fed is None:
        return max(4, narrowest or fed or 16)
    return max(4, min(narrowest, fed))


@remembered
def _narrowest(weights: Quantization) -> int | None:
    named: list[str | None] = [weights.arithmetic, *(part.format for part in weights.stored)]
    return min((BITS[name] for name in named if name in BITS), default=None)


def lacks(hardware: Hardware, format_: str | None) -> bool:
    """Tell whether the matrix units of a card are known not to compute in a format.

    A format that the record does not mention is unknown, which is not lacking; nor is one that has a peak.
    """
    if format_ is None:
        return False
    unit = "tops" if format_.startswith("int") else "tflops"
    has_peak = getattr(hardware.peak, f"{format_}_{unit}", None) is not None
    return getattr(hardware.formats, format_, None) == "unsupported" and not has_peak


@remembered
def best_peak(hardware: Hardware, bits: int) -> float | None:
    """Return the highest dense peak, in operations per second, in any format of at least ``bits``; None if unknown.

    Where nobody published the peak of a width, and the card is not known to lack it, it is taken as twice that of the
    next wider one: what cards that publish both do at most.
    """
    by_width: dict[int, float] = {}
    lacks: dict[int, list[bool]] = {}
    for name, width, field in _FORMATS:
        fact = getattr(hardware.peak, field)
        lacks.setdefault(width, []).append(getattr(hardware.formats, name) == "unsupported")
        if fact is not None:
            by_width[width] = max(by_width.get(width, 0.0), highest(fact))
    best = 0.0
    wider: float | None = None
    for width in _WIDTHS:
        if width < bits:
            break
        peak = by_width.get(width)
        if peak is None and wider is not None and not all(lacks[width]):
            peak = 2 * wider
        wider = peak if peak is not None else wider
        best = max(best, peak or 0.0)
    return best * 1e12 or None


def pool_peak(pools: Iterable[Cards], bits: int) -> float | None:
    """Return the peak of all cards together, or None where that of one of them is unknown."""
    total = 0.0
    for pool in pools:
        peak = best_peak(pool.hardware, bits)
        if peak is None:
            return None
        total += peak * pool.count
    return total


def usual_peak(hardware: Hardware, wanted: str | None) -> float | None:
    """Return the peak, in operations per second, of the format ``wanted``, or of a 16-bit one where it has none."""
    fields = {name: field for name, _, field in _FORMATS}
    for name in (wanted, "bf16", "fp16"):
        fact = getattr(hardware.peak, fields[name]) if name in fields else None
        if fact is not None:
            return float(fact.value) * 1e12
    return None
