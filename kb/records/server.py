"""A server, a rack or a pod: cards that are sold together."""

from typing import Literal

from pydantic import Field

from kb.records.evidence import CountFact, PositiveFact
from kb.records.record import NamedRecord
from kb.records.scalars import Id, PartialDay
from kb.records.strict import Many


class Server(NamedRecord):
    """Cards, how many, how they are linked inside and to the outside, and what the whole draws."""

    kind: Literal["server"]
    vendor: Id
    form: Literal["server", "rack", "pod", "cluster"]
    released: PartialDay | None = None
    hardware: Many[Id] = Field(min_length=1, max_length=20, description="its cards; several where the bin varies")
    count: CountFact = Field(description="cards in one unit")
    scale_up_domain: CountFact | None = Field(None, description="cards that reach each other over the scale-up link")
    intra_node: Id | None = Field(None, description="an interconnect record")
    inter_node: Id | None = Field(None, description="an interconnect record")
    total_memory_gb: PositiveFact | None = None
    total_bf16_pflops: PositiveFact | None = Field(None, description="dense")
    power_kw: PositiveFact | None = None
    cooling: Literal["air", "liquid"] | None = None
