"""A bundle as a browser has it: the index, later perhaps the tables, and never DuckDB."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kb.bundle.index import Index, StoredNames
from kb.bundle.reader import MEMORY_LIMIT, Bundle
from kb.errors import NoBundle
from kb.names import Gone
from kb.site.in_browser.tables import TABLES_FILE, Tables


class BrowserBundle(Bundle):
    """The bundle in ``folder``, of which ``search.sqlite`` is there; ``tables.sqlite`` may come later.

    ``removed`` tells what became of removed ids, of which each has a file in a whole bundle.
    """

    def __init__(self, folder: Path, removed: Mapping[str, Gone]) -> None:
        super().__init__(folder, MEMORY_LIMIT)
        self.index.names = _Names(self.index, removed)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of one of our own queries, as dictionaries.

        Raises:
            NoBundle: the tables are not there.
        """
        return list(self._tables.rows(statement, parameters))

    @cached_property
    def _tables(self) -> Tables:
        path = self.folder / TABLES_FILE
        if not path.is_file():
            raise NoBundle("the tables were not loaded; load the page again")
        return Tables(path, self.index.path)

    def close(self) -> None:
        """Let go of the files."""
        super().close()
        if "_tables" in self.__dict__:
            self._tables.close()


class _Names(StoredNames):
    def __init__(self, index: Index, removed: Mapping[str, Gone]) -> None:
        super().__init__(index)
        self._removed = removed

    def gone(self, text: str) -> Gone | None:
        """Return what became of a removed id; None of anything else."""
        return self._removed.get(text)
