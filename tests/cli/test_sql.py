"""``kb sql``: tables and columns, formats, limits, and help with slips."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import Bundle, open_bundle
from kb.bundle.listing import listing
from kb.bundle.tables import TABLES
from kb.errors import BadRequest
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


class TestListing:
    def test_names_every_table_with_its_rows(self, opened: Bundle) -> None:
        columns, rows = listing(opened, ".tables")
        assert columns == ["table", "rows", "holds"]
        assert {row[0] for row in rows} == {table.name for table in TABLES}
        assert all(row[2] for row in rows)
        counted = {row[0]: row[1] for row in rows}
        assert counted["cases"] == opened.rows("SELECT count(*) AS n FROM cases")[0]["n"]

    def test_names_every_column_with_its_type(self, opened: Bundle) -> None:
        _, rows = listing(opened, ".schema")
        assert [row[1] for row in rows if row[0] == "cases"] == [
            column.name for table in TABLES if table.name == "cases" for column in table.columns
        ]

    def test_of_one_table(self, opened: Bundle) -> None:
        _, rows = listing(opened, " .schema points ; ")
        assert {row[0] for row in rows} == {"points"}
        assert ("points", "ceiling_bound_by", "VARCHAR", None) in rows

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (".schema case", "there is no table 'case'; did you mean cases"),
            (".schema xyzzy", "there is no table 'xyzzy'; there are "),
            (".tables x", "is not known; .tables, .schema and .schema TABLE are"),
            (".quit", "is not known"),
            (".", "is not known"),
            (".schema cases; DROP TABLE cases", "there is no table"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, opened: Bundle, text: str, says: str) -> None:
        with pytest.raises(BadRequest) as caught:
            listing(opened, text)
        assert says in str(caught.value)


class TestCommand:
    def test_every_format_holds_the_same_rows(self, kb: Command) -> None:
        statement = "SELECT id, tier FROM cases ORDER BY id LIMIT 3"
        as_json = json.loads(kb("sql", statement, "--format", "json").out)
        as_csv = list(csv.DictReader(io.StringIO(kb("sql", statement, "--format", "csv").out)))
        assert as_json == as_csv
        markdown = kb("sql", statement, "--format", "markdown").out.splitlines()
        assert markdown[:2] == ["| id | tier |", "| --- | --- |"]
        assert markdown[2] == f"| {as_json[0]['id']} | {as_json[0]['tier']} |"

    def test_a_statement_may_come_from_standard_input(self, kb: Command) -> None:
        assert kb("sql", "-", "--format", "csv", stdin=b"SELECT 1 AS a,\n 2 AS b\n").out == "a,b\n1,2\n"
        assert kb("sql", "-", stdin=b"\xff\xfe").err == "kb: standard input is not UTF-8\n"
        assert "more than 100,000 characters" in kb("sql", "-", stdin=b"x" * 100_001).err

    def test_the_schema_comes_in_every_format_too(self, kb: Command) -> None:
        rows = json.loads(kb("sql", ".schema meta", "--format", "json").out)
        assert [row["column"] for row in rows] == ["key", "value"]

    @pytest.mark.parametrize(
        ("statement", "says"),
        [
            ("SELECT titel FROM cases", 'Candidate bindings: "title"'),
            ("SELECT * FROM casess", 'Did you mean "cases'),
        ],
    )
    def test_a_slip_brings_the_names_that_are_near(self, kb: Command, statement: str, says: str) -> None:
        done = kb("sql", statement)
        assert done.code == 2
        assert says in done.err
        assert done.err.count("\n") == 1

    def test_a_query_without_end_is_stopped(self, kb: Command) -> None:
        done = kb("sql", "SELECT count(*) FROM range(1000000) a, range(1000000) b", "--timeout", "0.2")
        assert (done.code, done.err) == (
            2,
            "kb: the query was stopped after 0.2 s; join on a condition, or ask for less\n",
        )

    def test_an_answer_that_is_too_long_is_refused(self, kb: Command) -> None:
        done = kb("sql", "SELECT * FROM range(11)", "--max-rows", "10")
        assert (done.code, done.err) == (2, "kb: the answer has more than 10 rows; add a LIMIT\n")

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))",
            "SELECT len(range(1000000000))",
            "SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))",
        ],
    )
    def test_one_call_that_takes_for_ever_or_all_memory_is_stopped(self, kb_process: Command, statement: str) -> None:
        done = kb_process("sql", statement, "--timeout", "0.2")
        assert done.code == 2
        assert done.out == ""
        assert done.err.startswith("kb: ")
        assert done.err.count("\n") == 1

    @pytest.mark.parametrize("option", [("--timeout", "0"), ("--timeout", "inf"), ("--max-rows", "0")])
    def test_limits_have_limits(self, kb: Command, option: tuple[str, str]) -> None:
        assert kb("sql", "SELECT 1", *option).code == 2
