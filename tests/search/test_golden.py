"""What people type is understood, and what must come first does."""

from collections.abc import Iterator

import pytest

from kb import Bundle, Corpus, open_bundle
from kb.bundle.content import Content
from kb.bundle.index import INDEX
from kb.bundle.reader import DATABASE
from kb.bundle.search_index import write_index
from tests.search.golden import Golden, faults_of, golden_queries

QUERIES = golden_queries()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Iterator[Bundle]:
    """The index of all records: what comes first depends on all that is there. Nothing asks the database."""
    folder = tmp_path_factory.mktemp("whole")
    write_index(Content(corpus), folder / INDEX)
    (folder / DATABASE).touch()
    with open_bundle(folder) as opened:
        yield opened


def _marked(golden: Golden) -> object:
    marks = [pytest.mark.xfail(strict=True, reason="known to fail")] if golden.not_yet else []
    return pytest.param(golden, id=f"{golden.file}: {golden.ask}", marks=marks)


@pytest.mark.parametrize("golden", [_marked(golden) for golden in QUERIES])
def test_a_query_is_understood_and_answered(golden: Golden, whole: Bundle) -> None:
    assert faults_of(golden, whole) == []


def test_there_are_as_many_as_promised_in_both_languages() -> None:
    chinese = [golden for golden in QUERIES if not golden.ask.isascii()]
    assert len(QUERIES) >= 500
    assert len(chinese) >= 120
    assert sum(golden.not_yet for golden in QUERIES) <= len(QUERIES) // 50
    assert len({golden.ask for golden in QUERIES}) == len(QUERIES)
