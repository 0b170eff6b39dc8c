"""``kb calibrate`` and ``kb validate-estimator``: what is printed, written, and with which exit code."""

import importlib.util
import json
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from kb import Corpus
from kb.calibration.calibrate import TARGET, text
from kb.calibration.calibrate import calibrate as fitted
from kb.calibration.grid import FILE, grid, read_grid, write_grid
from kb.calibration.page import page
from kb.calibration.report import report
from kb.calibration.tables import FOLDER, Sample
from kb.cli.main import run
from kb.estimate.calibrated import calibration
from tests.calibration.build import put, row, world
from tests.cli.conftest import Done

Command = Callable[..., Done]
Rows = list[dict[str, str]]


@pytest.fixture
def home(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with tables of made-up runs, and the project's own records."""
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    monkeypatch.setattr("kb.corpus.open_corpus", lambda _: corpus)
    (tmp_path / TARGET).parent.mkdir(parents=True)
    (tmp_path / "site" / "pages").mkdir(parents=True)
    return put(tmp_path, world(corpus))


@pytest.fixture(scope="module")
def now(corpus: Corpus) -> Rows:
    """The grid of what is estimated now."""
    return list(grid(corpus))


@pytest.fixture(scope="module")
def root_of_all(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of made-up runs; read them, do not change them."""
    return put(tmp_path_factory.mktemp("made-up"), world(corpus))


@pytest.fixture(scope="module")
def content(corpus: Corpus, root_of_all: Path) -> dict[str, Any]:
    """What the made-up runs give."""
    return fitted(Sample(root_of_all, corpus))


@pytest.fixture(scope="module")
def small_report(corpus: Corpus, root_of_all: Path) -> dict[str, Any]:
    """The report of the made-up runs."""
    return report(Sample(root_of_all, corpus), corpus, root_of_all)


@pytest.fixture
def kb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``kb`` with arguments; no bundle is asked."""
    monkeypatch.setenv("KB_TRACEBACK", "1")

    def command(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["kb", *arguments])
        with pytest.raises(SystemExit) as left:
            run()
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, out, err)

    return command


def files(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """Make packages look as if they were not installed."""
    find: Callable[..., ModuleSpec | None] = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name in missing else find(name, *more))


class TestNeeds:
    """What both commands need."""

    @pytest.mark.parametrize("arguments", [["calibrate"], ["calibrate", "--check"], ["validate-estimator"]])
    def test_without_scipy_there_is_a_sentence(
        self, kb: Command, home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        without(monkeypatch, "scipy")
        before = files(home)
        done = kb(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "scipy" in done.err
        assert "numpy" not in done.err
        assert done.err.endswith("make validate sets them up, or pip install -e '.[calibrate]'\n")
        assert files(home) == before

    def test_both_that_are_missing_are_named(self, kb: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "numpy", "scipy")
        assert "numpy and scipy" in kb("calibrate").err

    def test_plots_need_more(self, kb: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "matplotlib")
        done = kb("validate-estimator", "--write")
        assert (done.code, "matplotlib" in done.err) == (2, True)

    @pytest.mark.parametrize("command", ["calibrate", "validate-estimator"])
    def test_without_tables_there_is_a_sentence(
        self, kb: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        (tmp_path / "empty").mkdir()
        monkeypatch.setenv("KB_ROOT", str(tmp_path / "empty"))
        done = kb(command)
        assert (done.code, done.out) == (2, "")
        assert "calibration/rows holds no tables; run this in a checkout of the repository" in done.err

    @pytest.mark.parametrize("arguments", [["calibrate", "--accept"], ["validate-estimator", "--write"]])
    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            (b",20.0,", b",twenty,", "z.csv:2: tpot_ms is 'twenty', which is no number"),
            (b"h100-sxm5-80gb", b"h100-sxm5-81gb", "unknown hardware 'h100-sxm5-81gb'"),
            (b",vllm,", b",vllm,\xff", "z.csv: not a CSV file in UTF-8"),
        ],
    )
    def test_a_broken_table_is_named_and_nothing_written(
        self, kb: Command, home: Path, arguments: list[str], old: bytes, new: bytes, why: str
    ) -> None:
        put(home, {"z.csv": [row()]})
        table = home / FOLDER / "z.csv"
        broken = table.read_bytes().replace(old, new)
        assert broken != table.read_bytes()
        table.write_bytes(broken)
        before = files(home)
        done = kb(*arguments)
        assert (done.code, done.out) == (2, "")
        assert why in done.err
        assert files(home) == before


def test_the_file_is_what_the_tables_give(kb: Command, home: Path, content: dict[str, Any], now: Rows) -> None:
    write_grid(home, now)
    assert kb("calibrate").code == 0
    assert (home / TARGET).read_text(encoding="utf-8") == text(content)


class TestCalibrate:
    """Fit, write, and show what moved."""

    @pytest.fixture(autouse=True)
    def _kept(self, home: Path, now: Rows, content: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        """The grid is what is estimated now; nothing is fitted twice."""
        monkeypatch.setattr("kb.calibration.calibrate.calibrate", lambda _: content)
        monkeypatch.setattr("kb.calibration.grid.grid", lambda _: iter(now))
        write_grid(home, now)

    def test_the_file_is_written_once(self, kb: Command, home: Path) -> None:
        done = kb("calibrate")
        assert (done.code, done.out) == (0, "everything\nwrote kb/estimate/calibrated.json\n")
        assert done.err == "kb: fitting\n"
        content = json.loads((home / TARGET).read_text(encoding="utf-8"))
        assert content["rows"] == 123
        before = files(home)
        assert kb("calibrate") == Done(0, "", "kb: fitting\n")
        assert kb("calibrate", "--check") == Done(0, "", "kb: fitting\n")
        assert files(home) == before

    def test_a_check_writes_nothing(self, kb: Command, home: Path) -> None:
        before = files(home)
        done = kb("calibrate", "--check")
        assert (done.code, done.out) == (1, "everything\n")
        assert done.err.endswith("kb/estimate/calibrated.json is not what the tables give; run: kb calibrate\n")
        assert files(home) == before

    def test_what_changed_is_named(self, kb: Command, home: Path) -> None:
        kb("calibrate")
        content = json.loads((home / TARGET).read_text(encoding="utf-8"))
        memory = content["coefficients"]["server"]["memory"]
        content["coefficients"]["server"]["memory"] = 9.5
        (home / TARGET).write_text(json.dumps(content), encoding="utf-8")
        said = f"coefficients.server.memory was 9.5, is {memory}\n"
        done = kb("calibrate", "--check")
        assert (done.code, done.out) == (1, said)
        done = kb("calibrate")
        assert (done.code, done.out) == (0, f"{said}wrote kb/estimate/calibrated.json\n")

    def test_what_changed_is_named_up_to_twenty(self, kb: Command, home: Path) -> None:
        content = {name: {str(n): 1.0 for n in range(30)} for name in ("classes", "coefficients")}
        (home / TARGET).write_text(json.dumps(content), encoding="utf-8")
        assert len(kb("calibrate", "--check").out.splitlines()) == 20

    @pytest.mark.parametrize("broken", ["<<<<<<< HEAD\n{", "\xff", ""])
    def test_a_broken_file_is_written_anew(self, kb: Command, home: Path, broken: str) -> None:
        (home / TARGET).write_bytes(broken.encode("latin-1"))
        assert kb("calibrate").out == "everything\nwrote kb/estimate/calibrated.json\n"
        assert json.loads((home / TARGET).read_text(encoding="utf-8"))["rows"] == 123

    def test_what_was_written_is_what_is_estimated_with(self, kb: Command, home: Path) -> None:
        one = calibration()
        kb("calibrate", "--check")
        assert calibration() is one
        kb("calibrate")
        assert calibration() is not one

    def test_a_moved_grid_leaves_with_1(self, kb: Command, home: Path) -> None:
        kb("calibrate")
        rows = read_grid(home)
        first = next(number for number, found in enumerate(rows) if found["tok_s"])
        rows[first] |= {"tok_s": "1"}
        write_grid(home, rows[:-1])
        for arguments in (["calibrate"], ["calibrate", "--check"]):
            done = kb(*arguments)
            assert done.code == 1
            gone, moved, last = done.out.splitlines()
            assert gone.endswith(": row was nothing, is new")
            assert ": tok_s was 1, is " in moved
            assert last == "2 figures of the grid moved; if that is meant, run: kb calibrate --accept"

    def test_a_grid_that_moved_much_is_shown_in_part(self, kb: Command, home: Path) -> None:
        kb("calibrate")
        write_grid(home, [found | {"ceiling_tok_s": "1"} for found in read_grid(home)])
        *shown, last = kb("calibrate").out.splitlines()
        assert len(shown) == 20
        assert " figures of the grid moved (the first 20 are shown); if that is meant, run: " in last

    def test_a_move_is_accepted(self, kb: Command, home: Path, now: Rows) -> None:
        kb("calibrate")
        write_grid(home, read_grid(home)[:5])
        done = kb("calibrate", "--accept")
        assert done.code == 0
        assert done.out == f"accepted {len(now):,} estimates in calibration/grid.csv\n"
        assert kb("calibrate", "--check").code == 0

    def test_without_a_grid_there_is_a_command(self, kb: Command, home: Path) -> None:
        (home / FILE).unlink()
        done = kb("calibrate", "--check")
        assert done.code == 2
        assert done.err.endswith("calibration/grid.csv: No such file or directory; run: kb calibrate --accept\n")
        kb("calibrate", "--accept")
        assert kb("calibrate", "--check").code == 0

    def test_a_check_accepts_nothing(self, kb: Command, home: Path) -> None:
        before = files(home)
        done = kb("calibrate", "--check", "--accept")
        assert done.code == 2
        assert "exclude each other" in done.err
        assert files(home) == before


class TestValidate:
    """How far the estimate is off on what it has not seen."""

    def test_json_is_the_report(
        self, kb: Command, home: Path, small_report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The plots need a library that the report does without.
        without(monkeypatch, "matplotlib")
        before = files(home)
        done = kb("validate-estimator", "--json")
        assert json.loads(done.out) == small_report
        assert (done.code, done.err) == (0, "kb: leaving out and fitting anew, half a minute\n")
        assert files(home) == before

    def test_tables_for_people(
        self, kb: Command, home: Path, small_report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kb.calibration.report.report", lambda *_: small_report)
        done = kb("validate-estimator")
        assert done.code == 0
        assert done.out.startswith(f"123 measured rows, 123 used (data {small_report['fingerprint']})\n")
        first = small_report["errors"][0]
        assert f"{first['median']:.1%}" in done.out
        assert "judged, never fitted" in done.out
        assert "0 innocents accused" in done.out
        verdicts = [word for word in done.out.rpartition("target")[2].split() if word in ("met", "MISSED")]
        aims = [one for one in small_report["targets"] if one["aim"] != "reported"]
        assert verdicts == ["met" if one["met"] else "MISSED" for one in aims]

    def test_what_is_written(
        self, kb: Command, home: Path, small_report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kb.calibration.report.report", lambda *_: small_report)
        before = files(home)
        done = kb("validate-estimator", "--write", "--json")
        assert json.loads(done.out) == small_report
        assert done.err.endswith(
            "wrote calibration/report.json, site/pages/estimator-error.md and site/assets/estimator/\n"
        )
        after = files(home)
        assert set(after) - set(before) == {
            "calibration/report.json",
            "site/pages/estimator-error.md",
            *(f"site/assets/estimator/{name}.svg" for name in ("error-by-card", "error-curves", "judged-report")),
        }
        assert json.loads(after["calibration/report.json"]) == small_report
        assert after["site/pages/estimator-error.md"].decode() == page(small_report)
        kb("validate-estimator", "--write")
        assert files(home) == after

    def test_an_innocent_who_is_accused_leaves_with_1(self, kb: Command, home: Path) -> None:
        put(home, {"z.csv": [row(locator="too good", tpot_ms=0.5), row(tpot_ms=0.5, aside="a misprint")]})
        done = kb("validate-estimator", "--json")
        assert done.code == 1
        told = json.loads(done.out)
        innocent, other = told["innocence"]["accused"]
        assert (innocent["table"], innocent["locator"], innocent["set_aside"]) == ("z.csv", "too good", "")
        assert (other["locator"], other["set_aside"]) == ("made up", "a misprint")
        assert told["not_used"] == {"set aside: a misprint": 1}
