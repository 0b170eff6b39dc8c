"""What all curation scripts do alike: the same bytes each time, rows that can be read, and a log that adds up."""

import dataclasses
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

from curation.tables import Log, number, read_table
from kb import Corpus
from kb.calibration.rows import Row, read_rows, write_rows
from tests.calibration.build import row
from tests.conftest import ROOT
from tests.curation.excerpts import FIXTURES, SCRIPTS, curated, lines_read

LOGS = sorted((ROOT / "calibration" / "log").glob("*.txt"))


def counts(text: str) -> tuple[int, int, int, int]:
    """Return what a log says was read, written, set aside and left out, where its parts add up."""
    found: dict[str, int] = {}
    parts: dict[str, int] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("  "):
            parts[name] += int(line.split()[0])
        else:
            name, _, figure = line.rpartition(" ")
            found[name], parts[name] = int(figure), 0
    assert list(found) == ["read", "written", "of them set aside", "left out"]
    assert parts["of them set aside"] == found["of them set aside"]
    assert parts["left out"] == found["left out"]
    return found["read"], found["written"], found["of them set aside"], found["left out"]


@pytest.mark.parametrize("script", SCRIPTS)
class TestEachScript:
    """On its excerpts."""

    def test_the_same_lines_give_the_same_bytes(self, script: str, tmp_path: Path) -> None:
        for name in ("a", "b"):
            log = Log()
            rows = curated(script, log)
            write_rows(tmp_path / f"{name}.csv", rows)
            (tmp_path / f"{name}.txt").write_text(log.text(0, rows), encoding="utf-8")
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
        assert (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()

    def test_its_log_adds_up(self, script: str) -> None:
        log = Log()
        rows = curated(script, log)
        read, written, aside, left_out = counts(log.text(lines_read(SCRIPTS[script][1]), rows))
        assert read == written + left_out
        assert (written, aside) == (len(rows), sum(one.aside is not None for one in rows))
        assert 0 < left_out < read

    def test_its_rows_can_be_read(self, script: str, tmp_path: Path) -> None:
        rows = curated(script)
        write_rows(tmp_path / "t.csv", rows)
        assert list(read_rows(tmp_path / "t.csv")) == rows

    def test_its_rows_name_records(self, script: str, corpus: Corpus) -> None:
        for one in curated(script):
            assert one.source in corpus.sources
            assert one.hardware in corpus.hardware
            assert one.model in corpus.models
            assert one.quantization in corpus.quantizations
            assert one.engine is None or one.engine in corpus.engines

    def test_its_locators_are_unique(self, script: str) -> None:
        places = Counter((one.source, one.locator) for one in curated(script))
        assert set(places.values()) == {1}

    def test_its_rows_stand_in_the_committed_table(self, script: str) -> None:
        table = read_rows(ROOT / "calibration" / "rows" / f"{script.replace('_', '-')}.csv")
        committed = {(one.source, one.locator): one for one in table}
        # An excerpt has fewer neighbours: it may hold a copy alone, and no other row of its series.
        alone = 0
        for one in curated(script):
            kept = committed.get((one.source, one.locator))
            if kept is None:
                alone += 1
            else:
                assert dataclasses.replace(one, aside=kept.aside) == kept
        assert alone <= 3


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_the_committed_logs_add_up(log: Path) -> None:
    read, written, aside, left_out = counts(log.read_text(encoding="utf-8"))
    rows = list(read_rows(ROOT / "calibration" / "rows" / f"{log.stem}.csv"))
    assert read == written + left_out
    assert (written, aside) == (len(rows), sum(one.aside is not None for one in rows))
    told = dict(re.findall(r"^  (\d+) (.+)$", log.read_text(encoding="utf-8"), re.MULTILINE))
    assert told
    reasons = Counter(one.aside for one in rows if one.aside)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(f"  {times} {reason}" in lines for reason, times in reasons.items())


def test_every_committed_table_has_a_script_and_a_log() -> None:
    tables = {path.stem for path in (ROOT / "calibration" / "rows").glob("*.csv")}
    assert tables == {path.stem for path in LOGS} == {script.replace("_", "-") for script in SCRIPTS}


def run(script: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    runpy.run_path(str(ROOT / "curation" / f"{script}.py"), run_name="__main__")


@pytest.mark.parametrize(
    "script", ["aiconfigurator", "device", "mlperf", "other_vendors", "recipes", "trtllm_overview"]
)
def test_the_command_line_writes_rows_and_log(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [str(path) for path in SCRIPTS[script][1]]
    out, log = tmp_path / "t.csv", tmp_path / "t.txt"
    run(script, *paths, "--out", str(out), "--log", str(log), monkeypatch=monkeypatch)
    assert list(read_rows(out)) == curated(script)
    said = capsys.readouterr().out
    assert said == log.read_text(encoding="utf-8")
    assert counts(said)[0] == lines_read(SCRIPTS[script][1])
    out.unlink()
    log.unlink()
    run(script, *paths, "--out", str(out), monkeypatch=monkeypatch)
    assert out.exists()
    assert not log.exists()


class TestTables:
    """Reading and counting."""

    def test_a_log_names_what_is_most_first(self) -> None:
        log = Log()
        log.left_out("few")
        log.left_out("many", 3)
        log.left_out("also one")
        rows: list[Row] = [row(), row(aside="a copy"), row(aside="a copy"), row(aside="odd")]
        assert log.text(9, rows) == (
            "read 9\nwritten 4\nof them set aside 3\n  2 a copy\n  1 odd\nleft out 5\n  3 many\n  1 also one\n  1 few\n"
        )

    def test_numbers_may_have_separators(self) -> None:
        assert (number("1,234.5"), number("7")) == (1234.5, 7.0)

    def test_an_empty_cell_is_empty_text(self) -> None:
        assert read_table(FIXTURES / "argonne.csv")[0]["tp"] == ""
