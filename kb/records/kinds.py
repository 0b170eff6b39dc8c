"""The kinds of record: their names, where they live, and their models."""

from dataclasses import dataclass
from typing import Any

from kb.records.case import Case
from kb.records.claim import Claim
from kb.records.engine import Engine
from kb.records.hardware import Hardware
from kb.records.interconnect import Interconnect
from kb.records.model import Model
from kb.records.quantization import Quantization
from kb.records.record import Record
from kb.records.server import Server
from kb.records.source import Source


@dataclass(frozen=True)
class Kind:
    """One kind: ``name`` as records write it, ``plural`` as commands, folders and collections do."""

    name: str
    plural: str
    model: type[Record]

    @property
    def folder(self) -> str:
        """Return the folder under ``data/`` that its files live in."""
        return self.plural


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("hardware", "hardware", Hardware),
        Kind("server", "servers", Server),
        Kind("interconnect", "interconnects", Interconnect),
        Kind("model", "models", Model),
        Kind("engine", "engines", Engine),
        Kind("quantization", "quantizations", Quantization),
        Kind("case", "cases", Case),
        Kind("claim", "claims", Claim),
        Kind("source", "sources", Source),
    )
}


def kind_of(data: Any) -> Kind | None:
    """Return the kind that a record's raw data names, or None."""
    name = data.get("kind") if isinstance(data, dict) else None
    return KINDS.get(name) if isinstance(name, str) else None
