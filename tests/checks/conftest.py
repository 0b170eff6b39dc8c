import datetime

import pytest

from kb.corpus import Corpus, open_corpus
from tests.conftest import ROOT

# The day on which fixtures are judged; a fixed one, so that no test changes its mind with the calendar.
TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(scope="session")
def dated_corpus(sample: Corpus) -> Corpus:
    """The sample of the project's own corpus, in the folders of the whole, seen from a fixed day."""
    whole = open_corpus(ROOT, today=TODAY)
    chosen = {record.id for record in sample.records()}
    kept = [(record, whole.origin(record)) for record in whole.records() if record.id in chosen]
    return Corpus(whole.root, kept, whole.faults, len(kept), TODAY)
