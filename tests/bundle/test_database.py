"""The DuckDB file: readable by people, by programs, and by clients of DuckDB 1.x."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from kb import Corpus
from kb.bundle.tables import TABLES
from kb.evidence import facts_of
from kb.records import KINDS, TIERS

JOIN = """
SELECT cases.id, hardware.name, evidence.url
FROM cases
JOIN hardware ON hardware.id = cases.hardware
JOIN evidence ON evidence.record = cases.id AND evidence.kind = 'case'
WHERE cases.id = 'case-dsr1-asc910bx16-mindie-001'
"""


@pytest.fixture(scope="module")
def database(database_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database_file), read_only=True) as connection:
        yield connection


def one(database: duckdb.DuckDBPyConnection, statement: str) -> object:
    row = database.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_the_relations_of_the_contract_are_there(database: duckdb.DuckDBPyConnection) -> None:
    names = {row[0] for row in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert names == {table.name for table in TABLES}
    assert {kind.plural for kind in KINDS.values()} | {"points", "facts", "evidence", "findings", "aliases"} <= names


def test_every_table_says_what_it_is(database: duckdb.DuckDBPyConnection) -> None:
    bare = "SELECT table_name FROM duckdb_tables() WHERE coalesce(comment, '') = ''"
    assert database.execute(bare).fetchall() == []


def test_comments_of_columns_are_kept(database: duckdb.DuckDBPyConnection) -> None:
    kept = set(
        database.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"
        ).fetchall()
    )
    assert kept == {(table.name, c.name, c.comment) for table in TABLES for c in table.columns if c.comment}


def test_a_join_of_cases_hardware_and_evidence_answers(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute(JOIN).fetchall()
    assert rows
    assert all(all(row) for row in rows)


def test_every_number_has_a_tier_and_evidence_that_is_there(database: duckdb.DuckDBPyConnection) -> None:
    tiers = {row[0] for row in database.execute("SELECT DISTINCT tier FROM facts").fetchall()}
    assert tiers <= set(TIERS)
    dangling = """
        SELECT f.record, f.pointer FROM (SELECT record, kind, pointer, unnest(evidence) AS id FROM facts) f
        ANTI JOIN evidence e ON e.record = f.record AND e.kind = f.kind AND e.id = f.id
    """
    assert database.execute(dangling).fetchall() == []
    assert one(database, "SELECT count(*) FROM facts WHERE len(evidence) = 0") == 0


def test_every_number_of_the_records_is_a_row(database: duckdb.DuckDBPyConnection, sample: Corpus) -> None:
    taken = sum(1 for record in sample.records() for _ in facts_of(record))
    disputed = sum(len(fact.disputed) for record in sample.records() for _, fact in facts_of(record))
    assert one(database, "SELECT count(*) FROM facts WHERE NOT disputed") == taken
    assert one(database, "SELECT count(*) FROM facts WHERE disputed") == disputed
    assert disputed > 0
    assert one(database, "SELECT count(*) FROM facts WHERE disputed AND why IS NULL") == 0


def test_points_have_load_results_and_verdict_as_columns(database: duckdb.DuckDBPyConnection, sample: Corpus) -> None:
    columns = {row[0] for row in database.execute("DESCRIBE points").fetchall()}
    assert {
        "case_id",
        "input_tokens",
        "output_tokens",
        "batch",
        "concurrency",
        "decode_tok_s",
        "ttft_ms_p50",
        "verdict",
        "ceiling_tok_s",
    } <= columns
    for case in sample.cases.values():
        values = database.execute(
            "SELECT decode_tok_s FROM points WHERE case_id = ? ORDER BY point", [case.id]
        ).fetchall()
        assert [row[0] for row in values] == [
            p.results.decode_tok_s.value if p.results.decode_tok_s else None for p in case.points
        ]


def test_cases_have_tier_and_verdict(database: duckdb.DuckDBPyConnection, sample: Corpus) -> None:
    assert one(database, "SELECT count(*) FROM cases WHERE tier IS NOT NULL AND verdict IS NOT NULL") == len(
        sample.cases
    )


def test_aliases_hold_every_way_to_call_a_record(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute("SELECT name, how FROM aliases WHERE id = 'h100-sxm5-80gb'").fetchall()
    assert ("h100-sxm5-80gb", "id") in rows
    assert ("h100-sxm5", "former id") in rows
    assert one(database, "SELECT id FROM aliases WHERE name = 'dsr1'") == "deepseek-r1"


def test_references_of_cases_are_present_ids(database: duckdb.DuckDBPyConnection) -> None:
    for column, table in (
        ("model", "models"),
        ("hardware", "hardware"),
        ("engine", "engines"),
        ("quantization", "quantizations"),
    ):
        lost = f"SELECT id, {column} FROM cases WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {table})"
        assert database.execute(lost).fetchall() == [], column


def test_a_client_of_duckdb_1_reads_it(bundle: Path, root: Path) -> None:
    client = root / ".venv-duckdb1"
    how = "make .venv-duckdb1"
    if not (client / "duckdb").is_dir():
        pytest.fail(f"no DuckDB 1.x client in .venv-duckdb1; run: {how}")
    code = (
        "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
        " print(json.dumps([duckdb.__version__, c.execute(sys.argv[2]).fetchall(),"
        " c.execute('SELECT count(*) FROM duckdb_tables() WHERE comment IS NOT NULL').fetchone()[0]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bundle / "kb.duckdb"), JOIN],
        env={**os.environ, "PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
        check=True,
    )
    version, rows, comments = json.loads(done.stdout)
    assert version.startswith("1.")
    assert rows
    assert comments == len(TABLES)
