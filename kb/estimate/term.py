"""One line of a sum that a reader can redo by hand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A named figure with its unit, and how it follows from others."""

    name: str
    value: float
    unit: str
    formula: str

    def plain(self) -> dict[str, str | float]:
        """Return the JSON form."""
        return {"name": self.name, "value": self.value, "unit": self.unit, "formula": self.formula}
