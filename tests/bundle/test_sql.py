"""``Bundle.sql`` answers any reading question and can do nothing else."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Bundle, open_bundle
from kb.bundle.index import INDEX
from kb.bundle.reader import DATABASE
from kb.errors import BadRequest


@pytest.fixture(scope="module")
def opened(bundle: Path) -> Iterator[Bundle]:
    with open_bundle(bundle) as found:
        yield found


def refused(opened: Bundle, statement: str) -> str:
    with pytest.raises(BadRequest) as caught:
        opened.sql(statement)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


FILES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_ndjson_objects('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_scan('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "FROM '/etc/passwd.csv'",
    "SELECT * FROM 'https://example.org/x.parquet'",
    "SELECT * FROM read_csv('http://example.org/x.csv')",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "SELECT * FROM query('FROM ''/etc/passwd''')",
    "SELECT * FROM query_table('/etc/passwd')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM enable_profiling(save_location='made-by-sql-profile.json')",
    "SELECT * FROM enable_logging('QueryLog', storage='file', storage_path='made-by-sql-logs')",
    "EXPLAIN ANALYZE SELECT * FROM read_text('/etc/passwd')",
    "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT getenv('HOME')",
]
NOT_READING = [
    "COPY cases TO 'made-by-sql-copied.csv'",
    "COPY (SELECT 1) TO 'made-by-sql-copied.parquet' (FORMAT parquet)",
    "COPY cases FROM '/etc/passwd'",
    "ATTACH ':memory:' AS other",
    "ATTACH 'made-by-sql-other.duckdb' AS other",
    "DETACH kb",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE 'made-by-sql-export'",
    "IMPORT DATABASE 'made-by-sql-export'",
    "PRAGMA version",
    "PRAGMA enable_profiling",
    "SET threads = 1",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "USE memory",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE VIEW x AS SELECT 1",
    "CREATE MACRO x() AS 1",
    "CREATE SECRET s (TYPE s3)",
    "INSERT INTO meta VALUES ('a', 'b')",
    "UPDATE meta SET value = 'x'",
    "DELETE FROM meta",
    "DROP TABLE meta",
    "ALTER TABLE meta RENAME TO other",
    "COMMENT ON TABLE meta IS 'x'",
    "MERGE INTO meta USING (SELECT 1) ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE meta",
    "CALL pragma_version()",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "BEGIN",
    "COMMIT",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "EXPLAIN COPY cases TO 'made-by-sql-copied.csv'",
    "EXPLAIN ANALYZE COPY cases TO 'made-by-sql-copied.csv'",
    "EXPLAIN ANALYZE CREATE TEMP TABLE x AS SELECT 1",
    "explain analyze set threads = 1",
    "EXPLAIN /* */ ANALYZE CREATE TEMP TABLE x AS SELECT 1",
    "PIVOT cases ON tier USING count(*)",
]
NO_STATEMENT = ["", " ", ";", ";;", "-- nothing", "/* nothing */", "\n\t"]
NO_SQL = [
    "hello",
    "SELECT",
    "SELECT * FORM cases",
    "SELECT 'open",
    "SELECT * FROM",
    "\0",
    "SELECT ?",
    "SELECT $a",
    "SELECT nothing FROM cases",
    "SELECT * FROM nothing",
    "SELECT 1/'a'",
    "SELECT \udcff",
    "SELECT '\ud800'",
    "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "SELECT " + "NOT " * 20_000 + "true",
    "SELECT " + "+".join(["1"] * 20_000),
    "SELECT '" + "x" * 1_000_000 + "'",
]


@pytest.mark.parametrize("statement", [*FILES, *NO_SQL], ids=lambda s: ascii(s[:60]))
def test_what_reaches_out_or_is_no_sql_is_refused_in_one_sentence(opened: Bundle, statement: str) -> None:
    refused(opened, statement)


@pytest.mark.parametrize("statement", NOT_READING)
def test_what_does_not_read_is_refused_in_one_sentence_and_writes_nothing(
    opened: Bundle, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(opened, statement)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("statement", NO_STATEMENT)
def test_no_statement_is_told_so(opened: Bundle, statement: str) -> None:
    assert "holds 0" in refused(opened, statement)


@pytest.mark.parametrize(
    "statement", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE meta", "SELECT 1; SELECT 2; SELECT 3"]
)
def test_several_statements_are_refused(opened: Bundle, statement: str) -> None:
    assert "one statement at a time" in refused(opened, statement)


def test_another_database_is_out_of_reach(opened: Bundle, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE secret AS SELECT 42 AS x")
    refused(opened, f"SELECT * FROM read_duckdb('{tmp_path / 'other.duckdb'}')")
    refused(opened, f"SELECT * FROM '{tmp_path / 'other.duckdb'}'")


def test_variables_of_the_program_are_out_of_reach(opened: Bundle) -> None:
    local = [1, 2, 3]
    assert "does not exist" in refused(opened, "SELECT * FROM local")
    assert local


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1;",
        "SELECT 1 -- done",
        "FROM meta",
        "TABLE meta",
        "VALUES (1)",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
        "DESCRIBE cases",
        "SHOW TABLES",
        "SUMMARIZE meta",
        "EXPLAIN SELECT * FROM cases",
        "EXPLAIN ANALYZE SELECT * FROM cases",
        "PIVOT cases ON tier IN ('reported') USING count(*)",
    ],
)
def test_every_way_to_read_is_answered(opened: Bundle, statement: str) -> None:
    columns, rows = opened.sql(statement)
    assert columns
    assert rows


def test_a_refusal_spoils_nothing(opened: Bundle) -> None:
    refused(opened, "SELECT 1/'a'")
    assert opened.sql("SELECT count(*) FROM meta")[1][0][0] > 0


def test_columns_of_one_name_are_told_apart(opened: Bundle) -> None:
    columns, rows = opened.sql("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS b")
    assert columns == ["a", "a_1", "a_1_1", "b"]
    assert rows == [(1, 2, 3, 4)]


def test_values_of_all_types_come_through(opened: Bundle) -> None:
    _, rows = opened.sql(
        "SELECT NULL, true, 170141183460469231731687303715884105727::HUGEINT, 'nan'::DOUBLE, 'inf'::FLOAT, [1, NULL],"
        " {'a': 1}, DATE '2026-01-02', 1.10::DECIMAL(5, 2), '昇腾'"
    )
    row = rows[0]
    assert row[:3] == (None, True, 170141183460469231731687303715884105727)
    assert math.isnan(row[3])
    assert row[5:7] == ([1, None], {"a": 1})
    assert row[9] == "昇腾"


def test_what_python_cannot_hold_is_refused_in_one_sentence(opened: Bundle) -> None:
    refused(opened, "SELECT INTERVAL 3000000 YEAR")
    assert "cast it to VARCHAR" in refused(opened, "SELECT TIMESTAMPTZ '2026-01-01 00:00:00+00'")


RUNAWAY = [
    "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
]


@pytest.mark.parametrize("statement", RUNAWAY)
def test_a_runaway_query_is_stopped(opened: Bundle, statement: str) -> None:
    with pytest.raises(BadRequest, match=r"stopped after 0\.05 s"):
        opened.sql(statement, seconds=0.05)
    assert opened.sql("SELECT 1")[1] == [(1,)]


def test_an_answer_of_too_many_rows_is_refused(opened: Bundle) -> None:
    assert len(opened.sql("SELECT * FROM range(100)", most_rows=100)[1]) == 100
    with pytest.raises(BadRequest, match="more than 100 rows; add a LIMIT"):
        opened.sql("SELECT * FROM range(101)", most_rows=100)


def test_a_query_that_needs_too_much_memory_is_refused_and_nothing_spills(bundle: Path, tmp_path: Path) -> None:
    # DuckDB opens one file with one set of limits at a time, so that this takes a copy.
    for name in (DATABASE, INDEX):
        shutil.copyfile(bundle / name, tmp_path / name)
    with open_bundle(tmp_path, memory_limit="48MB") as small:
        with pytest.raises(BadRequest, match="too much memory"):
            small.sql("SELECT a.range, b.range FROM range(100000) a, range(10000) b ORDER BY a.range + b.range DESC")
        assert small.sql("SELECT 1")[1] == [(1,)]
        assert {p.name for p in tmp_path.iterdir()} == {DATABASE, INDEX}


def test_a_bundle_can_be_opened_more_than_once(opened: Bundle, bundle: Path) -> None:
    with open_bundle(bundle) as again:
        assert again.sql("SELECT 1")[1] == opened.sql("SELECT 1")[1]
        refused(again, "SELECT * FROM read_text('/etc/passwd')")
    assert opened.sql("SELECT 1")[1] == [(1,)]


@given(st.text(max_size=200))
def test_any_text_is_answered_or_refused(opened: Bundle, text: str) -> None:
    try:
        columns, _ = opened.sql(text, seconds=5)
    except BadRequest:
        return
    assert len(set(columns)) == len(columns)


@given(
    st.lists(
        st.sampled_from(
            [
                "SELECT",
                "FROM",
                "*",
                "(",
                ")",
                ",",
                ";",
                "'",
                '"',
                "cases",
                "id",
                "NULL",
                "UNION",
                "COPY",
                "TO",
                "EXPLAIN",
                "--",
                "/*",
                "=",
                "1",
            ]
        )
    )
)
def test_any_heap_of_keywords_is_answered_or_refused(opened: Bundle, words: list[str]) -> None:
    with contextlib.suppress(BadRequest):
        opened.sql(" ".join(words), seconds=5)
