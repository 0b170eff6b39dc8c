"""Seconds that one card takes per byte, operation and exchanged byte."""

from dataclasses import dataclass

from kb.estimate.missing import NotCheckable
from kb.estimate.peak import usual_peak
from kb.estimate.remember import remembered
from kb.records import Hardware


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds per unit of one card; zero where the rate is not recorded, with the reason in ``gaps``."""

    s_per_byte: float
    s_per_flop: float
    s_per_wide_flop: float
    s_per_exchanged_byte: float
    probed: bool
    gaps: tuple[str, ...]


@remembered
def rates(hardware: Hardware, format_: str | None) -> Rates:
    """Return the rates of ``hardware`` when it computes in ``format_``.

    Raises:
        NotCheckable: its memory bandwidth is not recorded.
    """
    gaps = []
    memory = hardware.memory
    bandwidth = memory.measured_bandwidth_gb_s or memory.bandwidth_gb_s
    if bandwidth is None:
        raise NotCheckable(
            f"hardware {hardware.id} memory.bandwidth_gb_s",
            f"the memory bandwidth of {hardware.id} is not recorded",
        )
    peak, wide = usual_peak(hardware, format_), usual_peak(hardware, None)
    if peak is None:
        gaps.append(f"computing takes no time here: no compute peak of {hardware.id} is recorded")
    link = hardware.scale_up.per_direction_gb_s
    if link is None:
        link = hardware.host_link.per_direction_gb_s
        if link is not None:
            gaps.append("cards exchange data over the host link: no scale-up link is recorded")
    return Rates(
        1e-9 / float(bandwidth.value),
        0.0 if peak is None else 1 / peak,
        0.0 if wide is None else 1 / wide,
        0.0 if link is None else 1e-9 / float(link.value),
        memory.measured_bandwidth_gb_s is not None,
        tuple(gaps),
    )


def prompt_probe(hardware: Hardware, experts: bool) -> float | None:
    """Return the rate that a probe shaped like a prompt reached, in 1e12 operations per second, if one ran."""
    probes = hardware.measured_compute
    dense = probes.ubatch_matmul_fp16_tflops or probes.square_matmul_fp16_tflops
    fact = (probes.moe_matmul_fp16_tflops or dense) if experts else dense
    return None if fact is None else float(fact.value)
