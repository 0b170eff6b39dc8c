"""Tables of measured rows: what is written is read, and what is wrong is named with file and line."""

import csv
import math
import re
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import Corpus
from kb.calibration.judged import MODEL_FIT, SGLANG_REPORT
from kb.calibration.rows import COLUMNS, LoadKind, Role, Row, read_rows, write_rows
from kb.calibration.tables import FOLDER, SCORED_ONLY, table_files
from kb.errors import BadRequest
from tests.calibration.build import row
from tests.conftest import ROOT

SEEDS = (SGLANG_REPORT, MODEL_FIT, "evokernel-spec-export-2026-04-29")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=60)
WHOLE = st.integers(1, 10**12)
ABOVE_0 = st.floats(0, 1e12, exclude_min=True)
FROM_0 = st.floats(0, 1e12)
COLUMN: dict[str, st.SearchStrategy[Any]] = {
    "load": st.sampled_from(get_args(LoadKind)),
    "role": st.sampled_from(get_args(Role)),
    "date": st.dates().map(str) | st.sampled_from(["2026", "2026-04"]),
    "input_tokens": FROM_0,
    "spread_pct": FROM_0,
}
NEEDED = ("source", "locator", "hardware", "count", "model", "quantization", "load", "role", "tpot_ms")


def _column(name: str, kind: object) -> st.SearchStrategy[Any]:
    usual = WHOLE if "int" in str(kind) else ABOVE_0 if "float" in str(kind) else TEXT
    one = COLUMN.get(name, usual)
    return one if name in NEEDED else st.none() | one


ROWS = st.fixed_dictionaries({field.name: _column(field.name, field.type) for field in fields(Row)}).map(
    lambda said: Row(**said)
)


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    """The tables of this repository, by name."""
    return {path.name: list(read_rows(path)) for path in table_files(ROOT)}


def write(path: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    """Write a table of cells as they are given."""
    with path.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns)
        table.writerows([cells.get(name, "") for name in columns] for cells in rows)
    return path


def cells(**said: str) -> dict[str, str]:
    """Return the cells of a good row, but for what is said."""
    good = {"source": "s", "locator": "l", "hardware": "h", "count": "1", "model": "m", "quantization": "q"}
    return good | {"load": "static", "role": "serve", "tpot_ms": "12.5"} | said


@given(st.lists(ROWS, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = tmp_path_factory.mktemp("rows") / "table.csv"
    write_rows(path, rows)
    assert list(read_rows(path)) == rows
    text = path.read_bytes()
    write_rows(path, list(read_rows(path)))
    assert path.read_bytes() == text


def test_a_number_keeps_its_digits(tmp_path: Path) -> None:
    write_rows(tmp_path / "t.csv", [row(tpot_ms=0.1 + 0.2, decode_tok_s=1e-300)])
    (found,) = read_rows(tmp_path / "t.csv")
    assert (found.tpot_ms, found.decode_tok_s) == (0.1 + 0.2, 1e-300)


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    (found,) = read_rows(write(tmp_path / "t.csv", cells(role="")))
    assert found == Row(
        source="s", locator="l", hardware="h", count=1, model="m", quantization="q", load="static", tpot_ms=12.5
    )


@pytest.mark.parametrize("name", ["input_tokens", "spread_pct"])
def test_a_count_that_may_be_zero(tmp_path: Path, name: str) -> None:
    (found,) = read_rows(write(tmp_path / "t.csv", cells(**{name: "0"})))
    assert getattr(found, name) == 0


@pytest.mark.parametrize("date", ["2026", "2026-04", "2026-04-30"])
def test_a_date_may_be_a_year_or_a_month(tmp_path: Path, date: str) -> None:
    (found,) = read_rows(write(tmp_path / "t.csv", cells(date=date)))
    assert found.date == date


REFUSED = [
    *(pytest.param({name: ""}, f"{name} is empty", id=f"no-{name}") for name in NEEDED[:7]),
    *(
        pytest.param({"date": date}, f"'{date}' is no date; a year, a month or a day is, as in 2026-04", id=date)
        for date in (
            "2026-13",
            "2026-02-30",
            "26",
            "202",
            "April 2026",
            "2026-W01-1",
            "20260401",
            "2026-4",
            "2026-04-1",
        )
    ),
    ({"tpot_ms": ""}, "none of tpot_ms, decode_tok_s and e2e_ms is given"),
    ({"load": "steady"}, "load is 'steady'; it should be one of static, closed, open, queued"),
    ({"role": "prefill"}, "role is 'prefill'; it should be one of serve, decode"),
    ({"count": "eight"}, "count is 'eight', which is no number"),
    ({"count": "8.0"}, "count is '8.0', which is no number"),
    ({"tpot_ms": "12,5"}, "tpot_ms is '12,5', which is no number"),
    ({"count": "0"}, "count is 0; it should be above 0, and 1e12 at most"),
    ({"tpot_ms": "0"}, "tpot_ms is 0; it should be above 0, and 1e12 at most"),
    ({"tpot_ms": "-1"}, "tpot_ms is -1; it should be above 0, and 1e12 at most"),
    ({"tpot_ms": "nan"}, "tpot_ms is nan; it should be above 0, and 1e12 at most"),
    ({"tpot_ms": "inf"}, "tpot_ms is inf; it should be above 0, and 1e12 at most"),
    ({"input_tokens": "-1"}, "input_tokens is -1; it should be at least 0, and 1e12 at most"),
    ({"note": "x" * 401}, "note is longer than 400 characters"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_a_wrong_cell_is_named_with_its_line(tmp_path: Path, said: dict[str, str], why: str) -> None:
    path = write(tmp_path / "t.csv", cells(), cells(**said))
    with pytest.raises(BadRequest, match=f"^{re.escape(f't.csv:3: {why}')}$"):
        list(read_rows(path))


def test_400_characters_are_not_too_many(tmp_path: Path) -> None:
    assert list(read_rows(write(tmp_path / "t.csv", cells(note="x" * 400))))


def test_the_line_counts_line_ends_within_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", cells(note="one\ntwo"), cells(count="x"))
    with pytest.raises(BadRequest, match=r"^t\.csv:4: count is 'x'"):
        list(read_rows(path))


@pytest.mark.parametrize("line", ["a,b", ",".join("x" * (len(COLUMNS) + 1))], ids=["short", "long"])
def test_a_row_has_as_many_cells_as_columns(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "t.csv")
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(BadRequest, match=rf"^t\.csv:2: {len(COLUMNS)} cells are expected in a row$"):
        list(read_rows(path))


@pytest.mark.parametrize(
    "columns",
    [COLUMNS[:-1], (*COLUMNS, "more"), (*COLUMNS[:-2], *COLUMNS[:-3:-1]), (), ("\ufeffsource", *COLUMNS[1:])],
    ids=["fewer", "more", "another-order", "none", "byte-order-mark"],
)
def test_the_columns_are_those_of_a_row(tmp_path: Path, columns: tuple[str, ...]) -> None:
    with pytest.raises(BadRequest, match=r"^t\.csv:1: the columns should be source,locator,hardware,.*,aside,note$"):
        list(read_rows(write(tmp_path / "t.csv", columns=columns)))


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    (tmp_path / "t.csv").touch()
    with pytest.raises(BadRequest, match=r"^t\.csv:1: the columns should be "):
        list(read_rows(tmp_path / "t.csv"))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"t\.csv: No such file or directory$"):
        list(read_rows(tmp_path / "t.csv"))


def test_bytes_that_are_no_text_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"source,\xff\xfe\n")
    with pytest.raises(BadRequest, match=r"^t\.csv: not a CSV file in UTF-8: "):
        list(read_rows(tmp_path / "t.csv"))


def test_a_cell_beyond_all_bounds_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"^t\.csv: not a CSV file in UTF-8: field larger"):
        list(read_rows(write(tmp_path / "t.csv", cells(note="x" * 200_000))))


class TestCommitted:
    """The tables of this repository."""

    def test_they_are_those_that_are_named(self, tables: dict[str, list[Row]]) -> None:
        assert len(tables) >= 7
        assert set(SCORED_ONLY) <= set(tables)
        assert all(tables.values())

    def test_reading_and_writing_changes_no_byte(self, tables: dict[str, list[Row]], tmp_path: Path) -> None:
        for name, rows in tables.items():
            write_rows(tmp_path / name, rows)
            assert (tmp_path / name).read_bytes() == (ROOT / FOLDER / name).read_bytes(), name

    def test_every_id_is_that_of_a_record(self, tables: dict[str, list[Row]], corpus: Corpus) -> None:
        rows = [one for table in tables.values() for one in table]
        for column, kind in (
            ("source", "sources"),
            ("hardware", "hardware"),
            ("model", "models"),
            ("quantization", "quantizations"),
            ("engine", "engines"),
        ):
            named = {getattr(one, column) for one in rows} - {None}
            assert not sorted(named - set(corpus.shelf(kind))), f"no record in data/{kind}"

    def test_locators_are_unique(self, tables: dict[str, list[Row]]) -> None:
        for name, rows in tables.items():
            places = Counter((one.source, one.locator) for one in rows)
            assert not [place for place, times in places.items() if times > 1], name

    def test_no_seed_is_in_them(self, tables: dict[str, list[Row]], corpus: Corpus) -> None:
        cited = {one.source for rows in tables.values() for one in rows}
        assert set(SEEDS) <= set(corpus.sources), "a seed's source has another name now; change it here"
        assert not cited & set(SEEDS)

    def test_no_cell_names_a_place_on_somebodys_machine(self) -> None:
        place = re.compile(r"(?:^|[\s,\"'(])(?:/(?:home|root|tmp|work|Users|mnt|opt|var)/|[A-Z]:\\|~/|file:)")
        for path in table_files(ROOT):
            assert not place.search(path.read_text(encoding="utf-8")), path.name

    def test_every_row_that_is_set_aside_says_why(self, tables: dict[str, list[Row]]) -> None:
        said = {one.aside for rows in tables.values() for one in rows if one.aside}
        assert min(map(len, said)) >= len("weak host")

    def test_a_rate_and_a_time_agree_where_both_are_printed(self, tables: dict[str, list[Row]]) -> None:
        # Rates count idle time and ends of runs; a factor of ten would be a wrong unit or a wrong column.
        off = [
            (name, one.locator)
            for name, rows in tables.items()
            for one in rows
            if one.tpot_ms and one.decode_tok_s and one.in_flight and one.aside is None
            if abs(math.log(one.in_flight / (one.tpot_ms / 1e3) / one.decode_tok_s)) > math.log(10)
        ]
        assert not off
