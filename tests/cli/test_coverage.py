"""``kb coverage`` and ``kb disputes``: what they print, with which exit code."""

import csv
import io
import json
from typing import Any

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def _data(text: str) -> Any:
    return json.loads(text)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestCoverage:
    """The matrix."""

    @pytest.mark.parametrize("by", ["model", "family", "lab"])
    @pytest.mark.parametrize("width", [80, 120, 200])
    def test_it_fits_the_terminal_and_counts_the_rest(
        self, kb: Command, monkeypatch: pytest.MonkeyPatch, by: str, width: int
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        done = kb("coverage", "--by", by)
        assert done.code == 0
        lines = done.out.splitlines()
        assert max(map(len, lines)) <= width
        whole = _data(kb("coverage", "--by", by, "--json").out)
        shown = next(line for line in lines if line.startswith("hardware")).split()[2:]
        cells = next(line for line in lines if line.startswith(whole["hardware"][0]["id"]))
        assert len(shown) >= 3 or width == 80
        first = whole["hardware"][0]
        assert f"{first['cases']}/{first['points']} {first['best_tier'][0].upper()} " in cells
        (rest,) = [line for line in lines if line.startswith("... and ")]
        cards = len(whole["hardware"]) - 15
        assert f"{cards} more card" in rest
        assert rest.endswith("; --csv has all")

    def test_csv_and_json_have_every_pair(self, kb: Command) -> None:
        rows = _rows(kb("coverage", "--csv").out)
        cells = _data(kb("coverage", "--json").out)["cells"]
        assert [(row["hardware"], row["model"], int(row["cases"])) for row in rows] == [
            (cell["hardware"], cell["model"], cell["cases"]) for cell in cells
        ]
        assert list(rows[0]) == list(cells[0])

    def test_one_pair(self, kb: Command) -> None:
        done = kb("coverage", "--model", "dsr1", "--hardware", "ascend-910b")
        assert done.code == 0
        assert "in all: 1 case, " in done.out
        assert "..." not in done.out

    def test_nothing_in_the_scope(self, kb: Command) -> None:
        assert kb("coverage", "--model", "dsr1", "--hardware", "apple-m1").out == "no case in this scope\n"
        assert _rows(kb("coverage", "--model", "dsr1", "--hardware", "apple-m1", "--csv").out) == []


class TestGaps:
    """Pairs that are asked for and not measured."""

    def test_for_people(self, kb: Command) -> None:
        done = kb("coverage", "--gaps", "4")
        assert done.code == 0
        assert done.out.startswith("missing   expected   cases")
        assert "expected = cases of the card x cases of the model / all " in done.out
        assert "tok/s" in done.out
        assert max(map(len, done.out.split("expected = ")[0].splitlines())) <= 80

    def test_for_programs(self, kb: Command) -> None:
        rows = _rows(kb("coverage", "--gaps", "4", "--csv").out)
        answer = _data(kb("coverage", "--gaps", "4", "--json").out)
        assert len(rows) == len(answer["gaps"]) == 4
        for row, gap in zip(rows, answer["gaps"], strict=True):
            assert (row["hardware"], row["model"]) == (gap["hardware"], gap["model"])
            assert float(row["missing_cases"]) == gap["missing_cases"]
            assert (int(row["cards"]), row["format"]) == (gap["estimate"]["cards"], gap["estimate"]["quantization"])
            assert row["low_tok_s"] == str(gap["estimate"]["low"] or "")

    def test_none_in_the_scope(self, kb: Command) -> None:
        # No case names this card, so that nothing tells its demand.
        done = kb("coverage", "--hardware", "apple-m1", "--gaps", "4")
        assert done.code == 0
        assert done.out.startswith("no gap in this scope\n")


class TestStale:
    """Pairs that nobody measured lately."""

    def test_for_people(self, kb: Command) -> None:
        done = kb("coverage", "--stale", "--months", "1")
        assert done.code == 0
        assert done.out.startswith("newest ")
        assert "more than 1 month older than the newest of the base" in done.out
        assert max(map(len, done.out.split("stale: ")[0].splitlines())) <= 80

    def test_for_programs(self, kb: Command) -> None:
        rows = _rows(kb("coverage", "--stale", "--months", "1", "--by", "lab", "--csv").out)
        stale = _data(kb("coverage", "--stale", "--months", "1", "--by", "lab", "--json").out)["stale"]
        assert rows
        for row, pair in zip(rows, stale, strict=True):
            assert (row["hardware"], row["lab"], row["newest"]) == (pair["hardware"], pair["lab"], pair["newest"])
            assert int(row["cases"]) == len(pair["cases"])
            assert row["newest_case"] == pair["cases"][0]["case"]

    def test_none(self, kb: Command) -> None:
        assert kb("coverage", "--stale", "--months", "600").out.startswith("0 stale pairs\n")


class TestDisputes:
    """Numbers on which sources differ."""

    def test_for_people(self, kb: Command) -> None:
        done = kb("disputes", "--kind", "hardware", "--limit", "3")
        assert done.code == 0
        lines = done.out.splitlines()
        assert max(map(len, lines)) <= 80
        assert sum(line.startswith("hardware ") for line in lines) == 3
        assert sum(line.startswith("  takes ") for line in lines) == 3
        assert sum(line.startswith("  not ") for line in lines) >= 3
        assert lines[-1].endswith(" disputes, 3 shown; a higher --limit shows more, --csv has all")

    def test_of_one_record(self, kb: Command) -> None:
        done = kb("disputes", "--record", "b300-sxm", "--min-spread", "1000")
        assert done.code == 0
        assert "hardware b300-sxm: peak/int8_tops, spread " in done.out
        assert "why: " not in done.out

    def test_for_programs(self, kb: Command) -> None:
        answer = _data(kb("disputes", "--json").out)
        rows = _rows(kb("disputes", "--csv").out)
        assert answer["count"] == len(answer["disputes"]) == sum(row["taken"] == "True" for row in rows)
        assert len(rows) == sum(1 + len(one["others"]) for one in answer["disputes"])
        spreads = [one["spread_pct"] for one in answer["disputes"] if one["spread_pct"] is not None]
        assert spreads == sorted(spreads, reverse=True)
        assert all(side["why"] for one in answer["disputes"] for side in one["others"])

    def test_none(self, kb: Command) -> None:
        assert kb("disputes", "--kind", "engine").out == "no dispute\n"


class TestBadInput:
    """Each gets a sentence and exit 2."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["coverage", "--model", "deepseek-r1x"], "did you mean deepseek-r1"),
            (["coverage", "--hardware", "h100-sxm6"], "unknown hardware 'h100-sxm6'; did you mean"),
            (["coverage", "--vendor", "nvida"], "unknown vendor 'nvida'; did you mean nvidia?"),
            (["coverage", "--vendor", "amd", "--hardware", "mi300x"], "--vendor chooses among cards"),
            (["coverage", "--by", "maker"], "maker"),
            (["coverage", "--gaps", "0"], "--gaps is 0; it should be at least 1"),
            (["coverage", "--gaps", "many"], "--gaps"),
            (["coverage", "--gaps", "3", "--by", "lab"], "--by lab is for the matrix"),
            (["coverage", "--gaps", "3", "--stale"], "exclude each other"),
            (["coverage", "--months", "3"], "give both"),
            (["coverage", "--stale", "--months", "0"], "--months is 0; it should be from 1 to 600"),
            (["coverage", "--json", "--csv"], "exclude each other"),
            (["disputes", "--kind", "gadgets"], "unknown kind 'gadgets'"),
            (["disputes", "--record", "h100-sxm6"], "did you mean"),
            (["disputes", "--min-spread", "-1"], "--min-spread is -1"),
            (["disputes", "--min-spread", "nan"], "--min-spread is nan"),
            (["disputes", "--min-spread", "much"], "--min-spread"),
            (["disputes", "--limit", "0"], "--limit is 0"),
            (["disputes", "--json", "--csv"], "exclude each other"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_is_told_in_one_sentence(self, kb: Command, arguments: list[str], says: str) -> None:
        done = kb(*arguments)
        assert done.code == 2
        assert says in done.err
        assert done.out == ""
