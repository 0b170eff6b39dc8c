"""The day that a case is from."""

from pathlib import Path

import duckdb
import pytest

from kb import open_corpus
from kb.bundle.case_day import case_day
from kb.bundle.content import Content
from tests.search.small import Made, bundle_of

MODEL = "qwen3-8b"
CARDS = ("rtx-5080",)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    home = tmp_path_factory.mktemp("days")
    bundle_of(
        home,
        (
            Made("case-measured", MODEL, CARDS, measured="2025-02", submitted="2025-03-01", version="1.0.0"),
            Made("case-submitted", MODEL, CARDS, submitted="2025-03-01", version="1.0.0"),
            Made("case-engine", MODEL, CARDS, version="v1.1.0", dated=True),
            Made("case-published", MODEL, CARDS, dated=True),
            Made("case-nothing", MODEL, CARDS),
            # The data are of 31 March 2026: a run "of 2026" may have been in December, but not for this base.
            Made("case-later", MODEL, CARDS, measured="2026"),
        ),
    )
    return Content(open_corpus(home))


@pytest.mark.parametrize(
    ("case", "day", "by"),
    [
        ("case-measured", "2025-02-28", "measured"),
        ("case-submitted", "2025-03-01", "submitted"),
        ("case-engine", "2025-06-30", "engine-release"),
        ("case-published", "2025-03-31", "published"),
        ("case-later", "2026-03-31", "measured"),
    ],
)
def test_is_that_of_the_run_or_what_comes_nearest(content: Content, case: str, day: str, by: str) -> None:
    found, dated_by = case_day(content.corpus.cases[case], content)
    assert (str(found), dated_by) == (day, by)


def test_is_absent_where_nothing_dates_it(content: Content) -> None:
    assert case_day(content.corpus.cases["case-nothing"], content) == (None, None)


def test_is_a_column_of_cases(content: Content) -> None:
    path = Path(content.corpus.root) / "dist" / "parquet" / "cases.parquet"
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT day, dated_by FROM '{path}' WHERE id = 'case-engine'").fetchall()
    assert rows == [("2025-06-30", "engine-release")]
