"""An accelerator, as one exact SKU."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import AmountFact, CountFact, PositiveFact
from kb.records.record import NamedRecord
from kb.records.scalars import Id, PartialDay, ShortText
from kb.records.strict import Strict

Support = Literal["supported", "unsupported"]


class Memory(Strict):
    """Device memory. Decimal gigabytes, as marketed; what a driver reports is a disputed value or a note."""

    capacity_gb: PositiveFact | None = None
    type: ShortText | None = Field(None, description="HBM3e, GDDR7, LPDDR5X, unified")
    bandwidth_gb_s: PositiveFact | None = Field(None, description="nominal, 1e9 bytes per second")
    measured_bandwidth_gb_s: PositiveFact | None = Field(None, description="by a stream or a decode-shaped probe")
    on_chip_cache_mb: PositiveFact | None = None


class Peak(Strict):
    """Dense peak of the matrix units per number format, never with sparsity, in 1e12 operations per second."""

    fp4_tflops: PositiveFact | None = None
    fp8_tflops: PositiveFact | None = None
    bf16_tflops: PositiveFact | None = None
    fp16_tflops: PositiveFact | None = None
    int8_tops: PositiveFact | None = None
    int4_tops: PositiveFact | None = None


class MeasuredCompute(Strict):
    """What a probe of a matrix product really reached."""

    square_matmul_fp16_tflops: PositiveFact | None = None
    ubatch_matmul_fp16_tflops: PositiveFact | None = Field(None, description="shaped like a prefill of 512 tokens")
    moe_matmul_fp16_tflops: PositiveFact | None = Field(None, description="shaped like active experts in prefill")


class Formats(Strict):
    """Whether the matrix units compute in a format at all. Absent means unknown, which is not unsupported."""

    fp4: Support | None = None
    fp8: Support | None = None
    bf16: Support | None = None
    fp16: Support | None = None
    int8: Support | None = None
    int4: Support | None = None


class ScaleUp(Strict):
    """The link between cards of one domain."""

    interconnect: Id | None = Field(None, description="an interconnect record")
    per_direction_gb_s: PositiveFact | None = Field(None, description="per card, one direction")
    domain: CountFact | None = Field(None, description="cards that reach each other over it")


class HostLink(Strict):
    """The link between the card and its host."""

    interconnect: Id | None = Field(None, description="an interconnect record, as in pcie-5-x16")
    pcie_generation: CountFact | None = None
    per_direction_gb_s: PositiveFact | None = None


class Hardware(NamedRecord):
    """One accelerator SKU: what it holds, how fast it reads and computes, how it is linked and fed."""

    kind: Literal["hardware"]
    vendor: Id
    released: PartialDay | None = None
    status: Literal["announced", "available", "discontinued", "unreleased"] | None = None
    form_factor: ShortText | None = None
    architecture: ShortText | None = Field(None, description="hopper, cdna3, da-vinci")
    memory: Memory = Memory()
    peak: Peak = Peak()
    formats: Formats = Formats()
    measured_compute: MeasuredCompute = MeasuredCompute()
    scale_up: ScaleUp = ScaleUp()
    host_link: HostLink = HostLink()
    tdp_w: AmountFact | None = None
