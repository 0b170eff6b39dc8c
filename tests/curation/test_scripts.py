"""What all curation scripts do alike: the same cases each time, points that stand in the corpus, a log that adds up."""

import re
import runpy
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.cases import case_files
from curation.measured import Measured
from curation.tables import Log, number, read_table, tables_in
from kb import Corpus
from kb.calibration.tables import FITTED, SCORED_ONLY, collection_of
from kb.corpus.yaml_text import load
from kb.records import Case, OperatingPoint
from kb.records.evidence import Fact
from tests.calibration.build import row
from tests.conftest import ROOT
from tests.curation.excerpts import COLLECTIONS, FIXTURES, SCRIPTS, curated, lines_read

LOGS = sorted((ROOT / "curation" / "log").glob("*.txt"))
# Script -> the folders that its cases stand in.
FOLDERS = {script: {one.folder for one in COLLECTIONS[script]} for script in SCRIPTS}
Place = tuple[object, str | None]


def counts(text: str) -> dict[str, int]:
    """Return what a log says, where its parts add up."""
    found: dict[str, int] = {}
    parts: Counter[str] = Counter()
    name = ""
    for line in text.splitlines():
        if line.startswith("  "):
            parts[name] += int(line.split()[0])
        else:
            name, _, figure = line.rpartition(" ")
            found[name] = int(figure)
    assert list(found) == ["read", "written", "in cases", "of them with a caveat", "left out"]
    assert parts["of them with a caveat"] == found["of them with a caveat"]
    assert parts["left out"] == found["left out"]
    assert found["read"] == found["written"] + found["left out"]
    return found


def written(script: str, corpus: Corpus, rows: list[Measured] | None = None) -> dict[str, str]:
    """Return the files of all collections of a script, made of its excerpts."""
    rows = curated(script) if rows is None else rows
    files: dict[str, str] = {}
    for collection in COLLECTIONS[script]:
        mine = [row for row in rows if not collection.sources or row.source in collection.sources]
        files |= case_files(mine, collection, corpus)
    return files


def points(cases: list[Case]) -> Iterator[tuple[Place, Case, OperatingPoint]]:
    """Yield every point with the place that it was read at."""
    for case in cases:
        sources = {evidence.id: evidence.source for evidence in case.evidence}
        for point in case.points:
            yield (sources["ev-source"], point.locator), case, point


def figures(point: OperatingPoint) -> dict[str, Any]:
    """Return the scenario and the values of all results, by place."""
    found: dict[str, Any] = {"scenario": point.scenario.model_dump(exclude_none=True)}
    for name, value in point.results:
        if isinstance(value, Fact):
            found[name] = value.value
        elif value is not None:
            found |= {f"{name}/{statistic}": fact.value for statistic, fact in value if fact is not None}
    return found


@pytest.fixture(scope="module")
def committed(corpus: Corpus) -> dict[Place, tuple[Case, OperatingPoint]]:
    """Every point of the committed collections, by source and place."""
    known = [case for case in corpus.cases.values() if collection_of(case, corpus) in (*FITTED, *SCORED_ONLY)]
    return {place: (case, point) for place, case, point in points(known)}


@pytest.mark.parametrize("script", SCRIPTS)
class TestEachScript:
    """On its excerpts."""

    def test_the_same_lines_give_the_same_bytes(self, script: str, corpus: Corpus) -> None:
        made = []
        for _ in range(2):
            log = Log()
            rows = curated(script, log)
            made.append((written(script, corpus, rows), log.text(0, rows, 0)))
        assert made[0] == made[1]

    def test_its_log_adds_up(self, script: str) -> None:
        log = Log()
        rows = curated(script, log)
        said = counts(log.text(lines_read(SCRIPTS[script][1]), rows, 7))
        assert said["written"] == len(rows)
        assert said["of them with a caveat"] == sum(one.aside is not None for one in rows)
        assert said["in cases"] == 7
        assert 0 < said["left out"] < said["read"]

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

    def test_each_row_belongs_to_one_collection(self, script: str) -> None:
        for one in curated(script):
            takes = [of for of in COLLECTIONS[script] if not of.sources or one.source in of.sources]
            assert len(takes) == 1, one.source

    def test_each_row_becomes_a_point(self, script: str, corpus: Corpus) -> None:
        cases = [Case.model_validate(load(text)) for text in written(script, corpus).values()]
        assert Counter(place for place, _, _ in points(cases)) == Counter(
            (one.source, one.locator) for one in curated(script)
        )

    def test_its_points_stand_in_the_committed_cases(
        self, script: str, corpus: Corpus, committed: dict[Place, tuple[Case, OperatingPoint]]
    ) -> None:
        cases = [Case.model_validate(load(text)) for text in written(script, corpus).values()]
        # An excerpt has fewer neighbours: it may hold a copy alone, and no other row of its series.
        alone = 0
        for place, case, point in points(cases):
            if place not in committed:
                alone += 1
                continue
            kept_case, kept = committed[place]
            assert figures(point) == figures(kept), place
            assert case.stack.pools == kept_case.stack.pools, place
            assert case.measured == kept_case.measured, place
        assert alone <= 3


class TestCommitted:
    """The cases, logs and lists of this repository."""

    def test_every_script_has_a_log_and_a_list(self) -> None:
        names = {script.replace("_", "-") for script in SCRIPTS}
        assert {path.stem for path in LOGS} == names
        assert {path.stem for path in (ROOT / "curation" / "written").iterdir()} == names

    def test_every_collection_has_a_script_and_a_use(self) -> None:
        folders = [folder for found in FOLDERS.values() for folder in found]
        assert sorted(folders) == sorted((*FITTED, *SCORED_ONLY))

    def test_places_are_unique(self, corpus: Corpus, committed: dict[Place, tuple[Case, OperatingPoint]]) -> None:
        known = [case for case in corpus.cases.values() if collection_of(case, corpus)]
        assert len(committed) == sum(len(case.points) for case in known)

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_the_log_is_that_of_the_cases(self, script: str, corpus: Corpus) -> None:
        text = (ROOT / "curation" / "log" / f"{script.replace('_', '-')}.txt").read_text(encoding="utf-8")
        said = counts(text)
        mine = [case for case in corpus.cases.values() if collection_of(case, corpus) in FOLDERS[script]]
        caveats = Counter(point.caveat for case in mine for point in case.points if point.caveat)
        assert said["in cases"] == len(mine)
        assert said["written"] == sum(len(case.points) for case in mine)
        assert said["of them with a caveat"] == caveats.total()
        told = re.findall(r"^  (\d+) (.+)$", text.partition("left out ")[0], re.MULTILINE)
        assert {reason: int(times) for times, reason in told} == dict(caveats)

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_the_list_is_that_of_the_cases(self, script: str, corpus: Corpus) -> None:
        lines = (ROOT / "curation" / "written" / f"{script.replace('_', '-')}.txt").read_text(encoding="utf-8")
        listed = [line.partition("  ")[2] for line in lines.splitlines()]
        mine = (case for case in corpus.cases.values() if collection_of(case, corpus) in FOLDERS[script])
        assert sorted(listed) == sorted(corpus.origin(case).file for case in mine)

    def test_no_case_names_a_place_on_somebodys_machine(self, corpus: Corpus) -> None:
        place = re.compile(r"(?:^|[\s,\"'(])(?:/(?:home|root|tmp|work|Users|mnt|opt|var)/|[A-Z]:\\|~/|file:)")
        for case in corpus.cases.values():
            if collection_of(case, corpus):
                assert not place.search(corpus.origin(case).text), case.id

    def test_every_caveat_says_why(self, committed: dict[Place, tuple[Case, OperatingPoint]]) -> None:
        said = {point.caveat for _, point in committed.values() if point.caveat}
        assert min(map(len, said)) >= len("weak host")


def run(script: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [f"{script}.py", *arguments])
    runpy.run_path(str(ROOT / "curation" / f"{script}.py"), run_name="__main__")


class TestCommandLine:
    """Tables in, cases and a log out."""

    @pytest.fixture(autouse=True)
    def _records(self, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
        """The scripts open the records of a checkout; these are read once."""
        monkeypatch.setattr("curation.tables.open_corpus", lambda _: corpus)
        monkeypatch.setattr("kb.open_corpus", lambda _: corpus)

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_it_writes_cases_a_log_and_a_list(
        self,
        script: str,
        corpus: Corpus,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        paths = [str(path) for path in SCRIPTS[script][1]]
        run(script, *paths, "--root", str(tmp_path), monkeypatch=monkeypatch)
        name = script.replace("_", "-")
        files = written(script, corpus)
        found = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
        assert set(found) == {*files, f"curation/log/{name}.txt", f"curation/written/{name}.txt"}
        assert all(found[path].read_text(encoding="utf-8") == text for path, text in files.items())
        log = found[f"curation/log/{name}.txt"].read_text(encoding="utf-8")
        assert capsys.readouterr().out == f"{log}files: {len(files)} written, 0 unchanged, 0 removed\n"
        assert counts(log)["read"] == lines_read(SCRIPTS[script][1])
        assert counts(log)["in cases"] == len(files)

    def test_tables_that_a_script_does_not_read_are_not_counted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tables = Path(shutil.copytree(FIXTURES / "device", tmp_path / "tables"))
        # The seeds lie in the same folder, and are judged, not read.
        shutil.copy(tables / "m_gpt_fast.csv", tables / "m_seed001_points.csv")
        run("device", str(tables), "--root", str(tmp_path), monkeypatch=monkeypatch)
        assert counts(capsys.readouterr().out.partition("files: ")[0])["read"] == lines_read([FIXTURES / "device"])

    def test_an_edited_case_is_named_and_kept_until_it_is_to_be_replaced(
        self, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def again(*more: str) -> str:
            table = str(SCRIPTS["recipes"][1][0])
            run("recipes", table, "--root", str(tmp_path), *more, monkeypatch=monkeypatch)
            return capsys.readouterr().out.partition("files: ")[2]

        again()
        path, *others = sorted((tmp_path / "data").rglob("*.yaml"))
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "# seen by a person\n", encoding="utf-8")
        shown = path.relative_to(tmp_path).as_posix()
        kept = f"edited by hand, left as it is (--replace overwrites it): {shown}\n"
        assert again() == f"0 written, {len(others)} unchanged, 0 removed\n{kept}"
        assert path.read_text(encoding="utf-8").endswith("# seen by a person\n")
        assert again("--replace") == f"1 written, {len(others)} unchanged, 0 removed\n"
        assert path.read_text(encoding="utf-8") == text


class TestTables:
    """Reading and counting."""

    def test_a_log_names_what_is_most_first(self) -> None:
        log = Log()
        log.left_out("few")
        log.left_out("many", 3)
        log.left_out("also one")
        rows = [row(), row(aside="a copy"), row(aside="a copy"), row(aside="odd")]
        assert log.text(9, rows, 2) == (
            "read 9\nwritten 4\nin cases 2\nof them with a caveat 3\n  2 a copy\n  1 odd\n"
            "left out 5\n  3 many\n  1 also one\n  1 few\n"
        )

    def test_numbers_may_have_separators(self) -> None:
        assert (number("1,234.5"), number("7")) == (1234.5, 7.0)

    def test_an_empty_cell_is_empty_text(self) -> None:
        assert read_table(FIXTURES / "argonne.csv")[0]["tp"] == ""

    def test_a_folder_holds_tables_in_order_of_name(self) -> None:
        found = [path.name for path in tables_in(FIXTURES / "device")]
        assert found == sorted(found)
        assert "m_gpt_fast.csv" in found
        names = frozenset({"m_gpt_fast.csv", "absent.csv"})
        assert [path.name for path in tables_in(FIXTURES / "device", names)] == ["m_gpt_fast.csv"]
        assert tables_in(FIXTURES / "argonne.csv", names) == tables_in(FIXTURES / "argonne.csv")
        assert tables_in(FIXTURES / "argonne.csv") == [FIXTURES / "argonne.csv"]
