"""A finding: what a rule has to say about one place of one record, as data. Printing it is done elsewhere."""

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Problem:
    """What a rule yields: the fault and its mend, at a JSON pointer of the record it was asked about.

    ``data`` holds the figures of the message, for programs; numbers, texts and flat lists or mappings of them.
    """

    pointer: str
    message: str
    hint: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A problem in its place. ``acknowledged`` holds the reviewer's reason, where there is one."""

    code: str
    name: str
    severity: Severity
    file: str
    line: int
    column: int
    pointer: str
    record: str | None
    message: str
    hint: str
    data: dict[str, Any] = field(default_factory=dict)
    acknowledged: str | None = None

    @property
    def blocks(self) -> bool:
        """Tell whether this finding makes a check fail: an error that nobody acknowledged."""
        return self.severity == "error" and self.acknowledged is None

    def plain(self) -> dict[str, Any]:
        """Return the JSON form: ``acknowledged`` as a flag, the reviewer's words as ``reason``."""
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "acknowledged": self.acknowledged is not None,
            "reason": self.acknowledged,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "pointer": self.pointer,
            "record": self.record,
            "message": self.message,
            "hint": self.hint,
            "data": self.data,
        }

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Return the key by which findings are listed."""
        return (self.file, self.line, self.column, self.code, self.message)
