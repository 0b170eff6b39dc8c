import datetime

import pytest

from kb.corpus import Corpus, open_corpus
from tests.conftest import ROOT

# The day on which fixtures are judged; a fixed one, so that no test changes its mind with the calendar.
TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(scope="session")
def dated_corpus() -> Corpus:
    """The project's own corpus, seen from a fixed day."""
    return open_corpus(ROOT, today=TODAY)
