"""The sample of the committed tables, and a small one of made-up runs, each joined once."""

from pathlib import Path
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.innocence import Held, hold
from kb.calibration.report import report
from kb.calibration.tables import Sample
from tests.calibration.build import put, world


@pytest.fixture(scope="session")
def sample(root: Path, corpus: Corpus) -> Sample:
    """All rows of the committed tables."""
    return Sample(root, corpus)


@pytest.fixture(scope="session")
def small_root(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables of made-up runs; read it, do not change it."""
    return put(tmp_path_factory.mktemp("made-up"), world(corpus))


@pytest.fixture(scope="session")
def small(small_root: Path, corpus: Corpus) -> Sample:
    """The made-up runs."""
    return Sample(small_root, corpus)


@pytest.fixture(scope="session")
def small_report(small: Sample, small_root: Path, corpus: Corpus) -> dict[str, Any]:
    """What ``kb validate-estimator`` tells of the made-up runs."""
    return report(small, corpus, small_root)


@pytest.fixture(scope="session")
def committed_held(root: Path, corpus: Corpus) -> list[Held | str]:
    """Every committed row, held against the ceiling."""
    return list(hold(root, corpus))
