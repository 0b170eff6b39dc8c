"""One open bundle and its vocabulary."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import Bundle, open_bundle
from kb.search.query import vocabulary
from kb.search.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


@pytest.fixture(scope="session")
def known(opened: Bundle) -> Vocabulary:
    return vocabulary(opened)
