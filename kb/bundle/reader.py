"""Open a bundle and read it: nothing is written, no other file is touched, no network is used."""

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.bundle.index import INDEX, Index
from kb.errors import BadRequest, NoBundle

# What only asks in words or by name never loads DuckDB: that alone takes longer than its answer.
if TYPE_CHECKING:
    import duckdb

DATABASE = "kb.duckdb"
SCHEMA_VERSION = "1.0"
# What a bundle folder holds and no other folder does by chance.
MARKER = "SHA256SUMS"
# A query from outside that needs more than this is a slip of its author: a join without a condition.
LONGEST_SECONDS = 30.0
MOST_ROWS = 1_000_000
MEMORY_LIMIT = "2GB"
_LONGEST_STATEMENT = 100_000
_AGAIN = "run kb build again"
_EXPLAIN = re.compile(r"\s*EXPLAIN(?:\s+ANALYZE\b)?", re.IGNORECASE)


class _Row(dict[str, Any]):
    """A row; asking for a column that the bundle lacks says so."""

    def __missing__(self, column: str) -> Any:
        raise NoBundle(f"the bundle has no column {column!r}, so another version of kb wrote it: {_AGAIN}")


class Bundle:
    """A built bundle. Use as a context manager, or call :meth:`close`."""

    def __init__(self, folder: Path, memory_limit: str) -> None:
        self.folder = folder
        self.index = Index(folder / INDEX)
        self._memory_limit = memory_limit
        self._opened = _identity(folder / INDEX)
        # What was worked out from the bundle and is good for as long as it is open.
        self.kept: dict[str, Any] = {}

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self.index.close()
        if "_connection" in self.__dict__:
            self._connection.close()

    @cached_property
    def _connection(self) -> "duckdb.DuckDBPyConnection":
        # Whoever asked the index of one bundle must not be answered by the tables of the next.
        if _identity(self.folder / INDEX) != self._opened:
            raise NoBundle(f"{self.folder} was built anew meanwhile: ask again")
        return _connected(self.folder / DATABASE, self._memory_limit)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of one of our own queries, as dictionaries.

        Raises:
            NoBundle: a table or column is not there, so that another version of kb wrote the bundle.
        """
        import duckdb

        try:
            cursor = self._connection.execute(statement, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [_Row(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except duckdb.Error as error:
            raise NoBundle(f"{self.folder} does not hold what this kb reads ({_first_line(error)}): {_AGAIN}") from None

    def sql(
        self, statement: str, *, seconds: float = LONGEST_SECONDS, most_rows: int = MOST_ROWS
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run a query from outside and return column names, each of them once, and rows.

        Args:
            statement: one reading statement.
            seconds: the query is stopped when it takes longer.
            most_rows: a longer answer is refused.

        Raises:
            BadRequest: it is not one reading statement, DuckDB refuses it, or it takes too much.
        """
        import duckdb

        parsed = self._parse(statement)
        late = threading.Event()
        try:
            with self._stopping_after(seconds, late):
                columns, rows = self._interruptibly(parsed, most_rows + 1)
        except duckdb.OutOfMemoryException:
            raise BadRequest("the query needs too much memory; join on a condition, or ask for less") from None
        except (duckdb.Error, RuntimeError, OverflowError, ValueError) as error:
            if late.is_set():
                raise BadRequest(
                    f"the query was stopped after {seconds:g} s; join on a condition, or ask for less"
                ) from None
            if "pytz" in str(error):
                raise BadRequest("a time with a zone cannot be shown; cast it to VARCHAR") from None
            raise BadRequest(f"the query cannot be answered: {_with_candidates(error)}") from None
        if len(rows) > most_rows:
            raise BadRequest(f"the answer has more than {most_rows:,} rows; add a LIMIT")
        return list(_each_once(columns)), rows

    def _parse(self, statement: str) -> "duckdb.Statement":
        import duckdb

        if len(statement) > _LONGEST_STATEMENT:
            raise BadRequest(f"the statement is {len(statement):,} characters long; at most {_LONGEST_STATEMENT:,}")
        try:
            statements = self._connection.extract_statements(statement)
            if len(statements) != 1:
                raise BadRequest(f"one statement at a time, please; this text holds {len(statements)}")
            # What is explained may be run for it, so it must read as well.
            kinds = [statements[0].type.name]
            if kinds == ["EXPLAIN"]:
                explained = _EXPLAIN.sub("", statements[0].query, count=1)
                kinds = [inner.type.name for inner in self._connection.extract_statements(explained)]
        except duckdb.Error as error:
            raise BadRequest(f"not SQL: {_first_line(error)}") from None
        except TypeError:
            # What the shell passed on were no UTF-8 bytes.
            raise BadRequest("not SQL: the text is not UTF-8") from None
        if kinds != ["SELECT"]:
            listed = " ".join(kinds).replace("_", " ") or "this"
            if listed == "MULTI":
                raise BadRequest(
                    "a PIVOT names its columns here, as in: PIVOT cases ON tier IN ('reported') USING count(*)"
                )
            raise BadRequest(f"the bundle is read-only: {listed} is not possible here; begin with SELECT")
        return statements[0]

    def _interruptibly(self, parsed: "duckdb.Statement", most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run a query in a thread of its own, so that Ctrl-C arrives at once, whatever DuckDB is in the middle of."""
        # It would load much that nothing else here needs.
        from concurrent.futures import ThreadPoolExecutor, wait

        def run() -> tuple[list[str], list[tuple[Any, ...]]]:
            cursor = self._connection.execute(parsed)
            return [column[0] for column in cursor.description or ()], cursor.fetchmany(most)

        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(run)
            try:
                return answer.result()
            except KeyboardInterrupt:
                # A query that has not begun yet does not notice.
                while not answer.done():
                    self._connection.interrupt()
                    wait((answer,), timeout=0.05)
                raise

    @contextmanager
    def _stopping_after(self, seconds: float, late: threading.Event) -> Iterator[None]:
        def stop() -> None:
            late.set()
            self._connection.interrupt()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def open_bundle(folder: Path | str = "dist", *, memory_limit: str = MEMORY_LIMIT) -> Bundle:
    """Open the bundle in ``folder``; no query may take more than ``memory_limit``, and none spills to disk.

    Raises:
        NoBundle: there is none, it cannot be read, or another version of kb wrote it.
    """
    folder = Path(folder)
    if not (folder / DATABASE).is_file():
        raise NoBundle(f"no bundle in {folder}: run kb build")
    if not (folder / INDEX).is_file():
        # An older kb wrote none; the database says of which version it is.
        _connected(folder / DATABASE, memory_limit).close()
        raise NoBundle(f"{folder / INDEX} is missing: {_AGAIN}")
    bundle = Bundle(folder, memory_limit)
    try:
        _refuse_another_version(folder / INDEX, bundle.index.meta("schema_version"))
    except NoBundle:
        bundle.close()
        raise
    return bundle


def _identity(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one in its place; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _refuse_another_version(file: Path, found: str) -> None:
    if found.split(".", maxsplit=1)[0] != SCHEMA_VERSION.split(".", maxsplit=1)[0]:
        raise NoBundle(f"{file} has schema version {found}, this kb reads {SCHEMA_VERSION}: {_AGAIN}")


def _connected(database: Path, memory_limit: str) -> "duckdb.DuckDBPyConnection":
    import duckdb

    # No session can open files, load extensions, spill to disk, see the program's variables, or undo these settings.
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
        "memory_limit": memory_limit,
        "python_enable_replacements": "false",
        "temp_directory": "",
    }
    try:
        connection = duckdb.connect(os.fspath(database), read_only=True, config=config)
    except duckdb.Error as error:
        raise NoBundle(f"{database} cannot be read ({_first_line(error)}): {_AGAIN}") from None
    try:
        version = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    except duckdb.Error as error:
        connection.close()
        raise NoBundle(f"{database} is not a bundle of kb ({_first_line(error)}): {_AGAIN}") from None
    try:
        _refuse_another_version(database, str(version[0]) if version and version[0] else "unknown")
    except NoBundle:
        connection.close()
        raise
    return connection


def _each_once(columns: Sequence[str]) -> Iterator[str]:
    """Yield the names of columns; one that was there before gets a number, so that no object loses it."""
    taken: set[str] = set()
    for column in columns:
        name, number = column, 1
        while name in taken:
            name, number = f"{column}_{number}", number + 1
        taken.add(name)
        yield name


def _with_candidates(error: Exception) -> str:
    """Return the first line of what DuckDB says, and the names that it proposes instead of an unknown one."""
    lines = [line.strip() for line in str(error).splitlines()]
    proposed = next((line for line in lines if line.startswith(("Did you mean", "Candidate bindings"))), "")
    return f"{_first_line(error)} {proposed}".strip()[:400]


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
