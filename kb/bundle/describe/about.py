"""What both descriptions say of the dataset as a whole, and how its tables lie in files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kb.bundle.columns import Column
from kb.bundle.parquet import PARTITIONS, files_of
from kb.bundle.table import Table

NAME = "inference-kb"
TITLE = "Inference knowledge base"
DESCRIPTION = (
    "Accelerators, servers, links, models, engines, quantizations, cases and claims of large-model inference; every"
    " number with its evidence and the tier that the evidence supports."
)
# As CITATION.cff has them.
CREATOR = "inference-kb contributors"
KEYWORDS = ["large language models", "inference", "benchmarks", "accelerators"]
LICENSE = "CC-BY-SA-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"


@dataclass(frozen=True)
class Laid:
    """How a table lies in a bundle: its files, the columns in them, and the columns that only their folders name."""

    table: Table
    files: tuple[Path, ...]
    columns: tuple[Column, ...]
    by: tuple[str, ...]

    @property
    def comment(self) -> str:
        """Return what a row is, and how the rows are divided."""
        if not self.by:
            return self.table.comment
        return f"{self.table.comment} Divided by {' and '.join(self.by)}, which stand in the names of the folders only."


def laid(folder: Path, table: Table) -> Laid:
    """Return how a table lies in the bundle in ``folder``."""
    files = tuple(files_of(folder, table.name))
    by = () if files[0].parent == folder / "parquet" else PARTITIONS[table.name].by
    return Laid(table, files, tuple(c for c in table.columns if c.name not in by), by)


def sha256(path: Path) -> str:
    """Return the checksum of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
