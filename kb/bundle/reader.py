"""Open a bundle and read it: nothing is written, no other file is touched, no network is used."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from kb.errors import BadRequest, NoBundle

DATABASE = "kb.duckdb"
SCHEMA_VERSION = "1.0"
# What a bundle folder holds and no other folder does by chance.
MARKER = "SHA256SUMS"


def recover(out: Path) -> None:
    """Put back the old bundle if a build was killed in the instant between its two moves."""
    before = set_aside(out)
    if not out.exists() and (before / MARKER).is_file():
        before.rename(out)


def set_aside(out: Path) -> Path:
    """Return where a build keeps the old bundle for an instant."""
    return out.parent / f".{out.name}-before"


class Bundle:
    """A built bundle. Use as a context manager, or call :meth:`close`."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._connection = connection

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of one of our own queries, as dictionaries."""
        cursor = self._connection.execute(statement, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def sql(self, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run a query from outside and return column names and rows.

        Raises:
            BadRequest: it is not one reading statement, or DuckDB refuses it.
        """
        try:
            statements = self._connection.extract_statements(statement)
        except duckdb.Error as error:
            raise BadRequest(f"not SQL: {_first_line(error)}") from None
        if len(statements) != 1:
            raise BadRequest(f"one statement at a time, please; this text holds {len(statements)}")
        kind = statements[0].type.name
        if kind not in ("SELECT", "EXPLAIN"):
            raise BadRequest(
                f"the bundle is read-only: {kind.replace('_', ' ')} is not possible here; begin with SELECT"
            )
        try:
            cursor = self._connection.execute(statements[0])
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except duckdb.Error as error:
            raise BadRequest(f"the query cannot be answered: {_first_line(error)}") from None


def open_bundle(folder: Path | str = "dist") -> Bundle:
    """Open the bundle in ``folder``.

    Raises:
        NoBundle: there is none, it cannot be read, or another version of kb wrote it.
    """
    folder = Path(folder)
    database = folder / DATABASE
    if not database.is_file():
        raise NoBundle(f"no bundle in {folder}: run kb build")
    try:
        connection = duckdb.connect(
            os.fspath(database), read_only=True, config={"autoinstall_known_extensions": "false"}
        )
    except duckdb.Error as error:
        raise NoBundle(f"{database} cannot be read ({_first_line(error)}): run kb build again") from None
    try:
        version = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        # From here on the session cannot open files, load extensions or undo these settings.
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise NoBundle(f"{database} is not a bundle of kb ({_first_line(error)}): run kb build again") from None
    if version is None or version[0].split(".")[0] != SCHEMA_VERSION.split(".", maxsplit=1)[0]:
        connection.close()
        found = version[0] if version else "unknown"
        raise NoBundle(f"{database} has schema version {found}, this kb reads {SCHEMA_VERSION}: run kb build again")
    return Bundle(folder, connection)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
