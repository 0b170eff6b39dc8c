"""A sentence as SQL finds what the sentence finds."""

import pytest

from kb import Bundle
from kb.search.as_sql import as_sql
from kb.search.matching import numbers_in
from kb.search.query import ranked, statement
from kb.search.understand import understand
from kb.search.vocabulary import Vocabulary
from tests.search.golden import golden_queries

ASKED = sorted({golden.ask for golden in golden_queries()})


@pytest.mark.parametrize("part", range(8))
def test_the_statement_gives_the_cases_that_answer_wholly(opened: Bundle, known: Vocabulary, part: int) -> None:
    compared = found = 0
    for sentence in ASKED[part::8]:
        asked = understand(sentence, known)
        if asked.is_empty:
            continue
        whole = ranked(opened.index, asked, known, 1).whole
        expected = {opened.index.case(number)["id"] for number in numbers_in(whole)}
        rows = opened.sql(as_sql(asked, known))[1]
        assert {row[0] for row in rows} == expected, sentence
        compared += 1
        found += bool(expected)
    assert compared > 10
    assert found > 3


def test_what_is_typed_stays_a_text(opened: Bundle) -> None:
    written = statement(opened, "o'brien'); DROP TABLE cases; -- on h100")
    assert opened.sql(written)[1] == []
    assert opened.sql("SELECT count(*) FROM cases")[1][0][0] > 0
