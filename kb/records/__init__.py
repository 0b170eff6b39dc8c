"""What a record is: frozen, strict pydantic models, one module per kind.

Nothing here reads a file, and nothing here imports another room of the package.
"""

from kb.records.case import Case, OperatingPoint, Pool
from kb.records.claim import Claim
from kb.records.engine import Engine
from kb.records.evidence import (
    TIERS,
    Disputed,
    Evidence,
    Fact,
    Tier,
    strongest,
    weakest,
)
from kb.records.hardware import Hardware
from kb.records.interconnect import Interconnect
from kb.records.kinds import KINDS, Kind, kind_of
from kb.records.model import Model
from kb.records.quantization import Quantization
from kb.records.record import Record
from kb.records.server import Server
from kb.records.source import Source

__all__ = [
    "KINDS",
    "TIERS",
    "Case",
    "Claim",
    "Disputed",
    "Engine",
    "Evidence",
    "Fact",
    "Hardware",
    "Interconnect",
    "Kind",
    "Model",
    "OperatingPoint",
    "Pool",
    "Quantization",
    "Record",
    "Server",
    "Source",
    "Tier",
    "kind_of",
    "strongest",
    "weakest",
]
