"""What a sentence was taken to mean, as data."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Filter(NamedTuple):
    """A condition on a column: ``decode_tok_s > 5000``, ``cards = 8``, ``disaggregated = true``."""

    field: str
    op: str
    value: float | bool | str

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"field": self.field, "op": self.op, "value": self.value}


class Sort(NamedTuple):
    """An order that was asked for: a column, and ``desc`` or ``asc``."""

    field: str
    order: str

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"field": self.field, "order": self.order}


class Phrase(NamedTuple):
    """A phrase of the sentence and the records of one kind that it can mean."""

    text: str
    kind: str
    ids: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"text": self.text, "kind": self.kind, "candidates": list(self.ids)}


@dataclass
class Understood:
    """What a sentence was taken to mean.

    ``models``, ``hardware`` and so on hold ids, any of which will do. All ``filters`` must hold. ``lines`` narrow a
    vendor to a product line. ``phrases`` says which part of the sentence means which records, ``notes`` what was
    guessed, and ``unmatched`` what nobody could place. ``versus`` is set where things are to be held against each
    other.
    """

    models: list[str] = field(default_factory=list)
    hardware: list[str] = field(default_factory=list)
    vendors: list[str] = field(default_factory=list)
    engines: list[str] = field(default_factory=list)
    quantizations: list[str] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    sort: Sort | None = None
    limit: int | None = None
    versus: bool = False
    phrases: list[Phrase] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ambiguous(self) -> list[Phrase]:
        """Return the phrases that name a card and can mean several, and those that name one model and mean several."""
        return [phrase for phrase in self.phrases if phrase.kind == "hardware" and len(phrase.ids) > 1]

    def plain(self) -> dict[str, Any]:
        """Return the JSON form of the contract."""
        return {
            "models": self.models,
            "hardware": self.hardware,
            "vendors": self.vendors,
            "engines": self.engines,
            "quantizations": self.quantizations,
            "servers": self.servers,
            "filters": [f.plain() for f in self.filters],
            "sort": self.sort.plain() if self.sort else None,
            "limit": self.limit,
            "versus": self.versus,
            "ambiguous": [phrase.plain() for phrase in self.ambiguous],
            "unmatched": self.unmatched,
            "notes": self.notes,
        }

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was understood."""
        named = (self.models, self.hardware, self.vendors, self.engines, self.quantizations, self.servers)
        return not any(named) and not self.filters and self.sort is None

    def require(self, condition: Filter) -> None:
        """Add a condition, once."""
        if condition not in self.filters:
            self.filters.append(condition)
