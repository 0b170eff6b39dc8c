"""Read ``search.sqlite``: look-ups by name, and sets of cases by what they have. Loads no more than is asked for."""

import json
import sqlite3
import sys
import zlib
from array import array
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from kb.errors import NoBundle
from kb.names import Gone, Name, Names, fold

INDEX = "search.sqlite"
_AGAIN = "run kb build again"


class Numbers(NamedTuple):
    """One field: the lowest and the highest number by case, and the number by operating point; NaN for none."""

    lowest: "array[float]"
    highest: "array[float]"
    points: "array[float]"


class StoredNames(Names):
    """The names of all records of a bundle, looked up where they lie."""

    def __init__(self, index: "Index") -> None:
        self._index = index

    def called(self, folded: str) -> list[Name]:
        """Return the names that fold to ``folded``."""
        return self._names("WHERE folded = ?", (folded,))

    def of_id(self, text: str) -> list[Name]:
        """Return the records whose id is, or was, exactly ``text``."""
        return [name for name in self.called(fold(text)) if name.text == text and name.how in ("id", "former id")]

    def gone(self, text: str) -> Gone | None:
        """Return what became of a removed id; None of anything else."""
        # Its models take long to load, and nearly all names that are asked for are there.
        from kb.bundle.tombstones import gone_in

        return gone_in(self._index.path.parent, text)

    def all(self) -> list[Name]:
        """Return all names in a fixed order."""
        return sorted(self._names("", ()))

    def _names(self, where: str, parameters: tuple[str, ...]) -> list[Name]:
        rows = self._index.rows(f"SELECT name, kind, id, how FROM name {where}", parameters)
        return [Name(*row) for row in rows]


class Index:
    """The open index of a bundle. A set of cases is a whole number: bit N stands for case N, the lowest are the best.

    Raises:
        NoBundle: from every method, where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._postings: dict[tuple[str, str], int] = {}
        self._values: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[str, Numbers] = {}
        try:
            # Nobody writes to a bundle that is there, a new one takes its place: so nothing need be locked.
            self._connection = sqlite3.connect(f"file:{_escaped(path)}?mode=ro&immutable=1", uri=True)
        except sqlite3.Error as error:
            raise NoBundle(f"{path} cannot be read ({error}): {_AGAIN}") from None

    @cached_property
    def names(self) -> StoredNames:
        """Return the names of all records."""
        return StoredNames(self)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """Return the rows of one of our own queries, as tuples."""
        try:
            return self._connection.execute(statement, parameters).fetchall()
        except UnicodeEncodeError:
            # What the shell passed on were no letters; nothing is called so.
            return []
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

    def numbers(self, field: str) -> Numbers:
        """Return all numbers that cases and their operating points have in ``field``."""
        if field not in self._numbers:
            rows = self.rows("SELECT lowest, highest, points FROM numbers WHERE field = ?", (field,))
            self._numbers[field] = Numbers(*map(_column, rows[0])) if rows else Numbers(*(array("d") for _ in range(3)))
        return self._numbers[field]

    @cached_property
    def size(self) -> int:
        """Return the number of cases."""
        return len(self.numbers("point").points) - 1

    @property
    def everything(self) -> int:
        """Return the set of all cases."""
        return (1 << self.size) - 1

    def points_of(self, case: int) -> range:
        """Return the numbers of the operating points of a case, as columns of numbers count them."""
        starts = self.numbers("point").points
        return range(int(starts[case]), int(starts[case + 1]))

    def case(self, number: int) -> dict[str, Any]:
        """Return what is shown of a case, its operating points in brief under ``operating_points``."""
        rows = self.rows("SELECT json FROM case_row WHERE number = ?", (number,))
        found: dict[str, Any] = json.loads(rows[0][0])
        return found


def _escaped(path: Path) -> str:
    """Return a path as the address of a file has it; a whole module for addresses would take longer to load."""
    text = path.absolute().as_posix()
    return text.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _column(packed: bytes) -> "array[float]":
    column = array("d")
    column.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":  # pragma: no cover - the file is little-endian
        column.byteswap()
    return column
