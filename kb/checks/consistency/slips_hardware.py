"""Bounds that every accelerator keeps, for ``unit-slip``. No rule.

Each band holds all cards from 2017 to 2026 whose data sheets were looked at, with room on both sides.
"""

from collections.abc import Iterator
from functools import lru_cache
from statistics import median

from kb.checks.consistency.slips import Bound, Figures, ratio, within
from kb.checks.context import Context
from kb.corpus import Corpus
from kb.records import Hardware
from kb.records.evidence import Fact

_FIELDS = {
    "memory": ("capacity_gb", "bandwidth_gb_s", "measured_bandwidth_gb_s", "on_chip_cache_mb"),
    "peak": ("fp4_tflops", "fp8_tflops", "bf16_tflops", "fp16_tflops", "int8_tops", "int4_tops"),
    "measured_compute": ("square_matmul_fp16_tflops", "ubatch_matmul_fp16_tflops", "moe_matmul_fp16_tflops"),
    "scale_up": ("per_direction_gb_s", "domain"),
    "host_link": ("pcie_generation", "per_direction_gb_s"),
}
_CAPACITY, _BANDWIDTH = "memory/capacity_gb", "memory/bandwidth_gb_s"
_LINK, _HOST = "scale_up/per_direction_gb_s", "host_link/per_direction_gb_s"
# Reads of the whole memory per second: how bandwidth and capacity of one kind of memory go together.
_READS = (("hbm", 8.5, 110.0), ("gddr", 8.5, 110.0), ("lpddr", 1.2, 28.0), ("unified", 1.2, 28.0))
_PEAKS = (
    ("fp8_tflops", "bf16_tflops", 0.3, 7.0),
    ("fp8_tflops", "fp16_tflops", 0.3, 7.0),
    ("fp4_tflops", "fp8_tflops", 0.3, 7.0),
    ("fp4_tflops", "bf16_tflops", 0.6, 16.0),
    ("fp16_tflops", "bf16_tflops", 0.2, 5.0),
    ("int8_tops", "fp8_tflops", 0.02, 5.0),
    ("int4_tops", "int8_tops", 0.3, 7.0),
)


def hardware_figures(hardware: Hardware) -> Figures:
    """Return the figures of a card by their path, without those that are zero."""
    figures: Figures = {}
    for group, names in _FIELDS.items():
        for name in names:
            fact: Fact | None = getattr(getattr(hardware, group), name)
            if fact is not None:
                figures[f"{group}/{name}"] = fact.value
    if hardware.tdp_w is not None and hardware.tdp_w.value > 0:
        figures["tdp_w"] = hardware.tdp_w.value
    return figures


def hardware_bounds(hardware: Hardware, context: Context) -> Iterator[Bound]:
    """Yield the bounds that the figures of a card must keep."""
    yield within(_CAPACITY, 1, 2000)
    yield within(_BANDWIDTH, 5, 100_000)
    yield within("memory/on_chip_cache_mb", 0.5, 5000)
    yield within("tdp_w", 3, 20_000)
    yield within("host_link/pcie_generation", 1, 8)
    yield within("scale_up/domain", 1, 100_000)
    yield within(_LINK, 1, 20_000)
    low, high = _reads_per_second(hardware)
    yield ratio(_BANDWIDTH, _CAPACITY, low, high)
    yield ratio("memory/measured_bandwidth_gb_s", _BANDWIDTH, 0.15, 1.1)
    yield ratio("tdp_w", _BANDWIDTH, 1 / 30, 1 / 0.7)
    # Without a memory bandwidth the link still cannot outrun what it feeds.
    yield ratio(_LINK, _BANDWIDTH, 0.003, 2.0)
    yield Bound(
        "host link per lane of a x16 slot against its generation",
        (_HOST, "host_link/pcie_generation"),
        0.05,
        2.2,
        lambda link, generation: link / (2 ** (generation + 1)),
    )
    yield from _peaks(hardware)
    yield from _links(hardware, context)


def _reads_per_second(hardware: Hardware) -> tuple[float, float]:
    kind = (hardware.memory.type or "").casefold()
    return next(((low, high) for word, low, high in _READS if word in kind), (1.2, 110.0))


def _peaks(hardware: Hardware) -> Iterator[Bound]:
    for over, under, low, high in _PEAKS:
        yield ratio(f"peak/{over}", f"peak/{under}", low, high)
    # Blackwell Ultra cut INT8 to a fifteenth of BF16; nobody else did.
    cut = hardware.peak.fp4_tflops is not None
    yield ratio("peak/int8_tops", "peak/bf16_tflops", 0.05 if cut else 0.3, 7.0)
    yield ratio("peak/int8_tops", "peak/fp16_tflops", 0.05 if cut else 0.3, 7.0)
    for name in ("bf16_tflops", "fp16_tflops"):
        yield within(f"peak/{name}", 0.5, 50_000)
        yield ratio(f"peak/{name}", "tdp_w", 0.1, 5.0)
        yield ratio(f"peak/{name}", _BANDWIDTH, 0.012, 1.5)
    for name in ("fp8_tflops", "int8_tops"):
        yield within(f"peak/{name}", 0.5, 100_000)
        yield ratio(f"peak/{name}", "tdp_w", 0.1, 9.0)
        yield ratio(f"peak/{name}", _BANDWIDTH, 0.012, 3.0)
    for name in _FIELDS["measured_compute"]:
        yield ratio(f"measured_compute/{name}", "peak/fp16_tflops", 0.02, 1.1)


def _links(hardware: Hardware, context: Context) -> Iterator[Bound]:
    """Yield bounds from the interconnect record and from the other cards on it, where two of them agree."""
    for name, link in ((_LINK, hardware.scale_up), (_HOST, hardware.host_link)):
        known = context.corpus.interconnects.get(link.interconnect) if link.interconnect else None
        if known is None:
            continue
        rates = [known.per_direction_gb_s.value] if known.per_direction_gb_s else []
        rates += link_rates(context, known.id, hardware.id)
        if len(rates) > 1 and max(rates) < 3 * min(rates):
            yield within(name, median(rates) / 7, median(rates) * 7)


def link_rates(context: Context, interconnect: str, besides: str | None = None) -> list[float]:
    """Return the rates of one direction that cards state for a link."""
    stated = _all_link_rates(context.corpus).get(interconnect, ())
    return [rate for owner, rate in stated if owner != besides]


@lru_cache(maxsize=2)
def _all_link_rates(corpus: Corpus) -> dict[str, list[tuple[str, float]]]:
    rates: dict[str, list[tuple[str, float]]] = {}
    for card in corpus.hardware.values():
        for link in (card.scale_up, card.host_link):
            if link.interconnect is not None and link.per_direction_gb_s is not None:
                rates.setdefault(link.interconnect, []).append((card.id, link.per_direction_gb_s.value))
    return rates
