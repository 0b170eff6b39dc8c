"""The scripts look shapes up in the project's own records, which are read once."""

import pytest

from curation import argonne
from kb import Corpus


@pytest.fixture(autouse=True)
def _records(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argonne, "_corpus", lambda: corpus)
