"""The sample of the committed cases, and a small one of made-up runs, each joined once."""

from typing import Any

import pytest

from kb import Corpus
from kb.calibration.innocence import Held, hold
from kb.calibration.report import report
from kb.calibration.tables import Sample
from tests.calibration.build import among, world


@pytest.fixture(scope="session")
def sample(corpus: Corpus) -> Sample:
    """All points of the committed collections."""
    return Sample(corpus)


@pytest.fixture(scope="session")
def small_corpus(corpus: Corpus) -> Corpus:
    """The project's own records, with made-up runs for its measured collections."""
    return among(corpus, world(corpus))


@pytest.fixture(scope="session")
def small(small_corpus: Corpus) -> Sample:
    """The made-up runs."""
    return Sample(small_corpus)


@pytest.fixture(scope="session")
def small_report(small: Sample, small_corpus: Corpus) -> dict[str, Any]:
    """What ``kb validate-estimator`` tells of the made-up runs."""
    return report(small, small_corpus)


@pytest.fixture(scope="session")
def committed_held(corpus: Corpus) -> list[Held | str]:
    """Every point of the committed collections, held against the ceiling."""
    return list(hold(corpus))
