"""``kb pareto``: the plot, the table, JSON, CSV, SVG, and what cannot be asked."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kb.cli.scatter import DOUBTED, LETTERS, REST, Dot, letter_of, scatter
from kb.plots.scale import Scale
from tests.cli.conftest import Command

MODEL = "deepseek-r1-0528"


class TestTerminal:
    """What a person reads."""

    def test_the_plot_and_the_frontier(self, kb: Command) -> None:
        done = kb("pareto", MODEL)
        assert done.code == 0
        lines = done.out.splitlines()
        assert re.fullmatch(rf"{MODEL}: serving, [\d,]+ in / [\d,]+ out.*", lines[0])
        assert lines[1].startswith("output tok/s per card")
        assert re.search(r"^a [a-z0-9-]+; b ", done.out, re.MULTILINE)
        frontier = json.loads(kb("pareto", MODEL, "--json").out)["frontier"]
        table = re.findall(r"^ *(\d+) +[\d.,]+ +[\d.,]+ +concurrency [\d,]+ +\w+$", done.out, re.MULTILINE)
        assert table == [str(n + 1) for n in range(len(frontier))]
        assert {name.partition("#")[0] for name in frontier} <= set(done.out.split())
        assert 'other loads, each with a frontier of its own; --load "WORDS"' in done.out

    def test_a_capital_for_each_point_of_the_frontier(self, kb: Command) -> None:
        found = json.loads(kb("pareto", MODEL, "--json").out)
        plot = kb("pareto", MODEL).out.split("\na ")[0]
        drawn = re.findall(r"(?<=│).*", plot)
        assert 1 <= sum(c.isupper() for line in drawn for c in line) <= len(found["frontier"])

    def test_cost_is_at_the_price_of_the_asker(self, kb: Command) -> None:
        done = kb("pareto", MODEL, "--usd-per-card-hour", "3")
        assert "USD/M tokens" in done.out
        assert "at 3 USD per card and hour, your price" in done.out.replace("\n    ", " ")

    def test_without_a_price_none_is_made_up(self, kb: Command) -> None:
        done = kb("pareto", MODEL, "--cost")
        assert "USD/M tokens" not in done.out
        assert "no price is recorded for" in done.out
        assert "tokens/J at least" in done.out

    def test_no_point(self, kb: Command) -> None:
        done = kb("pareto", MODEL, "--tier", "measured")
        assert done.code == 0
        assert done.out.startswith(f"{MODEL}: no point can be placed\n")
        assert "tier below measured" in done.out

    @pytest.mark.parametrize("columns", ["40", "80", "200"])
    def test_the_plot_fits_the_terminal(self, kb: Command, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
        monkeypatch.setenv("COLUMNS", columns)
        plot = kb("pareto", MODEL).out.split("\na ")[0]
        assert max(map(len, plot.splitlines()[1:])) <= int(columns)

    def test_a_terminal_without_lines_gets_ascii(self, kb_process: Command) -> None:
        done = kb_process("pareto", MODEL, PYTHONIOENCODING="ascii")
        assert done.code == 0
        assert done.out.isascii()
        assert "\\u" not in done.out
        assert re.search(r"^ *\+-{20,}$", done.out, re.MULTILINE)


class TestPrograms:
    """JSON, CSV and SVG."""

    def test_json_has_every_point_with_its_cost(self, kb: Command) -> None:
        found = json.loads(kb("pareto", MODEL, "--usd-per-card-hour", "3.6", "--json").out)
        assert found["points"]
        for point in found["points"]:
            cost = point["economy"]["usd_per_million_tokens"]
            # A thousandth of a dollar for a card and second.
            assert cost["value"] == pytest.approx(1000 / point["tok_s_per_card"])
            assert (cost["tier"], cost["note"]) == ("derived", "the price is the asker's own, and no fact of this base")
            worked_out = [
                told
                for told in cost["inputs"]
                if told["name"] not in ("cards", "usd_per_card_hour", "concurrency", "output_tokens")
            ]
            assert all(told["evidence"] for told in worked_out)

    def test_csv(self, kb: Command) -> None:
        rows = list(csv.DictReader(io.StringIO(kb("pareto", MODEL, "--csv").out)))
        found = json.loads(kb("pareto", MODEL, "--json").out)
        assert [row["case"] for row in rows] == [point["case"] for point in found["points"]]
        assert [row["on_frontier"] for row in rows].count("True") == len(found["frontier"])

    def test_svg(self, kb: Command, tmp_path: Path) -> None:
        done = kb("pareto", MODEL, "--by", "hardware", "--svg", "out.svg", "--json")
        assert json.loads(done.out)["by"] == "hardware"
        assert done.err == "kb: drawn into out.svg\n"
        assert ET.parse(tmp_path / "out.svg").getroot().get("role") == "img"
        assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out.svg"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["llama-9"], "unknown model 'llama-9'"),
        ([MODEL, "--hardware", "h1000"], "unknown hardware 'h1000'"),
        ([MODEL, "--tier", "certain"], "unknown tier 'certain'"),
        ([MODEL, "--input-tokens", "77"], "no point of deepseek-r1-0528 under that load; the loads are: serving"),
        ([MODEL, "--load", "offline", "--all-loads"], "--load and --all-loads exclude each other"),
        ([MODEL, "--json", "--csv"], "exclude each other"),
        ([MODEL, "--usd-per-card-hour", "-1"], "--usd-per-card-hour is -1; it should be above zero"),
        ([MODEL, "--svg", "no/such/folder.svg"], "there is no folder no/such; make it first"),
        ([MODEL, "--svg", "."], ". is a folder; name a file for the drawing"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_asked(kb: Command, arguments: list[str], words: str) -> None:
    done = kb("pareto", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in " ".join(done.err.split())


class TestScatter:
    """A plot in letters."""

    def test_points_stand_where_they_belong_and_the_most_important_shows(self) -> None:
        dots = [Dot(0, 0, "a", 1), Dot(10, 10, "b", 1), Dot(10, 10, "B", 2), Dot(10, 10, DOUBTED, 0)]
        lines = list(scatter(dots, Scale(0, 10, log=False), Scale(0, 10, log=False), "x name", "y name"))
        rows = [line.partition("│")[2] for line in lines if "│" in line]
        assert rows[0].strip() == "B"
        assert rows[-1] == "a"
        assert (lines[0], lines[-1].strip()) == ("y name", "x name")

    def test_letters_run_out(self) -> None:
        assert letter_of(0) == "a"
        assert letter_of(len(LETTERS)) == REST
        assert DOUBTED not in LETTERS
        assert REST not in LETTERS
