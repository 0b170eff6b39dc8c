"""The tables of a bundle as SQLite: written where the site is built, read in a browser, where there is no DuckDB."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kb.bundle.reader import Bundle
from kb.search.lookup import PLURALS

TABLES_FILE = "tables.sqlite"
# Cases are compared point by point; the other tables of a bundle are asked for in SQL only.
_NAMES = (*PLURALS, "points")
# What SQLite keeps as something else comes back as what DuckDB gives: a list, a truth value.
_LIST, _BOOLEAN = "KB_LIST", "KB_BOOLEAN"
_TYPES = {"BIGINT": "INTEGER", "DOUBLE": "REAL", "VARCHAR": "TEXT", "JSON": "TEXT", "BOOLEAN": _BOOLEAN}
# The only words of our queries that SQLite does not know, and what it has for them.
_UNNEST, _EACH = "SELECT unnest(?)", "SELECT value FROM json_each(?)"


def write_tables(bundle: Bundle, path: Path) -> None:
    """Write the tables of records and operating points to ``path``, which does not exist yet.

    The same bundle gives the same bytes.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        with connection:
            for name in _NAMES:
                _write_table(bundle, name, connection)
            connection.execute("CREATE INDEX points_of ON points (case_id)")


def _write_table(bundle: Bundle, name: str, connection: sqlite3.Connection) -> None:
    columns = {row["column_name"]: row["column_type"] for row in bundle.rows(f"DESCRIBE {name}")}
    listed = ", ".join(f'"{column}" {_TYPES.get(kind, _LIST)}' for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name} ({listed})")
    order = "case_id, point" if name == "points" else "id"
    rows = bundle.rows(f"SELECT * FROM {name} ORDER BY {order}")
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", ([*map(_stored, row.values())] for row in rows))


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


class Tables:
    """The open tables, which answer those of our own queries that comparisons are made of."""

    def __init__(self, path: Path, index: Path) -> None:
        """Open ``path``; the records themselves are in ``index``."""
        sqlite3.register_converter(_LIST, json.loads)
        sqlite3.register_converter(_BOOLEAN, lambda stored: stored == b"1")
        self._connection = sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES)
        self._connection.execute("ATTACH ? AS found", (str(index),))
        self._connection.execute("CREATE TEMP VIEW records AS SELECT kind, id, json FROM found.record")

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query as dictionaries; a parameter that is a list is unnested."""
        cursor = self._connection.execute(statement.replace(_UNNEST, _EACH), [*map(_stored, parameters)])
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()
