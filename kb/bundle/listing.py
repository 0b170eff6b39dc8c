"""What a bundle can be asked for in SQL: its tables and columns, as the database itself describes them."""

import difflib
from typing import Any

from kb.bundle.reader import Bundle
from kb.errors import BadRequest

TABLES = ("table", "rows", "holds")
COLUMNS = ("table", "column", "type", "holds")
_TABLES = """
SELECT table_name AS "table", estimated_size AS "rows", comment AS holds
FROM duckdb_tables() WHERE NOT internal ORDER BY table_oid
"""
_COLUMNS = """
SELECT table_name AS "table", column_name AS "column", data_type AS "type", comment AS holds
FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index
"""


def listing(bundle: Bundle, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Answer ``.tables``, ``.schema`` or ``.schema TABLE`` with column names and rows.

    Raises:
        BadRequest: it is none of these, or there is no such table.
    """
    word, _, name = text.strip().rstrip(";").partition(" ")
    name = name.strip()
    if word not in (".tables", ".schema") or (word == ".tables" and name):
        raise BadRequest(f"{text.strip()[:60]!r} is not known; .tables, .schema and .schema TABLE are")
    if word == ".tables":
        return list(TABLES), [tuple(row[column] for column in TABLES) for row in bundle.rows(_TABLES)]
    rows = bundle.rows(_COLUMNS)
    tables = list(dict.fromkeys(row["table"] for row in rows))
    if name and name not in tables:
        near = difflib.get_close_matches(name, tables, 3, cutoff=0.4)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(tables)}"
        raise BadRequest(f"there is no table {name[:60]!r}; {hint}")
    return list(COLUMNS), [tuple(row[column] for column in COLUMNS) for row in rows if name in ("", row["table"])]
