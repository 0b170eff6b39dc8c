"""The tables of measured rows in ``calibration/rows``, and what each of them is used for."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kb.calibration.observed import Joined, Observation, join
from kb.calibration.rows import read_rows
from kb.corpus import Corpus
from kb.errors import BadRequest

FOLDER = Path("calibration") / "rows"
# Example output that a recipe's author pasted, and audited runs that state no prompt length, are scored, not fitted:
# nobody says how well the first were tuned, and a step cannot be worked out for the second.
SCORED_ONLY = ("recipes.csv", "mlperf.csv", "other-vendors.csv")


def table_files(root: Path) -> list[Path]:
    """Return the tables below ``root``, in order of name.

    Raises:
        BadRequest: there are none.
    """
    files = sorted((root / FOLDER).glob("*.csv"))
    if not files:
        raise BadRequest(f"{FOLDER.as_posix()} holds no tables; run this in a checkout of the repository")
    return files


def fingerprint(files: Sequence[Path]) -> str:
    """Return a short hash of the tables."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


class Sample:
    """All rows that can be held against an estimate, by use.

    Attributes:
        observations: every one of them, in order of table and row.
        fitted: for each, whether it may be fitted; all of them are scored.
        joined: with the reasons why other rows cannot be used.
    """

    def __init__(self, root: Path, corpus: Corpus) -> None:
        """Read and join all tables.

        Raises:
            BadRequest: a table cannot be read, or a row names a record that is not there.
        """
        self.files = table_files(root)
        self.observations: list[Observation] = []
        self.fitted: list[bool] = []
        self.joined = Joined()
        self.rows = 0
        for file in self.files:
            rows = list(read_rows(file))
            self.rows += len(rows)
            found = join(rows, corpus)
            self.joined.merge(found)
            for observation in found.observations:
                if observation.deployment.speculates or observation.row.load == "queued":
                    self.joined.count("drafted tokens, or the sequences in flight, are not known")
                    continue
                self.observations.append(observation)
                self.fitted.append(file.name not in SCORED_ONLY)

    @property
    def fingerprint(self) -> str:
        """Return the hash of the tables."""
        return fingerprint(self.files)
