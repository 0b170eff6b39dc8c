"""What people type is understood, and what must come first does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import Bundle, open_bundle
from tests.search.golden import Golden, faults_of, golden_queries

QUERIES = golden_queries()


@pytest.fixture(scope="module")
def whole(whole_bundle: Path) -> Iterator[Bundle]:
    """All records: what comes first depends on all that is there."""
    with open_bundle(whole_bundle) as opened:
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
