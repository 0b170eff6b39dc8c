"""What a table of a bundle is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kb.bundle.columns import Column
from kb.bundle.content import Content

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, its columns and its rows."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    rows: Callable[[Content], Iterable[Row]]
