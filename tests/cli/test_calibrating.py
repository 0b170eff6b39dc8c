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
from kb.calibration.calibrate import TARGET, WITHOUT, Calibrated
from kb.calibration.calibrate import calibrate as fitted
from kb.calibration.calibrate import files as parameter_files
from kb.calibration.grid import FILE, grid, read_grid, write_grid
from kb.calibration.page import page
from kb.calibration.ratios import RATIOS
from kb.calibration.report import report
from kb.calibration.tables import Sample
from kb.cli.main import run
from kb.corpus import Fault
from kb.estimate.calibrated import calibration, left_out
from kb.estimate.left_out_ratios import left_out_ratios
from tests.calibration.build import among, case, row, world
from tests.cli.conftest import Done

Command = Callable[..., Done]
Rows = list[dict[str, str]]
FILES = tuple(f"kb/estimate/{name}.json" for name in ("calibrated", "left_out", "left_out_ratios"))
ALL_WRITTEN = "".join(f"everything\nwrote {name}\n" for name in FILES)


@pytest.fixture(scope="module")
def made(corpus: Corpus) -> Corpus:
    """The project's own records, with made-up runs for its measured collections."""
    return among(corpus, world(corpus))


@pytest.fixture
def home(made: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with cases of made-up runs."""
    monkeypatch.setenv("KB_ROOT", str(tmp_path))
    monkeypatch.setattr("kb.corpus.open_corpus", lambda _: made)
    (tmp_path / TARGET).parent.mkdir(parents=True)
    (tmp_path / "site" / "pages").mkdir(parents=True)
    (tmp_path / "calibration").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def now(corpus: Corpus) -> Rows:
    """The grid of what is estimated now."""
    return list(grid(corpus))


@pytest.fixture(scope="module")
def contents(made: Corpus) -> Calibrated:
    """What the made-up runs give."""
    return fitted(Sample(made))


@pytest.fixture(scope="module")
def small_report(made: Corpus) -> dict[str, Any]:
    """The report of the made-up runs."""
    return report(Sample(made), made)


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
    def test_without_collections_there_is_a_sentence(
        self, kb: Command, home: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        bare = among(corpus, {})
        monkeypatch.setattr("kb.corpus.open_corpus", lambda _: bare)
        done = kb(command)
        assert (done.code, done.out) == (2, "")
        assert "data/cases holds no measured collection; run this in a checkout of the repository" in done.err

    @pytest.mark.parametrize("arguments", [["calibrate", "--accept"], ["validate-estimator", "--write"]])
    def test_a_file_that_cannot_be_read_is_named_and_nothing_written(
        self, kb: Command, home: Path, made: Corpus, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        records = [(record, made.origin(record)) for record in made.records()]
        fault = Fault("not-utf-8", "data/cases/2026/threads/case-z.yaml", "the file is not UTF-8", "save it so", 3, 1)
        broken = Corpus(made.root, records, [fault], len(records))
        monkeypatch.setattr("kb.corpus.open_corpus", lambda _: broken)
        before = files(home)
        done = kb(*arguments)
        assert (done.code, done.out) == (2, "")
        said = "data/cases/2026/threads/case-z.yaml:3: the file is not UTF-8; mend it first, kb check tells how\n"
        assert done.err.endswith(said)
        assert files(home) == before


def test_the_files_are_what_the_cases_give(kb: Command, home: Path, contents: Calibrated, now: Rows) -> None:
    write_grid(home, now)
    assert kb("calibrate").code == 0
    made = parameter_files(contents)
    assert [path.as_posix() for path, _, _ in made] == list(FILES)
    assert [(home / path).read_text(encoding="utf-8") for path, _, _ in made] == [text for _, _, text in made]


class TestCalibrate:
    """Fit, write, and show what moved."""

    @pytest.fixture(autouse=True)
    def _kept(
        self,
        home: Path,
        now: Rows,
        contents: Calibrated,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The grid is what is estimated now; nothing is fitted twice."""
        monkeypatch.setattr("kb.calibration.calibrate.calibrate", lambda _: contents)
        monkeypatch.setattr("kb.calibration.grid.grid", lambda _: iter(now))
        write_grid(home, now)

    def test_the_file_is_written_once(self, kb: Command, home: Path) -> None:
        done = kb("calibrate")
        assert (done.code, done.out) == (0, ALL_WRITTEN)
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
        assert (done.code, done.out) == (1, 3 * "everything\n")
        assert done.err.endswith("".join(f"{name} is not what the cases give; run: kb calibrate\n" for name in FILES))
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
        shown = kb("calibrate", "--check").out.splitlines()
        # The other files are missing whole.
        assert (len(shown), shown[-2:]) == (22, 2 * ["everything"])

    def test_a_card_that_is_judged_otherwise_is_named(self, kb: Command, home: Path) -> None:
        kb("calibrate")
        before = (home / TARGET).read_bytes()
        judged = json.loads((home / WITHOUT).read_text(encoding="utf-8"))
        memory = judged["server"]["h100-sxm5-80gb"]["memory"]
        judged["server"]["h100-sxm5-80gb"]["memory"] = 9.5
        del judged["desktop-cuda"]["rtx-3090"]
        (home / WITHOUT).write_text(json.dumps(judged), encoding="utf-8")
        for arguments in (["calibrate", "--check"], ["calibrate"]):
            done = kb(*arguments)
            gone, moved, *_ = done.out.splitlines()
            assert gone.startswith("desktop-cuda.rtx-3090 was absent, is ")
            assert moved == f"server.h100-sxm5-80gb.memory was 9.5, is {memory}"
            assert done.code == (1 if "--check" in arguments else 0)
        assert done.out.endswith("wrote kb/estimate/left_out.json\n")
        assert (home / TARGET).read_bytes() == before
        assert kb("calibrate", "--check").code == 0

    def test_a_row_that_is_off_otherwise_is_named(self, kb: Command, home: Path) -> None:
        kb("calibrate")
        kept = json.loads((home / RATIOS).read_text(encoding="utf-8"))
        ratio = kept["cells"][0]["ratios"][0]
        kept["cells"][0]["ratios"][0] = 9.5
        kept["cells"][1]["ratios"].append(9.5)
        (home / RATIOS).write_text(json.dumps(kept), encoding="utf-8")
        done = kb("calibrate", "--check")
        moved, added = done.out.splitlines()
        assert (done.code, moved) == (1, f"cells[0].ratios[0] was 9.5, is {ratio}")
        assert added.startswith("cells[1].ratios was ")
        assert done.err.endswith("kb/estimate/left_out_ratios.json is not what the cases give; run: kb calibrate\n")
        assert kb("calibrate").out.endswith("wrote kb/estimate/left_out_ratios.json\n")
        assert kb("calibrate", "--check").code == 0

    @pytest.mark.parametrize("broken", ["<<<<<<< HEAD\n{", "\xff", ""])
    def test_a_broken_file_is_written_anew(self, kb: Command, home: Path, broken: str) -> None:
        (home / TARGET).write_bytes(broken.encode("latin-1"))
        (home / WITHOUT).write_bytes(broken.encode("latin-1"))
        (home / RATIOS).write_bytes(broken.encode("latin-1"))
        assert kb("calibrate").out == ALL_WRITTEN
        assert json.loads((home / TARGET).read_text(encoding="utf-8"))["rows"] == 123

    def test_what_was_written_is_what_is_estimated_with(self, kb: Command, home: Path) -> None:
        readers = (calibration, left_out, left_out_ratios)
        before = [read() for read in readers]
        kb("calibrate", "--check")
        assert all(read() is one for read, one in zip(readers, before, strict=True))
        kb("calibrate")
        assert not any(read() is one for read, one in zip(readers, before, strict=True))

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
        assert done.out.startswith(f"123 measured points, 123 used (data {small_report['fingerprint']})\n")
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

    def test_an_innocent_who_is_accused_leaves_with_1(
        self, kb: Command, home: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = row(locator="too good", tpot_ms=0.5)
        odd = row(tpot_ms=0.5, aside="a misprint")
        accused = among(corpus, world(corpus) | {"mlperf": [good, odd]})
        monkeypatch.setattr("kb.corpus.open_corpus", lambda _: accused)
        done = kb("validate-estimator", "--json")
        assert done.code == 1
        told = json.loads(done.out)
        innocent, other = told["innocence"]["accused"]
        assert (innocent["case"], innocent["locator"]) == (case(good, corpus, "mlperf").id, "too good")
        assert innocent["caveat"] == ""
        assert (other["locator"], other["caveat"]) == ("made up", "a misprint")
        assert told["not_used"] == {"a caveat: a misprint": 1}
