"""A link between cards, between a card and its host, or between servers."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import PositiveFact
from kb.records.record import NamedRecord
from kb.records.scalars import Id, PartialDay


class Interconnect(NamedRecord):
    """A link technology. Bandwidth is per card (scale-up) or per port (scale-out, host), one direction."""

    kind: Literal["interconnect"]
    vendor: Id | None = None
    scope: Literal["scale-up", "scale-out", "host"]
    released: PartialDay | None = None
    per_direction_gb_s: PositiveFact | None = Field(None, description="1e9 bytes per second, one direction")
    port_gbit_s: PositiveFact | None = Field(None, description="line rate of one port, 1e9 bits per second")
