"""Read ``search.sqlite``: look-ups by name, and sets of cases by what they have. Loads no more than is asked for."""

import json
import sqlite3
import sys
import zlib
from array import array
from pathlib import Path
from typing import Any

from kb.errors import NoBundle

INDEX = "search.sqlite"
_AGAIN = "run kb build again"


class Index:
    """The open index of a bundle. A set of cases is a whole number: bit N stands for case N, the lowest are the best.

    Raises:
        NoBundle: from every method, where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._postings: dict[tuple[str, str], int] = {}
        self._values: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[str, tuple[array[float], array[float]]] = {}
        try:
            # Nobody writes to a bundle that is there, a new one takes its place: so nothing need be locked.
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error as error:
            raise NoBundle(f"{path} cannot be read ({error}): {_AGAIN}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """Return the rows of one of our own queries, as tuples."""
        try:
            return self._connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise NoBundle(f"{self.path} is not what this kb reads ({error}): {_AGAIN}") from None

    def meta(self, key: str) -> str:
        """Return a text that the bundle says of itself."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        if not found:
            raise NoBundle(f"{self.path} lacks {key!r}, so another version of kb wrote it: {_AGAIN}")
        return str(found[0][0])

    def cases(self, field: str, value: str) -> int:
        """Return the set of the cases whose ``field`` is ``value``; the empty set where none is."""
        key = (field, value)
        if key not in self._postings:
            found = self.rows("SELECT cases FROM posting WHERE field = ? AND value = ?", key)
            self._postings[key] = int.from_bytes(zlib.decompress(found[0][0]), "little") if found else 0
        return self._postings[key]

    def values(self, field: str) -> tuple[str, ...]:
        """Return all values that cases have in ``field``."""
        if field not in self._values:
            rows = self.rows("SELECT value FROM posting WHERE field = ? ORDER BY value", (field,))
            self._values[field] = tuple(row[0] for row in rows)
        return self._values[field]

    def extremes(self, field: str) -> "tuple[array[float], array[float]]":
        """Return, by number of the case, the lowest and the highest of its numbers in ``field``; NaN for none."""
        if field not in self._numbers:
            rows = self.rows("SELECT lowest, highest FROM numbers WHERE field = ?", (field,))
            low, high = rows[0] if rows else (zlib.compress(b""), zlib.compress(b""))
            self._numbers[field] = (_column(low), _column(high))
        return self._numbers[field]

    def case(self, number: int) -> dict[str, Any]:
        """Return what is shown of a case, its operating points in brief under ``operating_points``."""
        rows = self.rows("SELECT json FROM case_row WHERE number = ?", (number,))
        found: dict[str, Any] = json.loads(rows[0][0])
        return found


def _column(packed: bytes) -> "array[float]":
    column = array("d")
    column.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":  # pragma: no cover - the file is little-endian
        column.byteswap()
    return column
