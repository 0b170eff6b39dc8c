"""A fault: what keeps a file from becoming a record, as data. The form rules of ``kb.checks`` turn it into findings."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one file; ``name`` is the name of the rule that explains it."""

    name: str
    file: str
    message: str
    hint: str
    line: int = 1
    column: int = 1
    pointer: str = ""
    record: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
